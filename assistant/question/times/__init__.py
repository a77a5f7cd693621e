"""Time said in words: the days that a question is about, or that it wants the latest."""
