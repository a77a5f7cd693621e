"""OpenAI's messages as a question with its history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from assistant.web.api.asking import Asked
from assistant.web.api.models import Text
from assistant.web.api.telling import without_sources
from ingest.errors import SettingError

_TEXTS = ("text", "input_text", "output_text", "refusal")
_ROLES = ("user", "assistant")  # the rest is instructions, which are ours, and results of tools


class Message(BaseModel):
    """One message; its content is a text, or parts."""

    role: str = Field(max_length=40)
    content: Text | list[dict[str, Any]] | None = None

    @property
    def text(self) -> str:
        """Raises:
        SettingError: it holds something else than text.
        """
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        return "\n".join(map(_text, self.content))


class StreamOptions(BaseModel):
    """How a stream is wanted."""

    include_usage: bool = False


class ChatIn(BaseModel):
    """A request; what is not named here is not looked at. The last five are Dateline's own."""

    model: Text = Field(default="", max_length=200)
    messages: list[Message] = Field(min_length=1, max_length=2000)
    stream: bool = False
    stream_options: StreamOptions | None = None
    since: Text | None = Field(default=None, max_length=40)
    until: Text | None = Field(default=None, max_length=40)
    as_of: Text | None = Field(default=None, max_length=40)
    publishers: list[Text] = Field(default=[], max_length=100)
    ignore: list[Text] = Field(default=[], max_length=100)


def asked_of(given: ChatIn) -> Asked:
    """The last message of the user is the question, what was said before it the history.

    Raises:
        SettingError: there is none, or something is not text.
    """
    said = [message for message in given.messages if message.role in _ROLES]
    while said and said[-1].role != "user":
        said.pop()
    if not said:
        raise SettingError("There is no message of the user. The last one is the question.")
    return Asked(
        said[-1].text, _history(said[:-1]), given.since or None, given.until or None,
        given.as_of or None, tuple(given.publishers), tuple(given.ignore),
    )  # fmt: skip


def _history(messages: Sequence[Message]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (m.role, without_sources(m.text) if m.role == "assistant" else m.text) for m in messages
    )


def _text(part: dict[str, Any]) -> str:
    kind = str(part.get("type", ""))
    if kind not in _TEXTS:
        raise SettingError(f"Only text can be read, no {kind[:40] or 'other'} parts. Send text.")
    text = part.get("text", part.get("refusal", ""))
    return text if isinstance(text, str) else ""
