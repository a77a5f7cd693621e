"""How a run stands, while it runs: a bar on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar

from ingest import sources
from ingest.gather import is_address
from ingest.run import Progress
from ingest.sources import SourceFile

EVERY = 100  # articles between two lines where there is no terminal
_BY_THE_LINE = frozenset({".jsonl", ".ndjson", ".csv", ".tsv"})
_COUNTED = 1024**3  # bytes; in a larger file the lines are not counted beforehand


class Shown(Protocol):
    """A display of progress."""

    def show(self, state: Progress) -> None: ...

    def close(self) -> None: ...


def progress_of(names: Iterable[str]) -> Shown:
    """The display that fits where standard error goes."""
    return _BarOnTerminal(list(names)) if sys.stderr.isatty() else _Lines()


class _Lines:
    """A line for every hundred articles."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def show(self, state: Progress) -> None:
        if state.done % EVERY == 0:
            print(_counts(state, self._started), file=sys.stderr, flush=True)

    def close(self) -> None: ...


class _BarOnTerminal:
    """A bar with rate and time left; without an end where a web address is read."""

    def __init__(self, names: list[str]) -> None:
        self._started = time.monotonic()
        columns = (
            SpinnerColumn(), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"),
            TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
        )  # fmt: skip
        self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        self._task = self._bar.add_task("counting …", total=None)
        self._bar.update(self._task, total=expected(names))

    def show(self, state: Progress) -> None:
        read = state.done + len(state.failed) + len(state.passed_over) + state.older
        self._bar.update(self._task, completed=read, description=_counts(state, self._started))

    def close(self) -> None:
        self._bar.stop()


def expected(names: Iterable[str]) -> int | None:
    """About how many articles the sources hold; None where that cannot be known beforehand."""
    total = 0
    for name in names:
        if is_address(name) or name == "-":
            return None
        for file in sources.files(name):
            total += _articles_in(file) if isinstance(file, SourceFile) else 1
    return total


def _articles_in(file: SourceFile) -> int:
    if file.kind not in _BY_THE_LINE or file.content.size > _COUNTED:
        return 1
    try:
        return max(1, sum(1 for line in file.lines() if line.strip()))
    except Exception:  # it will be reported when it is read
        return 1


def _counts(state: Progress, started: float) -> str:
    rate = state.done / max(0.001, time.monotonic() - started)
    return f"{state.done:,} articles: {stored_in_words(state)} ({rate:,.0f}/s)"


def stored_in_words(state: Progress) -> str:
    """ "3 added, 1 failed", so far."""
    names = ("added", "updated", "unchanged", "duplicate", "withdrawn")
    counts = [f"{state.results[name]:,} {name}" for name in names if state.results[name]]
    if state.failed:
        counts.append(f"{len(state.failed):,} failed")
    return ", ".join(counts)
