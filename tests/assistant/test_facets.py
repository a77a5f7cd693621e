from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.results import Passage
from assistant.retrieve.finder import in_turns
from ingest.article import Article

Make = Callable[..., Article]
Passages = tuple[Passage, ...]


@pytest.fixture
def hits(make_article: Make) -> Callable[[str], Passages]:
    """Passages named by letters, each of an article of its own, all as good."""

    def made(letters: str) -> Passages:
        return tuple(Passage(letter, make_article(letter), 0, 3, 1.0) for letter in letters)

    return made


def order(passages: Passages) -> str:
    return "".join(passage.article_id for passage in passages)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (["abc"], "abc"),
        (["abc", "xyz"], "axbycz"),
        (["abc", ""], "abc"),
        (["a", "xyz"], "axyz"),
        (["abc", "bxa"], "abxc"),
        (["abc", "cba"], "acb"),
        (["", ""], ""),
    ],
)
def test_searches_take_turns_and_each_passage_stands_where_it_comes_first(
    hits: Callable[[str], Passages], found: list[str], expected: str
) -> None:
    sorts = ((at, each) for at, letters in enumerate(found) for each in hits(letters))
    assert order(in_turns(sorts, 0.5)) == expected
