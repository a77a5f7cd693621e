"""`dateline ingest`, also as `python -m ingest`."""

from __future__ import annotations

import re
from typing import Any

import click

from ingest import edge

_CAREFUL = "Careful: --allow-private lets feeds and pages send Dateline into your own network."
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST = 366 * _UNITS["d"]


def period(value: str) -> float:
    """A length of time such as 90s, 15m, 2h or 1d, in seconds."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd])", value.strip(), re.IGNORECASE)
    seconds = float(match[1]) * _UNITS[match[2].lower()] if match else 0.0
    if not 1 <= seconds <= _LONGEST:
        problem = f"{value!r} is no length of time; write it as 90s, 15m, 2h or 1d."
        raise click.BadParameter(problem)
    return seconds


@click.command("ingest")
@click.argument("source", nargs=-1, required=True)
@click.option("--since", metavar="D",
              help="Leave out what is known to be published before D (2023-07-16).")  # fmt: skip
@click.option("--limit", metavar="N", type=click.IntRange(min=1),
              help="Read at most N articles of each source.")  # fmt: skip
@click.option("--every", metavar="T", type=period,
              help="Read the sources again every T (90s, 15m, 2h, 1d) until stopped.")  # fmt: skip
@click.option("--allow-private", is_flag=True,
              help="Also fetch from addresses of your own network.")  # fmt: skip
@edge.archive_option
@edge.json_option
def command(source: tuple[str, ...], every: float | None, as_json: bool, **options: Any) -> int:
    """Read articles from files, folders and the web and keep them in the archive.

    SOURCE is a file, a folder, a pattern such as "news/*.html", a zip archive, - for standard
    input, or the web address of a page, a feed or a sitemap.
    """
    # Not above: the other commands, which share this module's group, need none of it.
    from ingest.report import print_report, progress_of
    from ingest.run import ingest

    if options["allow_private"]:
        click.echo(_CAREFUL, err=True)
    with edge.stop_on_signals() as stop:
        while True:
            with progress_of(source) as progress:
                report = ingest(source, progress=progress, stop=stop, **options)
            print_report(report, as_json)
            if every is None or stop.wait(every):
                break
    return edge.INTERRUPTED if stop.is_set() else edge.PARTLY if report.failed else edge.OK


def main() -> None:
    """`python -m ingest`."""
    edge.run(command, "python -m ingest")
