"""The word index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.filters import Filters
from ingest.lexical import MAX_TERMS, Entry, LexicalIndex, terms

EVERYTHING = Filters()


def entry(
    chunk: int, text: str, headline: str = "News", at: int | None = 0, *outlets: str
) -> Entry:
    return Entry(chunk, headline, text, at, frozenset(outlets))


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LexicalIndex]:
    opened = LexicalIndex(tmp_path / "lexical")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The ships' exercises", ["the", "ship", "exercis"]),
        ("Café CRÈME", ["cafe", "creme"]),
        ("reopened, reopening; reopens!", ["reopen", "reopen", "reopen"]),
        ("U.S. 3,549", ["u", "s", "3", "549"]),
        ("Порт 港", ["порт", "港"]),
        ("x" * 41 + " pier", ["pier"]),
        ("", []),
        ("— … !", []),
    ],
)
def test_terms_are_stems_without_case_and_accents(text: str, found: list[str]) -> None:
    assert terms(text) == found


@given(st.text())
@settings(deadline=None, database=None)
def test_any_text_has_terms_without_white_space(text: str) -> None:
    for term in terms(text.encode("utf-8", "replace").decode()):
        assert term and term == "".join(term.split())


def test_a_chunk_is_found_by_its_text_and_by_its_headline(index: LexicalIndex) -> None:
    index.update([entry(1, "Ships came.", "Harbour reopens"), entry(2, "Eggs fried.", "Food")], [])
    assert set(index.search(terms("ship"), EVERYTHING, 9)) == {1}
    assert set(index.search(terms("harbours"), EVERYTHING, 9)) == {1}
    assert set(index.search(terms("ships eggs"), EVERYTHING, 9)) == {1, 2}
    assert index.search(terms("nothing"), EVERYTHING, 9) == {}


def test_a_chunk_with_more_of_the_terms_scores_higher(index: LexicalIndex) -> None:
    index.update([entry(1, "The pier opened."), entry(2, "The pier was closed by ships.")], [])
    scores = index.search(terms("pier opened"), EVERYTHING, 9)
    assert scores[1] > scores[2] > 0


def test_no_terms_find_nothing(index: LexicalIndex) -> None:
    index.update([entry(1, "Ships came.")], [])
    assert index.search([], EVERYTHING, 9) == {}


def test_at_most_so_many_chunks_are_found(index: LexicalIndex) -> None:
    index.update([entry(i, "Ships came.") for i in range(1, 8)], [])
    assert len(index.search(terms("ships"), EVERYTHING, 3)) == 3


def test_terms_beyond_the_most_are_left_out(index: LexicalIndex) -> None:
    index.update([entry(1, "Ships came.")], [])
    many = [f"word{i}" for i in range(MAX_TERMS)]
    assert index.search([*many, "ship"], EVERYTHING, 9) == {}
    assert set(index.search(["ship", *many], EVERYTHING, 9)) == {1}
    assert set(index.search(["word0"] * 500 + ["ship"], EVERYTHING, 9)) == {1}


def test_writing_a_chunk_again_replaces_it(index: LexicalIndex) -> None:
    index.update([entry(1, "Ships came.")], [])
    index.update([entry(1, "Eggs fried.")], [])
    assert index.count() == 1
    assert index.search(terms("ships"), EVERYTHING, 9) == {}
    assert set(index.search(terms("eggs"), EVERYTHING, 9)) == {1}


def test_a_removed_chunk_is_gone(index: LexicalIndex) -> None:
    index.update([entry(1, "Ships came."), entry(2, "Ships left.")], [])
    index.update([], [1, 99])
    assert index.count() == 1
    assert (index.holds(1), index.holds(2)) == (False, True)
    assert set(index.search(terms("ships"), EVERYTHING, 9)) == {2}


def test_a_term_is_counted_in_texts(index: LexicalIndex) -> None:
    index.update([entry(1, "Ships and ships."), entry(2, "Ship."), entry(3, "Eggs.", "Ships")], [])
    assert index.frequency("ship") == 2
    assert index.frequency("nothing") == 0


def test_time_bounds_are_taken_within_the_index(index: LexicalIndex) -> None:
    day = 86_400
    index.update([entry(i, "Ships.", "News", i * day) for i in range(5)], [])
    index.update([entry(9, "Ships.", "News", None)], [])
    found = index.search(["ship"], Filters(since="1970-01-02", until="1970-01-03"), 9)
    assert set(found) == {1, 2}
    assert set(index.search(["ship"], Filters(as_of="1970-01-02"), 9)) == {0, 1}
    assert set(index.search(["ship"], Filters(since="1970-01-04"), 9)) == {3, 4}


def test_a_moment_before_1970_is_a_moment_like_any_other(index: LexicalIndex) -> None:
    index.update([entry(1, "Ships.", "News", -10_000_000_000), entry(2, "Ships.")], [])
    assert set(index.search(["ship"], Filters(until="1912-01-01"), 9)) == {1}


def test_outlets_are_taken_within_the_index(index: LexicalIndex) -> None:
    index.update(
        [
            entry(1, "Ships.", "News", 0, "piergazette", "harbourwire"),
            entry(2, "Ships.", "News", 0, "tidepost"),
            entry(3, "Ships."),
        ],
        [],
    )
    assert set(index.search(["ship"], Filters(publishers=("Harbour Wire",)), 9)) == {1}
    both = Filters(publishers=("The Tide Post", "Pier Gazette"))
    assert set(index.search(["ship"], both, 9)) == {1, 2}


def test_filters_do_not_change_the_scores(index: LexicalIndex) -> None:
    index.update([entry(1, "Ships came.", "News", 0, "tidepost"), entry(2, "Eggs.")], [])
    plain = index.search(["ship"], EVERYTHING, 9)
    assert index.search(["ship"], Filters("1960-01-01", publishers=("tidepost",)), 9) == plain


def test_what_was_written_is_there_when_the_index_is_opened_again(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    first = LexicalIndex(folder)
    first.update([entry(1, "Ships came.")], [])
    first.close()
    again = LexicalIndex(folder)
    assert again.count() == 1
    assert set(again.search(["ship"], EVERYTHING, 9)) == {1}
    again.update([entry(2, "Ships left.")], [1])
    assert set(again.search(["ship"], EVERYTHING, 9)) == {2}
    again.close()


def test_an_index_can_be_closed_twice_and_without_a_writer(index: LexicalIndex) -> None:
    index.close()
    index.update([entry(1, "Ships.")], [])
    index.close()
    index.close()
    assert index.count() == 1
