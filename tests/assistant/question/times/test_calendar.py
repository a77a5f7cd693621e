from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.times.phrases import (
    Days,
    around,
    back,
    day_of,
    months_of,
    of_year,
    part_of,
)

FRIDAY = date(2023, 3, 31)


def _days(first: str, last: str) -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("days", "first", "last"),
    [
        (months_of(2024, 2), "2024-02-01", "2024-02-29"),
        (months_of(2022, 12, 3), "2022-12-01", "2023-02-28"),
        (around(FRIDAY, "week"), "2023-03-27", "2023-04-02"),
        (around(FRIDAY, "weekend"), "2023-04-01", "2023-04-02"),
        (around(FRIDAY, "month"), "2023-03-01", "2023-03-31"),
        (around(FRIDAY, "decade"), "2023-01-01", "2023-12-31"),
        (back(FRIDAY, 1, "month"), "2023-02-28", "2023-03-31"),
        (back(FRIDAY, 25, "hour"), "2023-03-29", "2023-03-31"),
        (around(FRIDAY, "quarter"), "2023-01-01", "2023-03-31"),
        (part_of(months_of(2023, 2), "late"), "2023-02-19", "2023-02-28"),
        (part_of(months_of(2023, 2), "last week"), "2023-02-22", "2023-02-28"),
        (part_of(months_of(2023, 1, 12), "mid"), "2023-05-01", "2023-08-31"),
    ],
)
def test_spans(days: Days | None, first: str, last: str) -> None:
    assert days == _days(first, last)


def test_what_the_calendar_does_not_have_is_none() -> None:
    assert day_of(2023, 2, 29) is None
    assert back(FRIDAY, 9999, "century") is None
    assert of_year("", lambda year: day_of(year, 2, 31), FRIDAY) is None
    assert part_of(months_of(2023, 2), "third week") and not part_of(
        around(FRIDAY, "week"), "first half"
    )


def test_the_latest_leap_day_may_be_eight_years_back() -> None:
    found = of_year("", lambda year: day_of(year, 2, 29), date(1904, 2, 28))
    assert found == day_of(1896, 2, 29)


SPANS = st.tuples(st.dates(date(1600, 1, 1), date(2100, 1, 1)), st.integers(0, 4000)).map(
    lambda drawn: Days(drawn[0], date.fromordinal(drawn[0].toordinal() + drawn[1]))
)


@given(
    SPANS, st.sampled_from(["early", "mid", "late", "last half", "second quarter", "first week"])
)
def test_parts_lie_within(days: Days, said: str) -> None:
    part = part_of(days, said)
    assert part is None or days.first <= part.first <= part.last <= days.last
