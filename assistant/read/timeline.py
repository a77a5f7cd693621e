"""What happened, in its order: dated sentences of the reports on one topic.

A sentence's date is the event's, counted from the day of the report: a report of Tuesday that says
"on Sunday" means the Sunday before; "two days later" counts from what was told just before. What is
announced for days to come is no event.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assistant.question.question import Question
from assistant.read.evidence import Evidence, Judge, repeats
from assistant.results import Passage
from ingest.archive.filters import DAY
from ingest.article import Article

_MONTHS = {
    name: number
    for number, name in enumerate(
        "january february march april may june july august september october november december"
        .split(), start=1,
    )
}  # fmt: skip
_SHORT = {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_SMALL = {word: value for value, word in enumerate(_NUMBERS)} | {"a": 1, "an": 1}
_MONTH = "|".join([*_MONTHS, *(rf"{name}\b\.?" for name in ("sept", *_SHORT))])
_YEAR = r"\d{4}|last\syear"
AHEAD = 4  # months in which a date without a year is announced rather than remembered
_N = rf"(?:\d{{1,2}}|{'|'.join(_SMALL)})"
_SAYS = re.compile(
    r"\b(?:said|says|told|announced|added|reported|wrote|tweeted|confirmed|according\sto\s[^,]{1,40})"
    r"(?:\s[\w’'-]+){0,4}\s*(?:on\s|,\s)?$",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"\b(?:will|would|shall|is\sto|are\sto|was\sto|due|scheduled|planned|plans|expected)"
    r"(?:\s[\w’'-]+){0,3}\s*$|\b(?:until|by|next|from|before|deadline|every|each)\s*(?:the\s)?$"
    r"|\b(?:takes\seffect|comes\sinto\sforce|begins|starts|opens|ends|closes|expires)\s*$",
    re.IGNORECASE,
)
_PLANS = re.compile(
    r"\b(?:will|would|expect\w*|plan\w*|intend\w*|due|again|to\sbe)\b", re.IGNORECASE
)
_NOT_OF = r"\b(?!\s(?:the|an?|his|her|its|their|he|she|it|they)\b)"  # something else
_PATTERN = re.compile(
    rf"\b(?:(?P<start>\d{{1,2}})(?:\s?[-–]\s?|\s(?:to|and)\s))?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"\s+(?:of\s+)?(?P<month>{_MONTH})(?!\w)(?:,?\s+(?P<year>{_YEAR}))?"
    rf"|\b(?P<month2>{_MONTH})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d|,\d{{3}})(?:,?\s+(?P<year2>{_YEAR}))?"
    rf"|\b(?P<month3>{_MONTH})(?:\sof)?\s+(?P<year3>{_YEAR})\b"
    rf"|\b(?P<lead4>in|last|since|early|late|(?:start|beginning|middle|end)\sof)\s+(?P<month4>{_MONTH})"
    rf"(?!\w)(?!\s+(?:\d|(?:of\s)?last\syear))"
    rf"|\b(?P<newyear>New\sYear[’']s\s(?:Day|Eve))\b"
    rf"|\b(?:in|since|of)\s+(?:early\s|late\s|mid-)?(?P<year5>(?:19|20)\d\d)\b"
    rf"|\b(?P<last>last\s)?(?<!Black\s)(?<!Bloody\s)(?P<weekday>{'|'.join(_DAYS)})\b"
    rf"(?P<week>\s(?:of\s)?last\sweek)?(?!\s(?:Times|Telegraph|Mirror|Express|Mail|Herald|Independent)\b)"
    rf"|\b(?P<near>yesterday|today|overnight|the\sday\sbefore\syesterday)\b"
    rf"|\b(?P<count>{_N})\s(?P<step>day|week|month|year)s?\s(?P<way>ago|earlier|before{_NOT_OF}|later|after\sthat|afterwards)\b"
    rf"|\b(?:the\s)?(?P<same>same\sday|next\sday|following\sday|day\sbefore|day\safter|previous\sday|next\smorning)\b"
    rf"|\blast\s(?P<period>week|month|year)\b|\bearlier\sthis\s(?P<this>month|year)\b",
    re.IGNORECASE,
)

_STEP = {"day": 1, "week": 7, "month": 30, "year": 365}
_SAME = {"same day": 0, "next day": 1, "following day": 1, "day after": 1, "next morning": 1,
         "day before": -1, "previous day": -1}  # fmt: skip


@dataclass(frozen=True)
class Dated:
    """A date as far as a text gives it: "2023-09-10", "2023-09" or "2023".

    `said`: it is the day on which somebody said so; `vague`: "the same day", told by others only.
    """

    iso: str
    said: bool
    vague: bool = False

    @property
    def first(self) -> date:
        """Its first day."""
        return date.fromisoformat((self.iso + "-01-01")[:10])


def is_of_a_day(article: Article) -> bool:
    """Whether "on Friday" can be counted from the day on which an article was published: a live or
    later updated one may have been written on any of many days."""
    first, last = article.published, article.updated or article.published
    late = first is not None and last is not None and (last.day - first.day).days > 1
    return article.kind != "live" and not late


def event_date(
    text: str,
    published: date | None,
    before: Dated | None = None,
    known: date | None = None,
    counts: bool = True,
) -> Dated | None:
    """When what a sentence tells happened, or was said; None where it does not say.

    Args:
        published: the day of the report, which "on Sunday" counts from.
        before: the date of the sentence before, which "two days later" counts from.
        known: the last day that the report knows of; default: `published`.
        counts: "on Sunday" counts from `published`; else it is not known which Sunday is meant.
    """
    found = list(_dates(text, published, before, known or published, counts))
    return min(found, key=lambda each: (each.said, each.vague), default=None)


def _dates(
    text: str, published: date | None, before: Dated | None, known: date | None, counts: bool
) -> Iterator[Dated]:
    for match in _PATTERN.finditer(text):
        lead = text[max(0, match.start() - 60) : match.start()]
        if _TO_COME.search(re.sub(r"\s(?:on|in)\s$", " ", lead)):
            continue
        iso = _iso(match, published, before, counts)
        if iso and not (known and iso > known.isoformat()[: len(iso)]):
            said = bool(_SAYS.search(re.sub(r"\bon\s$", "", lead)))
            yield Dated(iso, said, match["same"] is not None)


def _iso(
    match: re.Match[str], published: date | None, before: Dated | None, counts: bool
) -> str | None:
    part = match.groupdict()
    if not _PLANS.search(match.string):
        part["lead4"] = None  # "applied in May" is no announcement
    try:
        from_day = published if counts else None
        iso = _absolute(part, published) or _relative(part, from_day, before)
        return iso if iso and Dated(iso, False).first else None
    except (LookupError, ValueError, OverflowError):
        return None


def _absolute(part: dict[str, str | None], published: date | None) -> str | None:
    day, month = part["day"] or part["day2"], part["month"] or part["month2"]
    year = part["year"] or part["year2"]
    if day and month:
        first = min(int(day), int(part["start"] or day))  # "from 3 to 5 February"
        if year:
            return f"{_year(year, published):04}-{_number(month):02}-{first:02}"
        return _latest_day(_number(month), first, published)
    if part["newyear"]:
        eve = part["newyear"].lower().endswith("eve")
        return _latest_day(12, 31, published) if eve else _latest_day(1, 1, published)
    if part["month3"]:
        return f"{_year(part['year3'] or '', published):04}-{_number(part['month3']):02}"
    if part["month4"] and published:
        ahead = (part["lead4"] or "").lower() == "in"
        found = _latest_day(_number(part["month4"]), 1, published, AHEAD if ahead else 0)
        return (found or "")[:7] or None
    return part["year5"]


def _number(month: str) -> int:
    return _SHORT[month.lower()[:3]]


def _year(said: str, published: date | None) -> int:
    """Raises ValueError for "last year" in a report without a date."""
    if said.isdigit():
        return int(said)
    if published is None:
        raise ValueError(said)
    return published.year - 1


def _latest_day(month: int, day: int, published: date | None, announced: int = AHEAD) -> str | None:
    """The last such day; one of the next months is still to come and no day of last year."""
    if published is None:
        return None
    ahead = (month - published.month) % 12
    back = (month, day) > (published.month, published.day) and ahead > announced
    return date(published.year - back, month, day).isoformat()


def _relative(
    part: dict[str, str | None], published: date | None, before: Dated | None
) -> str | None:
    anchor = _anchor(before)
    if part["same"]:
        back = _SAME[part["same"].lower()]
        start = anchor or published
        return (start + timedelta(days=back)).isoformat() if start else None
    if part["count"]:
        return _stepped(part, published, anchor)
    if published is None:
        return None
    if part["weekday"]:
        return _weekday(part, published).isoformat()
    if part["near"]:
        back = {"today": 0, "the day before yesterday": 2}.get(part["near"].lower(), 1)
        return (published - timedelta(days=back)).isoformat()
    return _period(part, published)


def _weekday(part: dict[str, str | None], published: date) -> date:
    """The last one; of "Monday last week", that of the calendar's week before."""
    back = published.weekday() - _DAYS.index((part["weekday"] or "").lower())
    if part["week"]:
        return published - timedelta(days=back + 7)
    back %= 7
    return published - timedelta(days=back or (7 if part["last"] else 0))


