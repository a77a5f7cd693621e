"""How many answers are made at once, and how often each caller may ask."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager
from contextvars import copy_context
from typing import TypeVar

import anyio

from assistant.web.door.caller import Caller
from assistant.write.deadline import stop_on
from ingest.errors import DatelineError

BUSY = "Many people are asking at the moment. Ask again in a few seconds."


class BusyError(DatelineError):
    """There is no room at the moment. `retry_after`: seconds."""

    def __init__(self, message: str = BUSY, retry_after: float = 3.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


_REMEMBERED = 4096  # callers


class Rates:
    """How often each caller may ask: so many times in a minute, and so many at once after a pause.
    Those who have not asked for longest are forgotten."""

    def __init__(
        self, a_minute: float = 30.0, burst: int = 10, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.a_minute = a_minute
        self._burst, self._clock = float(burst), clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, when

    def take(self, key: str) -> float:
        """0, or the seconds until the next token of this caller."""
        now, each = self._clock(), self.a_minute / 60
        tokens, then = self._buckets.pop(key, (self._burst, now))
        tokens = min(self._burst, tokens + (now - then) * each)
        allowed = tokens >= 1
        self._buckets[key] = (tokens - 1 if allowed else tokens, now)
        while len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else float(math.ceil((1 - tokens) / each))


T = TypeVar("T")
RUNNING, WAITING, PATIENCE = 4, 16, 1.5
_END = object()
_SPARE = 2  # threads for what ends while the next begins


class Gate:
    """Lets so many through at once. For one event loop.

    Args:
        running: answers that are made at once.
        waiting: callers that wait for one of them to end, each at most `patience` seconds.
        rates: how often one caller may ask.
    """

    def __init__(
        self,
        running: int = RUNNING,
        waiting: int = WAITING,
        patience: float = PATIENCE,
        rates: Rates | None = None,
    ) -> None:
        self._places = anyio.Semaphore(running, max_value=running)
        self._waiting = waiting
        self._patience = patience
        self._rates = rates or Rates()
        self._threads = ThreadPoolExecutor(running + _SPARE, thread_name_prefix="dateline-answer")
        self._running: set[threading.Event] = set()  # each stops what it belongs to

    @asynccontextmanager
    async def turn(self, caller: Caller) -> AsyncIterator[None]:
        """Be one of those who are answered, until the block ends.

        Raises:
            BusyError: too many are, or this caller asks too often.
        """
        if not caller.is_local and (wait := self._rates.take(caller.key)):
            raise BusyError(
                f"At most {self._rates.a_minute:g} questions a minute are answered for one person. "
                f"Ask again in {wait:.0f} seconds.",
                wait,
            )
        waiting = self._places.statistics().tasks_waiting
        if self._places.value == 0 and waiting >= self._waiting:
            raise BusyError
        with anyio.move_on_after(self._patience) as scope:
            await self._places.acquire()
        if scope.cancelled_caught:
            raise BusyError
        try:
            yield
        finally:
            self._places.release()

    async def stepped(self, iterator: Iterator[T]) -> AsyncGenerator[T, None]:
        """The items of an iterator that blocks; its steps are run in threads, one after the other.

        When the consumer stops (use `contextlib.aclosing`) or is cancelled, the iterator is told to
        stop and is closed, and this ends only when that is done: no thread stays busy.
        """
        stop = threading.Event()
        last: Future[object] | None = None
        shared = copy_context()  # of all steps
        shared.run(stop_on, stop)

        async def run(work: Callable[[], object]) -> object:
            nonlocal last
            last = self._threads.submit(shared.run, work)
            return await asyncio.wrap_future(last)

        async def end() -> None:
            stop.set()
            self._running.discard(stop)
            if last is not None and not last.cancelled():
                await asyncio.gather(asyncio.wrap_future(last), return_exceptions=True)
            if close := getattr(iterator, "close", None):
                await run(close)

        self._running.add(stop)
        try:
            while (item := await run(lambda: next(iterator, _END))) is not _END:
                yield item  # type: ignore[misc]
        finally:
            with anyio.CancelScope(shield=True):
                await _surely(asyncio.ensure_future(end()))

    async def once(self, caller: Caller, work: Callable[[], T]) -> T:
        """What comes of `work`, which blocks, in a turn of the caller. Errors: as for `turn`."""
        async with self.turn(caller), aclosing(self.stepped(do() for do in (work,))) as done:
            return await anext(done)

    def close(self) -> None:
        """Tell all that run to stop."""
        for stop in self._running:
            stop.set()


async def _surely(task: asyncio.Future[None]) -> None:
    """Wait until a task has ended, even if whoever waits is cancelled meanwhile."""
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:  # noqa: PERF203
            cancelled = error
    if cancelled is not None:
        raise cancelled
