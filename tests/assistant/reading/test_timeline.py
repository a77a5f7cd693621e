from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assistant.answer import Assistant
from assistant.read.timeline import A_DAY, MOST
from assistant.results import Answer
from ingest.archive.archive import Archive
from ingest.article import Article, Moment

Story = tuple[str, str, str | None]  # headline, text, day
Ask = Callable[..., Answer]

SAILS: Story = (
    "Ferry Alma leaves Melk",
    "The ferry Alma left Melk on Sunday with 60 people on board. It was due in Orva on Monday.",
    "2023-07-03",
)
LOST: Story = (
    "Contact with ferry Alma lost",
    "Contact with the ferry Alma was lost on Monday, the coast guard said on Tuesday. A search began the same day. Two days later a boat of the ferry Alma was found near Zell.",
    "2023-07-06",
)
FOUND: Story = (
    "Ferry Alma found",
    "Divers found the wreck of the ferry Alma on 9 July. The ferry Alma was built in 1998.",
    "2023-07-11",
)
INQUIRY: Story = (
    "Inquiry into ferry Alma",
    "A court opened an inquiry into the ferry Alma on Tuesday. It will hear the owner on 1 September.",
    "2023-08-02",
)
ALL = (INQUIRY, FOUND, SAILS, LOST)
WANTED = "Give me a timeline of the ferry Alma."


@pytest.fixture
def ask(archive: Archive, make_article: Callable[..., Article]) -> Ask:
    """Asks an archive of these stories alone; `fields` are those of the last one."""

    def asked(
        question: str, *stories: Story, fields: dict[str, Any] | None = None, **options: str
    ) -> Answer:
        own = [{}] * (len(stories) - 1) + [fields or {}]
        articles = [
            make_article(title, text, published=day, key=f"{i}", publisher=f"Outlet {i}", **more)
            for i, ((title, text, day), more) in enumerate(zip(stories, own, strict=True))
        ]
        list(archive.add(articles))
        return Assistant(archive).ask(question, **options)

    return asked


def dates(answer: Answer) -> list[str]:
    return [entry.date for entry in answer.timeline]


def test_events_stand_in_the_order_in_which_they_happened(ask: Ask) -> None:
    answer = ask(WANTED, *ALL)
    assert dates(answer) == [
        "1998", "2023-07-02", "2023-07-03", "2023-07-03", "2023-07-05", "2023-07-09", "2023-08-01",
    ]  # fmt: skip
    assert dates(answer) == sorted(dates(answer))


def test_an_event_has_its_own_date_and_its_report_another(ask: Ask) -> None:
    answer = ask(WANTED, *ALL)
    entry = next(entry for entry in answer.timeline if "left Melk" in entry.text)
    citation = next(each for each in answer.citations if each.number == entry.citation)
    assert (entry.date, citation.published) == ("2023-07-02", "2023-07-03")
    assert citation.quote == entry.text == SAILS[1][citation.start : citation.end]
    assert f"2 July 2023: “{entry.text}” (Outlet 2, 3 July 2023) [" in answer.text


def test_what_is_announced_is_no_event(ask: Ask) -> None:
    text = ask(WANTED, *ALL).text
    assert "1 September" not in text and "It was due" not in text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "What happened to the ferry Alma between 3 July and 10 July 2023?",
            ["2023-07-03", "2023-07-03", "2023-07-05", "2023-07-09"],
        ),
        (
            "Give me a timeline of the ferry Alma in July 2023.",
            ["2023-07-02", "2023-07-03", "2023-07-03", "2023-07-05", "2023-07-09"],
        ),
    ],
)
def test_a_time_in_the_question_is_one_of_events(
    ask: Ask, question: str, expected: list[str]
) -> None:
    answer = ask(question, *ALL)
    assert dates(answer) == expected
    assert any((c.published or "") > "2023-07-10" for c in answer.citations)  # reported later


def test_what_led_up_to_a_day_lies_before_it(ask: Ask) -> None:
    answer = ask("What led up to the inquiry into the ferry Alma in August 2023?", *ALL)
    assert "2023-07-02" in dates(answer)


