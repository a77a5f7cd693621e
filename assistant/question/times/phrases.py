"""The grammar of time phrases: a table of patterns, each with its reader and what it needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assistant.question.times import readings as read
from assistant.question.times.calendar import Days
from assistant.question.times.words import (
    A_YEAR,
    COUNT,
    DECADES,
    FULL_YEAR,
    LAST,
    MONTH,
    NUMBER,
    OPEN,
    SEASON,
    SHORT_DAY,
    UNIT,
    WEEKDAY,
    WORDED,
    YEAR,
    S,
)

# What a phrase needs of its neighbours before it is believed. free: nothing. alone: a preposition
# before it, or no noun of its own after it. governed: a preposition. closed: both. part: a part of
# it must be named ("the end of the year"). end: it only ends another ("from May to today").
Stands = Literal["free", "alone", "governed", "closed", "part", "end"]
Family = Literal["date", "year", "weekday", "other"]


@dataclass(frozen=True)
class Phrase:
    """One row; phrases of one `family` form ranges ("from X to Y"); `floats`: its year is open."""

    name: str
    pattern: str
    read: Callable[[re.Match[str], date], Days | None]
    stands: Stands
    family: Family = "other"
    floats: bool = False


@dataclass(frozen=True)
class Mention:
    """A phrase at a place in a text."""

    phrase: Phrase
    found: re.Match[str]

    @property
    def start(self) -> int:
        return self.found.start()

    @property
    def end(self) -> int:
        return self.found.end()

    @property
    def floats(self) -> bool:
        return self.phrase.floats and not self.said("year")

    def said(self, part: str) -> str:
        """What the named part of the pattern matched, in lower case; "" for nothing."""
        return (self.found.groupdict().get(part) or "").lower()


THE = rf"(?:the{S})?"
NAMED = rf"(?:\b(?:{WEEKDAY}|{SHORT_DAY}),?{S}{THE})?"
HOUR = rf"(?:{S}(?:early{S}|late{S})?(?:morning|afternoon|evening|night|noon|midnight)\b)?"
OF_YEAR = rf"(?:,?{S}(?:of{S})?(?P<year>{YEAR}))"
OF_DATE = rf"(?:,\s?|{S}(?:of{S})?)"
TO = rf"(?:\s?-\s?|{S}(?:to|until|till|through|thru|and){S}{THE})"
DAY = rf"(?P<day>{NUMBER})"
TO_DAY = rf"(?:{TO}(?P<day2>{NUMBER}))?"
TO_LAST_DAY = (
    rf"(?:{TO}(?P<day2>{NUMBER})(?=\s*(?:[,.;:?!)]|$)|{S}(?:{YEAR}|[a-z]{{2,5}}\b))(?!{S}{MONTH}))?"
)
# "In July 16 people …" names no day.
A_DAY = (
    r"(?:(?<!\bin\s)(?<!\bduring\s)"
    rf"|(?={MONTH}{S}{NUMBER}(?:(?<=[a-z])|{OF_DATE}{YEAR})))"
)
A_MONTH = rf"\b(?:the{S}month{S}of{S})?(?P<month>{MONTH})"
WHICH = rf"\b(?P<which>{LAST}){S}"
NAMED_DAY = rf"(?P<weekday>{WEEKDAY}){HOUR}"
WORD = rf"(?P<word>{'|'.join(WORDED)})"
NOT_OF = r"\b(?!\s+of\b|-)"
DECADE = rf"(?:(?P<year>(?:1[89]|20)\d0)'?s|'(?P<short>\d0)s|(?P<word>{'|'.join(DECADES)}))\b"
SEASON_YEAR = rf"(?P<year>{A_YEAR}(?P<next>[-/]\d\d(?:\d\d)?)?(?![\w-])|{YEAR})"
THAT_DAY = (
    rf"\b(?:the{S}day{S}before{S})?yesterday\b{HOUR}|\blast{S}night\b"
    rf"|\bthis{S}(?:morning|afternoon|evening)\b"
)

PHRASES = (
    Phrase("iso", rf"{OPEN}(?P<year>{A_YEAR})(?P<sep>[-/])(?P<month>\d\d?)(?P=sep)"
           r"(?P<day>\d\d?)(?!\d)"
           r"(?:[T ]\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:?\d\d)?)?", read.read_iso, "alone", "date"),
    Phrase("slashed", rf"{OPEN}(?P<one>\d\d?)/(?P<two>\d\d?)/(?P<year>\d{{4}})\b",
           read.read_slashed, "alone", "date"),
    Phrase("day month", rf"{NAMED}{THE}{OPEN}{DAY}{TO_DAY}(?:{S}(?:of{S})?|-)(?P<month>{MONTH})"
           rf"(?:(?:{OF_DATE}|-)(?P<year>{YEAR}))?", read.read_date, "alone", "date", True),
    Phrase("month day", rf"{NAMED}\b{A_DAY}(?P<month>{MONTH}){S}{THE}{DAY}{TO_LAST_DAY}"
           rf"(?:{OF_DATE}(?P<year>{YEAR}))?", read.read_date, "alone", "date", True),
    Phrase("worded day", rf"{THE}\b{WORD}{S}of{S}(?P<month>{MONTH}){OF_YEAR}?",
           read.read_worded_date, "alone", "date", True),
    Phrase("worded day", rf"\b(?P<month>{MONTH}){S}{THE}{WORD}\b{OF_YEAR}?",
           read.read_worded_date, "alone", "date", True),
    Phrase("no day", rf"{OPEN}\d{{1,3}}(?:st|nd|rd|th)?{S}(?:of{S})?{MONTH}{OF_YEAR}?",
           read.read_nothing, "alone", "date"),
    Phrase("no day", rf"\b{MONTH}{S}\d{{1,3}}(?:st|nd|rd|th)?,?{S}\d{{4}}\b",
           read.read_nothing, "alone", "date"),
    Phrase("ordinal", rf"{NAMED}\bthe{S}(?P<number>\d\d?)(?:st|nd|rd|th)\b",
           read.read_ordinal, "closed", "date", True),
    Phrase("month year", A_MONTH + OF_YEAR, read.read_month, "alone", "date"),
    Phrase("which month", rf"{WHICH}(?P<month>{MONTH})", read.read_which_month, "alone"),
    Phrase("month", A_MONTH, read.read_month, "governed", "date", True),
    Phrase("year", rf"(?:{OPEN}|(?<=\bmid-)|(?<=\b\d{{4}}-))(?:the{S}year{S})?"
           rf"(?P<year>{FULL_YEAR})", read.read_year, "governed", "year"),
    Phrase("years", rf"{OPEN}(?P<year>{A_YEAR})[-/](?P<short>\d\d)(?![\w/-])",
           read.read_years, "governed", "year"),
    Phrase("decade", rf"\b{THE}{DECADE}", read.read_decade, "closed", "year"),
    Phrase("season year", rf"{THE}\b(?P<season>{SEASON}),?{S}(?:of{S})?{SEASON_YEAR}",
           read.read_season, "alone", "date"),
    Phrase("which season", rf"{WHICH}(?P<season>{SEASON}){NOT_OF}",
           read.read_which_season, "free"),
    Phrase("season", rf"\b(?P<which>the){S}(?P<season>{SEASON})",
           read.read_which_season, "closed"),
    Phrase("quarter year", rf"\b(?P<quarter>Q[1-4]|[1-4]Q|H[12]){OF_YEAR}",
           read.read_quarter, "alone", "date"),
    Phrase("quarter", r"\b(?P<quarter>Q[1-4]|H[12])\b(?P<year>(?!))?",
           read.read_quarter, "closed", "date", True),
    Phrase("weekday", rf"\b{NAMED_DAY}(?:{S}(?:of{S})?(?P<week>last|this){S}week)?\b",
           read.read_weekday, "alone", "weekday", True),
    Phrase("which weekday", rf"{WHICH}{NAMED_DAY}{NOT_OF}",
           read.read_weekday, "alone", "weekday"),
    Phrase("short weekday", rf"\b(?:(?P<which>last){S})?(?P<weekday>{SHORT_DAY})(?!\w)",
           read.read_weekday, "closed", "weekday", True),
    Phrase("unit", rf"\b(?P<the>the{S})?(?P<which>{LAST}){S}(?P<unit>{UNIT}|weekend){NOT_OF}",
           read.read_unit, "free"),
    Phrase("before last", rf"\bthe{S}(?P<unit>week|month|year){S}before{S}last\b",
           read.read_before_last, "free"),
    Phrase("rolling", rf"\b{THE}(?:(?:this{S})?past|last){S}(?P<count>{COUNT}){S}(?:full{S})?"
           rf"(?P<unit>{UNIT})s?{NOT_OF}", read.read_rolling, "free"),
    Phrase("ago", rf"\b(?P<count>{COUNT}){S}(?P<unit>{UNIT})s?{S}ago\b"
           rf"(?:{S}(?:today\b|this{S}(?:week|month|{MONTH}|{SEASON})))?", read.read_ago, "free"),
    Phrase("recent", rf"\b{THE}recent{S}(?P<unit>day|week|month)s\b", read.read_recent, "free"),
    Phrase("that day", THAT_DAY, read.read_that_day, "free"),
    Phrase("weekend", rf"\bthe{S}weekend{NOT_OF}", read.read_weekend, "closed"),
    Phrase("the unit", rf"\bthe{S}(?P<unit>month|year|decade)\b", read.read_the_unit, "part"),
    Phrase("today", r"\b(?:today|now|(?:the\s)?present(?:\sday)?)\b", read.read_today, "end"),
)  # fmt: skip
_PATTERNS = tuple((phrase, re.compile(phrase.pattern, re.IGNORECASE)) for phrase in PHRASES)


def find_mentions(text: str) -> tuple[Mention, ...]:
    """Every phrase of the table in the text, in order: of those that overlap the first, longest."""
    found = [Mention(row, match) for row, pattern in _PATTERNS for match in pattern.finditer(text)]
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return tuple(kept)
