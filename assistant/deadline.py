"""A time limit on an iterator that may stall or drip for ever."""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")
_AHEAD = 256  # items read before they are taken


class DeadlineError(Exception):
    """The time is up."""


def limited(make: Callable[[], Iterator[T]], seconds: float) -> Iterator[T]:
    """The items of `make()`, as long as they come within `seconds` altogether.

    The iterator runs in a thread of its own, since nothing else interrupts a read that stalls.
    When this generator is closed or the time is up, that thread stops at its next item.

    Raises:
        DeadlineError: the time is up.
        Exception: whatever the iterator raises.
    """
    items: queue.Queue[tuple[str, object]] = queue.Queue(_AHEAD)
    stop = threading.Event()
    context = contextvars.copy_context()
    worker = threading.Thread(
        target=context.run, args=(_pump, make, items, stop), daemon=True, name="dateline-model"
    )
    ends = time.monotonic() + seconds
    worker.start()
    try:
        while True:
            kind, value = _next(items, ends, seconds)
            if kind == "item":
                yield value  # type: ignore[misc]
            elif kind == "error" and isinstance(value, BaseException):
                raise value
            else:
                return
    finally:
        stop.set()


def _next(
    items: queue.Queue[tuple[str, object]], ends: float, seconds: float
) -> tuple[str, object]:
    try:
        return items.get(timeout=max(0.0, ends - time.monotonic()))
    except queue.Empty:
        raise DeadlineError(
            f"The model's service did not finish within {seconds:g} seconds (DATELINE_DEADLINE)."
        ) from None


def _pump(
    make: Callable[[], Iterator[T]],
    items: queue.Queue[tuple[str, object]],
    stop: threading.Event,
) -> None:
    try:
        for item in make():
            if not _put(items, ("item", item), stop):
                return
        _put(items, ("end", None), stop)
    except BaseException as error:
        _put(items, ("error", error), stop)


def _put(
    items: queue.Queue[tuple[str, object]], item: tuple[str, object], stop: threading.Event
) -> bool:
    while not stop.is_set():
        try:
            items.put(item, timeout=0.2)
        except queue.Full:
            continue
        return True
    return False
