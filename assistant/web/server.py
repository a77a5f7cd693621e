"""Running the application until it is stopped."""

from __future__ import annotations

import ctypes
import signal
import socket
import sys
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from assistant.web.site import Site

_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h
LEAVE = 3  # seconds for what is being answered when the server is stopped


class Server(uvicorn.Server):
    """Tells what is being answered to stop, before it waits for it."""

    def __init__(self, app: FastAPI, site: Site) -> None:
        config = uvicorn.Config(
            app, log_level="warning", timeout_graceful_shutdown=LEAVE, server_header=False
        )
        super().__init__(config)
        self._site = site

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._site.close()
        await super().shutdown(sockets)


def few_arenas() -> None:
    """Have glibc's malloc keep two heaps instead of one or two for each thread, of which it hardly
    gives anything back: 50 to 90 MB less for a busy chat. Elsewhere nothing is done."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(_ARENA_MAX, 2)


def run(app: FastAPI, site: Site, listener: socket.socket) -> None:
    """Serve on `listener` until Ctrl-C or SIGTERM."""
    # uvicorn raises the signal again once it has shut down; the archive must still be closed then.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Server(app, site).run(sockets=[listener])
