"""What `dateline eval` does: it reads questions, asks them, and reports: as text for a terminal, as
JSON, as one HTML file that needs nothing beside it, and by its exit code.

The page is a Jinja template because Jinja escapes every value by itself: questions, answers and
articles are hostile, and a forgotten `escape` in code of ours would be a hole. Its plots are inline
SVG, made with `Markup.format`, which escapes as well.
"""

from __future__ import annotations

import math
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from statistics import fmean

import click
from markupsafe import Markup
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from assistant.answer import Assistant
from assistant.evaluation.cases import Case, percentile, read_sheet
from assistant.evaluation.judging import (
    MEASURES,
    Measured,
    Outcome,
    check_floors,
    read_floors,
    shown,
)
from assistant.evaluation.runner import Evaluation, evaluate, measures_of
from assistant.printing import WIDTH, wrapped
from assistant.results import Citation
from ingest.edge import INTERRUPTED, OK, PARTLY, print_json, stop_on_signals
from ingest.errors import SettingError
from ingest.report import SHOWN
from ingest.text import one_line


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
    if sheet.cases:
        check_floors(wanted, sheet.cases[:limit])
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
    for judged in evaluation.judged:
        if not judged.met:
            click.echo(f"floor: {judged.text}.", err=True)
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


PLOT_WIDTH = 360  # user units; as wide as a phone, so that letters keep their size there
_ROW, _BAR_LEFT, _BAR_WIDTH = 34, 4, 300
_BINS, _HEIGHT = 24, 120
_TOP, _CURVE_LEFT, _CURVE_SIDE = 24, 40, 240
_STEPS = 101  # thresholds that are drawn at most

Point = tuple[float, float]


def bars(evaluation: Evaluation) -> Markup:
    """The shares from 0 to 1, each with its floors."""
    shares = [
        (name, measured.value)
        for name, measured in evaluation.measures.items()
        if MEASURES[name].unit == "share" and measured.value is not None
    ]
    rect = Markup('<rect class="{}" x="{}" y="{}" width="{:.1f}" height="12" rx="2"/>')
    parts: list[Markup] = []
    for row, (name, value) in enumerate(shares):
        top = row * _ROW
        parts += [
            _text(_BAR_LEFT, top + 13, name),
            _text(PLOT_WIDTH - 4, top + 27, shown(name, value), "end"),
            rect.format("track", _BAR_LEFT, top + 17, _BAR_WIDTH),
            rect.format("bar", _BAR_LEFT, top + 17, value * _BAR_WIDTH),
        ]
        for judged in evaluation.judged:
            if judged.floor.name == name:
                x = _BAR_LEFT + judged.floor.value * _BAR_WIDTH
                kind = "floor" if judged.met else "floor missed"
                parts.append(_line(x, top + 14, x, top + 32, kind))
    told = "; ".join(f"{name} {shown(name, value)}" for name, value in shares)
    return _svg("shares", "Shares, with floors marked", told, len(shares) * _ROW + 4, parts)


def latencies(outcomes: Sequence[Outcome]) -> Markup:
    """How many answers took how long; the last bar holds all that took longer."""
    times = [outcome.seconds * 1000 for outcome in outcomes]
    p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
    most = max(min(max(times), 2 * p95), 1e-9)
    bins = [0] * _BINS
    for time in times:
        bins[min(_BINS - 1, int(time / most * _BINS))] += 1
    wide = (PLOT_WIDTH - 8) / _BINS
    parts = [
        Markup('<rect class="bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
            4 + place * wide, 10 + _HEIGHT * (1 - n / max(bins)), wide - 1, _HEIGHT * n / max(bins)
        )
        for place, n in enumerate(bins)
    ]
    end = f"{most:,.0f} ms" + (" and longer" if max(times) > most else "")
    parts += [_text(4, _HEIGHT + 26, "0 ms"), _text(PLOT_WIDTH - 4, _HEIGHT + 26, end, "end")]
    parts.append(_line(4, _HEIGHT + 10, PLOT_WIDTH - 4, _HEIGHT + 10, "axis"))
    told = f"{len(times):,} answers: half within {p50:,.0f} ms, 95 of 100 within {p95:,.0f} ms"
    return _svg("latency", "Time to the whole answer", told, _HEIGHT + 34, parts)


