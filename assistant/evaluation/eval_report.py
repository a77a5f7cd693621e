"""What `dateline eval` does: it reads questions, asks them, and reports: as text for a terminal, as
JSON, as one HTML file that needs nothing beside it, and by its exit code.

The page is a Jinja template because Jinja escapes every value by itself: questions, answers and
articles are hostile, and a forgotten `escape` in code of ours would be a hole.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from assistant.answer import Assistant
from assistant.evaluation.cases import Case, read_sheet
from assistant.evaluation.judging import MEASURES, Measured, read_floors, shown
from assistant.evaluation.runner import Evaluation, evaluate, measures_of
from assistant.printing import WIDTH, wrapped
from assistant.results import Citation
from ingest.edge import INTERRUPTED, OK, PARTLY, print_json, stop_on_signals
from ingest.errors import SettingError
from ingest.report import SHOWN
from ingest.text import many, one_line


def run(
    file: str,
    archive: Path | None,
    *,
    floors: Sequence[str] = (),
    model: str | None = None,
    limit: int | None = None,
    page: Path | None = None,
    as_json: bool = False,
) -> int:
    """The command's exit code. `page` is where the HTML report goes.

    Raises:
        DatelineError: the file, the archive, the model, a floor or the page cannot be used.
    """
    wanted = read_floors(floors)
    sheet = read_sheet(file)
    if page is not None:
        _write(page, "")  # to know before an hour of questions that it can be written
    bar = Progress(
        BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True),
        transient=True, disable=not sys.stderr.isatty(),
    )  # fmt: skip
    task = bar.add_task("questions", total=None)
    with Assistant.open(archive) as assistant, stop_on_signals() as stop, bar:
        evaluation = evaluate(
            sheet, assistant, model=model, floors=wanted, limit=limit, stop=stop,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
    if as_json:
        print_json(evaluation_json(evaluation))
    else:
        click.echo(evaluation_text(evaluation))
        for failed in evaluation.failed[:SHOWN]:
            click.echo(f"failed: line {failed.line}: {one_line(failed.reason)}", err=True)
        if more := len(evaluation.failed[SHOWN:]):
            click.echo(f"… and {more:,} more failed; --json lists all", err=True)
    for floor in evaluation.floors:
        if not floor.met:
            click.echo(f"floor: {floor.text}.", err=True)
    if page is not None:
        _write(page, report_page(evaluation))
    if stop.is_set():
        return INTERRUPTED
    return OK if evaluation.passed else PARTLY


def _write(page: Path, text: str) -> None:
    try:
        page.write_text(text, "utf-8", errors="replace")
    except OSError as error:
        raise SettingError(
            f"The report cannot be written to {str(page)!r}: {error.strerror}. "
            "Give --html a file in a folder that is there."
        ) from None


LONGEST_KIND = 40  # characters
LISTED = 20  # wrong answers in the text; --json and --html list all
# The measures of the breakdown by kind.
COMPARED = (
    "answer-contains", "citation-recall", "refused-rightly", "false-refusals", "conflicts-right",
    "timelines-right",
)  # fmt: skip


def evaluation_json(evaluation: Evaluation) -> dict[str, object]:
    """The object that `dateline eval --json` prints."""
    return {
        "file": evaluation.file,
        "model": evaluation.model,
        "questions": len(evaluation.outcomes),
        "measures": _measures_json(evaluation.measures),
        "by_kind": {
            kind: {"questions": len(outcomes), "measures": _measures_json(measures_of(outcomes))}
            for kind, outcomes in evaluation.by_kind.items()
        },
        "wrong": [
            {
                "line": outcome.case.line,
                "question": outcome.case.question,
                "kind": outcome.case.kind,
                "why": outcome.why,
                "expected": expected_text(outcome.case),
                "answer": outcome.answer.text,
                "seconds": round(outcome.seconds, 3),
            }
            for outcome in evaluation.wrong
        ],
        "failed": [vars(failed) for failed in evaluation.failed],
        "floors": [floor.as_json() for floor in evaluation.floors],
        "seconds": round(evaluation.seconds, 3),
        **({"stopped": True} if evaluation.stopped else {}),
    }


def evaluation_text(evaluation: Evaluation) -> str:
    """The measures, the breakdown by kind, and the first answers that went wrong."""
    wrong = evaluation.wrong
    told = [f"{len(wrong):,} went wrong:"] if wrong else []
    for outcome in wrong[:LISTED]:
        case = outcome.case
        told += [
            _wrapped(f"{outcome.why}: {case.question}", f"line {case.line}, "),
            _wrapped(f"expected: {expected_text(case)}", "    "),
            _wrapped(f"given: {outcome.answer.text}", "    "),
        ]
    if len(wrong) > LISTED:
        told.append(f"… and {len(wrong) - LISTED:,} more; --json and --html list all.")
    blocks = (
        headline(evaluation),
        _lined_up(measure_rows(evaluation)),
        _lined_up(kind_rows(evaluation)) if len(evaluation.by_kind) > 1 else "",
        "\n".join(told),
    )
    return "\n\n".join(block for block in blocks if block)


def headline(evaluation: Evaluation) -> str:
    stopped = "Stopped before all were asked. " if evaluation.stopped else ""
    questions = many(len(evaluation.outcomes), "question")
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
        values = [shown(name, measures[name].value) for name in names]
        name = textwrap.shorten(one_line(kind), LONGEST_KIND, placeholder="…")
        yield [name, f"{len(outcomes):,}", *values]


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


def measure_rows(evaluation: Evaluation) -> Iterator[list[str]]:
    floors = {floor.name: floor for floor in evaluation.floors}
    yield ["measure", "value", "of", "floor" if floors else ""]
    for name, measured in evaluation.measures.items():
        floor = floors.get(name)
        if measured.count or floor:
            bound = f"{shown(name, floor.value)}{'' if floor.met else ' missed'}" if floor else ""
            yield [name, shown(name, measured.value), f"{measured.count:,}", bound]


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
    text = textwrap.shorten(one_line(text), 4 * WIDTH, placeholder=" …")
    return wrapped(text, lead)


def report_page(evaluation: Evaluation) -> str:
    """The whole page."""
    from jinja2 import StrictUndefined, Template

    source = resources.files("assistant.evaluation").joinpath("report.html").read_text("utf-8")
    page = Template(
        source, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    measured = evaluation.measures.items()
    shares = [(n, m.value) for n, m in measured if MEASURES[n].unit == "share" and m.count]
    return str(page.render(
        shown=shown, expected_text=expected_text, safe_link=safe_link, MEASURES=MEASURES,
        evaluation=evaluation, headline=headline(evaluation), kinds=list(kind_rows(evaluation)),
        floors={each.name: each for each in evaluation.floors}, shares=shares,
    ))  # fmt: skip


def safe_link(citation: Citation) -> str | None:
    """The address of the quoted words where it is one of the web: an article may name any."""
    link = citation.link or citation.url
    return link if link and link.lower().startswith(("http://", "https://")) else None
