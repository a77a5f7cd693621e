"""What LangChain's chunks say: pieces of text, and why the stream ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

MOST_CHARACTERS = 20_000  # of an answer; four sentences have some 600
_REASONS = ("finish_reason", "stop_reason", "done_reason", "stopReason")
_TOO_LONG = "dateline: too long"
_LENGTH = ("length", "max_tokens", "window", "limit")
_WITHHELD = ("filter", "safety", "recitation", "refusal", "prohibited", "blocklist")
_BROKEN = ("error", "abort", "cancel", "resource")


@dataclass(frozen=True)
class Piece:
    """A piece of the text; `end` is the reason why nothing follows."""

    text: str = ""
    end: str | None = None


def pieces(chunks: Iterable[Any], most: int = MOST_CHARACTERS) -> Iterator[Piece]:
    """The pieces of a stream; a text of more than `most` characters is cut there."""
    left = most
    for chunk in chunks:
        piece = Piece(_text_of(chunk), _reason(chunk))
        if len(piece.text) > left:
            yield Piece(piece.text[:left], _TOO_LONG)
            return
        left -= len(piece.text)
        if piece.text or piece.end:
            yield piece


def why_cut(end: str | None) -> str | None:
    """What to say of a text that ended for that reason; None where it is complete."""
    if end is None or _has(end, _BROKEN):
        return "The model's service ended the answer early."
    if end == _TOO_LONG:
        return f"The answer is longer than {MOST_CHARACTERS:,} characters; the rest was not read."
    if _has(end, _LENGTH):
        return "The answer reached the model's length limit."
    return "The model's service withheld the rest." if _has(end, _WITHHELD) else None


def _has(end: str, words: Iterable[str]) -> bool:
    return any(word in end.lower() for word in words)


def _reason(chunk: Any) -> str | None:
    about = getattr(chunk, "response_metadata", None) or {}
    return next((str(about[name]) for name in _REASONS if about.get(name)), None)


def _text_of(chunk: Any) -> str:
    content = getattr(chunk, "content", chunk)
    if isinstance(content, list):
        parts = (part.get("text", "") if isinstance(part, dict) else part for part in content)
        return "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""
