"""What came back: the answer to one request, read within limits, and failures in plain words.

What a server sends is told by its content type and a look at the bytes; a compressed body is
unpacked up to the limit, so that a bomb never goes off.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import ssl
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.errors import FetchError
from ingest.sources.files import root_name, sniff
from ingest.web import lists
from ingest.web.addresses import Url

if TYPE_CHECKING:
    import httpcore

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Content types and the file ending that stands for them; "" is decided by a look at the bytes.
_KINDS = {
    "text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt",
    "text/markdown": ".md", "text/x-markdown": ".md", "text/csv": ".csv", "application/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json", "text/json": ".json", "application/x-ndjson": ".jsonl",
    "application/ndjson": ".jsonl", "application/jsonl": ".jsonl", "application/pdf": ".pdf",
    _DOCX: ".docx", "application/gzip": "", "application/x-gzip": "",
    "application/octet-stream": "", "binary/octet-stream": "", "": "",
}  # fmt: skip
_TEXTS = (".txt", ".md", ".markdown", ".csv", ".tsv", ".json", ".jsonl", ".ndjson")
_HEAD = 8192  # bytes looked at


def kind_of(body: bytes, content_type: str, url: str) -> str:
    """The file ending that stands for what `body` is: ".html", ".xml", ".pdf" and so on.

    Raises:
        FetchError: it is nothing that can be read.
    """
    head = body[:_HEAD]
    told, root = sniff(head), root_name(head)
    if told in (".pdf", ".docx") or root == "html":  # whatever the server calls it
        return ".html" if root == "html" else told
    if root in lists.ROOTS or (_is_xml(content_type) and content_type != "application/xhtml+xml"):
        return ".xml"
    declared = ".json" if _is_json(content_type) else _KINDS.get(content_type, "")
    if declared == ".txt":
        return _ending(url) or ".txt"  # "raw" files are often sent as plain text
    if declared:
        return declared
    if told == ".zip" or b"\x00" in head or head.startswith((b"\x89PNG", b"\xff\xd8", b"GIF8")):
        raise unsuitable(content_type)
    return _ending(url) or told


def unsuitable(content_type: str) -> FetchError:
    return FetchError(f"it sends {content_type or 'an unknown kind'}, which holds no article")


def _ending(url: str) -> str:
    ending = PurePosixPath(urlsplit(url).path.removesuffix(".gz")).suffix.lower()
    return ending if ending in _TEXTS else ""


def _is_xml(content_type: str) -> bool:
    named = content_type.endswith(("/xml", "+xml"))
    return named and content_type.startswith(("text/", "application/"))


def _is_json(content_type: str) -> bool:
    return content_type.startswith("application/") and content_type.endswith("+json")


BODY_BYTES = 10 * 1024 * 1024  # of one body, packed and unpacked
TOO_LARGE = "it is larger than 10 MB"
_GZIP = b"\x1f\x8b"


def _joined(chunks: Iterable[bytes]) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > BODY_BYTES:
            raise FetchError(TOO_LARGE)
    return bytes(body)


def _unpacked(body: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(body)) as stream:
            return _joined(iter(lambda: stream.read(_HEAD), b""))
    except (OSError, EOFError, zlib.error) as error:
        raise FetchError("its compressed data are damaged") from error


_MOVED = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server sent. With status 304 there is no body and no kind."""

    url: str  # where it was in the end
    status: int  # 200 or 304
    kind: str  # the file ending that stands for it: ".html", ".xml", ".pdf", …
    body: bytes  # unpacked; a text is UTF-8 where the server says what it is
    etag: str | None
    modified: str | None  # Last-Modified, as sent


def _in_utf8(text: bytes, charset: str) -> bytes:
    """A text that is sent as `charset`; as it is where its bytes say another thing."""
    if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return text
    with suppress(UnicodeError):  # also keeps odd codecs from ASCII, …
        text.decode()
        return text
    with suppress(UnicodeError, LookupError):  # … on which punycode would take hours
        return codecs.BOM_UTF8 + text.decode(charset).encode("utf-8", "replace")
    return text


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
    headers: dict[str, str] = {}  # names in lower case; of several of a name the first counts
    for name, value in response.headers:
        try:  # addresses of redirects are often sent as they are written
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            text = value.decode("latin-1")
        headers.setdefault(name.decode("latin-1").lower(), text)
    if response.status in _MOVED and headers.get("location"):
        return headers["location"]
    if response.status != HTTPStatus.OK and not (known and response.status == 304):  # noqa: PLR2004
        phrases = {known.value: f" ({known.phrase.lower()})" for known in HTTPStatus}
        status = f"{response.status}{phrases.get(response.status, '')}"
        raise FetchError(f"it answered {status}", response.status)
    stated = headers.get("content-type", "")
    content_type = stated.partition(";")[0].strip().lower()
    charset = re.search(r"""charset\s*=\s*["']?([\w.:-]+)""", stated, re.IGNORECASE)
    body = b""
    if response.status == HTTPStatus.OK:
        listed = content_type in _KINDS or _is_xml(content_type) or _is_json(content_type)
        if not (any_kind or listed):
            raise unsuitable(content_type[:80])
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > BODY_BYTES:
            raise FetchError(TOO_LARGE)
        encoding = headers.get("content-encoding", "").strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise FetchError(f"it sends the encoding {encoding[:40]}, which was not asked for")
        body = _joined(response.iter_stream())
        if encoding.endswith("gzip"):
            body = _unpacked(body)
        if body.startswith(_GZIP):  # a file that is itself compressed, as sitemaps are
            body = _unpacked(body)
        if not (any_kind or body.strip()):
            raise FetchError("it is empty")
    kind = kind_of(body, content_type, str(address)) if body and not any_kind else ""
    if charset and kind not in ("", ".xml", ".pdf", ".docx"):
        body = _in_utf8(body, charset[1])
    stamps = headers.get("etag"), headers.get("last-modified")
    return Fetched(str(address), response.status, kind, body, *stamps)


def failure(error: Exception) -> FetchError:
    """A broken connection in plain words."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FetchError(f"the certificate is not valid: {cause.verify_message}")
        cause = cause.__cause__ or cause.__context__
    what = str(error).strip() or type(error).__name__
    return FetchError(f"the connection failed: {what[:200]}")
