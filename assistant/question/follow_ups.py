"""Earlier turns of a conversation, however a caller writes them down. A question that leans on them
is read with them: they are said first, and count less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assistant.words import content_terms
from ingest.errors import SettingError

Turn = tuple[str, str]  # (role, text): ("user", …) or ("assistant", …)

MOST_BEFORE = 3  # earlier questions that one leans on
_POINTS = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|that|these|those|there|then"
    r"|one|ones|same|former|latter)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(r"(?:and|but|so|what about|how about|also|then|only|just)\b", re.IGNORECASE)
_FEW = 2  # content words; a question with fewer leans on the one before
_SOURCE = re.compile(
    r"^\W*(?:(?:and|but|so|what\s+about|how\s+about)\s+)?(?:only|just|according\s+to"
    r"|as\s+reported\s+by|(?:reported|said|written)\s+by|per|(?:from|by)\s+(?=the\s+[A-Z]|[A-Z]))"
    r"\s*(?:by\s+)?(?P<who>.{2,60}?)[?.!\s]*$",
    re.IGNORECASE,
)


def carry(question: str, history: Sequence[Turn]) -> tuple[str, tuple[str, ...]]:
    """(standalone question, carried terms) by rule, for when there is no model to rewrite it.

    A question that leans on earlier ones is said after them: "How many died in Derna? And in
    Turkey?" The carried terms are those that only the earlier ones say.
    """
    said: list[str] = []
    for role, text in history:
        if role == "user" and text.strip():
            said = [*said, text.strip()] if _leans(text) else [text.strip()]
    if not said or not _leans(question):
        return question, ()
    said = [*said[:1], *said[1:][-(MOST_BEFORE - 1) :]]
    if source := _SOURCE.match(question):
        question = f"according to {source['who']}?"
    own = content_terms(question)
    before = " ".join(f"{text.rstrip('?.! ')}?" for text in said)
    return f"{before} {question}", tuple(t for t in content_terms(before) if t not in own)


def _leans(question: str) -> bool:
    """Whether a question needs those before it to be understood."""
    text = question.strip()
    few = len(content_terms(text)) < _FEW
    return bool(_OPENS.match(text) or _POINTS.search(text) or few or _SOURCE.match(text))


History = Iterable[Turn | Mapping[str, Any]]


def turns_of(history: History) -> tuple[Turn, ...]:
    """The turns that say anything, as pairs of role and text.

    Raises:
        SettingError: a turn is neither a pair, nor a {"role", "content"}, nor a LangChain message.
    """
    turns = ((role, text.encode("utf-8", "ignore").decode()) for role, text in map(_turn, history))
    return tuple(turn for turn in turns if turn[1].strip())


def _turn(turn: object) -> Turn:
    """A pair, a {"role", "content"} or a LangChain message as (role, text)."""
    if isinstance(turn, Mapping):
        role, text = turn.get("role"), turn.get("content")
    elif isinstance(turn, tuple | list) and len(turn) == 2:  # noqa: PLR2004
        role, text = turn
    else:
        role, text = getattr(turn, "type", None), getattr(turn, "content", None)
    if not isinstance(role, str) or not isinstance(text, str):
        raise SettingError('A turn of the history is written ("user", "text") or as a message.')
    return ("user" if role == "human" else "assistant" if role == "ai" else role), text
