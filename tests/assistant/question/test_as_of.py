from __future__ import annotations

from datetime import datetime, timezone

import pytest

from assistant.answer import Assistant
from assistant.question.question import understand, without_as_of
from ingest.archive.archive import Archive

NOW = datetime(2026, 11, 24, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "left", "day"),
    [
        ("As of 13 September 2023, how many had died?", "How many had died?", "2023-09-13"),
        ("How many had died as of 13 September 2023?", "How many had died?", "2023-09-13"),
        ("How many, as at 2023-09-13, had died?", "How many had died?", "2023-09-13"),
        ("How many had died as of September 2023?", "How many had died?", "2023-09-30"),
        ("How many had died as of yesterday?", "How many had died?", "2026-11-23"),
        ("How many died as of late?", "How many died as of late?", None),
        ("Did it work as of a trick on 13 September 2023?",
         "Did it work as of a trick on 13 September 2023?", None),
        ("How many died on 13 September 2023?", "How many died on 13 September 2023?", None),
    ],
)  # fmt: skip
def test_the_moment_is_taken_out_of_the_question(text: str, left: str, day: str | None) -> None:
    question, found = without_as_of(understand(text), NOW)
    assert (question.text, found) == (left, day)


def test_nothing_later_is_used(sample_archive: Archive) -> None:
    assistant = Assistant(sample_archive)
    question = "As of 13 September 2023, how many people had died in Derna?"
    answer = assistant.ask(question)
    assert answer.as_of == "2023-09-13"
    assert any("As of 13 September 2023" in note for note in answer.notes)
    assert all((citation.published or "9") < "2023-09-14" for citation in answer.citations)
    assert assistant.search(question).filters.as_of == "2023-09-13"


def test_what_is_given_wins_and_it_can_be_ignored(sample_archive: Archive) -> None:
    assistant = Assistant(sample_archive)
    question = "As of 13 September 2023, how many people had died in Derna?"
    assert assistant.ask(question, as_of="2023-12-31").as_of == "2023-12-31"
    assert assistant.ask(question, ignore=["as_of"]).as_of is None
    assert assistant.ask(question, ignore=["all"]).as_of is None


def test_a_follow_up_keeps_the_moment_of_its_own_only(sample_archive: Archive) -> None:
    assistant = Assistant(sample_archive)
    history = [("user", "How many people died in Derna?"), ("assistant", "Many.")]
    assert assistant.ask("And as of 13 September 2023?", history=history).as_of == "2023-09-13"
