"""The tools for other assistants over streamable HTTP, at /mcp, behind the same guards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

import anyio
from fastapi import FastAPI
from mcp.server.transport_security import TransportSecuritySettings
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant import commands
from assistant.commands import Printed
from assistant.mcp import make_mcp_server
from assistant.quoting import NAME
from assistant.web.access.caller import Caller, caller_of
from assistant.web.site import Site
from ingest.errors import SettingError

PATH = "/mcp"
_caller: ContextVar[Caller] = ContextVar("caller")  # of the request that a tool is called by
Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


def mcp_over_http(site: Site) -> tuple[list[Any], Lifespan]:
    """Its routes, and the lifespan that they need."""
    server = make_mcp_server(partial(_run, site))
    web = server.streamable_http_app(
        streamable_http_path=PATH, stateless_http=True, json_response=True,
        # Host and Origin are looked at by our own guard, for everything that is served.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )  # fmt: skip

    for route in web.routes:
        route.app = _noting_who_calls(route.app)  # type: ignore[attr-defined]

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with server.session_manager.run():
            yield

    return list(web.routes), lifespan


def _noting_who_calls(app: ASGIApp) -> ASGIApp:
    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        _caller.set(caller_of(HTTPConnection(scope)))
        await app(scope, receive, send)

    return noting


def _run(site: Site, name: str, options: Mapping[str, Any]) -> Printed:
    """Do a tool's work, in the thread that the server made for it, when it is its turn."""
    if options.get("model") not in (None, NAME):
        raise SettingError(f'Only the model of the settings and "{NAME}" can be asked here.')
    turn = site.gate.turn(_caller.get())
    anyio.from_thread.run(turn.__aenter__)
    try:
        return commands.run_open(site.assistant, name, options)
    finally:
        anyio.from_thread.run(turn.__aexit__, None, None, None)
