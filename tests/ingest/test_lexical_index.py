"""The word index on disk: written, replaced, removed, read by several threads."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import tantivy

from ingest.archive.archive import Archive
from ingest.archive.embedding import Embedder
from ingest.archive.filters import Filters
from ingest.archive.word_index import BM25, MAX_TERMS, LexicalIndex, terms
from ingest.article import Article
from ingest.settings import Settings
from tests.archives import chunk

EVERYTHING = Filters()


def find(
    index: LexicalIndex, words: Sequence[str], filters: Filters, limit: int
) -> dict[int, float]:
    return index.search(words, filters, limit, BM25)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LexicalIndex]:
    opened = LexicalIndex(tmp_path / "lexical")
    yield opened
    opened.close()


def test_nothing_but_its_own_writing_changes_what_it_reads(tmp_path: Path) -> None:
    """A thread that follows the files may be late and put an older state over a newer one."""
    reader, writer = LexicalIndex(tmp_path / "lexical"), LexicalIndex(tmp_path / "lexical")
    writer.update([chunk(1, "Ships came.")], [])
    writer.close()
    time.sleep(0.8)  # tantivy's thread looks every half second
    assert reader.count() == 0
    reader.update([chunk(2, "Eggs fried.")], [])
    assert reader.count() == 2
    reader.close()


def test_a_chunk_is_found_by_its_text_and_by_its_headline(index: LexicalIndex) -> None:
    index.update([chunk(1, "Ships came.", "Harbour reopens"), chunk(2, "Eggs fried.", "Food")], [])
    assert set(find(index, terms("ship"), EVERYTHING, 9)) == {1}
    assert set(find(index, terms("harbours"), EVERYTHING, 9)) == {1}
    assert set(find(index, terms("ships eggs"), EVERYTHING, 9)) == {1, 2}
    assert find(index, terms("nothing"), EVERYTHING, 9) == {}


def test_a_chunk_with_more_of_the_terms_scores_higher(index: LexicalIndex) -> None:
    index.update([chunk(1, "The pier opened."), chunk(2, "The pier was closed by ships.")], [])
    scores = find(index, terms("pier opened"), EVERYTHING, 9)
    assert scores[1] > scores[2] > 0


def test_no_terms_find_nothing(index: LexicalIndex) -> None:
    index.update([chunk(1, "Ships came.")], [])
    assert find(index, [], EVERYTHING, 9) == {}


def test_at_most_so_many_chunks_are_found(index: LexicalIndex) -> None:
    index.update([chunk(i, "Ships came.") for i in range(1, 8)], [])
    assert len(find(index, terms("ships"), EVERYTHING, 3)) == 3


def test_terms_beyond_the_most_are_left_out(index: LexicalIndex) -> None:
    index.update([chunk(1, "Ships came.")], [])
    many = [f"word{i}" for i in range(MAX_TERMS)]
    assert find(index, [*many, "ship"], EVERYTHING, 9) == {}
    assert set(find(index, ["ship", *many], EVERYTHING, 9)) == {1}
    assert set(find(index, ["word0"] * 500 + ["ship"], EVERYTHING, 9)) == {1}


def test_writing_a_chunk_again_replaces_it(index: LexicalIndex) -> None:
    index.update([chunk(1, "Ships came.")], [])
    index.update([chunk(1, "Eggs fried.")], [])
    assert index.count() == 1
    assert find(index, terms("ships"), EVERYTHING, 9) == {}
    assert set(find(index, terms("eggs"), EVERYTHING, 9)) == {1}


def test_a_removed_chunk_is_gone(index: LexicalIndex) -> None:
    index.update([chunk(1, "Ships came."), chunk(2, "Ships left.")], [])
    index.update([], [1, 99])
    assert index.count() == 1
    assert index.among([1, 2], EVERYTHING) == {2}
    assert set(find(index, terms("ships"), EVERYTHING, 9)) == {2}


def test_a_term_is_counted_in_texts(index: LexicalIndex) -> None:
    index.update([chunk(1, "Ships and ships."), chunk(2, "Ship."), chunk(3, "Eggs.", "Ships")], [])
    assert index.frequency("ship") == 2
    assert index.frequency("nothing") == 0


def test_time_bounds_are_taken_within_the_index(index: LexicalIndex) -> None:
    day = 86_400
    index.update([chunk(i, "Ships.", "News", i * day) for i in range(5)], [])
    index.update([chunk(9, "Ships.", "News", None)], [])
    found = find(index, ["ship"], Filters(since="1970-01-02", until="1970-01-03"), 9)
    assert set(found) == {1, 2}
    assert set(find(index, ["ship"], Filters(as_of="1970-01-02"), 9)) == {0, 1}
    assert set(find(index, ["ship"], Filters(since="1970-01-04"), 9)) == {3, 4}


def test_a_moment_before_1970_is_a_moment_like_any_other(index: LexicalIndex) -> None:
    index.update([chunk(1, "Ships.", "News", -10_000_000_000), chunk(2, "Ships.")], [])
    assert set(find(index, ["ship"], Filters(until="1912-01-01"), 9)) == {1}


def test_outlets_are_taken_within_the_index(index: LexicalIndex) -> None:
    index.update(
        [
            chunk(1, "Ships.", "News", 0, ("piergazette", "harbourwire")),
            chunk(2, "Ships.", "News", 0, ("tidepost",)),
            chunk(3, "Ships."),
        ],
        [],
    )
    assert set(find(index, ["ship"], Filters(publishers=("Harbour Wire",)), 9)) == {1}
    both = Filters(publishers=("The Tide Post", "Pier Gazette"))
    assert set(find(index, ["ship"], both, 9)) == {1, 2}


def test_filters_do_not_change_the_scores(index: LexicalIndex) -> None:
    index.update([chunk(1, "Ships came.", "News", 0, ("tidepost",)), chunk(2, "Eggs.")], [])
    plain = find(index, ["ship"], EVERYTHING, 9)
    assert find(index, ["ship"], Filters("1960-01-01", publishers=("tidepost",)), 9) == plain


def test_what_was_written_is_there_when_the_index_is_opened_again(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    first = LexicalIndex(folder)
    first.update([chunk(1, "Ships came.")], [])
    first.close()
    again = LexicalIndex(folder)
    assert again.count() == 1
    assert set(find(again, ["ship"], EVERYTHING, 9)) == {1}
    again.update([chunk(2, "Ships left.")], [1])
    assert set(find(again, ["ship"], EVERYTHING, 9)) == {2}
    again.close()


def test_an_index_can_be_closed_twice_and_without_a_writer(index: LexicalIndex) -> None:
    index.close()
    index.update([chunk(1, "Ships.")], [])
    index.close()
    index.close()
    assert index.count() == 1


def test_everything_can_be_dropped(index: LexicalIndex) -> None:
    index.update([chunk(1, "Ships came."), chunk(2, "Ships left.")], [])
    index.clear()
    assert (index.count(), index.among([1], EVERYTHING)) == (0, set())
    index.update([chunk(1, "Ships came.")], [])
    assert set(find(index, ["ship"], EVERYTHING, 9)) == {1}


def test_one_thread_writes_while_others_search(index: LexicalIndex) -> None:
    index.update([chunk(0, "Ships came.")], [])
    faults: list[BaseException] = []
    done = threading.Event()

    def searching() -> None:
        try:
            while not done.is_set():
                assert 0 in find(index, ["ship"], EVERYTHING, 999)
                assert 0 in index.among([0], EVERYTHING)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=searching) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 20):
        index.update([chunk(number, "Ships left.")], [number - 1] if number > 1 else [])
    done.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert index.count() == 2


def _of_another_schema(folder: Path) -> None:
    """As an earlier Dateline left it: other fields, unsigned."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("chunk", indexed=True, fast=True)
    builder.add_text_field("body")
    for path in folder.iterdir():
        path.unlink()
    old = tantivy.Index(builder.build(), path=str(folder))
    writer = old.writer(15_000_000, 1)
    writer.add_document(tantivy.Document(body="ships"))
    writer.commit()
    writer.wait_merging_threads()


def test_an_index_of_another_schema_is_refused(tmp_path: Path) -> None:
    LexicalIndex(tmp_path / "lexical").close()
    _of_another_schema(tmp_path / "lexical")
    with pytest.raises(ValueError, match="schema"):
        LexicalIndex(tmp_path / "lexical")


def test_an_archive_with_an_index_of_another_schema_makes_it_anew_and_loses_nothing(
    settings: Settings,
    embedder: Embedder,
    make_article: Callable[..., Article],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with Archive.open(settings, create=True, embedder=embedder) as archive:
        list(archive.add([make_article(f"Ship {i}", f"Ship {i} came.") for i in range(5)]))
        before = [stored.article for stored in archive.catalog.articles()]
        chunks = archive.lexical.count()
    _of_another_schema(settings.archive / "lexical")
    with (
        caplog.at_level(logging.WARNING, logger="dateline"),
        Archive.open(settings, embedder=embedder) as again,
    ):
        assert [stored.article for stored in again.catalog.articles()] == before
        assert again.catalog.pending_count() == 0
        assert again.lexical.count() == again.vectors.count() == chunks
        assert len(find(again.lexical, ["ship"], EVERYTHING, 99)) == chunks
    assert "of another version" in caplog.text
