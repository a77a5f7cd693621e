from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

import pytest

from assistant.answer import Assistant
from assistant.question.follow_ups import carry
from assistant.question.question import is_courtesy, placed, understand
from assistant.question.scope import Known
from assistant.results import Answer
from ingest.archive.archive import Archive
from ingest.article import Article

NOW = datetime(2023, 10, 2, 12, tzinfo=timezone.utc)
DERNA = "How many people died in the flood in Derna?"
Ask = Callable[..., Answer]
STORIES = (
    ("Flood in Derna", "A flood killed 11,300 people in Derna, the Red Crescent said. Captain Ada Moll led the search.", "Tide Post", "2023-09-14"),
    ("Quake in Orva", "An earthquake killed 40 people in Orva, the council said.", "Tide Post", "2023-08-02"),
    ("Derna rebuilds", "Derna will have 300 new houses by May. The mayor, Iva Brandt, resigned over the dams.", "Gull News", "2023-09-30"),
)  # fmt: skip


@pytest.fixture
def ask(archive: Archive, make_article: Callable[..., Article]) -> Ask:
    """Asks a question after others."""
    list(archive.add(
        make_article(title, text, publisher=outlet, published=day, key=title)
        for title, text, outlet, day in STORIES
    ))  # fmt: skip

    def asked(question: str, *before: str) -> Answer:
        history = [("user", text) for text in before]
        return Assistant(archive).ask(question, history=history, model="quoting")

    return asked


def test_a_question_on_its_own_feet_stays_as_it_is() -> None:
    asked = "How many houses will be built in Orva next year?"
    assert carry(asked, [("user", DERNA)]) == understand(asked)
    assert carry("And in Orva?", []) == understand("And in Orva?")


@pytest.mark.parametrize(
    ("before", "asked", "alone"),
    [
        (DERNA, "And in Orva?", "How many people died in the flood in Orva?"),
        (DERNA, "What about Orva?", "How many people died in the flood in Orva?"),
        ("How many died in Derna in September 2023?", "And in Orva?", "How many died in Orva?"),
        ("What does a berth for the Ida cost?", "And for the Merle?", "What does a berth for the Merle cost?"),
        ("What does a berth on the Ida cost?", "And for the Merle?", "What does a berth on the Merle cost?"),
        ("How many were hurt on the pier?", "And in the tunnel?", "How many were hurt in the tunnel?"),
        ("How many were hurt on the Dunn pier?", "And in the tunnel?", "How many were hurt in the tunnel?"),
        ("Why did the mayor of Orva resign?", "And the mayor of Zell?", "Why did the mayor of Zell resign?"),
        ("When did the Ida sink?", "What about the Merle, when was she built?", "when was the Merle built?"),
    ],
)  # fmt: skip
def test_another_thing_takes_the_place_of_the_one_before(
    before: str, asked: str, alone: str
) -> None:
    assert carry(asked, [("user", before)]).text == alone


@pytest.mark.parametrize(
    ("before", "asked"),
    [
        (DERNA, "And in July?"),
        (DERNA, "And when?"),
        (DERNA, "And them?"),
        (DERNA, "And in the afternoon?"),
        (DERNA, "And in total?"),
        (DERNA, "And in the end?"),
        ("When did Ada Moll of the Tide Post resign?", "And Iva Brandt?"),  # the like of which?
    ],
)
def test_what_is_like_nothing_before_is_said_after_it(before: str, asked: str) -> None:
    assert carry(asked, [("user", before)]).text == f"{before} {asked}"


def test_a_third_turn_leans_on_what_the_second_has_put_in() -> None:
    history = [("user", DERNA), ("user", "And in Orva?")]
    question = carry("When was that?", history)
    assert question.text == "How many people died in the flood in Orva? When was that?"
    assert {"flood", "die"} <= set(question.carried)
    assert not {"orva", "derna"} & set(question.carried)  # what was named last counts full
    assert question.to_read == "When was that? (people died flood Orva)"


