"""A time limit on an iterator that may stall or drip for ever."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar

T = TypeVar("T")
_LOOK = 0.2  # seconds between two looks whether anybody still waits


class DeadlineError(Exception):
    """The time is up, or nobody waits any more."""


# Done once the `limited` that runs this code is over; and what ends it early when it is set.
_over: ContextVar[Future[None] | None] = ContextVar("dateline_over", default=None)
_stop: ContextVar[threading.Event | None] = ContextVar("dateline_stop", default=None)


def stop_on(event: threading.Event) -> None:
    """Have every `limited` that is begun in this context end as soon as `event` is set."""
    _stop.set(event)


def wait(seconds: float) -> None:
    """Sleep, no longer than somebody waits for what comes after."""
    (_stop.get() or threading.Event()).wait(seconds)


def when_over(close: Callable[[], None]) -> None:
    """Have `close` called once the `limited` that runs this code is over, at once if it is.

    It is called from another thread, so that it can wake a read which stalls. Outside of `limited`
    nothing happens.
    """
    if over := _over.get():
        over.add_done_callback(lambda _: close())


def is_wanted() -> bool:
    """Whether somebody still waits for the `limited` that runs this code; true outside of one."""
    over = _over.get()
    return over is None or not over.done()


def limited(make: Callable[[], Iterator[T]], seconds: float) -> Iterator[T]:
    """The items of `make()`, as long as they come within `seconds` altogether.

    The iterator runs in a thread of its own, since nothing else interrupts a read that stalls.
    When this generator is closed or the time is up, that thread stops at its next item, or sooner
    where what it waits for was named with `when_over`.

    Raises:
        DeadlineError: the time is up, or what was given to `stop_on` is set.
        Exception: whatever the iterator raises.
    """
    ends, stop = time.monotonic() + seconds, _stop.get()
    if seconds <= 0:
        raise DeadlineError
    over: Future[None] = Future()
    items: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

    def read() -> None:
        _over.set(over)
        made: Any = None
        try:
            made = make()
            for item in made:
                items.put((item, None))
                if over.done():
                    break
            items.put((None, StopIteration()))
        except BaseException as error:
            items.put((None, error))
        finally:
            with suppress(Exception):  # not every iterator can be closed
                made.close()

    reading = copy_context()
    threading.Thread(target=reading.run, args=(read,), daemon=True, name="dateline-model").start()
    try:
        while (left := ends - time.monotonic()) > 0:  # also where items wait: who takes may be slow
            if stop is not None and stop.is_set():
                break
            try:
                item, error = items.get(timeout=min(left, _LOOK) if stop else left)
            except queue.Empty:
                continue
            if isinstance(error, StopIteration):
                return
            if error:
                raise error
            yield item  # type: ignore[misc]
        raise DeadlineError
    finally:
        over.set_result(None)
