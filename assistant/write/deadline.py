"""A time limit on an iterator that may stall or drip for ever."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")
_AHEAD = 256  # items read before they are taken
_LOOK = 0.2  # seconds between two looks whether anybody still waits


class DeadlineError(Exception):
    """The time is up, or nobody waits any more."""

    def __init__(self) -> None:
        super().__init__("The model's service did not finish in time (DATELINE_DEADLINE).")


@dataclass
class _Work:
    """One run of `limited`: what it has read, whether it is over, and what to close then."""

    items: queue.Queue[tuple[str, object]] = field(default_factory=lambda: queue.Queue(_AHEAD))
    over: threading.Event = field(default_factory=threading.Event)
    closers: list[Callable[[], None]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def end(self) -> None:
        with self.lock:
            self.over.set()
            closers, self.closers = self.closers, []
        for close in closers:
            close()

    def close_at_end(self, close: Callable[[], None]) -> None:
        with self.lock:
            if not self.over.is_set():
                self.closers.append(close)
                return
        close()

    def put(self, kind: str, value: object) -> bool:
        while not self.over.is_set():
            with suppress(queue.Full):
                self.items.put((kind, value), timeout=0.2)
                return True
        return False

    def run(self, make: Callable[[], Iterator[object]]) -> None:
        """Reads `make()` until it is over, as the thread does."""
        items: Iterator[object] | None = None
        try:
            items = make()
            for item in items:
                if not self.put("item", item):
                    break
            self.put("end", None)
        except BaseException as error:
            self.put("error", error)
        finally:
            close = getattr(items, "close", None)
            if close is not None:
                with suppress(Exception):
                    close()


_work: ContextVar[_Work | None] = ContextVar("dateline_work", default=None)
_stop: ContextVar[threading.Event | None] = ContextVar("dateline_stop", default=None)


def stop_on(event: threading.Event) -> None:
    """Have every `limited` that is begun in this context end as soon as `event` is set."""
    _stop.set(event)


def wait(seconds: float) -> None:
    """Sleep, no longer than somebody waits for what comes after."""
    event = _stop.get()
    if event is None:
        time.sleep(seconds)
    else:
        event.wait(seconds)


def when_over(close: Callable[[], None]) -> None:
    """Have `close` called once the `limited` that runs this code is over, at once if it is.

    It is called from another thread, so that it can wake a read which stalls. Outside of `limited`
    nothing happens.
    """
    work = _work.get()
    if work is not None:
        work.close_at_end(close)


def is_wanted() -> bool:
    """Whether somebody still waits for the `limited` that runs this code; true outside of one."""
    work = _work.get()
    return work is None or not work.over.is_set()


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
    work = _Work()
    context = copy_context()
    context.run(_work.set, work)
    threading.Thread(
        target=context.run, args=(work.run, make), daemon=True, name="dateline-model"
    ).start()
    try:
        while (left := ends - time.monotonic()) > 0:  # also where items wait: who takes may be slow
            if stop is not None and stop.is_set():
                break
            try:
                kind, value = work.items.get(timeout=min(left, _LOOK) if stop else left)
            except queue.Empty:
                continue
            if kind == "item":
                yield value  # type: ignore[misc]
            elif kind == "error" and isinstance(value, BaseException):
                raise value
            else:
                return
        raise DeadlineError
    finally:
        work.end()
