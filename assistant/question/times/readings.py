"""What days a time phrase stands for, seen from an anchor: the readers of the phrase table.

The anchor is today, or, for a phrase that leans on a dated one ("May to July 2022"), that date.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from assistant.question.times.calendar import (
    DAY,
    WEEK,
    Days,
    ago,
    around,
    back,
    day_of,
    decade_of,
    latest_by,
    months_of,
    season_of,
    week_of,
    weekday_by,
    weekend_of,
    year_of,
)
from assistant.question.times.words import (
    DECADES,
    WORDED,
    count_of,
    month_number,
    weekday_number,
    year_said,
)

Found = re.Match[str]

RECENT = {"day": 7, "week": 4, "month": 3}
STALE = 180  # days after its end a season is no more "this" one but the one to come


def _dated(anchor: date, year: str | None, build: Callable[[int], Days | None]) -> Days | None:
    return build(year_said(year, anchor.year)) if year else latest_by(build, anchor)


def read_date(found: Found, anchor: date) -> Days | None:
    """ "16 July 2023", "July 16-18"."""
    parts = found.groupdict()
    month = month_number(parts["month"])
    days = [int(re.sub(r"\D", "", part)) for part in (parts["day"], parts.get("day2")) if part]

    def build(year: int) -> Days | None:
        first, last = day_of(year, month, days[0]), day_of(year, month, days[-1])
        return Days(first.first, last.last) if first and last and days[0] <= days[-1] else None

    return _dated(anchor, parts["year"], build)


def read_worded_date(found: Found, anchor: date) -> Days | None:
    """ "the fourth of July"."""
    month, day = month_number(found["month"]), WORDED.index(found["word"].lower()) + 1
    return _dated(anchor, found["year"], lambda year: day_of(year, month, day))


def read_iso(found: Found, _: date) -> Days | None:
    return day_of(int(found["year"]), int(found["month"]), int(found["day"]))


def read_slashed(found: Found, _: date) -> Days | None:
    """ "24/11/2023" in either order, where only one of them is a date."""
    month, day = sorted((int(found["one"]), int(found["two"])))
    unambiguous = month == day or day > 12  # noqa: PLR2004
    return day_of(int(found["year"]), month, day) if unambiguous else None


def read_ordinal(found: Found, anchor: date) -> Days | None:
    """ "the 16th": the most recent one."""
    first = months_of(anchor.year, anchor.month).first
    months = (first - 28 * DAY * back for back in range(4))
    days = (day_of(month.year, month.month, int(found["number"])) for month in months)
    return next((day for day in days if day and day.first <= anchor), None)


def read_month(found: Found, anchor: date) -> Days | None:
    """ "July" is the most recent one that has begun."""
    month = month_number(found["month"])
    return _dated(anchor, found.groupdict().get("year"), lambda year: months_of(year, month))


def read_which_month(found: Found, anchor: date) -> Days | None:
    """ "last July" is over; "this July" is of this year."""
    month, which = month_number(found["month"]), found["which"].lower()
    latest = latest_by(lambda year: months_of(year, month), anchor, over=which == "last")
    coming = which == "this" and latest is not None and latest.first.year < anchor.year
    return None if coming else latest


def read_year(found: Found, _: date) -> Days:
    return year_of(int(found["year"]))


def read_years(found: Found, _: date) -> Days | None:
    """ "2021-22" is two years, "2022-07" a month."""
    year, short = int(found["year"]), int(found["short"])
    if short > max(12, year % 100) or short == year % 100 + 1:
        return Days(year_of(year).first, year_of(year - year % 100 + short).last)
    return months_of(year, short) if 1 <= short <= 12 else None  # noqa: PLR2004


def read_decade(found: Found, _: date) -> Days:
    if found["word"]:
        return decade_of(DECADES[found["word"].lower()])
    if found["short"]:
        short = int(found["short"])
        return decade_of(short + (1900 if short >= 30 else 2000))  # noqa: PLR2004
    return decade_of(int(found["year"]))


def read_season(found: Found, anchor: date) -> Days | None:
    """ "winter 2022" asked in that year is the one that has been."""
    name = found["season"].lower()
    year = year_said(found["year"], anchor.year)
    coming = name == "winter" and season_of(year, name).first > anchor and not found["next"]
    return season_of(year - coming, name)


def read_which_season(found: Found, anchor: date) -> Days | None:
    """ "last summer" is over; "the summer" is the most recent one that has begun."""
    name, which = found["season"].lower(), found["which"].lower()
    latest = latest_by(lambda year: season_of(year, name), anchor, over=which == "last")
    coming = which == "this" and latest is not None and (anchor - latest.last).days > STALE
    return None if coming else latest


def read_quarter(found: Found, anchor: date) -> Days | None:
    """ "Q3", "H1 2023"."""
    label = found["quarter"].upper()
    months, number = 6 if "H" in label else 3, int(label.strip("QH"))
    return _dated(
        anchor, found["year"], lambda year: months_of(year, (number - 1) * months + 1, months)
    )


def read_weekday(found: Found, anchor: date) -> Days | None:
    """ "Monday" up to today, "last Monday" before it, "Monday last week" of that week."""
    parts = {name: (said or "").lower() for name, said in found.groupdict().items()}
    number = weekday_number(parts["weekday"])
    if parts.get("week"):
        day = week_of(anchor).first + number * DAY - (parts["week"] == "last") * WEEK
        return Days(day, day)
    return weekday_by(number, anchor - (parts.get("which") == "last") * DAY)


def read_unit(found: Found, anchor: date) -> Days | None:
    """ "last month" is the calendar's; "the last month" and "the past month" roll."""
    which, unit = found["which"].lower().split()[-1], found["unit"].lower()
    if unit == "weekend":
        return weekend_of(anchor - WEEK) if which == "last" else read_weekend(found, anchor)
    if which == "past" or (which == "last" and (found["the"] or unit in ("decade", "century"))):
        return None if unit == "quarter" and which == "last" else back(anchor, 1, unit)
    now = around(anchor, unit)
    if which == "last":
        return around(now.first - DAY, unit)
    return Days(anchor - 6 * DAY if unit == "week" else now.first, anchor)


