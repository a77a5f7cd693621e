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


@dataclass(frozen=True)
class _Read:
    """A phrase with its lead and its days; `link`: how the next phrase hangs on it."""

    mention: Mention
    lead: Lead
    days: Days | None
    link: Literal["", "and", "to"]


def find_periods(text: str, now: datetime) -> tuple[Period, ...]:
    """Every time phrase of the text that names a range of the past, in order, not overlapping.

    `now` has a zone; "yesterday" is a day of that zone. Events ("since the war"), durations, names
    ("Black Friday"), words in quotation marks and the future name no range.
    """
    plain = masked(text)
    found = [_hours(match, now) for match in _HOURS.finditer(plain)]
    found += _periods(_HOURS.sub(blank, plain), now.date())
    whole = (replace(each, words=text[each.start : each.end]) for each in found)
    return tuple(sorted(whole, key=lambda each: each.start))


def wants_latest(text: str) -> bool:
    """Whether recency is asked for, as by "latest", "recently", "now": a wish and not a range."""
    plain = masked(text)
    return any(
        found[0][0].islower() or headlined(plain) or starts_sentence(plain, found.start())
        for found in _LATEST.finditer(plain)
    )


def _hours(found: re.Match[str], now: datetime) -> Period:
    """The last hours through now; "three hours ago" is an hour either way."""
    minutes = (found["unit"] or "").lower() == "minute"
    count = count_of(found["ago"] or found["count"])
    back = timedelta(minutes=count) if minutes else timedelta(hours=count + bool(found["ago"]))
    ahead = timedelta(hours=count - 1 if found["ago"] else 0)
    ends = ((now.astimezone(timezone.utc) - span).astimezone(now.tzinfo) for span in (back, ahead))
    since, until = (end.isoformat(timespec="seconds") for end in ends)
    return Period(since, until, "", found.start(), found.end())


def _periods(text: str, today: date) -> list[Period]:
    reads = _reads(text, today)
    periods: list[Period] = []
    while reads:
        one = reads.pop(0)
        end = one.mention.end
        if reads and _is_range(text, one, reads[0]):
            other = reads.pop(0)
            end, bounds = other.mention.end, _from_to(text, one, other, today)
        else:
            if reads and one.link == "and":
                reads[0] = _sharing(one, reads[0])
            bounds = _bounds(text, one, today)
            onwards = _ONWARDS.match(text, end) if one.lead.kind == "from" else None
            end = onwards.end() if onwards else end
        if bounds:
            weak = one.lead.kind in ("of", "for")
            start = one.lead.inner if weak else one.lead.start
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
        link = _link(text, mention, lead, later) if later else ""
        anchor = later.days.first if link and later and later.days else today
        reads.insert(0, _Read(mention, lead, _days(mention, lead, anchor, today), link))
    for at, (one, other) in enumerate(pairwise(reads)):
        alike = one.link and one.mention.phrase.family == other.mention.phrase.family
        if alike and other.mention.floats and not one.mention.floats and one.days:
            days = _days(other.mention, other.lead, one.days.first + YEAR_ON, today)
            reads[at + 1] = replace(other, days=days)
    return reads


def _days(mention: Mention, lead: Lead, anchor: date, today: date) -> Days | None:
    unit = mention.said("unit")
    if lead.part and not lead.part["whole"] and mention.said("which") == "this" and unit in LENGTHS:
        days: Days | None = around(today, unit)
    else:
        days = mention.phrase.read(mention.found, anchor if mention.floats else today)
    return part_of(lead, days) if days else None


def _link(text: str, mention: Mention, lead: Lead, later: _Read) -> Literal["", "and", "to"]:
    found = _LINK.fullmatch(text[mention.end : later.lead.inner])
    if not found:
        return ""
    word = (found["word"] or found[0].strip()).lower()
    between = word == "and" and lead.kind == "between"
    row, other = mention.phrase, later.mention.phrase
    if word in _TO or word.startswith("up") or between:
        led = between or lead.kind in ("from", "since") or other.stands == "end"
        return "to" if led or row.family == other.family != "other" else ""
    return "and" if row.family == other.family != "other" else ""


