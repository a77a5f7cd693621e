"""What a publisher says of its own errors and updates: notes taken out of headline and text."""

from __future__ import annotations

import re
from collections.abc import Sequence

# "UPDATE 2-Bank lifts rates", "CORRECTED-Mine closes": how wires mark versions of a headline.
_MARK = re.compile(
    r"^(?P<mark>(?:UPDATE|WRAPUP|CORRECTED|CORRECTION|REFILE|RPT|REPEAT|RECAST|CLARIFICATION|AMENDED)"
    r"(?:[ -](?:\d+|REFILE|CORRECTED|UPDATE))*)\s*[-–—:]\s*(?=\S)"
)
_UPDATE = re.compile(r"^\(?(?:updated?|update \d+)\)?\s*[-–—:]\s*(?=\S)", re.IGNORECASE)
# A line in brackets above a wire story: "(Corrects day in second paragraph)".
_BRACKETED = re.compile(
    r"^\(\s*(?:(?:corrects?|corrected|correcting|refiles?|refiled|adds?|updates?|updated|recasts?"
    r"|clarifies|clarified|amends?|removes?|fixes|writes through|changes)\b)[^()]{3,400}\)\.?$",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"^[\W_]*(?:corrections?(?:\s+and\s+clarifications?)?|clarifications?|errat(?:um|a)"
    r"|editor[’']?s[’']?\s+notes?|korrektur|berichtigung|rectificatif|rectificación|corrección)"
    r"(?:\s*\([^()]{1,60}\)|,?\s+[A-Z][a-z]+\.?\s+\d{1,2}(?:,\s+\d{4})?)?\s*[:—]\s*\S",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"^[\W_]*this\s+(?:article|story|piece|post|item|version|column|caption)"
    r"(?:\s+(?:originally|first|published|posted|which|that|on|online|has|since)){0,4}\s+(?:was|has\s+been|have\s+been)\s+(?:\w+\s+){0,2}?"
    r"(?:amended|corrected|updated|clarified|edited)\b"
    r"|^[\W_]*the\s+(?:headline|caption)\s+(?:of|on)\s+this\s+\w+\s+(?:\w+\s+){1,3}?corrected\b"
    r"|^[\W_]*an?\s+(?:earlier|previous|original)\s+version\s+of\s+(?:this|the)\s+(?:\w+\s+)?"
    r"(?:article|story|piece|report|post|headline|item|column|caption|graphic|chart|map|table|photo)"
    r"\b"
    r"|^[\W_]*an?\s+(?:earlier|previous)\s+(?:article|story|headline|report)\s+(?:\w+\s+){0,3}?"
    r"(?:incorrectly|misstated|misspelled|wrongly)\b",
    re.IGNORECASE,
)
_HEAD, _TAIL = 4, 6  # lines with words at either end of a text among which notes stand
_LONGEST = 900  # characters of a note; a longer line is the story


def unmark(title: str) -> tuple[str, str | None]:
    """(headline without its mark, the mark).

    >>> unmark("UPDATE 2-Bank lifts rates")
    ('Bank lifts rates', 'UPDATE 2')
    """
    match = _MARK.match(title)
    if match:
        return title[match.end() :], match["mark"]
    match = _UPDATE.match(title)
    return (title[match.end() :], "UPDATE") if match else (title, None)


def take_notes(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """(lines of the story, notes) of a text whose paragraphs are lines."""
    told = [i for i, line in enumerate(lines) if line.strip()]
    ends = {*told[:_HEAD], *told[-_TAIL:]}
    notes = {i for i in ends if is_note(lines[i].strip(), at_top=i in told[:_HEAD])}
    if len(notes) == len(told):
        return list(lines), []  # a text of nothing but corrections is a story of its own
    return (
        [line for i, line in enumerate(lines) if i not in notes],
        [lines[i].strip().strip("()") for i in sorted(notes)],
    )


def is_note(line: str, *, at_top: bool = False) -> bool:
    """Whether a whole line tells of a correction or an update, not of the news."""
    if len(line) > _LONGEST:
        return False
    bracketed = at_top and _BRACKETED.match(line)
    return bool(bracketed or _LABELLED.match(line) or _SAYS.match(line))
