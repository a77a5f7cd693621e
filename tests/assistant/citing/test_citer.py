"""From [n] in a model's text to quotes: at once and while it streams."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.cite.citer import Citer
from assistant.cite.support import best_of
from assistant.results import Passage
from ingest.article import Article

TEXT = "The dam broke on Tuesday. About 40 villages were flooded. Rescue teams came by boat."


def passage(text: str = TEXT, key: str = "a") -> Passage:
    article = Article(key=key, source="t", title="Dam", text=text)
    return Passage(key, article, 0, len(text), 1.0)


def test_the_quote_is_the_sentence_that_says_what_is_claimed() -> None:
    citer = Citer([passage()])
    assert citer.render("Forty villages were flooded [1].", final=True) == (
        "Forty villages were flooded [1]."
    )
    assert citer.citations[0].quote == "About 40 villages were flooded."


def test_a_mark_after_the_full_stop_belongs_to_the_sentence_before_it() -> None:
    citer = Citer([passage()])
    citer.render("It broke. Rescue teams came by boat. [1]", final=True)
    assert citer.citations[0].quote == "Rescue teams came by boat."


def test_a_number_stands_for_the_passage_in_that_place() -> None:
    citer = Citer([passage(key="a"), passage(key="b"), passage(key="c")])
    citer.render("Forty villages were flooded [3]. Rescue teams came by boat [1].", final=True)
    assert [(each.number, each.article_id) for each in citer.citations] == [(1, "c"), (2, "a")]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a [2, 1] b", "a [1] [2] b"),
        ("a [1][2]", "a [1] [2]"),
        ("a [1-2]", "a [1] [2]"),
        ("a 【2】", "a [1]"),
        ("a [passage 2]", "a [1]"),
        ("a, as said in passage 2.", "a, as said in [1]."),
        ("Passages 2 and 1 say so", "[1] [2] say so"),
        ("as passage number 2 says", "as [1] says"),
        ('a. <passage number="2">', "a. [1]"),
        ('a <passage number="2" headline="x">.</passage> b', "a [1]. b"),
        ('a <passage number="9">.', "a."),
        ("a passage 3 of its own", "a passage 3 of its own"),
        ("a narrow passage", "a narrow passage"),
        ("a [9]", "a"),
        ("a [0] [999999999999]", "a"),
        ("no marks", "no marks"),
        ("half a mark [1", "half a mark [1"),
        ("a list[i] stays", "a list[i] stays"),
    ],
)
def test_marks_in_many_shapes(raw: str, shown: str) -> None:
    assert Citer([passage(), passage(key="b")]).render(raw, final=True) == shown


@given(
    st.lists(
        st.sampled_from(
            [
                "The dam ",
                "broke. ",
                "[1]",
                " in passage",
                '<passage number="',
                '">',
                " number",
                " passages 1, 2 and ",
                " 2",
                "[",
                "2",
                "]",
                "[77]",
                " villages",
                "\n",
                "【1】",
                "[1,",
                " 2]",
            ]
        ),
        max_size=25,
    )
)
@example([" passages 1, 2 and ", " 2", "2"])  # of 22 passages
def test_pieces_give_the_same_as_the_whole(pieces: list[str]) -> None:
    passages = [passage(), passage(key="b")]
    streaming, whole = Citer(passages), Citer(passages)
    for end in range(len(pieces) + 1):
        streaming.render("".join(pieces[:end]))
    raw = "".join(pieces)
    assert streaming.render(raw, final=True) == whole.render(raw, final=True)
    assert streaming.citations == whole.citations
    for citation in whole.citations:
        assert citation.quote == TEXT[citation.start : citation.end]


@given(st.text("[]0123456789,; a.", max_size=60))
@example("[[77]2]")
@example("[[[77]77]9] [1]")
def test_any_text_of_a_model_leaves_no_mark_without_a_citation(raw: str) -> None:
    citer = Citer([passage()])
    for end in range(len(raw) + 1):
        shown = citer.render(raw[:end])
        numbers = {str(citation.number) for citation in citer.citations}
        assert set(re.findall(r"\[(\d+)\]", shown)) <= numbers


def test_the_quote_of_a_text_without_a_sentence_end_is_the_text() -> None:
    assert best_of(passage("no end here"), "anything").text == "no end here"


def test_a_quote_counts_from_the_start_of_the_article(make_article: Callable[..., Article]) -> None:
    article = make_article("Dam", TEXT)
    second = Passage("a", article, 26, len(TEXT), 1.0)
    citer = Citer([second])
    citer.render("Villages were flooded [1].", final=True)
    (citation,) = citer.citations
    assert citation.quote == "About 40 villages were flooded."
    assert article.text[citation.start : citation.end] == citation.quote
