from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from contextvars import copy_context

import pytest

from assistant.write.deadline import DeadlineError, limited, stop_on, wait, when_over


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
    with pytest.raises(DeadlineError):
        next(items)
    never.set()


def test_an_endless_iterator_is_given_up() -> None:
    with pytest.raises(DeadlineError):
        for _ in limited(itertools.count, 0.2):
            pass


def test_items_that_wait_do_not_outlive_the_time() -> None:
    items = limited(itertools.count, 0.2)
    with pytest.raises(DeadlineError):
        while True:
            next(items)
            time.sleep(0.01)


def test_without_time_nothing_is_begun() -> None:
    begun = threading.Event()

    def begins() -> Iterator[int]:
        begun.set()
        yield 1

    with pytest.raises(DeadlineError):
        next(limited(begins, 0))
    assert not begun.is_set()


def test_what_waits_is_woken_and_its_thread_ends() -> None:
    woken = threading.Event()
    threads = []

    def waits() -> Iterator[int]:
        threads.append(threading.current_thread())
        when_over(woken.set)
        yield 1
        woken.wait(60)

    items = limited(waits, 0.2)
    assert next(items) == 1
    with pytest.raises(DeadlineError):
        next(items)
    threads[0].join(10)
    assert woken.is_set() and not threads[0].is_alive()


def test_what_comes_after_the_end_is_closed_at_once() -> None:
    go, closed = threading.Event(), threading.Event()

    def late() -> Iterator[int]:
        yield 1
        go.wait(60)
        when_over(closed.set)

    items = limited(late, 30)
    next(items)
    items.close()  # type: ignore[attr-defined]
    go.set()
    assert closed.wait(10)


def test_outside_of_a_limit_nothing_is_kept() -> None:
    when_over(lambda: pytest.fail("called"))


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


def test_who_no_longer_waits_ends_a_read_that_stalls_and_a_pause() -> None:
    stop, began = threading.Event(), threading.Event()
    ended: list[str] = []

    def stalled() -> Iterator[int]:
        began.set()
        threading.Event().wait(60)
        yield 1

    def work() -> None:
        stop_on(stop)
        with pytest.raises(DeadlineError):
            list(limited(stalled, 3600))
        wait(3600)
        ended.append("both")

    thread = threading.Thread(target=copy_context().run, args=(work,), daemon=True)
    thread.start()
    began.wait(20)
    stop.set()
    thread.join(20)
    assert ended == ["both"]
