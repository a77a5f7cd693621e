"""All guards in their order, in front of everything that an application serves."""

from __future__ import annotations

from fastapi import FastAPI

from assistant.web.access import Access, is_loopback
from assistant.web.access.closed import Closed
from assistant.web.access.door import Door
from assistant.web.access.headers import SafeHeaders
from assistant.web.access.hosts import HostGuard, Hosts
from assistant.web.api.faults import Unexpected
from assistant.web.bodies import UPLOAD, BodyLimit


def guard(app: FastAPI, access: Access, upload: int = UPLOAD) -> None:
    """Headers on every response, host and origin, size, who it is. Added last, asked first.

    Args:
        upload: bytes of a request that brings files.
    """
    app.add_middleware(Unexpected)
    app.add_middleware(Closed)
    app.add_middleware(Door, users=access.users, visitors=not is_loopback(access.host))
    app.add_middleware(BodyLimit, upload=upload)
    app.add_middleware(HostGuard, hosts=Hosts.of(access.host, access.names))
    app.add_middleware(SafeHeaders)
