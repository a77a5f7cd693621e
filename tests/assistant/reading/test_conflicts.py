from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.answer import Assistant
from assistant.results import Answer, Conflict
from ingest.archive.archive import Archive
from ingest.article import Article

Story = tuple[str, str, str, str | None]  # headline, text, outlet, day
Ask = Callable[..., Answer]

POST, LEDGER, RADIO = "Harbour Post", "Northern Ledger", "Coast Radio"
DEAD = "How many people did the flood in Orva kill?"
FIRST: Story = (
    "Flood in Orva",
    "A flood killed 12 people in Orva on Sunday, the council said.",
    POST,
    "2022-06-05",
)
LATER: Story = (
    "Orva counts its dead",
    "The flood in Orva killed 30 people, the ministry said.",
    LEDGER,
    "2022-06-08",
)
LAST: Story = ("Toll rises", "The toll of the flood in Orva rose to 41 dead, the governor said.", RADIO, "2022-06-10")  # fmt: skip


@pytest.fixture
def ask(archive: Archive, make_article: Callable[..., Article]) -> Ask:
    """Asks an archive of these stories alone."""

    def asked(question: str, *stories: Story, **options: str) -> Answer:
        articles = [
            make_article(title, text, publisher=outlet, published=day, key=f"{i}")
            for i, (title, text, outlet, day) in enumerate(stories)
        ]
        list(archive.add(articles))
        return Assistant(archive).ask(question, **options)

    return asked


def values(conflict: Conflict | None) -> list[str]:
    return [value.value for value in conflict.values] if conflict else []


def story(text: str, outlet: str = POST, day: str | None = "2022-06-05") -> Story:
    return (f"News of {outlet}", text, outlet, day)


def test_a_later_report_takes_the_place_of_an_earlier_one(ask: Ask) -> None:
    answer = ask(DEAD, LATER, FIRST)
    assert answer.conflict is not None
    assert answer.conflict.relation == "superseded"
    assert answer.conflict.current == "30"
    assert values(answer.conflict) == ["12", "30"]
    assert answer.text.startswith("The figure changed: 12 (Harbour Post, 5 June 2022) [")
    assert ", later 30 (Northern Ledger, 8 June 2022) [" in answer.text


def test_each_value_stands_on_exact_words_of_its_own_report(ask: Ask) -> None:
    answer = ask(DEAD, FIRST, LATER)
    assert answer.conflict is not None
    cited = {citation.number: citation for citation in answer.citations}
    for value, (_, text, outlet, day) in zip(answer.conflict.values, (FIRST, LATER), strict=True):
        citation = cited[value.citation]
        assert (value.publisher, value.published) == (outlet, day)
        assert (citation.publisher, citation.published) == (outlet, day)
        assert citation.quote == text[citation.start : citation.end]
        assert value.value in citation.quote
        assert f"“{citation.quote}”" in answer.text


def test_reports_of_one_day_stand_against_each_other(ask: Ask) -> None:
    answer = ask(DEAD, FIRST, (*LATER[:3], FIRST[3]))
    assert answer.conflict is not None
    assert answer.conflict.relation == "disputed"
    assert answer.conflict.current is None
    assert answer.text.startswith("Reports differ: ")
    assert POST in answer.text and LEDGER in answer.text


def test_three_values_in_their_order(ask: Ask) -> None:
    answer = ask(DEAD, LAST, FIRST, LATER)
    assert answer.conflict is not None
    assert (values(answer.conflict), answer.conflict.current) == (["12", "30", "41"], "41")


def test_an_as_of_moment_hides_what_was_reported_later(ask: Ask) -> None:
    answer = ask(DEAD, FIRST, LATER, as_of="2022-06-06")
    assert answer.conflict is None
    assert "12 people" in answer.text and "30" not in answer.text


def test_an_as_of_moment_between_two_of_three(ask: Ask) -> None:
    answer = ask(DEAD, FIRST, LATER, LAST, as_of="2022-06-09")
    assert answer.conflict is not None
    assert answer.conflict.current == "30"


@pytest.mark.parametrize(
    "text",
    [
        "The ministry raised the toll of the flood in Orva to 323 dead from 195.",
        "The death toll of the flood in Orva rose from 195 to 323, the ministry said.",
        "The ministry said the death toll of the flood in Orva had been raised to 323 from 195.",
    ],
)
def test_one_sentence_may_tell_both_values(ask: Ask, text: str) -> None:
    answer = ask("What is the death toll of the flood in Orva?", story(text))
    assert answer.conflict is not None
    assert answer.conflict.relation == "superseded"
    assert answer.conflict.current == "323"
    assert answer.text.count(f"“{text}”") == 1


