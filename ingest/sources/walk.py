"""Which files a source stands for: a file, a folder, a pattern, a zip archive, standard input.

Where no ending says what kind of file some bytes are, a look at them does.
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
import sys
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ingest.article import Failure
from ingest.sources.fields import NAMES
from ingest.sources.files import (
    BOMB_RATIO,
    EXPORT_BYTES,
    Content,
    Held,
    Member,
    SourceFile,
    kind_of,
    opened_zip,
    printable,
)

_MAGIC = ((b"%PDF-", ".pdf"), (b"{", ".json"), (b"[", ".json"))
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_TAG = re.compile(rb"<(?:\?xml|[a-z][\w:.-]*[\s>/])", re.IGNORECASE)
_HEADER = re.compile(rb"\A(?:[A-Za-z][\w-]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3}")
_MAIL = re.compile(rb"^(?:from|received|mime-version|return-path|message-id):", re.I | re.M)
_FIELDS = frozenset(name for names in NAMES.values() for name in names)
_CELL = 40  # characters of a column's name
_BOM = b"\xef\xbb\xbf"


def sniff(head: bytes) -> str:
    """The ending that files beginning like `head` have; ".txt" where nothing else fits.

    Args:
        head: the first few thousand bytes.
    """
    head = head.removeprefix(_BOM).lstrip()
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return ".docx" if b"word/" in head or b"[Content_Types].xml" in head else ".zip"
    if head.startswith(b"<"):
        return ".html" if _HTML.search(head) or not _TAG.match(head) else ".xml"
    if _HEADER.match(head) and _MAIL.search(head):
        return ".mhtml" if b"multipart/related" in head.lower() else ".eml"
    return ".csv" if _is_table(head) else ".txt"


def _is_table(head: bytes) -> bool:
    """Whether the first line names columns: two fields of an article, and nothing long."""
    first, end, _ = head.partition(b"\n")
    delimiter = max((b",", b";", b"\t", b"|"), key=first.count)
    cells = [
        cell.strip(b" \t\r\"'").lower().decode("utf-8", "replace")
        for cell in first.split(delimiter)
    ]
    known = sum(re.sub(r"[\W_]", "", cell) in _FIELDS for cell in cells)
    return bool(end) and known > 1 and max(map(len, cells)) <= _CELL


STANDARD_INPUT = "-"
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
    try:
        if source == STANDARD_INPUT:
            data = sys.stdin.buffer.read(EXPORT_BYTES + 1)
            digest = hashlib.sha256(data).hexdigest()[:16]
            file = SourceFile("standard input", "", f"standard input {digest}", Held(data))
            yield from walk.unpacked(replace(file, kind=sniff(file.beginning())))
        elif not Path(source).exists() and glob.has_magic(source):
            yield from walk.matches(source)
        else:
            yield from walk.named(Path(source), source)
    except OSError as error:
        yield Failure(printable(source), f"it cannot be read: {error.strerror or error}")


class _Walk:
    """One walk below `root`, where links may not lead out of."""

    def __init__(self, kinds: frozenset[str], root: Path) -> None:
        self._kinds = kinds
        self._root = root

    def named(self, path: Path, name: str) -> Iterator[SourceFile | Failure]:
        if path.is_dir():
            yield from self._folder(path, name)
        elif not path.exists():
            yield Failure(printable(name), "there is no such file or folder")
        elif not path.is_file():
            yield Failure(printable(name), _NO_FILE)
        else:
            file = SourceFile.of_path(path, name)
            file = file if file.kind else replace(file, kind=sniff(file.beginning()))
            if file.kind in self._kinds:
                yield from self.unpacked(file)
                return
            known = ", ".join(sorted(self._kinds))
            yield Failure(
                file.name, f"files of this kind cannot be read; known are {known}, also with .gz"
            )

    def matches(self, pattern: str) -> Iterator[SourceFile | Failure]:
        found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207  absolute ones too
        if not found:
            yield Failure(printable(pattern), "no file matches this pattern")
        for name in found:
            self._root = Path(name).parent
            yield from self._child(Path(name), name)

    def unpacked(self, file: SourceFile) -> Iterator[SourceFile | Failure]:
        """The file itself, or the files inside when it is a zip archive."""
        if file.kind != ZIP:
            yield file
            return
        try:
            members = opened_zip(file.content).infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            yield Failure(file.name, f"its zip archive is damaged: {error}")
            return
        if len(members) > ZIP_FILES:
            reason = f"more than {ZIP_FILES:,} are not read at once"
            yield Failure(file.name, f"it holds {len(members):,} files; {reason}")
            return
        packed, unpacked = file.content.size, sum(member.file_size for member in members)
        if unpacked > ZIP_BYTES and unpacked > BOMB_RATIO * packed:
            reason = f"{packed:,} bytes would unpack to {unpacked:,}"
            yield Failure(file.name, f"it is a decompression bomb: {reason}")
            return
        for place, member in enumerate(members):
            yield from self._member(file, member, Member(file.content, place))

    def _folder(self, path: Path, name: str) -> Iterator[SourceFile | Failure]:
        try:
            children = sorted(path.iterdir())
        except OSError as error:
            yield Failure(printable(name), f"it cannot be read: {error.strerror or error}")
            return
        for child in children:
            yield from self._child(child, str(Path(name) / child.name))

    def _child(self, path: Path, name: str) -> Iterator[SourceFile | Failure]:
        if path.name.startswith("."):
            return
        if path.is_dir():
            # A link to a folder may lead round in a circle; an archive holds no sources.
            if not path.is_symlink() and not (path / "catalog.sqlite3").exists():
                yield from self._folder(path, name)
        elif kind_of(path.name) in self._kinds:
            target = Path(os.path.realpath(path))  # resolve() raises for a link to itself
            if path.is_symlink() and not target.is_relative_to(os.path.realpath(self._root)):
                reason = (
                    "it is a link that leads out of the folder; name the file itself to read it"
                )
                yield Failure(printable(name), reason)
            elif not path.is_file():
                yield Failure(printable(name), _NO_FILE if path.exists() else _NOWHERE)
            else:
                yield from self.unpacked(SourceFile.of_path(path, name, named=False))

    def _member(
        self, file: SourceFile, member: zipfile.ZipInfo, content: Content
    ) -> Iterator[SourceFile | Failure]:
        name, kind = f"{file.name}/{printable(member.filename)}", kind_of(member.filename)
        parts = PurePosixPath(member.filename).parts
        # ".." leads nowhere, since nothing is unpacked to the disk.
        hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)
        if member.is_dir() or hidden or kind not in self._kinds:
            return
        if kind == ZIP:
            yield Failure(name, "an archive inside an archive is not opened; unpack it first")
        elif member.flag_bits & 1:
            yield Failure(name, "it is encrypted; unpack it with its password first")
        else:
            yield SourceFile(name, kind, f"{file.key}/{member.filename}", content, named=False)
