"""Time said in words in a question, as ranges of days of publication.

What is read is a wish of the search and no rule, so phrases are read plainly: what stands before
one says which end it bounds and which part is meant, and a name ("Theresa May") is no month.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Literal

from assistant.question.times.phrases import (
    CLOSED,
    COUNT,
    DAY,
    REACH,
    Days,
    Mention,
    S,
    find_mentions,
    part_of,
)
from ingest.vocabulary import MONTH, WEEKDAY

Kind = Literal[
    "none", "since", "before", "after", "until", "by", "from", "between", "in", "on", "over",
    "for", "of", "",
]  # fmt: skip
Bounds = tuple[str | None, str | None]
Link = Literal["", "and", "to"]

BOUNDS = {"since", "before", "after", "until", "by"}
STRONG = BOUNDS | {"from", "between"}
GOVERNORS: tuple[tuple[Kind, str], ...] = (
    ("none", r"first\s+time\s+since|as\s+of|than|compared\s+(?:to|with)|(?:up|down)\s+from|versus"
             r"|vs\.?|unlike|next|coming|about\s+how|every|each|any|per|another|no"),
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
    r"(?i)(?<![\w'-])(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in GOVERNORS)
    + r")\s+(?:and\s+including\s+)?(?:(?:about|around|roughly|exactly|only)\s+)?$"
)
# The prepositions that make a date of a phrase, beside the strong ones.
GOVERN: dict[str, set[Kind]] = {
    "date": {"in", "on", "over"}, "weekday": {"on"}, "month": {"in", "over"}, "year": {"in"},
    "quarter": {"in", "for"}, "other": {"in", "on", "over", "for"},
}  # fmt: skip
_PART = re.compile(
    r"(?i)(?<![\w'-])(?:the\s+)?(?:very\s+)?(?:(?P<third>early|mid|late)(?:\s+(?:part\s+)?(?:in|on|of))?"
    r"|(?P<edge>start|beginning|middle|end)\s+of"
    r"|(?P<piece>(?:first|second|third|fourth|last)\s+(?:half|quarter|week))\s+(?:of|in))(?:\s+|(?<=mid)-)$"
)
_LINK = re.compile(
    r"(?i)\s?-\s?|,\s+|,?\s+(?P<word>to|until|till|through|thru|up\s+to|and|or|with|vs\.?|versus"
    r"|compared\s+(?:to|with))(?:\s+(?:in|on|the))*\s+"
)
_TO = {"", "-", "to", "until", "till", "through", "thru"}
_ONWARDS = re.compile(r"\s+(?:onwards?|on(?=\W*$|,))", re.IGNORECASE)
_LATEST = re.compile(
    r"(?i)\b(?:(?<!at the )latest|newest|most\s+recent(?:ly)?"
    r"|currently|current|now(?!-)|nowadays|at\s+the\s+moment|at\s+present|presently|lately"
    r"|these\s+days|today|tonight|so\s+far|to\s+date|up[\s-]to[\s-]date"
    r"|this\s+(?:hour|minute|morning|afternoon|evening)"
    r"|breaking(?=\s+(?:news|stor(?:y|ies)|now|today)\b|\s*(?:[:?.!]|$))|what(?:'s|\s+is)\s+new"
    r"|any\s+(?:news|updates?))\b"
)
YEAR_ON = 364 * DAY
_FAR = 730 * DAY  # a time so long ago is background where a recent one is named, too

MASK = "•"
# The last four are letters that match an ASCII one when case is ignored.
_ALIKE = str.maketrans("‘’‐‑‒–—−\u0130\u0131\u017f\u212a", "''------" + MASK * 4)
_OTHERS_WORDS = re.compile(r"“[^“”]{1,400}”|\"[^\"]{1,400}\"")
_NAMES = re.compile(
    rf"(?i)\b(?:(?:black|super|ash|cyber|good|bloody|giving|boxing|holy|palm|easter)\s+(?:{WEEKDAY})"
    rf"|(?:{WEEKDAY})\s+(?:times|telegraph|mirror|express|mail|mass|prayers|school)"
    r"|(?:satur|mon|sun|thurs)day\s+night\s+(?:live|football)|last\s+week\s+tonight"
    r"|business\s+today|usa\s+today|friday\s+the\s+13th)\b"
)
# What is to come is not in the archive, and what comes round again is at no one time.
_NOT_PAST = re.compile(
    rf"(?i)\b(?:next|coming|upcoming|later(?:\s+in)?\s+this|later|the\s+following|the\s+previous|every"
    rf"|each|any|per|another){S}(?:{COUNT}{S})?(?:(?:{WEEKDAY}|{MONTH}"
    r"|day|week|weekend|month|quarter|year|decade|spring|summer|autumn|fall|winter)s?)\b"
    rf"|\b(?:more{S}than|over|at{S}least|less{S}than|up{S}to){S}{COUNT}{S}\w+{S}ago\b"
)
_COMING = re.compile(r"\b(?:will|won't|shall|(?:set|due|expected|scheduled) to)\b[^.?!;]*$", re.I)


@dataclass(frozen=True)
class Period:
    """Days of publication ("2023-07-10"), both ends included; None is an open end. `words` are
    those of the question, and `text[start:end] == words` in it.
    """

    since: str | None
    until: str | None
    words: str
    start: int
    end: int


@dataclass(frozen=True)
class _Lead:
    """What stands before a phrase and belongs to it. `start`: where the governing words begin;
    `inner`: where those of the part do."""

    kind: Kind
    start: int
    inner: int
    part: str = ""  # "early", "end"

    @property
    def edge(self) -> bool:
        """Whether one day bounds: "until the end of"."""
        return self.kind in BOUNDS and self.part in ("start", "beginning", "end")


@dataclass(frozen=True)
class _Read:
    """A phrase with its lead and its days; `link`: how the next phrase hangs on it."""

    mention: Mention
    lead: _Lead
    days: Days | None
    link: Link


def find_periods(text: str, now: datetime) -> tuple[Period, ...]:
    """Every time phrase of the text that names a range of the past, in order, not overlapping;
    those that are linked make one range.

    `now` has a zone; "yesterday" is a day of that zone. Events ("since the war"), durations, names
    ("Black Friday"), words in quotation marks and the future name no range.
    """
    plain, today = _masked(text), now.date()
    periods: list[Period] = []
    handed: Kind | None = None  # on by the phrase before: "in 2018 and 2019", "from May to June"
    joins = False
    for read in _reads(plain, today):
        mention, lead = read.mention, read.lead
        linked = handed is not None
        if handed is not None and lead.kind in ("", "none"):
            lead = replace(lead, kind=handed, start=lead.inner)
        elif read.link == "to" and not lead.kind and not lead.part:
            # "May to July 2023", but no working days, no modal verb
            verb = plain[mention.start].islower() and mention.phrase.name == "month"
            lead = replace(lead, kind="none" if verb or mention["weekday"] else "from")
        bounds = _bounds(plain, replace(read, lead=lead), today, linked or bool(read.link))
        onwards = _ONWARDS.match(plain, mention.end) if lead.kind == "from" else None
        end = onwards.end() if onwards else mention.end
        if bounds and joins and (periods[-1].since or "") <= (bounds[1] or "9"):
            periods[-1] = replace(periods[-1], until=bounds[1], end=end)
        elif bounds:
            start = lead.inner if lead.kind in ("of", "for") else lead.start
            periods.append(Period(*bounds, "", start, end))
        handed = None
        if read.link == "to":
            handed = "none" if lead.kind == "none" else "from"
        elif read.link and lead.kind not in BOUNDS:
            handed = lead.kind
        joins = bounds is not None and handed is not None
    return tuple(replace(each, words=text[each.start : each.end]) for each in periods)


def near(periods: Sequence[Period], now: datetime) -> Sequence[Period]:
    """Without the periods that ended long ago, where another did not: "Who was found this week,
    having vanished in 1974?"
    """
    limit = (now - _FAR).date().isoformat()
    kept = [each for each in periods if each.until is None or each.until >= limit]
    return kept or periods


def hull(found: Sequence[Period]) -> Period | None:
    """The range from the first since to the last until; an end that is open in one is open in all,
    unless both were: "after May and before July". The words are joined by " … ".
    """
    if len(found) <= 1:
        return found[0] if found else None
    since = [each.since for each in found if each.since]
    until = [each.until for each in found if each.until]
    first = min(since) if len(since) == len(found) else None
    last = max(until) if len(until) == len(found) else None
    if since and until and not first and not last:
        first, last = max(since), min(until)
    if not (first or last) or (first and last and first > last):
        return None
    words = " … ".join(each.words for each in found)
    return Period(first, last, words, found[0].start, found[-1].end)


def wants_latest(text: str) -> bool:
    """Whether recency is asked for, as by "latest", "recently", "now": a wish and not a range."""
    plain = _masked(text)
    return any(
        found[0][0].islower()
        or re.search(r"(?:^|[.?!:;\"(\n-])\s*$", plain[max(0, found.start() - 3) : found.start()])
        for found in _LATEST.finditer(plain)
    )


def _blank(found: re.Match[str]) -> str:
    return MASK * len(found[0])


def _masked(text: str) -> str:
    """The text with nothing in it that is somebody else's word, a name, or to come."""
    plain = text.translate(_ALIKE)
    if not _OTHERS_WORDS.fullmatch(plain.strip(" ?.!")):
        plain = _OTHERS_WORDS.sub(_blank, plain)
    return _NOT_PAST.sub(_blank, _NAMES.sub(_blank, plain))


