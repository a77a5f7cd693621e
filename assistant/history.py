"""Earlier turns of a conversation, however a caller writes them down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from assistant.question import Turn
from ingest.errors import SettingError

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
