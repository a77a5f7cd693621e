"""The desk: where a running chat does for other processes what only the archive's owner can do.

It listens on loopback at a port of its own, never at the chat's, and serves who has the token of
the card that lies in the archive's folder (ingest/archive/owner.py).
"""

from __future__ import annotations

import hmac
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from assistant.commands import COMMANDS, Reply, Service
from ingest.archive.owner import LOOPBACK, Card, posted
from ingest.archive.remote import BODY, SERVED, fault_json, from_bytes, to_bytes
from ingest.edge import unexpected
from ingest.errors import DatelineError

_LEAVE = 3  # seconds for what is being done when the chat is stopped


@contextmanager
def desk(service: Service, serves: str) -> Iterator[Card]:
    """Do other processes' commands for so long. `serves` is the chat's address, to be told them.

    Raises:
        ArchiveError: the card cannot be written.
    """
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = int(listener.getsockname()[1])
        card = Card(port, secrets.token_urlsafe(32), serves)
        with served(make_desk(service, card.token), listener), posted(card, service.archive.folder):
            yield card


@contextmanager
def served(app: ASGIApp, listener: socket.socket) -> Iterator[None]:
    """Serve an application for so long, in a thread of its own; the listener is closed then."""
    import uvicorn

    config = uvicorn.Config(
        app, log_config=None, log_level="warning", access_log=False, lifespan="off",
        server_header=False,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(_LEAVE)  # what takes longer ends with the process


def make_desk(service: Service, token: str, limit: int = BODY) -> Starlette:
    """The desk's application. Every request needs the token, a Host that is loopback, and no more
    than `limit` bytes."""

    def check(request: Request) -> None:
        given = request.headers.get("authorization", "").encode("latin-1")
        if not hmac.compare_digest(given, f"Bearer {token}".encode()):
            raise HTTPException(401)

    async def hello(request: Request) -> Response:
        """Says that somebody is here, however much is being done."""
        check(request)
        return PlainTextResponse("Dateline")

    async def serve(request: Request) -> Response:
        check(request)
        name = request.path_params["name"]
        is_command = request.url.path.startswith("/command/")
        if name not in (COMMANDS if is_command else SERVED):
            raise HTTPException(404)
        try:
            options = from_bytes(await request.body())
        except (ValueError, RecursionError) as error:
            raise HTTPException(400) from error
        if not isinstance(options, dict):
            raise HTTPException(400)

        def work() -> dict[str, object]:
            try:
                if is_command:
                    return {"done": vars(Reply.of(service.do(name, options)))}
                return {"done": SERVED[name](service.archive, **options)}
            except DatelineError as error:
                return {"fault": fault_json(error)}
            except Exception as error:
                return {"fault": fault_json(DatelineError(unexpected(error)))}

        return Response(to_bytes(await run_in_threadpool(work)), media_type="application/json")

    served = (("/hello", hello), ("/command/{name}", serve), ("/ingest/{name}", serve))
    routes = [Route(path, work, methods=["POST"]) for path, work in served]
    hosts = Middleware(
        TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost"], www_redirect=False
    )
    return Starlette(routes=routes, middleware=[hosts], max_body_size=limit)
