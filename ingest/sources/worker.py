"""A process that reads files for another, which may kill it at any time; see workers.py.

Takes pickled SourceFiles on standard input; gives pickled lists of items on standard output, and
None behind the last of a file. Only its own parent speaks to it, so pickle is safe here.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.sources.files import SourceFile

BATCH = 64  # items handed over at once, or what there is after …
PATIENCE = 1.0  # … so many seconds
LATE = 1  # the exit code of a process in which a file was not read in time
MEMORY = 2 * 1024**3  # bytes of address space: one hostile file shall not take the machine down


def main(seconds: float) -> None:
    """Serve until standard input ends, or until nothing has been read for so long."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to act on
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    gc.set_threshold(100_000, 50, 50)  # trees of pages are many objects and no circles
    asks = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library that prints breaks nothing
    # Not above: what it prints and takes is bounded, too.
    from ingest.sources.readers import read_file

    asked: SimpleQueue[SourceFile | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(asks, asked), daemon=True).start()
    ends = contextlib.suppress(BrokenPipeError, MemoryError)
    with ends, Path(os.devnull).open("w") as nowhere:
        for file in iter(asked.get, None):
            # A thread outside of Python ends the process, whatever hangs; its exit code is LATE.
            faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
            for batch in _batches(read_file(file)):
                _send(batch, answers)
                faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
            _send(None, answers)


def _listen(asks: IO[bytes], asked: SimpleQueue[SourceFile | None]) -> None:
    """Takes what is asked for at once, so that whoever asks never waits for an answer meanwhile."""
    with contextlib.suppress(Exception):  # the end, or what is not to be understood
        while True:
            asked.put(pickle.load(asks))  # noqa: S301
    asked.put(None)


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
    faulthandler.cancel_dump_traceback_later()  # whoever takes it may take their time
    pickle.dump(value, answers, pickle.HIGHEST_PROTOCOL)
    answers.flush()
