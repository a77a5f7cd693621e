"""What testers found: each was wrong once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from ingest.archive.archive import Archive
from ingest.article import Article, Failure
from ingest.clean import is_note, is_rubbish
from ingest.dates import parse_moment
from ingest.errors import SettingError
from ingest.run import ingest
from ingest.sources.page.html_page import article_of_page
from ingest.sources.readers import files
from tests.ingest.odd_files import read_files

Make = Callable[..., Article]
Write = Callable[[str, "str | bytes"], Path]
TEXT = "The weir at Tarn was opened on Sunday by the keeper of the lock and her two sons."
STORY = "".join(f"<p>{TEXT} It was the {n}th time.</p>" for n in range(4, 9))


def item(version: str, status: str = "usable", text: str = TEXT) -> str:
    stamp = "2024-03-12T06:00:00Z"
    return json.dumps({
        "uri": "urn:newsml:tarnwire.example:20240312:weir", "type": "text", "version": version,
        "pubstatus": status, "versioncreated": stamp, "firstcreated": stamp,
        "headline": "Weir opened", "body_text": f"{text} Version {version}.",
    })  # fmt: skip


def test_a_lower_version_of_a_wire_item_never_replaces_a_higher_one(
    write: Write, archive: Archive
) -> None:
    assert ingest(write("3.json", item("3")), archive).added == 1
    assert ingest(write("1.json", item("1")), archive).unchanged == 1
    [stored] = archive.catalog.articles()
    assert stored.article.text.endswith("Version 3.")
    assert ingest(write("4.json", item("4")), archive).updated == 1


def test_what_was_withdrawn_comes_back_only_in_a_higher_version(
    write: Write, archive: Archive
) -> None:
    ingest([write("1.json", item("1")), write("2.json", item("2", "canceled"))], archive)
    assert archive.catalog.counts()[0] == 0
    assert ingest(write("1.json", item("1")), archive).withdrawn == 1
    assert ingest(write("3.json", item("3")), archive).added == 1
    assert ingest(write("2.json", item("2", "canceled")), archive).articles == 1


def test_a_wire_item_withdraws_no_web_page(write: Write, archive: Archive) -> None:
    url = "https://tarnpost.example/2024/03/12/weir"
    page = f"<html><head><link rel='canonical' href='{url}'></head><body><article><h1>Weir opened</h1>{STORY}</article></body></html>"
    assert ingest(write("a.html", page), archive).added == 1
    ingest(
        write("b.json", json.dumps({"uri": url, "type": "text", "pubstatus": "canceled"})), archive
    )
    assert archive.catalog.counts()[0] == 1


@pytest.mark.parametrize("order", ["-AB", "A-B", "AB-", "B-A"])
def test_a_copy_without_a_publisher_swallows_nobody(
    order: str, archive: Archive, make_article: Make
) -> None:
    for name in order:
        publisher = None if name == "-" else name
        list(archive.add([make_article("Weir", TEXT, key=f"key {name}", publisher=publisher)]))
    found = [stored.article.publisher for stored in archive.catalog.articles()]
    assert sorted(filter(None, found)) == ["A", "B"]
    assert len(found) == 2


@pytest.mark.parametrize(
    "above",
    [
        "<div class='masthead'><span class='date'>Sunday, 12 March 2023</span></div>",
        "<div id='top'><p>March 12, 2023</p></div>",
        "<header><p class='today'>12 March 2023</p></header>",
    ],
)
def test_the_day_in_a_masthead_is_no_publication_date(above: str) -> None:
    page = f"<html><body>{above}<div id='main'><article><h1>Weir opened</h1>{STORY}</article></div></body></html>"
    assert article_of_page(page, "s", "k").published is None


def test_the_date_nearest_to_the_article_is_taken_before_that_of_a_box() -> None:
    box = "<div class='box'><time class='published' datetime='2024-05-06'>6 May</time></div>"
    page = (
        f"<html><body>{box}<main><article><h1>Weir opened</h1>"
        f"<p class='date'>12 March 2019</p>{STORY}</article></main></body></html>"
    )
    found = article_of_page(page, "s", "k").published
    assert found is not None and found.iso == "2019-03-12"


@pytest.mark.parametrize(
    "line",
    ["Published 12 March 2019, updated 13 March 2019",
     "Publié le 12 mars 2019 à 06h15, mis à jour le 13 mars 2019"],
)  # fmt: skip
def test_of_two_dates_on_a_line_the_first_publication_is_taken(line: str) -> None:
    page = f"<html><body><article><h1>Weir opened</h1><p class='date'>{line}</p>{STORY}</article></body></html>"
    found = article_of_page(page, "s", "k").published
    assert found is not None and found.iso == "2019-03-12"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Tue, 12 Mar 2024 01:15:00 GMT+0200", "2024-03-12T01:15:00+02:00"),
        ("2024-03-12 06:15 UTC+2", "2024-03-12T06:15:00+02:00"),
        ("2024-03-12 06:15 UTC+02:00", "2024-03-12T06:15:00+02:00"),
        ("Tue Mar 12 2024 01:15:00 GMT-0500 (Eastern Standard Time)", "2024-03-12T01:15:00-05:00"),
        ("Tue, 12 Mar 2024 01:15:00 GMT", "2024-03-12T01:15:00+00:00"),
        ("1970-01-01T00:00:00Z", None),
    ],
)
def test_zones_are_on_the_right_side_of_greenwich(text: str, iso: str | None) -> None:
    assert parse_moment(text) == iso


@pytest.mark.parametrize(
    "line",
    [
        "This article of faith was updated by the council in 1962.",
        "This report was clarified in parliament by the premier.",
        "The headline inflation was corrected for seasonal effects, the bank said.",
        "An earlier report said the dam would hold.",
        "Correction - the word the market dreads - came up on Monday.",
    ],
)
def test_a_sentence_of_the_news_is_no_note(line: str) -> None:
    assert not is_note(line, at_top=True)


@pytest.mark.parametrize(
    "line",
    [
        "Copyright 2023 law was passed by the senate on Friday in a close vote.",
        "Subscribe to the theory or not, the earth is warming, scientists said on Monday.",
        "By using this site as a dump, the company poisoned the river for a decade.",
        "Privacy policy changes at the bank", "Cookie consent law fails", "Copyright reform passes",
        "More from the mayor: 'I will not go'",
    ],
)  # fmt: skip
def test_a_line_of_the_news_is_no_rubbish(line: str) -> None:
    assert not is_rubbish(line)


def test_front_matter_with_aliases_is_refused_at_once(write: Write) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for here, there in zip("bcdefghijk", "abcdefghij", strict=True):
        lines.append(f"{here}: &{here} [{', '.join([f'*{there}'] * 9)}]")
    body = "\n".join(["---", *lines, "title: *k", "---", TEXT])
    started = time.monotonic()
    [failure] = read_files(files(str(write("a.md", body))))
    assert isinstance(failure, Failure) and "front matter" in failure.reason
    assert time.monotonic() - started < 10


def test_a_page_that_takes_too_long_is_a_failure(write: Write) -> None:
    slow = f"<html><body>{'<ul><li>' * 120}{'<li>x' * 40_000}</body></html>"
    [failure] = read_files(files(str(write("a.html", slow))), seconds=1.5)
    assert isinstance(failure, Failure)
    assert "not read within" in failure.reason


@pytest.mark.parametrize("since", ["2024-03-13", date(2024, 3, 13), datetime(2024, 3, 13, 5)])
def test_since_may_be_given_in_any_form(since: object, write: Write, archive: Archive) -> None:
    source = write("a.json", json.dumps({"title": "Weir", "text": TEXT, "published": "2024-03-12"}))
    assert ingest(source, archive, since=since).older == 1  # type: ignore[arg-type]


def test_a_since_that_is_no_day_is_said(write: Write, archive: Archive) -> None:
    with pytest.raises(SettingError, match="cannot be read"):
        ingest(write("a.txt", TEXT), archive, since="soon")


def test_a_canonical_address_of_a_lookalike_domain_is_not_taken() -> None:
    head = "<link rel='canonical' href='https://tarnpost.example/x'>"
    page = f"<html><head>{head}</head><body><article><h1>Weir</h1>{STORY}</article></body></html>"
    url = "https://eviltarnpost.example/y"
    assert article_of_page(page, url, url, url=url).key == url
    own = "https://www.tarnpost.example/y"
    assert article_of_page(page, own, own, url=own).key == "https://tarnpost.example/x"
