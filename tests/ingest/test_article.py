"""Moments, hashes, ids and addresses."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.article import Article, Moment, article_id, epoch_of, normal_url

Make = Callable[..., Article]
DAY = 86_400


@pytest.mark.parametrize(
    ("iso", "epoch"),
    [
        ("1970-01-01", 0),
        ("1970-01-02", DAY),
        ("1969-12-31", -DAY),
        ("1970-01-01T00:00:10", 10),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T00:00:00-05:30", 19_800),
        ("2023-07-16T09:10:00+08:00", 1_689_469_800),
    ],
)
def test_the_epoch_is_the_first_instant_in_utc(iso: str, epoch: int) -> None:
    assert epoch_of(iso) == Moment(iso, "metadata").epoch == epoch


@given(st.dates(date(1600, 1, 1), date(2100, 1, 1)))
@settings(deadline=None, database=None)
def test_the_epoch_of_a_day_counts_its_days(day: date) -> None:
    assert epoch_of(day.isoformat()) == (day - date(1970, 1, 1)) // timedelta(days=1) * DAY


def test_the_day_is_the_one_the_source_printed_not_the_one_in_utc() -> None:
    assert Moment("2023-07-16T03:00:00+08:00", "metadata").day == date(2023, 7, 16)


def test_the_text_hash_ignores_white_space_only(make_article: Make) -> None:
    plain = make_article(text="The pier is open. It is long.")
    assert plain.text_hash == make_article(text=" The pier\n\nis open. It is  long.\n").text_hash
    assert plain.text_hash != make_article(text="The pier is open. It is Long.").text_hash


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"text": "Another text."},
        {"publisher": "Pier Gazette"},
        {"authors": ("Ann Bay",)},
        {"dateline": "PORT HAVEN"},
        {"agency": "Harbour Wire"},
        {"credits": "Editing by Ann Bay"},
        {"published": "2023-07-16"},
        {"updated": Moment("2023-07-17", "metadata")},
        {"kind": "opinion"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_a_reader_sees_is_part_of_the_content(
    change: dict[str, Any], make_article: Make
) -> None:
    assert make_article(**change).content_hash != make_article().content_hash


@pytest.mark.parametrize(
    "change",
    [
        {"source": "elsewhere.txt"},
        {"key": "elsewhere#1"},
        {"section": "World"},
        {"language": "en"},
        {"fetched": "2023-07-16"},
        {"url": "https://pier.example/a"},
        {"text": "The harbour\nreopened."},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_a_reader_does_not_see_is_no_part_of_the_content(
    change: dict[str, Any], make_article: Make
) -> None:
    assert make_article(**change).content_hash == make_article().content_hash


def test_the_origin_of_a_date_is_no_part_of_the_content(make_article: Make) -> None:
    one, other = (
        make_article(published=Moment("2023-07-16", origin)) for origin in ("url", "text")
    )
    assert one.content_hash == other.content_hash


def test_the_byline_joins_the_authors(make_article: Make) -> None:
    assert make_article(authors=("Ann Bay", "Bo Reef")).byline == "Ann Bay, Bo Reef"
    assert make_article().byline is None


def test_an_article_cannot_be_changed(make_article: Make) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        make_article().title = "Changed"  # type: ignore[misc]


def test_the_id_of_an_article_with_an_address_is_that_of_the_address(make_article: Make) -> None:
    one = make_article(url="https://pier.example/a", title="Old", text="Old text.")
    other = make_article(url="HTTPS://PIER.example/a/?utm_source=x#top", title="New")
    assert article_id(one) == article_id(other)
    assert article_id(one) != article_id(make_article(url="https://pier.example/b"))


def test_the_id_of_an_article_without_address_is_that_of_its_words(make_article: Make) -> None:
    one = make_article(key="here#1", source="here.txt")
    other = make_article(key="there#1", source="there.txt", publisher="Pier Gazette")
    assert article_id(one) == article_id(other)
    assert article_id(one) != article_id(make_article(title="Another"))
    assert article_id(one) != article_id(make_article(text="Another."))


@given(st.text(), st.text())
@settings(deadline=None, database=None)
def test_every_text_has_an_id_of_twelve_hex_digits(title: str, text: str) -> None:
    new = article_id(Article("key", "source", title, text))
    assert len(new) == 12
    assert set(new) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://pier.example/a", "https://pier.example/a"),
        ("  https://pier.example/a ", "https://pier.example/a"),
        ("HTTPS://Pier.Example/Case", "https://pier.example/Case"),
        ("https://pier.example/a/", "https://pier.example/a"),
        ("https://pier.example/", "https://pier.example"),
        ("https://pier.example/a#comments", "https://pier.example/a"),
        ("https://pier.example/a?id=7", "https://pier.example/a?id=7"),
        ("https://pier.example/a?id=7&utm_source=x&UTM_Medium=y", "https://pier.example/a?id=7"),
        ("https://pier.example/a?fbclid=1&gclid=2&mc_cid=3", "https://pier.example/a"),
        ("https://pier.example/a?b=2&a=1", "https://pier.example/a?b=2&a=1"),
        ("https://pier.example:8080/a", "https://pier.example:8080/a"),
        ("https://[broken/a", "https://[broken/a"),
    ],
)
def test_an_address_loses_what_does_not_change_the_page(url: str, normal: str) -> None:
    assert normal_url(url) == normal


_PART = st.text("abcXYZ019-._~%é", min_size=1, max_size=8)


@given(
    st.sampled_from(["http", "https", "HTTPS"]),
    st.lists(_PART, max_size=3),
    st.dictionaries(_PART, _PART, max_size=3),
)
@settings(deadline=None, database=None)
def test_a_normal_address_is_its_own_normal_address(
    scheme: str, path: list[str], query: dict[str, str]
) -> None:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    once = normal_url(f"{scheme}://Pier.example/{'/'.join(path)}?{asked}#top")
    assert normal_url(once) == once
    assert once.startswith(f"{scheme.lower()}://pier.example")
