"""Pages and files from the web: what is made of them, and what is remembered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from ingest.article import Article, Failure, Seen, Unchanged, Visit, address_key
from ingest.web import sites as web_source
from ingest.web.sites import Web
from tests.ingest.web_server import (
    STORY,
    MemoryVisits,
    Site,
    article,
    moves,
    sends,
    web,
    zips,
)

NOW = datetime(2026, 2, 3, 4, 5, 6, tzinfo=timezone.utc)


def read(url: str, reader: Web | None = None) -> list[Seen]:
    return list(web_source.read(url, reader or web(now=lambda: NOW)))


def remember(items: list[Seen], visits: MemoryVisits) -> None:
    """As the run does when all is stored."""
    for item in items:
        if isinstance(item, Visit):
            visits.note(item)


def test_a_page_becomes_an_article_and_a_visit(site: Site) -> None:
    site.pages["/story"] = sends(
        article(article_published_time="2023-07-16T09:10:00+08:00", og_site_name="The Ellery Post"),
        ETag='"1"',
        Last_Modified="Sun, 16 Jul 2023 01:10:00 GMT",
    )
    found, visited = read(site.url + "/story")
    assert isinstance(found, Article)
    assert found.title == "Port Ellery raises winter dues"
    assert found.text.count(STORY) == 3
    assert found.source == found.url == site.url + "/story"
    assert found.key == address_key(found.url)
    assert found.publisher == "The Ellery Post"
    assert found.fetched == "2026-02-03T04:05:06+00:00"
    assert found.published is not None
    assert found.published.iso == "2023-07-16T09:10:00+08:00"
    modified = "Sun, 16 Jul 2023 01:10:00 GMT"
    assert visited == Visit(site.url + "/story", '"1"', modified, "")


def test_the_day_of_fetching_is_no_date_of_publication(site: Site) -> None:
    site.pages["/story"] = sends(article(), Last_Modified="Sun, 16 Jul 2023 01:10:00 GMT")
    found = read(site.url + "/story")[0]
    assert isinstance(found, Article)
    assert found.published is None
    assert found.updated is None


def test_the_source_is_the_address_as_given_the_url_that_at_the_end(site: Site) -> None:
    site.pages["/short"] = moves("/long/story")
    site.pages["/long/story"] = zips(article())
    found, visited = read(site.url + "/short")
    assert isinstance(found, Article)
    assert isinstance(visited, Visit)
    assert (found.source, found.url) == (site.url + "/short", site.url + "/long/story")
    assert visited.source == site.url + "/short"


def test_what_the_server_says_of_the_letters_is_believed(site: Site) -> None:
    page = article("Küstenwache löscht Brand auf der Fähre")
    site.pages["/latin"] = sends(page.encode("cp1252"), "text/html; charset=windows-1252")
    site.pages["/greek"] = sends(
        article("Νέα τέλη στο λιμάνι").encode("iso-8859-7"), "text/html; charset=ISO-8859-7"
    )
    site.pages["/lie"] = sends(page, "text/html; charset=iso-8859-1")  # it is UTF-8
    site.pages["/odd"] = sends(page, "text/html; charset=x-unknown")
    titles = [read(site.url + path)[0].title for path in ("/latin", "/greek", "/lie", "/odd")]  # type: ignore[union-attr]
    own = "Küstenwache löscht Brand auf der Fähre"
    assert titles == [own, "Νέα τέλη στο λιμάνι", own, own]


def test_a_page_without_article_names_its_feed(site: Site) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    site.pages["/"] = sends(f"<html><head><title>Home</title>{link}</head><body></body></html>")
    [failure] = read(site.url + "/")
    assert isinstance(failure, Failure)
    assert failure.reason.endswith(f"; its feed is {site.url}/feed.xml")
    site.pages["/"] = sends("<html><head><title>Home</title></head><body></body></html>")
    [failure] = read(site.url + "/")
    assert isinstance(failure, Failure)
    assert "feed" not in failure.reason


def test_a_page_that_fails_is_no_visit(site: Site) -> None:
    assert read(site.url + "/gone") == [Failure(site.url + "/gone", "it answered 404 (not found)")]


def test_an_unchanged_page_is_not_read_again(site: Site) -> None:
    visits = MemoryVisits()
    site.pages["/story"] = sends(article(), ETag='"1"')
    remember(read(site.url + "/story", web(visits=visits)), visits)
    again = read(site.url + "/story", web(visits=visits))
    assert again[0] == Unchanged(site.url + "/story")
    assert not any(isinstance(item, Article) for item in again)
    site.pages["/story"] = sends(article("Dues raised again"), ETag='"2"')
    changed = read(site.url + "/story", web(visits=visits))
    assert isinstance(changed[0], Article)


def test_a_page_without_validators_is_read_again_when_it_is_named(site: Site) -> None:
    visits = MemoryVisits()
    site.pages["/story"] = sends(article())
    for _ in range(2):
        items = read(site.url + "/story", web(visits=visits))
        remember(items, visits)
        assert isinstance(items[0], Article)


def test_files_are_read_by_the_readers_of_their_kinds(site: Site) -> None:
    record = {"title": "Dues", "text": STORY, "url": "https://ellery.example/1"}
    site.pages["/export.json"] = sends(json.dumps([record, {"title": "Empty"}]), "application/json")
    items = read(site.url + "/export.json")
    assert [type(item) for item in items] == [Article, Failure]  # so no visit
    assert isinstance(items[0], Article)
    assert items[0].url == "https://ellery.example/1"
    assert items[0].fetched == "2026-02-03T04:05:06+00:00"
    site.pages["/story.txt"] = sends(f"Dues raised\n\n{STORY}", "text/plain; charset=utf-8")
    found, visited = read(site.url + "/story.txt")
    assert isinstance(found, Article)
    assert (found.title, found.url) == ("Dues raised", site.url + "/story.txt")
    assert found.publisher == "127.0.0.1"
    assert isinstance(visited, Visit)


def test_text_in_another_charset_reaches_its_reader_whole(site: Site) -> None:
    text = f"Gebühren steigen\n\n{STORY} Kapitäne müssen mehr für Öl zahlen."
    site.pages["/a.txt"] = sends(text.encode("cp1252"), "text/plain; charset=cp1252")
    found = read(site.url + "/a.txt")[0]
    assert isinstance(found, Article)
    assert found.title == "Gebühren steigen"
    assert "Kapitäne müssen" in found.text


def test_what_robots_txt_forbids_is_not_asked_for(site: Site) -> None:
    site.pages["/robots.txt"] = sends("User-agent: Dateline\nDisallow: /story", "text/plain")
    site.pages["/story"] = sends(article())
    [failure] = read(site.url + "/story")
    assert isinstance(failure, Failure)
    assert failure.reason == "its robots.txt does not allow Dateline to read it"
    assert site.paths == []


def test_a_parser_that_breaks_costs_its_page_only(site: Site) -> None:
    def breaks(_: object) -> Iterator[Article]:
        raise RecursionError("too deep")

    site.pages["/x.json"] = sends("{}", "application/json")
    [failure] = read(site.url + "/x.json", web(read_file=breaks))
    assert failure == Failure(site.url + "/x.json", "it cannot be read: RecursionError: too deep")


@pytest.mark.parametrize("address", ["", "http://", "words", "\x00", "http://[", "//host/x"])
def test_what_is_no_address_is_a_failure(address: str) -> None:
    [failure] = read(address)
    assert isinstance(failure, Failure)


def test_reading_the_web_is_loaded_when_it_is_needed() -> None:
    """Importing the package must not open files or sockets, nor load the clients."""
    import subprocess
    import sys

    code = (
        "import sys, ingest, ingest.sources.readers, ingest.web\n"
        "print([m for m in ('httpcore', 'feedparser', 'protego', 'idna') if m in sys.modules])"
    )
    root = str(Path(web_source.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True
    )
    assert done.stdout.strip() == "[]"
