"""Words that the archive has in another spelling only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import Assistant
from assistant.question.question import understand
from assistant.retrieve.finder import respelled
from ingest.archive.archive import Archive
from ingest.article import Article

STORIES = (
    ("Dam board votes", "Jörg Schlüter of the Free List told parliament that the reservoir is full."),
    ("Ferry strike", "Captain Ida Watzke said that the government had sold the smallest ferry."),
    ("Colour of the pier", "The centre was organized by travellers who analysed its programme."),
    ("Trial begins", "Mr Boesig and the shorter of the two brothers were seen by the harbour."),
)  # fmt: skip


@pytest.fixture(scope="module")
def held(read_only: Callable[..., Archive], make_article: Callable[..., Article]) -> Archive:
    return read_only(make_article(title, text, key=title) for title, text in STORIES)


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        ("Which list does Joerg Schlueter belong to?", "Which list does Jörg Schlüter belong to?"),
        ("Who is Bösig?", "Who is Boesig?"),
        ("Is the reservor full?", "Is the reservoir full?"),
        ("Is the reservior full?", "Is the reservoir full?"),
        ("What did the goverment sell?", "What did the government sell?"),
        ("Who spoke in parlaiment?", "Who spoke in parliament?"),
        ("What color is it?", "What Colour is it?"),
        ("Who was in the center?", "Who was in the centre?"),
        ("Who organised it?", "Who organized it?"),
        ("Who analyzed it?", "Who analysed it?"),
        ("Which program was it?", "Which programme was it?"),
        ("Who spoke in Parliment?", "Who spoke in parliament?"),
    ],
)
def test_a_misspelt_word_is_searched_for_as_the_archive_spells_it(
    asked: str, searched: str, held: Archive
) -> None:
    question = respelled(held, understand(asked))
    assert question.text == question.asked == searched


@pytest.mark.parametrize(
    "asked",
    [
        "Is the reservoir full?",
        "Who is Ida Witzke?",  # another name
        "Who is the smelliest of all?",  # another word
        "Did they shorten the pier?",
        "How many litres leaked in Dunmere?",
        "",
        "…?",
    ],
)
def test_words_that_are_right_or_like_none_stay(asked: str, held: Archive) -> None:
    question = understand(asked)
    assert respelled(held, question) is question


def test_the_answer_says_what_was_searched_for(held: Archive) -> None:
    answer = Assistant(held).ask("What did the goverment sell?", model="quoting")
    assert answer.question == "What did the goverment sell?"
    assert answer.standalone == "What did the government sell?"
    assert "Searched for “government” instead of “goverment”" in answer.notes[0]


def test_a_follow_up_leans_on_the_right_spelling(held: Archive) -> None:
    question = understand("And who?", "Is the reservor full? And who?", ("reservor", "full"))
    again = respelled(held, question)
    assert again.text == "Is the reservoir full? And who?"
    assert again.carried == ("reservoir", "full")


def test_what_a_model_has_planned_stays(held: Archive) -> None:
    planned = replace(understand("Is the reservor full?"), queries=("dam level",), wide=True)
    again = respelled(held, planned)
    assert (again.text, again.queries, again.wide) == (
        "Is the reservoir full?",
        ("dam level",),
        True,
    )


@given(st.text(max_size=60))
@settings(max_examples=50, deadline=None, database=None)
def test_any_question_can_be_looked_at(sample_archive: Archive, text: str) -> None:
    question = understand(text)
    assert len(respelled(sample_archive, question).text.split()) == len(text.split())
