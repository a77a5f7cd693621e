"""Words that a question puts in quotes: they are to be found as they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 300  # characters; what is longer is no phrase
_PAIRS = (("“", "”"), ("„", "“”"), ("«", "»"), ("‹", "›"), ("「", "」"))
# A straight quote opens before a word and closes after one: 5" and dogs' are neither.
_STRAIGHT = re.compile(rf'(?<!\w)"(?=[^\s"])([^"\n]{{1,{_LONGEST}}})(?<!\s)"(?!\w)')
_CURVED = tuple(
    re.compile(rf"{left}([^{left}{right}]{{1,{_LONGEST}}})[{right}]") for left, right in _PAIRS
)
# An apostrophe opens nothing: '90s, rock 'n' roll, 'em.
_NO_QUOTE = r"(?!\d0s\b|(?:n|em|tis|twas|til|cause|bout|round|cos|im|er)\b)"
_SINGLE = tuple(
    re.compile(
        rf"(?<!\w){left}(?=[^\s{left}{right}]){_NO_QUOTE}"
        rf"((?:[^{left}{right}\n]|(?<=\w){right}(?=\w)){{1,{_LONGEST}}})(?<!\s){right}(?!\w)",
        re.IGNORECASE,
    )
    for left, right in (("'", "'"), ("‘", "’"))
)
_MARKS = " \t'\"‘’“”„«»‹›「」"
_STOPS = ",.;:"  # that printers put before the mark


@dataclass(frozen=True)
class Phrase:
    """Quoted words: `words == text[start:end]`, without the marks."""

    words: str
    start: int
    end: int


def find_phrases(text: str) -> tuple[Phrase, ...]:
    """What stands in quotes, from left to right; of quotes in quotes the outer ones.

    >>> find_phrases("Who said “never again” at the dogs' home?")
    (Phrase(words='never again', start=10, end=21),)
    """
    taken: list[tuple[int, int]] = []
    # Marks that are nothing but quotes come before those that may be apostrophes.
    for pattern in (*_CURVED, _STRAIGHT, *_SINGLE):
        for match in pattern.finditer(text):
            taken = _with(taken, *match.span(1))
    phrases: list[Phrase] = []
    for place in sorted(taken):
        start, end = place
        while start < end and text[start] in _MARKS:
            start += 1
        while start < end and text[end - 1] in _MARKS + _STOPS:
            end -= 1
        if any(map(str.isalnum, text[start:end])):
            phrases.append(Phrase(text[start:end], start, end))
    return tuple(phrases)


def _with(taken: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """The places and one more: it swallows those inside it, and yields to any it cuts."""
    apart = [place for place in taken if place[1] <= start or end <= place[0]]
    inside = [place for place in taken if start <= place[0] and place[1] <= end]
    return [*apart, (start, end)] if len(apart) + len(inside) == len(taken) else taken
