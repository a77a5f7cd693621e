"""The files that a source stands for, and their bytes, wherever these are: on the disk, in a zip
archive, in memory.

Where no ending says what kind of file some bytes are, a look at them does.
"""

from __future__ import annotations

import glob
import gzip
import hashlib
import io
import os
import re
import sys
import zipfile
import zlib
from codecs import BOM_UTF8
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO, TypeVar, cast

from ingest.article import Failure
from ingest.errors import UnreadableError
from ingest.sources.fields import known_fields
from ingest.text import decode

ARTICLE_BYTES = 10 * 1024 * 1024  # one article; the longest newspaper pieces are under 1 MB
DOCUMENT_BYTES = 100 * 1024 * 1024  # of an office or of mail: pictures make them large
EXPORT_BYTES = 512 * 1024 * 1024  # a JSON document is held in memory; JSON lines are not
BOMB_RATIO = 200  # text compresses 3 to 10 times, repeated markup 50 times, a bomb 1,000 times
BOMB_BYTES = ARTICLE_BYTES  # less than this hurts nobody, whatever its ratio
T = TypeVar("T")
_PIECE = 1024 * 1024
_HEAD = 4096  # bytes by which the kind of a file is told


@dataclass(frozen=True)
class Content:
    """Where a file's bytes come from, as stored; reading processes get it, too.

    Args:
        at: a file on the disk; or bytes in memory, of standard input or from a web server.
        member: its place in the zip archive that lies there: two files of one may share a name.
    """

    at: Path | bytes
    member: int | None = None

    @property
    def size(self) -> int:
        if self.member is not None:
            return opened_zip(self.at).infolist()[self.member].file_size
        return self.at.stat().st_size if isinstance(self.at, Path) else len(self.at)

    def open(self) -> IO[bytes]:
        if self.member is not None:
            archive = opened_zip(self.at)
            info = archive.infolist()[self.member]
            return _measured(archive.open(info), info.compress_size)
        return self.at.open("rb") if isinstance(self.at, Path) else io.BytesIO(self.at)


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
        return cls(printable(name), kind_of(path.name), key, Content(path), named)

    @classmethod
    def of_bytes(cls, data: bytes, name: str, kind: str, url: str | None = None) -> SourceFile:
        """A file that is known under its name only, such as a web address."""
        return cls(name, kind, name, Content(data), url=url)

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
    return Path(name.lower().removesuffix(".gz")).suffix


@lru_cache(maxsize=2)
def opened_zip(at: Path | bytes) -> zipfile.ZipFile:
    """The zip archive, kept open: its directory is read once, not once for each of its files.

    Raises:
        zipfile.BadZipFile: it is none.
    """
    return zipfile.ZipFile(at if isinstance(at, Path) else io.BytesIO(at))


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


_MAGIC = ((b"%PDF-", ".pdf"), (b"{", ".json"), (b"[", ".json"))
_PROLOG = re.compile(r"\s+|<\?[^>]*\?>|<!--.*?-->|<!doctype(?:[^>\[]|\[[^\]]*\])*>", re.I | re.S)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([^\W\d][\w.-]*)")
_HEADER = re.compile(rb"\A(?:[A-Za-z][\w-]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3}")
_MAIL = re.compile(rb"^(?:from|received|mime-version|return-path|message-id):", re.I | re.M)
_CELL = 40  # characters of a column's name


def sniff(head: bytes) -> str:
    """The ending that files beginning like `head` have; ".txt" where nothing else fits.

    Args:
        head: the first few thousand bytes.
    """
    head = head.removeprefix(BOM_UTF8).lstrip()
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return ".docx" if b"word/" in head or b"[Content_Types].xml" in head else ".zip"
    if head.startswith(b"<"):
        return ".html" if root_name(head) in ("", "html") else ".xml"
    if _HEADER.match(head) and _MAIL.search(head):
        return ".mhtml" if b"multipart/related" in head.lower() else ".eml"
    # The first line of a table names columns: two fields of an article, and nothing long.
    first, end, _ = head.decode("utf-8", "replace").partition("\n")
    cells = first.split(max(",;\t|", key=first.count))
    known = known_fields(dict.fromkeys(cells, "x"))
    return ".csv" if end and len(known) > 1 and max(map(len, cells)) <= _CELL else ".txt"


def root_name(head: bytes) -> str:
    """The name of the first element without its prefix, in lower case; "" if there is none."""
    text = decode(head[:_HEAD], binary=True).lstrip("\ufeff")
    start, html = 0, False
    while match := _PROLOG.match(text, start):
        html = html or match[0][:14].lower() == "<!doctype html"
        start = match.end()
    root = _ROOT.match(text, start)
    return "html" if html else root[1].lower() if root else ""


ZIP = ".zip"
ZIP_FILES = 100_000
ZIP_BYTES = 100 * 1024 * 1024  # unpacked; what is smaller hurts nobody, whatever its ratio
_NO_FILE = "it is not a regular file"
_NOWHERE = "it is a link that leads nowhere"