def _sharing(one: _Read, other: _Read) -> _Read:
    """The second of "in 2018 and 2019" is governed by the preposition of the first."""
    if other.lead.kind not in ("", "none") or one.lead.kind in BOUNDS:
        return other
    return replace(other, lead=replace(other.lead, kind=one.lead.kind, start=other.lead.inner))


def _is_range(text: str, one: _Read, other: _Read) -> bool:
    gap = text[one.mention.end : other.lead.start]
    bounded = one.lead.kind in ("since", "after") and other.lead.kind in ("before", "until")
    return one.link == "to" or (bounded and bool(_AND.fullmatch(gap)))


def _from_to(text: str, one: _Read, other: _Read, today: date) -> Bounds | None:
    if one.link != "to":
        first, last = _bounds(text, one, today), _bounds(text, other, today)
        ends = (first[0], last[1]) if first and last else None
        return ends if ends and (ends[0] or "") <= (ends[1] or "") else None
    if not one.days or not other.days or not _both_believed(text, one, other):
        return None
    first_day, last_day = one.days.first, other.days.last
    running = _running(one, other, today)
    if running:
        first_day, last_day = running.first, running.last
    if not first_day <= min(last_day, today):
        return None
    return first_day.isoformat(), last_day.isoformat()


def _running(one: _Read, other: _Read, today: date) -> Days | None:
    """ "from 27 to 29 October" asked on the 28th is under way, and not of a year ago."""
    if not (one.mention.phrase.family == "date" and one.mention.floats and other.mention.floats):
        return None
    first = _days(one.mention, one.lead, today, today)
    if not first or not other.days or first.first != first.last or first.last <= other.days.last:
        return None
    last = _days(other.mention, other.lead, first.first + YEAR_ON, today)
    short = last is not None and (last.last - first.first).days <= 92  # noqa: PLR2004
    return Days(first.first, last.last) if last and short else None


def _both_believed(text: str, one: _Read, other: _Read) -> bool:
    """A range with no preposition needs its whole self to be no attribute, and no working days."""
    alone = not one.lead.kind and not one.lead.part
    closed = bool(CLOSED.match(text, other.mention.end))
    lower = text[one.mention.start].islower() and one.mention.phrase.name == "month"
    if alone and (not closed or lower or one.mention.phrase.family == "weekday"):
        return False
    lead = replace(one.lead, kind="from") if alone else one.lead
    ended = other.mention.phrase.stands == "end"
    return believed(text, one.mention, lead) and (
        ended or believed(text, other.mention, replace(other.lead, kind="from"))
    )


def _is_the_end_of_this(read: _Read) -> bool:
    """ "The end of the year" is to come while the year is not over."""
    word = read.lead.part["edge"] if read.lead.part else ""
    current = read.mention.said("which") == "this" or read.mention.phrase.stands == "part"
    return current and (word or "").lower() in ("end", "close")


def _bounds(text: str, read: _Read, today: date) -> Bounds | None:
    """The ends of a phrase with its preposition; None for what is to come, or is no time here."""
    days = read.days
    if not days or days.first > today or not believed(text, read.mention, read.lead):
        return None
    if days.last > today and _is_the_end_of_this(read):
        return None
    ends = _ends(text, read, days)
    too_late = ends[0] and ends[0] > today
    # A month or a year after "by" is a goal more often than a limit.
    limit = read.lead.edge or (read.mention.phrase.family == "date" and days.first == days.last)
    if too_late or (read.lead.kind == "by" and (not limit or days.last > today)):
        return None
    since, until = (end.isoformat() if end else None for end in ends)
    return since, until


def _ends(text: str, read: _Read, days: Days) -> tuple[date | None, date | None]:
    kind = read.lead.kind
    if kind in ("from", "between") and _is_half(text, read):
        return days.first, None
    return {
        "since": (days.first, None),
        "before": (None, days.last if read.lead.edge in ("end", "close") else days.first - DAY),
        "after": (days.last + DAY, None),
        "until": (None, days.last),
        "by": (None, days.last),
    }.get(kind, (days.first, days.last))


def _is_half(text: str, read: _Read) -> bool:
    """ "from July on", and a range whose other end is an event, or is not read."""
    if read.lead.kind == "between":
        return not read.mention.said("day2")
    end = read.mention.end
    return bool(_ONWARDS.match(text, end) or _HALF.match(text, end))
