"""What makes one chunk better than another."""

from __future__ import annotations

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieve.ranking import (
    FINDING,
    RECENCY,
    SHOWING,
    Recency,
    Weights,
    article_scores,
    freshness,
    text_scores,
)
from ingest.archive.catalog import ChunkRow
from ingest.archive.filters import DAY
from ingest.archive.word_index import WordWeights

NOW = 1_700_000_000
SECONDS = st.integers(-10_000_000_000, 10_000_000_000)


def row(chunk: int, article: str = "a", start: int = 50, at: int | None = None) -> ChunkRow:
    return ChunkRow(chunk, article, start, start + 10, at)


def rows(*given_rows: ChunkRow) -> dict[int, ChunkRow]:
    return {each.id: each for each in given_rows}


def total(weights: Weights) -> float:
    return sum(astuple(weights.words)) + weights.likeness + weights.opening


def test_a_chunk_that_fits_in_every_way_fits_with_no_more_than_one() -> None:
    fits = text_scores(rows(row(1, start=0)), {1: sum(astuple(FINDING.words))}, {1: 1.0}, FINDING)
    assert fits[1] == pytest.approx(total(FINDING))
    assert 0.95 <= fits[1] <= 1.0  # `Hits.fit` is said to be 0 to 1


@pytest.mark.parametrize("weights", [FINDING, SHOWING])
def test_no_part_counts_against_a_chunk(weights: Weights) -> None:
    assert all(part >= 0 for part in astuple(weights.words))
    assert weights.likeness > 0 and weights.opening > 0 and weights.words.coverage > 0


def test_words_likeness_and_opening_are_added_up() -> None:
    weights = Weights(WordWeights(coverage=1.0), likeness=0.5, opening=0.25)
    fits = text_scores(rows(row(1, start=0), row(2), row(3), row(4)), {1: 0.4, 2: 0.4}, {2: 0.8, 3: 0.8}, weights)  # fmt: skip
    assert fits == pytest.approx({1: 0.65, 2: 0.8, 3: 0.4, 4: 0.0})


def test_being_unlike_costs_nothing() -> None:
    assert text_scores(rows(row(1)), {1: 0.4}, {1: -0.9}, FINDING) == {1: 0.4}


def test_what_is_published_now_is_as_fresh_as_can_be() -> None:
    assert freshness(NOW, NOW) == 1.0


def test_what_is_published_later_is_no_fresher_than_that() -> None:
    assert freshness(NOW + 400 * DAY, NOW) == 1.0


def test_an_undated_article_is_not_fresh() -> None:
    assert freshness(None, NOW) == 0.0


def test_interest_falls_fast_and_then_slowly() -> None:
    week, month, year = (freshness(NOW - days * DAY, NOW) for days in (7, 30, 365))
    assert 1 > week > month > year > 0
    assert 1 - week > (week - month) * 7 / 23 > 0  # for each day
    assert year < 0.1


@given(SECONDS, SECONDS, SECONDS)
def test_the_newer_is_never_less_fresh(one: int, other: int, now: int) -> None:
    older, newer = sorted((one, other))
    assert 0.0 <= freshness(older, now) <= freshness(newer, now) <= 1.0


@pytest.mark.parametrize("recency", ["none", "mild", "strong"])
def test_without_a_moment_age_does_not_count(recency: Recency) -> None:
    scores = article_scores(
        rows(row(1, "a", at=NOW), row(2, "b", at=0), row(3, "c")), dict.fromkeys((1, 2, 3), 0.4), None, recency, {}
    )  # fmt: skip
    assert set(scores.values()) == {0.4}


def test_the_newer_wins_by_as_much_as_recency_is_asked_for() -> None:
    two = rows(row(1, "a", at=NOW), row(2, "b", at=NOW - 60 * DAY))
    gaps = {}
    for recency in RECENCY:
        scores = article_scores(two, {1: 0.4, 2: 0.4}, NOW, recency, {})
        gaps[recency] = scores[1] - scores[2]
    assert gaps["none"] == 0 < gaps["mild"] < gaps["strong"]
    assert gaps["strong"] == pytest.approx(RECENCY["strong"] * (1 - freshness(NOW - 60 * DAY, NOW)))


def test_nothing_is_ranked_among_nothing() -> None:
    assert text_scores({}, {}, {}, FINDING) == {}
    assert article_scores({}, {}, NOW, "mild", {}) == {}
