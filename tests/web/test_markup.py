from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citing.citer import make_citation
from assistant.results import Answer, Passage
from assistant.web.markup import answer_markup, inert, remarks_markup, sources_markup
from ingest.article import Article
from ingest.filters import Filters

HOSTILE = "<script>alert(1)</script> ![x](https://evil.test/a.png) <img src=x onerror=alert(1)> **b** \"q\" 's' & $$x$$"


def answer_about(text: str, title: str = "Title", url: str | None = None) -> Answer:
    article = Article(key="a", source="t", title=title, text=text, url=url, publisher=title)
    passage = Passage("a", article, 0, len(text), 1.0)
    citation = make_citation(1, passage, 0, len(text))
    return Answer(
        "Why?", "Why?", f"{text} [1]", False, Filters(), (citation,), "m", passages=(passage,)
    )


class Tags(HTMLParser):
    """The tags and addresses of some markup, as a browser would see them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_number_with_a_citation_is_a_link_into_the_sources() -> None:
    assert 'href="#src-4-1"' in answer_markup(answer_about("Words."), 4)
    assert 'id="src-4-1"' in sources_markup([*[answer_about("x")] * 4, answer_about("Words.")])


def test_a_number_without_a_citation_is_plain_text() -> None:
    shown = answer_markup(replace(answer_about("Words."), text="See [7]"), 0)
    assert "href" not in shown
    assert Tags(shown).text == "See [7]"


@pytest.mark.parametrize("markup", [answer_markup(answer_about(HOSTILE), 0)])
def test_hostile_text_in_an_answer_stays_text(markup: str) -> None:
    seen = Tags(markup)
    assert seen.tags == {"a"}
    assert HOSTILE in seen.text
    assert "*" not in markup.replace("&#42;", "")


def test_hostile_text_in_sources_stays_text() -> None:
    seen = Tags(sources_markup([answer_about(HOSTILE, title=HOSTILE)]))
    assert seen.tags <= {"section", "h3", "q", "article", "span", "h4", "p", "blockquote", "mark"}
    assert not {name for name, _ in seen.attributes} - {"class", "id", "tabindex", "aria-hidden"}


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://a.example/x", True),
        ("javascript:alert(1)", False),
        ('https://a.example/"><b>', True),
    ],
)
def test_only_web_addresses_are_linked(url: str, linked: bool) -> None:
    seen = Tags(sources_markup([answer_about("Words.", url=url)]))
    assert ("a" in seen.tags) is linked
    assert "b" not in seen.tags
    if linked:
        assert ("rel", "noopener noreferrer") in seen.attributes


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200))
def test_inert_text_shows_letter_for_letter(text: str) -> None:
    seen = Tags(inert(text))
    assert not seen.tags
    assert seen.text.split() == text.split()


def test_the_quote_is_marked_within_its_surroundings() -> None:
    text = "First sentence here. The quoted one. " + "More follows after it. " * 40
    article = Article(key="a", source="t", title="T", text=text)
    passage = Passage("a", article, 0, len(text), 1.0)
    start = text.index("The quoted")
    citation = make_citation(1, passage, start, start + len("The quoted one."))
    answer = replace(answer_about("x"), citations=(citation,), passages=(passage,))
    shown = sources_markup([answer])
    assert "First sentence here. <mark>The quoted one.</mark> More" in shown
    assert shown.count("More follows") < 40


def test_an_undated_article_is_called_undated() -> None:
    assert "undated" in sources_markup([answer_about("Words.")])


def test_near_articles_are_among_the_sources_and_not_in_the_remarks() -> None:
    answer = answer_about("Words.")
    refused = replace(
        answer,
        refused=True,
        citations=(),
        near=answer.passages,
        notes=("Not an answer, but near: x",),
    )
    assert "Not an answer, but near" in sources_markup([refused])
    assert "near: x" not in remarks_markup(refused)


def test_words_after_a_mark_keep_their_distance() -> None:
    answer = replace(answer_about("Words."), text="Six [1] against seven [1], later eight [1]")
    assert Tags(answer_markup(answer, 0)).text == "Six [1] against seven [1], later eight [1]"
