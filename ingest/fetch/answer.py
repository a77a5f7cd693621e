"""What came back: the answer to one request, read within limits, and failures in plain words."""

from __future__ import annotations

import codecs
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from ingest.errors import FetchError
from ingest.fetch import kinds, unpack
from ingest.fetch.urls import Url
from ingest.text import decode

if TYPE_CHECKING:
    import httpcore

_MOVED = (301, 302, 303, 307, 308)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server sent. With status 304 there is no body and no kind."""

    url: str  # where it was in the end
    status: int  # 200 or 304
    kind: str  # the file ending that stands for it: ".html", ".xml", ".pdf", …
    content_type: str  # as "text/html", lower case; "" if none was sent
    charset: str | None
    body: bytes  # unpacked
    etag: str | None
    modified: str | None  # Last-Modified, as sent

    @property
    def text(self) -> str:
        """The body as text: UTF-8 where it is that, else as the server says, else a guess.

        Raises:
            UnreadableError: it is not text.
        """
        if not self.charset or self.body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return decode(self.body)
        # First, since what can be read as UTF-8 is; it also keeps odd codecs from ASCII, …
        with suppress(UnicodeError):
            return self.body.decode("utf-8-sig")
        with suppress(UnicodeError, LookupError):  # … on which punycode would take hours
            return self.body.decode(self.charset)
        return decode(self.body)


def read(
    response: httpcore.Response, address: Url, *, known: bool, any_kind: bool
) -> Fetched | str:
    """The answer, or the address that it points to.

    Args:
        known: the request was made on the condition that something has changed.
        any_kind: take every content type.

    Raises:
        FetchError: the status is no success, or the body is too large or of a wrong kind.
    """
    headers = _headers(response)
    if response.status in _MOVED and headers.get("location"):
        return headers["location"]
    if response.status != HTTPStatus.OK and not (known and response.status == 304):  # noqa: PLR2004
        raise FetchError(f"it answered {_status(response.status)}", response.status)
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if response.status == HTTPStatus.OK and not (any_kind or kinds.is_accepted(content_type)):
        raise kinds.unsuitable(content_type[:80])
    charset = _CHARSET.search(headers.get("content-type", ""))
    body = _body(response, headers) if response.status == HTTPStatus.OK else b""
    if response.status == HTTPStatus.OK and not (any_kind or body.strip()):
        raise FetchError("it is empty")
    return Fetched(
        url=str(address),
        status=response.status,
        kind=kinds.kind_of(body, content_type, str(address)) if body and not any_kind else "",
        content_type=content_type,
        charset=charset[1] if charset else None,
        body=body,
        etag=headers.get("etag"),
        modified=headers.get("last-modified"),
    )


def failure(error: Exception) -> FetchError:
    """A broken connection in plain words."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FetchError(f"the certificate is not valid: {cause.verify_message}")
        cause = cause.__cause__ or cause.__context__
    what = str(error).strip() or type(error).__name__
    return FetchError(f"the connection failed: {what[:200]}")


def _body(response: httpcore.Response, headers: dict[str, str]) -> bytes:
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > unpack.BODY_BYTES:
        raise FetchError(unpack.TOO_LARGE)
    encoding = headers.get("content-encoding", "").strip().lower()
    body = unpack.unpacked(response.iter_stream(), encoding)
    # A file that is itself compressed, as sitemaps are.
    return unpack.gunzip(body) if body.startswith(b"\x1f\x8b") else body


def _headers(response: httpcore.Response) -> dict[str, str]:
    """Names in lower case; of several of a name the first counts."""
    headers: dict[str, str] = {}
    for name, value in response.headers:
        headers.setdefault(name.decode("latin-1").lower(), _text(value))
    return headers


def _text(value: bytes) -> str:
    try:  # addresses of redirects are often sent as they are written
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _status(status: int) -> str:
    try:
        return f"{status} ({HTTPStatus(status).phrase.lower()})"
    except ValueError:
        return str(status)
