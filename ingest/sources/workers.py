"""Files read by several processes, in order; what hangs or crashes one costs itself only."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from ingest.article import Failure, Item
from ingest.sources.files import SourceFile
from ingest.sources.readers import read_file

SECONDS = 30.0  # without anything read, after which a file is given up
MOST_WORKERS = 8
# Formats whose libraries may never come back, or not soon.
_KILLABLE = frozenset({".pdf", ".docx", ".html", ".htm", ".xhtml", ".mhtml", ".mht", ".eml", ".xml",
                       ".nitf", ".newsml"})  # fmt: skip
_FEW_FILES = 4  # are read sooner than processes start, …
_FEW_BYTES = 2 * 1024 * 1024  # … if they are small
_AHEAD = 4  # files a worker that are read before they are asked for
_BATCHES = 4  # of one file that wait to be taken
_TICK = 0.2  # seconds
# Not `-m`, which would look into the current folder first.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from ingest.sources.worker import main; main()"
)

Batch = list[Item]


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
    """Threads that each speak to a worker process of their own."""

    def __init__(self, workers: int, seconds: float) -> None:
        self._seconds = seconds
        self._ahead = workers * _AHEAD
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="dateline-reader")
        self._own = threading.local()
        self._workers: list[_Worker] = []
        self._closed = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def read(self, files: Iterable[SourceFile | Failure]) -> Iterator[Item]:
        rest = iter(files)
        waiting = deque(map(self._start, itertools.islice(rest, self._ahead)))
        while waiting:
            yield from waiting.popleft().items()
            waiting.extend(map(self._start, itertools.islice(rest, 1)))

    def close(self) -> None:
        """End all workers, also in the midst of a file."""
        self._closed.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in list(self._workers):
            worker.kill()
        self._threads.shutdown(wait=True)
        for worker in self._workers:
            worker.close()

    def _start(self, file: SourceFile | Failure) -> _Job:
        job = _Job(self._closed)
        if isinstance(file, Failure):
            job.put([file])
            job.put(None)
        else:
            self._threads.submit(self._read, file, job)
        return job

    def _read(self, file: SourceFile, job: _Job) -> None:
        try:
            # This thread's worker, a new one where the last has ended.
            worker: _Worker | None = getattr(self._own, "worker", None)
            if worker is None or not worker.alive:
                worker = self._own.worker = _Worker(self._seconds)
                self._workers.append(worker)
            if self._closed.is_set():  # set before workers are killed, so one of both sees this one
                worker.kill()
            for batch in worker.read(file):
                job.put(batch)
        except Exception as error:  # a thread's error would vanish, and the reader wait for ever
            job.put([Failure(file.name, f"it cannot be read: {type(error).__name__}: {error}")])
        finally:
            job.put(None)

    def _watch(self) -> None:
        while not self._closed.wait(_TICK):
            for worker in list(self._workers):
                worker.kill_if_stuck()


class _Job:
    """One file on its way: batches of its items, and None behind the last."""

    def __init__(self, closed: threading.Event) -> None:
        self._closed = closed
        self._batches: queue.Queue[Batch | None] = queue.Queue(_BATCHES)

    def put(self, batch: Batch | None) -> None:
        """Waits while many batches wait to be taken, unless the pool is closed."""
        while not self._closed.is_set():
            with contextlib.suppress(queue.Full):
                self._batches.put(batch, timeout=_TICK)
                return

    def items(self) -> Iterator[Item]:
        while (batch := self._batches.get()) is not None:
            yield from batch


class _Worker:
    """A process that reads files; see ingest/sources/worker.py."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._due: float | None = None  # when it is stuck, if nothing has come by then
        self._stuck = False
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter and code
            [sys.executable, "-c", _START, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdin and self._process.stdout
        self._asked, self._answers = self._process.stdin, self._process.stdout

    @property
    def alive(self) -> bool:
        return not self._stuck and self._process.poll() is None

    def read(self, file: SourceFile) -> Iterator[Batch]:
        """The items of a file; a Failure behind them when the process hung or crashed over it."""
        try:
            self._due = time.monotonic() + self._seconds
            pickle.dump(file, self._asked)
            self._asked.flush()
            while (batch := pickle.load(self._answers)) is not None:  # noqa: S301
                self._due = None  # whoever takes the batch may take their time
                yield batch
                self._due = time.monotonic() + self._seconds
        except (OSError, EOFError, pickle.UnpicklingError):
            reason = "the process that read it crashed or ran out of memory"
            if self._stuck:
                reason = f"it was not read within {self._seconds:.0f} s"
            yield [Failure(file.name, reason)]
            self.close()
        finally:
            self._due = None

    def kill_if_stuck(self) -> None:
        due = self._due
        if due is not None and time.monotonic() > due:
            self._stuck = True
            self.kill()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        self.kill()
        for pipe in (self._asked, self._answers):
            with contextlib.suppress(OSError):  # what was not yet sent is lost with the process
                pipe.close()