def files_of(source: str, kinds: Collection[str]) -> Iterator[SourceFile | Failure]:
    """The readable files of `source`; those of a folder sorted, hidden ones skipped.

    Args:
        source: a path, a pattern with *, ? or [ ], or "-" for standard input.
        kinds: the endings that can be read.
    """
    walk = _Walk(frozenset(kinds) | {ZIP}, Path(source))
    return guarded(printable(source), walk.found(source))


def guarded(name: str, items: Iterator[T]) -> Iterator[T | Failure]:
    """`items`; what breaks them off is a Failure of that name."""
    try:
        yield from items
    except UnreadableError as error:
        yield Failure(name, str(error))
    except MemoryError:
        yield Failure(name, "it does not fit into memory")
    except (OSError, EOFError) as error:
        yield Failure(name, f"it cannot be read: {getattr(error, 'strerror', None) or error}")
    except Exception as error:  # what is hostile may break a parser of others; it costs itself only
        yield Failure(name, f"it cannot be read: {type(error).__name__}: {str(error)[:120]}")


class _Walk:
    """One walk below `root`, where links may not lead out of."""

    def __init__(self, kinds: frozenset[str], root: Path) -> None:
        self._kinds = kinds
        self._root = root

    def found(self, source: str) -> Iterator[SourceFile | Failure]:
        if source == "-":
            data = sys.stdin.buffer.read(EXPORT_BYTES + 1)
            digest = hashlib.sha256(data).hexdigest()[:16]
            file = SourceFile("standard input", "", f"standard input {digest}", Content(data))
            yield from self._unpacked(replace(file, kind=sniff(file.beginning())))
        elif not Path(source).exists() and glob.has_magic(source):
            yield from self.matches(source)
        else:
            yield from self.named(Path(source), source)

    def named(self, path: Path, name: str) -> Iterator[SourceFile | Failure]:
        if path.is_dir():
            yield from self._folder(path, name)
            return
        if not path.is_file():
            raise UnreadableError(_NO_FILE if path.exists() else "there is no such file or folder")
        file = SourceFile.of_path(path, name)
        file = file if file.kind else replace(file, kind=sniff(file.beginning()))
        if file.kind not in self._kinds:
            known = ", ".join(sorted(self._kinds))
            raise UnreadableError(
                f"files of this kind cannot be read; known are {known}, also with .gz"
            )
        yield from self._unpacked(file)

    def matches(self, pattern: str) -> Iterator[SourceFile | Failure]:
        found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207  absolute ones too
        if not found:
            raise UnreadableError("no file matches this pattern")
        for name in found:
            self._root = Path(name).parent
            yield from self._child(Path(name), name)

    def _unpacked(self, file: SourceFile) -> Iterator[SourceFile | Failure]:
        """The file itself, or the files inside when it is a zip archive."""
        yield from guarded(file.name, self.members(file)) if file.kind == ZIP else (file,)

    def members(self, file: SourceFile) -> Iterator[SourceFile | Failure]:
        try:
            members = opened_zip(file.content.at).infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise UnreadableError(f"its zip archive is damaged: {error}") from error
        if len(members) > ZIP_FILES:
            reason = f"more than {ZIP_FILES:,} are not read at once"
            raise UnreadableError(f"it holds {len(members):,} files; {reason}")
        packed, unpacked = file.content.size, sum(member.file_size for member in members)
        if unpacked > ZIP_BYTES and unpacked > BOMB_RATIO * packed:
            reason = f"{packed:,} bytes would unpack to {unpacked:,}"
            raise UnreadableError(f"it is a decompression bomb: {reason}")
        for place, member in enumerate(members):
            name, kind = f"{file.name}/{printable(member.filename)}", kind_of(member.filename)
            parts = PurePosixPath(member.filename).parts
            # ".." leads nowhere, since nothing is unpacked to the disk.
            hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)
            if member.is_dir() or hidden or kind not in self._kinds:
                continue
            if kind == ZIP:
                yield Failure(name, "an archive inside an archive is not opened; unpack it first")
            elif member.flag_bits & 1:
                yield Failure(name, "it is encrypted; unpack it with its password first")
            else:
                content, key = Content(file.content.at, place), f"{file.key}/{member.filename}"
                yield SourceFile(name, kind, key, content, named=False)

    def _folder(self, path: Path, name: str) -> Iterator[SourceFile | Failure]:
        for child in sorted(path.iterdir()):
            yield from self._child(child, str(Path(name) / child.name))

    def _child(self, path: Path, name: str) -> Iterator[SourceFile | Failure]:
        if path.name.startswith("."):
            return
        if path.is_dir():
            # A link to a folder may lead round in a circle; an archive holds no sources.
            if not path.is_symlink() and not (path / "catalog.sqlite3").exists():
                yield from guarded(printable(name), self._folder(path, name))
        elif kind_of(path.name) in self._kinds:
            target = Path(os.path.realpath(path))  # resolve() raises for a link to itself
            if path.is_symlink() and not target.is_relative_to(os.path.realpath(self._root)):
                reason = "it is a link that leads out of the folder"
                yield Failure(printable(name), f"{reason}; name the file itself to read it")
            elif not path.is_file():
                yield Failure(printable(name), _NO_FILE if path.exists() else _NOWHERE)
            else:
                yield from self._unpacked(SourceFile.of_path(path, name, named=False))
