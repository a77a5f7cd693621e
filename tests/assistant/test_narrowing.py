"""Which filters are in force: the user's, then those of the question that leave something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

import pytest

from assistant.question.question import understand
from assistant.question.scope import Finding, Known, Scope
from assistant.retrieve.finder import Finder, narrow
from assistant.retrieve.search import Narrowed
from ingest.archive.archive import Archive
from ingest.archive.filters import Filters
from ingest.article import Article

NOW = datetime(2023, 7, 19, 12, tzinfo=timezone.utc)
KNOWN = Known(("Tide Post", "Harbour Gazette", "Gull Bay News"))


@pytest.fixture(scope="module")
def filled(read_only: Callable[..., Archive], make_article: Callable[..., Article]) -> Archive:
    articles = [
        make_article("Pier", "The pier fell in the storm.", publisher="Tide Post", published="2023-07-18"),
        make_article("Ferry", "The ferry sank off the pier.", publisher="Harbour Gazette", published="2023-05-03", authors=("Jane Doe",)),
        make_article("Dam", "The dam must go.", publisher="Tide Post", published="2022-01-10", kind="opinion", authors=("Jo Roe",)),
        make_article("Bell", "The bell tolled never again.", publisher="Gull Bay News"),
    ]  # fmt: skip
    return read_only(articles)


def asked(archive: Archive, text: str, given: Filters | None = None) -> Narrowed:
    question, filters = Finder(archive, lambda: NOW).place(understand(text), given or Filters())
    return narrow(archive, filters, question.scope)


def names(findings: tuple[Finding, ...]) -> list[str]:
    return [each.name for each in findings]


def test_what_the_question_names_is_in_force(filled: Archive) -> None:
    found = asked(filled, "What did the Tide Post report on the pier yesterday?")
    assert found.filters == Filters("2023-07-18", "2023-07-18", publishers=("Tide Post",))
    assert names(found.kept) == ["publisher", "time"]
    assert found.relaxed == ()


def test_a_question_that_names_nothing_narrows_nothing(filled: Archive) -> None:
    assert asked(filled, "Why did the pier fall?") == Narrowed(Filters())
    given = Filters(as_of="2023-06-01")
    assert asked(filled, "Why did the pier fall?", given).filters == given


@pytest.mark.parametrize(
    ("given", "filters", "kept"),
    [
        (
            Filters(publishers=("Gull Bay News",)),
            Filters(publishers=("Gull Bay News",)),
            [],  # nothing of theirs was published yesterday
        ),
        (
            Filters(since="2020-01-01"),
            Filters("2020-01-01", publishers=("Tide Post",)),
            ["publisher"],
        ),
        (
            Filters(until="2022-06-01"),
            Filters(until="2022-06-01", publishers=("Tide Post",)),
            ["publisher"],
        ),
        (
            Filters(as_of="2023-07-19"),
            Filters("2023-07-18", "2023-07-18", "2023-07-19", ("Tide Post",)),
            ["publisher", "time"],
        ),
    ],
)
def test_a_filter_that_the_user_sets_takes_the_place_of_the_questions(
    filled: Archive, given: Filters, filters: Filters, kept: list[str]
) -> None:
    found = asked(filled, "What did the Tide Post report on the pier yesterday?", given)
    assert found.filters == filters
    assert names(found.kept) == kept
    assert "publisher" not in names(found.relaxed)


def test_what_the_user_set_is_kept_even_when_it_leaves_nothing(filled: Archive) -> None:
    given = Filters(publishers=("Nobody",))
    found = asked(filled, "What fell yesterday?", given)
    assert found.filters == given
    assert names(found.relaxed) == ["time"]


def test_what_would_leave_nothing_is_relaxed(filled: Archive) -> None:
    found = asked(filled, "What did the Gull Bay News report yesterday?")
    assert found.filters == Filters(publishers=("Gull Bay News",))
    assert (names(found.kept), names(found.relaxed)) == (["publisher"], ["time"])


FINDINGS = {
    "publisher": Finding("publisher", ("Tide Post",), ("Tide Post",)),
    "without": Finding("without", ("Tide Post",), ("Tide Post",)),
    "time": Finding("time", ("2023-05-01", "2023-05-31"), ("in May",)),
    "author": Finding("author", ("Jo Roe",), ("Jo Roe",)),
    "kind": Finding("kind", ("live",), ("live blog",)),
    "phrase": Finding("phrase", ("never again",), ("never again",)),
}


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ("publisher time", "publisher"),
        ("time author", "time"),
        ("time phrase", "time"),
        ("author phrase", "author"),
        ("publisher author", "publisher author"),
        ("publisher time author", "publisher author"),  # two are more than one
        ("time author phrase", "time"),
        ("kind phrase", "phrase"),  # there is nothing of this kind at all
        ("kind", ""),
        ("publisher time author kind phrase", "publisher author"),
    ],
)
def test_as_many_as_can_be_are_kept_and_the_least_certain_goes_first(
    filled: Archive, wanted: str, kept: str
) -> None:
    findings = tuple(FINDINGS[name] for name in wanted.split())
    found = narrow(filled, Filters(), Scope(findings))
    assert names(found.kept) == kept.split()
    assert names(found.relaxed) == [name for name in wanted.split() if name not in kept.split()]
    assert filled.lexical.admits_any(found.filters)


def test_an_empty_archive_relaxes_everything(archive: Archive) -> None:
    found = narrow(archive, Filters(), Scope((FINDINGS["time"], FINDINGS["phrase"])))
    assert (found.filters, found.kept) == (Filters(), ())
    assert names(found.relaxed) == ["time", "phrase"]


def test_the_articles_of_a_phrase_are_looked_up(filled: Archive) -> None:
    found = asked(filled, "Which bell tolled “never again”?")
    [bell] = [stored.id for stored in filled.catalog.articles() if stored.article.title == "Bell"]
    assert found.filters == Filters(phrases=("never again",), articles=frozenset({bell}))


def test_all_phrases_must_stand_in_one_article(filled: Archive) -> None:
    both = Finding("phrase", ("never again", "must go"), ("never again", "must go"))
    assert names(narrow(filled, Filters(), Scope((both,))).relaxed) == ["phrase"]


def test_a_publisher_that_is_missing_is_named_beside_one_that_is_there(filled: Archive) -> None:
    found = asked(filled, "What did Le Monde and the Tide Post say of the pier?")
    [sources] = found.kept
    assert (sources.values, sources.missing) == (("Tide Post",), ("Le Monde",))
    assert found.filters.publishers == ("Tide Post",)


def test_a_publisher_of_which_there_is_nothing_is_relaxed_and_named(filled: Archive) -> None:
    found = asked(filled, "What did Le Monde say of the pier yesterday?")
    [sources] = found.relaxed
    assert (sources.values, sources.missing) == ((), ("Le Monde",))
    assert names(found.kept) == ["time"]
    assert found.filters.publishers == ()


@pytest.mark.parametrize(
    ("text", "given", "recency"),
    [
        ("Why did the pier fall?", Filters(), "mild"),
        ("Why did the pier fall?", Filters(as_of="2023-07-19"), "mild"),
        ("What is the latest on the pier?", Filters(), "strong"),
        ("What is the latest on the pier?", Filters(until="2022-12-31"), "strong"),
        ("What fell in May 2023?", Filters(), "none"),
        ("What fell in May 2023?", Filters(as_of="2023-07-19"), "none"),
        ("What fell yesterday?", Filters(as_of="2023-07-19"), "mild"),  # it ends about now
        ("What fell since May 2023?", Filters(), "mild"),
        ("Why did the pier fall?", Filters(until="2022-12-31"), "none"),
        ("Why did the pier fall?", Filters(since="2022-12-31"), "mild"),
        ("Why did the pier fall?", Filters(until="2023-07-19", as_of="2023-07-19"), "mild"),
        ("Why did the pier fall?", Filters(until="2023-07-16", as_of="2023-07-19"), "none"),
    ],
)
def test_how_much_the_newest_counts(
    filled: Archive, text: str, given: Filters, recency: str
) -> None:
    assert asked(filled, text, given).recency == recency


def test_a_time_that_is_relaxed_leaves_age_to_count(filled: Archive) -> None:
    found = asked(filled, "What did the Gull Bay News say of the bell in May 2023?")
    assert names(found.relaxed) == ["time"]
    assert found.recency == "mild"
