"""How a guard says no, in HTTP and on a web socket."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

_POLICY = 1008  # the code of a web socket that is closed for what the caller is


def error_body(message: str, kind: str) -> dict[str, object]:
    """The JSON of every error."""
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
