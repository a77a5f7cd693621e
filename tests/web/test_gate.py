from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, aclosing

import pytest

from assistant.web.door.caller import Caller
from assistant.web.gate import BusyError, Gate, Rates
from assistant.write.deadline import DeadlineError, limited
from tests.web.serving import in_loop

LOCAL = Caller("", "127.0.0.1")
FAR = Caller("", "10.0.0.7")


def test_no_more_than_so_many_run_and_wait() -> None:
    async def work() -> None:
        gate = Gate(running=2, waiting=3, patience=20)
        running, most, refused = 0, 0, 0
        go = asyncio.Event()

        async def one() -> None:
            nonlocal running, most, refused
            try:
                async with gate.turn(LOCAL):
                    running += 1
                    most = max(most, running)
                    await go.wait()
                    running -= 1
            except BusyError as error:
                refused += 1
                assert error.retry_after > 0

        tasks = [asyncio.create_task(one()) for _ in range(9)]
        while refused < 4 or running < 2:
            await asyncio.sleep(0)
        go.set()
        await asyncio.gather(*tasks)
        assert (most, refused, running) == (2, 4, 0)

    in_loop(work)


def test_nobody_waits_for_long() -> None:
    async def work() -> None:
        gate = Gate(running=1, waiting=3, patience=0.01)
        async with gate.turn(LOCAL):
            with pytest.raises(BusyError, match="Many people"):
                async with gate.turn(LOCAL):
                    pass
        async with gate.turn(LOCAL):
            pass

    in_loop(work)


def test_places_come_back_whatever_happens() -> None:
    async def work() -> None:
        gate = Gate(running=1, waiting=50, patience=20)
        for _ in range(50):
            entered = asyncio.Event()

            async def hold(entered: asyncio.Event = entered) -> None:
                async with gate.turn(LOCAL):
                    entered.set()
                    await asyncio.sleep(60)

            holder = asyncio.create_task(hold())
            await entered.wait()
            waiter = asyncio.create_task(hold(asyncio.Event()))
            await asyncio.sleep(0)
            waiter.cancel()
            holder.cancel()
            await asyncio.gather(holder, waiter, return_exceptions=True)
            with pytest.raises(ZeroDivisionError):
                async with gate.turn(LOCAL):
                    raise ZeroDivisionError
        async with gate.turn(LOCAL):
            pass

    in_loop(work)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_one_caller_cannot_ask_without_end() -> None:
    clock = Clock()

    async def asked(gate: Gate, caller: Caller, times: int) -> int:
        done = 0
        for _ in range(times):
            try:
                async with gate.turn(caller):
                    done += 1
            except BusyError as error:  # noqa: PERF203
                assert "At most 30 questions a minute" in str(error)
                assert error.retry_after == 2
        return done

    async def work() -> None:
        gate = Gate(rates=Rates(30, 10, clock))
        assert await asked(gate, FAR, 15) == 10
        assert await asked(gate, Caller("", "10.0.0.8"), 15) == 10
        assert await asked(gate, Caller("jo", "10.0.0.7"), 15) == 10
        assert await asked(gate, Caller("jo", "10.0.0.9"), 1) == 0, (
            "a name is one caller everywhere"
        )
        assert await asked(gate, Caller("visitor:1", "10.0.0.7"), 1) == 0, "visitors by address"
        assert await asked(gate, Caller("", "2001:db8::1"), 10) == 10
        assert await asked(gate, Caller("", "2001:db8::2"), 1) == 0, "one network"
        assert await asked(gate, LOCAL, 100) == 100
        clock.now += 4
        assert await asked(gate, FAR, 5) == 2

    in_loop(work)


def test_the_memory_of_callers_is_bounded() -> None:
    rates = Rates(clock=Clock())
    for number in range(10_000):
        rates.take(str(number))
    assert len(rates._buckets) == 4096


class Blocking:
    """An iterator that blocks until it is let go, and notes what becomes of it."""

    def __init__(self, count: int = 3) -> None:
        self.go, self.entered = threading.Event(), threading.Event()
        self.threads: set[str] = set()
        self.closed = False
        self.left = count

    def __iter__(self) -> Iterator[int]:
        try:
            for number in range(self.left):
                self.threads.add(threading.current_thread().name)
                self.entered.set()
                self.go.wait(20)
                yield number
        finally:
            self.closed = True


def test_a_blocking_iterator_is_stepped_through_beside_the_loop() -> None:
    async def work() -> None:
        blocking, gate = Blocking(), Gate()
        blocking.go.set()
        items = [item async for item in gate.stepped(iter(blocking))]
        assert items == [0, 1, 2] and blocking.closed
        assert all(name.startswith("dateline-answer") for name in blocking.threads)

    in_loop(work)


def test_an_error_of_the_iterator_comes_through() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError

    async def work() -> None:
        with pytest.raises(ZeroDivisionError):
            async for _ in Gate().stepped(failing()):
                pass

    in_loop(work)


def test_who_stops_early_closes_the_iterator() -> None:
    async def work() -> None:
        blocking, gate = Blocking(), Gate()
        blocking.go.set()
        async with aclosing(gate.stepped(iter(blocking))) as steps:
            async for _ in steps:
                break
        assert blocking.closed and not gate._running

    in_loop(work)


def test_who_is_cancelled_in_a_step_waits_until_the_iterator_is_closed() -> None:
    async def work() -> None:
        blocking, gate = Blocking(), Gate(running=1)

        async def consume() -> None:
            async with gate.turn(LOCAL), aclosing(gate.stepped(iter(blocking))) as steps:
                async for _ in steps:
                    pass

        task = asyncio.create_task(consume())
        while not blocking.entered.is_set():
            await asyncio.sleep(0.001)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0.01)
        assert not task.done() and not blocking.closed
        blocking.go.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert blocking.closed and not gate._running
        async with gate.turn(LOCAL):
            pass

    in_loop(work)


def test_a_model_that_stalls_is_let_go_at_once() -> None:
    ended = threading.Event()

    def answers() -> Iterator[int]:
        try:
            yield from limited(lambda: iter(Blocking()), 3600)
        except DeadlineError:
            ended.set()
            raise

    async def work() -> None:
        gate = Gate()

        async def consume() -> None:
            async with aclosing(gate.stepped(answers())) as steps:
                async for _ in steps:
                    pass

        task = asyncio.create_task(consume())
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended.is_set()

    in_loop(work)


def test_closing_the_gate_stops_what_runs() -> None:
    async def work() -> None:
        gate = Gate()
        async with AsyncExitStack() as stack:
            steps = gate.stepped(limited(lambda: iter(Blocking()), 3600))
            await stack.enter_async_context(aclosing(steps))
            task = asyncio.ensure_future(anext(steps))
            await asyncio.sleep(0.1)
            gate.close()
            with pytest.raises(DeadlineError):
                await task

    in_loop(work)
