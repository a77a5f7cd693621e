"""What kind of file some bytes are, where no ending says so."""

from __future__ import annotations

import re

from ingest.sources.fields import NAMES

_MAGIC = ((b"%PDF-", ".pdf"), (b"{", ".json"), (b"[", ".json"))
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_TAG = re.compile(rb"<(?:\?xml|[a-z][\w:.-]*[\s>/])", re.IGNORECASE)
_HEADER = re.compile(rb"\A(?:[A-Za-z][\w-]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3}")
_MAIL = re.compile(rb"^(?:from|received|mime-version|return-path|message-id):", re.I | re.M)
_FIELDS = frozenset(name for names in NAMES.values() for name in names)
_CELL = 40  # characters of a column's name
_BOM = b"\xef\xbb\xbf"


def sniff(head: bytes) -> str:
    """The ending that files beginning like `head` have; ".txt" where nothing else fits.

    Args:
        head: the first few thousand bytes.
    """
    head = head.removeprefix(_BOM).lstrip()
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return ".docx" if b"word/" in head or b"[Content_Types].xml" in head else ".zip"
    if head.startswith(b"<"):
        return ".html" if _HTML.search(head) or not _TAG.match(head) else ".xml"
    if _HEADER.match(head) and _MAIL.search(head):
        return ".mhtml" if b"multipart/related" in head.lower() else ".eml"
    return ".csv" if _is_table(head) else ".txt"


def _is_table(head: bytes) -> bool:
    """Whether the first line names columns: two fields of an article, and nothing long."""
    first, end, _ = head.partition(b"\n")
    delimiter = max((b",", b";", b"\t", b"|"), key=first.count)
    cells = [
        cell.strip(b" \t\r\"'").lower().decode("utf-8", "replace")
        for cell in first.split(delimiter)
    ]
    known = sum(re.sub(r"[\W_]", "", cell) in _FIELDS for cell in cells)
    return bool(end) and known > 1 and max(map(len, cells)) <= _CELL
