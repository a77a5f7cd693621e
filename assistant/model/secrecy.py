"""Keys stay out of the text that streams in, and out of what the libraries log about it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from assistant.model.pieces import Piece
from ingest.redact import redact

_LIBRARIES = (
    "httpx2",
    "httpcore2.connection",
    "httpcore2.http11",
    "httpcore2.http2",
    "httpcore2.proxy",
    "openai",
    "openai._base_client",
    "langchain_openai.chat_models.base",
)
_LONG = 12  # characters from which on a secret is surely no word of the language
_SHORT = 6
_TELLING = 8  # characters of a key's beginning that are not shown either
_hidden: set[str] = set()


def without_secrets(pieces: Iterable[Piece], secrets: Sequence[str]) -> Iterator[Piece]:
    """The pieces without any of `secrets`, also where one is split over several of them.

    What may be the beginning of a secret is held back until it is known not to be. A secret that
    may be a word ("ollama", which local servers take for a key) is left alone.
    """
    wanted = [secret for secret in secrets if _is_no_word(secret)]
    held = ""
    for piece in pieces:
        text = redact_exactly(held + piece.text, wanted)
        held = _beginning(text, wanted)
        yield replace(piece, text=text[: len(text) - len(held)])
    if held:
        yield Piece(held if len(held) < _TELLING else "…")


def redact_exactly(text: str, secrets: Sequence[str]) -> str:
    """`text` without `secrets`; unlike `redact`, nothing that only looks like a key is touched."""
    for secret in secrets:
        text = text.replace(secret, "…")
    return text


def hide_in_logs(secrets: Sequence[str]) -> None:
    """From now on no record of the libraries that talk to a model's service shows `secrets`."""
    _hidden.update(secrets)
    for name in _LIBRARIES:
        logger = logging.getLogger(name)
        if _scrub not in logger.filters:
            logger.addFilter(_scrub)


def _scrub(record: logging.LogRecord) -> bool:
    record.msg, record.args = redact(record.getMessage(), tuple(_hidden)), ()
    return True


def _beginning(text: str, secrets: Sequence[str]) -> str:
    """The longest end of `text` that is the beginning of a secret."""
    return max((_overlap(text, secret) for secret in secrets), key=len, default="")


def _overlap(text: str, secret: str) -> str:
    for length in range(min(len(text), len(secret) - 1), 0, -1):
        if text.endswith(secret[:length]):
            return secret[:length]
    return ""


def _is_no_word(secret: str) -> bool:
    return len(secret) >= _LONG or (len(secret) >= _SHORT and any(c.isdigit() for c in secret))
