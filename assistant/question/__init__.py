"""What a question asks: the kind of answer, from when, reported by whom."""

from assistant.question.asks import About, Asks
from assistant.question.followups import Turn, carry
from assistant.question.understood import MAX_CHARACTERS, Question, checked, understand

__all__ = [
    "MAX_CHARACTERS", "About", "Asks", "Question", "Turn", "carry", "checked", "understand",
]  # fmt: skip