@pytest.mark.parametrize(
    "text",
    [
        "The mayor said the flood in Orva had killed 40 people. The ministry said 25 people were killed in the flood in Orva.",
        "Organisers put the dead of the flood in Orva at 40; police said 25 people were killed.",
        "The police of Orva counted 40 people killed by the flood; others maintained that 25 people were killed.",
    ],
)
def test_two_speakers_of_one_report_stand_against_each_other(ask: Ask, text: str) -> None:
    answer = ask(DEAD, story(text))
    assert answer.conflict is not None
    assert (values(answer.conflict), answer.conflict.relation) == (["40", "25"], "disputed")


def test_organisers_and_police_count_a_crowd(ask: Ask) -> None:
    text = "Organisers said 12,000 nurses marched in Melk on Friday; police put the crowd at 5,000."
    answer = ask("How many nurses marched in Melk?", story(text))
    assert values(answer.conflict) == ["12,000", "5,000"]


# What reads like another value and is none: question, one text, the other.
ALIKE = {
    "told differently": (
        "How many nurses marched in Melk on Friday?",
        "Some 3,500 nurses marched in Melk on Friday.",
        "Three and a half thousand nurses marched in Melk on Friday, police said.",
    ),
    "a bound that holds": (
        DEAD,
        "More than 1,000 people died in the flood in Orva, officials said.",
        "The flood in Orva killed 1,080 people, the ministry said.",
    ),
    "vague": (
        "How many people marched in Zell on Saturday?",
        "Several hundred people marched in Zell on Saturday.",
        "About 350 people marched in Zell on Saturday, police said.",
    ),
    "vague and large": (
        "How many people marched in Zell on Saturday?",
        "Hundreds of thousands of people marched in Zell on Saturday.",
        "About 350,000 people marched in Zell on Saturday, police said.",
    ),
    "a range": (
        "How many people marched in Zell on Saturday?",
        "Between 300 and 400 people marched in Zell on Saturday, police said.",
        "About 350 people marched in Zell on Saturday.",
    ),
    "another place": (
        DEAD,
        "A flood killed 12 people in Orva on Sunday, the council said.",
        "A flood killed 40 people in Zell on Sunday, the council said.",
    ),
    "two places": (
        "How many people did Storm Ilka kill in Zell?",
        "Storm Ilka killed four people in Orva on Monday and three in Zell.",
        "Storm Ilka killed seven people in all, police said: four in Orva and three in Zell.",
    ),
    "another year": (
        DEAD,
        "A flood killed 12 people in Orva on Sunday, the council said. A flood in 2015 killed 90 people in Orva.",
        "The flood in Orva killed 12, police said.",
    ),
    "last year": (
        DEAD,
        "A flood killed 12 people in Orva on Sunday, the council said. Last year a flood killed 90 people in Orva.",
        "The flood in Orva killed 12, police said.",
    ),
    "years ago": (
        DEAD,
        "A flood killed 12 people in Orva on Sunday, the council said. Three years ago a flood killed 90 people in Orva.",
        "The flood in Orva killed 12, police said.",
    ),
    "the injured": (
        "How many people were injured in the blast in Melk?",
        "A blast at a mill in Melk killed five workers and injured 22, police said.",
        "The blast at the mill in Melk left 22 people hurt and five dead, officials said.",
    ),
    "the injured of one sentence": (
        "How many people died in the crash in Melk?",
        "Two people died and three people were hurt in the crash in Melk, police said.",
        "The crash in Melk killed two people, officials said.",
    ),
    "an age": (
        "How many people died in the crash in Melk?",
        "A man of 62 died in a crash in Melk on Friday, police said.",
        "One person died in a crash in Melk, officials said.",
    ),
    "a part": (
        "How many people died in the blast in Melk?",
        "A blast at a school in Melk killed 15 people, nine of them children, police said.",
        "Fifteen people died in the blast in Melk, including nine children, officials said.",
    ),
    "children of them": (
        "How many people died in the blast in Melk?",
        "A blast at a school in Melk killed 15 people, police said.",
        "Nine children died in the blast at the school in Melk, officials said.",
    ),
    "the whole": (
        "How many people died in the bus crash near Zell?",
        "A bus with 48 people on board crashed near Zell, killing 11, police said.",
        "Eleven of the 48 people on the bus died in the crash near Zell, police said.",
    ),
    "soldiers": (
        "How many civilians have died in the fighting in Melk?",
        "The army said 40 soldiers died in the fighting in Melk.",
        "Some 300 civilians have died in the fighting in Melk, doctors said.",
    ),
    "an aftershock": (
        "What was the magnitude of the quake in Orva?",
        "A magnitude 6.1 quake struck Orva on Monday.",
        "The 6.1-magnitude quake in Orva was followed by a 5.2-magnitude aftershock, the institute said.",
    ),
    "a party's share": (
        "What was the turnout in the Zell election?",
        "Turnout in the election in Zell was 67 per cent, the commission said.",
        "The Green Party won 34 per cent of the vote in Zell, officials said, on a turnout of 67 per cent.",
    ),
    "another day's crowd": (
        "How many workers joined the strike in Melk?",
        "About 4,000 workers joined the strike in Melk on Friday, the union said.",
        "Some 6,000 workers joined the strike in Melk on Sunday, the union said.",
    ),
    "another day's arrests": (
        "How many people were arrested at the protest in Zell?",
        "Police arrested 40 people at the protest in Zell on Friday.",
        "Police arrested 25 people at the protest in Zell on Saturday.",
    ),
    "police at a march": (
        "How many people joined the march in Melk?",
        "Some 50,000 people joined the march in Melk. Police sent 3,000 officers to the march in Melk.",
        "About 50,000 people joined the march in Melk.",
    ),
    "feared dead": (
        "How many people died when the ship sank off Melk?",
        "A ship sank off Melk, killing 12 people, police said. Up to 60 people are feared dead off Melk.",
        "The sinking off Melk killed 12 people.",
    ),
    "the worst since": (
        "How many people died in the ferry fire off Melk?",
        "The ferry fire off Melk killed 30 people, the worst since 1994, when 852 died, officials said.",
        "The ferry fire off Melk killed 30 people, police said.",
    ),
    "a smaller crowd before": (
        "How many people joined the march in Melk?",
        "Some 50,000 people joined the march in Melk, organisers said, fewer than the 90,000 who marched in May.",
        "About 50,000 people joined the march in Melk.",
    ),
    "a depth": (
        "What was the magnitude of the quake in Orva?",
        "The quake of magnitude 6.3 in Orva struck at a depth of 5.5 kilometres.",
        "The 6.3-magnitude quake in Orva was 5 kilometres deep, the institute said.",
    ),
    "another storm far down": (
        DEAD,
        "A flood killed 12 people in Orva on Sunday, the council said. The market is shut. Schools will open late. Buses run again. The year was bad: Typhoon Bora killed 40 people.",
        "The flood in Orva killed 12, police said.",
    ),
    "another quarter": (
        "How much was the loss of Alder Motors?",
        "Alder Motors reported a loss of $20 million for the first quarter.",
        "Alder Motors reported a loss of $35 million for the second quarter.",
    ),
    "another currency": (
        "How much damage did the flood in Orva cause?",
        "The flood in Orva caused $30 million in damage, the council said.",
        "Damage from the flood in Orva was put at €28 million, the ministry said.",
    ),
    "parts of one count": (
        "How many hectares did the fire in Orva burn?",
        "The fire in Orva burned 4,000 hectares of forest and 200 hectares of vines, the service said.",
        "The fire in Orva is out.",
    ),
    "goals": (
        "How many goals did Rovers score in Melk?",
        "Rovers scored three goals in Melk on Saturday.",
        "Rovers scored two goals in Melk on Sunday.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ALIKE)
def test_what_is_no_conflict(ask: Ask, name: str) -> None:
    question, one, other = ALIKE[name]
    answer = ask(question, story(one), story(other, LEDGER))
    assert values(answer.conflict) == []
    assert not answer.refused


def test_the_same_words_of_two_outlets_are_no_conflict(ask: Ask) -> None:
    assert ask(DEAD, FIRST, (*FIRST[:2], LEDGER, "2022-06-08")).conflict is None


def test_a_report_of_200_days_later_is_another_story(ask: Ask) -> None:
    late = story(
        "A flood killed 30 people in Orva on Monday, the council said.", LEDGER, "2022-12-22"
    )
    assert ask(DEAD, FIRST, late).conflict is None


def test_nobody_knows_what_an_undated_report_is_of(ask: Ask) -> None:
    assert ask(DEAD, FIRST, (*LATER[:3], None)).conflict is None


def test_a_single_report_is_no_conflict(ask: Ask) -> None:
    answer = ask(DEAD, FIRST)
    assert (answer.conflict, answer.refused) == (None, False)


def test_a_question_that_wants_no_figure_has_no_conflict(ask: Ask) -> None:
    assert ask("Where did the flood strike?", FIRST, LATER).conflict is None


def test_a_conflict_is_printed_with_what_holds_now(ask: Ask) -> None:
    told = ask(DEAD, FIRST, LATER).as_json()["conflict"]
    assert isinstance(told, dict)
    assert (told["relation"], told["current"]) == ("superseded", "30")
    assert [value["published"] for value in told["values"]] == ["2022-06-05", "2022-06-08"]
