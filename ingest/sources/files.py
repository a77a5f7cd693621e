"""Files and folders: which files there are, and their bytes within limits."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from ingest.article import Failure
from ingest.errors import UnreadableError

ARTICLE_BYTES = 10 * 1024 * 1024  # one article; the longest newspaper pieces are under 1 MB
EXPORT_BYTES = 512 * 1024 * 1024  # a JSON document is held in memory; JSON lines are not


@dataclass(frozen=True)
class SourceFile:
    """A file to read. `name` is the path as the user gave it; `named`: it was not merely found."""

    path: Path
    name: str
    kind: str  # its ending without .gz, in lower case: ".json" of "a.JSON.gz"
    named: bool

    @property
    def key(self) -> str:
        """The same for the same file, from wherever it is named."""
        return printable(str(self.path.resolve()))

    def open(self) -> IO[bytes]:
        """Its decompressed bytes."""
        if _is_gzip(self.path):
            return cast("IO[bytes]", gzip.open(self.path))
        return self.path.open("rb")

    def data(self, limit: int = ARTICLE_BYTES) -> bytes:
        """All decompressed bytes.

        Raises:
            UnreadableError: empty, damaged, or more than `limit` bytes.
        """
        try:
            with self.open() as stream:
                data = stream.read(limit + 1)
        except (gzip.BadGzipFile, zlib.error) as error:
            raise UnreadableError(f"its gzip data are damaged: {error}") from error
        if len(data) > limit:
            size = f"{limit // 1024 // 1024} MB"
            raise UnreadableError(f"it is larger than the {size} that one such file may have")
        if not data.strip():
            raise UnreadableError("it is empty")
        return data

    def lines(self) -> Iterator[bytes]:
        """Its lines; one longer than an article may be is cut, and so will not parse.

        Raises:
            UnreadableError: the gzip data are damaged.
        """
        try:
            with self.open() as stream:
                while line := stream.readline(ARTICLE_BYTES):
                    yield line
                    while len(line) == ARTICLE_BYTES and not line.endswith(b"\n"):
                        line = stream.readline(ARTICLE_BYTES)
        except (gzip.BadGzipFile, zlib.error) as error:
            raise UnreadableError(f"its gzip data are damaged: {error}") from error


def walk(path: Path, name: str, kinds: Collection[str]) -> Iterator[SourceFile | Failure]:
    """The readable files at `path`: itself, or those below it, sorted; hidden ones skipped."""
    try:
        yield from _walk(path, name, kinds)
    except OSError as error:
        yield Failure(name, f"it cannot be read: {error.strerror or error}")


def _walk(path: Path, name: str, kinds: Collection[str]) -> Iterator[SourceFile | Failure]:
    if path.is_dir():
        for child in sorted(path.iterdir()):
            yield from _child(child, str(Path(name) / child.name), kinds)
    elif not path.exists():
        yield Failure(name, "there is no such file or folder")
    elif not path.is_file():
        yield Failure(name, "it is not a regular file")
    elif _kind(path) not in kinds:
        known = ", ".join(sorted(kinds))
        yield Failure(name, f"files of this kind cannot be read; known are {known}, also with .gz")
    else:
        yield SourceFile(path, printable(name), _kind(path), named=True)


def _child(path: Path, name: str, kinds: Collection[str]) -> Iterator[SourceFile | Failure]:
    if path.name.startswith("."):
        return
    if path.is_dir():
        # A link to a folder may lead out of it, or round in a circle; an archive holds no sources.
        if not path.is_symlink() and not (path / "catalog.sqlite3").exists():
            yield from walk(path, name, kinds)
    elif path.is_file() and _kind(path) in kinds:
        yield SourceFile(path, printable(name), _kind(path), named=False)


def printable(name: str) -> str:
    """A file's name as text: bytes of it that are no UTF-8 are shown as escapes."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _kind(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"
