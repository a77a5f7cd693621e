"""What a question asks: the kind of answer, from when, reported by whom."""

from assistant.question.asks import About, Asks
from assistant.question.followups import Turn, carry
from assistant.question.scope import NAMES, Finding, Known, Name, Scope, scope_of
from assistant.question.shapes import is_courtesy
from assistant.question.understood import (
    MAX_CHARACTERS,
    Part,
    Question,
    checked,
    placed,
    settled,
    understand,
)

__all__ = [
    "MAX_CHARACTERS", "NAMES", "About", "Asks", "Finding", "Known", "Name", "Part", "Question",
    "Scope", "Turn", "carry", "checked", "is_courtesy", "placed", "scope_of", "settled",
    "understand",
]  # fmt: skip
