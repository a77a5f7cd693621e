"""The vocabulary of time phrases: pieces of patterns, and the numbers that words stand for."""

from __future__ import annotations

import re

S = r"\s{1,3}"
REACH = 60  # characters around a phrase that say what it is
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
DAYS = "mon tue wed thu fri sat sun".split()
MONTH = (
    r"(?:(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?)"
    rf"(?!\w|-(?!(?:{'|'.join(MONTHS)}))))"
)
WEEKDAY = "(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
SHORT_DAY = r"(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\b\.?"
SEASON = r"(?:spring|summer|autumn|fall|winter)\b"
NUMBER = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\w%]|[.:]\d|,\d{1,3}\b|-\d{3})"
A_YEAR = r"(?:1[5-9]|20)\d\d"
FULL_YEAR = rf"{A_YEAR}(?!\w|[.,:/]\d|%|-(?!{A_YEAR}\b))"
YEAR = rf"(?:{FULL_YEAR}|'\d\d\b|(?:last|this){S}year\b(?!'))"
LAST = rf"(?:last|this(?:{S}past)?|past)"
UNIT = "(?:day|week|fortnight|month|quarter|year|decade|century)"
# A number that continues another one, or a sum of money, begins no date.
OPEN = r"(?<![\w.,/$£€¥#:+'-])"

WORDED = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
ONES = """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen""".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
COUNTS = {word: number for number, word in enumerate(ONES, 1)}
COUNTS |= {word: ten * 10 for ten, word in enumerate(TENS, 2)}
COUNTS |= {"a": 1, "an": 1, "couple": 2, "few": 3, "several": 5, "dozen": 12, "hundred": 100}
COUNT = (
    rf"(?:(?<![\w.,])\d{{1,4}}|(?:{'|'.join(TENS)})-(?:{'|'.join(ONES[:9])})|(?:a{S})?couple(?:{S}of)?"
    rf"|(?:a{S})?few|several|(?:a{S})?dozen|(?:a|one){S}hundred|{'|'.join((*ONES, *TENS))}|an?)\b"
)
DECADES = {
    "twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950, "sixties": 1960,
    "seventies": 1970, "eighties": 1980, "nineties": 1990,
}  # fmt: skip

# What may follow a date that no preposition governs: any other word is taken for a noun that the
# date describes ("the July 16 protests").
AFTER = """a an the and or but nor in on at to by for from with without within into over under after
    before since until till as than that which who whom whose what when where why how while if
    because during about amid between through is are was were be been being did do does has have
    had will would can could should must not he she it they we you i his her its their our my your
    this these those there here then also just alone only both all some any near via per despite
    following according versus vs against due""".split()
# A date before one of these is a day of publication: "the November 1 TechCrunch article".
STORIES = "report article story piece coverage edition issue column interview review post".split()
CLOSED = re.compile(
    rf"(?:'s\b)?(?:\s*(?:$|[^\w\s'-]|-\s)|\s+(?:{'|'.join(AFTER)})\b|\s+[\d:]{{1,5}}\s?[ap]\.?m\b"
    rf"|(?:,?\s+[\w'.&-]+){{0,3}}\s+(?:{'|'.join(STORIES)})s?\b)",
    re.IGNORECASE,
)


def month_number(word: str) -> int:
    """1 for "Jan." and "January"."""
    return MONTHS.index(word[:3].lower()) + 1


def weekday_number(word: str) -> int:
    """0 for "Mon" and "Monday"."""
    return DAYS.index(word[:3].lower())


def count_of(words: str | None) -> int:
    """ "24", "twenty-four", "a couple of", "a few" as a number; None is one."""
    parts = re.split(r"[\s-]+", (words or "one").lower())
    if parts[0].isdigit():
        return int(parts[0])
    known = [COUNTS[part] for part in parts if part in COUNTS]
    return max(known) if parts[0] in ("a", "an", "one") else sum(known)


def year_said(words: str, year: int) -> int:
    """ "2023", "'23", "last year" as a year, asked in `year`; '50 and up are of the 1900s."""
    if words.startswith("'"):
        short = int(words[1:])
        return short + (1900 if short >= 50 else 2000)  # noqa: PLR2004
    return int(words[:4]) if words[0].isdigit() else year - (words[0] in "lL")
