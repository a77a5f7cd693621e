"""Who asks."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any

from starlette.requests import HTTPConnection

USER = "dateline.user"  # the key in the ASGI scope; None for a stranger, missing before the door
VISITOR = "visitor:"


@dataclass(frozen=True)
class Caller:
    """Somebody who asks. `user`: the name they signed in with, "visitor:…" for a browser where
    nobody signs in, or "" for the one person at this machine."""

    user: str = ""
    address: str = ""

    @property
    def key(self) -> str:
        """What questions are counted by: a visitor can change its name, hardly its address."""
        return self.user if self.user and not self.is_visitor else network(self.address)

    @property
    def is_visitor(self) -> bool:
        return self.user.startswith(VISITOR)

    @property
    def is_local(self) -> bool:
        """Whether it is the person at this machine, who is counted by nobody."""
        try:
            return not self.user and ipaddress.ip_address(self.address).is_loopback
        except ValueError:  # a Unix socket: all callers would be counted as one
            return not self.user

    @property
    def may_change(self) -> bool:
        """Whether they may add and remove articles: not where anybody can come in."""
        return not self.is_visitor


def caller_of(request: Any) -> Caller:
    """Who sends a request: one of Starlette's or FastAPI's, a web socket, or a `gr.Request`."""
    connection = request if isinstance(request, HTTPConnection) else request.request
    client = connection.client
    return Caller(connection.scope.get(USER) or "", client.host if client else "")


def network(address: str) -> str:
    """What one household shares: an IPv4 address, or the first half of an IPv6 address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ipaddress.ip_network((ip, 64), strict=False) if ip.version == 6 else ip)  # noqa: PLR2004
