"""What is measured. To add a measure, add a row to `MEASURES`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.evaluation.cases import Case
from assistant.evaluation.judging import Outcome
from assistant.evaluation.scoring import mean, percentile

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


def _answerable(case: Case) -> bool:
    return not case.unanswerable


def _contains(outcome: Outcome) -> Iterable[float]:
    return () if outcome.contains is None else (outcome.contains,)


def _conflict(outcome: Outcome) -> Iterable[float]:
    return () if outcome.relation is None else (outcome.relation and all(outcome.values),)


def _timeline(outcome: Outcome) -> Iterable[float]:
    return (all(outcome.events) and outcome.ordered,) if outcome.events else ()


def _refused(unanswerable: bool) -> Callable[[Outcome], Iterable[float]]:
    def gives(outcome: Outcome) -> Iterable[float]:
        same = outcome.case.unanswerable == unanswerable
        return (outcome.answer.refused,) if same else ()

    return gives


def _words(outcome: Outcome) -> Iterable[float]:
    if not outcome.answer.refused:
        yield sum(len(citation.quote.split()) for citation in outcome.answer.citations)


def _first_text(outcome: Outcome) -> Iterable[float]:
    return () if outcome.first_text is None else (outcome.first_text * 1000,)


def _p50(values: Sequence[float]) -> float:
    return percentile(values, 0.5)


def _p95(values: Sequence[float]) -> float:
    return percentile(values, 0.95)


_LIST = (
    Measure("answer-contains", "answer contains what is expected",
            lambda case: bool(case.answers), _contains),
    Measure("citation-precision", "citations that are of gold articles",
            lambda case: bool(case.gold), lambda o: o.cited_gold),
    Measure("citation-recall", "gold articles that are cited",
            lambda case: bool(case.gold), lambda o: o.gold_cited),
    Measure("exact-quotes", "quotes that are the stored text", _any, lambda o: o.exact),
    Measure("support", "statements that their sources support", _any, lambda o: o.supported),
    Measure("refused-rightly", "unanswerable questions refused",
            lambda case: case.unanswerable, _refused(True)),
    Measure("false-refusals", "answerable questions refused",
            _answerable, _refused(False), smaller=True),
    Measure("conflicts-right", "conflicts told with all their values",
            lambda case: case.relation is not None, _conflict),
    Measure("values-found", "expected values in the answers",
            lambda case: bool(case.values), lambda o: o.values),
    Measure("timelines-right", "timelines complete and in order",
            lambda case: bool(case.events), _timeline),
    Measure("events-found", "expected events in the timelines",
            lambda case: bool(case.events), lambda o: o.events),
    Measure("words-per-answer", "words quoted in an answer, mean",
            _any, _words, unit="words", smaller=True),
    Measure("latency-p50", "time to the whole answer, median",
            _any, lambda o: (o.seconds * 1000,), "ms", True, _p50),
    Measure("latency-p95", "time to the whole answer, 95 of 100",
            _any, lambda o: (o.seconds * 1000,), "ms", True, _p95),
    Measure("first-text-p50", "time to the first text, median",
            _any, _first_text, "ms", True, _p50),
)  # fmt: skip
MEASURES = {measure.name: measure for measure in _LIST}
