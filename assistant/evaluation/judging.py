"""One answer held against what is expected of it, what is measured over all, and floors under that:
quality as a gate. To add a measure, add a row to `MEASURES`. Raise floors, never lower them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median_low
from typing import Literal

import numpy as np

from assistant.evaluation.cases import Case, Event, contains, in_order
from assistant.results import Answer, Citation, Entry
from ingest.archive.catalog import Catalog
from ingest.article import normal_url
from ingest.errors import SettingError


@dataclass(frozen=True)
class Outcome:
    """What came of a question. What is not expected of it is None or empty.

    Each tuple of truths is in the order of its things: `cited_gold` and `exact` of the citations,
    `gold_cited` of the gold articles, `values` and `events` of those expected.
    """

    case: Case
    answer: Answer
    seconds: float
    first_text: float | None  # seconds
    contains: bool | None
    cited_gold: tuple[bool, ...]
    gold_cited: tuple[bool, ...]
    exact: tuple[bool, ...]
    values: tuple[bool, ...]
    relation: bool | None
    events: tuple[bool, ...]
    ordered: bool

    @property
    def why(self) -> str:
        """What went wrong, in a few words; empty when nothing did."""
        case, answer = self.case, self.answer
        faults = [] if answer.complete else ["incomplete"]
        if not all(self.exact):
            faults.append("inexact quote")
        if case.unanswerable or answer.refused:
            if case.unanswerable != answer.refused:
                faults.append("refused" if answer.refused else "not refused")
            return "; ".join(faults)
        if self.contains is False:
            faults.append("wrong")
        values = zip(case.values, self.values, strict=True)
        faults += [f"missing value {value}" for value, there in values if not there]
        if self.relation is False:
            told = answer.conflict.relation if answer.conflict else "none"
            faults.append(f"wrong relation {told}")
        events = zip(case.events, self.events, strict=True)
        faults += [f"missing event {event.date}" for event, told in events if not told]
        if not self.ordered:
            faults.append("events out of order")
        only_gold = not (case.answers or case.values or case.events or case.relation) and case.gold
        if only_gold and not any(self.cited_gold):
            faults.append("gold article not cited")
        return "; ".join(faults)


def judge(
    case: Case, answer: Answer, catalog: Catalog, seconds: float, first_text: float | None
) -> Outcome:
    """The outcome of an answer that took so many seconds."""
    names = [names_of(citation, catalog) for citation in answer.citations]
    wanted = {*case.gold, *(each.article for each in case.also)}
    quotes = {citation.number: citation.quote for citation in answer.citations}

    def tells(entry: Entry, event: Event) -> bool:
        if entry.date != event.date:
            return False
        told = (entry.text, quotes.get(entry.citation, ""))
        return not event.says or any(contains(text, event.says) for text in told)

    places = [
        [place for place, entry in enumerate(answer.timeline) if tells(entry, event)]
        for event in case.events
    ]
    stands_in = [each.value for each in case.also if each.value not in case.values]
    text = "" if answer.refused else answer.text
    relation = answer.conflict.relation if answer.conflict else "none"
    return Outcome(
        case=case,
        answer=answer,
        seconds=seconds,
        first_text=first_text,
        contains=contains(text, case.answers) if case.answers else None,
        cited_gold=tuple(bool(each & wanted) for each in names) if case.gold else (),
        gold_cited=tuple(any(gold in each for each in names) for gold in case.gold),
        exact=tuple(is_exact(citation, catalog) for citation in answer.citations),
        values=tuple(contains(text, [value, *stands_in]) for value in case.values),
        relation=relation == case.relation if case.relation else None,
        events=tuple(map(bool, places)),
        ordered=in_order(places),
    )


def names_of(citation: Citation, catalog: Catalog) -> frozenset[str]:
    """Ids and addresses of the cited article and of the copies that others carry."""
    copies = catalog.copies(citation.article_id)
    urls = (citation.url, *(copy.url for copy in copies))
    ids = (citation.article_id, *(copy.article_id for copy in copies))
    return frozenset(ids) | {normal_url(url) for url in urls if url}


def is_exact(citation: Citation, catalog: Catalog) -> bool:
    """Whether the quote is the stored text at its offsets."""
    stored = next(iter(catalog.articles([citation.article_id])), None)
    there = stored.article.text[citation.start : citation.end] if stored else ""
    return bool(there) and there == citation.quote


Unit = Literal["share", "words", "ms"]


@dataclass(frozen=True)
class Measure:
    """A number over all outcomes, made of what each of them gives to it. `smaller`: less is
    better."""

    name: str
    title: str
    gives: Callable[[Outcome], Iterable[float]]
    unit: Unit = "share"
    smaller: bool = False
    sum_up: Callable[[Sequence[float]], float] = fmean


@dataclass(frozen=True)
class Measured:
    """A measure's value, and of how many things it is; None where there are none."""

    value: float | None
    count: int

    def as_json(self) -> dict[str, object]:
        return {"value": None if self.value is None else round(self.value, 4), "count": self.count}


