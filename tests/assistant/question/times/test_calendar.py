from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.times.phrases import (
    Days,
    ago,
    around,
    back,
    day_of,
    decade_of,
    latest_by,
    months_of,
    part_of,
    season_of,
    week_of,
    weekday_by,
    weekend_of,
    year_of,
)

FRIDAY = date(2023, 3, 31)


def _days(first: str, last: str) -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("days", "first", "last"),
    [
        (months_of(2024, 2), "2024-02-01", "2024-02-29"),
        (months_of(2022, 12, 3), "2022-12-01", "2023-02-28"),
        (year_of(1969), "1969-01-01", "1969-12-31"),
        (decade_of(1990), "1990-01-01", "1999-12-31"),
        (decade_of(1800), "1800-01-01", "1899-12-31"),
        (decade_of(2000), "2000-01-01", "2009-12-31"),
        (season_of(2023, "winter"), "2023-12-01", "2024-02-29"),
        (week_of(FRIDAY), "2023-03-27", "2023-04-02"),
        (weekend_of(FRIDAY), "2023-04-01", "2023-04-02"),
        (weekday_by(4, FRIDAY), "2023-03-31", "2023-03-31"),
        (weekday_by(5, FRIDAY), "2023-03-25", "2023-03-25"),
        (back(FRIDAY, 1, "month"), "2023-02-28", "2023-03-31"),
        (ago(FRIDAY, 1, "month"), "2023-02-01", "2023-02-28"),
        (around(FRIDAY, "quarter"), "2023-01-01", "2023-03-31"),
        (part_of(months_of(2023, 2), 2, 3), "2023-02-19", "2023-02-28"),
        (part_of(year_of(2023), 1, 3), "2023-05-01", "2023-08-31"),
    ],
)
def test_spans(days: Days | None, first: str, last: str) -> None:
    assert days == _days(first, last)


def test_what_the_calendar_does_not_have_is_none() -> None:
    assert day_of(2023, 2, 29) is None
    assert back(FRIDAY, 9999, "century") is None
    assert latest_by(lambda year: day_of(year, 2, 31), FRIDAY) is None


def test_the_latest_leap_day_may_be_eight_years_back() -> None:
    assert latest_by(lambda year: day_of(year, 2, 29), date(1904, 2, 28)) == day_of(1896, 2, 29)


SPANS = st.tuples(st.dates(date(1600, 1, 1), date(2100, 1, 1)), st.integers(0, 4000)).map(
    lambda drawn: Days(drawn[0], date.fromordinal(drawn[0].toordinal() + drawn[1]))
)


@given(SPANS, st.integers(0, 2))
def test_parts_lie_within(days: Days, which: int) -> None:
    part = part_of(days, which, 3)
    assert days.first <= part.first <= part.last <= days.last
