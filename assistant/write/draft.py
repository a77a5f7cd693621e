"""What a writer is: it turns passages into a draft, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.question.follow_ups import Turn
from assistant.question.question import Question
from assistant.results import Found, Grade, Passage, Relation
from ingest.sentences import Span


@dataclass(frozen=True)
class Draft:
    """A piece of an answer: its text, and the quote that stands behind it when it is known, with
    `marked`, [start, end) of those words of the article in it that answer.

    `date` is that of an entry of a timeline; `value` one of those that a conflict is about, which
    is of the kind `relation`.

    `cut` says why the answer ends here without being complete; `note` is said beside the answer;
    `shown` is how many of the passages the writer was given: [n] beyond it cites nothing;
    `sure` is how sure the writer is that the passages hold the answer, 0 to 1, and `grade` what it
    makes of that; `short` is the answer in a few words of the first quote.
    """

    text: str
    quote: Passage | None = None
    marked: Span | None = None
    cut: str | None = None
    note: str | None = None
    sure: float | None = None
    grade: Grade | None = None
    short: str | None = None
    shown: int | None = None
    date: str | None = None
    value: str | None = None
    relation: Relation | None = None


class Writer(Protocol):
    """A chat model, or the quoting default."""

    @property
    def name(self) -> str: ...

    def standalone(self, question: str, history: Sequence[Turn]) -> Question:
        """The question made understandable without the conversation before it."""

    def write(self, question: Question, found: Found) -> Iterator[Draft]:
        """The answer in pieces. [n] in a text cites the n-th passage.

        Raises:
            ModelError: the model's service failed before it gave any text.
        """
