"""Sentences of news text, and the chunks of whole sentences as which an article is kept, with exact
character offsets; nothing is left out or said twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

Span = tuple[int, int]

_END = re.compile(
    r"""[.!?…]{1,10}["'”’)\]]{0,4}(?=\s+["'“‘(\[]*[A-Z0-9À-ÞА-Я“‘"'(\[-])|[。！？]+[”’」』）]*|\n+"""
)
_TITLES = """
mr mrs ms dr prof gen lt col sgt capt cmdr adm maj brig sen rep gov st rev hon pres messrs mt ft
jan feb mar apr jun jul aug sep sept oct nov dec no nos vs etc fig eq
""".split()
_CORPORATE = "jr sr inc corp co ltd bros dept est approx ave blvd univ assn".split()
_ABBREVIATION = re.compile(r"(?:^|[\s(“‘\"'-])([A-Za-zÀ-ÿ.]+)\.$")
_INITIALS = re.compile(r"^(?:[A-Za-z]\.)*[A-Za-z]$")
_STARTER = re.compile(
    r"\s+(The|A|An|It|He|She|They|We|I|But|And|In|On|At|For|This|That|These|Those|His|Her|Their|"
    r"However|Meanwhile|After|Before|When|While|As|There|No|So|If)\s"
)


def sentences(text: str) -> list[Span]:
    """The [start, end) of each sentence of `text`, in order, without surrounding white space.

    A line break always ends a sentence. Every character that is not white space is in exactly one.
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        # A full stop may belong to an abbreviation within the sentence.
        before = text[max(start, match.start() - 20) : match.start() + 1]
        word = _ABBREVIATION.search(before) if match[0].startswith(".") else None
        if word:
            lowered = word[1].lower()
            weak = _INITIALS.match(word[1]) or lowered in _CORPORATE
            if lowered in _TITLES or (weak and not _STARTER.match(text, match.end())):
                continue
        _append(spans, text, start, match.end())
        start = match.end()
    _append(spans, text, start, len(text))
    return spans


def around(spans: Iterable[Span], start: int, end: int, reach: int) -> Span:
    """[start, end) with the whole of the sentences (`spans`) up to `reach` characters from it."""
    near = [span for span in spans if span[1] > start - reach and span[0] < end + reach]
    return min([start, *(left for left, _ in near)]), max([end, *(right for _, right in near)])


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    if piece.strip():
        spans.append((start + left, start + len(piece.rstrip())))


TARGET = 700  # characters, about 115 words: enough context for an answer, few enough to quote
LIMIT = 1000  # a sentence that reaches past this starts a new chunk; a longer one is cut at a space


def split(text: str, target: int = TARGET, limit: int = LIMIT) -> list[Span]:
    """The chunks of `text` in order; every character but white space is in exactly one of them.

    A chunk ends at a sentence end once it has `target` characters, and never exceeds `limit`.
    """
    spans: list[Span] = []
    for left, right in sentences(text):
        while left < right:
            cut = right
            if right - left > limit:  # cut at the last space in its second half
                space = text.rfind(" ", left + limit // 2, left + limit)
                cut = space if space > 0 else left + limit
            end = left + len(text[left:cut].rstrip())
            if spans and spans[-1][1] - spans[-1][0] < target and end - spans[-1][0] <= limit:
                spans[-1] = spans[-1][0], end
            else:
                spans.append((left, end))
            left = right - len(text[cut:right].lstrip())  # noqa: PLW2901
    return spans
