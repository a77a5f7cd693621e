"""How texts and timelines are compared with what is expected: pure functions."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence

_MARK = re.compile(r"\[\d+\]")  # of a citation; "[1]" must not answer "How many? 1"
_INITIALS = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_PER_CENT = re.compile(r"\bper ?cent\b")
_WORD = re.compile(r"\d+(?:\.\d+)+|[^\W_]+|[%$€£¥]")
_ARTICLES = frozenset({"a", "an", "the"})


def plain(text: str, articles: bool = False) -> str:
    """The words that are compared: no letter case, punctuation and citation marks, no articles
    unless they are wanted.

    >>> plain("The U.S. spent $1,200.50[1] – 40 per cent.")
    'us spent $ 1200.50 40 %'
    """
    text = unicodedata.normalize("NFKC", _MARK.sub(" ", text)).casefold()
    text = _THOUSANDS.sub("", _INITIALS.sub("", text))
    words = _WORD.findall(_PER_CENT.sub("%", text))
    return " ".join(word for word in words if articles or word not in _ARTICLES)


def contains(text: str, wanted: Iterable[str]) -> bool:
    """Whether one of the `wanted` stands in `text` as whole words: "820" does not in "1,820"."""
    return any(_stands_in(text, each) for each in wanted)


def _stands_in(text: str, wanted: str) -> bool:
    words = plain(wanted)
    articles = not words  # "A" is the whole of an answer: which vitamin?
    words = words or plain(wanted, articles)
    return bool(words) and f" {words} " in f" {plain(text, articles)} "


def in_order(places: Iterable[Sequence[int]]) -> bool:
    """Whether a place can be picked from each that is none before the one picked ahead of it.

    `places`: for each event in the order expected, where it is told, ascending; none is passed by.
    """
    last = 0
    for told in filter(None, places):
        later = [place for place in told if place >= last]
        if not later:
            return False
        last = later[0]
    return True


def mean(values: Sequence[float]) -> float:
    """Exact for shares: all of them is 1.0 and none is 0.0."""
    return math.fsum(values) / len(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` (over 0 to 1) of the values do not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]
