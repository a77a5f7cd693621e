"""What the word index leaves out, keeps, rates and finds by wording."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.archive.filters import DAY, Filters
from ingest.archive.word_index import BM25, MAX_TERMS, LexicalIndex, WordWeights, terms
from ingest.article import epoch_of
from tests.archives import chunk

ALL = Filters()
EMPTY = Filters(since="2023-05-01", until="2023-01-01")
EVERY = WordWeights(0.4, 0.3, 0.2, 0.1)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LexicalIndex]:
    opened = LexicalIndex(tmp_path / "lexical")
    yield opened
    opened.close()


@pytest.fixture
def shelf(index: LexicalIndex) -> LexicalIndex:
    """Five chunks that differ in everything that can be filtered; "ship" stands in all."""
    index.update(
        [
            chunk(1, at=1 * DAY, outlets=["tidepost"], article_id="a", authors=("Jane Doe",)),
            chunk(2, at=2 * DAY, outlets=["tidepost", "wire"], article_id="a", kind="opinion"),
            chunk(3, at=3 * DAY, outlets=["wire"], article_id="b", kind="live", authors=("Jo Roe", "Jane Doe")),
            chunk(4, at=4 * DAY, changed=9 * DAY, article_id="c", kind="opinion"),
            chunk(5, at=None, outlets=["gull"], article_id="d"),
        ],
        [],
    )  # fmt: skip
    return index


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        (ALL, {1, 2, 3, 4, 5}),
        (Filters(without=("Tide Post",)), {3, 4, 5}),
        (Filters(without=("Tide Post", "The Gull")), {3, 4}),
        (Filters(without=("Nobody",)), {1, 2, 3, 4, 5}),
        (Filters(publishers=("Wire",), without=("Tide Post",)), {3}),
        (Filters(publishers=("Wire",), without=("Wire",)), set()),
        (Filters(kinds=("opinion",)), {2, 4}),
        (Filters(kinds=("opinion", "live")), {2, 3, 4}),
        (Filters(kinds=("analysis",)), set()),
        (Filters(authors=("Jane Doe",)), {1, 3}),
        (Filters(authors=("JANE  DOE", "Jo Roe")), {1, 3}),
        (Filters(authors=("Jane",)), set()),
        (Filters(articles=frozenset({"a", "d"})), {1, 2, 5}),
        (Filters(articles=frozenset()), set()),
        (Filters(articles=frozenset({"a"}), kinds=("opinion",)), {2}),
        (Filters(since="1970-01-04"), {3, 4}),
        (Filters(until="1970-01-03"), {1, 2}),
        (Filters(as_of="1970-01-06"), {1, 2, 3}),  # 4 was changed later
        (Filters(until="1970-01-06"), {1, 2, 3, 4}),
        (Filters(since="1970-01-03T00:00:01", authors=("Jo Roe",)), {3}),
        (EMPTY, set()),
        (Filters(phrases=("whatever",)), {1, 2, 3, 4, 5}),  # `Archive.holding` turns it to articles
    ],
)
def test_every_way_of_asking_admits_the_same_chunks(
    shelf: LexicalIndex, filters: Filters, kept: set[int]
) -> None:
    assert set(shelf.search(["ship"], filters, 99, BM25)) == kept
    assert shelf.among(range(1, 6), filters) == kept
    assert set(shelf.admitted(filters, 99) or []) == kept
    assert set(shelf.latest(filters, 99)) == kept
    assert shelf.admits_any(filters) == bool(kept)


def test_only_what_is_given_is_looked_at(shelf: LexicalIndex) -> None:
    assert shelf.among([2, 4], ALL) == {2, 4}
    assert shelf.among([], ALL) == shelf.among([99], ALL) == set()


def test_filters_change_no_score(shelf: LexicalIndex) -> None:
    plain = shelf.search(["ship"], ALL, 99, EVERY)
    narrow = Filters(since="1970-01-01", without=("gull",), kinds=("news",), authors=("Jane Doe",))
    assert shelf.search(["ship"], narrow, 99, EVERY) == {1: plain[1]}


def test_admitted_is_none_when_they_are_more_than_the_limit(shelf: LexicalIndex) -> None:
    assert shelf.admitted(ALL, 4) is None
    assert sorted(shelf.admitted(ALL, 5) or []) == [1, 2, 3, 4, 5]
    assert shelf.admitted(Filters(kinds=("opinion",)), 1) is None
    assert shelf.admitted(EMPTY, 1) == []


def test_the_latest_come_latest_first(shelf: LexicalIndex) -> None:
    assert shelf.latest(ALL, 3) == [4, 3, 2]
    assert shelf.latest(Filters(until="1970-01-04"), 2) == [3, 2]
    assert shelf.latest(Filters(kinds=("opinion",)), 9) == [4, 2]


def test_what_is_undated_is_never_among_the_latest_before_what_is_dated(
    shelf: LexicalIndex,
) -> None:
    assert 5 not in shelf.latest(ALL, 4)


def test_a_moment_before_1970_is_older_than_one_after(index: LexicalIndex) -> None:
    index.update([chunk(1, at=-5 * DAY), chunk(2, at=5 * DAY), chunk(3, at=-9 * DAY)], [])
    assert index.latest(ALL, 3) == [2, 1, 3]


def test_an_empty_index_answers_everything(index: LexicalIndex) -> None:
    assert index.search(["ship"], ALL, 5, BM25) == {}
    assert index.among([1], ALL) == set()
    assert (index.admitted(ALL, 5), index.latest(ALL, 5), index.admits_any(ALL)) == ([], [], False)
    assert index.with_phrase(["ship"], 5) == []


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("closed harbours", {1, 3}),  # inflections aside
        ("harbour closed", {2}),
        ("Closing the Harbour", {4}),
        ("harbour", {1, 2, 3, 4}),
        ("harbour that nobody knows", set()),
        ("night", {3}),
        ("in the night closed", {3}),
        ("Café", {5}),
        ("", set()),
        ("…", set()),
    ],
)
def test_a_phrase_is_found_side_by_side_in_text_or_headline(
    index: LexicalIndex, phrase: str, found: set[int]
) -> None:
    index.update(
        [
            chunk(1, "They talked of closing harbours."),
            chunk(2, "The harbour closed."),
            chunk(3, "Eggs.", "In the night: closed harbour"),
            chunk(4, "Is closing the harbour wise? Closing, a harbour?"),
            chunk(5, "The cafe opened."),
            chunk(6, "Closed was", "the eggs' shop"),  # text and headline are no neighbours
        ],
        [],
    )
    assert set(index.with_phrase(terms(phrase), 99)) == found


def test_a_phrase_does_not_run_from_headline_to_text(index: LexicalIndex) -> None:
    index.update([chunk(1, "harbour strike", "closed")], [])
    assert index.with_phrase(terms("closed harbour"), 9) == []


def test_so_many_chunks_hold_a_phrase_and_no_more_are_given(shelf: LexicalIndex) -> None:
    assert len(shelf.with_phrase(["ship"], 3)) == 3


def test_of_a_very_long_phrase_the_beginning_is_looked_for(index: LexicalIndex) -> None:
    words = [f"w{i}" for i in range(MAX_TERMS)]
    index.update([chunk(1, " ".join(words))], [])
    assert index.with_phrase([*words, "and", "more"], 9) == [1]
    assert index.with_phrase([*words[:-1], "other"], 9) == []


def test_a_day_of_the_index_is_a_day_in_utc(index: LexicalIndex) -> None:
    day = epoch_of("2023-07-16")
    index.update([chunk(1, at=day), chunk(2, at=day + DAY - 1), chunk(3, at=day - 1), chunk(4, at=day + DAY)], [])  # fmt: skip
    assert index.admitted(Filters(since="2023-07-16", until="2023-07-16"), 9) == [1, 2]
    assert index.admitted(Filters(since="2023-07-16T23:59:59"), 9) == [2, 4]
    assert sorted(index.admitted(Filters(until="2023-07-16T00:00:00"), 9) or []) == [1, 3]
