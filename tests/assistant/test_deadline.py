from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator

import pytest

from assistant.deadline import DeadlineError, limited


def test_items_pass_through_in_order() -> None:
    assert list(limited(lambda: iter(range(1000)), 30)) == list(range(1000))


def test_what_the_iterator_raises_is_raised() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    items = limited(broken, 30)
    assert next(items) == 1
    with pytest.raises(ValueError, match="broken"):
        next(items)


def test_an_iterator_that_stalls_is_given_up() -> None:
    never = threading.Event()

    def stalled() -> Iterator[int]:
        yield 1
        never.wait(20)

    items = limited(stalled, 0.2)
    assert next(items) == 1
    with pytest.raises(DeadlineError, match="DATELINE_DEADLINE"):
        next(items)
    never.set()


def test_an_endless_iterator_is_given_up() -> None:
    with pytest.raises(DeadlineError):
        for _ in limited(itertools.count, 0.2):
            pass


def test_closing_stops_the_work() -> None:
    seen = []
    stopped = threading.Event()

    def endless() -> Iterator[int]:
        try:
            for number in itertools.count():
                seen.append(number)
                yield number
        finally:
            stopped.set()

    items = limited(endless, 30)
    next(items)
    items.close()  # type: ignore[attr-defined]
    assert stopped.wait(10)
