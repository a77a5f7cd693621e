"""Running the application until it is stopped."""

from __future__ import annotations

import ctypes
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import anyio.to_thread
import uvicorn
from fastapi import FastAPI

from assistant.web.gate import RUNNING, WAITING
from assistant.web.site import Site

_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h
TRIM = 2.0  # seconds between two times
# For what blocks: those who are answered or wait to be, and a few more. Each thread has a
# connection to the catalog, with its cache.
THREADS = RUNNING + WAITING + 4
LEAVE = 3  # seconds for what is being answered when the server is stopped


class Server(uvicorn.Server):
    """Tells what is being answered to stop, before it waits for it."""

    def __init__(self, app: FastAPI, site: Site) -> None:
        config = uvicorn.Config(
            app, log_level="warning", timeout_graceful_shutdown=LEAVE, server_header=False
        )
        super().__init__(config)
        self._site = site

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._site.close()
        await super().shutdown(sockets)


@contextmanager
def trimming() -> Iterator[None]:
    """Gives freed memory back to the system now and then; only where malloc is glibc's."""
    ended = threading.Event()
    with suppress(OSError, AttributeError):
        trim = ctypes.CDLL("libc.so.6").malloc_trim

        def trim_often() -> None:
            while not ended.wait(TRIM):
                trim(0)

        threading.Thread(target=trim_often, daemon=True).start()
    try:
        yield
    finally:
        ended.set()


def few_arenas() -> None:
    """Have glibc's malloc keep two heaps instead of one or two for each thread, of which it hardly
    gives anything back: 50 to 90 MB less for a busy chat. Elsewhere nothing is done."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(_ARENA_MAX, 2)


def leave_on_sigterm() -> None:
    """uvicorn raises the signal again once it has shut down; the archive must still be closed then.
    Other threads than the main one have no signals."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def run(app: FastAPI, site: Site, listener: socket.socket) -> None:
    """Serve on `listener` until Ctrl-C or SIGTERM."""
    leave_on_sigterm()
    with trimming():
        Server(app, site).run(sockets=[listener])
