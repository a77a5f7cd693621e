"""A stream that is tried again, as long as it is worth it and the time allows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from assistant.deadline import limited, wait
from assistant.faults import is_transient, retry_after
from assistant.model.pieces import Piece

if TYPE_CHECKING:
    from tenacity import RetryCallState

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

    stop = tenacity.stop_after_attempt(ATTEMPTS) | tenacity.stop_before_delay(
        ends - time.monotonic()
    )
    worth_it = tenacity.retry_if_exception(is_transient)
    tries = tenacity.Retrying(retry=worth_it, stop=stop, wait=_wait, sleep=wait, reraise=True)
    for attempt in tries:
        with attempt:
            stream = limited(make, ends - time.monotonic())
            begun = _begun(stream)
    yield from begun
    yield from stream


def _begun(stream: Iterator[Piece]) -> list[Piece]:
    """The pieces up to the first that shows anything."""
    begun: list[Piece] = []
    for piece in stream:
        begun.append(piece)
        if piece.text.strip():
            break
    return begun


def _wait(state: RetryCallState) -> float:
    from tenacity import wait_exponential_jitter

    error = state.outcome.exception() if state.outcome else None
    backoff = wait_exponential_jitter(FIRST_WAIT, jitter=JITTER)(state)
    return max(retry_after(error), backoff)
