"""An article's text in chunks: whole sentences, exact offsets, nothing left out or said twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.article import Chunk
from ingest.sentences import Span, sentences

TARGET = 700  # characters, about 115 words: enough context for an answer, few enough to quote
LIMIT = 1000  # a sentence that reaches past this starts a new chunk; a longer one is cut at a space


def split(text: str, target: int = TARGET, limit: int = LIMIT) -> list[Chunk]:
    """Chunks of `text` in order; every character but white space is in exactly one of them.

    A chunk ends at a sentence end once it has `target` characters, and never exceeds `limit`.
    """
    chunks: list[Chunk] = []
    start = end = -1
    for left, right in _pieces(text, limit):
        if start >= 0 and (end - start >= target or right - start > limit):
            chunks.append(Chunk(start, end, text[start:end]))
            start = -1
        start, end = (left if start < 0 else start), right
    if start >= 0:
        chunks.append(Chunk(start, end, text[start:end]))
    return chunks


def _pieces(text: str, limit: int) -> Iterator[Span]:
    for left, right in sentences(text):
        while right - left > limit:
            cut = _cut(text, left, left + limit)
            yield left, left + len(text[left:cut].rstrip())
            left = _next_word(text, cut)  # noqa: PLW2901
        if right > left:
            yield left, right


def _cut(text: str, left: int, right: int) -> int:
    """The last space before `right`, or `right` itself in a text without spaces."""
    space = text.rfind(" ", left + (right - left) // 2, right)
    return space if space > 0 else right


def _next_word(text: str, position: int) -> int:
    match = re.compile(r"\s*").match(text, position)
    return match.end() if match else position
