"""The table of articles: its counts are the catalog's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingest.archive.archive import Archive
from ingest.archive.browse import NONE, Browser, Choice
from ingest.article import Article
from ingest.errors import SettingError

Make = Callable[..., Article]
ARTICLES: list[dict[str, Any]] = [
    {"title": "Harbour reopens", "publisher": "The Tide Post", "published": "2023-07-16"},
    {"title": "Harbour closes", "publisher": "Tide Post", "published": "2023-07-31T23:30:00-02:00"},
    {"title": "Is 100% too much?", "publisher": "Gull", "published": "2023-07-02", "kind": "opinion"},
    {"title": "Nobody knows", "authors": ("Jo Hale",), "agency": "Bay Wire"},
]  # fmt: skip


@pytest.fixture
def browser(archive: Archive, make_article: Make) -> Browser:
    for number, fields in enumerate(ARTICLES):
        list(
            archive.add(
                [make_article(text=f"Text number {number} of {fields['title']}.", **fields)]
            )
        )
    return Browser(archive.catalog)


def titles(browser: Browser, choice: Choice) -> list[str]:
    return [row.title for row in browser.rows(choice)]


def test_all_articles_newest_first_and_undated_last(browser: Browser) -> None:
    assert titles(browser, Choice()) == [
        "Harbour closes", "Harbour reopens", "Is 100% too much?", "Nobody knows",
    ]  # fmt: skip
    assert browser.count() == 4


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
def test_a_choice_leaves_what_fits(browser: Browser, choice: Choice, found: list[str]) -> None:
    assert titles(browser, choice) == found
    assert browser.count(choice) == len(found)


def test_pages_are_parts_of_the_whole(browser: Browser) -> None:
    whole = [row.article_id for row in browser.rows(Choice())]
    parts = [row.article_id for start in (0, 2) for row in browser.rows(Choice(), 2, start)]
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
@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_facet_tells_how_many_articles_it_would_leave(
    browser: Browser, choice: Choice
) -> None:
    facets = browser.facets(choice)
    for name in ("publisher", "month", "kind"):
        for facet in getattr(facets, {"kind": "kinds"}.get(name, f"{name}s")):
            chosen = {**choice.__dict__, name: facet.value}
            assert browser.count(Choice(**chosen)) == facet.count > 0


def test_articles_come_in_the_order_that_is_wanted(browser: Browser) -> None:
    by_title = titles(browser, Choice(order="headline"))
    assert by_title == sorted(by_title)
    assert titles(browser, Choice(order="-headline")) == by_title[::-1]
    for order in ("date", "-date"):
        assert titles(browser, Choice(order=order))[-1] == "Nobody knows"
    outlets = [row.publisher for row in browser.rows(Choice(order="publisher"))]
    assert outlets == sorted(outlets, key=lambda name: (name is None, name or ""))
    with pytest.raises(SettingError):
        browser.rows(Choice(order="id; DROP TABLE articles"))


@pytest.mark.parametrize("choice", [Choice(month="July"), Choice(kind="gossip")])
def test_what_is_no_month_or_kind_is_said(browser: Browser, choice: Choice) -> None:
    with pytest.raises(SettingError):
        browser.count(choice)
