from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.cite.citer import make_citation
from assistant.kept.conversations import Conversation, Turn, conversation_text
from assistant.kept.told import Format, Told, formatted
from assistant.results import Answer, Passage
from ingest.archive.filters import Filters
from ingest.article import Article, Moment
from tests.harm import Tags


def told_about(text: str, title: str = "A title", **fields: object) -> Told:
    article = Article(
        key="a", source="t", title=title, text=text, publisher="Tide Post", authors=("Jo Hale",),
        url="https://tide.example/a", published=Moment("2023-07-16T08:00:00Z", "metadata"),
    )  # fmt: skip
    passage = Passage("a", article, 0, len(text), 1.0)
    citation = make_citation(1, passage)
    return Told.of(
        Answer("Q?", "Q?", f"It says “{text}” [1]", Filters(), (citation,), "m",
               notes=("A note.",), passages=(passage,))
    )  # fmt: skip


def test_plain_text_has_the_quote_who_reported_it_when_and_where() -> None:
    said = formatted(told_about("The ferry sank."), "plain")
    assert said.startswith("It says “The ferry sank.” [1]\n\n[1] “The ferry sank.” – ")
    assert "Jo Hale, A title, Tide Post, 16 July 2023, https://tide.example/a" in said
    assert said.endswith("A note.")


def test_markdown_links_the_headline() -> None:
    page = MarkdownIt().render(formatted(told_about("The ferry sank."), "markdown"))
    assert '<a href="https://tide.example/a' in page
    assert ">A title</a>" in page
    assert "[1]" in page


@pytest.mark.parametrize("how", ["markdown", "footnotes"])
def test_the_words_that_answer_are_bold(how: str) -> None:
    told = told_about("The ferry\nAlma sank *here*.")
    words = replace(told.citations[0], marked=(4, 14))
    said = formatted(replace(told, citations=(words,)), how)
    assert r"“The **ferry Alma** sank \*here\*.”" in said
    whole = replace(told.citations[0], marked=(0, 27))
    assert "**" not in formatted(replace(told, citations=(whole,)), how)


def test_footnotes_are_footnotes() -> None:
    said = formatted(told_about("The ferry sank."), "footnotes")
    assert "“The ferry sank.” [^1]" in said
    assert "\n[^1]: “The ferry sank.”" in said


def test_the_footnotes_of_a_conversation_do_not_meet() -> None:
    turns = (Turn("One?", told=told_about("One.")), Turn("Two?", told=told_about("Two.")))
    said = conversation_text(Conversation("c", "Two ferries", turns), "footnotes")
    marks = re.findall(r"^\[\^([\d-]+)\]:", said, re.MULTILINE)
    assert marks == ["1-1", "2-1"]


@pytest.mark.parametrize("how", get_args(Format))
def test_a_conversation_has_its_title_questions_answers_and_errors(how: Format) -> None:
    turns = (Turn("One?", told=told_about("One.")), Turn("Two?", error="The model is down."))
    said = conversation_text(Conversation("c", "Two ferries", turns), how)
    for part in ("Two ferries", "One?", "It says", "Two?", "The model is down."):
        assert part in said


@pytest.mark.parametrize("how", ["markdown", "footnotes"])
@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=60),
    st.sampled_from(["<img src=x>", "![a](//evil.test/x)", "[a](javascript:b)", "*b*", ""]),
)
def test_what_an_article_says_is_no_markup(how: Format, text: str, attack: str) -> None:
    words = f"{text} {attack} ends"
    page = MarkdownIt("commonmark", {"html": True}).render(
        formatted(told_about(words, title=words), how)
    )
    seen = Tags(page)
    assert not seen.tags & {"img", "script", "b", "strong"}
    assert all(a.startswith("https://tide.example/a") for a in seen.addresses)
