from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.results import attribution, day_in_words, outlet
from ingest.article import Article


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
