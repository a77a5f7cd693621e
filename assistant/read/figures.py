"""Figures in news text: how many of what, how much, what share; dates and times are none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ingest.vocabulary import CAPITALISED, MONTH, NUMBERS, SHORT_MONTH, YEAR

Bound = Literal["", "about", "least", "most"]

_SMALL = {"zero": 0, **NUMBERS}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9,
           "trillion": 10**12, "m": 10**6, "bn": 10**9, "dozen": 12}  # fmt: skip
_ALIAS = {"percent": "%", "per cent": "%", "pct": "%", "percentage point": "point",
          "percentage points": "point", "dollar": "$", "dollars": "$", "euro": "€", "euros": "€",
          "pound": "£", "pounds": "£", "yen": "¥"}  # fmt: skip

_SCALE = r"(?:hundred|thousand|million|billion|trillion|dozen)"
_NUMBER = "|".join(_SMALL)
_WORDS = (
    rf"(?:three[-\s]quarters|(?:a\s)?quarter)\sof\sa\s{_SCALE}"
    rf"|(?:{_NUMBER})(?:[-\s](?:and[-\s])?(?:{_NUMBER}|{_SCALE}|a[-\s]half))*"
    rf"|(?:a|half\sa|a\shalf|several)[-\s]{_SCALE}(?:\sand\sa\shalf|\s{_SCALE})?"
    rf"|(?:ten|{_SCALE})s\sof\s{_SCALE}s"
)
_ORDINAL = r"(?!-(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b)"
_DIGITS = r"\d{1,3}(?:[,\u00a0\u2009\u202f ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_FIGURE = re.compile(
    rf"(?P<sign>US\$|A\$|C\$|[$€£¥])?\s?(?<![\w.:/])(?<![^\W\d_]-)"  # "F-16" is no figure
    rf"(?:(?P<digits>{_DIGITS})(?![:/.]\d|\w*\d)(?:\s?-?\s?(?P<scale>{_SCALE}|bn|(?<=\d)m)\b)?"
    rf"|\b(?P<words>{_WORDS})\b{_ORDINAL})"
    r"(?:\s?-?(?P<unit>%|per\s?cent\b|pct\b|percentage\spoints?\b)"
    r"|\s(?:US\s)?(?P<money>dollars?|euros?|pounds?|yen)\b)?",
    re.IGNORECASE,
)
_MONTH = rf"(?:{MONTH}|{SHORT_MONTH}|Sept)\b\.?"
_DATE_AFTER = re.compile(rf"(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?=\W|$)|(?:st|nd|rd|th)\b"
                         r"|\s?(?:[ap]\.?m\b|o[’']clock)|[:.]\d\d\s?[ap]\.?m")  # fmt: skip
_DATE_BEFORE = re.compile(rf"(?:{_MONTH}\s+|\bthe\s+(?=\d+(?:st|nd|rd|th)))$")
_AGE_BEFORE = re.compile(rf"{CAPITALISED},\s$")  # "Jo Hale, 26, said"
_COUNTED_AFTER = re.compile(r"\s(?:people|men|women|children|soldiers|workers|troops)\b")
_YEAR_BEFORE = re.compile(r"\b(?:in|since|of|by|until|before|after|from|the|and)\s$", re.IGNORECASE)
_BOUNDS: Mapping[Bound, str] = {
    "least": r"more\sthan|over|at\sleast|above|no\s(?:fewer|less)\sthan|upwards\sof",
    "most": r"(?:fewer|less)\sthan|under|up\sto|at\smost|almost|nearly|close\sto|below",
    "about": r"about|around|some|roughly|approximately|an?\sestimated",
}
_CLAUSE = re.compile(r"[,;:.!?()“”\"—–]|\s[$€£¥]?\d")
COUNTED = 5  # words after a figure that may say what is counted


@dataclass(frozen=True)
class Figure:
    """A figure as a text gives it: `text[start:end]`, with its sign and scale.

    `unit`: "%", "point", "$", "€", "£", "¥" or "" for a plain number; `bound`: whether it is said
    to be about, at least or at most so much; `what`: the words after it, up to the next comma or
    figure in digits.
    """

    value: float
    unit: str
    start: int
    end: int
    bound: Bound
    what: tuple[str, ...]

    def same(self, other: Figure) -> bool:
        """Whether both may be the same figure, told more or less exactly."""
        if self.unit != other.unit:
            return False
        rough = self.bound or other.bound
        most = max(abs(self.value), abs(other.value), 1e-9)
        return abs(self.value - other.value) <= most * (0.03 if rough else 1e-6)


def figures_of(text: str) -> list[Figure]:
    """The figures of a text, in order. Dates, times, years and ordinals are left out.

    >>> [(f.value, f.unit, f.what) for f in figures_of("Some 3.5 million people lost $2bn in May.")]
    [(3500000.0, '', ('people', 'lost')), (2000000000.0, '$', ('in', 'May'))]
    """
    found = []
    for match in _FIGURE.finditer(text):
        if _is_date(text, match):
            continue
        start, end = match.start(), match.end()
        start += len(match[0]) - len(match[0].lstrip())
        if match["digits"]:
            value = float(re.sub(r"[,\s]", "", match["digits"]))
            value *= _SCALES.get((match["scale"] or "").lower(), 1)
        else:
            value = _spelled(match["words"].lower())
        sign = (match["sign"] or "").strip().upper()
        unit = " ".join((match["unit"] or match["money"] or "").lower().split())
        unit = _ALIAS.get(unit, unit) or ("$" if sign.endswith("$") else sign)
        near = text[max(0, start - 20) : start]
        bounds = (
            bound
            for bound, words in _BOUNDS.items()
            if re.search(rf"\b(?:{words})\s(?:US)?$", near, re.IGNORECASE)
        )
        clause = _CLAUSE.split(text[end : end + 80], maxsplit=1)[0]
        what = tuple(re.findall(r"[^\W\d_][\w’'-]*", clause)[:COUNTED])
        found.append(Figure(value, unit, start, end, next(bounds, ""), what))
    return found


def _spelled(words: str) -> float:
    """The value of a number in words: "three and a half thousand" is 3,500."""
    read = re.split(r"[-\s]+", words)
    if "of" in read:  # "tens of thousands", "a quarter of a million"
        share = {"ten": 10, "quarter": 0.75 if "three" in read else 0.25}
        many, scale = read[read.index("of") - 1].rstrip("s"), read[-1].rstrip("s")
        return float((share | _SCALES).get(many, 1) * _SCALES.get(scale, 1))
    total = part = 0.0
    for place, word in enumerate(read):
        if word in _SMALL:
            part += _SMALL[word]
        elif word == "half":
            part += 0.5 * _SCALES.get(read[place - 3], 1)  # "a million and a half"
        elif word == "several" or (word == "a" and read[place + 1] in _SCALES):
            part = part or 1
        elif word in ("hundred", "dozen"):
            part = (part or 1) * _SCALES[word]
        elif word in _SCALES:
            total, part = total + (part or 1) * _SCALES[word], 0.0
    return total + part


def _is_date(text: str, match: re.Match[str]) -> bool:
    digits = match["digits"]
    if not digits or match["sign"] or match["unit"] or match["scale"] or match["money"]:
        return False
    after, before = text[match.end() :], text[max(0, match.start() - 12) : match.end()]
    before = before[: len(before) - len(match[0].lstrip())]
    if _DATE_AFTER.match(after) or _DATE_BEFORE.search(before):
        return True
    if re.match(r"[,.;)]|\s[–—]", after) and _AGE_BEFORE.search(before):
        return True
    if _COUNTED_AFTER.match(after) and not _YEAR_BEFORE.search(before):
        return False
    return bool(re.fullmatch(YEAR, digits))
