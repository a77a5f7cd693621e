"""The door in front of everything, page, Gradio's interface, REST, OpenAI's and MCP's: all guards
in their order, and how large the body of a request may be.
"""

from __future__ import annotations

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.api.refusals import Unexpected
from assistant.web.door import login
from assistant.web.door.caller import let_in
from assistant.web.door.hosts import HostGuard, Hosts, is_loopback
from assistant.web.door.refusing import Closed, SafeHeaders, refuse
from assistant.web.door.sessions import SESSION, VISIT, SignIn, cookie_name, visitor
from assistant.web.door.users import Access, Users
from assistant.web.gate import BusyError

CALL = 2**20  # bytes
UPLOAD = 100 * 2**20
UPLOADS = ("/gradio_api/upload", "/api/ingest/files")


class BodyLimit:
    """Refuses larger bodies with 413: by their announced length, or as soon as they are larger.

    Args:
        call: bytes of a call.
        upload: bytes of a request to one of the paths that take files.
    """

    def __init__(self, app: ASGIApp, call: int = CALL, upload: int = UPLOAD) -> None:
        self._app = app
        self._call = call
        self._upload = upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", "")).rstrip("/")
        body = _Body(receive, send, self._upload if path in UPLOADS else self._call)
        try:
            announced = int(Headers(scope=scope).get("content-length", "0"))
        except ValueError:
            announced = 0
        if announced > body.most:
            body.over = True
        else:
            try:
                await self._app(scope, body.receive, body.send)
            except Exception:
                if not body.over:
                    raise
        if body.over and not body.answered:
            most = body.most
            shown = f"{most / 2**20:,.0f} MB" if most >= 2**20 else f"{most:,} bytes"
            said = f"That is more than {shown}. Send less at once."
            closing = {"Connection": "close"}
            await refuse(
                scope, receive, send, status=413, message=said, kind="too_large", headers=closing
            )


class _Body:
    """One body on its way. Once it is too large the application sees a client that went away, and
    what it says then is not sent."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive = receive
        self._send = send
        self._size = 0
        self.most = most
        self.over = False
        self.answered = False

    async def receive(self) -> Message:
        if self.over:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > self.most:
            self.over = True
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        if self.over and not self.answered:
            return
        self.answered = True
        await self._send(message)


HEALTH = "/api/health"  # tells a stranger no more than that it is well
_FOR_PROGRAMS = ("/api/", "/gradio_api/", "/v1/", "/mcp")
# The one of them for Gradio's own client: it moves a header of that name there.
_CREDENTIALS = ("authorization", "x-hf-authorization")


class Door:
    """Lets in who has a session, a token or a password, and says who it is.

    Args:
        users: who may come in; None lets everybody in.
        visitors: where everybody comes in, each browser gets a name of its own.
    """

    def __init__(self, app: ASGIApp, users: Users | None = None, visitors: bool = False) -> None:
        self._app = app
        self._sign_in = SignIn(users) if users else None
        self._visitors = visitors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif self._sign_in is None:
            name = ""
            if self._visitors:
                kept = HTTPConnection(scope).cookies.get(cookie_name(scope, VISIT), "")
                name, send = visitor(scope, kept, send)
            await self._app(let_in(scope, name), receive, send)
        elif scope["type"] == "http" and path_of(scope) == login.OUT:
            await login.logout(Request(scope, receive), self._sign_in)(scope, receive, send)
        elif scope["type"] == "http" and path_of(scope) == login.PATH:
            response = await login.login(Request(scope, receive), self._sign_in)
            await response(scope, receive, send)
        else:
            await self._guarded(scope, receive, send, self._sign_in)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send, sign_in: SignIn) -> None:
        request = HTTPConnection(scope)
        user = sign_in.by_session(request.cookies.get(cookie_name(scope, SESSION), ""))
        address = request.client.host if request.client else ""
        try:
            for name in _CREDENTIALS:
                if user is None and (header := request.headers.get(name)):
                    user = await sign_in.by_header(header, address)
        except BusyError as error:
            wait = {"Retry-After": f"{error.retry_after:.0f}"}
            await refuse(
                scope, receive, send, status=429, message=str(error), kind="busy", headers=wait
            )
            return
        if user is not None or (scope["type"] == "http" and path_of(scope) == HEALTH):
            await self._app(let_in(scope, user), receive, send)
        elif _is_navigation(scope):
            await login.to_login(Request(scope), path_of(scope))(scope, receive, send)
        else:
            said = "Sign in first, or send a token: Authorization: Bearer TOKEN."
            # Not Basic: browsers would ask for a password in a window of their own.
            challenge = {"WWW-Authenticate": 'Bearer realm="Dateline"'}
            await refuse(
                scope,
                receive,
                send,
                status=401,
                message=said,
                kind="not_signed_in",
                headers=challenge,
            )


def path_of(scope: Scope) -> str:
    """The path below where the application is mounted."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"


def _is_navigation(scope: Scope) -> bool:
    """Whether a person opens a page, and is not a script of one."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    request = Request(scope)
    mode = request.headers.get("sec-fetch-mode", "navigate")
    program = path_of(scope).startswith(_FOR_PROGRAMS)
    return login.wants_page(request) and mode == "navigate" and not program


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
