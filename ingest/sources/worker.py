"""A process that reads files for another, which may kill it at any time; see workers.py.

Takes pickled SourceFiles on standard input; gives their items, pickled, on standard output, and
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
from pathlib import Path

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

    ends = contextlib.suppress(EOFError, pickle.UnpicklingError, BrokenPipeError, MemoryError)
    with ends, Path(os.devnull).open("w") as nowhere:
        while True:
            items = read_file(pickle.load(asks))  # noqa: S301
            while True:
                # A thread outside of Python ends the process, whatever hangs; its exit code is
                # LATE. Whoever takes an item may take their time.
                faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
                item = next(items, None)
                faulthandler.cancel_dump_traceback_later()
                pickle.dump(item, answers, pickle.HIGHEST_PROTOCOL)
                answers.flush()
                if item is None:
                    break
