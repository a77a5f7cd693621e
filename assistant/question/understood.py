"""A question understood: a pure function of its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.question.asks import ABOUT, ABOUT_WORDS, ASKS, About, Asks, kind_of
from assistant.words import content_terms
from ingest.errors import SettingError

MAX_CHARACTERS = 4000  # about 700 words; what is longer is an article, not a question


@dataclass(frozen=True)
class Question:
    """A question on its own feet. `carried`: terms of earlier questions that it leans on."""

    asked: str
    text: str
    asks: Asks
    about: About | None
    terms: tuple[str, ...]
    carried: tuple[str, ...] = ()
    seconds: float = 0.0  # that a model took to rewrite it


def understand(asked: str, standalone: str | None = None, carried: Sequence[str] = ()) -> Question:
    """The question, classified. A pure function of its arguments."""
    text = standalone or asked
    about = kind_of(asked, ABOUT)
    terms = content_terms(text)
    if about:
        drop = {term for word in ABOUT_WORDS for term in content_terms(word)}
        terms = [term for term in terms if term not in drop]
    return Question(
        asked, text, kind_of(asked, ASKS) or "thing", about, tuple(terms), tuple(carried)
    )


def checked(text: str) -> str:
    """The question without surrounding and broken characters.

    Raises:
        SettingError: it is empty or too long.
    """
    question = " ".join(text.replace("\x00", " ").encode("utf-8", "ignore").decode().split())
    if not question:
        raise SettingError("The question is empty. Ask something, such as: Who won the election?")
    if len(question) > MAX_CHARACTERS:
        raise SettingError(
            f"The question has {len(question):,} characters; {MAX_CHARACTERS:,} are the most. "
            "Ask it in fewer words."
        )
    return question
