"""The `dateline` command: one function for each sub-command; only here is anything printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ingest.cli import command as ingest_command
from ingest.edge import FAILED, OK, PARTLY, archive_option, json_option, print_json, run
from ingest.errors import ArchiveError
from ingest.settings import load_settings

F = TypeVar("F", bound=Callable[..., Any])


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dateline", prog_name="dateline")
def app() -> None:
    """Ask a news archive in plain language; get answers with exact quotes."""


def main() -> None:
    """The `dateline` command."""
    run(app, "dateline")


def filter_options(function: F) -> F:
    """Adds --since, --until, --as-of, --publisher and --ignore."""
    options = (
        click.option("--ignore", multiple=True, metavar="FILTER",
                     help="Do not read this filter from QUESTION: time, publisher, without, "
                          "author, kind, phrase or all; may be repeated."),
        click.option("--publisher", "publishers", multiple=True, metavar="P",
                     help="Only this publisher or agency; may be repeated."),
        click.option("--as-of", metavar="D", help="Use nothing that was published after D."),
        click.option("--until", metavar="D", help="Published on D or before."),
        click.option("--since", metavar="D", help="Published on D (2023-07-16) or later."),
    )  # fmt: skip
    for option in options:
        function = option(function)
    return function


app.add_command(ingest_command)


@app.command()
@click.argument("question")
@filter_options
@click.option("--model", metavar="M", help="Another chat model than the settings', or quoting.")
@archive_option
@json_option
def ask(question: str, archive: Path | None, as_json: bool, **options: Any) -> int:
    """Answer QUESTION from the archive, with numbered exact quotes."""
    from assistant.answer import Assistant
    from assistant.printing import answer_text

    with Assistant.open(archive) as assistant:
        answer = assistant.ask(question, **options)
    if as_json:
        print_json(answer.as_json())
    else:
        click.echo(answer_text(answer))
    return OK if answer.complete else PARTLY


@app.command()
@click.argument("question")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 1000),
              help="How many passages.")  # fmt: skip
@filter_options
@archive_option
@json_option
def search(question: str, archive: Path | None, as_json: bool, **options: Any) -> int:
    """Show the passages that fit QUESTION best, without an answer."""
    from assistant.answer import Assistant
    from assistant.printing import found_text

    with Assistant.open(archive) as assistant:
        found = assistant.search(question, **options)
    if as_json:
        print_json(found.as_json())
    else:
        click.echo(found_text(found))
    return OK


@app.command("list")
@archive_option
@json_option
def list_articles(archive: Path | None, as_json: bool) -> int:
    """List the articles of the archive, newest first."""
    from assistant.printing import listed_json, listed_text
    from ingest.archive import Archive

    with Archive.open(load_settings(archive)) as opened:
        chunks = opened.catalog.chunk_counts()
        rows = listed_json(opened.catalog.articles(), chunks)
    if as_json:
        print_json({"articles": rows})
    else:
        click.echo(listed_text(rows))
    return OK


@app.command()
@click.argument("article_id", metavar="ID")
@click.option("--versions", is_flag=True, help="Show what each version said and changed.")
@archive_option
@json_option
def show(article_id: str, versions: bool, archive: Path | None, as_json: bool) -> int:
    """Show one article whole. ID may be cut short where it stays unique."""
    from assistant.printing import article_json, article_text
    from assistant.versions import versions_json, versions_of, versions_text
    from ingest.archive import Archive

    with Archive.open(load_settings(archive)) as opened:
        found = opened.resolve(article_id)
        stored = next(iter(opened.catalog.articles([found])), None) if found else None
        copies = opened.catalog.copies(found) if found else []
        earlier = opened.catalog.versions(found) if found and versions else []
    if stored is None:
        raise ArchiveError(
            f"There is no single article {article_id[:40]!r}. dateline list shows the ids."
        )
    told = versions_of(stored, earlier)
    if as_json:
        more = {"versions": versions_json(told)} if versions else {}
        print_json(article_json(stored, copies) | more)
    else:
        click.echo(versions_text(told) if versions else article_text(stored, copies))
    return OK


@app.command()
@click.argument("article_ids", metavar="ID…", nargs=-1, required=True)
@archive_option
@json_option
def remove(article_ids: tuple[str, ...], archive: Path | None, as_json: bool) -> int:
    """Remove articles for good. Each ID is given whole."""
    from ingest.archive import Archive

    with Archive.open(load_settings(archive)) as opened:
        missing = [given for given in article_ids if not opened.catalog.holds(given)]
        removed = opened.remove(dict.fromkeys(article_ids))
    if as_json:
        print_json({"removed": removed, "missing": missing})
    else:
        click.echo(f"{len(removed)} removed.")
        for given in missing:
            click.echo(f"failed: {given}: there is no such article", err=True)
    return PARTLY if missing else OK


@app.command("eval")
@click.argument("file", metavar="FILE")
@click.option("--floor", "floors", multiple=True, metavar="NAME=VALUE",
              help="Fail when this measure is below VALUE (above it where smaller is better); "
                   "may be repeated.")  # fmt: skip
@click.option("--html", "page", metavar="OUT", type=click.Path(dir_okay=False, path_type=Path),
              help="Also write a report page with plots and every answer.")  # fmt: skip
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="Ask the first N only.")
@click.option("--model", metavar="M", help="Another chat model than the settings', or quoting.")
@archive_option
@json_option
def evaluate(file: str, archive: Path | None, **options: Any) -> int:
    """Ask the gold questions of FILE and measure the answers. FILE: JSON lines, or -."""
    from assistant.evaluation.command import run as run_evaluation

    return run_evaluation(file, archive, **options)


@app.command()
@click.option("--repair", is_flag=True, help="Make both indexes anew from the catalog.")
@archive_option
@json_option
def doctor(repair: bool, archive: Path | None, as_json: bool) -> int:
    """Check that everything in the archive can be found; --repair makes the indexes anew."""
    from assistant.printing import health_text
    from ingest.doctor import examine

    report = examine(load_settings(archive), repair)
    if as_json:
        print_json(report.as_json())
    else:
        click.echo(health_text(report))
    return OK if report.health.healthy else PARTLY


@app.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=7860, show_default=True, type=click.IntRange(1, 65535),
              help="The port to listen on.")  # fmt: skip
@click.option("--auth", metavar="USER:PASS", help="Ask for this name and password.")
@click.option("--sample", is_flag=True, help="Put the sample articles into an empty archive first.")
@archive_option
def chat(host: str, port: int, auth: str | None, sample: bool, archive: Path | None) -> int:
    """Open the web chat."""
    from assistant.web.app import serve

    if auth is not None and (":" not in auth or not all(auth.split(":", 1))):
        click.echo("dateline: --auth is written user:password.", err=True)
        return FAILED
    serve(load_settings(archive), host, port, auth, sample)
    return OK
