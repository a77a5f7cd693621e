"""Spans of calendar days, and the grammar of the phrases that name them: a table of patterns, each
with its reader and what it needs.

A reader says what days a phrase stands for, seen from an anchor: today, or, for a phrase that leans
on a dated one ("May to July 2022"), that date.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Literal

from dateutil.relativedelta import relativedelta

from ingest import vocabulary as names
from ingest.vocabulary import NUMBERS, ONES, SHORT_MONTH, TENS, month_number, weekday_number
from ingest.vocabulary import YEAR as A_YEAR

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
YEARS_TRIED = 9  # 29 February is at most eight years back
MONTH_AT_LEAST, MONTH_AT_MOST = 28, 31
# Northern meteorological seasons; a winter is named by the year of its December.
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
LENGTHS = {  # but for days and less
    "week": relativedelta(weeks=1),
    "fortnight": relativedelta(weeks=2),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
    "decade": relativedelta(years=10),
    "century": relativedelta(years=100),
}
PER_DAY = {"hour": 24, "minute": 1440}
# Which piece of a time is meant, from the first; -1 is the last.
PLACES = {"early": 0, "start": 0, "beginning": 0, "first": 0, "mid": 1, "middle": 1, "second": 1,
          "late": 2, "end": 2, "third": 2, "fourth": 3, "last": -1}  # fmt: skip


@dataclass(frozen=True)
class Days:
    """Every day from `first` through `last`."""

    first: date
    last: date

    @property
    def count(self) -> int:
        """How many days: 1 at least."""
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int:
        """How many calendar months it touches: 1 for a day, 12 for a year."""
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1


def day_of(year: int, month: int, number: int) -> Days | None:
    """One day; None where the calendar has no such day, as 31 February."""
    try:
        only = date(year, month, number)
    except ValueError:
        return None
    return Days(only, only)


def months_of(year: int, month: int, count: int = 1) -> Days:
    """`count` whole months from the given one on."""
    first = date(year, month, 1)
    return Days(first, first + relativedelta(months=count) - DAY)


def of_year(
    year: str, build: Callable[[int], Days | None], anchor: date, over: bool = False
) -> Days | None:
    """`build(year)` of the year that is said, else of the most recent one whose days have begun, or
    are `over`, by the anchor."""
    if year:
        return build(year_said(year, anchor.year))
    for each in range(anchor.year, anchor.year - YEARS_TRIED, -1):
        found = build(each)
        if found and (found.last < anchor if over else found.first <= anchor):
            return found
    return None


def back(anchor: date, count: int, unit: str) -> Days | None:
    """From `count` units before the anchor through the anchor; of hours or minutes as many days as
    they reach into."""
    try:
        count = -(-count // PER_DAY.get(unit, 1))
        return Days(anchor - LENGTHS.get(unit, DAY) * count, anchor)
    except (ValueError, OverflowError):
        return None


def around(day: date, unit: str) -> Days:
    """The calendar unit that the day, or its week, is of; from a decade up, the year alone."""
    monday = day - day.weekday() * DAY
    if unit == "weekend":
        return Days(monday + 5 * DAY, monday + 6 * DAY)
    if unit in ("week", "fortnight"):
        return Days(monday, monday + 6 * DAY)
    if unit in ("hour", "day"):
        return Days(day, day)
    months = {"month": 1, "quarter": 3}.get(unit, 12)
    return months_of(day.year, (day.month - 1) // months * months + 1, months)


def part_of(days: Days, said: str) -> Days | None:
    """Its "early" third, its "second half", its "last week"; None where it has no such piece. By
    months where there are enough, else by days; the last one takes what is over."""
    place, _, unit = said.partition(" ")
    pieces = {"": 3, "half": 2, "quarter": 4}.get(unit, days.count // 7)
    which = PLACES[place]
    if unit and (which >= pieces or days.count < MONTH_AT_LEAST):
        return None
    if said == "last week":
        return Days(days.last - 6 * DAY, days.last)
    length: relativedelta | timedelta = days.count // pieces * DAY
    if days.count > MONTH_AT_MOST and days.months >= pieces:
        length = relativedelta(months=days.months // pieces)
    first = min(days.first + length * (which % pieces), days.last)
    last = days.last if which % pieces == pieces - 1 else first + length - DAY
    return Days(first, max(first, min(last, days.last)))


S = r"\s{1,3}"
REACH = 60  # characters around a phrase that say what it is
MONTH = rf"(?:(?:{names.MONTH}|(?:{SHORT_MONTH}|sept)\.?)(?!\w|-(?!(?:{SHORT_MONTH}))))"
WEEKDAY = rf"(?:{names.WEEKDAY})"
SEASON = r"(?:spring|summer|autumn|fall|winter)\b"
NUMBER = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\w%]|[.:]\d|,\d{1,3}\b|-\d{3})"
FULL_YEAR = rf"{A_YEAR}(?!\w|[.,:/]\d|%|-(?!{A_YEAR}\b))"
YEAR = rf"(?:{FULL_YEAR}|'\d\d\b|(?:last|this){S}year\b(?!'))"
LAST = rf"(?:last|this(?:{S}past)?|past)"
UNIT = "(?:day|week|fortnight|month|quarter|year|decade|century)"
# A number that continues another one, or a sum of money, begins no date.
OPEN = r"(?<![\w.,/$£€¥#:+'-])"

COUNTS = NUMBERS | {
    "a": 1, "an": 1, "couple": 2, "few": 3, "several": 5, "dozen": 12, "hundred": 100,
}  # fmt: skip
COUNT = (
    rf"(?:(?<![\w.,])\d{{1,4}}|(?:{'|'.join(TENS)})-(?:{'|'.join(ONES[:9])})|(?:a{S})?couple(?:{S}of)?"
    rf"|(?:a{S})?few|several|(?:a{S})?dozen|(?:a|one){S}hundred|{'|'.join((*ONES, *TENS))}|an?)\b"
)
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
    rf"(?i)(?:'s\b)?(?:\s*(?:$|[^\w\s'-]|-\s)|\s+(?:{'|'.join(AFTER)})\b|\s+[\d:]{{1,5}}\s?[ap]\.?m\b"
    rf"|(?:,?\s+[\w'.&-]+){{0,3}}\s+(?:{'|'.join(STORIES)})s?\b)"
)


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
    return int(words[:4]) if words[0].isdigit() else year - (words.startswith("last"))


RECENT = {"day": 7, "week": 4, "month": 3}
ROLLING = ("hour", "decade", "century")  # "last decade" are the last ten years
STALE = 180  # days after its end last year's summer is no more "this" one but the one to come


def read_date(said: Mention, anchor: date) -> Days | None:
    """ "16 July 2023", "July 16-18"."""
    month = month_number(said["month"])
    days = [int(re.sub(r"\D", "", part)) for part in (said["day"], said["day2"]) if part]

    def build(year: int) -> Days | None:
        first, last = day_of(year, month, days[0]), day_of(year, month, days[-1])
        return Days(first.first, last.last) if first and last and days[0] <= days[-1] else None

    return of_year(said["year"], build, anchor)


def read_slashed(said: Mention, _: date) -> Days | None:
    """ "24/11/2023" in either order, where only one of them is a date."""
    month, day = sorted((int(said["one"]), int(said["two"])))
    unambiguous = month == day or day > 12  # noqa: PLR2004
    return day_of(int(said["year"]), month, day) if unambiguous else None


def read_named(said: Mention, anchor: date) -> Days | None:
    """ "July", "summer", "Q3", "H1", of its year or the most recent that has begun; "last July" is
    over, "this summer" not for long."""
    label, which = said["quarter"], said["which"]
    count = 1 if said["month"] else 6 if "h" in label else 3
    if label:
        month = (int(label[1]) - 1) * count + 1
    else:
        month = month_number(said["month"]) if count == 1 else SEASONS[said["season"]]
    build = partial(months_of, month=month, count=count)
    days = of_year(said["year"], build, anchor, over=which == "last")
    if days and which == "this" and days.first.year < anchor.year:
        return days if (anchor - days.last).days <= STALE else None
    return days


def read_weekday(said: Mention, anchor: date) -> Days | None:
    """ "Monday" up to today, "last Monday" before it, "Monday last week" of that week."""
    number = weekday_number(said["weekday"])
    anchor -= (said["which"] == "last") * DAY
    day = anchor - (anchor.weekday() - number) % 7 * DAY
    if said["week"]:
        day = around(anchor, "week").first + number * DAY - (said["week"] == "last") * WEEK
    return Days(day, day)


def read_unit(said: Mention, anchor: date) -> Days | None:
    """ "last month" is the calendar's; "the last month" and "the past month" roll. "The weekend" is
    the last one that has begun."""
    which, unit = (said["which"] or "this").split()[-1], said["unit"]
    if unit == "weekend":
        is_on = around(anchor, unit).first <= anchor and which != "last"
        return around(anchor if is_on else anchor - WEEK, unit)
    if which == "past" or (which == "last" and (said["the"] or unit in ROLLING)):
        return None if unit == "quarter" and which == "last" else back(anchor, 1, unit)
    now = around(anchor, unit)
    if which == "last":
        return around(now.first - DAY, unit)
    return Days(anchor - 6 * DAY if unit == "week" else now.first, anchor)


def read_rolling(said: Mention, anchor: date) -> Days | None:
    """ "the last ten days"; "recent days" are seven, "recent weeks" four, "recent months" three."""
    unit, count = said["unit"], said["count"]
    return back(anchor, count_of(count) if count else RECENT[unit], unit)


def read_ago(said: Mention, anchor: date) -> Days | None:
    """The day, the week, the month or the year that was so long ago; of hours, all since then."""
    then, unit = read_rolling(said, anchor), said["unit"]
    return around(then.first, unit) if then and unit not in PER_DAY else then


def read_that_day(said: Mention, anchor: date) -> Days:
    """ "the day before yesterday", "this morning", "now"; "last night" is reported on two days."""
    words = said.found[0].lower()
    first = anchor - DAY * ("before" in words) - DAY * ("yesterday" in words or "last" in words)
    return Days(first, anchor if "last" in words else first)


# What a phrase needs of its neighbours before it is believed. free: nothing. alone: a preposition
# before it, or no noun of its own after it. governed: a preposition. end: it only ends another
# ("from May to today").
Stands = Literal["free", "alone", "governed", "end"]
Family = Literal["date", "year", "weekday", "other"]


@dataclass(frozen=True)
class Phrase:
    """One row; phrases of one `family` form ranges ("from X to Y"); `floats`: its year is open."""

    name: str
    pattern: str
    read: Callable[[Mention, date], Days | None]
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
        return self.phrase.floats and not self["year"]

    def __getitem__(self, part: str) -> str:
        """What the named part of the pattern matched, in lower case; "" for nothing."""
        return (self.found.groupdict().get(part) or "").lower()


THE = rf"(?:the{S})?"
NAMED = rf"(?:\b(?:{WEEKDAY}|(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\b\.?),?{S}{THE})?"
HOUR = rf"(?:{S}(?:early{S}|late{S})?(?:morning|afternoon|evening|night|noon|midnight)\b)?"
OF_YEAR = rf"(?:,?{S}(?:of{S})?(?P<year>{YEAR}))"
OF_DATE = rf"(?:,\s?|{S}(?:of{S})?)"
TO = rf"(?:\s?-\s?|{S}(?:to|until|till|through|thru|and){S}{THE})"
NTH = rf"(?P<day>{NUMBER})"
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
NOT_OF = r"\b(?!\s+of\b|-)"
SEASON_YEAR = rf"(?:{A_YEAR}(?:[-/]\d\d(?:\d\d)?)?(?![\w-])|{YEAR})"
THAT_DAY = (
    rf"\b(?:the{S}day{S}before{S})?yesterday\b{HOUR}|\blast{S}night\b"
    rf"|\bthis{S}(?:morning|afternoon|evening)\b"
)

PHRASES = (
    Phrase("iso", rf"{OPEN}(?P<year>{A_YEAR})(?P<sep>[-/])(?P<month>\d\d?)(?P=sep)"
           r"(?P<day>\d\d?)(?!\d)(?:[T ]\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:?\d\d)?)?",
           lambda m, _: day_of(int(m["year"]), int(m["month"]), int(m["day"])), "alone", "date"),
    Phrase("slashed", rf"{OPEN}(?P<one>\d\d?)/(?P<two>\d\d?)/(?P<year>\d{{4}})\b",
           read_slashed, "alone", "date"),
    Phrase("day month", rf"{NAMED}{THE}{OPEN}{NTH}{TO_DAY}(?:{S}(?:of{S})?|-)(?P<month>{MONTH})"
           rf"(?:(?:{OF_DATE}|-)(?P<year>{YEAR}))?", read_date, "alone", "date", True),
    Phrase("month day", rf"{NAMED}\b{A_DAY}(?P<month>{MONTH}){S}{THE}{NTH}{TO_LAST_DAY}"
           rf"(?:{OF_DATE}(?P<year>{YEAR}))?", read_date, "alone", "date", True),
    Phrase("month year", A_MONTH + OF_YEAR, read_named, "alone", "date"),
    Phrase("which month", rf"{WHICH}(?P<month>{MONTH})", read_named, "alone"),
    Phrase("month", A_MONTH, read_named, "governed", "date", True),
    Phrase("year", rf"(?:{OPEN}|(?<=\bmid-)|(?<=\b\d{{4}}-))(?:the{S}year{S})?"
           rf"(?P<year>{FULL_YEAR})", lambda m, _: months_of(int(m["year"]), 1, 12), "governed",
           "year"),
    Phrase("decade", r"\b(?:the\s)?(?P<year>(?:1[89]|20)\d0)'?s\b",
           lambda m, _: months_of(int(m["year"]), 1, 120), "governed", "year"),
    Phrase("season", rf"\b(?:the{S})?(?P<season>{SEASON}),?{S}(?:of{S})?(?P<year>{SEASON_YEAR})",
           read_named, "alone", "date"),
    Phrase("season", rf"{WHICH}(?P<season>{SEASON}){NOT_OF}", read_named, "free"),
    Phrase("quarter", rf"\b(?P<quarter>Q[1-4]|H[12])\b{OF_YEAR}?", read_named, "governed", "date",
           True),
    Phrase("weekday", rf"\b(?:(?P<which>{LAST}){S})?{NAMED_DAY}(?:{S}(?:of{S})?(?P<week>last|this)"
           rf"{S}week)?\b", read_weekday, "alone", "weekday", True),
    Phrase("unit", rf"\b(?P<the>the{S})?(?P<which>{LAST}){S}(?P<unit>{UNIT}|weekend|hour){NOT_OF}",
           read_unit, "free"),
    Phrase("rolling", rf"\b{THE}(?:(?:this{S})?past|last){S}(?P<count>{COUNT}){S}(?:full{S})?"
           rf"(?P<unit>{UNIT}|hour|minute)s?{NOT_OF}", read_rolling, "free"),
    Phrase("ago", rf"\b(?P<count>{COUNT}){S}(?P<unit>{UNIT}|hour)s?{S}ago\b"
           rf"(?:{S}(?:today\b|this{S}(?:week|month|{MONTH}|{SEASON})))?",
           read_ago, "free"),
    Phrase("recent", rf"\b{THE}recent{S}(?P<unit>day|week|month)s\b", read_rolling, "free"),
    Phrase("that day", THAT_DAY, read_that_day, "free"),
    Phrase("weekend", rf"\bthe{S}(?P<unit>weekend){NOT_OF}", read_unit, "alone"),
    Phrase("today", r"\b(?:today|now|(?:the\s)?present(?:\sday)?)\b", read_that_day, "end"),
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
