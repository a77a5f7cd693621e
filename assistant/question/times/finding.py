"""Time said in words in a question, as a range of days of publication."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Literal

from assistant.question.times.calendar import DAY, LENGTHS, Days, around
from assistant.question.times.doubts import (
    BOUNDS,
    Lead,
    believed,
    blank,
    headlined,
    lead_of,
    masked,
    part_of,
    starts_sentence,
)
from assistant.question.times.phrases import CLOSED, COUNT, Mention, S, count_of, find_mentions

_HOURS = re.compile(
    rf"(?:\b(?:in|over|during|within|for|from){S})?\b(?:the{S})?(?:past|last){S}(?:(?P<count>{COUNT}){S}"
    rf"(?P<unit>hour|minute)s?|hour)\b(?!{S}of\b|-)|\b(?P<ago>{COUNT}){S}hours?{S}ago\b",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"\s?-\s?|,\s+|,?\s+(?P<word>to|until|till|through|thru|up\s+to|and|or|with|vs\.?|versus"
    r"|compared\s+(?:to|with))(?:\s+(?:in|on|the))*\s+",
    re.IGNORECASE,
)
_TO = {"", "-", "to", "until", "till", "through", "thru"}
_AND = re.compile(r",?\s+(?:(?:and|but)\s+)?", re.IGNORECASE)
_ONWARDS = re.compile(r"\s+(?:onwards?|on(?=\W*$|,))", re.IGNORECASE)
_HALF = re.compile(r"\s+(?:to|until|till|through|thru)\s", re.IGNORECASE)
_LATEST = re.compile(
    r"\b(?:(?<!at the )latest|newest|most\s+recent(?:ly)?|currently|current"
    r"|now(?!-)|nowadays|at\s+the\s+moment|at\s+present|presently|lately|these\s+days|today|tonight"
    r"|so\s+far|to\s+date|up[\s-]to[\s-]date|this\s+(?:hour|minute|morning|afternoon|evening)"
    r"|breaking(?=\s+(?:news|stor(?:y|ies)|now|today)\b|\s*(?:[:?.!]|$))|what(?:'s|\s+is)\s+new"
    r"|any\s+(?:news|updates?))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Period:
    """Days of publication, both ends included; None is an open end.

    `since` and `until` are ISO days ("2023-07-10"), or ISO times with offset for spans counted in
    hours. `words` are those of the question, and `text[start:end] == words` in it.
    """

    since: str | None
    until: str | None
    words: str
    start: int
    end: int


YEAR_ON = 364 * DAY
Bounds = tuple[str | None, str | None]
Link = Literal["", "and", "to"]


@dataclass(frozen=True)
class _Read:
    """A phrase with its lead and its days; `link`: how the next phrase hangs on it."""

    mention: Mention
    lead: Lead
    days: Days | None
    link: Link


def find_periods(text: str, now: datetime) -> tuple[Period, ...]:
    """Every time phrase of the text that names a range of the past, in order, not overlapping.

    `now` has a zone; "yesterday" is a day of that zone. Events ("since the war"), durations, names
    ("Black Friday"), words in quotation marks and the future name no range.
    """
    plain = masked(text)
    found = _periods(_HOURS.sub(blank, plain), now.date())
    for hours in _HOURS.finditer(plain):  # through now; "three hours ago" is an hour either way
        minutes = (hours["unit"] or "").lower() == "minute"
        ago = hours["ago"]
        count = count_of(ago or hours["count"])
        back = timedelta(minutes=count) if minutes else timedelta(hours=count + bool(ago))
        ahead = timedelta(hours=count - 1 if ago else 0)
        in_utc = now.astimezone(timezone.utc)
        ends = ((in_utc - span).astimezone(now.tzinfo) for span in (back, ahead))
        since, until = (end.isoformat(timespec="seconds") for end in ends)
        found.append(Period(since, until, "", *hours.span()))
    whole = (replace(each, words=text[each.start : each.end]) for each in found)
    return tuple(sorted(whole, key=lambda each: each.start))


def wants_latest(text: str) -> bool:
    """Whether recency is asked for, as by "latest", "recently", "now": a wish and not a range."""
    plain = masked(text)
    return any(
        found[0][0].islower() or headlined(plain) or starts_sentence(plain, found.start())
        for found in _LATEST.finditer(plain)
    )


def _periods(text: str, today: date) -> list[Period]:
    reads = _reads(text, today)
    periods: list[Period] = []
    while reads:
        one, other = reads.pop(0), reads[0] if reads else None
        kind, end = one.lead.kind, one.mention.end
        bounded = (
            other
            and kind in ("since", "after")
            and other.lead.kind in ("before", "until")
            and _AND.fullmatch(text[end : other.lead.start])
        )
        if other and (one.link == "to" or bounded):
            reads.pop(0)
            end, bounds = other.mention.end, _from_to(text, one, other, today)
        else:
            shared = one.link == "and" and kind not in BOUNDS
            if other and shared and other.lead.kind in ("", "none"):  # "in 2018 and 2019"
                lead = replace(other.lead, kind=kind, start=other.lead.inner)
                reads[0] = replace(other, lead=lead)
            bounds = _bounds(text, one, today)
            onwards = _ONWARDS.match(text, end) if kind == "from" else None
            end = onwards.end() if onwards else end
        if bounds:
            start = one.lead.inner if kind in ("of", "for") else one.lead.start
            periods.append(Period(*bounds, "", start, end))
    return periods


def _reads(text: str, today: date) -> list[_Read]:
    """The phrases with their days; one without a year takes that of the phrase it hangs on."""
    mentions = find_mentions(text)
    ends = (0, *(mention.end for mention in mentions))
    leads = [lead_of(text, mention, end) for mention, end in zip(mentions, ends, strict=False)]
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


def _days(mention: Mention, lead: Lead, anchor: date, today: date) -> Days | None:
    unit = mention.said("unit")
    if lead.part and not lead.part["whole"] and mention.said("which") == "this" and unit in LENGTHS:
        days: Days | None = around(today, unit)
    else:
        days = mention.phrase.read(mention.found, anchor if mention.floats else today)
    return part_of(lead, days) if days else None


def _from_to(text: str, one: _Read, other: _Read, today: date) -> Bounds | None:
    if one.link != "to":
        first, last = _bounds(text, one, today), _bounds(text, other, today)
        ends = (first[0], last[1]) if first and last else None
        return ends if ends and (ends[0] or "") <= (ends[1] or "") else None
    if not one.days or not other.days:
        return None
    lead, row = one.lead, one.mention.phrase
    if not lead.kind and not lead.part:
        # With no preposition the whole of it must be no attribute, and no working days.
        lower = text[one.mention.start].islower() and row.name == "month"
        if lower or row.family == "weekday" or not CLOSED.match(text, other.mention.end):
            return None
        lead = replace(lead, kind="from")
    ended = other.mention.phrase.stands == "end"
    if not believed(text, one.mention, lead) or not (
        ended or believed(text, other.mention, replace(other.lead, kind="from"))
    ):
        return None
    since, until = one.days.first, other.days.last
    if row.family == "date" and one.mention.floats and other.mention.floats:
        # "from 27 to 29 October" asked on the 28th is under way, and not of a year ago.
        begun = _days(one.mention, one.lead, today, today)
        if begun and until < begun.first == begun.last:
            over = _days(other.mention, other.lead, begun.first + YEAR_ON, today)
            if over and (over.last - begun.first).days <= 92:  # noqa: PLR2004
                since, until = begun.first, over.last
    return (since.isoformat(), until.isoformat()) if since <= min(until, today) else None


def _bounds(text: str, read: _Read, today: date) -> Bounds | None:
    """The ends of a phrase with its preposition; None for what is to come, or is no time here."""
    mention, lead, days = read.mention, read.lead, read.days
    if not days or days.first > today or not believed(text, mention, lead):
        return None
    # "The end of the year" is to come while the year is not over.
    current = mention.said("which") == "this" or mention.phrase.stands == "part"
    edge = (lead.part["edge"] or "").lower() if lead.part else ""
    if days.last > today and current and edge in ("end", "close"):
        return None
    # "from July on", and a range whose other end is an event, or is not read.
    half = (lead.kind == "between" and not mention.said("day2")) or (
        lead.kind == "from"
        and (_ONWARDS.match(text, mention.end) or _HALF.match(text, mention.end))
    )
    ends: dict[str, tuple[date | None, date | None]] = {
        "since": (days.first, None),
        "before": (None, days.last if lead.edge in ("end", "close") else days.first - DAY),
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
