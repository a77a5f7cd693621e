"""Web addresses taken apart strictly: what two programs might read differently is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import quote, urljoin, urlsplit

from ingest.errors import FetchError

_PORTS = {"http": 80, "https": 443}
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_NETLOC = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::([0-9]{0,5}))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LONGEST_NAME = 253
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!\Z)|\Z)){4}")
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


def parse(url: str) -> Url:
    """The parts of `url`; non-ASCII hosts are given their ASCII names, paths are escaped.

    Raises:
        FetchError: not http or https, no proper host or port, or a user's name in it.
    """
    url = url.strip(" \t\r\n")
    if _CONTROL.search(url) or len(url) > _LONGEST:
        raise FetchError("the address has characters that no address has, or too many")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise FetchError("the address is not a valid web address") from error
    if parts.scheme not in _PORTS:
        raise FetchError("the address is not http or https")
    if "@" in parts.netloc:
        raise FetchError("the address holds a user name or password, which is not sent")
    host, port = _host_and_port(parts.netloc, _PORTS[parts.scheme])
    query = f"?{parts.query}" if parts.query else ""
    target = quote((parts.path or "/") + query, safe=_SAFE, errors="replace")
    return Url(parts.scheme, host, port, target)


def join(base: str, location: str) -> str:
    """The address that `location`, which may be relative, stands for on the page `base`.

    Raises:
        FetchError: it is no address.
    """
    if _CONTROL.search(location.strip(" \t\r\n")):  # urljoin would take some of them out
        raise FetchError("the address has characters that no address has, or too many")
    try:
        return urljoin(base, location.strip(" \t\r\n"))
    except ValueError as error:
        raise FetchError("the address is not a valid web address") from error


def _host_and_port(netloc: str, usual: int) -> tuple[str, int]:
    match = _NETLOC.fullmatch(netloc)
    if match is None:
        raise FetchError("the address has no valid host and port")
    port = int(match[2] or usual)
    if not 0 < port <= _LAST_PORT:
        raise FetchError("the address has no valid port")
    return _host(match[1]), port


def _host(text: str) -> str:
    if not text:
        raise FetchError("the address names no host")
    if text.startswith("["):
        return _ipv6(text[1:-1])
    name = _ascii(text).lower().removesuffix(".")
    if _IPV4.fullmatch(name):
        return name
    proper = len(name) <= _LONGEST_NAME and all(map(_LABEL.fullmatch, name.split(".")))
    if not proper or _NUMERIC.fullmatch(name):
        raise FetchError("the address has no valid host")
    return name


def _ipv6(text: str) -> str:
    try:
        address = IPv6Address(text)
    except ValueError as error:
        raise FetchError("the address has no valid host") from error
    if address.scope_id is not None:
        raise FetchError("the address has no valid host")
    return str(address)


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    import idna

    try:  # very long ones would take idna very long
        return idna.encode(host[: _LONGEST_NAME + 1], uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise FetchError("the address has no valid host") from error
