"""Who published and who wrote, as the archive knows them now."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest.archive.archive import Archive, Names
from ingest.article import Article

Make = Callable[..., Article]


def put(archive: Archive, *articles: Article) -> list[str]:
    return [outcome.id for outcome in archive.add(articles)]


def test_an_empty_archive_knows_nobody(archive: Archive) -> None:
    assert archive.names == Names((), frozenset())
    assert not archive.names.has_author("Jane Doe")
    assert not archive.names.has_author("")


def test_outlets_are_publishers_and_agencies_those_with_most_articles_first(
    archive: Archive, make_article: Make
) -> None:
    put(
        archive,
        make_article("A", "The pier fell.", publisher="Tide Post", agency="Harbour Wire"),
        make_article("B", "The boat sank.", publisher="Pier Gazette", agency="Harbour Wire"),
        make_article("C", "The dam held.", publisher="Pier Gazette", agency="Harbour Wire"),
        make_article("D", "The bell rang."),
    )
    assert archive.names.outlets == ("Harbour Wire", "Pier Gazette", "Tide Post")


def test_names_are_given_as_they_are_written(archive: Archive, make_article: Make) -> None:
    put(
        archive,
        make_article("A", "The pier fell.", publisher="The Tide Post"),
        make_article("B", "The boat sank.", publisher="Tide Post | Breaking"),
    )
    assert set(archive.names.outlets) == {"The Tide Post", "Tide Post | Breaking"}


@pytest.mark.parametrize("name", ["Jane Doe", "JANE DOE", "Jane  Doe", "jane-doe"])
def test_an_author_is_known_however_written(
    archive: Archive, make_article: Make, name: str
) -> None:
    put(archive, make_article("A", "The pier fell.", authors=("Jo Roe", "Jane Doe")))
    assert archive.names.has_author(name)
    assert archive.names.has_author("Jo Roe")


@pytest.mark.parametrize("name", ["Jane", "Doe", "Jane Doe Roe", "Jo Roe, Jane Doe", "?", ""])
def test_a_piece_of_a_name_is_nobody(archive: Archive, make_article: Make, name: str) -> None:
    put(archive, make_article("A", "The pier fell.", authors=("Jo Roe", "Jane Doe")))
    assert not archive.names.has_author(name)


def test_names_follow_what_is_added_changed_and_removed(
    archive: Archive, make_article: Make
) -> None:
    assert archive.names.outlets == ()
    [first] = put(archive, make_article("A", "The pier fell.", publisher="Tide Post"))
    assert archive.names.outlets == ("Tide Post",)
    put(archive, make_article("B", "The boat sank.", publisher="Gull", authors=("Jane Doe",)))
    assert set(archive.names.outlets) == {"Gull", "Tide Post"}
    assert archive.names.has_author("Jane Doe")
    put(archive, make_article("B", "The boat sank again.", publisher="Gull", authors=("Jo Roe",)))
    assert archive.names.has_author("Jo Roe") and not archive.names.has_author("Jane Doe")
    archive.remove([first])
    assert archive.names.outlets == ("Gull",)


def test_names_are_read_once_between_two_writings(archive: Archive, make_article: Make) -> None:
    put(archive, make_article("A", "The pier fell.", publisher="Tide Post"))
    assert archive.names is archive.names


def test_what_is_added_while_names_are_read_is_known_afterwards(
    archive: Archive, make_article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = archive.catalog.authors

    def slowly() -> list[str]:
        found = read()  # another thread adds an article before this one is done
        monkeypatch.setattr(archive.catalog, "authors", read)
        put(archive, make_article("B", "The boat sank.", publisher="Gull", authors=("Jane Doe",)))
        return found

    monkeypatch.setattr(archive.catalog, "authors", slowly)
    assert archive.names.outlets == ()
    assert archive.names.has_author("Jane Doe")
    assert archive.names.outlets == ("Gull",)
