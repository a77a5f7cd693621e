"""Who may come in: the users of a file, or the one of `--auth user:password`; and whether the
server may listen where it is told to.

A users file has lines `name:scrypt$…` for a password and `name:token:sha256$…` for a token: neither
is ever kept in plain text.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import os
import re
import secrets
import stat
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import SettingError

LONGEST = 1024  # characters of a password
_SCRYPT = re.compile(r"scrypt\$32768\$8\$1\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=")
_TOKEN = re.compile(r"token:sha256\$[0-9a-f]{64}")


def hash_of(password: str, salt: bytes = b"") -> str:
    """A password hashed with scrypt, after its costs and the salt, by default a new one: 32 MB and
    some 80 ms."""
    salt = salt or secrets.token_bytes(16)
    text = unicodedata.normalize("NFC", password[:LONGEST])
    secret = text.encode("utf-8", "surrogatepass")
    digest = hashlib.scrypt(secret, salt=salt, n=2**15, r=8, p=1, maxmem=2**26, dklen=32)
    told = [base64.b64encode(part).decode() for part in (salt, digest)]
    return "$".join(["scrypt$32768$8$1", *told])


def is_password(given: str, kept: str) -> bool:
    """Whether that is the password of a hash."""
    salt = base64.b64decode(kept.split("$")[4])
    return hmac.compare_digest(hash_of(given, salt), kept)


def token_hash(token: str) -> str:
    """A token is 256 random bits: a plain hash cannot be guessed back."""
    return f"sha256${hashlib.sha256(token.encode('utf-8', 'surrogatepass')).hexdigest()}"


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_TAKEN = ("local", "visitor")  # names that stand for those who do not sign in
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LARGEST = 2**20  # bytes


@dataclass(frozen=True)
class Book:
    """Who may come in: the password's hash of each name, and by its hash whose each token is; and
    the lines of the file that say so."""

    passwords: Mapping[str, str] = field(default_factory=dict)
    tokens: Mapping[str, str] = field(default_factory=dict)
    lines: Sequence[str] = ()

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


def parse(lines: Sequence[str], where: Path) -> Book:
    """Raises:
    SettingError: a line is neither empty, nor a comment, nor a user.
    """
    passwords: dict[str, str] = {}
    tokens: dict[str, str] = {}
    for number, line in enumerate(map(str.strip, lines), start=1):
        if not line or line.startswith("#"):
            continue
        name, _, kept = line.partition(":")
        try:
            checked_name(name)
            if _TOKEN.fullmatch(kept):
                tokens[kept.removeprefix("token:")] = name
            elif not _SCRYPT.fullmatch(kept):
                raise ValueError("no hash of a password or a token")
            elif name in passwords:
                raise ValueError(f"{name} has two passwords")
            else:
                passwords[name] = kept
        except (ValueError, SettingError) as error:
            raise SettingError(
                f"Line {number} of {where} is no user ({error}). "
                "Write the file with: dateline users add NAME FILE"
            ) from error
    return Book(passwords, tokens, lines)


def read(path: Path) -> Book:
    """The users of a file that only its owner can read.

    Raises:
        SettingError: it is not there, cannot be read, others can read it, or a line is no user.
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
    return parse(text.splitlines(), path)


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


log = logging.getLogger("dateline")


class Users:
    """Compares what people give with what is kept. Safe to use from several threads."""

    def __init__(self, book: Callable[[], Book]) -> None:
        self._book = book
        self._nobody = hash_of("nobody")

    @classmethod
    def of_file(cls, path: Path) -> Users:
        """The users of a file, as it is whenever somebody comes.

        Raises:
            SettingError: it cannot be used, or nobody is in it.
        """
        if not read(path).names:
            raise SettingError(
                f"Nobody is in the users file {path}. Add somebody: dateline users add NAME {path}"
            )

        def book() -> Book:
            """As the file is now. While it cannot be used, nobody comes in."""
            try:
                return read(path)
            except SettingError as error:
                log.warning("Nobody can sign in: %s", error)
                return Book()

        return cls(book)

    @classmethod
    def of_pair(cls, name: str, password: str) -> Users:
        """One user."""
        book = Book({name: hash_of(password)})
        return cls(lambda: book)

    def stamp(self, name: str) -> str | None:
        """What changes when the user's password does; None where there is no such user."""
        return self._book().passwords.get(name)

    def fits(self, name: str, password: str) -> bool:
        """Whether that is the password. A name that is not there takes as long as one that is."""
        kept = self._book().passwords.get(name)
        return is_password(password, kept or self._nobody) and kept is not None

    def of_token(self, token: str) -> str | None:
        """Whose token it is."""
        return self._book().tokens.get(token_hash(token))


def check_binding(host: str, auth: str | None, no_auth: bool) -> None:
    """Raises:
    SettingError: other machines could come in without a password, and nobody said that they may.
    """
    from assistant.web.door.guards import is_loopback  # it brings starlette

    if auth and no_auth:
        raise SettingError("--auth and --no-auth exclude each other. Give one of them.")
    if not is_loopback(host) and not auth and not no_auth:
        raise SettingError(
            f"On {host} other machines can reach the chat. Give --auth user:password or --auth "
            "FILE (see dateline users), listen on 127.0.0.1, or let everybody in with --no-auth."
        )


def users_of(auth: str | None) -> Users | None:
    """The users that `--auth` names: "user:password", or the path of a users file.

    Raises:
        SettingError: it is neither, or the file cannot be used.
    """
    if not auth:
        return None
    if os.path.isfile(path := Path(auth).expanduser()):  # noqa: PTH113  it may be too long for one
        return Users.of_file(path)
    name, colon, password = auth.partition(":")
    if not colon:
        raise SettingError(
            f"--auth {auth[:60]}: there is no such file. Make one with dateline users add NAME "
            "FILE, or give user:password."
        )
    if not name or not password:
        raise SettingError("--auth is written user:password, and neither may be empty.")
    return Users.of_pair(name, password)


@dataclass(frozen=True)
class Access:
    """Where the server listens and who may use it.

    Without `users` everybody may: on loopback that is one person, elsewhere each browser is a
    visitor of its own.
    """

    host: str = "127.0.0.1"
    users: Users | None = None
    names: tuple[str, ...] = ()  # other host names that it is reached by
