from __future__ import annotations

import re
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.question import Question, placed, understand, unframed
from assistant.question.scope import Known

WORDS = re.compile(r"[^\W\d_]{3,}")


def read(question: str) -> Question:
    return placed(understand(question), datetime(2023, 9, 1, tzinfo=timezone.utc), Known())


@pytest.mark.parametrize(
    "question",
    [
        "Give me a timeline of the strike in Melk.",
        "Time-line of the strike?",
        "A chronology of the floods, please",
        "Tell it chronologically.",
        "What was the course of events at the port?",
        "In what sequence of events did it fall?",
        "The strike, step by step",
        "What happened when at the port?",
        "List the reports by date.",
        "How did the strike unfold?",
        "How has the case against Brandt developed?",
        "How did the first weeks of the strike go?",
        "What happened in Melk between May and July?",
        "What has happened at the port since Monday?",
        "What happened to Brandt afterwards?",
        "What led up to the strike?",
        "Which were the events leading up to the vote?",
        "WHAT LED UP TO THE VOTE?",
    ],
)
def test_a_course_of_events_is_wanted(question: str) -> None:
    assert read(question).timeline


@pytest.mark.parametrize(
    "question",
    [
        "What happened in Melk on Monday?",
        "When did the bridge fall?",
        "How did the mayor die?",
        "How did the firm pay for it?",
        "Who wrote the history of the port?",
        "What led to the strike?",
        "How many people marched since Monday?",
        "What did the minister say about the timing?",
        "",
    ],
)
def test_one_answer_is_wanted(question: str) -> None:
    assert not read(question).timeline


@pytest.mark.parametrize(
    ("question", "before"),
    [
        ("What led up to the strike in May?", True),
        ("The events leading up to the vote in May", True),
        ("What happened between May and June?", False),
    ],
)
def test_whether_what_came_before_is_wanted(question: str, before: bool) -> None:
    asked = read(question)
    assert asked.timeline and (asked.period == ("", "")) is before


@pytest.mark.parametrize(
    ("question", "kept", "gone"),
    [
        ("Give me a timeline of the strike in Melk, please", {"strike", "Melk"}, {"timeline", "please", "Give"}),
        ("How did the trial of Ilse Brandt unfold?", {"trial", "Ilse", "Brandt"}, {"unfold", "How"}),
        ("What happened to the ferry Alma between", {"ferry", "Alma"}, {"happened", "between"}),
        ("What led up to the vote in Orva?", {"vote", "Orva"}, {"led", "What"}),
        ("What has happened at the port since the fire?", {"port"}, {"since", "happened"}),
        ("A step by step chronology of the storm", {"storm"}, {"step", "chronology"}),
    ],
)  # fmt: skip
def test_only_what_it_is_of_is_searched(question: str, kept: set[str], gone: set[str]) -> None:
    left = set(re.findall(r"\w+", unframed(question)))
    assert kept <= left
    assert not gone & left


@pytest.mark.parametrize("question", ["Timeline", "What happened when?", "Please!", "", "  ", "12"])
def test_a_frame_around_nothing_is_kept(question: str) -> None:
    assert unframed(question) == question


FRAMED = st.text() | st.lists(
    st.sampled_from(
        "what happened when give me a timeline of the strike since between led leading up to how"
        " did unfold step by dates, please ? Melk 2023".split()
    )
).map(" ".join)


@given(FRAMED)
def test_any_text_is_read(text: str) -> None:
    read(text)
    left = unframed(text)
    assert left == text or WORDS.search(left)
    assert len(left) <= len(text)
