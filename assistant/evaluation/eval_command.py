"""What `dateline eval` does: read, ask, print, and say by its exit code how it went."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from assistant.answer import Assistant
from assistant.evaluation.cases import read_sheet
from assistant.evaluation.floors import check_floors, read_floors
from assistant.evaluation.report import evaluation_json, evaluation_text
from assistant.evaluation.runner import Progress, evaluate
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
    with Assistant.open(archive) as assistant, stop_on_signals() as stop, _progress() as show:
        evaluation = evaluate(
            sheet, assistant, model=model, floors=wanted, limit=limit, progress=show, stop=stop
        )
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
        from assistant.evaluation.report import report_page

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


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A bar on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("questions", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