def test_what_takes_the_place_of_a_thing_counts_more_than_what_stays() -> None:
    question = carry("And in Orva?", [("user", DERNA)])
    assert set(question.carried) == {"peopl", "die", "flood"}
    assert question.to_read == question.text


@pytest.mark.parametrize("asked", ["why?", "Who led it?", "What about the houses?"])
def test_a_question_that_leans_is_said_after_the_one_before(asked: str) -> None:
    question = carry(asked, [("user", DERNA), ("assistant", "11,300 [1]")])
    assert question.text == f"{DERNA} {asked}"
    assert "derna" in question.carried and "orva" not in question.carried


def test_only_the_first_and_the_last_of_many_are_carried() -> None:
    asked = (DERNA, "Who led it?", "And how many boats?", "And how many dogs?")
    text = carry("And how many houses?", [("user", each) for each in asked]).text
    assert "Derna" in text and "boats" in text and "dogs" in text and "led" not in text


def test_another_topic_ends_the_one_before() -> None:
    history = [("user", DERNA), ("user", "Which bridge did the mayor of Zell open yesterday?")]
    text = carry("And when?", history).text
    assert "Derna" not in text and "bridge" in text


@pytest.mark.parametrize(
    "asked", ["only the Tide Post", "according to the Tide Post?", "And by the Tide Post?"]
)
def test_an_outlet_that_is_named_after_a_question_is_a_source(asked: str) -> None:
    question = placed(carry(asked, [("user", DERNA)]), NOW, Known(outlets=("Tide Post",)))
    assert question.scope.values("publisher") == ("Tide Post",)


@pytest.mark.parametrize(
    ("asked", "stays"),
    [("And how many were hurt?", True), ("When did it begin?", False), ("And in Orva?", False)],
)
def test_a_time_ends_where_another_thing_or_a_time_is_asked_for(asked: str, stays: bool) -> None:
    question = placed(
        carry(asked, [("user", "How many died in Derna in September 2023?")]), NOW, Known()
    )
    assert bool(question.scope.values("time")) is stays


def test_a_follow_up_is_answered_from_the_article_of_its_topic(ask: Ask) -> None:
    answer = ask("Who led the search?", DERNA)
    assert not answer.refused
    assert "Ada Moll" in answer.citations[0].quote


def test_what_a_follow_up_names_goes_before_what_was_named(ask: Ask) -> None:
    assert "40 people in Orva" in ask("And in Orva?", "How many people were killed in Derna?").text


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("And how many houses?", "And how many houses? (people died flood Derna)"),
        ("why?", f"{DERNA} why?"),
    ],
)
def test_a_follow_up_that_asks_by_itself_is_read_for_itself(asked: str, read: str) -> None:
    question = carry(asked, [("user", DERNA)])
    assert placed(question, NOW, Known()).to_read == read
    assert understand(DERNA).to_read == DERNA


@pytest.mark.parametrize(
    ("text", "courtesy"),
    [
        ("hi", True), ("Thanks!", True), ("thank you very much", True), ("Good morning", True),
        ("Hi, who resigned?", False), ("Thanks for what?", False), ("good", False),
        ("why?", True), ("Who was it?", True), ("Who won?", False), ("The latest?", False), (f"Why {'x' * 300}?", False),
    ],
)  # fmt: skip
def test_a_greeting_is_no_question(text: str, courtesy: bool) -> None:
    assert is_courtesy(placed(understand(text), NOW, Known())) is courtesy


def test_a_greeting_gets_a_friendly_line_and_no_sources(ask: Ask) -> None:
    answer = ask("thanks!", DERNA)
    assert answer.text.startswith("Ask what")
    assert (answer.citations, answer.notes, answer.complete) == ((), (), True)
    assert answer.refused  # no script takes it for an answer


def test_an_outlet_in_a_follow_up_leaves_the_topic_as_it_is(ask: Ask) -> None:
    answer = ask("only the Tide Post", "How many people were killed in Derna?")
    assert "11,300" in answer.text and "Orva" not in answer.text
