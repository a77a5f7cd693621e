"""Files that do something to whoever reads them, for tests of the processes that read.

They stand in for `ingest.sources.files.Content`; the reading processes import them from here.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import IO

from ingest.article import Failure, Item
from ingest.sources.files import Content, SourceFile
from ingest.sources.workers import FileReader

STORY = "Ferry sails again\n\nThe ferry sailed again on Monday, with forty sheep on board.\n"


def read_files(
    files: Iterable[SourceFile | Failure], workers: int | None = None, seconds: float = 30.0
) -> Iterator[Item]:
    """The items of files, by processes that end with the last of them."""
    with closing(FileReader(workers, seconds)) as reader:
        yield from reader.read(files)


@dataclass(frozen=True)
class Text:
    """A plain file in memory that tells nothing but its number."""

    number: int = 0

    @property
    def data(self) -> bytes:
        return STORY.replace("Ferry", f"Ferry {self.number}").encode()

    @property
    def size(self) -> int:
        return len(self.data)

    def open(self) -> IO[bytes]:
        return io.BytesIO(self.data)


class Deadly(Text):
    """Kills its reader, as a parser does that runs into a fault of its own."""

    def open(self) -> IO[bytes]:
        os.kill(os.getpid(), signal.SIGKILL)
        return super().open()


class Leaving(Text):
    """Ends its reader in an orderly way."""

    def open(self) -> IO[bytes]:
        sys.exit(3)


class Endless(Text):
    """Is never read to its end."""

    def open(self) -> IO[bytes]:
        time.sleep(600)
        return super().open()


class Greedy(Text):
    """Wants more memory than a reader may have."""

    def open(self) -> IO[bytes]:
        return io.BytesIO(b"x" * (3 * 1024**3))


class Talking(Text):
    """Prints while it is read."""

    def open(self) -> IO[bytes]:
        print("a library says something")
        os.write(1, b"and something else\n")
        return super().open()


class Broken(Text):
    """Raises what no other process can load."""

    def open(self) -> IO[bytes]:
        class LocalError(Exception):
            pass

        raise LocalError("something local")


class Slow(Text):
    """Takes a while, but less than it may."""

    def open(self) -> IO[bytes]:
        time.sleep(0.3)
        return super().open()


class Telling(Text):
    """Its headline is the number of the process that reads it."""

    @property
    def data(self) -> bytes:
        return STORY.replace("Ferry", str(os.getpid())).encode()


def file(content: Content, name: str = "a", kind: str = ".txt") -> SourceFile:
    return SourceFile(name, kind, f"key of {name}", content)