def _stepped(
    part: dict[str, str | None], published: date | None, anchor: date | None
) -> str | None:
    """ "three days later" from what was told before, "two weeks ago" from the report."""
    said = (part["count"] or "").lower()
    count = int(said) if said.isdigit() else _SMALL[said]
    step, way = (part["step"] or "").lower(), (part["way"] or "").lower()
    start = published if way == "ago" or not anchor else anchor
    if start is None:
        return None
    forward = way in ("later", "after that", "afterwards")
    if forward and not anchor:
        return None
    found = start + timedelta(days=(1 if forward else -1) * count * _STEP[step])
    length = {"day": 10, "week": 10, "month": 7, "year": 4}[step]
    return found.isoformat()[:length]


def _period(part: dict[str, str | None], published: date) -> str | None:
    if part["this"]:
        return published.isoformat()[: 7 if part["this"].lower() == "month" else 4]
    if not part["period"]:
        return None
    if part["period"].lower() == "year":
        return f"{published.year - 1:04}"
    if part["period"].lower() == "month":
        return (published - timedelta(days=published.day)).isoformat()[:7]
    return None  # "last week" is no day


def _anchor(before: Dated | None) -> date | None:
    return before.first if before and len(before.iso) == 10 else None  # noqa: PLR2004


ARTICLES = 8  # that are read whole
# Of the best article's share of the question that another one must say; and one that leaves out one
# more of the question's names.
ON_TOPIC, NEARLY_NAMED = 0.55, 0.57
SAME_STORY = 120 * DAY  # seconds
SAME_HEADLINE = 0.01  # of what the best article's headline says of the topic
ENOUGH_TOLD = 0.3  # of the question, by the best article: with less, all is of something else
MOST = 12  # events
BACKGROUND = 0.5  # how much less an event of years ago is worth
A_DAY = 2  # events of one day at most