def _reads(text: str, today: date) -> list[_Read]:
    """The phrases with their days; one without a year takes that of the phrase it hangs on."""
    mentions = find_mentions(text)
    ends = (0, *(mention.end for mention in mentions))
    leads = [_lead_of(text, mention, end) for mention, end in zip(mentions, ends, strict=False)]
    reads: list[_Read] = []
    for mention, lead in reversed([*zip(mentions, leads, strict=True)]):
        later = reads[0] if reads else None
        link: Link = ""
        if later and (found := _LINK.fullmatch(text[mention.end : later.lead.inner])):
            word = (found["word"] or found[0].strip()).lower()
            between = word == "and" and lead.kind == "between"
            row, other = mention.phrase, later.mention.phrase
            alike = row.family == other.family != "other"
            led = between or lead.kind in ("from", "since") or other.stands == "end"
            if word in _TO or word.startswith("up") or between:
                link = "to" if led or alike else ""
            elif alike:
                link = "and"
        anchor = later.days.first if link and later and later.days else today
        reads.insert(0, _Read(mention, lead, _days(mention, lead, anchor, today), link))
    for at, (one, next_one) in enumerate(pairwise(reads)):
        alike = one.mention.phrase.family == next_one.mention.phrase.family
        floats = next_one.mention.floats and not one.mention.floats
        if one.link and alike and floats and one.days:
            days = _days(next_one.mention, next_one.lead, one.days.first + YEAR_ON, today)
            reads[at + 1] = replace(next_one, days=days)
    return reads


