"""Articles found by wording; schema step 4; when equal text makes one article."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.archive.archive import Archive
from ingest.archive.database import SCHEMA_VERSION, Database
from ingest.archive.embedding import Embedder
from ingest.archive.filters import Filters
from ingest.article import Article, address_key, sought_at
from ingest.settings import Settings

Make = Callable[..., Article]


@pytest.fixture(scope="module")
def said(make_article: Make) -> list[Article]:
    return [
        make_article("Mayor speaks", "“Never again,” said the mayor. She closed harbours."),
        make_article("Never again", "The bell tolled. " * 200 + "The harbour was closed."),
        make_article("Again", "Again and never. A closed harbour."),
        make_article("Eels", "Nobody has ever again closed it."),
    ]


@pytest.fixture(scope="module")
def held(read_only: Callable[..., Archive], said: list[Article]) -> Archive:
    return read_only(said)


def ids(archive: Archive) -> dict[str, str]:
    """By title."""
    return {stored.article.title: stored.id for stored in archive.catalog.articles()}


@pytest.mark.parametrize(
    ("phrases", "titles"),
    [
        (["never again"], {"Mayor speaks", "Never again"}),
        (["NEVER AGAIN!"], {"Mayor speaks", "Never again"}),
        (["closed harbour"], {"Mayor speaks", "Again"}),  # inflections aside
        (["never again", "closed harbours"], {"Mayor speaks"}),
        (["never again", "the harbour was closed"], {"Never again"}),  # in different chunks
        (["never again", "eels"], set()),
        (["no such words"], set()),
        (["no such words", "never again"], set()),
        (["…", "never again"], set()),
        ([], set()),
    ],
)
def test_an_article_holds_all_of_the_phrases(
    held: Archive, phrases: list[str], titles: set[str]
) -> None:
    assert held.holding(phrases) == {ids(held)[title] for title in titles}


def test_what_has_left_the_archive_holds_nothing(archive: Archive, said: list[Article]) -> None:
    list(archive.add(said))
    archive.remove([ids(archive)["Mayor speaks"]])
    assert archive.holding(["never again"]) == {ids(archive)["Never again"]}


def indexes(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    found = {
        row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
    }
    connection.close()
    return found


def test_an_archive_of_before_step_four_is_brought_up_and_loses_nothing(
    settings: Settings, embedder: Embedder, make_article: Make
) -> None:
    with Archive.open(settings, create=True, embedder=embedder) as archive:
        list(archive.add([make_article("Pier", "The pier fell.", publisher="Tide Post")]))
        [before] = archive.catalog.articles()
    path = settings.archive / "catalog.sqlite3"
    connection = sqlite3.connect(path)
    connection.executescript(
        "DROP INDEX articles_facts; DROP INDEX articles_names; DROP INDEX articles_by_change;"
        "DROP TABLE feedback; DROP TABLE turns; DROP TABLE conversations;"
        "PRAGMA user_version = 3;"
    )
    connection.close()
    with Archive.open(settings, embedder=embedder) as archive:
        assert list(archive.catalog.articles()) == [before]
        assert [row.article_id for row in archive.catalog.chunks_of([before.id])] == [before.id]
        assert archive.names.outlets == ("Tide Post",)
    assert indexes(path) >= {"articles_facts", "articles_names", "articles_by_change"}


def test_an_older_archive_comes_to_go_by_own_days_and_by_addresses_without_www(
    settings: Settings, embedder: Embedder, make_article: Make
) -> None:
    url = "http://www.pier.example/a"
    article = make_article(key=url, url=url, published="2023-08-01T01:00:00+02:00")
    with Archive.open(settings, create=True, embedder=embedder) as archive:
        list(archive.add([replace(article, key=address_key(url))]))
    connection = sqlite3.connect(settings.archive / "catalog.sqlite3")
    assert article.published is not None
    at = article.published.epoch
    connection.execute(
        "UPDATE articles SET key = ?, published_at = ?, changed_at = ?", (url, at, at)
    )
    connection.execute("PRAGMA user_version = 6")
    connection.commit()
    connection.close()
    with Archive.open(settings, embedder=embedder) as archive:
        (stored,) = archive.catalog.articles()
        assert stored.article == replace(article, key=address_key(url))
        (row,) = archive.catalog.chunks_of([stored.id])
        assert row.published_at == row.changed_at == sought_at(article.published.iso) > at
        day = Filters(since="2023-08-01", until="2023-08-01")
        assert archive.lexical.admitted(day, 5) == [row.id]
        again = replace(article, url="https://pier.example/a", key=address_key(url))
        assert [outcome.result for outcome in archive.add([again])] == ["unchanged"]


def test_a_new_catalog_has_the_newest_schema(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    Database(path).close()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION >= 4
    connection.close()
    Database(path).close()  # and is opened as it is
    assert {"articles_facts", "articles_names"} <= indexes(path)


NOTICE = "This page can be read by subscribers only. Register for a free trial of seven days."


@pytest.mark.parametrize(
    ("text", "titles", "results"),
    [
        (NOTICE, ("Ferry sinks off Bergen", "Mayor resigns after vote"), ["added", "added"]),
        (NOTICE, ("Ferry sinks off Bergen", "Ferry sinks off Bergen"), ["added", "duplicate"]),
        (NOTICE, ("Ferry sinks off Bergen", "FERRY SINKS, off Bergen!"), ["added", "duplicate"]),
        ("The ferry sinks off Bergen at night.", ("Ferry sinks off Bergen", "Bergen ferry sinks"), ["added", "duplicate"]),
        ("The ferry sinks off Bergen at night.", ("Ferry sinks off Bergen", "Live updates"), ["added", "added"]),
        ("The ferry sinks off Bergen at night.", ("Ferry sinks off Bergen", "Ferry drama tonight: passengers"), ["added", "added"]),
    ],
)  # fmt: skip
def test_equal_text_makes_one_article_where_it_tells_of_the_headline(
    archive: Archive, make_article: Make, text: str, titles: tuple[str, str], results: list[str]
) -> None:
    articles = [make_article(title, text, key=f"k{n}") for n, title in enumerate(titles)]
    assert [outcome.result for outcome in archive.add(articles)] == results
