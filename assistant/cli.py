"""The `dateline` command and its sub-commands; only here is anything printed."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import Any

import click
from click import Argument, Option

from assistant import commands
from assistant.web.door import users
from ingest.command import command as ingest_command
from ingest.edge import OK, PARTLY, archive_option, json_option, print_json, run
from ingest.errors import SettingError
from ingest.settings import load_settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dateline", prog_name="dateline")
def app() -> None:
    """Ask a news archive in plain language; get answers with exact quotes."""


def main() -> None:
    """The `dateline` command."""
    run(app, "dateline")


app.add_command(ingest_command)


def _command(name: str, told: str, *takes: click.Parameter) -> None:
    """A command of `Service`: what it says of itself, and what it takes besides the archive."""

    def do(archive: Path | None, as_json: bool, **options: Any) -> int:
        """Here or at the archive's owner; the result is printed."""
        result = commands.run(load_settings(archive), name, options)
        if as_json:
            print_json(result.as_json())
        else:
            click.echo(result.as_text())
            for line in result.failed:
                click.echo(f"failed: {line}", err=True)
        return OK if result.complete else PARTLY

    command = click.Command(name, help=told, params=list(takes), callback=do)
    app.add_command(json_option(archive_option(command)))


_QUESTION = Argument(["question"])
_FILTERS = (
    Option(["--since"], metavar="D", help="Published on D (2023-07-16) or later."),
    Option(["--until"], metavar="D", help="Published on D or before."),
    Option(["--as-of"], metavar="D", help="Use nothing that was published after D."),
    Option(["--publisher", "publishers"], multiple=True, metavar="P",
           help="Only this publisher or agency; may be repeated."),
    Option(["--ignore"], multiple=True, metavar="FILTER",
           help="Do not read this filter from QUESTION: time, publisher, without, author, kind, "
                "phrase, as_of or all; may be repeated."),
)  # fmt: skip
_command(
    "ask", "Answer QUESTION from the archive, with numbered exact quotes.", _QUESTION, *_FILTERS,
    Option(["--model"], metavar="M", help="Another chat model than the settings', or quoting."),
    Option(["--research"], is_flag=True, help="Have the model search as often as it needs to."),
)  # fmt: skip
_command(
    "search", "Show the passages that fit QUESTION best, without an answer.", _QUESTION,
    Option(["-k"], default=10, show_default=True, type=click.IntRange(1, 1000),
           help="How many passages."),
    *_FILTERS,
)  # fmt: skip
_command("list", "List the articles of the archive, newest first.")
_command(
    "show", "Show one article whole. ID may be cut short where it stays unique.",
    Argument(["article_id"], metavar="ID"),
    Option(["--versions"], is_flag=True, help="Show what each version said and changed."),
)  # fmt: skip
_command(
    "remove", "Remove articles for good. Each ID is given whole.",
    Argument(["article_ids"], metavar="ID…", nargs=-1, required=True),
)  # fmt: skip
_command(
    "feedback", "List what people thought of answers in the chat, newest first.",
    Option(["--rating"], type=click.Choice(["good", "bad"]), help="Only verdicts of this kind."),
    Option(["--since"], metavar="D", help="Given on D (2023-07-16) or later."),
)  # fmt: skip
_command(
    "doctor", "Check that everything in the archive can be found; --repair makes the indexes anew.",
    Option(["--repair"], is_flag=True, help="Make both indexes anew from the catalog."),
)  # fmt: skip


@app.command("eval")
@click.argument("file", metavar="FILE")
@click.option("--floor", "floors", multiple=True, metavar="NAME=VALUE",
              help="Fail when this measure is below VALUE (above it where smaller is better); "
                   "may be repeated.")  # fmt: skip
@click.option("--html", "page", metavar="OUT", type=click.Path(dir_okay=False, path_type=Path),
              help="Also write a report page with a plot and every answer.")  # fmt: skip
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="Ask the first N only.")
@click.option("--model", metavar="M", help="Another chat model than the settings', or quoting.")
@archive_option
@json_option
def evaluate(file: str, archive: Path | None, **options: Any) -> int:
    """Ask the gold questions of FILE and measure the answers. FILE: JSON lines, or -."""
    from assistant.evaluation.eval_report import run as run_evaluation

    return run_evaluation(file, archive, **options)


@app.group(invoke_without_command=True)
@json_option
@click.pass_context
def models(ctx: click.Context, as_json: bool) -> int:
    """Show which model answers, and which ones run on this machine."""
    if ctx.invoked_subcommand is not None:
        return OK
    from assistant.write.models import running
    from assistant.write.quoting import NAME
    from assistant.write.service import default_model

    now, found = default_model(load_settings()) or NAME, running()
    if as_json:
        services = [{"name": s.name, "base_url": s.address, "models": s.models} for s in found]
        print_json({"now": now, "services": services})
        return OK
    click.echo(f"Answers come from: {now}")
    for service in found:
        click.echo(f"{service.name} at {service.address}: {', '.join(service.models)}")
    if not found:
        click.echo("No service with models was found on this machine.")
    click.echo("To take one: dateline models use NAME")
    return OK


