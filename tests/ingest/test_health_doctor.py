"""Damage is noticed, reported and healed; the catalog is the truth."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.archive.archive import Archive
from ingest.archive.catalog import CATALOG, Catalog
from ingest.archive.doctor import examine, examine_open
from ingest.archive.embedding import Embedder
from ingest.archive.filters import Filters
from ingest.archive.indexes import IndexHealth
from ingest.archive.word_index import BM25
from ingest.article import Article
from ingest.errors import ArchiveError, ArchiveInUseError
from ingest.settings import Settings
from tests.archives import copied
from tests.conftest import HashEmbedder

Make = Callable[..., Article]
Leave = Callable[[Path], None]
COUNT = 12


def made(folder: Path, make_article: Make, embedder: Embedder | None) -> Path:
    chosen = Settings(archive=folder, _env_file=None)
    articles = [
        make_article(f"Pier {i}", f"Ship number {i} came to the pier.") for i in range(COUNT)
    ]
    with Archive.open(chosen, create=True, embedder=embedder) as archive:
        assert [outcome.result for outcome in archive.add(articles)] == ["added"] * COUNT
    return folder


@pytest.fixture(scope="module")
def hashed(tmp_path_factory: pytest.TempPathFactory, make_article: Make) -> Path:
    return made(tmp_path_factory.mktemp("hashed") / "archive", make_article, HashEmbedder())


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory, make_article: Make) -> Path:
    return made(tmp_path_factory.mktemp("static") / "archive", make_article, None)


@pytest.fixture
def folder(hashed: Path, settings: Settings) -> Path:
    """The folder of a closed archive with some articles."""
    return copied(hashed, settings.archive)


@pytest.fixture
def static_folder(static: Path, settings: Settings) -> Path:
    """The same with the embedder that the settings name."""
    return copied(static, settings.archive)


def files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def garble_words(folder: Path) -> None:
    for path in files(folder / "lexical"):
        if path.suffix in (".term", ".idx", ".fast", ".store", ".pos"):
            path.write_bytes(b"\x55" * path.stat().st_size)


def garble_word_meta(folder: Path) -> None:
    (folder / "lexical" / "meta.json").write_text("{broken")


def lose_word_files(folder: Path) -> None:
    for path in files(folder / "lexical"):
        if path.suffix in (".term", ".idx"):
            path.unlink()


def lose_words(folder: Path) -> None:
    shutil.rmtree(folder / "lexical")


def garble_vector_catalog(folder: Path) -> None:
    path = folder / "vectors" / "chroma.sqlite3"
    path.write_bytes(b"\x55" * path.stat().st_size)


def garble_vectors(folder: Path) -> None:
    for path in files(folder / "vectors"):
        if path.suffix in (".bin", ".pickle"):
            path.write_bytes(b"\x55" * max(1, path.stat().st_size))


def lose_vectors(folder: Path) -> None:
    shutil.rmtree(folder / "vectors")


def forget_vectors(folder: Path) -> None:
    """Chroma still counts them all, and finds none."""
    connection = sqlite3.connect(folder / "vectors" / "chroma.sqlite3")
    connection.execute("DELETE FROM embeddings_queue")
    connection.commit()
    connection.close()
    for path in (folder / "vectors").iterdir():
        if path.is_dir():
            shutil.rmtree(path)


WORD_DAMAGE = [garble_words, garble_word_meta, lose_word_files, lose_words]
VECTOR_DAMAGE = [garble_vector_catalog, garble_vectors, lose_vectors, forget_vectors]


def is_whole(archive: Archive) -> bool:
    """Whether each chunk of the catalog is found by its words and by its vector."""
    rows = archive.catalog.chunks_of([stored.id for stored in archive.catalog.articles()])
    ids = {row.id for row in rows}
    vectors = list(archive.catalog.vectors(sorted(ids)).values())
    return (
        len(ids) == COUNT
        and set(archive.lexical.search(["ship"], Filters(), 99, BM25)) == ids
        and archive.lexical.count() == archive.vectors.count() == len(ids)
        and archive.vectors.self_hits(vectors) == len(ids)
    )


@pytest.mark.parametrize(
    ("words", "vectors"), zip(WORD_DAMAGE, VECTOR_DAMAGE, strict=True), ids=lambda d: d.__name__
)
def test_damage_to_both_after_an_unclean_end_is_healed_on_opening(
    words: Leave,
    vectors: Leave,
    folder: Path,
    settings: Settings,
    embedder: Embedder,
    leave_unclean: Leave,
) -> None:
    embedded = len(embedder.texts)  # type: ignore[attr-defined]
    words(folder)
    vectors(folder)
    leave_unclean(folder)
    with Archive.open(settings, embedder=embedder) as healed:
        assert is_whole(healed)
    assert len(embedder.texts) == embedded  # type: ignore[attr-defined]


def test_a_healthy_archive_is_reported_as_such_closed_and_open(
    folder: Path, settings: Settings, embedder: Embedder
) -> None:
    found = examine(settings)
    assert found.health.healthy
    assert (found.articles, found.chunks, found.pending) == (COUNT, COUNT, 0)
    assert (found.embedder, found.dimension, found.repaired) == ("hash", 32, False)
    whole = {"sampled": COUNT, "found": COUNT, "held": COUNT, "expected": COUNT}
    assert found.health.lexical == IndexHealth(**whole)
    assert found.health.vectors == IndexHealth(**whole)
    assert json.loads(json.dumps(found.as_json())) == {
        "articles": COUNT,
        "chunks": COUNT,
        "pending": 0,
        "embedder": "hash",
        "dimension": 32,
        "healthy": True,
        "repaired": False,
        "lexical": {"sampled": COUNT, "found": COUNT, "held": COUNT, "expected": COUNT,
                    "problem": None, "pending": 0, "healthy": True},
        "vectors": {"sampled": COUNT, "found": COUNT, "held": COUNT, "expected": COUNT,
                    "problem": None, "pending": 0, "healthy": True},
    }  # fmt: skip
    with Archive.open(settings, embedder=embedder) as archive:
        assert examine_open(archive) == found


def test_the_doctor_reports_damaged_words_and_changes_nothing(
    folder: Path, settings: Settings, leave_unclean: Leave
) -> None:
    """Nor does it forget that the archive was left unclean: the next opening heals it."""
    garble_words(folder)
    leave_unclean(folder)
    before = [path.read_bytes() for path in files(folder / "lexical")]
    found = examine(settings)
    assert not found.health.healthy
    assert found.health.vectors.healthy
    assert found.health.lexical.problem
    assert (found.articles, found.repaired) == (COUNT, False)
    assert [path.read_bytes() for path in files(folder / "lexical")] == before
    assert (folder / "owner.json").exists()


def test_the_doctor_reports_vectors_that_are_counted_and_not_found(
    folder: Path, settings: Settings
) -> None:
    forget_vectors(folder)
    found = examine(settings).health
    assert not found.healthy
    assert found.lexical.healthy
    assert found.vectors.held == found.vectors.expected == COUNT
    assert found.vectors.found < found.vectors.sampled == COUNT


def test_an_open_archive_that_lost_its_indexes_is_not_healthy(
    folder: Path, settings: Settings, embedder: Embedder
) -> None:
    with Archive.open(settings, embedder=embedder) as archive:
        archive.lexical.clear()
        archive.vectors.clear()
        found = examine_open(archive).health
        assert not found.lexical.healthy and not found.vectors.healthy
        assert (found.lexical.found, found.vectors.found) == (0, 0)


def test_an_open_index_that_breaks_is_a_problem_not_a_fault(
    folder: Path, settings: Settings, embedder: Embedder
) -> None:
    garble_vector_catalog(folder)
    with Archive.open(settings, embedder=embedder) as archive:
        found = examine_open(archive).health
        assert found.lexical.healthy
        assert found.vectors.problem and not found.vectors.healthy
        archive.close()
        with pytest.raises(ArchiveError, match="closed"):
            examine_open(archive)


@pytest.mark.parametrize("damage", [garble_words, lose_vectors], ids=lambda d: d.__name__)
def test_a_repair_heals(damage: Leave, static_folder: Path, settings: Settings) -> None:
    damage(static_folder)
    found = examine(settings, repair=True)
    assert found.repaired and found.health.healthy
    assert found.as_json()["healthy"] is True
    with Archive.open(settings) as healed:
        assert is_whole(healed)


def test_a_repair_with_another_embedder_embeds_everything_anew(
    folder: Path, settings: Settings
) -> None:
    assert settings.embeddings == "static"  # the archive was made with "hash"
    found = examine(settings, repair=True)
    assert (found.embedder, found.dimension) == ("static", 256)
    assert found.health.healthy
    with Archive.open(settings) as changed:
        assert is_whole(changed)
        assert changed.vectors.search(changed.embedder.question("ships and piers"), 3)


def test_what_a_killed_process_left_pending_is_counted_and_is_no_damage(
    folder: Path, settings: Settings, leave_unclean: Leave
) -> None:
    leave_unclean(folder)
    catalog = Catalog(folder / CATALOG)
    first = next(iter(catalog.articles()))
    catalog.forget_indexes()
    catalog.acknowledge([s for s in catalog.articles() if s.id != first.id], [])
    catalog.close()
    assert examine(settings).pending == 1


def test_an_archive_that_is_not_there_cannot_be_examined(settings: Settings) -> None:
    for repair in (False, True):
        with pytest.raises(ArchiveError, match="no archive at"):
            examine(settings, repair)
    assert not settings.archive.exists()


def test_an_archive_in_use_cannot_be_examined(archive: Archive, settings: Settings) -> None:
    for repair in (False, True):
        with pytest.raises(ArchiveInUseError):
            examine(settings, repair)
    assert archive.lexical.count() == 0


def test_an_archive_whose_catalog_is_no_database_cannot_be_examined(
    folder: Path, settings: Settings
) -> None:
    (folder / CATALOG).write_bytes(b"no database at all " * 99)
    for repair in (False, True):
        with pytest.raises(ArchiveError, match="catalog"):
            examine(settings, repair)


def test_an_empty_archive_is_healthy(archive: Archive) -> None:
    found = examine_open(archive)
    assert found.health.healthy
    assert (found.articles, found.chunks) == (0, 0)


@pytest.mark.parametrize(
    ("found", "healthy"),
    [
        (IndexHealth(5, 5, 9, 9), True),
        (IndexHealth(5, 4, 9, 9), False),
        (IndexHealth(200, 199, 900, 900), True),
        (IndexHealth(200, 195, 900, 900), False),
        (IndexHealth(5, 5, 8, 9), False),
        (IndexHealth(5, 5, 10, 9), False),
        (IndexHealth(5, 5, 9, 9, "it died"), False),
        (IndexHealth(0, 0, 0, 0), True),
    ],
)
def test_an_index_is_healthy_when_all_is_found_and_nothing_else_is_there(
    found: IndexHealth, healthy: bool
) -> None:
    assert found.healthy is healthy
