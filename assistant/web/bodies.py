"""How large the body of a request may be."""

from __future__ import annotations

from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.access.refusing import refuse

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
        if _announced(scope) > body.most:
            body.over = True
        else:
            await body.through(self._app, scope)
        if body.over and not body.answered:
            said = f"That is more than {_size(body.most)}. Send less at once."
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

    async def through(self, app: ASGIApp, scope: Scope) -> None:
        try:
            await app(scope, self.receive, self.send)
        except Exception:
            if not self.over:
                raise

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


def _announced(scope: Scope) -> int:
    with suppress(ValueError):
        return int(Headers(scope=scope).get("content-length", "0"))
    return 0


def _size(size: int) -> str:
    return f"{size / 2**20:,.0f} MB" if size >= 2**20 else f"{size:,} bytes"