@models.command("use")
@click.argument("name", metavar="NAME")
@click.option("--base-url", metavar="URL", help="The address of its OpenAI-compatible service.")
@click.option("--ask-key", is_flag=True, help="Ask for the service's key, which is not shown.")
def use_model(name: str, base_url: str | None, ask_key: bool) -> int:
    """Try the model NAME with a sentence and keep it; `quoting` for none."""
    from assistant.write.models import adopt

    key = str(click.prompt("Key", hide_input=True)) if ask_key else None
    adopted = adopt(load_settings(), name, base_url, key)
    if trial := adopted.trial:
        click.echo(f"It says: {trial.said}")
        click.echo(f"{trial.seconds:.1f} seconds, {trial.words_a_second:.0f} words a second")
    click.echo(f"Kept in {adopted.path}")
    if adopted.overruled:
        click.echo("The environment, .env or dateline.toml says otherwise here, and wins.")
    return OK


@app.command()
@archive_option
def mcp(archive: Path | None) -> int:
    """Serve the archive to other assistants over the Model Context Protocol (stdio)."""
    from assistant.mcp import serve_stdio

    serve_stdio(load_settings(archive))
    return OK


@app.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=7860, show_default=True, type=click.IntRange(1, 65535),
              help="The port to listen on.")  # fmt: skip
@click.option("--auth", metavar="FILE",
              help="Who may come in: a file of dateline users, or user:password.")  # fmt: skip
@click.option("--no-auth", is_flag=True, help="Let everybody in, also from other machines.")
@click.option("--allow-host", "names", multiple=True, metavar="NAME",
              help="Another host name that the chat is reached by; may be repeated.")  # fmt: skip
@click.option("--sample", is_flag=True, help="Put the sample articles into an empty archive first.")
@archive_option
def chat(host: str, port: int, archive: Path | None, **options: Any) -> int:
    """Open the web chat, with its interfaces for programs."""
    from assistant.web.app import serve

    serve(load_settings(archive), host, port, **options)
    return OK


SHORTEST_PASSWORD = 8  # characters of a password
_users_file = click.argument(
    "file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path)
)
_user_name = click.argument("name", metavar="NAME")


@app.group("users")
def who() -> None:
    """Keep the file of those who may use the chat and its interfaces."""


@who.command("add")
@_user_name
@_users_file
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_user(name: str, file: Path, password_stdin: bool) -> int:
    """Add NAME to FILE, or give NAME a new password. FILE is made when there is none."""
    users.checked_name(name)
    book = users.read(file) if file.exists() else users.Book()
    if password_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    else:
        given = str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    if not SHORTEST_PASSWORD <= len(given) <= users.LONGEST:
        raise SettingError(
            f"The password needs at least {SHORTEST_PASSWORD} characters. Take a longer one."
        )
    others = users.lines_without(book.lines, name, tokens=False)
    users.write_lines(file, [*others, f"{name}:{users.hash_of(given)}"])
    done = "has a new password" if name in book.passwords else "may come in"
    click.echo(f"{name} {done}.")
    return OK


@who.command("token")
@_user_name
@_users_file
def make_token(name: str, file: Path) -> int:
    """Make a token for programs that act for NAME, and print it. It is shown only once."""
    users.checked_name(name)
    lines = users.read(file).lines if file.exists() else ()
    made = f"dl-{secrets.token_urlsafe(32)}"
    users.write_lines(file, [*lines, f"{name}:token:{users.token_hash(made)}"])
    click.echo(made)
    return OK


@who.command("remove")
@_user_name
@_users_file
def remove_user(name: str, file: Path) -> int:
    """Remove NAME from FILE, with all tokens. Whoever is signed in by that name is out at once."""
    book = users.read(file)
    if name not in book.names:
        raise SettingError(f"There is no {name[:40]!r} in {file}. dateline users list {file}")
    users.write_lines(file, list(users.lines_without(book.lines, name, tokens=True)))
    click.echo(f"{name} is removed.")
    return OK


@who.command("list")
@_users_file
def list_users(file: Path) -> int:
    """List the names in FILE, and what each has."""
    book = users.read(file)
    owners = list(book.tokens.values())
    for name in book.names:
        tokens = owners.count(name)
        has = ["a password"] if name in book.passwords else []
        has += [f"{tokens} token{'s' if tokens > 1 else ''}"] if tokens else []
        click.echo(f"{name}: {', '.join(has)}")
    return OK
