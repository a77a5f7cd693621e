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

SECONDS = 30.0  # without anything read, after which a file is given up
MOST_WORKERS = 8
# Formats whose libraries may never come back, or not soon.
_KILLABLE = frozenset({".pdf", ".docx", ".html", ".htm", ".xhtml", ".mhtml", ".mht", ".eml", ".xml",
                       ".nitf", ".newsml"})  # fmt: skip
_FEW_FILES = 4  # are read sooner than processes start, …
_FEW_BYTES = 2 * 1024 * 1024  # … if they are small
_AHEAD = 4  # files a worker that are read before they are asked for
# Not `-m`, which would look into the current folder first.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from ingest.sources.worker import main; main(float(sys.argv[2]))"
)


def read_files(
    files: Iterable[SourceFile | Failure], workers: int | None = None, seconds: float = SECONDS
) -> Iterator[Item]:
    """Every article of `files`, in their order, and what could not be read.

    Args:
        workers: processes that read; default: one for each core. Few small files are read here.
        seconds: after which a file is given up from which nothing more comes.
    """
    rest = iter(files)
    first = list(itertools.islice(rest, _FEW_FILES + 1))
    if len(first) <= _FEW_FILES and not any(map(_needs_worker, first)):
        for file in first:
            yield from [file] if isinstance(file, Failure) else read_file(file)
        return
    usable = getattr(os, "sched_getaffinity", None)
    cores = min(MOST_WORKERS, len(usable(0)) if usable else os.cpu_count() or 1)
    pool = _Pool(workers or cores, seconds)
    try:
        yield from pool.read(itertools.chain(first, rest))
    finally:
        pool.close()


class FileReader:
    """Reads files one by one, each as `read_files` does, with a process that is kept."""

    def __init__(self) -> None:
        self._pool: _Pool | None = None

    def read(self, file: SourceFile) -> Iterator[Item]:
        if not _needs_worker(file):
            yield from read_file(file)
            return
        self._pool = self._pool or _Pool(1, SECONDS)
        yield from self._pool.read([file])

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()


def _needs_worker(file: SourceFile | Failure) -> bool:
    if isinstance(file, Failure):
        return False
    try:
        return file.kind in _KILLABLE or file.content.size > _FEW_BYTES
    except OSError:
        return False


class _Pool:
    """Processes that read: each is asked for some files beforehand and answers in their order."""

    def __init__(self, workers: int, seconds: float) -> None:
        self._workers = [_Worker(seconds) for _ in range(workers)]

    def read(self, files: Iterable[SourceFile | Failure]) -> Iterator[Item]:
        turns = zip(files, itertools.cycle(self._workers), strict=False)
        waiting: deque[tuple[SourceFile | Failure, _Worker]] = deque()
        while True:
            for file, worker in itertools.islice(turns, _AHEAD * len(self._workers) - len(waiting)):
                waiting.append((file, worker))
                if isinstance(file, SourceFile):
                    worker.ask(file)
            if not waiting:
                return
            file, worker = waiting.popleft()
            yield from [file] if isinstance(file, Failure) else worker.answer()

    def close(self) -> None:
        """End all workers, also in the midst of a file."""
        for worker in self._workers:
            worker.close()


class _Worker:
    """A process that reads files, begun when it is asked; see ingest/sources/worker.py."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._asked: deque[SourceFile] = deque()
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: IO[bytes] = BytesIO()

    def ask(self, file: SourceFile) -> None:
        self._asked.append(file)
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

    def answer(self) -> Iterator[Item]:
        """The items of the file that it was asked for first; a Failure behind them when the process
        hung or crashed over it."""
        file = self._asked.popleft()
        try:
            while (batch := pickle.load(self._answers)) is not None:  # noqa: S301
                yield from batch
        except (OSError, EOFError, pickle.UnpicklingError):
            reason = "the process that read it crashed or ran out of memory"
            if self.close() == LATE:
                reason = f"it was not read within {self._seconds:.0f} s"
            yield Failure(file.name, reason)
            asked, self._asked = self._asked, deque()
            for later in asked:
                self.ask(later)
        except BaseException:  # whoever asked waits no longer, and the answer would be in the way
            self.close()
            raise

    def close(self) -> int | None:
        """End the process; its exit code."""
        process, self._process = self._process, None
        if process is None:
            return None
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # what was not yet sent is lost with the process
                pipe and pipe.close()
        return process.wait()