def test_an_as_of_moment_hides_what_was_reported_later(ask: Ask) -> None:
    answer = ask(WANTED, *ALL, as_of="2023-07-07")
    assert dates(answer) == ["2023-07-02", "2023-07-03", "2023-07-03", "2023-07-05"]
    assert all((citation.published or "") <= "2023-07-07" for citation in answer.citations)


def test_copies_of_one_report_are_told_once(ask: Ask) -> None:
    copy = ("Divers find ferry Alma", *FOUND[1:])
    answer = ask(WANTED, *ALL, copy)
    assert len([entry for entry in answer.timeline if "Divers" in entry.text]) == 1
    assert len({entry.text for entry in answer.timeline}) == len(answer.timeline)


def test_no_day_and_no_timeline_is_told_at_length(ask: Ask) -> None:
    def sentence(day: int, i: int) -> str:
        own = " ".join(f"{start}{day}{end}{i}" for start in "bdf" for end in ("am", "ol", "ir"))
        return f"On {day} July the ferry Alma {own} there."

    stories = [
        (f"Ferry Alma, part {day}", " ".join(sentence(day, i) for i in range(4)), "2023-07-20")
        for day in range(1, 10)
    ]
    answer = ask(WANTED, *stories)
    assert len(answer.timeline) == MOST
    few = ask(f"{WANTED[:-1]} from 1 July to 2 July 2023.", *stories)
    assert dates(few) == sorted(["2023-07-01", "2023-07-02"] * A_DAY)


@pytest.mark.parametrize(
    ("question", "stories"),
    [
        (WANTED, (SAILS,)),
        (WANTED, (("Ferry Alma", "The ferry Alma is blue. The ferry Alma is old.", "2023-07-03"),)),
        ("Give me a timeline of the zebra.", ALL),
        ("Give me a timeline of the ferry Alma in 2015.", ALL),
    ],
)
def test_fewer_than_two_events_are_no_course_of_events(
    ask: Ask, question: str, stories: tuple[Story, ...]
) -> None:
    answer = ask(question, *stories)
    assert (answer.refused, answer.timeline, answer.citations) == (True, (), ())


def test_an_undated_report_gives_only_the_dates_that_it_says(ask: Ask) -> None:
    undated = ("The ferry Alma", "The ferry Alma sank on 4 July 2023 off Orva. The ferry Alma was sold on Friday.", None)  # fmt: skip
    answer = ask(WANTED, *ALL, undated)
    assert "2023-07-04" in dates(answer)
    assert "(Outlet 4, undated)" in answer.text
    assert "sold on Friday" not in answer.text


def test_opinion_is_told_as_its_authors(ask: Ask) -> None:
    column = (
        "Who is to blame?",
        "The ferry Alma should never have sailed on 2 July.",
        "2023-07-12",
    )
    answer = ask(WANTED, *ALL, column, fields={"kind": "opinion", "authors": ("Jo Hale",)})
    assert "(Jo Hale (opinion), Outlet 4, 12 July 2023)" in answer.text


def test_another_ship_is_another_story(ask: Ask) -> None:
    other = (
        "Ferry Bruna sails",
        "The ferry Bruna left Zell on 1 July with goats on board.",
        "2023-07-03",
    )
    assert "Bruna" not in ask(WANTED, *ALL, other).text


def test_a_timeline_is_printed(ask: Ask) -> None:
    told = ask(WANTED, *ALL).as_json()["timeline"]
    assert isinstance(told, list)
    assert set(told[0]) == {"date", "text", "citation"}


@pytest.mark.parametrize(
    "fields",
    [{"kind": "live"}, {"updated": Moment("2023-07-20", "metadata")}],
    ids=["a live page", "updated two weeks later"],
)
def test_where_a_weekday_cannot_be_counted_there_is_no_date(
    ask: Ask, fields: dict[str, Any]
) -> None:
    plain, told = ask(WANTED, FOUND, LOST), ask(WANTED, FOUND, LOST, fields=fields)
    assert "2023-07-03" in dates(plain) and "2023-07-03" not in dates(told)
    assert "2023-07-09" in dates(told)  # said in full