@dataclass(frozen=True)
class Event:
    """A sentence and the date of what it tells: "2023-09-10", "2023-09" or "2023"."""

    evidence: Evidence
    date: str
    said: bool = False  # it is the date of what somebody said


def events_of(question: Question, passages: Sequence[Passage], judge: Judge) -> list[Event]:
    """The events of a topic, the earliest first."""
    whole = _whole(passages)
    ranked = judge.rank(whole)
    kept = _on_topic(ranked)
    dated = [event for passage in whole if passage.article_id in kept
             for event in _dated(ranked, passage)]  # fmt: skip
    within = [event for event in dated if _within(event.date, question.period)]
    return sorted(_chosen(within), key=lambda event: (event.date, event.evidence.start))


def _whole(passages: Sequence[Passage]) -> list[Passage]:
    """The articles of the passages, each as one passage."""
    first: dict[str, Passage] = {}
    for passage in passages:
        whole = replace(passage, start=0, end=len(passage.article.text))
        first.setdefault(passage.article_id, whole)
    return list(first.values())[:ARTICLES]


def _on_topic(ranked: Sequence[Evidence]) -> set[str]:
    told: dict[str, float] = {}
    unnamed: dict[str, int] = {}
    for evidence in ranked:
        key = evidence.passage.article_id
        told[key] = max(told.get(key, 0.0), evidence.facts.context)
        unnamed[key] = evidence.facts.unnamed
    best, fewest = max(told.values(), default=0.0), min(unnamed.values(), default=0)
    if best < ENOUGH_TOLD:
        return set()
    least = {fewest: ON_TOPIC * best, fewest + 1: NEARLY_NAMED * best}
    kept = {key for key in told if told[key] >= least.get(unnamed[key], 2.0)}
    return {key for key in kept if _is_of_story(key, ranked, told)}


