"""A file to read, wherever its bytes are: on the disk, in a zip archive, in memory."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Protocol, cast

from ingest.errors import UnreadableError

ARTICLE_BYTES = 10 * 1024 * 1024  # one article; the longest newspaper pieces are under 1 MB
EXPORT_BYTES = 512 * 1024 * 1024  # a JSON document is held in memory; JSON lines are not
BOMB_RATIO = 200  # text compresses 3 to 10 times, repeated markup 50 times, a bomb 1,000 times
BOMB_BYTES = ARTICLE_BYTES  # less than this hurts nobody, whatever its ratio
_PIECE = 1024 * 1024
_HEAD = 4096  # bytes by which the kind of a file is told


class Content(Protocol):
    """Where a file's bytes come from. Hashable and picklable: workers read files, too."""

    @property
    def size(self) -> int:
        """Bytes, as stored."""

    def open(self) -> IO[bytes]:
        """The bytes; those of a gzip file are still compressed."""

    def __hash__(self) -> int: ...


@dataclass(frozen=True)
class Disk:
    """A file on the disk."""

    path: Path

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def open(self) -> IO[bytes]:
        return self.path.open("rb")


@dataclass(frozen=True)
class Held:
    """Bytes in memory: standard input, or what a web server sent."""

    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def open(self) -> IO[bytes]:
        return io.BytesIO(self.data)


@dataclass(frozen=True)
class Member:
    """A file inside a zip archive."""

    archive: Content
    place: int  # among the archive's members: two of them may have one name

    @property
    def size(self) -> int:
        return opened_zip(self.archive).infolist()[self.place].file_size

    def open(self) -> IO[bytes]:
        archive = opened_zip(self.archive)
        member = archive.infolist()[self.place]
        return _measured(archive.open(member), member.compress_size)


@dataclass(frozen=True)
class SourceFile:
    """A file to read. `name` is the path as the user gave it; `named`: it was not merely found."""

    name: str
    kind: str  # its ending without .gz, in lower case: ".json" of "a.JSON.gz"
    key: str  # the same for the same file, from wherever it is named
    content: Content
    named: bool = True
    url: str | None = None  # the address that it was fetched from

    @classmethod
    def of_path(cls, path: Path, name: str, named: bool = True) -> SourceFile:
        key = printable(str(path.resolve()))
        return cls(printable(name), kind_of(path.name), key, Disk(path), named)

    @classmethod
    def of_bytes(cls, data: bytes, name: str, kind: str, url: str | None = None) -> SourceFile:
        """A file that is known under its name only, such as a web address."""
        return cls(name, kind, name, Held(data), url=url)

    def open(self) -> IO[bytes]:
        """Its decompressed bytes. Reading a decompression bomb raises UnreadableError."""
        stream = self.content.open()
        if not self._is_gzip():
            return stream
        return _measured(cast("IO[bytes]", gzip.open(stream)), self.content.size)

    def beginning(self) -> bytes:
        """Its first few thousand bytes, decompressed; b"" where that cannot be done."""
        try:
            with self.open() as stream:
                return stream.read(_HEAD)
        except (OSError, EOFError, zlib.error, UnreadableError):
            return b""

    def data(self, limit: int = ARTICLE_BYTES) -> bytes:
        """All decompressed bytes.

        Raises:
            UnreadableError: empty, damaged, a bomb, or more than `limit` bytes.
        """
        if self.content.size > limit and not self._is_gzip():
            raise _too_large(limit)
        data = bytearray()
        with _unpacking(), self.open() as stream:
            while piece := stream.read(_PIECE):
                data += piece
                if len(data) > limit:
                    raise _too_large(limit)
        if not data.strip():
            raise UnreadableError("it is empty")
        return bytes(data)

    def lines(self) -> Iterator[bytes]:
        """Its lines; one longer than an article may be is cut, and so will not parse.

        Raises:
            UnreadableError: the compressed data are damaged, or a bomb.
        """
        with _unpacking(), self.open() as stream:
            while line := stream.readline(ARTICLE_BYTES):
                yield line
                while len(line) == ARTICLE_BYTES and not line.endswith(b"\n"):
                    line = stream.readline(ARTICLE_BYTES)

    def _is_gzip(self) -> bool:
        with self.content.open() as stream:
            return stream.read(2) == b"\x1f\x8b"


def printable(name: str) -> str:
    """A file's name as text: bytes of it that are no UTF-8 are shown as escapes."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def kind_of(name: str) -> str:
    """The ending that says how a file is read: ".json" of "a.JSON.gz", "" where there is none."""
    suffixes = [suffix.lower() for suffix in Path(name).suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


@lru_cache(maxsize=2)
def opened_zip(content: Content) -> zipfile.ZipFile:
    """The zip archive, kept open: its directory is read once, not once for each of its files.

    Raises:
        zipfile.BadZipFile: it is none.
    """
    return zipfile.ZipFile(content.open())


class _Measured(io.RawIOBase):
    """A decompressing stream that stops where no honest file goes on."""

    def __init__(self, stream: IO[bytes], packed: int) -> None:
        super().__init__()
        self._stream = stream
        self._most = max(BOMB_BYTES, BOMB_RATIO * packed)
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        piece = self._stream.read1(len(view))  # type: ignore[attr-defined]  # what is there before an early end
        view[: len(piece)] = piece
        self._given += len(piece)
        if self._given > self._most:
            raise UnreadableError("it is a decompression bomb: its few bytes unpack to very many")
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _measured(stream: IO[bytes], packed: int) -> IO[bytes]:
    return cast("IO[bytes]", io.BufferedReader(_Measured(stream, packed), _PIECE))


@contextmanager
def _unpacking() -> Iterator[None]:
    try:
        yield
    except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UnreadableError(f"its compressed data are damaged: {error}") from error
    except (RuntimeError, NotImplementedError) as error:  # zipfile's words for "encrypted"
        raise UnreadableError(f"it cannot be unpacked: {error}") from error


def _too_large(limit: int) -> UnreadableError:
    return UnreadableError(
        f"it is larger than the {limit // 1024 // 1024} MB that one such file may have"
    )
