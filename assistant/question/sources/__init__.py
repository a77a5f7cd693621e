"""Whose reports a question asks for: publishers, authors, kinds of articles."""

from assistant.question.sources.bylines import Byline, find_authors
from assistant.question.sources.outlets import outlets_of
from assistant.question.sources.publishers import Named, find_publishers
from assistant.question.sources.sections import KindNamed, find_kinds

__all__ = [
    "Byline",
    "KindNamed",
    "Named",
    "find_authors",
    "find_kinds",
    "find_publishers",
    "outlets_of",
]
