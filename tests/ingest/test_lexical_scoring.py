"""What each weight of a word score counts, by its docstring."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.archive.filters import Filters
from ingest.archive.word_index import (
    LexicalIndex,
    WordWeights,
    inverse_frequency,
    terms,
)
from tests.archives import chunk

ALL = Filters()
COVERAGE, HEADLINE = WordWeights(coverage=1.0), WordWeights(headline=1.0)
BODY, ORDER = WordWeights(body=1.0), WordWeights(order=1.0)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LexicalIndex]:
    opened = LexicalIndex(tmp_path / "lexical")
    yield opened
    opened.close()


def put(index: LexicalIndex, *chunks: tuple[str, str]) -> None:
    """Chunks 1, 2, … of (headline, text)."""
    index.update([chunk(i, text, head) for i, (head, text) in enumerate(chunks, start=1)], [])


def scores(index: LexicalIndex, question: str, weights: WordWeights) -> dict[int, float]:
    return index.search(terms(question), ALL, 99, weights)


def test_coverage_of_everything_asked_is_the_whole_weight(index: LexicalIndex) -> None:
    put(index, ("Harbour", "The strike ended."), ("Eggs", "They fried."))
    assert scores(index, "harbour strike", COVERAGE) == {1: pytest.approx(1.0)}
    assert scores(index, "harbour strike", WordWeights(coverage=0.3)) == {1: pytest.approx(0.3)}


def test_a_term_is_covered_by_headline_or_text_alike_and_once(index: LexicalIndex) -> None:
    put(index, ("Harbour", "Eggs."), ("Eggs", "The harbour."), ("Harbour", "Harbour, harbour."))
    found = scores(index, "harbour strike", COVERAGE)
    assert set(found) == {1, 2, 3}
    assert max(found.values()) == pytest.approx(min(found.values()))


def test_coverage_counts_a_rare_term_for_more_than_a_frequent_one(index: LexicalIndex) -> None:
    put(index, *[("News", "The harbour.")] * 6, ("News", "A strike."))
    found = scores(index, "harbour strike", COVERAGE)
    assert found[7] > 0.5 > found[1]
    assert found[7] + found[1] == pytest.approx(1.0)  # together they say all of it


def test_terms_that_stand_nowhere_take_their_share_from_coverage(index: LexicalIndex) -> None:
    put(index, ("News", "The harbour."))
    [found] = scores(index, "harbour zeppelin", COVERAGE).values()
    there, nowhere = inverse_frequency(1, 1), inverse_frequency(1, 0)
    assert found == pytest.approx(there / (there + nowhere), rel=1e-5)
    assert found < 0.5


def test_the_headline_weight_looks_at_headlines_only(index: LexicalIndex) -> None:
    put(index, ("Harbour", "Eggs."), ("Eggs", "The harbour."))
    assert set(scores(index, "harbour", HEADLINE)) == {1}


def test_the_body_weight_looks_at_texts_only(index: LexicalIndex) -> None:
    put(index, ("Harbour", "Eggs."), ("Eggs", "The harbour."))
    assert set(scores(index, "harbour", BODY)) == {2}


@pytest.mark.parametrize("field", [0, 1])
def test_bm25_rises_with_repetition_and_falls_with_length(index: LexicalIndex, field: int) -> None:
    texts = ["harbour", "harbour harbour", "harbour " + "pier " * 40]
    put(index, *[(text, "x") if field == 0 else ("x", text) for text in texts])
    found = scores(index, "harbour", (HEADLINE, BODY)[field])
    assert found[2] > found[1] > found[3] > 0


def test_order_looks_for_neighbours_of_the_question_in_the_headline(index: LexicalIndex) -> None:
    put(
        index,
        ("Harbour strike ends", "x"),
        ("Harbour", "harbour strike"),  # in the text only
        ("Strike", "harbour"),
    )
    assert set(scores(index, "harbour strike", ORDER)) == {1}


def test_three_words_may_stand_between_neighbours_and_no_more(index: LexicalIndex) -> None:
    put(index, ("Harbour a b c strike", "x"), ("Harbour a b c d strike", "x"))
    assert set(scores(index, "harbour strike", ORDER)) == {1}


def test_only_neighbours_count_as_order(index: LexicalIndex) -> None:
    put(index, ("Harbour talks", "x"), ("Harbour strike", "x"), ("Strike talks", "x"))
    assert set(scores(index, "harbour strike talks", ORDER)) == {2, 3}
    assert scores(index, "harbour", ORDER) == {}


def test_a_score_is_the_sum_of_its_parts_each_by_its_weight(index: LexicalIndex) -> None:
    put(index, ("Harbour strike", "The strike at the harbour."), ("Eggs", "A strike."))
    parts = [scores(index, "harbour strike", each) for each in (COVERAGE, HEADLINE, BODY, ORDER)]
    found = scores(index, "harbour strike", WordWeights(0.4, 0.3, 0.2, 0.1))
    for each, score in found.items():
        shares = (
            share * part.get(each, 0.0)
            for share, part in zip((0.4, 0.3, 0.2, 0.1), parts, strict=True)
        )
        assert score == pytest.approx(sum(shares), rel=1e-4)
    assert set(found) == {1, 2}


def test_no_weights_find_nothing(index: LexicalIndex) -> None:
    put(index, ("Harbour", "The harbour."))
    assert scores(index, "harbour", WordWeights()) == {}


def test_a_term_said_twice_in_the_question_counts_once(index: LexicalIndex) -> None:
    put(index, ("Harbour strike", "The harbour."), ("Eggs", "Fried."))
    weights = WordWeights(0.4, 0.3, 0.2, 0.1)
    twice, once = (index.search(words, ALL, 9, weights) for words in (
        ["harbour", "harbour", "strike"], ["harbour", "strike"],
    ))  # fmt: skip
    assert twice == once


def test_rarity_falls_with_frequency_and_is_above_zero() -> None:
    assert inverse_frequency(10, 0) > inverse_frequency(10, 1) > inverse_frequency(10, 10) > 0
    assert inverse_frequency(10, 1) == pytest.approx(math.log(1 + 9.5 / 1.5))
    assert inverse_frequency(3, 5) > 0  # some were deleted since


_WORDS = st.lists(st.sampled_from("harbour strike talks eggs pier".split()), min_size=1, max_size=6)
_CHUNKS = st.lists(st.tuples(_WORDS.map(" ".join), _WORDS.map(" ".join)), min_size=1, max_size=9)


def most(
    folder: Path, chunks: list[tuple[str, str]], question: list[str], weights: WordWeights
) -> float:
    index = LexicalIndex(folder)
    try:
        index.clear()
        put(index, *chunks)
        return max(index.search(terms(" ".join(question)), ALL, 99, weights).values(), default=0.0)
    finally:
        index.close()


BOUNDED = settings(
    deadline=None, database=None, max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


@pytest.mark.parametrize("weights", [COVERAGE, BODY], ids=["coverage", "body"])
@given(_CHUNKS, _WORDS)
@BOUNDED
def test_a_part_is_at_most_one(
    tmp_path: Path, weights: WordWeights, chunks: list[tuple[str, str]], question: list[str]
) -> None:
    assert most(tmp_path / "words", chunks, question, weights) <= 1 + 1e-5


FLOODS = [("Flood", "The flood rose."), *[("Other news", "The flood fell.")] * 40]
TEN = "alpha bravo charlie delta echo foxtrot golf hotel india juliet"
LINES = [(TEN, TEN), *[(" ".join(f"w{i}" for i in range(60)), f"x{n}") for n in range(40)]]


@pytest.mark.parametrize(
    ("weights", "chunks", "question"),
    [(HEADLINE, FLOODS, ["flood"]), (ORDER, LINES, TEN.split())],
    ids=["headline", "order"],
)
def test_a_part_from_headlines_is_at_most_one(
    tmp_path: Path, weights: WordWeights, chunks: list[tuple[str, str]], question: list[str]
) -> None:
    assert most(tmp_path / "words", chunks, question, weights) <= 1 + 1e-5
