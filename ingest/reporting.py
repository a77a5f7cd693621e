"""The report of a run as people read it: what was done, what failed and why."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table

from ingest.article import Failure
from ingest.run import Report
from ingest.text import many, one_line

SHOWN = 20  # failures, or things passed over, that are listed on a terminal; --json lists all
_DETAIL = re.compile(r"[:(].*|\b\d[\d,.]*\b")  # what differs between failures of one kind


def print_summary(report: Report) -> None:
    """One sentence on standard output."""
    stopped = "Stopped; the next run goes on from here. " if report.stopped else ""
    click.echo(
        f"{stopped}{done_in_words(report)} in {report.seconds:.1f} s. "
        f"The archive holds {many(report.articles, 'article')} in {many(report.chunks, 'chunk')}."
    )


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


def print_passed_over(report: Report) -> None:
    """What was passed over and why, on standard error."""
    notes = [
        f"{one_line(item.source)}: {item.reason or 'no articles in it'}"
        for item in report.passed_over
    ]
    _print_first("passed over", notes)


def print_failures(report: Report) -> None:
    """What failed and why, on standard error; many failures also as a table by reason."""
    if len(report.failed) > SHOWN:
        Console(stderr=True).print(_by_reason(report.failed))
    _print_first("failed", [f"{one_line(f.source)}: {one_line(f.reason)}" for f in report.failed])


def _print_first(what: str, lines: Sequence[str]) -> None:
    for line in lines[:SHOWN]:
        click.echo(f"{what}: {line}", err=True)
    if len(lines) > SHOWN:
        click.echo(f"… and {len(lines) - SHOWN:,} more {what}; --json lists all failures", err=True)


def _by_reason(failed: Sequence[Failure]) -> Table:
    """The failures by what is wrong, the most frequent first."""
    groups: dict[str, list[Failure]] = {}
    for failure in failed:
        groups.setdefault(one_line(_DETAIL.sub("", failure.reason)), []).append(failure)
    table = Table(title=f"{len(failed):,} failed", title_justify="left")
    for name in ("count", "reason", "for example"):
        table.add_column(name, justify="right" if name == "count" else "left", overflow="fold")
    for group in sorted(groups.values(), key=lambda group: -len(group)):
        first = group[0]
        table.add_row(f"{len(group):,}", one_line(first.reason), one_line(first.source))
    return table
