"""How a run stands while it runs, and its report as people read it: what was done, what failed,
why.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

import click
from rich import progress as bars
from rich.console import Console
from rich.table import Table

from ingest.article import Failure
from ingest.edge import json_text
from ingest.run import Report, is_address
from ingest.sources import readers
from ingest.sources.files import SourceFile
from ingest.text import many, one_line

EVERY = 100  # articles between two lines where there is no terminal
_BY_THE_LINE = frozenset({".jsonl", ".ndjson", ".csv", ".tsv"})
_COUNTED = 1024**3  # bytes; in a larger file the lines are not counted beforehand


@contextmanager
def progress_of(names: Sequence[str]) -> Iterator[Callable[[Report], None]]:
    """A display of progress that fits where standard error goes: a bar with rate and time left,
    without an end where a web address is read, or a line for every hundred articles."""
    started = time.monotonic()

    def counts(state: Report) -> str:
        rate = state.done / max(0.001, time.monotonic() - started)
        return f"{state.done:,} articles: {done_in_words(state)} ({rate:,.0f}/s)"

    def show_line(state: Report) -> None:
        if state.done % EVERY == 0:
            print(counts(state), file=sys.stderr, flush=True)

    if not sys.stderr.isatty():
        yield show_line
        return
    columns = (
        bars.SpinnerColumn(), bars.BarColumn(), bars.MofNCompleteColumn(),
        bars.TextColumn("{task.description}"), bars.TimeElapsedColumn(), bars.TextColumn("left"),
        bars.TimeRemainingColumn(),
    )  # fmt: skip
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("counting …", total=None)
        bar.update(task, total=expected(names))

        def show_bar(state: Report) -> None:
            read = state.done + len(state.failed) + len(state.passed_over) + state.older
            bar.update(task, completed=read, description=counts(state))

        yield show_bar


def expected(names: Iterable[str]) -> int | None:
    """About how many articles the sources hold; None where that cannot be known beforehand."""
    total = 0
    for name in names:
        if is_address(name) or name == "-":
            return None
        for file in readers.files(name):
            count = 1
            if isinstance(file, SourceFile) and file.kind in _BY_THE_LINE:
                with suppress(Exception):  # it will be reported when it is read
                    if file.content.size <= _COUNTED:
                        count = sum(1 for line in file.lines() if line.strip())
            total += max(1, count)
    return total


SHOWN = 20  # failures, or things passed over, that are listed on a terminal; --json lists all


def print_report(report: Report, as_json: bool) -> None:
    """One JSON object or one sentence on standard output; on standard error what was passed over
    and, unless it stands in the JSON, what failed and why; many failures also by reason."""
    stopped = "Stopped; the next run goes on from here. " if report.stopped else ""
    held = f"{many(report.articles, 'article')} in {many(report.chunks, 'chunk')}"
    told = f"{stopped}{done_in_words(report)} in {report.seconds:.1f} s. The archive holds {held}."
    click.echo(json_text(report.as_json()) if as_json else told)
    notes = [f"{one_line(p.source)}: {p.reason or 'no articles in it'}" for p in report.passed_over]
    _print_first("passed over", notes)
    if as_json:
        return
    if len(report.failed) > SHOWN:
        groups: dict[str, list[Failure]] = {}
        for failure in report.failed:
            kind = re.sub(r"[:(].*|\b\d[\d,.]*\b", "", failure.reason)  # without what differs
            groups.setdefault(one_line(kind), []).append(failure)
        table = Table(title=f"{len(report.failed):,} failed", title_justify="left")
        for name in ("count", "reason", "for example"):
            table.add_column(name, justify="right" if name == "count" else "left", overflow="fold")
        for group in sorted(groups.values(), key=lambda group: -len(group)):
            first = group[0]
            table.add_row(f"{len(group):,}", one_line(first.reason), one_line(first.source))
        Console(stderr=True).print(table)
    _print_first("failed", [f"{one_line(f.source)}: {one_line(f.reason)}" for f in report.failed])


def done_in_words(report: Report) -> str:
    """ "3 added, 1 failed"."""
    parts = (
        (report.added, "added"),
        (report.updated, "updated"),
        (report.unchanged, "unchanged"),
        (report.duplicates, "duplicate" if report.duplicates == 1 else "duplicates"),
        (report.withdrawn, "withdrawn"),
        (report.older, "older than asked for"),
        (len(report.failed), "failed"),
    )
    return ", ".join(f"{count:,} {word}" for count, word in parts if count) or "nothing to do"


def _print_first(what: str, lines: Sequence[str]) -> None:
    for line in lines[:SHOWN]:
        click.echo(f"{what}: {line}", err=True)
    if len(lines) > SHOWN:
        click.echo(f"… and {len(lines) - SHOWN:,} more {what}; --json lists all failures", err=True)
