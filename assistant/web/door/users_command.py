"""`dateline users`: who may come in."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

import click

from assistant.web.door import users
from ingest.edge import OK
from ingest.errors import SettingError

SHORTEST = 8  # characters of a password
_file = click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
_name = click.argument("name", metavar="NAME")


@click.group("users")
def command() -> None:
    """Keep the file of those who may use the chat and its interfaces."""


@command.command("add")
@_name
@_file
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(name: str, file: Path, password_stdin: bool) -> int:
    """Add NAME to FILE, or give NAME a new password. FILE is made when there is none."""
    users.checked_name(name)
    lines, book = _opened(file, make=True)
    if password_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    else:
        given = str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    if not SHORTEST <= len(given) <= users.LONGEST:
        raise SettingError(f"The password needs at least {SHORTEST} characters. Take a longer one.")
    others = users.lines_without(lines, name, tokens=False)
    users.write_lines(file, [*others, f"{name}:{users.hash_of(given)}"])
    done = "has a new password" if name in book.passwords else "may come in"
    click.echo(f"{name} {done}.")
    return OK


@command.command("token")
@_name
@_file
def token(name: str, file: Path) -> int:
    """Make a token for programs that act for NAME, and print it. It is shown only once."""
    users.checked_name(name)
    lines, _ = _opened(file, make=True)
    made = f"dl-{secrets.token_urlsafe(32)}"
    users.write_lines(file, [*lines, f"{name}:token:{users.token_hash(made)}"])
    click.echo(made)
    return OK


@command.command("remove")
@_name
@_file
def remove(name: str, file: Path) -> int:
    """Remove NAME from FILE, with all tokens. Whoever is signed in by that name is out at once."""
    lines, book = _opened(file)
    if name not in book.names:
        raise SettingError(f"There is no {name[:40]!r} in {file}. dateline users list {file}")
    users.write_lines(file, list(users.lines_without(lines, name, tokens=True)))
    click.echo(f"{name} is removed.")
    return OK


@command.command("list")
@_file
def list_users(file: Path) -> int:
    """List the names in FILE, and what each has."""
    _, book = _opened(file)
    owners = list(book.tokens.values())
    for name in book.names:
        tokens = owners.count(name)
        has = ["a password"] if name in book.passwords else []
        has += [f"{tokens} token{'s' if tokens > 1 else ''}"] if tokens else []
        click.echo(f"{name}: {', '.join(has)}")
    return OK


def _opened(file: Path, make: bool = False) -> tuple[list[str], users.Book]:
    lines = [] if make and not file.exists() else users.read_lines(file)
    return lines, users.parse(lines, file)
