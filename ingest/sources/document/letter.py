"""The text of a mail: without what mail adds above, around and below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.dates import parse_moment

_MARK = re.compile(
    r"^[>\s]*(?:-{2,}\s*(?:forwarded|original|weitergeleitete|ursprüngliche)\s+(?:message|nachricht)"
    r"\s*-{2,}|begin forwarded message:?)\s*$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^[>\s*_]*(?P<name>from|sent|date|subject|to|cc|reply-to|von|gesendet|datum|betreff|an)"
    r"\s*:[*_\s]*(?P<value>.*?)[*_\s]*$",
    re.IGNORECASE,
)
_NAMES = {"von": "from", "sent": "date", "gesendet": "date", "datum": "date"}
_HEADERS = 3  # fewer lines in the form of headers may be the story's
_NOTE_LINES = 8  # what stands above a forwarded mail is a note to the one who gets it
_QUOTE = re.compile(r"^>+ ?", re.MULTILINE)
_QUOTED = 0.8  # of the lines of a quoted mail begin with the mark
_SIGNATURE = re.compile(r"^-- ?$")
_SIGNATURE_LINES = 15
_NOTICE = re.compile(
    r"""^\W*(?:
      (?:click\ here\ |if\ you\ .{0,60})?to\ (?:unsubscribe|opt\ out)\b.* | unsubscribe\b.{0,80}
    | (?:manage|update|change|edit)\ (?:your\ )?(?:e-?mail\ |subscription\ )?preferences\b.*
    | (?:view|read|open|see)\ (?:this|it)(?:\ e-?mail|\ message|\ newsletter)?
      \ (?:in\ (?:your|a|the)|online).*
    | (?:having\ )?(?:trouble|problems?)\ (?:viewing|reading|seeing)\ this\b.*
    | you(?:'re|’re|\ are|\ have|'ve|’ve)?\ (?:receiv\w+|getting|subscribed)\ .{0,40}
      (?:because|this\ (?:e-?mail|message|newsletter)|to\ this).*
    | this\ (?:e-?mail|message|newsletter)\ was\ sent\ (?:to|by)\b.* | sent\ from\ my\ .{1,40}
    | add\ us\ to\ your\ address\ book.* | forward\ (?:this\ )?to\ a\ friend.*
    | (?:newsletter\ )?(?:abbestellen|abmelden)\W*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_NOTICE_LENGTH = 220
_WRAPPED = (50, 100)  # the widths at which mail programs break lines
_FAR = 0.7  # of the width is what a broken line has


@dataclass(frozen=True)
class Letter:
    """A mail's text; of a forwarded one also who had sent it and when."""

    text: str
    forwarded: bool = False
    sender: str = ""
    sent: str | None = None


def letter_of(text: str) -> Letter:
    """The letter in the sanitized text of a mail; of a forwarded mail the one within."""
    lines = _without_signature(text.split("\n"))
    start, end = _header_block(lines)
    note = [line for line in lines[:start] if line.strip()]
    if start == end or len(note) > _NOTE_LINES:
        kept = [*lines[:start], *lines[end:]]
        return Letter(_plain(kept))
    headers: dict[str, str] = {}
    for match in filter(None, map(_HEADER.match, lines[start:end])):
        name = match["name"].lower()
        headers.setdefault(_NAMES.get(name, name), match["value"].strip())
    sent = parse_moment(headers.get("date", ""))
    return Letter(_plain(lines[end:]), True, headers.get("from", ""), sent)


def without_notices(text: str) -> str:
    """`text` without lines on unsubscribing and the like."""
    return "\n".join(line for line in text.split("\n") if not _is_notice(line)).strip()


def _is_notice(line: str) -> bool:
    return len(line) <= _NOTICE_LENGTH and _NOTICE.match(line.strip()) is not None


def _without_signature(lines: list[str]) -> list[str]:
    """Without what stands below the last "--", where that is short."""
    for position in range(len(lines) - 1, max(0, len(lines) - _SIGNATURE_LINES), -1):
        if _SIGNATURE.match(lines[position]):
            return lines[:position]
    return lines


def _header_block(lines: Sequence[str]) -> tuple[int, int]:
    """(first, behind the last) of the lines that stand above a forwarded mail, with their mark."""
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and _HEADER.match(lines[end]):
            end += 1
        if end - start >= _HEADERS and _names_sender(lines[start:end]):
            above = start
            while above and not lines[above - 1].strip(" >"):
                above -= 1
            return (above - 1 if above and _MARK.match(lines[above - 1]) else start), end
        start = max(end, start + 1)
    return 0, 0


def _names_sender(lines: Sequence[str]) -> bool:
    names = {match["name"].lower() for match in map(_HEADER.match, lines) if match}
    return bool(names & {"from", "von"} and names & {"date", "sent", "gesendet", "datum"})


def _plain(lines: Sequence[str]) -> str:
    filled = [line for line in lines if line.strip()]
    text = "\n".join(lines)
    if filled and sum(line.startswith(">") for line in filled) >= _QUOTED * len(filled):
        text = _QUOTE.sub("", text)
    return _unwrapped(without_notices(text))


def _unwrapped(text: str) -> str:
    """Paragraphs on one line each, where a mail program broke the lines."""
    lengths = sorted(len(line) for line in text.split("\n") if line.strip())
    width = lengths[int(len(lengths) * 0.8)] if lengths else 0
    least, most = _WRAPPED
    if not least <= width <= most:
        return text
    blocks = re.split(r"\n\s*\n", text)
    return "\n\n".join(_joined(block.split("\n"), _FAR * width) for block in blocks)


def _joined(lines: list[str], far: float) -> str:
    text = ""
    for line in lines:
        text += line.strip() + (" " if len(line) >= far else "\n")
    return text.strip()