def read_weekend(_: Found, anchor: date) -> Days:
    """The last weekend that has begun."""
    days = weekend_of(anchor)
    return days if days.first <= anchor else weekend_of(anchor - WEEK)


def read_before_last(found: Found, anchor: date) -> Days:
    """ "the week before last"."""
    unit = found["unit"].lower()
    last = around(around(anchor, unit).first - DAY, unit)
    return around(last.first - DAY, unit)


def read_rolling(found: Found, anchor: date) -> Days | None:
    """ "the last ten days"."""
    return back(anchor, count_of(found["count"]), found["unit"].lower())


def read_ago(found: Found, anchor: date) -> Days | None:
    """ "two weeks ago" is that calendar week."""
    return ago(anchor, count_of(found["count"]), found["unit"].lower())


def read_recent(found: Found, anchor: date) -> Days | None:
    """ "recent days" are seven, "recent weeks" four, "recent months" three."""
    unit = found["unit"].lower()
    return back(anchor, RECENT[unit], unit)


def read_that_day(found: Found, anchor: date) -> Days:
    """ "the day before yesterday", "this morning"; "last night" is reported on two days."""
    words = found[0].lower()
    first = anchor - DAY * ("before" in words) - DAY * ("yesterday" in words or "last" in words)
    return Days(first, anchor if "last" in words else first)


def read_the_unit(found: Found, anchor: date) -> Days:
    """ "the year", in "the start of the year"."""
    return around(anchor, found["unit"].lower())


def read_today(_: Found, anchor: date) -> Days:
    return Days(anchor, anchor)


def read_nothing(_: Found, __: date) -> None:
    """For what looks like a date and is none, so that no part of it is read as one."""
