"""Files that people send, kept with the archive: the articles' sources."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from ingest.errors import ArchiveError

Upload = tuple[str, BinaryIO]  # the name that the sender gave, and the content
FOLDER = "uploads"
LONGEST = 150  # bytes of a file's name
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\[\]~$`]')  # on any system, or for patterns
_KEPT = re.compile(r"^.*[/\\]uploads[/\\][^/\\]+[/\\]")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_ENDING = re.compile(r"(?:\.\w{1,8}){1,2}$")


def store_uploads(archive: Path, user: str, files: Iterable[Path | Upload]) -> list[Path]:
    """Keep files under `uploads/USER/NAME`; another file of the same name takes the place of the
    one before, since it is a new version of it.

    Raises:
        ArchiveError: they cannot be written.
    """
    folder = archive / FOLDER / (safe_name(user) if user else "local")
    kept: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for file in files:
            kept.append(_keep(folder, file, {path.name for path in kept}))
    except OSError as error:
        raise ArchiveError(
            f"The files cannot be kept in {folder}: {error.strerror or error}."
        ) from error
    return kept


def shown_source(source: str) -> str:
    """A source as others may see it: of a file that was sent, the name that its sender knows.

    >>> shown_source("/srv/archive/uploads/local/report.html")
    'report.html'
    """
    return _KEPT.sub("", source)


def safe_name(name: str) -> str:
    """A file name that names one file in its folder, on every system, whatever a sender gave.

    >>> safe_name("../../etc/passwd"), safe_name("CON.txt"), safe_name("  ")
    ('passwd', '_CON.txt', 'file')
    """
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    base = re.split(r"[/\\]", text)[-1]
    seen = "".join(c for c in base if unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp"))
    plain = _UNSAFE.sub("_", seen).strip(" .") or "file"
    plain = f"_{plain}" if _RESERVED.match(plain) or plain.startswith("-") else plain
    return plain if len(plain.encode()) <= LONGEST else _shortened(plain)


def _shortened(name: str) -> str:
    """With its ending, by which it is read, and a mark of the whole name."""
    ending = (_ENDING.search(name) or [""])[0]
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]
    room = LONGEST - len(ending.encode()) - len(mark) - 1
    begin = name.encode()[:room].decode("utf-8", "ignore")
    return f"{begin}-{mark}{ending}"


def _keep(folder: Path, file: Path | Upload, taken: set[str]) -> Path:
    name = safe_name(file.name if isinstance(file, Path) else file[0])
    target = folder / _free(name, taken)
    handle, beside = tempfile.mkstemp(prefix=".part-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as out:
            if isinstance(file, Path):
                with file.open("rb") as given:
                    shutil.copyfileobj(given, out)
            else:
                shutil.copyfileobj(file[1], out)
        Path(beside).replace(target)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return target


def _free(name: str, taken: set[str]) -> str:
    """A second file of that name sent at the same time is another file."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{number}-{name}"
    return free