def _is_of_story(key: str, ranked: Sequence[Evidence], told: dict[str, float]) -> bool:
    """Whether an article is of the best one's time, or its headline speaks of the topic, too."""
    of = {evidence.passage.article_id: evidence for evidence in ranked}
    first = of[max(told, key=lambda each: told[each])]
    dates = [e.passage.article.published for e in (of[key], first)]
    if dates[0] and dates[1] and abs(dates[0].epoch - dates[1].epoch) <= SAME_STORY:
        return True
    return of[key].facts.headline >= SAME_HEADLINE * max(first.facts.headline, 0.01)


def _dated(ranked: Sequence[Evidence], passage: Passage) -> Iterator[Event]:
    """The sentences of one article that say when; what is told without a date is of none."""
    dates = [m.day for m in (passage.article.published, passage.article.updated) if m]
    published = dates[0] if dates else None
    before: Dated | None = None
    own = (e for e in ranked if e.passage.article_id == passage.article_id)
    for evidence in sorted(own, key=lambda e: e.start):
        known = max(dates, default=None)
        found = event_date(evidence.text, published, before, known, is_of_a_day(passage.article))
        if found:
            yield Event(evidence, found.iso, found.said)
        before = found or before


def _within(iso: str, period: tuple[str, str]) -> bool:
    """Whether a date may lie in a period; of a month or a year, a part of it may."""
    since, until = (end[: len(iso)] for end in period)
    return (not since or iso >= since) and (not until or iso <= until)


def _chosen(events: Sequence[Event]) -> list[Event]:
    """The ones that say most of the topic, few of a day, none twice."""
    chosen: list[Event] = []
    days: Counter[str] = Counter()
    for event in sorted(events, key=_worth, reverse=True):
        same = any(repeats(event.evidence, other.evidence) for other in chosen)
        if len(chosen) < MOST and days[event.date] < A_DAY and not same:
            chosen.append(event)
            days[event.date] += 1
    return chosen


def _worth(event: Event) -> float:
    facts = event.evidence.facts
    lead = 1.0 / (1.0 + event.evidence.start / 500)
    worth = facts.context + 0.5 * facts.like + 0.3 * (lead + facts.new - event.said)
    return worth - (BACKGROUND if _is_background(event) else 0.0)


def _is_background(event: Event) -> bool:
    """Whether it lies more than a year before the report, which then only looks back."""
    published = event.evidence.passage.article.published
    return published is not None and event.date < f"{published.day.year - 1}"
