"""The lines of a users file: `name:scrypt$…` for a password, `name:token:sha256$…` for a token."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.web.access.hashes import PasswordHash, TokenHash
from ingest.errors import SettingError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_TAKEN = ("local", "visitor")  # names that stand for those who do not sign in
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LARGEST = 2**20  # bytes


@dataclass(frozen=True)
class Book:
    """Who may come in: the password of each name, and whose token each is."""

    passwords: Mapping[str, PasswordHash] = field(default_factory=dict)
    tokens: Mapping[str, str] = field(default_factory=dict)  # digest → name

    @property
    def names(self) -> list[str]:
        return sorted({*self.passwords, *self.tokens.values()})


def checked_name(name: str) -> str:
    """Raises:
    SettingError: it cannot be the name of a user.
    """
    if not _NAME.fullmatch(name) or name.lower() in _TAKEN:
        raise SettingError(
            f"The name {name[:40]!r} cannot be used. Take letters, digits, dot, dash, underscore "
            "and @, at most 64 of them, and neither local nor visitor."
        )
    return name


def parse(text: str, where: Path) -> Book:
    """Raises:
    SettingError: a line is neither empty, nor a comment, nor a user.
    """
    passwords: dict[str, PasswordHash] = {}
    tokens: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            _take(line.strip(), passwords, tokens)
        except (ValueError, SettingError) as error:  # noqa: PERF203
            raise SettingError(
                f"Line {number} of {where} is no user ({error}). "
                "Write the file with: dateline users add NAME FILE"
            ) from error
    return Book(passwords, tokens)


def _take(line: str, passwords: dict[str, PasswordHash], tokens: dict[str, str]) -> None:
    if not line or line.startswith("#"):
        return
    name, _, kept = line.partition(":")
    checked_name(name)
    if kept.startswith("token:"):
        tokens[TokenHash.parse(kept.removeprefix("token:")).digest] = name
    elif name in passwords:
        raise ValueError(f"{name} has two passwords")
    else:
        passwords[name] = PasswordHash.parse(kept)


def read_lines(path: Path) -> list[str]:
    """The lines of a file that only its owner can read.

    Raises:
        SettingError: it is not there, cannot be read, or others can read it.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(_LARGEST + 1)
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise SettingError(f"The users file {path} cannot be read: {reason}.") from error
    if mode & _OTHERS and sys.platform != "win32":
        raise SettingError(f"Others can read the users file {path}. Change that: chmod 600 {path}")
    if len(data) > _LARGEST:
        raise SettingError(f"The users file {path} is larger than 1 MB; it is none.")
    return text.splitlines()


def write_lines(path: Path, lines: Sequence[str]) -> None:
    """Replace the file at once; nobody but its owner can read it.

    Raises:
        SettingError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise SettingError(
            f"The users file {path} cannot be written: {error.strerror or error}."
        ) from error


def lines_without(lines: Sequence[str], name: str, tokens: bool) -> Iterator[str]:
    """The lines without the password of a name; `tokens`: without its tokens, too."""
    for line in lines:
        owner, _, kept = line.strip().partition(":")
        if owner != name or (kept.startswith("token:") and not tokens):
            yield line
