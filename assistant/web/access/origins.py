"""Whether a browser sends a request for a page of another site."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers

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
    return not any(_same(origin, headers.get(name)) for name in ("host", "x-forwarded-host"))


def _same(origin: str, host: str | None) -> bool:
    if not host:
        return False
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    port = _DEFAULT_PORTS.get(parts.scheme)
    return port is not None and _plain(parts.netloc, port) == _plain(host, port)


def _plain(netloc: str, default_port: str) -> str:
    return netloc.lower().removesuffix(f":{default_port}")
