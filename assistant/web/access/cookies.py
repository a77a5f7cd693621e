"""The cookies: who is signed in, and which visitor a browser is where nobody signs in."""

from __future__ import annotations

import hashlib
import re
import secrets

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import Message, Scope, Send

from assistant.web.access.caller import VISITOR

SESSION, VISIT = "dateline", "dateline-visitor"
_LIFE = 365 * 86_400  # seconds
_ID = re.compile(r"[\w-]{32}", re.ASCII)


def cookie_name(scope: Scope, kind: str) -> str:
    """With the port in it: browsers send cookies to every port of a machine."""
    server = scope.get("server")
    return f"{kind}-{server[1]}" if server and server[1] else kind


def keep_cookie(response: Response, scope: Scope, kind: str, value: str, life: int) -> None:
    """Have the browser keep it, out of reach of scripts and of other sites."""
    response.set_cookie(
        cookie_name(scope, kind), value, max_age=life, path=scope.get("root_path") or "/",
        secure=scope.get("scheme") in ("https", "wss"), httponly=True, samesite="lax",
    )  # fmt: skip


def visitor(scope: Scope, kept: str, send: Send) -> tuple[str, Send]:
    """The name of a visitor, and the `send` that hands a new one its cookie.

    The name is made from the cookie and does not tell it.
    """
    known = bool(_ID.fullmatch(kept))
    key = kept if known else secrets.token_urlsafe(24)
    name = VISITOR + hashlib.sha256(key.encode()).hexdigest()[:24]
    if known:
        return name, send
    cookie = Response()
    keep_cookie(cookie, scope, VISIT, key, _LIFE)

    async def handing(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("set-cookie", cookie.headers["set-cookie"])
        await send(message)

    return name, handing
