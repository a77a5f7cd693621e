from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.weights import (
    ALSO,
    ENOUGH,
    ENOUGH_COUNTED,
    MOST_UNNAMED,
    OLDEST,
    WEIGHTS,
    Facts,
    score_of,
    sureness,
)

HALF = Facts(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 0, False)


@pytest.mark.parametrize("name", WEIGHTS)
def test_every_weight_moves_the_score(name: str) -> None:
    more = replace(HALF, **{name: getattr(HALF, name) + 1})
    assert score_of(more) - score_of(HALF) == pytest.approx(WEIGHTS[name])


@pytest.mark.parametrize("name", ["cover", "like", "headline"])
def test_more_of_the_question_is_surer(name: str) -> None:
    assert sureness(replace(HALF, **{name: 0.9}), False, 3) > sureness(HALF, False, 3)


def test_what_is_lacking_is_less_sure_up_to_a_point() -> None:
    by_missing = [sureness(replace(HALF, unnamed=n), False, 3) for n in range(MOST_UNNAMED + 2)]
    assert by_missing[0] > by_missing[1] > by_missing[2] == by_missing[3]
    assert sureness(HALF, True, 3) < sureness(HALF, False, 3)


def test_age_counts_up_to_a_year_and_never_the_future() -> None:
    assert sureness(HALF, False, 1) > sureness(HALF, False, OLDEST)
    assert sureness(HALF, False, OLDEST) == sureness(HALF, False, 10 * OLDEST)
    assert sureness(HALF, False, 0) == sureness(HALF, False, -9)
    assert sureness(HALF, False, None) == sureness(HALF, False, 7)  # a week


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 50), st.booleans(), st.integers())
def test_sureness_is_a_share(
    cover: float, like: float, unnamed: int, unfit: bool, days: int
) -> None:
    facts = replace(HALF, cover=cover, like=like, unnamed=unnamed)
    assert 0.0 <= sureness(facts, unfit, days) <= 1.0


def test_the_gates_are_in_their_order() -> None:
    assert 0 < ENOUGH_COUNTED < ENOUGH < 1
    assert ALSO > 0
