"""Web addresses taken apart strictly: what two programs might read differently is refused. Which
network addresses are public, and what a host's name resolves to.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urljoin, urlsplit

from ingest.errors import FetchError

_PORTS = {"http": 80, "https": 443}
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_NETLOC = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::([0-9]{0,5}))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LONGEST_NAME = 253
# What ends so is read as a number by most, as 127.1 and 0x7f000001 are.
_NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_LONGEST = 8192  # characters; servers take no more
_LAST_PORT = 65535
_SAFE = "%/:;=@!$&'()*+,~-._?"


@dataclass(frozen=True, slots=True)
class Url:
    """An address of the web. `host` is in ASCII and lower case, IPv6 without brackets."""

    scheme: str
    host: str
    port: int
    target: str  # path and query, escaped

    @property
    def origin(self) -> str:
        """scheme://host, with the port where it is not the usual one."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def netloc(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return self.origin + self.target


def parse(url: str, base: str = "") -> Url:
    """The parts of `url`, which may be relative where it stands on the page `base`; non-ASCII hosts
    are given their ASCII names, paths are escaped.

    Raises:
        FetchError: not http or https, no proper host or port, or a user's name in it.
    """
    url = url.strip(" \t\r\n")
    try:
        whole = urljoin(base, url)
        parts = urlsplit(whole)
    except ValueError as error:
        raise FetchError("the address is not a valid web address") from error
    # Of what was given: urljoin takes some of them out.
    if _CONTROL.search(url) or len(whole) > _LONGEST:
        raise FetchError("the address has characters that no address has, or too many")
    if parts.scheme not in _PORTS:
        raise FetchError("the address is not http or https")
    if "@" in parts.netloc:
        raise FetchError("the address holds a user name or password, which is not sent")
    match = _NETLOC.fullmatch(parts.netloc)
    if match is None:
        raise FetchError("the address has no valid host and port")
    port = int(match[2] or _PORTS[parts.scheme])
    if not 0 < port <= _LAST_PORT:
        raise FetchError("the address has no valid port")
    host = _host(match[1])
    query = f"?{parts.query}" if parts.query else ""
    target = quote((parts.path or "/") + query, safe=_SAFE, errors="replace")
    return Url(parts.scheme, host, port, target)


def _host(text: str) -> str:
    if not text:
        raise FetchError("the address names no host")
    with suppress(ValueError):
        if text.startswith("[") and (address := IPv6Address(text[1:-1])).scope_id is None:
            return str(address)
    if not text.isascii():
        import idna

        try:  # very long ones would take idna very long
            text = idna.encode(text[: _LONGEST_NAME + 1], uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise FetchError("the address has no valid host") from error
    name = text.lower().removesuffix(".")
    with suppress(ValueError):
        return str(IPv4Address(name))
    proper = len(name) <= _LONGEST_NAME and all(map(_LABEL.fullmatch, name.split(".")))
    if not proper or _NUMERIC.fullmatch(name):
        raise FetchError("the address has no valid host")
    return name


IP = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Sequence[str]]  # host and port to addresses; raises OSError

NOT_PUBLIC = (
    "it points to an address that is not public (dateline ingest --allow-private reads your own "
    "network)"
)
# Of IPv6 only this has been given out; mapped, compatible, NAT64 and local addresses lie outside.
_GLOBAL_6 = IPv6Network("2000::/3")
# Of IPv6: protocols and Teredo, documentation, 6to4 (which holds an IPv4 address of any kind).
_SPECIAL = tuple(map(ip_network, """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
    192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24
    224.0.0.0/4 240.0.0.0/4 2001::/23 2001:db8::/32 2002::/16 3fff::/20
""".split()))  # fmt: skip


def is_public(ip: IP) -> bool:
    """Whether `ip` is an ordinary address of the internet.

    ipaddress.is_global is not asked: it passes 6to4, site-local and anycast relay addresses.
    """
    if isinstance(ip, IPv6Address) and (ip.scope_id is not None or ip not in _GLOBAL_6):
        return False
    return not any(ip in block for block in _SPECIAL)


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
    found: list[IP]
    try:
        found = [ip_address(host)]
    except ValueError:
        try:
            found = [ip_address(address) for address in resolver(host, port)]
        except (OSError, ValueError) as error:  # ValueError: no address, or a name no codec takes
            raise FetchError(f"the connection failed: the host {host} was not found") from error
    if not found:
        raise FetchError(f"the connection failed: the host {host} has no address")
    if not allow_private and not all(map(is_public, found)):
        raise FetchError(NOT_PUBLIC)
    return list(dict.fromkeys(found))
