"""`dateline ingest`, also as `python -m ingest`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from ingest import sources
from ingest.edge import OK, PARTLY, archive_option, json_option, print_json, run
from ingest.run import Progress, Report, ingest
from ingest.text import one_line

EVERY = 100  # articles between two lines where there is no terminal
SHOWN = 20  # failures that are listed on a terminal; --json lists all


@click.command("ingest")
@click.argument("source", nargs=-1, required=True)
@archive_option
@json_option
def command(source: tuple[str, ...], archive: Path | None, as_json: bool) -> int:
    """Read articles from files and folders and keep them in the archive.

    SOURCE is a .txt, .md, .html, .json or .jsonl file (also with .gz), or a folder of them.
    """
    with _progress(source) as progress:
        report = ingest(source, archive, progress=progress)
    if as_json:
        print_json(report.as_json())
    else:
        _print(report)
    _print_remarks(report, 0 if as_json else SHOWN)
    return PARTLY if report.failed else OK


def main() -> None:
    """`python -m ingest`."""
    run(command, "python -m ingest")


@contextmanager
def _progress(names: tuple[str, ...]) -> Iterator[Callable[[Progress], None]]:
    """A bar with counts on a terminal; elsewhere a plain line for every hundred articles."""
    if not sys.stderr.isatty():
        yield _lines(time.monotonic())
        return
    columns = (SpinnerColumn(), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        files = sum(1 for name in names for _ in sources.files(name))
        task = bar.add_task("reading …", total=files if files > 1 else None)
        started = time.monotonic()
        yield lambda state: bar.update(
            task, completed=state.files, description=_counts(state, started)
        )


def _lines(started: float) -> Callable[[Progress], None]:
    def show(state: Progress) -> None:
        if state.done % EVERY == 0:
            print(_counts(state, started), file=sys.stderr, flush=True)

    return show


def _counts(state: Progress, started: float) -> str:
    rate = state.done / max(0.001, time.monotonic() - started)
    names = ("added", "updated", "unchanged", "duplicate")
    counts = [f"{state.results[name]:,} {name}" for name in names if state.results[name]]
    if state.failed:
        counts.append(f"{len(state.failed):,} failed")
    return f"{state.done:,} articles: {', '.join(counts)} ({rate:,.0f}/s)"


def _print(report: Report) -> None:
    parts = (
        (report.added, "added"),
        (report.updated, "updated"),
        (report.unchanged, "unchanged"),
        (report.duplicates, "duplicates"),
        (len(report.failed), "failed"),
    )
    done = ", ".join(f"{count:,} {word}" for count, word in parts if count) or "nothing to do"
    click.echo(
        f"{done} in {report.seconds:.1f} s. "
        f"The archive holds {report.articles:,} articles in {report.chunks:,} chunks."
    )


def _print_remarks(report: Report, most: int) -> None:
    for name in report.passed_over:
        click.echo(f"passed over, no articles in it: {one_line(name)}", err=True)
    for failure in report.failed[:most]:
        click.echo(f"failed: {one_line(failure.source)}: {one_line(failure.reason)}", err=True)
    if len(report.failed) > most > 0:
        click.echo(f"… and {len(report.failed) - most:,} more; --json lists them all", err=True)
