"""The catalog's chunks as search reads them: hundreds at a time, and their vectors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ingest.archive.archive import Archive
from ingest.archive.browse import Choice, browse
from ingest.archive.catalog import Catalog, ChunkRow, Prepared
from ingest.archive.embedding import searched_text, unit
from ingest.article import Article, Moment, epoch_of
from ingest.sentences import split

Make = Callable[..., Article]
LONG = "The harbour reopened on Sunday after ten years of repairs, officials said. " * 40


@pytest.fixture
def filled(archive: Archive, make_article: Make) -> Archive:
    articles = [
        make_article("Harbour", LONG, publisher="The Tide Post", agency="Wire", published="2023-07-16", updated=Moment("2023-08-01", "metadata")),
        make_article("Ferry", "The ferry sank. " * 60, publisher="Gull"),
    ]  # fmt: skip
    list(archive.add(articles))
    return archive


def ids_of(archive: Archive) -> dict[str, str]:
    return {stored.article.title: stored.id for stored in archive.catalog.articles()}


def test_chunks_of_articles_come_in_reading_order(filled: Archive) -> None:
    ids = ids_of(filled)
    rows = filled.catalog.chunks_of([ids["Harbour"], ids["Ferry"]])
    assert [(row.article_id, row.start) for row in rows] == sorted(
        (row.article_id, row.start) for row in rows
    )
    held = [(row.start, row.end) for row in rows if row.article_id == ids["Harbour"]]
    assert held == split(LONG.strip())


def test_a_row_says_what_search_needs_of_its_article(filled: Archive) -> None:
    ids = ids_of(filled)
    first = filled.catalog.chunks_of([ids["Harbour"]])[0]
    assert first.published_at == epoch_of("2023-07-16")
    assert first.changed_at == epoch_of("2023-08-01")
    assert first.outlets == {"tidepost", "wire"}
    assert first.story is None
    ferry = filled.catalog.chunks_of([ids["Ferry"]])[0]
    assert (ferry.published_at, ferry.changed_at) == (None, None)
    assert ferry.outlets == {"gull"}
    assert ChunkRow(1, "a", 0, 5, None).outlets == frozenset()


def test_rows_are_found_by_chunk_id_and_what_is_not_there_is_left_out(filled: Archive) -> None:
    rows = filled.catalog.chunks_of(list(ids_of(filled).values()))
    wanted = [rows[2].id, rows[0].id, rows[2].id, 999_999]
    assert filled.catalog.chunk_rows(wanted) == {row.id: row for row in (rows[0], rows[2])}
    assert filled.catalog.chunk_rows([]) == {}
    assert filled.catalog.chunks_of([]) == []
    assert filled.catalog.chunks_of(["'; DROP TABLE chunks; --", "nobody", '"', "\\"]) == []


def test_vectors_are_those_that_were_stored(filled: Archive) -> None:
    rows = filled.catalog.chunks_of(list(ids_of(filled).values()))
    ids = [row.id for row in rows]
    found = filled.catalog.vectors([*ids, 999_999])
    assert set(found) == set(ids)
    articles = {stored.id: stored.article for stored in filled.catalog.articles()}
    texts = [searched_text(articles[row.article_id], row.start, row.end) for row in rows]
    for row, vector in zip(rows, filled.embedder.passages(texts), strict=True):
        assert np.array_equal(found[row.id], vector)
    assert all(np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5) for vector in found.values())
    assert filled.catalog.vectors([]) == {}


@pytest.fixture
def table(tmp_path: Path, make_article: Make) -> Catalog:
    """3,000 chunks of one article; the vector of each is known."""
    chunks = split("One. " * 60_000, target=60, limit=100)[:3000]
    rows = unit(np.random.default_rng(3).standard_normal((len(chunks), 8), np.float32))
    rows[7] = 0
    catalog = Catalog(tmp_path / "catalog.sqlite3")
    catalog.write([Prepared("many", make_article("Many", "One. " * 60_000), chunks, rows)])
    return catalog


def test_thousands_of_chunks_are_read_at_once_each_with_its_own_vector(table: Catalog) -> None:
    rows = table.chunks_of(["many"])
    expected = unit(np.random.default_rng(3).standard_normal((3000, 8), np.float32))
    expected[7] = 0
    ids = [row.id for row in rows]
    found = table.vectors(list(reversed(ids)))
    assert all(np.array_equal(found[i], expected[place]) for place, i in enumerate(ids))
    asked = expected[42]
    likeness = table.similarities(asked, ids)
    assert max(likeness, key=lambda i: likeness[i]) == ids[42]
    assert likeness[ids[42]] == pytest.approx(1.0, abs=1e-5)
    assert likeness[ids[7]] == 0.0
    assert likeness == pytest.approx(
        dict(zip(ids, (expected @ asked).tolist(), strict=True)), abs=1e-5
    )


def test_vectors_of_another_embedder_count_at_once(table: Catalog) -> None:
    ids = [row.id for row in table.chunks_of(["many"])]
    asked = unit(np.ones((1, 8), np.float32))[0]
    before = table.similarities(asked, ids[:9])
    replaced = unit(np.random.default_rng(8).standard_normal((len(ids), 12), np.float32))
    table.replace_vectors("other", [(ids, replaced)])
    longer = unit(np.ones((1, 12), np.float32))[0]
    after = table.similarities(longer, ids[:9])
    assert after == pytest.approx(
        dict(zip(ids, (replaced[:9] @ longer).tolist(), strict=False)), abs=1e-5
    )
    assert after != before


def test_what_is_not_there_and_a_zero_vector_have_no_cosine(table: Catalog) -> None:
    [first, *_] = [row.id for row in table.chunks_of(["many"])]
    asked = unit(np.ones((1, 8), np.float32))[0]
    assert set(table.similarities(asked, [first, first, 999_999])) == {first}
    assert table.similarities(asked, []) == table.similarities(asked, [999_999]) == {}
    assert table.similarities(np.zeros(8, np.float32), [first]) == {}


def test_a_sample_is_spread_over_the_archive(filled: Archive) -> None:
    everything = sorted(row.id for row in filled.catalog.chunks_of(list(ids_of(filled).values())))
    assert filled.catalog.sample_chunks(1000) == everything
    some = filled.catalog.sample_chunks(2)
    assert len(some) == 2 and some[0] == everything[0] and some[1] > everything[1]


def test_chunks_are_counted_by_article(filled: Archive) -> None:
    ids = ids_of(filled)
    counts = {row.article_id: row.chunks for row in browse(filled.catalog, Choice()).articles}
    assert counts[ids["Harbour"]] == len(split(LONG.strip()))
    assert set(counts) == set(ids.values())
