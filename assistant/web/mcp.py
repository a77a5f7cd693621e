"""The tools for other assistants over streamable HTTP, at /mcp, behind the same guards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

import anyio
from fastapi import FastAPI
from mcp.server.transport_security import TransportSecuritySettings

from assistant import commands
from assistant.commands import Printed
from assistant.mcp import make_mcp_server
from assistant.quoting import NAME
from assistant.web.access.caller import Caller
from assistant.web.site import Site
from ingest.errors import SettingError

PATH = "/mcp"
Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


def mcp_over_http(site: Site, shared: bool) -> tuple[list[Any], Lifespan]:
    """Its routes, and the lifespan that they need. `shared`: others than the person at this
    machine may come, so that questions are counted."""
    server = make_mcp_server(partial(_run, site, Caller("mcp") if shared else Caller()))
    web = server.streamable_http_app(
        streamable_http_path=PATH, stateless_http=True, json_response=True,
        # Host and Origin are looked at by our own guard, for everything that is served.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )  # fmt: skip

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with server.session_manager.run():
            yield

    return list(web.routes), lifespan


def _run(site: Site, caller: Caller, name: str, options: Mapping[str, Any]) -> Printed:
    """Do a tool's work, in the thread that the server made for it, when it is its turn."""
    if options.get("model") not in (None, NAME):
        raise SettingError(f'Only the model of the settings and "{NAME}" can be asked here.')
    turn = site.gate.turn(caller)
    anyio.from_thread.run(turn.__aenter__)
    try:
        return commands.run_open(site.assistant, name, options)
    finally:
        anyio.from_thread.run(turn.__aexit__, None, None, None)
