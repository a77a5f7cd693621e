"""Spans of calendar days: months, weeks, seasons, and what lies so far back from a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
YEARS_TRIED = 9  # 29 February is at most eight years back
MONTH_AT_LEAST, MONTH_AT_MOST = 28, 31
# Northern meteorological seasons; a winter is named by the year of its December.
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
LENGTHS = {
    "day": relativedelta(days=1),
    "week": relativedelta(weeks=1),
    "fortnight": relativedelta(weeks=2),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
    "decade": relativedelta(years=10),
    "century": relativedelta(years=100),
}


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


def year_of(year: int) -> Days:
    return months_of(year, 1, 12)


def season_of(year: int, name: str) -> Days:
    """Three months; `name` is a key of SEASONS."""
    return months_of(year, SEASONS[name], 3)


def decade_of(year: int) -> Days:
    """1990 is the 1990s; 1800 and 1900 are whole centuries, as in "the 1800s"."""
    whole_century = year % 100 == 0 and year < 2000  # noqa: PLR2004
    return Days(date(year, 1, 1), date(year + (99 if whole_century else 9), 12, 31))


def week_of(day: date) -> Days:
    """Monday to Sunday."""
    monday = day - day.weekday() * DAY
    return Days(monday, monday + 6 * DAY)


def weekend_of(day: date) -> Days:
    """Saturday and Sunday of the day's ISO week."""
    saturday = week_of(day).first + 5 * DAY
    return Days(saturday, saturday + DAY)


def weekday_by(number: int, anchor: date) -> Days:
    """The most recent such weekday (Monday is 0) up to and including the anchor."""
    only = anchor - (anchor.weekday() - number) % 7 * DAY
    return Days(only, only)


def latest_by(build: Callable[[int], Days | None], anchor: date, over: bool = False) -> Days | None:
    """The most recent year's `build(year)` that has begun, or is wholly over, by the anchor."""
    for year in range(anchor.year, anchor.year - YEARS_TRIED, -1):
        found = build(year)
        if found and (found.last < anchor if over else found.first <= anchor):
            return found
    return None


def back(anchor: date, count: int, unit: str) -> Days | None:
    """From `count` units before the anchor through the anchor: `unit` is a key of LENGTHS."""
    try:
        return Days(anchor - LENGTHS[unit] * count, anchor)
    except (ValueError, OverflowError):
        return None


def ago(anchor: date, count: int, unit: str) -> Days | None:
    """The day, the ISO week, the month or the year that was `count` units before the anchor."""
    then = back(anchor, count, unit)
    return around(then.first, unit) if then else None


def around(day: date, unit: str) -> Days:
    """The calendar unit that holds the day; from a decade up, the year alone."""
    if unit == "day":
        return Days(day, day)
    if unit in ("week", "fortnight"):
        return week_of(day)
    if unit == "month":
        return months_of(day.year, day.month)
    if unit == "quarter":
        return months_of(day.year, (day.month - 1) // 3 * 3 + 1, 3)
    return year_of(day.year)


def third_of(days: Days, which: int) -> Days:
    """The early (0), middle (1) or late (2) part.

    Years and longer by months: January-April. A month by its days: 1-10, 11-20, 21-end.
    A week: Monday-Wednesday, Wednesday-Thursday, Thursday-Sunday. Less than that is whole.
    """
    count = days.count
    if count < 7:  # noqa: PLR2004
        return days
    if count == 7:  # noqa: PLR2004
        begin, end = ((0, 2), (2, 3), (3, 6))[which]
        return Days(days.first + begin * DAY, days.first + end * DAY)
    if count > MONTH_AT_MOST:
        third = relativedelta(months=days.months // 3)
        first = days.first + third * which
        last = min(days.last, first + third - DAY)
        return Days(first, last) if first <= last else days
    length = 10 if count >= MONTH_AT_LEAST else count // 3
    first = days.first + which * length * DAY
    return Days(first, days.last if which == 2 else first + (length - 1) * DAY)  # noqa: PLR2004


def piece_of(days: Days, which: str, unit: str) -> Days | None:
    """The "second" "half", the "last" "week"; None where there is no such piece."""
    skipped = ("first", "second", "third", "fourth", "last").index(which)
    if unit == "week":
        weeks = min(skipped, (days.count - 1) // 7)
        first = days.last - 6 * DAY if which == "last" else days.first + weeks * WEEK
        return Days(first, min(days.last, first + 6 * DAY)) if days.count > 7 else None  # noqa: PLR2004
    pieces = 2 if unit == "half" else 4
    skipped = pieces - 1 if which == "last" else skipped
    if skipped >= pieces or days.count < MONTH_AT_LEAST:
        return None
    if days.count > MONTH_AT_MOST:
        if days.months % pieces:
            return None  # "the third quarter of summer"
        length = relativedelta(months=days.months // pieces)
        first = days.first + length * skipped
        return Days(first, first + length - DAY)
    ends = [days.first - DAY, days.first + 14 * DAY, days.last]  # half of a month is its 15th
    return Days(ends[skipped] + DAY, ends[skipped + 1]) if pieces == 2 else None  # noqa: PLR2004
