"""What happened, in its order: dated sentences of the reports on one topic.

A sentence's date is the event's, counted from the day of the report: a report of Tuesday that says
"on Sunday" means the Sunday before; "two days later" counts from what was told just before. What is
announced for days to come is no event.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assistant.question.question import Question
from assistant.read.evidence import Evidence, Judge, repeats
from assistant.results import Passage, first_of_each
from ingest.archive.filters import DAY
from ingest.vocabulary import (
    CAPITALISED,
    MONTH,
    NUMBERS,
    ONES,
    SHORT_MONTH,
    WEEKDAY,
    month_number,
    weekday_number,
)

_SMALL = {"zero": 0} | {word: NUMBERS[word] for word in ONES[:12]} | {"a": 1, "an": 1}
_MONTH = rf"{MONTH}|(?:sept|{SHORT_MONTH})\b\.?"
_YEAR = r"\d{4}|last\syear"
AHEAD = 4  # months in which a date without a year is announced rather than remembered
_N = rf"(?:\d{{1,2}}|{'|'.join(_SMALL)})"
_SAYS = re.compile(
    r"(?i)\b(?:said|says|told|announced|added|reported|wrote|tweeted|confirmed|according\sto\s[^,]{1,40})"
    r"(?:\s[\w’'-]+){0,4}\s*(?:on\s|,\s)?$"
)
_TO_COME = re.compile(
    r"(?i)\b(?:will|would|shall|is\sto|are\sto|was\sto|due|scheduled|planned|plans|expected)"
    r"(?:\s[\w’'-]+){0,3}\s*$|\b(?:until|by|next|from|before|deadline|every|each)\s*(?:the\s)?$"
    r"|\b(?:takes\seffect|comes\sinto\sforce|begins|starts|opens|ends|closes|expires)\s*$"
)
_PLANS = re.compile(r"(?i)\b(?:will|would|expect\w*|plan\w*|intend\w*|due|again|to\sbe)\b")
_NOT_OF = r"\b(?!\s(?:the|an?|his|her|its|their|he|she|it|they)\b)"  # something else
_PATTERN = re.compile(
    rf"(?i)\b(?:(?P<start>\d{{1,2}})(?:\s?[-–]\s?|\s(?:to|and)\s))?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"\s+(?:of\s+)?(?P<month>{_MONTH})(?!\w)(?:,?\s+(?P<year>{_YEAR}))?"
    rf"|\b(?P<month2>{_MONTH})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d|,\d{{3}})(?:,?\s+(?P<year2>{_YEAR}))?"
    rf"|\b(?P<month3>{_MONTH})(?:\sof)?\s+(?P<year3>{_YEAR})\b"
    rf"|\b(?P<lead4>in|last|since|early|late|(?:start|beginning|middle|end)\sof)\s+(?P<month4>{_MONTH})"
    rf"(?!\w)(?!\s+(?:\d|(?:of\s)?last\syear))"
    rf"|\bNew\sYear[’']s\s(?P<feast>Day|Eve)\b"
    rf"|\b(?:in|since|of)\s+(?:early\s|late\s|mid-)?(?P<year5>(?:19|20)\d\d)\b"
    rf"|\b(?P<last>last\s)?(?<!Black\s)(?<!Bloody\s)(?P<weekday>{WEEKDAY})\b"
    rf"(?P<week>\s(?:of\s)?last\sweek)?(?!\s(?:Times|Telegraph|Mirror|Express|Mail|Herald|Independent)\b)"
    rf"|\b(?P<near>yesterday|today|overnight|the\sday\sbefore\syesterday)\b"
    rf"|\b(?P<count>{_N})\s(?P<step>day|week|month|year)s?\s(?P<way>ago|earlier|before{_NOT_OF}|later|after\sthat|afterwards)\b"
    rf"|\b(?:the\s)?(?P<same>same\sday|next\sday|following\sday|day\sbefore|day\safter|previous\sday|next\smorning)\b"
    rf"|\b(?P<year6>(?:last|earlier\sthis)\syear)\b|\b(?P<near3>(?:last|earlier\sthis)\smonth)\b"
)

# In days; and how much of "2023-01-01" is as exact.
_STEP = {"day": (1, 10), "week": (7, 10), "month": (30, 7), "year": (365, 4)}
_DAYS = {"same day": 0, "next day": 1, "following day": 1, "day after": 1, "next morning": 1,
         "day before": -1, "previous day": -1, "today": 0, "yesterday": -1, "overnight": -1,
         "the day before yesterday": -2}  # fmt: skip


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
    known = known or published
    anchor = before.first if before and len(before.iso) == len("2023-01-01") else None
    plans, counted = _PLANS.search(text), published if counts else None
    found = []
    for match in _PATTERN.finditer(text):
        lead = text[max(0, match.start() - 60) : match.start()]
        if _TO_COME.search(re.sub(r"\s(?:on|in)\s$", " ", lead)):
            continue
        part = {k.rstrip("234567"): v.lower() for k, v in match.groupdict().items() if v}
        if not plans:
            part.pop("lead", None)  # "applied in May" is no announcement
        said = bool(_SAYS.search(re.sub(r"\bon\s$", "", lead)))
        try:
            iso = _absolute(part, published) or _relative(part, counted, anchor)
            dated = Dated(iso or "", said, "same" in part)
            first = dated.first
        except (LookupError, ValueError, OverflowError):
            continue  # it does not say when, or there is no such day
        if known is None or first <= known:
            found.append(dated)
    return min(found, key=lambda each: (each.said, each.vague), default=None)


def _absolute(part: Mapping[str, str], published: date | None) -> str | None:
    """A day, a month or a year by its name. Without a year it is the last such one; one of the next
    months is still to come and no day of last year."""
    said, day = part.get("year", ""), part.get("day", "")
    month = month_number(part["month"]) if "month" in part else 0
    if "feast" in part:
        month, day = (12, "31") if part["feast"] == "eve" else (1, "1")
    first = min(int(day), int(part.get("start", day))) if day else 1  # "from 3 to 5 February"
    if said.isdigit():
        year = int(said)
    elif published is None or not (said or month):
        return None
    elif said:
        year = published.year - said.startswith("last")
    else:
        ahead = (month - published.month) % 12
        back = (month, first) > (published.month, published.day)
        announced = AHEAD if day or part.get("lead") == "in" else 0
        year = published.year - (back and ahead > announced)
    return f"{year:04}-{month:02}-{first:02}"[: 10 if day else 7 if month else 4]


def _relative(part: Mapping[str, str], published: date | None, anchor: date | None) -> str | None:
    """ "three days later" from what was told before, "two weeks ago" from the report."""
    start, exact = published, 10
    if "same" in part:
        start, days = anchor or published, _DAYS[part["same"]]
    elif "count" in part:
        said, way = part["count"], part["way"]
        days, exact = _STEP[part["step"]]
        days *= int(said) if said.isdigit() else _SMALL[said]
        if way in ("later", "after that", "afterwards"):
            start = anchor
        else:
            start, days = published if way == "ago" else anchor or published, -days
    elif published is None:
        return None
    elif "weekday" in part:  # the last one; of "Monday last week", that of the calendar's week
        back = published.weekday() - weekday_number(part["weekday"])
        days = -(back + 7 if "week" in part else back % 7 or 7 * ("last" in part))
    elif part["near"].endswith("month"):
        days, exact = -published.day if part["near"].startswith("last") else 0, 7
    else:
        days = _DAYS[part["near"]]
    return (start + timedelta(days=days)).isoformat()[:exact] if start else None


ARTICLES = 8  # that are read whole
# Of the best article's share of the question that another one must say; and one that leaves out one
# more of the question's names.
ON_TOPIC, NEARLY_NAMED = 0.55, 0.57
SAME_STORY = 120 * DAY  # seconds within which reports are of one event
SAME_HEADLINE = 0.01  # of what the best article's headline says of the topic
ENOUGH_TOLD = 0.3  # of the question, by the best article: with less, all is of something else
MOST = 12  # events
BACKGROUND = 0.5  # how much less an event of years ago is worth
A_DAY = 2  # events of one day at most
_TELLING = re.compile(rf"(?<!^)\b{CAPITALISED}|[$€£]?\d[\d,.]*")  # names and figures


@dataclass(frozen=True)
class Event:
    """A sentence and the date of what it tells: "2023-09-10", "2023-09" or "2023"."""

    evidence: Evidence
    date: str
    said: bool = False  # it is the date of what somebody said

    @property
    def worth(self) -> float:
        """How much it says of the topic. A report only looks back on what lies more than a year
        before it."""
        facts, published = self.evidence.facts, self.evidence.passage.article.dated
        lead = 1.0 / (1.0 + self.evidence.start / 500)
        names = min(4, len(set(_TELLING.findall(self.evidence.text)))) / 4
        worth = facts.context + 0.3 * (lead + names - self.said)
        looks_back = published is not None and self.date < f"{published.day.year - 1}"
        return worth - (BACKGROUND if looks_back else 0.0)


def events_of(question: Question, passages: Sequence[Passage], judge: Judge) -> list[Event]:
    """The events of a topic, the earliest first."""
    whole = first_of_each(passages)[:ARTICLES]
    articles = [replace(each, start=0, end=len(each.article.text)) for each in whole]
    ranked = judge.rank(articles)
    kept = _on_topic(ranked)
    since, until = question.period
    events: list[Event] = []
    for passage in articles:
        if passage.article_id not in kept:
            continue
        dates = [m.day for m in (passage.article.dated, passage.article.updated) if m]
        published, known = (dates[0], max(dates)) if dates else (None, None)
        # A live or later updated report may have been written on any of many days.
        late = bool(dates) and (max(dates) - dates[0]).days > 1
        counts = passage.article.kind != "live" and not late
        before: Dated | None = None
        own = (e for e in ranked if e.passage.article_id == passage.article_id)
        for evidence in sorted(own, key=lambda e: e.start):
            found = event_date(evidence.text, published, before, known, counts)
            if found is None:
                continue  # what is told without a date is of none
            before, exact = found, len(found.iso)
            # Of a month or a year, a part may lie in the period.
            if found.iso >= since[:exact] and (not until or found.iso <= until[:exact]):
                events.append(Event(evidence, found.iso, found.said))
    chosen: list[Event] = []
    for event in sorted(events, key=lambda event: event.worth, reverse=True):
        same = any(repeats(event.evidence, other.evidence) for other in chosen)
        of_day = sum(other.date == event.date for other in chosen)
        if len(chosen) < MOST and of_day < A_DAY and not same:
            chosen.append(event)
    return sorted(chosen, key=lambda event: (event.date, event.evidence.start))


def _on_topic(ranked: Sequence[Evidence]) -> set[str]:
    """The articles that say about as much of the topic as the best one, and are of its time or have
    a headline that speaks of it, too."""
    first = max(ranked, key=lambda evidence: evidence.facts.context, default=None)
    if first is None or first.facts.context < ENOUGH_TOLD:
        return set()
    fewest = min(evidence.facts.unnamed for evidence in ranked)
    kept = set()
    for evidence in ranked:  # `unnamed` and `headline` are the article's
        facts, article = evidence.facts, evidence.passage.article
        share = {fewest: ON_TOPIC, fewest + 1: NEARLY_NAMED}.get(facts.unnamed)
        if share is None or facts.context < share * first.facts.context:
            continue
        one, other = article.dated, first.passage.article.dated
        near = one and other and abs(one.epoch - other.epoch) <= SAME_STORY
        if near or facts.headline >= SAME_HEADLINE * max(first.facts.headline, 0.01):
            kept.add(evidence.passage.article_id)
    return kept
