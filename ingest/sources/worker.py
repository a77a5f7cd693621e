"""A process that reads files for another, which may kill it at any time; see workers.py.

Takes pickled SourceFiles on standard input; gives pickled lists of items on standard output, and
None behind the last of a file. Only its own parent speaks to it, so pickle is safe here.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from typing import IO

BATCH = 64  # items handed over at once, or what there is after …
PATIENCE = 1.0  # … so many seconds
ORPHANED = 300  # seconds without an item
MEMORY = 2 * 1024**3  # bytes of address space: one hostile file shall not take the machine down


def main() -> None:
    """Serve until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to act on
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    gc.set_threshold(100_000, 50, 50)  # trees of pages are many objects and no circles
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library that prints breaks nothing
    # Not above: what it prints and takes is bounded, too.
    from ingest.sources.readers import read_file

    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            file = pickle.load(sys.stdin.buffer)  # noqa: S301
            _limit_seconds(ORPHANED)
            for batch in _batches(read_file(file)):
                _send(batch, answers)
                _limit_seconds(ORPHANED)
            _send(None, answers)


def _batches(items: Iterable[object]) -> Iterator[list[object]]:
    batch: list[object] = []
    started = time.monotonic()
    for item in items:
        batch.append(item)
        if len(batch) >= BATCH or time.monotonic() - started > PATIENCE:
            yield batch
            batch, started = [], time.monotonic()
    if batch:
        yield batch


def _send(value: object, answers: IO[bytes]) -> None:
    _limit_seconds(0)  # whoever takes it may take their time
    pickle.dump(value, answers, pickle.HIGHEST_PROTOCOL)
    answers.flush()


def _limit_seconds(seconds: int) -> None:
    """The parent ends what hangs long before; this is for a worker whose parent was killed."""
    if hasattr(signal, "alarm"):  # not on Windows
        signal.alarm(seconds)  # nothing catches it: the system itself ends the process