def _lead_of(text: str, mention: Mention, after: int) -> _Lead:
    """The words before a phrase that belong to it, none of them before `after`."""
    floor = max(after, mention.start - REACH)
    part = _PART.search(text[floor : mention.start])
    inner = floor + part.start() if part else mention.start
    which = (part["third"] or part["edge"] or part["piece"]).lower() if part else ""
    governor = _GOVERNOR.search(text[floor:inner])
    if not governor:
        return _Lead("", inner, inner, which)
    kind = next(kind for kind, _ in GOVERNORS if governor[kind])
    return _Lead(kind, floor + governor.start(), inner, which)


def _days(mention: Mention, lead: _Lead, anchor: date, today: date) -> Days | None:
    days = mention.phrase.read(mention, anchor if mention.floats else today)
    if not days or not lead.part:
        return days
    if lead.edge:
        day = days.last if lead.part == "end" else days.first
        return Days(day, day)
    if mention["which"] == "this" and mention["unit"] == "year":
        days = replace(days, last=date(days.first.year, 12, 31))
    return part_of(days, lead.part)


def _bounds(text: str, read: _Read, today: date, linked: bool) -> Bounds | None:
    """The ends of a phrase with its preposition; None for what is to come, or is no time here."""
    mention, lead, days = read.mention, read.lead, read.days
    if mention.phrase.stands == "end" and not linked:
        return None
    if not days or days.first > today or not _believed(text, mention, lead):
        return None
    # "Who will speak on Sunday?": the next one.
    recurs = mention.phrase.family == "weekday" or mention["unit"] == "weekend"
    if recurs and _COMING.search(text[max(0, lead.start - 2 * REACH) : lead.start]):
        return None
    # "from July on", and a range whose other end is an event, or is not read.
    half = (lead.kind == "between" and not linked and not mention["day2"]) or (
        lead.kind == "from" and _ONWARDS.match(text, mention.end)
    )
    ends: dict[str, tuple[date | None, date | None]] = {
        "since": (days.first, None),
        "before": (None, days.last if lead.edge and lead.part == "end" else days.first - DAY),
        "after": (days.last + DAY, None),
        "until": (None, days.last),
        "by": (None, days.last),
    }
    since, until = ends["since"] if half else ends.get(lead.kind, (days.first, days.last))
    # A month or a year after "by" is a goal more often than a limit.
    limit = lead.edge or (mention.phrase.family == "date" and days.first == days.last)
    too_late = since and since > today
    if too_late or (lead.kind == "by" and (not limit or days.last > today)):
        return None
    return since.isoformat() if since else None, until.isoformat() if until else None


def _believed(text: str, mention: Mention, lead: _Lead) -> bool:
    """Whether the phrase stands for a time here, by the words around it."""
    row = mention.phrase
    if lead.kind == "none" or row.stands in ("free", "end"):
        return lead.kind != "none"
    # Whether no noun of its own follows: "the January 6, 2021, attack" has one past the comma.
    determined = mention.found[0][:4].lower() == "the " or text[: mention.start].endswith("the ")
    comma = determined and text[mention.end : mention.end + 1] == ","
    closed = bool(CLOSED.match(text, mention.end + comma))
    govern = STRONG | (GOVERN.get(row.name) or GOVERN[row.family])
    governed = lead.kind in govern or bool(lead.part) or bool(mention["which"])
    if row.name == "month" and mention["month"] == "may" and lead.kind != "in":
        return governed and (closed or bool(lead.part))  # "since May took office", "May's cabinet"
    owns = text[mention.end : mention.end + 2].lower() == "'s"
    in_year = row.family == "year" and lead.kind == "of"  # "the best film of 2022"
    return governed or owns or in_year or (row.stands == "alone" and closed)
