"""How a guard says no, in HTTP and on a web socket; the headers that every response carries; pages
that work without Gradio; and the addresses of Gradio's that can only do harm: they are not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from string import Template

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import TypedDict


def plain_page(title: str, body: str, head: str = "", width: str = "22rem") -> str:
    """A whole page around `body`, which is HTML, as is `head`; nothing in it is fetched."""
    text = resources.files("assistant.web").joinpath("plain.html").read_text("utf-8")
    return Template(text).substitute(title=title, body=body, head=head, width=width)


# Gradio's own page needs inline script and eval; nothing may be fetched from elsewhere.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "frame-src 'none'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class SafeHeaders:
    """Adds the protective headers to every response, and lets streams stream."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, guarded)


_POLICY = 1008  # the code of a web socket that is closed for what the caller is


class FaultJson(TypedDict):
    """What is wrong, in a plain sentence, and which kind of error it is."""

    message: str
    type: str


class ErrorJson(TypedDict):
    """Every error."""

    error: FaultJson


def error_body(message: str, kind: str) -> ErrorJson:
    return {"error": {"message": message, "type": kind}}


async def refuse(
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    status: int,
    message: str,
    kind: str,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Answer with an error; a web socket is closed before it is opened."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": _POLICY, "reason": kind})
        return
    response = JSONResponse(error_body(message, kind), status, headers)
    await response(scope, receive, send)


# Fetching from other servers, keeping states on the disk, editing the program, watching its users.
CLOSED = (
    "/proxy=", "/gradio_api/proxy=", "/gradio_api/deep_link", "/gradio_api/process_recording",
    "/gradio_api/vibe-", "/gradio_api/undo-vibe-", "/gradio_api/dev/", "/gradio_api/profiling/",
    "/gradio_api/run-history/", "/gradio_api/runs", "/monitoring",
)  # fmt: skip


class Closed:
    """Answers 404 for them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] == "http" and path.startswith(CLOSED):
            said = "There is nothing at this address."
            await refuse(scope, receive, send, status=404, message=said, kind="not_found")
        else:
            await self._app(scope, receive, send)
