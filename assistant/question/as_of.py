"""The moment as of which a question wants to be answered: "as of 13 September 2023, how many …"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from assistant.question.times import find_periods
from assistant.question.understood import Question, understand

_AS_OF = re.compile(r",?\s*\bas\s+(?:of|at)\s+", re.IGNORECASE)
_LEAD = "on "  # what a day is read after
_NEAR = 8  # characters between "as of" and its day: "as of the end of 2023"


def without_as_of(question: Question, now: Callable[[], datetime]) -> tuple[Question, str | None]:
    """The question without such a moment, and its last day (ISO 8601); None where there is none."""
    if not _AS_OF.search(question.text):
        return question, None
    moment = now()
    text, day = _cut(question.text, moment)
    if day is None:
        return question, None
    asked, _ = _cut(question.asked, moment)
    again = understand(asked, text, question.carried)
    return replace(again, seconds=question.seconds), day


def _cut(text: str, now: datetime) -> tuple[str, str | None]:
    for found in _AS_OF.finditer(text):
        rest = _LEAD + text[found.end() :]
        period = next(iter(find_periods(rest, now)), None)
        if period and period.until and period.start <= _NEAR:
            left = text[: found.start()].strip()
            right = rest[period.end :].strip(" ,")
            whole = f"{left} {right}".strip() if left else right[:1].upper() + right[1:]
            return re.sub(r"\s+([?.!,])", r"\1", whole) or text, period.until[:10]
    return text, None
