"""What stands before a time phrase: its preposition, and the part of it that is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.question.times.calendar import (
    DAY,
    Days,
    half_of,
    slice_of,
    third_of,
    week_of,
    weekend_of,
)
from assistant.question.times.phrases import Mention
from assistant.question.times.words import COUNT, REACH, count_of

Kind = Literal[
    "none", "since", "before", "after", "until", "by", "from", "between", "in", "on", "over",
    "for", "of", "",
]  # fmt: skip

BOUNDS = {"since", "before", "after", "until", "by"}
STRONG = BOUNDS | {"from", "between"}
GOVERNORS: tuple[tuple[Kind, str], ...] = (
    ("none", r"as\s+of|than|compared\s+(?:to|with)|(?:up|down)\s+from|versus|vs\.?|unlike|next"
             r"|coming|about\s+how|every|each|any|per|another|no"),
    ("since", r"(?:ever\s+)?since|(?:starting|beginning)\s+(?:in|on|from)"),
    ("before", r"before|prior\s+to|earlier\s+than"),
    ("after", r"after|later\s+than"),
    ("until", r"no\s+later\s+than|(?:up\s+)?until|till|up\s+to|through|thru"),
    ("by", r"by"),
    ("from", r"from"),
    ("between", r"between"),
    ("in", r"in|during|throughout|within"),
    ("on", r"on|dated"),
    ("over", r"over"),
    ("for", r"for|at"),
    ("of", r"of"),
)  # fmt: skip
_GOVERNOR = re.compile(
    r"(?<![\w'-])(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in GOVERNORS)
    + r")\s+(?:and\s+including\s+)?(?:(?:about|around|roughly|exactly|only)\s+)?$",
    re.IGNORECASE,
)
NTH = {"first": 0, "opening": 0, "1st": 0, "second": 1, "latter": 1, "2nd": 1, "third": 2,
       "3rd": 2, "fourth": 3, "4th": 3, "last": -1, "final": -1, "closing": -1}  # fmt: skip
THIRDS = {"early": 0, "start": 0, "beginning": 0, "mid": 1, "middle": 1, "late": 2, "end": 2,
          "close": 2}  # fmt: skip
EDGES = {"start", "beginning", "end", "close"}
_PART = re.compile(
    r"(?<![\w'-])(?:the\s+)?(?:very\s+)?(?:"
    r"(?P<third>early|mid|late)(?:\s+(?:part\s+)?(?:in|on|of))?"
    r"|(?P<edge>start|beginning|middle|end|close)\s+of"
    rf"|(?P<nth>{'|'.join(NTH)})\s+(?:(?P<count>{COUNT})\s+)?"
    r"(?P<unit>day|week|month|quarter|half|year)(?P<many>s)?\s+(?:of|in)"
    r"|(?P<span>week|weekend|day|night|morning|afternoon|evening)\s+"
    r"(?P<how>of|to|ending|ended|beginning|starting|commencing)(?:\s+on)?"
    r"|(?P<whole>earlier|already|sometime)(?:\s+(?:in|on))?"
    r")(?:\s+|(?<=mid)-)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Lead:
    """`start`: where the governing words begin; `inner`: where those of the part do."""

    kind: Kind
    start: int
    inner: int
    part: re.Match[str] | None = None

    @property
    def edge(self) -> str:
        """ "end" in "until the end of", for those bounds that need one day; else ""."""
        word = (self.part["edge"] or "").lower() if self.part else ""
        return word if word in EDGES and self.kind in BOUNDS else ""


def lead_of(text: str, mention: Mention, after: int) -> Lead:
    """The words before a phrase that belong to it, none of them before `after`."""
    floor = max(after, mention.start - REACH)
    left = text[floor : mention.start]
    part = _PART.search(left)
    inner = floor + part.start() if part else mention.start
    governor = _GOVERNOR.search(text[floor:inner])
    if not governor:
        return Lead("", inner, inner, part)
    kind = next(kind for kind, _ in GOVERNORS if governor[kind])
    return Lead(kind, floor + governor.start(), inner, part)


def part_of(lead: Lead, days: Days) -> Days | None:
    """The days that the words of the part leave: "the first week of", "early"."""
    part = lead.part
    if not part or part["whole"]:
        return days
    if lead.edge:
        day = days.first if THIRDS[lead.edge] == 0 else days.last
        return Days(day, day)
    if word := part["third"] or part["edge"]:
        return third_of(days, THIRDS[word.lower()])
    return _span_at(part, days) if part["span"] else _nth(part, days)


def _span_at(part: re.Match[str], days: Days) -> Days | None:
    """ "the week of 10 July" is the calendar's; "ending", "beginning" count seven days."""
    span, how = part["span"].lower(), part["how"].lower()
    if days.first != days.last:
        return None
    if span not in ("week", "weekend"):
        return days
    if span == "weekend" or how == "of":
        return (weekend_of if span == "weekend" else week_of)(days.first)
    if how in ("to", "ending", "ended"):
        return Days(days.first - 6 * DAY, days.first)
    return Days(days.first, days.first + 6 * DAY)


def _nth(part: re.Match[str], days: Days) -> Days | None:
    skipped, unit = NTH[part["nth"].lower()], part["unit"].lower()
    if unit == "half":
        return half_of(days, abs(skipped)) if skipped in (-1, 0, 1) else None
    if unit == "quarter" and days.months != 12:  # noqa: PLR2004
        return None
    return slice_of(days, skipped, count_of(part["count"] or (part["many"] and "few")), unit)
