"""What a server sends: told by its content type, and by a look at the bytes."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ingest.errors import FetchError
from ingest.text import decode

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
_LISTS = ("rss", "feed", "rdf", "urlset", "sitemapindex")
_PROLOG = re.compile(r"\s+|<\?[^>]*\?>|<!--.*?-->|<!doctype(?:[^>\[]|\[[^\]]*\])*>", re.I | re.S)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_HEAD = 8192  # bytes looked at


def is_accepted(content_type: str) -> bool:
    """Whether a body with this content type ("text/html", lower case) may hold an article."""
    return content_type in _KINDS or _is_xml(content_type) or _is_json(content_type)


def kind_of(body: bytes, content_type: str, url: str) -> str:
    """The file ending that stands for what `body` is: ".html", ".xml", ".pdf" and so on.

    Raises:
        FetchError: it is nothing that can be read.
    """
    if body.startswith(b"%PDF-"):
        return ".pdf"
    if body.startswith(b"PK\x03\x04") and (content_type == _DOCX or b"word/document" in body):
        return ".docx"
    root = root_name(body)
    if root in _LISTS or root == "html":  # whatever the server calls it
        return ".html" if root == "html" else ".xml"
    if _is_xml(content_type) and content_type != "application/xhtml+xml":
        return ".xml"
    declared = ".json" if _is_json(content_type) else _KINDS.get(content_type, "")
    if declared == ".txt":
        return _ending(url) or ".txt"  # "raw" files are often sent as plain text
    return declared or _guess(body, content_type, root, url)


def root_name(body: bytes) -> str:
    """The name of the first element without its prefix, in lower case; "" if there is none."""
    head = decode(body[:_HEAD], binary=True).lstrip("\ufeff")
    start, html = 0, False
    while match := _PROLOG.match(head, start):
        html = html or match[0][:14].lower() == "<!doctype html"
        start = match.end()
    root = _ROOT.match(head, start)
    return "html" if html else root[1].lower() if root else ""


def _guess(body: bytes, content_type: str, root: str, url: str) -> str:
    head = body[:_HEAD]
    if b"\x00" in head or head.startswith((b"\x89PNG", b"\xff\xd8", b"GIF8", b"PK\x03\x04")):
        raise unsuitable(content_type)
    if root:
        return ".xml" if head.lstrip().startswith(b"<?xml") else ".html"
    return _ending(url) or (".json" if head.lstrip()[:1] in (b"{", b"[") else ".txt")


def unsuitable(content_type: str) -> FetchError:
    """The error for what holds no article."""
    return FetchError(f"it sends {content_type or 'an unknown kind'}, which holds no article")


def _ending(url: str) -> str:
    ending = PurePosixPath(urlsplit(url).path.removesuffix(".gz")).suffix.lower()
    return ending if ending in _TEXTS else ""


def _is_xml(content_type: str) -> bool:
    named = content_type.endswith(("/xml", "+xml"))
    return named and content_type.startswith(("text/", "application/"))


def _is_json(content_type: str) -> bool:
    return content_type.startswith("application/") and content_type.endswith("+json")
