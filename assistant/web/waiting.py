"""An archive that cannot be opened yet: the page says why, until it can be."""

from __future__ import annotations

import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass
from html import escape

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from assistant.web.desk import served
from assistant.web.door import guards
from assistant.web.door.users import Access
from ingest.archive.archive import Archive
from ingest.archive.catalog import CATALOG
from ingest.archive.remote import owner_of
from ingest.errors import ArchiveInUseError, DamagedError
from ingest.settings import Settings

PASSES = (ArchiveInUseError, DamagedError)  # what others can put right while the page waits
EVERY = 1.0  # seconds between two attempts
_REFRESH = 2  # seconds after which a page asks again
Stamp = tuple[int, ...]  # what changes when a file becomes another one
_ELSEWHERE = "The archive cannot be opened at the moment."  # strangers read no paths
_GOES_ON = "The chat opens by itself once it can."


def leave_on_sigterm() -> None:
    """uvicorn raises the signal again once it has shut down; the archive must still be closed then.
    Other threads than the main one have no signals."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def refuse_second(settings: Settings) -> None:
    """Raises:
    ArchiveInUseError: a chat of this archive is open already.
    """
    if owner := owner_of(settings.archive):
        raise ArchiveInUseError(f"A chat of this archive is open already, at {owner.card.serves}.")


def opened(
    settings: Settings, listener: socket.socket, access: Access, every: float = EVERY
) -> Archive:
    """The archive, once it can be opened. Until then pages and programs are told why it cannot.

    Raises:
        DatelineError: it cannot be opened, and not for a reason that passes.
    """
    seen = tried = _stamp(settings)  # the catalog when it was last looked at, and last opened
    try:
        return Archive.open(settings, create=True)
    except PASSES as error:
        print(f"dateline: {error} {_GOES_ON}", file=sys.stderr, flush=True)
        leave_on_sigterm()
        # Nobody but the person at this machine reads the page: no proxy is in front of it.
        is_private = guards.is_loopback(access.host) and access.users is None and not access.names
        told = _Told(error, is_private)
    with served(guards.Guard(told, access.host, access.names), listener.dup()):
        while True:
            time.sleep(every)
            last, seen = seen, _stamp(settings)
            # Another file now, and none that is being written: opened half way, it would be made
            # anew.
            is_put_back = seen == last and seen != tried and bool(seen and seen[0])
            if isinstance(told.why, DamagedError) and not is_put_back:
                continue
            tried = seen
            try:
                return Archive.open(settings, create=True)
            except PASSES as error:
                told.why = error
                refuse_second(settings)


@dataclass
class _Told:
    """Says why the archive cannot be opened; to strangers only that it cannot."""

    why: Exception
    is_private: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        why = str(self.why) if self.is_private else _ELSEWHERE
        wait = {"Retry-After": str(_REFRESH), "Cache-Control": "no-store"}
        if "text/html" not in Headers(scope=scope).get("accept", ""):
            refuse = guards.refusal(503, why, "archive_unavailable", wait)
            await refuse(scope, receive, send)
            return
        body = f'<p role="alert">{escape(why)}</p><p>{_GOES_ON}</p>'
        refresh = f'<meta http-equiv="refresh" content="{_REFRESH}">'
        page = guards.plain_page("Waiting", body, refresh, "34rem")
        await HTMLResponse(page, 503, wait)(scope, receive, send)


def _stamp(settings: Settings) -> Stamp:
    """() where there is none. A backup may have the bytes and the time of what it replaces."""
    try:
        found = (settings.archive.expanduser() / CATALOG).stat()
    except OSError:
        return ()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
