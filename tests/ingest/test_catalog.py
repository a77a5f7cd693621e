"""The catalog: articles, versions, chunks and vectors in SQLite."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest.archive.catalog import Catalog, Prepared
from ingest.article import Article, Moment, article_id
from ingest.errors import ArchiveError
from ingest.sentences import split

Make = Callable[..., Article]
Prepare = Callable[..., Prepared]
LONG = "The harbour reopened on Sunday after ten years of repairs, officials said. " * 30


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.sqlite3"


@pytest.fixture
def catalog(path: Path) -> Iterator[Catalog]:
    opened = Catalog(path)
    yield opened
    opened.close()


@pytest.fixture
def prepare(make_article: Make) -> Prepare:
    """An article as it is handed to `write`; its vectors are all ones."""

    def make(title: str = "Harbour", text: str = LONG, **fields: object) -> Prepared:
        article = make_article(title, text, **{"key": title, **fields})
        chunks = split(text)
        return Prepared(article_id(article), article, chunks, np.ones((len(chunks), 4), np.float32))

    return make


def test_an_article_comes_back_as_it_was_written(catalog: Catalog, make_article: Make) -> None:
    article = make_article(
        "Hafen „Öst“ 港",
        "Text mit “Zeichen”.",
        url="https://pier.example/a",
        publisher="Pier Gazette",
        authors=("Ann Bay", "Bo Reef"),
        dateline="PORT HAVEN",
        agency="Harbour Wire",
        credits="Editing by Bo Reef",
        language="de",
        section="World",
        kind="opinion",
        published=Moment("2023-07-16T09:10:00+08:00", "url"),
        updated=Moment("2023-07-17", "text"),
        fetched="2023-07-18",
    )
    catalog.write([Prepared("id1", article, [], np.zeros((0, 4), np.float32))])
    [stored] = catalog.articles()
    assert stored.article == article
    assert (stored.id, stored.version, catalog.pending_count()) == ("id1", 1, 1)


def test_chunks_keep_their_places_and_vectors(catalog: Catalog, prepare: Prepare) -> None:
    item = prepare()
    catalog.write([item])
    rows = catalog.chunks_of([item.id])
    assert [(row.start, row.end) for row in rows] == item.chunks
    assert {row.article_id for row in rows} == {item.id}
    for vector in catalog.vectors([row.id for row in rows]).values():
        assert vector.tolist() == [1, 1, 1, 1]
    assert catalog.counts() == (1, len(item.chunks))
    assert catalog.chunk_rows([rows[0].id]) == {rows[0].id: rows[0]}


def test_a_new_version_keeps_the_old_one_and_retires_its_chunks(
    catalog: Catalog, prepare: Prepare
) -> None:
    old, new = prepare(), prepare(text="Nothing reopened.")
    catalog.write([old])
    retired = [row.id for row in catalog.chunks_of([old.id])]
    catalog.write([Prepared(old.id, new.article, new.chunks, new.vectors)])
    [stored] = catalog.articles()
    assert (stored.version, stored.article.text) == (2, "Nothing reopened.")
    assert catalog.versions(old.id) == [(1, old.article)]
    assert catalog.removals(1000) == retired
    assert not {row.id for row in catalog.chunks_of([old.id])} & set(retired)


def test_present_and_earlier_content_is_known(catalog: Catalog, prepare: Prepare) -> None:
    old, new, other = prepare(), prepare(text="Nothing reopened."), prepare(text="Third.")
    catalog.write([old])
    catalog.write([Prepared(old.id, new.article, new.chunks, new.vectors)])
    assert catalog.had_content(old.id, old.article.content_hash)
    assert catalog.had_content(old.id, new.article.content_hash)
    assert not catalog.had_content(old.id, other.article.content_hash)
    assert not catalog.had_content("another", old.article.content_hash)


def test_removing_forgets_an_article_with_its_versions(catalog: Catalog, prepare: Prepare) -> None:
    old, new = prepare(), prepare(text="Nothing reopened.")
    catalog.write([old])
    catalog.write([Prepared(old.id, new.article, new.chunks, new.vectors)])
    assert catalog.remove(old.id)
    assert not catalog.remove(old.id)
    assert catalog.counts() == (0, 0)
    assert catalog.versions(old.id) == []
    assert not catalog.holds(old.id)
    assert len(catalog.removals(1000)) == len(old.chunks) + len(new.chunks)


def test_ids_of_removed_chunks_are_never_used_again(catalog: Catalog, prepare: Prepare) -> None:
    item = prepare()
    catalog.write([item])
    before = {row.id for row in catalog.chunks_of([item.id])}
    catalog.remove(item.id)
    catalog.write([item])
    assert not before & {row.id for row in catalog.chunks_of([item.id])}


def test_what_is_written_is_pending_until_it_is_acknowledged(
    catalog: Catalog, prepare: Prepare
) -> None:
    one, other = prepare("One"), prepare("Other")
    catalog.write([one, other])
    assert [stored.id for stored in catalog.pending(10)] == [one.id, other.id]
    assert len(catalog.pending(1)) == 1
    assert catalog.sample_chunks(10) == []
    catalog.acknowledge(catalog.articles([one.id]), [])
    assert [stored.id for stored in catalog.pending(10)] == [other.id]
    assert catalog.pending_count() == 1
    assert catalog.indexed_chunks() == catalog.indexed_chunks(with_vector=True) == len(one.chunks)
    catalog.forget_indexes()
    assert catalog.pending_count() == 2


def test_acknowledged_removals_are_done(catalog: Catalog, prepare: Prepare) -> None:
    item = prepare()
    catalog.write([item])
    catalog.remove(item.id)
    first, *rest = catalog.removals(1000)
    catalog.acknowledge([], [first])
    assert catalog.removals(1000) == rest
    catalog.forget_indexes()
    assert catalog.removals(1000) == []


def test_a_write_is_done_wholly_or_not_at_all(catalog: Catalog, prepare: Prepare) -> None:
    good, bad = prepare("Good"), prepare("Bad")
    broken = Prepared(bad.id, bad.article, bad.chunks, bad.vectors[:-1])
    with pytest.raises(ValueError, match="zip"):
        catalog.write([good, broken])
    assert catalog.counts() == (0, 0)
    catalog.write([good])
    assert catalog.counts() == (1, len(good.chunks))


def test_articles_come_newest_first_and_undated_last(catalog: Catalog, prepare: Prepare) -> None:
    days = {"Old": "1999-01-01", "Undated": None, "New": "2023-07-16", "Mid": "2010-01-01"}
    catalog.write([prepare(title, f"{title} text.", published=d) for title, d in days.items()])
    assert [s.article.title for s in catalog.articles()] == ["New", "Mid", "Old", "Undated"]
    assert catalog.undated() == 1


def test_articles_can_be_asked_for_by_id(catalog: Catalog, prepare: Prepare) -> None:
    items = [prepare(f"Pier {i}", f"Text {i}.") for i in range(1200)]
    catalog.write(items)
    wanted = [item.id for item in items[::2]]
    assert {stored.id for stored in catalog.articles(wanted)} == set(wanted)
    assert list(catalog.articles([])) == []
    assert list(catalog.articles(["no such id"])) == []
    assert len(catalog.chunks_of(wanted)) == 600
    assert len(catalog.sample_chunks(10)) == 0


def test_a_sample_is_spread_over_the_indexed_chunks(catalog: Catalog, prepare: Prepare) -> None:
    items = [prepare(f"Pier {i}", f"Text {i}.") for i in range(100)]
    catalog.write(items)
    catalog.acknowledge(list(catalog.articles()), [])
    assert catalog.sample_chunks(1000) == list(range(1, 101))
    sample = catalog.sample_chunks(10)
    assert len(sample) == 10
    assert sample[-1] - sample[0] >= 80


def test_an_article_is_found_by_key_text_and_start_of_its_id(
    catalog: Catalog, prepare: Prepare
) -> None:
    one, other = prepare("One"), prepare("Other")
    catalog.write([one, other])
    found = catalog.by_key("One")
    assert found is not None and found.id == one.id
    assert catalog.by_key("None") is None
    assert {s.id for s in catalog.with_text(one.article.text_hash)} == {one.id, other.id}


def test_a_remark_is_kept_and_can_be_changed(catalog: Catalog) -> None:
    assert catalog.meta("embedder") is None
    catalog.set_meta("embedder", "one")
    catalog.set_meta("embedder", "other")
    assert catalog.meta("embedder") == "other"


def test_everything_is_there_when_the_catalog_is_opened_again(
    path: Path, catalog: Catalog, prepare: Prepare
) -> None:
    item = prepare()
    catalog.write([item])
    catalog.close()
    again = Catalog(path)
    assert [stored.article for stored in again.articles()] == [item.article]
    again.close()


def test_several_threads_read_while_one_writes(catalog: Catalog, prepare: Prepare) -> None:
    faults: list[Exception] = []
    done = threading.Event()

    def reading() -> None:
        try:
            while not done.is_set():
                for stored in catalog.articles():
                    assert stored.article.text == LONG
                    assert len(catalog.chunks_of([stored.id])) == len(split(LONG))
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=reading) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(30):
        catalog.write([prepare(f"Pier {number}")])
    done.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert catalog.counts() == (30, 30 * len(split(LONG)))


def test_several_threads_write_one_after_the_other(catalog: Catalog, prepare: Prepare) -> None:
    def writing(name: str) -> None:
        for number in range(10):
            catalog.write([prepare(f"{name} {number}", "Text.")])

    threads = [threading.Thread(target=writing, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert catalog.counts() == (40, 40)


@pytest.mark.parametrize(
    "content", [b"this is not a database " * 99, b"\x00" * 4096, b"SQLite format 3\x00" + b"x" * 500]
)  # fmt: skip
def test_a_file_that_is_no_database_is_one_plain_error(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    with pytest.raises(ArchiveError) as caught:
        Catalog(path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == content


def test_a_catalog_of_a_newer_dateline_is_refused(path: Path, catalog: Catalog) -> None:
    catalog.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ArchiveError, match="newer Dateline"):
        Catalog(path)


def test_a_catalog_in_a_folder_that_is_missing_is_one_plain_error(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be used"):
        Catalog(tmp_path / "missing" / "catalog.sqlite3")
