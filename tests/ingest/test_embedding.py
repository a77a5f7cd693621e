"""The archive's one embedder: recorded, checked, loaded late, changed only by a rebuild."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest.archive.archive import Archive
from ingest.archive.catalog import Catalog
from ingest.archive.embedding import Embedder, Embedding, searched_text
from ingest.article import Article
from ingest.errors import EmbedderError
from ingest.settings import Settings

Make = Callable[..., Article]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "catalog.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def other(embedder: Embedder) -> Embedder:
    """Another embedder, of another dimension."""
    return type(embedder)("other", 16)  # type: ignore[call-arg]


def test_a_new_archive_records_its_embedder(
    catalog: Catalog, settings: Settings, embedder: Embedder
) -> None:
    Embedding(catalog, settings, embedder).check()
    assert catalog.meta("embedder") == "hash"


def test_the_dimension_is_recorded_with_the_first_vectors(
    catalog: Catalog, settings: Settings, embedder: Embedder
) -> None:
    assert Embedding(catalog, settings, embedder).of_chunks(["pier", "ship"]).shape == (2, 32)
    assert catalog.meta("dimension") == "32"


def test_vectors_of_another_dimension_are_refused(
    catalog: Catalog, settings: Settings, embedder: Embedder
) -> None:
    Embedding(catalog, settings, embedder).of_chunks(["pier"])
    wider = type(embedder)("hash", 64)  # type: ignore[call-arg]
    with pytest.raises(EmbedderError, match="64 numbers; the archive has 32"):
        Embedding(catalog, settings, wider).of_chunks(["pier"])


def test_the_embedder_of_the_settings_is_loaded_when_it_is_needed(
    catalog: Catalog, settings: Settings
) -> None:
    named = settings.model_copy(update={"embeddings": "nonsense"})
    embedding = Embedding(catalog, named, None)
    embedding.check()
    assert embedding.name == "nonsense"
    with pytest.raises(EmbedderError, match="no embedder 'nonsense'"):
        embedding.of_chunks(["pier"])


def test_a_chunk_is_embedded_with_its_headline(make_article: Make) -> None:
    article = make_article("Harbour reopens", "It opened. Ships came.")
    assert searched_text(article, 11, 22) == "Harbour reopens\nShips came."


def test_an_archive_refuses_another_embedder_and_names_the_repair(
    archive: Archive, settings: Settings, other: Embedder
) -> None:
    archive.close()
    with pytest.raises(EmbedderError) as caught:
        Archive.open(settings, embedder=other)
    message = str(caught.value)
    assert "'hash'" in message and "'other'" in message
    assert f"dateline doctor --repair --archive {settings.archive}" in message
    assert "DATELINE_EMBEDDINGS=hash" in message


def test_after_a_refusal_the_archive_can_be_opened_as_before(
    archive: Archive, settings: Settings, embedder: Embedder, other: Embedder
) -> None:
    archive.close()
    with pytest.raises(EmbedderError):
        Archive.open(settings, embedder=other)
    with Archive.open(settings, embedder=embedder) as again:
        assert again.embedder_name == "hash"


def test_a_rebuild_with_another_embedder_embeds_everything_anew(
    archive: Archive, settings: Settings, other: Embedder, make_article: Make
) -> None:
    articles = [make_article(f"Pier {i}", f"Ship {i} came to the pier.") for i in range(5)]
    list(archive.add(articles))
    archive.close()
    with Archive.open(settings, embedder=other, rebuild=True) as rebuilt:
        assert rebuilt.embedder_name == rebuilt.catalog.meta("embedder") == "other"
        assert rebuilt.catalog.meta("dimension") == "16"
        rows = rebuilt.catalog.chunks_of([stored.id for stored in rebuilt.catalog.articles()])
        for row in rows:
            vector = rebuilt.catalog.vectors([row.id])[row.id]
            assert vector.shape == (16,)
            assert row.id in rebuilt.vectors.search(vector, 1)
        assert {o.result for o in rebuilt.add(articles)} == {"unchanged"}
    texts = other.texts  # type: ignore[attr-defined]
    assert sorted(texts) == sorted(f"{a.title}\n{a.text}" for a in articles)


def test_a_rebuild_with_the_same_embedder_embeds_nothing(
    archive: Archive, settings: Settings, embedder: Embedder, make_article: Make
) -> None:
    list(archive.add([make_article()]))
    archive.close()
    before = len(embedder.texts)  # type: ignore[attr-defined]
    with Archive.open(settings, embedder=embedder, rebuild=True) as rebuilt:
        assert rebuilt.vectors.count() == rebuilt.lexical.count() == 1
    assert len(embedder.texts) == before  # type: ignore[attr-defined]


def test_a_text_without_known_words_is_kept_and_has_no_vector(
    settings: Settings, make_article: Make
) -> None:
    class Silent:
        name = "silent"

        def passages(self, texts: list[str]) -> np.ndarray:
            return np.zeros((len(texts), 8), np.float32)

        def question(self, text: str) -> np.ndarray:
            return np.zeros(8, np.float32)

    with Archive.open(settings, create=True, embedder=Silent()) as archive:
        assert [outcome.result for outcome in archive.add([make_article()])] == ["added"]
        assert (archive.lexical.count(), archive.vectors.count()) == (1, 0)
        assert archive.catalog.indexed_chunks() == 1
        assert archive.catalog.indexed_chunks(with_vector=True) == 0
