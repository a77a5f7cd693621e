from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.results import attribution, day_in_words, outlet, quote_link
from ingest.article import Article


def test_a_link_opens_at_the_quoted_words() -> None:
    assert quote_link("https://a.example/x#top", "The dam-wall broke, again") == (
        "https://a.example/x#:~:text=The%20dam%2Dwall%20broke%2C%20again"
    )


def test_a_long_quote_is_linked_by_its_ends() -> None:
    link = quote_link("https://a.example/x", " ".join(f"w{i}" for i in range(30)))
    assert link == (
        "https://a.example/x#:~:text=w0%20w1%20w2%20w3%20w4,w25%20w26%20w27%20w28%20w29"
    )


def test_without_an_address_there_is_no_link() -> None:
    assert quote_link(None, "words") is None


@given(st.text(min_size=1, max_size=80).filter(lambda text: text.strip()))
def test_the_fragment_decodes_to_words_of_the_quote(quote: str) -> None:
    fragment = (quote_link("https://a.example/", quote) or "").split("#:~:text=")[1]
    words = [unquote(part) for part in fragment.split(",")]
    assert " ".join(quote.split()).startswith(words[0])
    assert " ".join(quote.split()).endswith(words[-1])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"publisher": "The Post", "published": "2023-07-16"}, "The Post, 16 July 2023"),
        ({"publisher": "The Post", "agency": "Wire"}, "The Post (Wire)"),
        ({"agency": "Wire", "published": "2023-07-16T23:00:00-05:00"}, "Wire, 16 July 2023"),
        ({}, "“Harbour reopens”"),
    ],
)
def test_attribution_says_what_is_known_and_no_more(
    make_article: Callable[..., Article], fields: dict[str, str], words: str
) -> None:
    assert attribution(make_article(**fields)) == words


def test_an_undated_article_has_no_day(make_article: Callable[..., Article]) -> None:
    assert day_in_words(make_article()) is None
    assert outlet(make_article()) is None
