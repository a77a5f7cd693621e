"""Which network addresses are public, and what a host's name resolves to."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

from ingest.errors import FetchError

IP = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Sequence[str]]  # host and port to addresses; raises OSError

NOT_PUBLIC = (
    "it points to an address that is not public (dateline ingest --allow-private reads your own "
    "network)"
)
_SPECIAL_4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
# Of IPv6 only this has been given out; mapped, compatible, NAT64 and local addresses lie outside.
_GLOBAL_6 = IPv6Network("2000::/3")
# Within it: protocols and Teredo, documentation, 6to4 (which holds an IPv4 address of any kind).
_SPECIAL_6 = tuple(
    IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)


def is_public(ip: IP) -> bool:
    """Whether `ip` is an ordinary address of the internet.

    ipaddress.is_global is not asked: it passes 6to4, site-local and anycast relay addresses.
    """
    if isinstance(ip, IPv4Address):
        return not any(ip in block for block in _SPECIAL_4)
    plain = ip.scope_id is None and ip in _GLOBAL_6
    return plain and not any(ip in block for block in _SPECIAL_6)


def system_resolver(host: str, port: int) -> list[str]:
    """What the operating system says, in its order.

    Raises:
        OSError: there is no such name.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def resolve(
    host: str, port: int, resolver: Resolver = system_resolver, *, allow_private: bool = False
) -> list[IP]:
    """The addresses of `host`, a name or a literal address without brackets.

    A name that has a single address that is not public is refused with all its addresses.

    Raises:
        FetchError: the name is not known, or an address is not public.
    """
    found = _literal(host) or _looked_up(host, port, resolver)
    if not allow_private and not all(map(is_public, found)):
        raise FetchError(NOT_PUBLIC)
    return list(dict.fromkeys(found))


def _literal(host: str) -> list[IP]:
    try:
        return [ip_address(host)]
    except ValueError:
        return []


def _looked_up(host: str, port: int, resolver: Resolver) -> list[IP]:
    try:
        found = [ip_address(address) for address in resolver(host, port)]
    except (OSError, ValueError) as error:  # ValueError: no address, or a name no codec takes
        raise FetchError(f"the connection failed: the host {host} was not found") from error
    if not found:
        raise FetchError(f"the connection failed: the host {host} has no address")
    return found
