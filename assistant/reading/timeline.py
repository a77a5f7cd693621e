"""What happened, in its order: dated sentences of the reports on one topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.question import Question
from assistant.reading.event_dates import Dated, event_date, is_of_a_day
from assistant.reading.evidence import Evidence, Judge, repeats
from assistant.results import Passage
from ingest.filters import DAY

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