def trade(outcomes: Sequence[Outcome]) -> Markup | None:
    """What a threshold on the answers' confidence gains and costs; None where they have none."""
    curve = trade_points(outcomes)
    if not curve:
        return None
    path = " ".join("{:.1f},{:.1f}".format(*_placed(point)) for point in curve)
    refused: dict[bool, list[bool]] = {True: [], False: []}
    for outcome in outcomes:
        refused[outcome.case.unanswerable].append(outcome.answer.refused)
    x, y = _placed((fmean(refused[False]), fmean(refused[True])))
    low, high, bottom = _CURVE_LEFT, _CURVE_LEFT + _CURVE_SIDE, _TOP + _CURVE_SIDE
    parts = [
        _line(low, bottom, high, bottom, "axis"),
        _line(low, _TOP, low, bottom, "axis"),
        Markup('<polyline class="curve" points="{}"/>').format(path),
        Markup('<circle class="now" cx="{:.1f}" cy="{:.1f}" r="5"/>').format(x, y),
        _text(low - 6, _TOP + 6, "1", "end"), _text(low - 6, bottom + 4, "0", "end"),
        _text(low, bottom + 18, "0"), _text(high, bottom + 18, "1", "end"),
        _text(low, _TOP - 8, "refused rightly"), _text(low + 80, bottom + 18, "false refusals"),
    ]  # fmt: skip
    steps = [f"{wrongly:.2f} false, {rightly:.2f} rightly" for wrongly, rightly in curve[::10]]
    told = f"Refusals, for thresholds on the confidence from low to high: {'; '.join(steps)}"
    return _svg("trade", "What a higher threshold gains and costs", told, bottom + 26, parts)


def trade_points(outcomes: Iterable[Outcome]) -> list[Point]:
    """(false refusals, refused rightly) for each threshold, lowest first; none where no answer has
    a confidence or there is only one sort of question.

    An answer with a confidence is refused below the threshold; one without stays what it is.
    """
    sure: dict[bool, list[float]] = {True: [], False: []}
    known: set[float] = set()
    for outcome in outcomes:
        confidence = outcome.answer.confidence
        known |= set() if confidence is None else {confidence}
        stays = -math.inf if outcome.answer.refused else math.inf
        sure[outcome.case.unanswerable].append(stays if confidence is None else confidence)
    if not known or not all(sure.values()):
        return []
    step = max(1, math.ceil(len(known) / _STEPS))
    thresholds = [*sorted(known)[::step], math.nextafter(max(known), math.inf)]
    return [
        (fmean(s < each for s in sure[False]), fmean(s < each for s in sure[True]))
        for each in thresholds
    ]


def _placed(point: Point) -> Point:
    return _CURVE_LEFT + point[0] * _CURVE_SIDE, _TOP + (1 - point[1]) * _CURVE_SIDE


def _text(x: float, y: float, text: str, anchor: str = "start") -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        x, y, anchor, text
    )


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return Markup('<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(
        kind, x1, y1, x2, y2
    )


def _svg(key: str, title: str, told: str, height: float, parts: Iterable[Markup]) -> Markup:
    """`told`: the same in words, for who does not see it."""
    return Markup(
        '<svg viewBox="0 0 {w} {h:.0f}" role="img" aria-labelledby="{n}-title {n}-desc">'
        '<title id="{n}-title">{title}</title><desc id="{n}-desc">{told}</desc>{parts}</svg>'
    ).format(w=PLOT_WIDTH, h=height, n=key, title=title, told=told, parts=Markup("").join(parts))


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
        "failed": [failed.as_json() for failed in evaluation.failed],
        "floors": [judged.as_json() for judged in evaluation.judged],
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
        _lined_up(_measure_rows(evaluation)),
        _lined_up(kind_rows(evaluation)) if len(evaluation.by_kind) > 1 else "",
        "\n".join(told),
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


def _measure_rows(evaluation: Evaluation) -> Iterator[list[str]]:
    floors = {judged.floor.name: judged for judged in evaluation.judged}
    yield ["measure", "value", "of", "floor" if floors else ""]
    for name, measured in evaluation.measures.items():
        judged = floors.get(name)
        if measured.count or judged:
            missed = "" if judged is None or judged.met else " missed"
            floor = f"{shown(name, judged.floor.value)}{missed}" if judged else ""
            yield [MEASURES[name].name, value_text(name, measured), f"{measured.count:,}", floor]


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
    return wrapped(text, lead, "    ")


def report_page(evaluation: Evaluation) -> str:
    """The whole page."""
    from jinja2 import Environment, StrictUndefined

    source = resources.files("assistant.evaluation").joinpath("report.html").read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(
        shown=shown, value_text=value_text, expected_text=expected_text, safe_link=safe_link,
        MEASURES=MEASURES,
    )  # fmt: skip
    asked = evaluation.outcomes
    return environment.from_string(source).render(
        evaluation=evaluation,
        headline=headline(evaluation),
        kinds=list(kind_rows(evaluation)),
        floors={each.floor.name: each for each in evaluation.judged},
        plots=[bars(evaluation), latencies(asked), trade(asked)] if asked else [],
    )


def safe_link(citation: Citation) -> str | None:
    """The address of the quoted words where it is one of the web: an article may name any."""
    link = citation.link or citation.url
    return link if link and link.lower().startswith(("http://", "https://")) else None
