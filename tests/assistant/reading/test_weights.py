from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.read.weights import (
    ALSO,
    ALSO_UNSURE,
    ANSWERED,
    LEAST_WORDS,
    LONGEST,
    MOST_UNNAMED,
    MOST_WORDS,
    NEAR,
    OLDEST,
    SURE,
    SURELY,
    WEIGHTS,
    Facts,
    score_of,
    sureness_of,
)

HALF = Facts(0.5, 0.5, 0.5, 0.5, 1, 0.5, 0.5, -0.5, 0)


@pytest.mark.parametrize("name", [name for name in WEIGHTS if name != "sure"])
def test_every_weight_moves_the_score(name: str) -> None:
    more = replace(HALF, **{name: getattr(HALF, name) + 1})
    assert score_of(more) - score_of(HALF) == pytest.approx(WEIGHTS[name])


def test_a_passage_that_answers_is_worth_more() -> None:
    low, high = (score_of(replace(HALF, answers=logit)) for logit in (-5.0, 5.0))
    assert high - low == pytest.approx(WEIGHTS["sure"] * 5, rel=0.01)


@pytest.mark.parametrize("name", SURE)
def test_what_speaks_for_an_answer_makes_surer_and_what_against_it_less(name: str) -> None:
    more = replace(HALF, **{name: getattr(HALF, name) + 0.4})
    assert (sureness_of(more, 0.5, 3) > sureness_of(HALF, 0.5, 3)) == (SURE[name] > 0)


def test_what_is_lacking_is_less_sure_up_to_a_point() -> None:
    by_missing = [sureness_of(replace(HALF, unnamed=n), 0.5, 3) for n in range(MOST_UNNAMED + 2)]
    assert by_missing[0] > by_missing[1] > by_missing[2] == by_missing[3]


def test_age_counts_up_to_a_year_and_never_the_future() -> None:
    assert sureness_of(HALF, 0.5, 1) > sureness_of(HALF, 0.5, OLDEST)
    assert sureness_of(HALF, 0.5, OLDEST) == sureness_of(HALF, 0.5, 10 * OLDEST)
    assert sureness_of(HALF, 0.5, 0) == sureness_of(HALF, 0.5, -9)
    assert sureness_of(HALF, 0.5, None) < sureness_of(
        HALF, 0.5, 7
    )  # nobody says as of when it is asked


@given(st.floats(0, 1), st.floats(-30, 30), st.integers(0, 50), st.integers())
def test_sureness_is_a_share(cover: float, answers: float, unnamed: int, days: int) -> None:
    facts = replace(HALF, cover=cover, answers=answers, unnamed=unnamed)
    assert 0.0 <= sureness_of(facts, 0.5, days) <= 1.0


def test_the_gates_are_in_their_order() -> None:
    assert 0 < NEAR < ANSWERED <= SURELY < 1


def test_an_extract_has_a_size_and_the_less_sure_the_more_are_shown() -> None:
    assert 0 < LEAST_WORDS < MOST_WORDS < LONGEST
    assert 0 < ALSO < ALSO_UNSURE