MEASURES = {measure.name: measure for measure in (
    Measure("answer-contains", "answer contains what is expected",
            lambda o: () if o.contains is None else (o.contains,)),
    Measure("citation-precision", "citations that are of gold articles", lambda o: o.cited_gold),
    Measure("citation-recall", "gold articles that are cited", lambda o: o.gold_cited),
    Measure("exact-quotes", "quotes that are the stored text", lambda o: o.exact),
    Measure("support", "statements that their sources support",
            lambda o: (each.standing == "supported" for each in o.answer.statements)),
    Measure("refused-rightly", "unanswerable questions refused",
            lambda o: (o.answer.refused,) if o.case.unanswerable else ()),
    Measure("false-refusals", "answerable questions refused",
            lambda o: () if o.case.unanswerable else (o.answer.refused,), smaller=True),
    Measure("conflicts-right", "conflicts told with all their values",
            lambda o: () if o.relation is None else (o.relation and all(o.values),)),
    Measure("values-found", "expected values in the answers", lambda o: o.values),
    Measure("timelines-right", "timelines complete and in order",
            lambda o: (all(o.events) and o.ordered,) if o.events else ()),
    Measure("events-found", "expected events in the timelines", lambda o: o.events),
    Measure("words-per-answer", "words quoted in an answer, mean",
            lambda o: () if o.answer.refused else
            (sum(len(each.quote.split()) for each in o.answer.citations),), "words", True),
    Measure("latency-p50", "time to the whole answer, median",
            lambda o: (o.seconds * 1000,), "ms", True, median_low),
    Measure("latency-p95", "time to the whole answer, 95 of 100",
            lambda o: (o.seconds * 1000,), "ms", True,
            lambda taken: float(np.quantile(taken, 0.95, method="inverted_cdf"))),
    Measure("first-text-p50", "time to the first text, median",
            lambda o: () if o.first_text is None else (o.first_text * 1000,), "ms", True,
            median_low),
)}  # fmt: skip


_NOISE = 1e-9  # of floating point


@dataclass(frozen=True)
class Floor:
    """What a measure must reach; or must not exceed, where less of it is better. `measured` is what
    it is held against; it is not met, too, where nothing was."""

    name: str
    value: float
    measured: float | None = None

    @property
    def short(self) -> float:
        """By how much it is missed; negative when there is room."""
        difference = self.value - (math.nan if self.measured is None else self.measured)
        return -difference if MEASURES[self.name].smaller else difference

    @property
    def met(self) -> bool:
        return self.short <= _NOISE

    @property
    def text(self) -> str:
        """One sentence: which floor, whether it is met, by how much not."""
        name, floor = self.name, shown(self.name, self.value)
        side, bound = ("above", "ceiling") if MEASURES[name].smaller else ("below", "floor")
        if self.measured is None:
            return f"{name} was not measured: no answer gave anything to it; its {bound} is {floor}"
        value = shown(name, self.measured)
        if self.met:
            return f"{name} is {value}; its {bound} is {floor}"
        return f"{name} is {value}, {shown(name, self.short)} {side} its {bound} of {floor}"

    def as_json(self) -> dict[str, object]:
        value = None if self.measured is None else round(self.measured, 4)
        return {"name": self.name, "floor": self.value, "value": value, "met": self.met}


def read_floors(given: Iterable[str]) -> tuple[Floor, ...]:
    """Floors from texts such as "answer-contains=0.95".

    Raises:
        SettingError: the name is of no measure, or the value is no number that fits it.
    """
    floors = []
    for text in given:
        name, _, written = text.partition("=")
        name = name.strip()
        if name not in MEASURES:
            known = ", ".join(MEASURES)
            raise SettingError(
                f"There is no measure {name[:40]!r}. Give --floor NAME=VALUE with one of: {known}."
            )
        try:
            value = float(written)
        except ValueError:
            value = math.nan
        most = 1.0 if MEASURES[name].unit == "share" else math.inf
        if not (0 <= value <= most and math.isfinite(value)):
            form = "from 0 to 1" if most == 1 else "from 0 up"
            raise SettingError(
                f"The floor {text[:60]!r} cannot be used. Give {name} a number {form}: {name}=0.95."
            )
        floors.append(Floor(name, value))
    return tuple(floors)


def shown(name: str, value: float | None) -> str:
    """A measure's value as people read it.

    >>> shown("latency-p50", 1234.5), shown("answer-contains", 0.95)
    ('1,234 ms', '0.950')
    """
    if value is None:
        return "–"
    unit = MEASURES[name].unit
    return f"{value:.3f}" if unit == "share" else f"{value:,.0f} {unit}"
