"""The whole of ingesting: sources in, report out."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from pydantic import TypeAdapter

import ingest as package
from ingest.archive.archive import Archive
from ingest.archive.embedding import Embedder
from ingest.article import Failure, PassedOver
from ingest.errors import ArchiveError, EmbedderError
from ingest.run import Report, ReportJson, ingest
from ingest.settings import Settings
from tests.ingest.web_server import Site, sends
from tests.ingest.web_server import article as page

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
    assert (report.failed, report.passed_over) == ([], [])
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
    assert report.passed_over == [PassedOver(str(path))]
    assert report.failed == []


def test_progress_is_told_after_every_article(write: Write, archive: Archive) -> None:
    steps: list[tuple[int, int, int]] = []

    def note(state: Report) -> None:
        steps.append((state.done, state.added, len(state.failed)))

    write("a.jsonl", "{broken\n" + records(3))
    ingest(write("b.txt", text(1)).parent, archive, progress=note)
    assert [done for done, _, _ in steps] == [1, 2, 3, 4]
    assert steps[-1] == (4, 4, 1)


def test_the_report_as_json_has_its_eight_keys(write: Write, archive: Archive) -> None:
    report = ingest([write("a.txt", text(1)), "missing.txt"], archive).as_json()
    assert list(report) == KEYS
    assert TypeAdapter(ReportJson).validate_python(report, strict=True) == report
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

    def kill(state: Report) -> None:
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
    assert report.failed == []
    passed_over = {Path(item.source).name for item in report.passed_over}
    cases = ("conflicts", "questions", "questions-reworded", "timelines")
    assert passed_over == {f"{name}.jsonl" for name in cases}
    assert report.articles == report.added == 62
    assert archive.catalog.undated() == 4
    again = ingest(SEEDS, archive)
    assert (again.added, again.updated, again.failed) == (0, 0, [])


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


def dated(*days: str | None) -> str:
    return "".join(
        json.dumps({"id": i, "title": f"Pier {i}", "text": f"Ship {i} came.", "date": day}) + "\n"
        for i, day in enumerate(days)
    )


def test_what_is_older_than_asked_for_is_left_out_and_counted(
    write: Write, archive: Archive
) -> None:
    path = write("a.jsonl", dated("2021-07-02", "2021-07-03", "2021-07-04T01:00:00+09:00", None))
    report = ingest(path, archive, since=date(2021, 7, 3))
    assert (report.added, report.older, report.articles) == (3, 1, 3)
    assert archive.catalog.undated() == 1
    assert report.as_json()["older"] == 1
    report = ingest(path, archive)
    assert (report.added, report.unchanged, report.older) == (1, 3, 0)


def test_the_day_of_a_story_is_that_of_its_own_zone(write: Write, archive: Archive) -> None:
    path = write("a.jsonl", dated("2021-07-03T01:00:00+09:00"))  # 2 July in Greenwich
    assert ingest(path, archive, since=date(2021, 7, 3)).added == 1


@pytest.mark.parametrize(("limit", "added"), [(1, 2), (3, 6), (5, 8), (99, 8)])
def test_a_limit_counts_for_each_source(
    limit: int, added: int, write: Write, archive: Archive
) -> None:
    one = write("a.jsonl", "{broken\n" + records(5))
    for number in range(3):
        write(f"sub/{number}.txt", text(number))
    report = ingest([one, one.parent / "sub"], archive, limit=limit)
    assert report.added == added
    assert len(report.failed) == 1


def test_a_limited_run_is_continued_by_one_without_a_limit(write: Write, archive: Archive) -> None:
    path = write("a.jsonl", records(5))
    assert ingest(path, archive, limit=2).added == 2
    assert ingest(path, archive).added == 3


@pytest.mark.parametrize("at", [1, 40, 300])
def test_a_run_that_is_stopped_stores_what_it_has_read_and_the_next_goes_on(
    at: int, write: Write, archive: Archive
) -> None:
    stop, path = threading.Event(), write("a.jsonl", records(600))

    def end(state: Report) -> None:
        if state.done == at:
            stop.set()

    report = ingest(path, archive, progress=end, stop=stop)
    assert report.stopped and report.as_json()["stopped"] is True
    assert at <= report.added == report.articles < 600
    assert archive.lexical.count() == archive.vectors.count() == report.articles
    again = ingest(path, archive)
    assert (again.unchanged, again.added) == (report.added, 600 - report.added)
    assert (again.duplicates, again.stopped, again.articles) == (0, False, 600)


def test_a_run_that_is_stopped_before_it_begins_reads_hardly_anything(
    write: Write, archive: Archive
) -> None:
    stop = threading.Event()
    stop.set()
    report = ingest(write("a.jsonl", records(600)), archive, stop=stop)
    assert report.stopped
    assert report.added <= 1


def test_a_stop_also_ends_the_reading_of_many_files(write: Write, archive: Archive) -> None:
    stop = threading.Event()
    for number in range(60):
        write(f"{number:02}.txt", text(number))
    folder = write("a.txt", text(99)).parent
    report = ingest(folder, archive, progress=lambda state: stop.set(), stop=stop)
    assert report.stopped
    again = ingest(folder, archive)
    assert (again.articles, again.duplicates) == (61, 0)
    assert report.added + again.added == 61


def wire(uri: str, **fields: object) -> str:
    return json.dumps({
        "uri": uri, "type": "text", "pubstatus": "usable", "versioncreated": "2021-07-03T09:10:00Z",
        "headline": "Ferry sails again", "body_text": "The ferry sailed again on Monday.", **fields,
    })  # fmt: skip


def test_what_its_publisher_withdraws_leaves_and_does_not_come_back(
    write: Write, archive: Archive
) -> None:
    old = write("1.json", wire("urn:wire:1"))
    other = write(
        "2.json", wire("urn:wire:2", headline="Crane cut up", body_text="It is scrap now.")
    )
    assert ingest([old, other], archive).added == 2
    kill = write("3.json", wire("urn:wire:1", pubstatus="canceled"))
    report = ingest(kill, archive)
    assert (report.withdrawn, report.articles, report.failed) == (1, 1, [])
    assert report.as_json()["withdrawn"] == 1
    assert archive.lexical.count() == archive.vectors.count() == 1
    again = ingest([old, other], archive)
    assert (again.added, again.withdrawn, again.unchanged, again.articles) == (0, 1, 1, 1)


def test_a_withdrawal_may_come_before_or_with_its_article(write: Write, archive: Archive) -> None:
    kill = write("a.json", wire("urn:wire:1", pubstatus="canceled"))
    story = write("b.json", wire("urn:wire:1"))
    assert ingest([kill, story], archive).articles == 0
    assert ingest([story, kill, story], archive).articles == 0


def test_an_older_withdrawal_counts_whatever_day_is_asked_for(
    write: Write, archive: Archive
) -> None:
    ingest(write("a.json", wire("urn:wire:1")), archive)
    kill = write("b.json", wire("urn:wire:1", pubstatus="canceled"))
    assert ingest(kill, archive, since=date(2025, 1, 1)).articles == 0


@pytest.fixture
def quick(settings: Settings, embedder: Embedder) -> Iterator[Archive]:
    """An archive whose settings let a site be asked without pauses."""
    swift = settings.model_copy(update={"fetch_delay": 0.0})
    with Archive.open(swift, create=True, embedder=embedder) as opened:
        yield opened


def visited(archive: Archive) -> int:
    found = archive.catalog.one("SELECT COUNT(*) AS n FROM visits")
    return int(found["n"]) if found else 0


def test_a_page_is_stored_and_not_read_again_while_it_stays_as_it_is(
    site: Site, quick: Archive
) -> None:
    site.pages["/a"] = sends(page(), ETag='"1"')
    first = ingest(f"{site.url}/a", quick, allow_private=True)
    again = ingest(f"{site.url}/a", quick, allow_private=True)
    assert (first.added, again.unchanged, again.added) == (1, 1, 0)
    site.pages["/a"] = sends(page("Dues fall again"), ETag='"2"')
    assert ingest(f"{site.url}/a", quick, allow_private=True).updated == 1


def feed(site: Site, count: int) -> str:
    for n in range(count):
        story = page(f"Ferry {n} sails").replace("Tuesday", f"day {n}")
        site.pages[f"/{n}"] = sends(story, ETag=f'"{n}"')
    items = "".join(
        f"<item><title>Ferry {n} sails</title><link>{site.url}/{n}</link>"
        f"<pubDate>Sat, 03 Jul 2021 09:1{n}:00 GMT</pubDate></item>"
        for n in range(count)
    )
    site.pages["/feed"] = sends(
        f"<rss version='2.0'><channel><title>Packet</title>{items}</channel></rss>",
        "application/rss+xml",
    )
    return f"{site.url}/feed"


def test_a_visit_is_noted_only_after_its_article_is_stored(site: Site, quick: Archive) -> None:
    class Killed(BaseException):
        pass

    def kill(state: Report) -> None:
        raise Killed

    address = feed(site, 3)
    with pytest.raises(Killed):
        ingest(address, quick, allow_private=True, progress=kill)
    assert visited(quick) <= quick.catalog.counts()[0]
    report = ingest(address, quick, allow_private=True)
    assert report.articles == 3
    assert visited(quick) == 4  # with the feed itself


def test_no_visit_is_noted_where_storing_fails(site: Site, settings: Settings) -> None:
    class Broken:
        name, dimension = "hash", 32

        def passages(self, texts: object) -> object:
            raise EmbedderError("It is out of order.")

        question = passages

    swift = settings.model_copy(update={"fetch_delay": 0.0})
    with Archive.open(swift, create=True, embedder=Broken()) as archive:  # type: ignore[arg-type]
        with pytest.raises(EmbedderError):
            ingest(feed(site, 3), archive, allow_private=True)
        assert visited(archive) == 0


def test_a_feed_that_is_stopped_in_the_midst_is_continued(site: Site, quick: Archive) -> None:
    stop, address = threading.Event(), feed(site, 5)
    serve = site.pages["/2"]

    def stopping(handler: object) -> None:
        stop.set()
        serve(handler)  # type: ignore[arg-type]

    site.pages["/2"] = stopping
    report = ingest(address, quick, allow_private=True, stop=stop)
    assert report.stopped
    assert 2 <= report.added < 5
    assert visited(quick) <= report.added
    again = ingest(address, quick, allow_private=True)
    assert (again.articles, again.duplicates, again.failed) == (5, 0, [])


def test_a_limit_counts_the_entries_of_a_feed(site: Site, quick: Archive) -> None:
    address = feed(site, 5)
    assert [ingest(address, quick, allow_private=True, limit=2).added for _ in range(3)] == [
        2,
        2,
        1,
    ]


def test_entries_older_than_asked_for_are_not_fetched(site: Site, quick: Archive) -> None:
    address = feed(site, 0)
    story = "<item><title>Old</title><link>{}/old</link><pubDate>Sat, 03 Jul 2021 09:10:00 GMT</pubDate></item>"
    site.pages["/feed"] = sends(
        f"<rss version='2.0'><channel><title>P</title>{story.format(site.url)}</channel></rss>",
        "application/rss+xml",
    )
    report = ingest(address, quick, allow_private=True, since=date(2022, 1, 1))
    assert report.articles == 0
    assert [item.reason for item in report.passed_over] == ["it is older than 2022-01-01"]
    assert site.paths == ["/feed"]


@pytest.mark.parametrize(
    "source", ["ftp://packet.example/a.txt", "file:///etc/passwd", "gopher://x", "http://"]
)
def test_an_address_that_cannot_be_fetched_is_one_failure(source: str, archive: Archive) -> None:
    report = ingest(source, archive)
    assert [failure.source for failure in report.failed] == [source]
    assert report.articles == 0


def test_a_private_address_is_one_failure_and_is_not_asked(site: Site, archive: Archive) -> None:
    report = ingest([f"{site.url}/a", f"{site.url}/b"], archive)
    assert len(report.failed) == 2
    assert site.requests == []


def test_files_and_addresses_may_be_mixed(site: Site, quick: Archive, write: Write) -> None:
    site.pages["/a"] = sends(page())
    names = [write("a.txt", text(1)), f"{site.url}/a", write("b.txt", text(2)), "missing.txt"]
    report = ingest(names, quick, allow_private=True)
    assert (report.added, len(report.failed)) == (3, 1)
