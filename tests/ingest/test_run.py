"""The whole of ingesting: sources in, report out."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

import ingest as package
from ingest.archive import Archive
from ingest.article import Failure, PassedOver
from ingest.embed import Embedder
from ingest.errors import ArchiveError, EmbedderError
from ingest.run import Progress, ingest
from ingest.settings import Settings

Write = Callable[[str, "str | bytes"], Path]
SEEDS = str(resources.files("seeds"))
KEYS = ["added", "updated", "unchanged", "duplicates", "failed", "articles", "chunks", "seconds"]


def text(number: int) -> str:
    return f"Harbour {number}\n\nThe harbour reopened on Sunday for the {number}th time.\n"


def records(count: int) -> str:
    return "".join(
        json.dumps({"id": i, "title": f"Pier {i}", "text": f"Ship {i} came to the pier."}) + "\n"
        for i in range(count)
    )


def test_a_folder_is_ingested_into_a_new_archive(
    write: Write, tmp_path: Path, embedder: Embedder
) -> None:
    for number in range(3):
        write(f"{number}.txt", text(number))
    report = ingest(tmp_path / "in", tmp_path / "archive", embedder=embedder)
    assert (report.added, report.articles, report.chunks) == (3, 3, 3)
    assert (report.updated, report.unchanged, report.duplicates) == (0, 0, 0)
    assert (report.failed, report.passed_over) == ((), ())
    assert report.seconds >= 0
    assert (tmp_path / "archive" / "catalog.sqlite3").is_file()


@pytest.mark.parametrize("as_what", [str, Path, lambda p: [p], lambda p: [str(p)], lambda p: (p,)])
def test_sources_are_given_as_one_or_several_paths(
    as_what: Callable[[Path], object], write: Write, archive: Archive
) -> None:
    report = ingest(as_what(write("a.txt", text(1))), archive)  # type: ignore[arg-type]
    assert report.added == 1


def test_an_open_archive_stays_open(write: Write, archive: Archive) -> None:
    ingest(write("a.txt", text(1)), archive)
    assert archive.lexical.count() == 1


def test_a_second_run_changes_and_embeds_nothing(
    write: Write, archive: Archive, embedder: Embedder
) -> None:
    write("a.jsonl", records(20))
    folder = write("b.txt", text(1)).parent
    ingest(folder, archive)
    before = len(embedder.texts)  # type: ignore[attr-defined]
    report = ingest(folder, archive)
    assert (report.added, report.unchanged, report.articles) == (0, 21, 21)
    assert len(embedder.texts) == before  # type: ignore[attr-defined]


def test_a_changed_file_is_an_update_and_only_it_is_embedded(
    write: Write, archive: Archive, embedder: Embedder
) -> None:
    write("a.txt", text(1))
    folder = write("b.txt", text(2)).parent
    ingest(folder, archive)
    embedder.texts.clear()  # type: ignore[attr-defined]
    write("b.txt", "Harbour 2\n\nIt closed again.\n")
    report = ingest(folder, archive)
    assert (report.updated, report.unchanged, report.articles) == (1, 1, 2)
    assert embedder.texts == ["Harbour 2\nIt closed again."]  # type: ignore[attr-defined]


def test_the_same_text_in_two_files_is_a_duplicate(write: Write, archive: Archive) -> None:
    write("a.txt", text(1))
    report = ingest(write("b.txt", text(1)).parent, archive)
    assert (report.added, report.duplicates, report.articles) == (1, 1, 1)


def test_an_article_is_the_same_packed_and_under_another_name_of_its_folder(
    write: Write, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("sub/a.jsonl", records(5))
    ingest(path, archive)
    monkeypatch.chdir(path.parent)
    assert ingest("../sub/a.jsonl", archive).unchanged == 5
    assert ingest(write("b.jsonl.gz", gzip.compress(records(5).encode())), archive).duplicates == 5


def test_bad_inputs_are_listed_and_stop_nothing(write: Write, archive: Archive) -> None:
    good = write("a.txt", text(1))
    bad = write("b.txt", b"\x00\x01" * 99)
    lines = write("c.jsonl", records(2) + "{broken\n" + records(5).splitlines()[4])
    report = ingest([good, bad, "missing.txt", lines], archive)
    assert report.added == 4
    assert [failure.source for failure in report.failed] == [str(bad), "missing.txt", f"{lines}:3"]
    assert all(isinstance(f, Failure) and f.reason for f in report.failed)


def test_files_that_hold_no_articles_are_passed_over(write: Write, archive: Archive) -> None:
    write("a.txt", text(1))
    path = write("questions.jsonl", json.dumps({"question": "Why?"}))
    report = ingest(path.parent, archive)
    assert report.passed_over == (PassedOver(str(path)),)
    assert report.failed == ()


def test_progress_is_told_after_every_article(write: Write, archive: Archive) -> None:
    steps: list[tuple[int, int, int]] = []

    def note(state: Progress) -> None:
        steps.append((state.done, state.results["added"], len(state.failed)))

    write("a.jsonl", "{broken\n" + records(3))
    ingest(write("b.txt", text(1)).parent, archive, progress=note)
    assert [done for done, _, _ in steps] == [1, 2, 3, 4]
    assert steps[-1] == (4, 4, 1)


def test_the_report_as_json_has_its_eight_keys(write: Write, archive: Archive) -> None:
    report = ingest([write("a.txt", text(1)), "missing.txt"], archive).as_json()
    assert list(report) == KEYS
    assert report["failed"] == [
        {"source": "missing.txt", "reason": "there is no such file or folder"}
    ]
    assert json.loads(json.dumps(report)) == report


def test_without_an_archive_the_one_of_the_settings_is_used(
    write: Write, tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_ARCHIVE", str(tmp_path / "set"))
    ingest(write("a.txt", text(1)), embedder=embedder)
    assert (tmp_path / "set" / "catalog.sqlite3").is_file()


def test_an_embedder_that_cannot_be_loaded_is_an_error_and_stores_nothing(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_EMBEDDINGS", "nonsense")
    with pytest.raises(EmbedderError, match="nonsense"):
        ingest(write("a.txt", text(1)), tmp_path / "archive")
    with pytest.raises(ArchiveError):
        ingest(write("a.txt", text(1)), write("file", b""))


def test_a_killed_run_is_continued_by_the_next(
    write: Write, settings: Settings, embedder: Embedder
) -> None:
    class Killed(BaseException):
        pass

    def kill(state: Progress) -> None:
        if state.done == 300:
            raise Killed

    path = write("a.jsonl", records(600))
    with Archive.open(settings, create=True, embedder=embedder) as archive:
        with pytest.raises(Killed):
            ingest(path, archive, progress=kill)
        stored = archive.catalog.counts()[0]
        assert 300 <= stored < 600
        report = ingest(path, archive)
        assert (report.unchanged, report.added, report.articles) == (stored, 600 - stored, 600)
        assert archive.lexical.count() == archive.vectors.count() == 600


def test_the_sample_articles_are_ingested_without_a_failure(
    archive: Archive,
) -> None:
    report = ingest(SEEDS, archive)
    assert report.failed == ()
    assert [Path(item.source).name for item in report.passed_over] == ["questions.jsonl"]
    assert report.articles == report.added > 20
    assert archive.catalog.undated() == 4
    again = ingest(SEEDS, archive)
    assert (again.added, again.updated, again.failed) == (0, 0, ())


def test_the_ids_that_the_sample_questions_name_are_in_the_sample_archive(
    sample_archive: Archive,
) -> None:
    lines = (Path(SEEDS) / "questions.jsonl").read_text().splitlines()
    named = {known for line in lines for known in json.loads(line)["articles"]}
    assert named
    assert {known for known in named if not sample_archive.catalog.holds(known)} == set()


def test_what_the_package_offers_can_be_imported_from_it() -> None:
    assert package.ingest is ingest
    assert package.Archive is Archive
    assert {name for name in package.__all__ if getattr(package, name) is None} == set()
    with pytest.raises(AttributeError, match="nothing"):
        _ = package.nothing
