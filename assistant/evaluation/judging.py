"""One answer held against what is expected of it, and what is measured over all. To add a measure,
add a row to `MEASURES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, Protocol

from assistant.evaluation.cases import Case, Event, contains, in_order, mean, percentile
from assistant.results import Answer, Citation
from ingest.archive.copies import Carrier
from ingest.archive.rows import Stored
from ingest.article import normal_url


class Records(Protocol):
    """What is asked of the catalog."""

    def articles(self, ids: Sequence[str] | None = None) -> Iterator[Stored]: ...

    def copies(self, article_id: str) -> list[Carrier]: ...


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
    supported: tuple[bool, ...]  # of the statements, where the answer tells them apart
    values: tuple[bool, ...]
    relation: bool | None
    events: tuple[bool, ...]
    ordered: bool

    @property
    def confidence(self) -> float | None:
        """How sure the answer is, 0 to 1, where it says so."""
        found: float | None = getattr(self.answer, "confidence", None)
        return found

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
            faults.append(f"wrong relation {relation_of(answer)}")
        events = zip(case.events, self.events, strict=True)
        faults += [f"missing event {event.date}" for event, told in events if not told]
        if not self.ordered:
            faults.append("events out of order")
        only_gold = not (case.answers or case.values or case.events or case.relation) and case.gold
        if only_gold and not any(self.cited_gold):
            faults.append("gold article not cited")
        return "; ".join(faults)


def judge(
    case: Case, answer: Answer, records: Records, seconds: float, first_text: float | None
) -> Outcome:
    """The outcome of an answer that took so many seconds."""
    names = [names_of(citation, records) for citation in answer.citations]
    wanted = {*case.gold, *case.also_gold}
    timeline: Sequence[Any] = getattr(answer, "timeline", None) or ()
    quotes = {citation.number: citation.quote for citation in answer.citations}
    places = [
        [place for place, entry in enumerate(timeline) if _tells(entry, event, quotes)]
        for event in case.events
    ]
    stands_in = [value for value in case.also_values if value not in case.values]
    text = "" if answer.refused else answer.text
    return Outcome(
        case=case,
        answer=answer,
        seconds=seconds,
        first_text=first_text,
        contains=contains(text, case.answers) if case.answers else None,
        cited_gold=tuple(bool(each & wanted) for each in names) if case.gold else (),
        gold_cited=tuple(any(gold in each for each in names) for gold in case.gold),
        exact=tuple(is_exact(citation, records) for citation in answer.citations),
        supported=tuple(
            s.standing == "supported" for s in getattr(answer, "statements", None) or ()
        ),
        values=tuple(contains(text, [value, *stands_in]) for value in case.values),
        relation=relation_of(answer) == case.relation if case.relation else None,
        events=tuple(map(bool, places)),
        ordered=in_order(places),
    )


def names_of(citation: Citation, records: Records) -> frozenset[str]:
    """Ids and addresses of the cited article and of the copies that others carry."""
    copies = records.copies(citation.article_id)
    urls = (citation.url, *(copy.url for copy in copies))
    ids = (citation.article_id, *(copy.article_id for copy in copies))
    return frozenset(ids) | {normal_url(url) for url in urls if url}


def is_exact(citation: Citation, records: Records) -> bool:
    """Whether the quote is the stored text at its offsets."""
    stored = next(iter(records.articles([citation.article_id])), None)
    return stored is not None and bool(citation.quote) and (
        stored.article.text[citation.start : citation.end] == citation.quote
    )  # fmt: skip


def relation_of(answer: Answer) -> str:
    """How the reports of an answer stand to each other: "superseded", "disputed" or "none"."""
    conflict = getattr(answer, "conflict", None)
    return str(conflict.relation) if conflict else "none"


def _tells(entry: Any, event: Event, quotes: Mapping[int, str]) -> bool:
    if entry.date != event.date:
        return False
    told = (entry.text, quotes.get(entry.citation, ""))
    return not event.says or any(contains(text, event.says) for text in told)


Unit = Literal["share", "words", "ms"]


@dataclass(frozen=True)
class Measure:
    """A number over all outcomes, made of what each of them gives to it.

    `wants` tells the questions that can give something to it; `smaller`: less is better.
    """

    name: str
    title: str
    wants: Callable[[Case], bool]
    gives: Callable[[Outcome], Iterable[float]]
    unit: Unit = "share"
    smaller: bool = False
    sum_up: Callable[[Sequence[float]], float] = mean


@dataclass(frozen=True)
class Measured:
    """A measure's value, and of how many things it is; None where there are none."""

    value: float | None
    count: int

    def as_json(self) -> dict[str, object]:
        return {"value": None if self.value is None else round(self.value, 4), "count": self.count}


def measured(measure: Measure, outcomes: Iterable[Outcome]) -> Measured:
    """What a measure comes to over these outcomes."""
    given = [float(value) for outcome in outcomes for value in measure.gives(outcome)]
    return Measured(measure.sum_up(given) if given else None, len(given))


def _any(case: Case) -> bool:
    return True


def _refused(unanswerable: bool) -> Callable[[Outcome], Iterable[float]]:
    def gives(outcome: Outcome) -> Iterable[float]:
        same = outcome.case.unanswerable == unanswerable
        return (outcome.answer.refused,) if same else ()

    return gives


def _words(outcome: Outcome) -> Iterable[float]:
    if not outcome.answer.refused:
        yield sum(len(citation.quote.split()) for citation in outcome.answer.citations)


MEASURES = {measure.name: measure for measure in (
    Measure("answer-contains", "answer contains what is expected",
            lambda case: bool(case.answers), lambda o: () if o.contains is None else (o.contains,)),
    Measure("citation-precision", "citations that are of gold articles",
            lambda case: bool(case.gold), lambda o: o.cited_gold),
    Measure("citation-recall", "gold articles that are cited",
            lambda case: bool(case.gold), lambda o: o.gold_cited),
    Measure("exact-quotes", "quotes that are the stored text", _any, lambda o: o.exact),
    Measure("support", "statements that their sources support", _any, lambda o: o.supported),
    Measure("refused-rightly", "unanswerable questions refused",
            lambda case: case.unanswerable, _refused(True)),
    Measure("false-refusals", "answerable questions refused",
            lambda case: not case.unanswerable, _refused(False), smaller=True),
    Measure("conflicts-right", "conflicts told with all their values",
            lambda case: case.relation is not None,
            lambda o: () if o.relation is None else (o.relation and all(o.values),)),
    Measure("values-found", "expected values in the answers",
            lambda case: bool(case.values), lambda o: o.values),
    Measure("timelines-right", "timelines complete and in order",
            lambda case: bool(case.events),
            lambda o: (all(o.events) and o.ordered,) if o.events else ()),
    Measure("events-found", "expected events in the timelines",
            lambda case: bool(case.events), lambda o: o.events),
    Measure("words-per-answer", "words quoted in an answer, mean",
            _any, _words, unit="words", smaller=True),
    Measure("latency-p50", "time to the whole answer, median",
            _any, lambda o: (o.seconds * 1000,), "ms", True, partial(percentile, share=0.5)),
    Measure("latency-p95", "time to the whole answer, 95 of 100",
            _any, lambda o: (o.seconds * 1000,), "ms", True, partial(percentile, share=0.95)),
    Measure("first-text-p50", "time to the first text, median",
            _any, lambda o: () if o.first_text is None else (o.first_text * 1000,), "ms", True,
            partial(percentile, share=0.5)),
)}  # fmt: skip
