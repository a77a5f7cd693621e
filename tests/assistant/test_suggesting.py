"""What is suggested is answered, and says something new."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources

import pytest

from assistant.answer import Assistant
from assistant.commands import Service
from assistant.kept.conversations import Given
from assistant.suggesting import MOST, candidates, suggestions
from ingest.archive.archive import Archive
from ingest.article import Article

QUESTIONS = [
    json.loads(line)["question"]
    for line in resources.files("seeds").joinpath("questions.jsonl").read_text("utf-8").splitlines()
    if line.strip()
]


@pytest.mark.slow
def test_every_suggestion_is_answered_with_words_that_were_not_quoted_before(
    sample_archive: Archive,
) -> None:
    assistant, shown = Assistant(sample_archive), 0
    for question in QUESTIONS[::6]:
        answer = assistant.ask(question)
        history = [("user", question), ("assistant", answer.text)]
        found = list(suggestions(Service(assistant.archive, assistant), answer, history, Given()))
        assert len(found) <= MOST and len(set(found)) == len(found)
        for text in found:
            shown += 1
            more = assistant.ask(text, history=history)
            assert not more.refused, text
            quotes = {citation.quote for citation in answer.citations}
            assert any(citation.quote not in quotes for citation in more.citations), text
    assert shown >= 4


def test_speakers_and_counts_raise_questions(
    archive: Archive, make_article: Callable[..., Article]
) -> None:
    told = make_article(
        "Ferry sinks off Oslo",
        "The Zanzara ferry sank off Oslo on Monday. "
        + "The weather had been bad for many days and the harbour was shut. " * 4
        + "Mette Holm said the hull broke. Forty lifeboats were lowered in the night.",
        publisher="Tide Post",
    )
    other = make_article(
        "Ferry owner under fire", "The Zanzara ferry was old, inspectors found.", publisher="Gull"
    )
    list(archive.add([told, other]))
    answer = Assistant(archive).ask("Where did the Zanzara ferry sink?")
    texts = [each.text for each in candidates(answer)]
    assert "What did Mette Holm say?" in texts
    assert "How many lifeboats?" in texts


def test_nothing_is_suggested_where_nothing_was_found(archive: Archive) -> None:
    assistant = Assistant(archive)
    answer = assistant.ask("Where did the Zanzara ferry sink?")
    assert list(suggestions(Service(assistant.archive, assistant), answer, [], Given())) == []
