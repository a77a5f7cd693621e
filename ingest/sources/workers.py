"""Files read by several processes, in order; what hangs or crashes one costs itself only."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO

from ingest.article import Failure, Item
from ingest.sources.files import SourceFile
from ingest.sources.readers import read_file
from ingest.sources.worker import LATE

MOST_WORKERS = 8
# Formats whose libraries may never come back, or not soon.
_KILLABLE = frozenset({".pdf", ".docx", ".html", ".htm", ".xhtml", ".mhtml", ".mht", ".eml", ".xml",
                       ".nitf", ".newsml"})  # fmt: skip
_FEW_FILES = 4  # are read sooner than processes start, …
_FEW_BYTES = 2 * 1024 * 1024  # … if they are small
# Not `-m`, which would look into the current folder first.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from ingest.sources.worker import main; main(float(sys.argv[2]))"
)


class FileReader:
    """Reads files by processes, which are kept until it is closed; few small files without any.

    Args:
        workers: processes that read; default: one for each core.
        seconds: after which a file is given up from which nothing more comes.
    """

    def __init__(self, workers: int | None = None, seconds: float = 30.0) -> None:
        usable = getattr(os, "sched_getaffinity", None)
        cores = min(MOST_WORKERS, len(usable(0)) if usable else os.cpu_count() or 1)
        self._workers = [_Worker(seconds) for _ in range(workers or cores)]

    def read(self, files: Iterable[SourceFile | Failure]) -> Iterator[Item]:
        """Every article of `files`, in their order, and what could not be read."""
        rest = iter(files)
        first = list(itertools.islice(rest, _FEW_FILES + 1))
        if len(first) <= _FEW_FILES and not any(map(_needs_worker, first)):
            for file in first:
                yield from [file] if isinstance(file, Failure) else read_file(file)
            return
        # Each process has one file at a time, so that neither side ever waits for the other to
        # take what it has to say.
        asked: deque[Iterator[Item]] = deque()
        turns = zip(itertools.chain(first, rest), itertools.cycle(self._workers), strict=False)
        try:
            for file, worker in turns:
                if len(asked) == len(self._workers):
                    yield from asked.popleft()
                asked.append(iter([file]) if isinstance(file, Failure) else worker.ask(file))
            while asked:
                yield from asked.popleft()
        except BaseException:  # whoever asked waits no longer, and the answers would be in the way
            self.close()
            raise

    def close(self) -> None:
        """End all processes, also in the midst of a file."""
        for worker in self._workers:
            worker.close()


def _needs_worker(file: SourceFile | Failure) -> bool:
    if isinstance(file, Failure):
        return False
    try:
        return file.kind in _KILLABLE or file.content.size > _FEW_BYTES
    except OSError:
        return False


class _Worker:
    """A process that reads files, begun when it is asked; see ingest/sources/worker.py."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: IO[bytes] = BytesIO()

    def ask(self, file: SourceFile) -> Iterator[Item]:
        """Its items, to be taken before the process is asked again; a Failure behind them when it
        hung or crashed over the file."""
        with contextlib.suppress(OSError):  # the answer that is due will tell
            if self._process is None:
                self._process = subprocess.Popen(  # noqa: S603  our own interpreter and code
                    [sys.executable, "-c", _START, json.dumps(sys.path), str(self._seconds)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
                assert self._process.stdout
                self._answers = self._process.stdout
            assert self._process.stdin
            pickle.dump(file, self._process.stdin)
            self._process.stdin.flush()
        return self._answered(file)

    def _answered(self, file: SourceFile) -> Iterator[Item]:
        try:
            while (item := pickle.load(self._answers)) is not None:  # noqa: S301
                yield item
        except (OSError, EOFError, pickle.UnpicklingError):
            reason = "the process that read it crashed or ran out of memory"
            if self.close() == LATE:
                reason = f"it was not read within {self._seconds:.0f} s"
            yield Failure(file.name, reason)

    def close(self) -> int | None:
        """End the process; its exit code."""
        process, self._process, self._answers = self._process, None, BytesIO()
        if process is None:
            return None
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # what was not yet sent is lost with the process
                pipe and pipe.close()
        return process.wait()
