from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assistant.question.question import About
from assistant.results import Passage
from assistant.write.quoting import about_article
from ingest.article import Article

FIELDS: dict[str, Any] = {
    "publisher": "Harbour Post", "agency": "North Wire", "authors": ("Jo Hale", "Ed Ness"),
    "credits": "editing by Al Ost", "dateline": "MELK", "published": "2022-05-03",
}  # fmt: skip
BY = "(Harbour Post (North Wire), 3 May 2022, from MELK)"


def about(name: About, make_article: Callable[..., Article], **fields: Any) -> str | None:
    article = make_article("Tower falls", "The tower fell.", **fields)
    return about_article(name, Passage("x", article, 0, 5, 1.0))


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("author", f"Jo Hale and Ed Ness wrote “Tower falls” {BY}."),
        ("editor", f"The credits of “Tower falls” {BY} say: editing by Al Ost."),
        ("outlet", "“Tower falls” was reported by Harbour Post (North Wire)."),
        ("dateline", f"“Tower falls” {BY} was filed from MELK."),
        ("title", f"The headline is “Tower falls” {BY}."),
        ("published", "“Tower falls” was published by Harbour Post (North Wire) on 3 May 2022."),
    ],
)
def test_the_fields_of_an_article_answer(
    make_article: Callable[..., Article], name: About, answer: str
) -> None:
    assert about(name, make_article, **FIELDS) == answer


@pytest.mark.parametrize(
    ("authors", "named"),
    [
        (("Jo Hale",), "Jo Hale wrote"),
        (("Jo Hale", "Ed Ness", "Al Ost"), "Jo Hale, Ed Ness and Al Ost wrote"),
    ],
)
def test_one_author_and_three(
    make_article: Callable[..., Article], authors: tuple[str, ...], named: str
) -> None:
    assert (about("author", make_article, authors=authors) or "").startswith(named)


def test_what_has_no_date_is_said_to_have_none(make_article: Callable[..., Article]) -> None:
    answer = about("published", make_article, publisher="Harbour Post")
    assert answer == "“Tower falls” (Harbour Post) carries no publication date: it is undated in the archive."  # fmt: skip
