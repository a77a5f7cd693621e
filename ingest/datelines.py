"""The dateline that opens a wire story: "QINGDAO, China, July 16 (Reuters) - "."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.dates import month_of
from ingest.vocabulary import WEEKDAY

AGENCIES = (
    "Reuters", "Thomson Reuters", "Associated Press", "The Associated Press", "AP", "AFP",
    "Agence France-Presse", "Xinhua", "TASS", "Interfax", "dpa", "EFE", "ANSA", "Kyodo",
    "Kyodo News", "Yonhap", "Bloomberg", "PA", "PA Media", "UPI", "ANI", "PTI", "IANS", "CNN",
)  # fmt: skip
HEAD_LINES = 8  # a dateline stands in one of the first few lines, below labels of a desk
STORY_LINE = 160  # characters; a line this long is the story itself
_LABEL_LENGTH = 40  # a line no longer than this above the dateline is a label
_REST = 20  # characters that follow a dateline without a day, at least
_REST_AFTER_DAY = 3
_LETTERS = 4  # of a place without agency or day: shorter capitals are "GDP", "NATO"

_NAME = r"\b[^\W\d_]{3,12}\b\.?"  # of a month, as the dates of news have it
_DAY = rf"(?:{_NAME}\s+\d{{1,2}}|\d{{1,2}}\.?\s+(?:de\s+)?{_NAME})(?!\d)(?:,?\s+\d{{4}})?"
_CAPS = r"[A-ZÀ-Þ][A-ZÀ-Þ.’'-]+(?:[ /]+[A-ZÀ-Þ][A-ZÀ-Þ.’'-]*)*"
_CAPITALISED = r"[A-ZÀ-Þ][\w.’'-]+(?:[ /]+[A-ZÀ-Þa-zß-ÿ][\w.’'-]*){0,3}"
_REGION = rf"(?:\s?,\s+(?!{_NAME}\s+\d)[A-ZÀ-Þ][\w. ’'-]{{1,30}}?){{0,2}}"
_SMALL = r"(?:dpa|apa|epd|sid|ots|afp|ap|efe|ansa|lusa|belga|kna|ddp|aap)(?:[/-][\w-]+)?"
_AGENCY = rf"\((?P<agency>[A-Z][\w .&’'/-]{{1,40}}|{_SMALL})\)"
_DASH = r"\.?\s*(?:--|[-–—―])+\s+"
_BEFORE_DAY = r"\s?,?\s*(?:-\s+)?"
_AFTER_DAY = rf",?(?:\s*,?\s*(?P<wire>{'|'.join(AGENCIES)}|Reuter))?"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^(?P<place>(?:{_CAPS}|{_CAPITALISED}){_REGION})"
        rf"(?:{_BEFORE_DAY}(?P<day>{_DAY}){_AFTER_DAY})?(?:\s*{_AGENCY})?{_DASH}",
        rf"^{_AGENCY}{_DASH}",
        rf"^\((?P<agency>{'|'.join(AGENCIES)})\)\s+",
    )
)
_NO_PLACE = re.compile(r"^(?:UPDATE|EXCLUSIVE|BREAKING|FACTBOX|EXPLAINER|ANALYSIS|OPINION|NATO|NASA"
                       r"|WATCH|LIVE|FILE|CORRECTED|REFILE|RPT|PREVIEW|WRAPUP|WHAT|WHO|WHY|HOW|WHEN|BREXIT|UNESCO|UNICEF|MAYOR"
                       rf"|PRESIDENT|MINISTER|{WEEKDAY})\b")  # fmt: skip


@dataclass(frozen=True)
class Dateline:
    """Where and when a story was filed, as printed, and where its first sentence begins."""

    end: int  # characters of its line
    place: str | None = None
    day: str | None = None  # "July 16", with a year where one is printed
    agency: str | None = None


def parse_dateline(line: str) -> Dateline | None:
    """The dateline that a story's first line opens with.

    >>> parse_dateline("LIMA, Peru, March 9 (Reuters) - A report said the rains had ended.").place
    'LIMA, Peru'
    """
    if _NO_PLACE.match(line):
        return None
    for match in filter(None, (pattern.match(line) for pattern in _PATTERNS)):
        found, rest = match.groupdict(), line[match.end() :]
        place, day, agency = found.get("place", ""), found.get("day"), found.get("agency")
        if day and not any(map(month_of, re.findall(r"[^\W\d_]+", day))):
            continue
        # Capitals and a dash alone may also start a sentence such as "GDP - the broadest …".
        letters = sum(map(str.isalpha, place)) if place.partition(",")[0].isupper() else 0
        told = day or agency or (letters >= _LETTERS and not rest[:1].islower())
        if told and len(rest) >= (_REST_AFTER_DAY if day else _REST):
            return Dateline(match.end(), place or None, day, agency or found.get("wire"))
    return None


def find_dateline(lines: Sequence[str]) -> tuple[int, Dateline] | None:
    """The dateline of a story and the number of its line; short labels may stand above it."""
    for position, line in enumerate(map(str.strip, lines[:HEAD_LINES])):
        if found := parse_dateline(line):
            return position, found
        if len(line) > STORY_LINE or line.endswith((".", "!", "?")):
            return None  # the story has begun without one
    return None


def is_label(line: str) -> bool:
    """Whether a line above a dateline is the name of a desk or section, not a subheading."""
    return len(line) <= _LABEL_LENGTH
