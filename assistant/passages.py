"""Passages to show: chunks that run on to a length worth quoting from, none of them shown twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from ingest.article import Article
from ingest.chunk_table import ChunkRow
from ingest.sentences import sentences

PER_ARTICLE = 2  # passages
WORDS = 160  # that a passage runs on to where its article does
_LONG_WORD = 9  # characters of a word and its space, on the high side
_QUOTE = 400  # characters that a passage may run on further to the end of a quotation
_CLOSES = {"“": "”", "„": "“”", "«": "»", "»": "«"}  # by what has opened a quotation
_MARKS = re.compile("[“”„«»]")
Span = tuple[int, int]


def spread(
    rows: Iterable[ChunkRow], texts: Mapping[str, Article], k: int
) -> list[tuple[ChunkRow, Span]]:
    """The first `k` of these rows as stretches of text, at most three of an article; what a
    stretch before it holds already is not shown again."""
    taken: dict[str, list[Span]] = defaultdict(list)
    chosen: list[tuple[ChunkRow, Span]] = []
    for row in rows:
        spans = taken[row.article_id]
        if len(chosen) >= k:
            break
        if row.article_id not in texts or len(spans) >= PER_ARTICLE:
            continue
        text = texts[row.article_id].text
        start = _after(row.start, spans, text)
        if start >= row.end:
            continue
        limit = min((left for left, _ in spans if left >= start), default=None)
        spans.append(stretch(text, start, row.end, limit))
        chosen.append((row, spans[-1]))
    return chosen


def _after(start: int, spans: Iterable[Span], text: str) -> int:
    """Where a chunk begins to say what the stretches before it have not said."""
    end = max((right for left, right in spans if left <= start < right), default=start)
    return end + len(text[end:]) - len(text[end:].lstrip())


def stretch(text: str, start: int, end: int, limit: int | None = None) -> Span:
    """The chunk with the sentences after it, up to 160 words, and to the end of a quotation that
    is open there; never past `limit`, where another passage begins."""
    base, room = end, WORDS - len(text[start:end].split())
    reach = max(0, room) * _LONG_WORD + 2 * _QUOTE
    for left, right in _following(text, base, len(text) if limit is None else limit, reach):
        room -= len(text[base + left : base + right].split())
        if room < 0 and not (_is_open(text[start:end]) and right <= _QUOTE):
            break
        end = base + right
    return start, end


def _following(text: str, base: int, limit: int, reach: int) -> list[Span]:
    """The sentences after `base` as offsets from it, those that are whole within `reach`."""
    near = text[base : min(limit, base + reach)]
    spans = sentences(near)
    return spans[:-1] if base + len(near) < limit else spans  # the last one may be cut


def _is_open(text: str) -> bool:
    """Whether a quotation has begun that does not end in `text`."""
    closing = ""
    for mark in _MARKS.findall(text):
        closed = mark in closing if closing else False
        closing = "" if closed else closing or _CLOSES.get(mark, "")
    return bool(closing)
