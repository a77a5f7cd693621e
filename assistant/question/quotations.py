"""Words that a question puts in quotes: they are to be found as they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 300  # characters; what is longer is no phrase
_PAIRS = (("“", "”"), ("„", "“”"), ("«", "»"), ("‹", "›"), ("「", "」"))
# An apostrophe opens nothing: '90s, rock 'n' roll, 'em.
_NO_QUOTE = r"(?!\d0s\b|(?:n|em|tis|twas|til|cause|bout|round|cos|im|er)\b)"
# Marks that are nothing but quotes come before those that may be apostrophes.
_QUOTED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        *(rf"{left}([^{left}{right}]{{1,{_LONGEST}}})[{right}]" for left, right in _PAIRS),
        # A straight quote opens before a word and closes after one: 5" and dogs' are neither.
        rf'(?<!\w)"(?=[^\s"])([^"\n]{{1,{_LONGEST}}})(?<!\s)"(?!\w)',
        *(
            rf"(?<!\w){left}(?=[^\s{left}{right}]){_NO_QUOTE}"
            rf"((?:[^{left}{right}\n]|(?<=\w){right}(?=\w)){{1,{_LONGEST}}})(?<!\s){right}(?!\w)"
            for left, right in (("'", "'"), ("‘", "’"))
        ),
    )
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
    for start, end in (match.span(1) for each in _QUOTED for match in each.finditer(text)):
        # A quote swallows those inside it, and yields to any that it cuts.
        apart = [place for place in taken if place[1] <= start or end <= place[0]]
        inside = [place for place in taken if start <= place[0] and place[1] <= end]
        if len(apart) + len(inside) == len(taken):
            taken = [*apart, (start, end)]
    phrases: list[Phrase] = []
    for left, right in sorted(taken):
        words = text[left:right].lstrip(_MARKS)
        start = right - len(words)
        words = words.rstrip(_MARKS + _STOPS)
        if any(map(str.isalnum, words)):
            phrases.append(Phrase(words, start, start + len(words)))
    return tuple(phrases)
