"""Whose reports a question asks for: publishers, authors, kinds of articles."""
