"""Articles put in while the server runs; the files that people send are kept with the archive."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import shutil
import tempfile
import threading
import unicodedata
from collections.abc import AsyncGenerator, Iterable, Sequence
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import BinaryIO

from assistant.web.gate import BusyError
from ingest.archive.archive import Archive
from ingest.errors import ArchiveError, SettingError
from ingest.run import Report, ingest

Upload = tuple[str, BinaryIO]  # the name that the sender gave, and the content
FOLDER = "uploads"
SAMPLE = str(resources.files("seeds").joinpath("articles"))
LONGEST = 150  # bytes of a file's name
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\[\]~$`]')  # on any system, or for patterns
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


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
    return re.sub(r"^.*[/\\]uploads[/\\][^/\\]+[/\\]", "", source)


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
    if len(plain.encode()) <= LONGEST:
        return plain
    # With its ending, by which it is read, and a mark of the whole name.
    ending = (re.search(r"(?:\.\w{1,8}){1,2}$", plain) or [""])[0]
    mark = hashlib.sha256(plain.encode()).hexdigest()[:8]
    room = LONGEST - len(ending.encode()) - len(mark) - 1
    begin = plain.encode()[:room].decode("utf-8", "ignore")
    return f"{begin}-{mark}{ending}"


def _keep(folder: Path, file: Path | Upload, taken: set[str]) -> Path:
    name = safe_name(file.name if isinstance(file, Path) else file[0])
    number, free = 1, name
    while free in taken:  # a second file of that name sent at the same time is another file
        number += 1
        free = f"{number}-{name}"
    with file.open("rb") if isinstance(file, Path) else nullcontext(file[1]) as given:
        handle, beside = tempfile.mkstemp(prefix=".part-", dir=folder)
        try:
            with os.fdopen(handle, "wb") as out:
                shutil.copyfileobj(given, out)
            return Path(beside).replace(folder / free)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise


AT_ONCE = 2
MOST_ADDRESSES = 100  # of one call
_EVERY = 0.25  # seconds between two states of progress
_places = threading.BoundedSemaphore(AT_ONCE)


def web_addresses(given: Sequence[str]) -> list[str]:
    """Raises:
    SettingError: one of them is no web address: a caller from the network names no files here.
    """
    addresses = [address.strip() for address in given if address.strip()]
    wrong = [each for each in addresses if not each.lower().startswith(("http://", "https://"))]
    if wrong:
        raise SettingError(f"{wrong[0][:80]!r} is no web address. Write it as https://…")
    if not 0 < len(addresses) <= MOST_ADDRESSES:
        raise SettingError(f"Give between 1 and {MOST_ADDRESSES} addresses at once.")
    return addresses


async def take_in(
    archive: Archive,
    sources: Sequence[str | Path],
    since: date | str | None = None,
    limit: int | None = None,
) -> AsyncGenerator[Report, None]:
    """Ingest in a thread: a copy of its report now and then, and at the end.

    Whoever stops listening (use `contextlib.aclosing`) stops the run: what was read is stored.

    Raises:
        BusyError: two are running.
        DatelineError: as for `ingest`.
    """
    if not _places.acquire(blocking=False):
        raise BusyError("Others are adding articles at the moment. Try again in a minute.", 30)
    stop, now, report = threading.Event(), Report(), Future[Report]()
    report.set_running_or_notify_cancel()  # who leaves stops it, and does not cancel it
    report.add_done_callback(lambda _: _places.release())
    names = [str(source) for source in sources]

    def show(state: Report) -> None:
        nonlocal now
        now = state

    def work() -> None:
        try:
            come = ingest(names, archive, since=since, limit=limit, progress=show, stop=stop)
            report.set_result(come)
        except BaseException as error:
            report.set_exception(error)

    # A daemon: a server that ends does not wait until a slow site has answered.
    threading.Thread(target=work, name="dateline-intake", daemon=True).start()
    ended = asyncio.wrap_future(report)
    try:
        while not (await asyncio.wait({ended}, timeout=_EVERY))[0]:
            yield replace(now, failed=[*now.failed], passed_over=[*now.passed_over])
        yield ended.result()
    finally:
        stop.set()
        ended.cancel()
