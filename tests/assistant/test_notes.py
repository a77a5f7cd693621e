"""What an answer says beside its text: fresh as of when, whose opinion, how much is held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from assistant.cite.composer import (
    about_sources,
    closing_notes,
    freshest,
    opening_notes,
    unheard,
    unsupported,
)
from assistant.question.scope import Finding
from assistant.results import Answer, Citation, Found, Passage, Standing, Statement
from ingest.archive.archive import Archive
from ingest.archive.filters import Filters, make_filters
from ingest.article import Article

Make = Callable[..., Article]


def cited(number: int, key: str, published: str | None = None, **fields: Any) -> Citation:
    known = {"publisher": None, "byline": None, "url": None, "link": None, **fields}
    return Citation(number, key, "T", published=published, quote="q", start=0, end=1, **known)


def said(*standings: Standing) -> list[Statement]:
    return [Statement(0, 1, (), standing, 0.0) for standing in standings]


def passages(make_article: Make, **articles: dict[str, Any]) -> list[Passage]:
    return [Passage(key, make_article(**fields), 0, 3, 1.0) for key, fields in articles.items()]


@pytest.mark.parametrize(
    ("citations", "notes"),
    [
        ([cited(1, "a", "2023-07-18", publisher="Tide Post")], ("The newest source is of 18 July 2023 (Tide Post).",)),
        ([cited(1, "a", "2023-07-18", agency="Wire")], ("The newest source is of 18 July 2023 (Wire).",)),
        ([cited(1, "a", "2023-07-18")], ("The newest source is of 18 July 2023.",)),
        ([cited(1, "a", "2023-07-18"), cited(2, "b", "2024-01-02", publisher="B"), cited(3, "c", "2022-05-01")], ("The newest source is of 2 January 2024 (B).",)),
        # 23:30 in New York is later than 2 a.m. of the next day in Tokyo.
        ([cited(1, "a", "2023-07-18T23:30:00-04:00", publisher="NY"), cited(2, "b", "2023-07-19T02:00:00+09:00", publisher="T")], ("The newest source is of 18 July 2023 (NY).",)),
        ([cited(1, "a", "2023-07-18"), cited(2, "b")], ("The newest source is of 18 July 2023; 1 source has no date.",)),
        ([cited(1, "a", "2023-07-18"), cited(2, "b"), cited(3, "c"), cited(4, "c")], ("The newest source is of 18 July 2023; 2 sources have no date.",)),
        ([cited(1, "a")], ("1 source has no date: nobody can say how fresh this is.",)),
        ([cited(1, "a"), cited(2, "b"), cited(3, "a")], ("2 sources have no date: nobody can say how fresh this is.",)),
    ],
)  # fmt: skip
def test_the_newest_source_is_named_and_the_undated_are_counted(
    citations: list[Citation], notes: tuple[str, ...]
) -> None:
    assert freshest(citations) == notes


@pytest.mark.parametrize(
    ("fields", "author"),
    [
        ({"authors": ("Jo Roe", "Al Poe"), "publisher": "Tide Post"}, "Jo Roe, Al Poe"),
        ({"publisher": "Tide Post"}, "Tide Post"),
        ({"publisher": "Tide Post", "agency": "Wire"}, "Tide Post (Wire)"),
        ({}, "its author"),
    ],
)
def test_opinion_is_said_to_be_its_authors(
    make_article: Make, fields: dict[str, Any], author: str
) -> None:
    found = passages(make_article, a={"kind": "opinion", **fields}, b={}, c={"kind": "analysis"})
    citations = [cited(1, "b"), cited(2, "a"), cited(3, "a"), cited(4, "c")]
    assert about_sources(found, citations) == (f"[2] is opinion, not news: the view of {author}.",)
    assert about_sources(found, citations[:1]) == ()


def test_a_correction_is_said_once_for_each_article(make_article: Make) -> None:
    found = passages(make_article, a={"correction": "It was 40."}, b={"kind": "opinion"})
    citations = [cited(1, "b"), cited(2, "a"), cited(3, "a")]
    assert about_sources(found, citations) == (
        "[1] is opinion, not news: the view of its author.",
        "Note on [2]: It was 40.",
    )


@pytest.mark.parametrize(
    ("statements", "notes"),
    [
        (said(), ()),
        (said("supported", "supported"), ()),
        (said("supported", "not found"), ("1 of 2 sentences not found in the source that is cited for it.",)),
        (said("uncited", "supported", "uncited"), ("2 of 3 sentences without a source.",)),
        (said("uncited", "not found", "not found"), ("2 of 3 sentences not found in the source that is cited for it.", "1 of 3 sentences without a source.")),
    ],
)  # fmt: skip
def test_sentences_that_no_source_holds_are_counted(
    statements: list[Statement], notes: tuple[str, ...]
) -> None:
    assert unsupported(statements) == notes


def answer(*found: Passage) -> Answer:
    return Answer("Q", "Q", "t", Filters(), (), "m", passages=found)


def test_without_a_citation_only_that_is_said() -> None:
    notes = closing_notes(answer(), [], said("uncited", "uncited"))
    assert notes == ("No source is cited: nothing in this answer was checked.",)


def test_the_closing_notes_in_their_order(make_article: Make) -> None:
    found = passages(make_article, a={"kind": "opinion", "correction": "It was 40."})
    notes = closing_notes(answer(*found), [cited(1, "a")], said("not found", "uncited"))
    assert [note.split(" ")[0] for note in notes] == ["1", "Note", "[1]", "1", "1"]


def test_an_outlet_that_was_to_be_compared_and_is_not_cited_is_named() -> None:
    both = Finding("publisher", ("A", "B"), ("A", "B"), groups=(("A",), ("B", "B News")))
    by_a, by_b = cited(1, "a", publisher="A"), cited(2, "b", agency="B News")
    assert unheard([both], [by_a]) == ("Nothing on it by B is cited.",)
    assert unheard([both], [by_a, by_b]) == ()
    assert unheard([replace(both, groups=(("A", "B"),))], []) == ()


@pytest.fixture
def dams(archive: Archive, make_article: Make) -> Archive:
    list(
        archive.add([
            make_article("Dam", "The dam broke.", published="2023-07-18"),
            make_article("Undated", "The dam was old."),
        ])
    )  # fmt: skip
    return archive


def test_what_is_known_before_anything_is_written(dams: Archive) -> None:
    assert opening_notes(dams, Found("Q", Filters(), ())) == ()
    finding = Finding("publisher", ("Tide Post",), ("the Tide Post",))
    limited = make_filters(None, None, "2023-07-20T12:00:00+02:00", ())
    notes = opening_notes(dams, Found("Q", limited, (), understood=(finding,)))
    assert notes == (
        "Searched as the question says: by “Tide Post”.",
        "As of 20 July 2023: nothing published later was used.",
        "1 undated article was left out: nobody can say when they were published.",
    )
