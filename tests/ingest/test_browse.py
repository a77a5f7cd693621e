"""The table of articles: its counts are the catalog's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.archive.archive import Archive
from ingest.archive.browse import NONE, Choice, browse
from ingest.archive.catalog import Catalog
from ingest.article import Article
from ingest.errors import SettingError

Make = Callable[..., Article]
ARTICLES: list[dict[str, Any]] = [
    {"title": "Harbour reopens", "publisher": "The Tide Post", "published": "2023-07-16"},
    {"title": "Harbour closes", "publisher": "Tide Post", "published": "2023-07-31T23:30:00-02:00"},
    {"title": "Is 100% too much?", "publisher": "Gull", "published": "2023-07-02", "kind": "opinion"},
    {"title": "Nobody knows", "authors": ("Jo Hale",), "agency": "Bay Wire"},
]  # fmt: skip


@pytest.fixture(scope="module")
def catalog(read_only: Callable[..., Archive], make_article: Make) -> Catalog:
    return read_only(
        make_article(text=f"Text number {number} of {fields['title']}.", **fields)
        for number, fields in enumerate(ARTICLES)
    ).catalog


def titles(catalog: Catalog, choice: Choice) -> list[str]:
    return [row.title for row in browse(catalog, choice).articles]


def test_all_articles_newest_first_and_undated_last(catalog: Catalog) -> None:
    assert titles(catalog, Choice()) == [
        "Harbour closes", "Harbour reopens", "Is 100% too much?", "Nobody knows",
    ]  # fmt: skip
    assert browse(catalog, Choice()).total == 4


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        (Choice(text="harbour CLOSES"), ["Harbour closes"]),
        (Choice(text="hale"), ["Nobody knows"]),
        (Choice(text="bay wire"), ["Nobody knows"]),
        (Choice(text="100%"), ["Is 100% too much?"]),
        (Choice(text="_"), []),
        (Choice(publisher="the tide post"), ["Harbour closes", "Harbour reopens"]),
        (Choice(publisher=NONE), ["Nobody knows"]),
        # Its own month, though it was August in UTC.
        (Choice(month="2023-07"), ["Harbour closes", "Harbour reopens", "Is 100% too much?"]),
        (Choice(month="2023-08"), []),
        (Choice(month=NONE), ["Nobody knows"]),
        (Choice(kind="opinion"), ["Is 100% too much?"]),
        (Choice(text="harbour", month=NONE), []),
    ],
)
def test_a_choice_leaves_what_fits(catalog: Catalog, choice: Choice, found: list[str]) -> None:
    assert titles(catalog, choice) == found
    assert browse(catalog, choice).total == len(found)


def test_pages_are_parts_of_the_whole(catalog: Catalog) -> None:
    whole = list(browse(catalog, Choice()).articles)
    parts = [row for start in (0, 2) for row in browse(catalog, Choice(), 2, start).articles]
    assert parts == whole


@given(
    st.builds(
        Choice,
        text=st.sampled_from(["", "harbour", "h", "%"]),
        publisher=st.sampled_from([None, "Gull", "tide post", NONE]),
        month=st.sampled_from([None, "2023-07", "2023-08", NONE]),
        kind=st.sampled_from([None, "news", "opinion"]),
    )
)
def test_every_facet_tells_how_many_articles_it_would_leave(
    catalog: Catalog, choice: Choice
) -> None:
    facets = browse(catalog, choice).facets
    for name in ("publisher", "month", "kind"):
        for facet in getattr(facets, {"kind": "kinds"}.get(name, f"{name}s")):
            chosen = {**choice.__dict__, name: facet.value}
            assert browse(catalog, Choice(**chosen)).total == facet.count > 0


def test_articles_come_in_the_order_that_is_wanted(catalog: Catalog) -> None:
    by_title = titles(catalog, Choice(order="headline"))
    assert by_title == sorted(by_title)
    assert titles(catalog, Choice(order="-headline")) == by_title[::-1]
    for order in ("date", "-date"):
        assert titles(catalog, Choice(order=order))[-1] == "Nobody knows"
    outlets = [row.publisher for row in browse(catalog, Choice(order="publisher")).articles]
    assert outlets == sorted(outlets, key=lambda name: (name is None, name or ""))
    with pytest.raises(SettingError):
        browse(catalog, Choice(order="id; DROP TABLE articles"))


@pytest.mark.parametrize("choice", [Choice(month="July"), Choice(kind="gossip")])
def test_what_is_no_month_or_kind_is_said(catalog: Catalog, choice: Choice) -> None:
    with pytest.raises(SettingError):
        browse(catalog, choice)
