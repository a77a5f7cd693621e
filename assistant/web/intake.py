"""Articles put in while the server runs: with progress, and at most two runs at once."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from assistant.web.busy import BusyError
from assistant.web.uploads import Upload, store_uploads
from ingest.archive import Archive
from ingest.errors import SettingError
from ingest.run import Progress, Report, ingest

__all__ = ["Upload", "store_uploads", "take_in", "web_addresses"]

AT_ONCE = 2
MOST_ADDRESSES = 100  # of one call
_EVERY = 0.25  # seconds between two states of progress
_places = threading.BoundedSemaphore(AT_ONCE)


def web_addresses(given: Sequence[str]) -> list[str]:
    """Raises:
    SettingError: one of them is no web address: a caller from the network names no files here.
    """
    addresses = [address.strip() for address in given if address.strip()]
    wrong = [each for each in addresses if not each.lower().startswith(("http://", "https://"))]
    if wrong:
        raise SettingError(f"{wrong[0][:80]!r} is no web address. Write it as https://…")
    if not 0 < len(addresses) <= MOST_ADDRESSES:
        raise SettingError(f"Give between 1 and {MOST_ADDRESSES} addresses at once.")
    return addresses


async def take_in(
    archive: Archive,
    sources: Sequence[str | Path],
    since: date | str | None = None,
    limit: int | None = None,
) -> AsyncGenerator[Progress | Report, None]:
    """Ingest in a thread: a copy of its progress now and then, the report at the end.

    Whoever stops listening (use `contextlib.aclosing`) stops the run: what was read is stored.

    Raises:
        BusyError: two are running.
        DatelineError: as for `ingest`.
    """
    if not _places.acquire(blocking=False):
        raise BusyError("Others are adding articles at the moment. Try again in a minute.", 30)
    run = _Run(asyncio.get_running_loop())
    names = [str(source) for source in sources]

    def work() -> Report:
        try:
            return ingest(
                names, archive, since=since, limit=limit, progress=run.show, stop=run.stop
            )
        finally:
            _places.release()

    run.start(work)
    try:
        while not isinstance(state := await run.next(), Report):
            yield state
        yield state
    finally:
        run.stop.set()


class _Run:
    """One ingest in a thread of its own; the loop hears of it through a queue."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.stop = threading.Event()
        self._loop = loop
        self._told: asyncio.Queue[Progress | Report | BaseException] = asyncio.Queue()
        self._shown = 0.0

    def start(self, work: Callable[[], Report]) -> None:
        def run() -> None:
            try:
                self._tell(work())
            except BaseException as error:
                self._tell(error)

        threading.Thread(target=run, name="dateline-intake", daemon=True).start()

    def show(self, state: Progress) -> None:
        if time.monotonic() - self._shown >= _EVERY:
            self._shown = time.monotonic()
            self._tell(_copy(state))

    async def next(self) -> Progress | Report:
        state = await self._told.get()
        if isinstance(state, BaseException):
            raise state
        return state

    def _tell(self, state: Progress | Report | BaseException) -> None:
        try:
            self._loop.call_soon_threadsafe(self._told.put_nowait, state)
        except RuntimeError:  # the server has ended
            self.stop.set()


def _copy(state: Progress) -> Progress:
    return replace(
        state,
        results=Counter(state.results),
        failed=list(state.failed),
        passed_over=list(state.passed_over),
    )
