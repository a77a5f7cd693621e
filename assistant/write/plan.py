"""The plan of a search: what a chat model makes of a question and the conversation before it. It
only adds wishes and searches to what the words say; nothing of it excludes anything.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, Field

from assistant.question.question import Question, checked, understand
from assistant.question.scope import Finding, Scope
from ingest.archive.filters import make_filters
from ingest.errors import SettingError
from ingest.text import one_line

QUERIES = 3
LONGEST = 500  # characters of a question; what is longer is none
_WORDS = 200  # characters of a query
_NAMES = 6  # outlets
_WIDE = ("list", "comparison", "summary")  # kinds that take many reports


class Plan(BaseModel):
    """How to search for the last question."""

    question: str = Field(description="The last question, understandable alone.")
    queries: list[str] = Field(description="One to three searches in the words of news reports.")
    since: str | None = Field(description="First day of the period asked about, or null.")
    until: str | None = Field(description="Last day of the period asked about, or null.")
    outlets: list[str] = Field(description="Outlets whose reports are wanted.")
    kind: Literal["fact", "list", "comparison", "timeline", "summary"]

    def applied(self, asked: str) -> Question:
        """The question with the plan; what of it cannot be used is left out."""
        text = " ".join(self.question.split()).strip('"')
        question = understand(asked, text if 0 < len(text) <= LONGEST else asked)
        queries, wishes = [], []
        for query in self.queries[:QUERIES]:
            with suppress(SettingError):
                queries.append(checked(query[:_WORDS]))
        with suppress(SettingError):
            bounds = make_filters(self.since or None, self.until or None)
            days = (bounds.since or "", bounds.until or "")
            if any(days):
                said = " to ".join(day for day in dict.fromkeys(days) if day)
                wishes.append(Finding("time", days, (said,), is_wish=True))
        names = tuple(filter(None, (one_line(name)[:_WORDS] for name in self.outlets[:_NAMES])))
        if names:
            wishes.append(Finding("publisher", names, names, is_wish=True))
        return replace(
            question, queries=tuple(dict.fromkeys(queries)), wishes=Scope(tuple(wishes)),
            timeline=self.kind == "timeline", wide=self.kind in _WIDE,
        )  # fmt: skip
