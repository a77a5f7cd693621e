"""What a chat model streams: pieces of text, tried again as long as it is worth it and the time
allows.

Keys stay out of what the libraries log about it; `cite/composer.py` keeps them out of the text.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.write.deadline import limited, wait
from assistant.write.faults import is_transient, retry_after
from ingest.text import redact

MOST_CHARACTERS = 20_000  # of an answer; four sentences have some 600
THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL | re.IGNORECASE)
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
        text, about = str(chunk.text), chunk.response_metadata
        end = next((str(about[name]) for name in _REASONS if about.get(name)), None)
        if len(text) > left:
            yield Piece(text[:left], _TOO_LONG)
            return
        left -= len(text)
        if text or end:
            yield Piece(text, end)


def why_cut(end: str | None) -> str | None:
    """What to say of a text that ended for that reason; None where it is complete."""
    told = (end or "error").lower()
    if any(word in told for word in _BROKEN):
        return "The model's service ended the answer early."
    if told == _TOO_LONG:
        return f"The answer is longer than {MOST_CHARACTERS:,} characters; the rest was not read."
    if any(word in told for word in _LENGTH):
        return "The answer reached the model's length limit."
    withheld = any(word in told for word in _WITHHELD)
    return "The model's service withheld the rest." if withheld else None


_LIBRARIES = """
httpx2 httpcore2.connection httpcore2.http11 httpcore2.http2 httpcore2.proxy openai
openai._base_client langchain_openai.chat_models.base
""".split()
_LONG, _SHORT = 12, 6  # characters of a secret that is no word; with a figure in it
_hidden: set[str] = set()


def hide_in_logs(secrets: Sequence[str]) -> None:
    """From now on no record of the libraries that talk to a model's service shows `secrets`."""
    _hidden.update(secrets)
    for name in _LIBRARIES:
        logging.getLogger(name).addFilter(_scrub)


def _scrub(record: logging.LogRecord) -> bool:
    record.msg, record.args = redact(record.getMessage(), tuple(_hidden)), ()
    return True


def begun(text: str, secrets: Sequence[str]) -> int:
    """How many of the last characters of `text` may be the beginning of a secret."""
    beginnings = (secret[:length] for secret in secrets for length in range(1, len(secret)))
    return max((len(each) for each in beginnings if text.endswith(each)), default=0)


def is_no_word(secret: str) -> bool:
    """Whether a secret is surely no word of the language, as "local" is, which servers without keys
    take for one."""
    return len(secret) >= (_SHORT if any(c.isdigit() for c in secret) else _LONG)


ATTEMPTS = 4
FIRST_WAIT = 0.5  # seconds, twice as long each time
JITTER = 0.25  # seconds at random, so that many who wait do not come back at once


def patient(make: Callable[[], Iterator[Piece]], ends: float) -> Iterator[Piece]:
    """The pieces of `make()` until the moment `ends` of the monotonic clock.

    A passing fault before any text is tried again, after as long as the service asks for; not if
    that is later than `ends`, and never once there was text. The clients' own retries count no
    deadline and wait for exhausted accounts, so that they are switched off for this.

    Raises:
        DeadlineError: the time is up.
        Exception: what `make()` or the last try raised.
    """
    import tenacity

    left = ends - time.monotonic()
    stop = tenacity.stop_after_attempt(ATTEMPTS) | tenacity.stop_before_delay(left)
    worth_it = tenacity.retry_if_exception(is_transient)
    backoff = tenacity.wait_exponential_jitter(FIRST_WAIT, jitter=JITTER)

    def pause(state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        return max(retry_after(error), backoff(state))

    tries = tenacity.Retrying(retry=worth_it, stop=stop, wait=pause, sleep=wait, reraise=True)
    for attempt in tries:
        with attempt:
            stream = limited(make, ends - time.monotonic())
            first = []  # up to the first piece that shows anything
            for piece in stream:
                first.append(piece)
                if piece.text.strip():
                    break
    yield from first
    yield from stream
