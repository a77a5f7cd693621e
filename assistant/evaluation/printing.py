"""An evaluation as text for a terminal and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from assistant.evaluation.cases import Case
from assistant.evaluation.floors import shown
from assistant.evaluation.judging import Outcome
from assistant.evaluation.measures import MEASURES, Measured
from assistant.evaluation.run import Evaluation, measures_of
from assistant.printing import WIDTH
from ingest.text import one_line

LONGEST_KIND = 40  # characters
LISTED = 20  # wrong answers in the text; --json and --html list all
# The measures of the breakdown by kind.
COMPARED = (
    "answer-contains", "citation-recall", "refused-rightly", "false-refusals", "conflicts-right",
    "timelines-right",
)  # fmt: skip


def evaluation_json(evaluation: Evaluation) -> dict[str, object]:
    """The object that `dateline eval --json` prints."""
    stopped = {"stopped": True} if evaluation.stopped else {}
    return {
        "file": evaluation.file,
        "model": evaluation.model,
        "questions": len(evaluation.outcomes),
        "measures": _measures_json(evaluation.measures),
        "by_kind": {
            kind: {"questions": len(outcomes), "measures": _measures_json(measures_of(outcomes))}
            for kind, outcomes in evaluation.by_kind.items()
        },
        "wrong": [_wrong_json(outcome) for outcome in evaluation.wrong],
        "failed": [failed.as_json() for failed in evaluation.failed],
        "floors": [judged.as_json() for judged in evaluation.judged],
        "seconds": round(evaluation.seconds, 3),
        **stopped,
    }


def evaluation_text(evaluation: Evaluation) -> str:
    """The measures, the breakdown by kind, and the first answers that went wrong."""
    blocks = (
        headline(evaluation),
        _lined_up(_measure_rows(evaluation)),
        _lined_up(kind_rows(evaluation)) if len(evaluation.by_kind) > 1 else "",
        "\n".join(_wrong_lines(evaluation.wrong)),
    )
    return "\n\n".join(block for block in blocks if block)


def headline(evaluation: Evaluation) -> str:
    count = len(evaluation.outcomes)
    stopped = "Stopped before all were asked. " if evaluation.stopped else ""
    questions = "1 question" if count == 1 else f"{count:,} questions"
    return (
        f"{stopped}{one_line(evaluation.file)}: {questions} answered by "
        f"{evaluation.model or 'no model'} in {evaluation.seconds:.1f} s."
    )


def kind_rows(evaluation: Evaluation) -> Iterator[list[str]]:
    """The breakdown by kind, its head first; measures that nothing gave to are left out."""
    names = [name for name in COMPARED if evaluation.measures[name].count]
    yield ["kind", "questions", *names]
    for kind, outcomes in evaluation.by_kind.items():
        measures = measures_of(outcomes)
        values = [value_text(name, measures[name]) for name in names]
        name = textwrap.shorten(one_line(kind), LONGEST_KIND, placeholder="…")
        yield [name, f"{len(outcomes):,}", *values]


def value_text(name: str, measured: Measured) -> str:
    return "–" if measured.value is None else shown(name, measured.value)


def expected_text(case: Case) -> str:
    """What is expected of an answer, in words."""
    parts = (
        ("a refusal", case.unanswerable),
        (" or ".join(case.answers), case.answers),
        (" and ".join(case.values), case.values),
        (str(case.relation), case.relation not in (None, "none")),
        ("; ".join(f"{e.date} {' or '.join(e.says)}" for e in case.events), case.events),
    )
    return ", ".join(text for text, wanted in parts if wanted) or "an answer"


def _measures_json(measures: Mapping[str, Measured]) -> dict[str, object]:
    return {name: measured.as_json() for name, measured in measures.items()}


def _wrong_json(outcome: Outcome) -> dict[str, object]:
    case = outcome.case
    return {
        "line": case.line,
        "question": case.question,
        "kind": case.kind,
        "why": outcome.why,
        "expected": expected_text(case),
        "answer": outcome.answer.text,
        "seconds": round(outcome.seconds, 3),
    }


def _measure_rows(evaluation: Evaluation) -> Iterator[list[str]]:
    floors = {judged.floor.name: judged for judged in evaluation.judged}
    yield ["measure", "value", "of", "floor" if floors else ""]
    for name, measured in evaluation.measures.items():
        judged = floors.get(name)
        if measured.count or judged:
            missed = "" if judged is None or judged.met else " missed"
            floor = f"{shown(name, judged.floor.value)}{missed}" if judged else ""
            yield [MEASURES[name].name, value_text(name, measured), f"{measured.count:,}", floor]


def _wrong_lines(wrong: Sequence[Outcome]) -> Iterator[str]:
    if not wrong:
        return
    yield f"{len(wrong):,} went wrong:"
    for outcome in wrong[:LISTED]:
        case = outcome.case
        yield _wrapped(f"{outcome.why}: {case.question}", f"line {case.line}, ")
        yield _wrapped(f"expected: {expected_text(case)}", "    ")
        yield _wrapped(f"given: {outcome.answer.text}", "    ")
    if len(wrong) > LISTED:
        yield f"… and {len(wrong) - LISTED:,} more; --json and --html list all."


def _lined_up(rows: Iterator[list[str]]) -> str:
    """A table: the first column to the left, the others to the right."""
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    )


def _wrapped(text: str, lead: str) -> str:
    return textwrap.fill(
        textwrap.shorten(one_line(text), 4 * WIDTH, placeholder=" …"),
        WIDTH,
        initial_indent=lead,
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
