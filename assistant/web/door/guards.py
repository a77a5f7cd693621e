"""The guards in front of everything: names, origins, sizes, closed addresses, headers."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from itertools import chain
from string import Template

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import TypedDict


def plain_page(title: str, body: str, head: str = "", width: str = "22rem") -> str:
    """A whole page around `body`, which is HTML, as is `head`; nothing in it is fetched."""
    text = resources.files("assistant.web").joinpath("plain.html").read_text("utf-8")
    return Template(text).substitute(title=title, body=body, head=head, width=width)


def path_of(scope: Scope) -> str:
    """The path below where the application is mounted."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"


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


Body = Callable[[str, str], Mapping[str, object]]  # of a message and a type


def refusal(
    status: int, message: str, kind: str, headers: Mapping[str, str] | None = None,
    body: Body = error_body,
) -> ASGIApp:  # fmt: skip
    """Answers with an error; a web socket is closed before it is opened."""

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY, "reason": kind})
        else:
            await JSONResponse(body(message, kind), status, headers)(scope, receive, send)

    return refuse


# Other names, and pages of another site, are tricks to reach the server from a foreign page.
_OURS = ("same-origin", "none")  # what browsers call our own pages, and what people type
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def is_foreign(headers: Headers, reading: bool) -> bool:
    """Whether another site's page sends this; `reading`: by a method that changes nothing.

    Browsers name the origin with whatever could change something, and where a script wants to read
    the answer. Programs name none, and come in.
    """
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is None:
        return not reading and site not in (None, *_OURS)
    if origin == "null":  # sandboxed, or of a page that hides where it is
        return site not in _OURS
    scheme, _, named = origin.lower().partition("://")
    port, hosts = _DEFAULT_PORTS.get(scheme, ""), ("host", "x-forwarded-host")
    ours = {headers.get(name, "").lower().removesuffix(port) for name in hosts} - {""}
    return not port or named.removesuffix(port) not in ours


_HOST = re.compile(r"(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9._-]{1,253}?)\.?)(?::[0-9]{1,5})?", re.I)
_READING = ("GET", "HEAD", "OPTIONS")
_NOT_OURS = b"x-gradio-server"  # Gradio would take its own address from it


class Guard:
    """Refuses requests under other names with 400, and those of other sites' pages with 403. Adds
    the protective headers to every response.

    A server is called by the `host` that it listens on, and by `names`. Where other machines reach
    it, so it is by all IP addresses: a page that lures a browser here needs a name, since it must
    first point elsewhere.
    """

    def __init__(self, app: ASGIApp, host: str, names: Iterable[str] = ()) -> None:
        self._app = app
        allowed, self._addresses = {"localhost", host.strip("[]"), *names}, not is_loopback(host)
        if self._addresses and (own := socket.gethostname()):
            short = own.partition(".")[0]
            allowed |= {own, short, f"{short}.local"}
        self._names = {name.lower().rstrip(".") for name in allowed}

    def allows(self, header: str) -> bool:
        """Whether a Host header names this server."""
        match = _HOST.fullmatch(header)
        if match is None:
            return False
        name = (match[1] or match[2]).lower()
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return match[1] is None and name in self._names
        return self._addresses or address.is_loopback or name in self._names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        app = self._app
        if scope["type"] in ("http", "websocket"):
            headers = Headers(scope=scope)
            hosts = headers.getlist("host")
            told = [each.split(",") for each in headers.getlist("x-forwarded-host")]
            names = [*hosts, *map(str.strip, chain.from_iterable(told))]
            if len(hosts) != 1 or not all(map(self.allows, names)):
                said = "This server does not go by that name. Allow it with --allow-host NAME."
                app = refusal(400, said, "unknown_host")
            elif is_foreign(headers, scope.get("method") in _READING):
                said = "Pages of other sites may not use this server."
                app = refusal(403, said, "foreign_origin")
            else:
                kept = [header for header in scope["headers"] if header[0] != _NOT_OURS]
                scope = {**scope, "headers": kept}
        await app(scope, receive, guarded)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


CALL = 2**20  # bytes
UPLOAD = 100 * 2**20
UPLOADS = ("/gradio_api/upload", "/api/ingest/files")


@dataclass(frozen=True)
class BodyLimit:
    """Refuses larger bodies with 413: by their announced length, or as soon as they are larger."""

    app: ASGIApp
    call: int = CALL  # bytes
    upload: int = UPLOAD  # bytes of a request to one of the paths that take files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] == "http":
            most = self.upload if path_of(scope).rstrip("/") in UPLOADS else self.call
            announced = Headers(scope=scope).get("content-length", "")
            app = RequestBodyLimitMiddleware(app, most)
            if announced.isdecimal() and float(announced) > most:
                said = f"That is more than {most / 2**20:,.3g} MB. Send less at once."
                app = refusal(413, said, "too_large", {"Connection": "close"})
        await app(scope, receive, send)
