"""Which names the server is reached by, and whether a browser asks for a page of another site: both
are tricks to reach it from a foreign page.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.web.door.refusing import refuse

_OURS = ("same-origin", "none")  # what browsers call our own pages, and what people type
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def is_foreign(headers: Headers, reading: bool) -> bool:
    """Whether another site's page sends this; `reading`: by a method that changes nothing.

    Browsers name the origin with whatever could change something, and where a script wants to read
    the answer. Programs name none, and come in.
    """
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is None:
        return not reading and site is not None and site not in _OURS
    if origin == "null":  # sandboxed, or of a page that hides where it is
        return site not in _OURS
    try:
        parts = urlsplit(origin)
    except ValueError:
        return True
    port = _DEFAULT_PORTS.get(parts.scheme)
    if port is None:
        return True
    hosts = (headers.get("host"), headers.get("x-forwarded-host"))
    return not any(host and _plain(parts.netloc, port) == _plain(host, port) for host in hosts)


def _plain(netloc: str, default_port: str) -> str:
    return netloc.lower().removesuffix(f":{default_port}")


_HOST = re.compile(r"(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9._-]{1,253}?)\.?)(?::[0-9]{1,5})?", re.I)
_READING = ("GET", "HEAD", "OPTIONS")
_NOT_OURS = b"x-gradio-server"  # Gradio would take its own address from it


@dataclass(frozen=True)
class Hosts:
    """The allowed names, in lower case. `addresses`: all IP addresses are allowed, too; a page that
    lures a browser here needs a name, since it must first point elsewhere."""

    names: frozenset[str]
    addresses: bool

    @classmethod
    def of(cls, host: str, names: Iterable[str] = ()) -> Hosts:
        """What a server that listens on `host` is called; `names` are others that it has."""
        allowed = {"localhost", host.strip("[]"), *names}
        local = is_loopback(host)
        if not local:
            own = socket.gethostname().lower()
            short = own.partition(".")[0]
            allowed |= {own, short, f"{short}.local"} if own else set()
        return cls(frozenset(name.lower().rstrip(".") for name in allowed), addresses=not local)

    def allow(self, header: str) -> bool:
        """Whether a Host header names this server."""
        match = _HOST.fullmatch(header)
        if match is None:
            return False
        name = (match[1] or match[2]).lower()
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return match[1] is None and name in self.names
        return self.addresses or address.is_loopback or name in self.names


class HostGuard:
    """Refuses requests under other names with 400, and those of other sites' pages with 403."""

    def __init__(self, app: ASGIApp, hosts: Hosts) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        forwarded = (
            name.strip()
            for header in headers.getlist("x-forwarded-host")
            for name in header.split(",")
        )
        if len(hosts) != 1 or not all(map(self._hosts.allow, [*hosts, *forwarded])):
            said = "This server does not go by that name. Allow it with --allow-host NAME."
            await refuse(scope, receive, send, status=400, message=said, kind="unknown_host")
        elif is_foreign(headers, scope.get("method") in _READING):
            said = "Pages of other sites may not use this server."
            await refuse(scope, receive, send, status=403, message=said, kind="foreign_origin")
        else:
            kept = [header for header in scope["headers"] if header[0] != _NOT_OURS]
            await self._app({**scope, "headers": kept}, receive, send)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
