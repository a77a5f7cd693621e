"""How texts are compared."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation import MEASURES
from assistant.evaluation.cases import contains, in_order, plain

WORDS = st.lists(st.text(string.ascii_letters, min_size=2, max_size=8), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("They left the eastern port of Qingdao.", "Qingdao"),
        ("He met (Keir) STARMER’s wife.", "Keir Starmer"),
        ("It cost $14.9 billion.", "14.9 billion"),
        ("It cost US$14,000.", "$14,000"),
        ("Some 11,300 people[1]", "11300"),
        ("Turnout was 41.8% then", "41.8 per cent"),
        ("Turnout was 40 percent", "40 per cent"),
        ("The U.S. Coast Guard", "US Coast Guard"),
        ("A magnitude-6.8 quake.", "6.8"),
        ("vitamin A", "A"),
        ("the ﬁrst “thirty‑three” ships", "first thirty-three ships"),
        ("the Gromkiy and Sovershenny", "Gromkiy and the Sovershenny"),
    ],
)
def test_an_answer_is_seen_however_it_is_written(text: str, wanted: str) -> None:
    assert contains(text, ["nothing of it", wanted])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1,820 people", "820"),
        ("11,820", "1,820"),
        ("the year 2024", "24"),
        ("2.5 million", "5 million"),
        ("13.5 million", "3.5 million"),
        ("See there [1]", "1"),
        ("Parisian", "Paris"),
        ("minus 4", "40"),
        ("", "x"),
    ],
)
def test_a_part_of_a_word_or_number_is_no_answer(text: str, wanted: str) -> None:
    assert not contains(text, [wanted])


def test_what_has_no_words_is_never_contained() -> None:
    for empty in ("", "  ", "…", "“”"):
        assert not contains("anything", [empty])
        assert not contains(empty, [empty])
    assert not contains("anything", [])


@given(WORDS, WORDS, WORDS)
def test_words_between_others_are_found_whatever_their_case(
    before: list[str], words: list[str], after: list[str]
) -> None:
    text = " ".join([*before, *words, *after])
    wanted = ", ".join(words)
    if plain(wanted):
        assert contains(text.upper(), [wanted])


@given(st.text())
def test_plain_is_stable(text: str) -> None:
    once = plain(text)
    assert once == " ".join(once.split())
    assert plain(once.upper().lower()) is not None
    assert not once or contains(text, [text])


@given(st.lists(st.floats(0, 1e6), min_size=1), st.sampled_from([0.5, 0.95]))
def test_a_percentile_is_a_value_that_enough_do_not_exceed(
    values: list[float], share: float
) -> None:
    found = MEASURES[f"latency-p{100 * share:.0f}"].sum_up(values)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    assert sum(value < found for value in values) < share * len(values)


def test_a_mean_of_shares_is_exact() -> None:
    mean = MEASURES["answer-contains"].sum_up
    assert mean([1.0] * 10) == mean([True] * 7) == 1.0
    assert mean([False] * 3) == 0.0


@pytest.mark.parametrize(
    ("places", "right"),
    [
        ([], True),
        ([[0], [1], [2]], True),
        ([[1], [0]], False),
        ([[1], [0, 2]], True),
        ([[0], [], [1]], True),
        ([[0], [0]], True),
        ([[2], [1, 3], [2]], False),
    ],
)
def test_events_are_in_order_when_places_can_be_picked_that_are(
    places: list[list[int]], right: bool
) -> None:
    assert in_order(places) is right
