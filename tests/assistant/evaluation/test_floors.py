"""Floors: what is understood, and when one is met."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation import MEASURES, Floor, read_floors
from ingest.errors import SettingError


def test_floors_are_read() -> None:
    assert read_floors(["answer-contains=0.95", "latency-p95=1500"]) == (
        Floor("answer-contains", 0.95),
        Floor("latency-p95", 1500.0),
    )


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("answers=1", "answer-contains, citation-precision"),
        ("answer-contains", "0.95"),
        ("answer-contains=", "0.95"),
        ("answer-contains=high", "0.95"),
        ("answer-contains=95", "from 0 to 1"),
        ("answer-contains=nan", "from 0 to 1"),
        ("answer-contains=-1", "from 0 to 1"),
        ("latency-p50=inf", "from 0 up"),
        ("=1", "no measure"),
    ],
)
def test_a_floor_that_cannot_be_used_says_how_to_write_it(given: str, says: str) -> None:
    with pytest.raises(SettingError, match=says):
        read_floors([given])


@pytest.mark.parametrize(
    ("name", "floor", "value", "met", "says"),
    [
        ("answer-contains", 0.95, 0.95, True, "is 0.950"),
        ("answer-contains", 0.95, 0.882, False, "is 0.882, 0.068 below its floor of 0.950"),
        ("false-refusals", 0.05, 0.02, True, "ceiling"),
        ("false-refusals", 0.05, 0.12, False, "0.070 above its ceiling of 0.050"),
        ("latency-p95", 1000, 2500.0, False, "is 2,500 ms, 1,500 ms above"),
        ("exact-quotes", 1, None, False, "not measured"),
    ],
)
def test_a_missed_floor_says_by_how_much(
    name: str, floor: float, value: float | None, met: bool, says: str
) -> None:
    judged = Floor(name, floor, value)
    assert judged.met is met
    assert says in judged.text
    assert judged.as_json() == {"name": name, "floor": floor, "value": value, "met": met}


@given(st.sampled_from(sorted(MEASURES)), st.floats(0, 1), st.floats(0, 1))
def test_a_floor_bounds_from_below_and_a_ceiling_from_above(
    name: str, floor: float, value: float
) -> None:
    judged = Floor(name, floor, value)
    inside = value <= floor if MEASURES[name].smaller else value >= floor
    assert judged.met or not inside
    assert not judged.met or inside or abs(value - floor) <= 1e-9
