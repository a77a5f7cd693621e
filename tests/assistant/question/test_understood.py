from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.follow_ups import carry
from assistant.question.question import (
    MAX_CHARACTERS,
    Question,
    checked,
    placed,
    understand,
)
from assistant.question.scope import Known
from ingest.errors import SettingError


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("Who wrote the report on the flood?", "author"),
        ("Who is the author of the article?", "author"),
        ("Who edited this story?", "editor"),
        ("Which news agency reported the flood?", "outlet"),
        ("When was the article on the flood published?", "published"),
        ("What is the publication date?", "published"),
        ("Where was the report filed from?", "dateline"),
        ("What is the headline of the article?", "title"),
        ("When was the dam built?", None),
        ("Who said that the dam would break?", None),
        ("Who wrote the constitution?", None),
        ("Which reporter covered the flood?", "author"),
        ("Which wire service provided the report on the flood?", "outlet"),
        ("Which reporter asked the mayor about the flood?", None),
        ("What paper did the minister hand in?", None),
        ("At what site was the wreck found?", None),
        ("What is the source of the Rhine?", None),
        ("What was the source of this story?", "outlet"),
        ("Who is the author of the novel?", None),
    ],
)
def test_questions_about_the_article_itself(question: str, about: str | None) -> None:
    assert understand(question).about == about


def test_a_question_on_its_own_feet_stays_as_it_is() -> None:
    history = [("user", "Which port did the flotilla leave?")]
    asked = "How many people died in the earthquake in Turkey last year?"
    assert carry(asked, history) == understand(asked)


def test_a_follow_up_takes_the_words_of_the_question_before() -> None:
    history = [("user", "Which port did the flotilla leave?"), ("assistant", "Qingdao")]
    question = carry("And how many ships?", history)
    assert "flotilla" in question.text
    assert "flotilla" in question.carried


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00"])
def test_an_empty_question_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match="empty"):
        checked(text)


def test_a_question_of_100_000_characters_is_refused() -> None:
    with pytest.raises(SettingError, match="100,000 characters"):
        checked("a" * 100_000)
    assert checked("a" * MAX_CHARACTERS)


@given(st.text(max_size=200))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        question = checked(text)
    except SettingError:
        return
    understand(question)
    carry(question, [("user", text)])


def test_ignored_words_may_matter_and_count_less() -> None:
    now = datetime(2023, 7, 19, 12, tzinfo=timezone.utc)
    asked = understand("How high was the dam, says the Tide Post?")
    question = placed(asked, now, Known(outlets=("Tide Post",)), ["publisher"])
    assert "tide" in question.topic.lower() and "tide" in question.ignored
    assert "dam" in question.terms and "tide" not in question.terms
    assert not placed(asked, now, Known(outlets=("Tide Post",))).ignored


def asked_of(text: str, ignore: Collection[str]) -> Question:
    now = datetime(2023, 7, 19, 12, tzinfo=timezone.utc)
    known = Known(outlets=("The Sun", "Tide Post", "Reuters"))
    return placed(understand(text), now, known, ignore)


def test_ignored_words_count_less_in_timelines() -> None:
    line = asked_of("A timeline of the Tide Post reports on the dam", ["publisher"])
    assert line.timeline and "tide" in line.ignored and "dam" in line.terms


def test_quoted_words_are_looked_for_also_where_they_filter_nothing() -> None:
    question = asked_of('Who owns the "Blue Heron" ferry?', ["phrase"])
    assert "Blue Heron" in question.topic and not question.scope.findings
