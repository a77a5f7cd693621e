"""Questions to begin with, for an archive that holds the sample articles."""

from __future__ import annotations

import json
from importlib import resources
from itertools import islice

from assistant.answer import Assistant
from assistant.quoting import NAME

EXAMPLES = 4


class Examples:
    """Found once, and again when the archive holds more or fewer articles."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._of = -1
        self._questions: list[str] = []

    def questions(self) -> list[str]:
        """A few questions that are answered."""
        articles, _ = self._assistant.archive.catalog.counts()
        if articles != self._of:
            self._questions, self._of = example_questions(self._assistant), articles
        return self._questions


def example_questions(assistant: Assistant) -> list[str]:
    """Questions of `seeds/questions.jsonl` that this archive answers, also without a model."""
    found: list[str] = []
    for line in resources.files("seeds").joinpath("questions.jsonl").read_text("utf-8").split("\n"):
        question = json.loads(line) if line.strip() else {}
        ids = question.get("articles") or [""]
        if not question.get("as_of") and all(map(assistant.archive.catalog.holds, ids)):
            found.append(question["question"])
    step = max(1, len(found) // EXAMPLES)
    spread = (question for first in range(step) for question in found[first::step])
    answered = (each for each in spread if not assistant.ask(each, model=NAME).refused)
    return list(islice(answered, EXAMPLES))
