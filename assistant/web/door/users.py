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
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import SettingError

LONGEST = 1024  # characters of a password
_COSTS = (2**15, 8, 1)  # 32 MB and some 80 ms
_MOST_MEMORY = 128 * 2**20
_SCRYPT = re.compile(r"scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,3})\$([\w+/=-]+)\$([\w+/=-]+)")
_TOKEN = re.compile(r"sha256\$([0-9a-f]{64})")


@dataclass(frozen=True)
class PasswordHash:
    """A password that was hashed with scrypt, and how: its costs n, r and p."""

    costs: tuple[int, int, int]
    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str) -> PasswordHash:
        salt = secrets.token_bytes(16)
        return cls(_COSTS, salt, _scrypt(password, _COSTS, salt, 32))

    @classmethod
    def parse(cls, text: str) -> PasswordHash:
        """Raises:
        ValueError: it is no hash, or one that would cost too much to compare.
        """
        match = _SCRYPT.fullmatch(text)
        if match is None:
            raise ValueError("no scrypt hash")
        n, r, p = (int(match[i]) for i in (1, 2, 3))
        if n < 2 or n & (n - 1) or r < 1 or not 1 <= p <= 4 or 128 * n * r > _MOST_MEMORY:  # noqa: PLR2004
            raise ValueError("costs that cannot be used")
        return cls((n, r, p), _decoded(match[4]), _decoded(match[5]))

    def fits(self, password: str) -> bool:
        given = _scrypt(password, self.costs, self.salt, len(self.digest))
        return hmac.compare_digest(given, self.digest)

    def __str__(self) -> str:
        told = [base64.b64encode(part).decode() for part in (self.salt, self.digest)]
        return "$".join(["scrypt", *map(str, self.costs), *told])


@dataclass(frozen=True)
class TokenHash:
    """A token is 256 random bits: a plain hash cannot be guessed back."""

    digest: str

    @classmethod
    def of(cls, token: str) -> TokenHash:
        return cls(hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest())

    @classmethod
    def parse(cls, text: str) -> TokenHash:
        """Raises:
        ValueError: it is no hash.
        """
        match = _TOKEN.fullmatch(text)
        if match is None:
            raise ValueError("no sha256 hash")
        return cls(match[1])

    def __str__(self) -> str:
        return f"sha256${self.digest}"


def _scrypt(password: str, costs: tuple[int, int, int], salt: bytes, length: int) -> bytes:
    text = unicodedata.normalize("NFC", password[:LONGEST])
    secret = text.encode("utf-8", "surrogatepass")
    (n, r, p), memory = costs, 2 * _MOST_MEMORY
    return hashlib.scrypt(secret, salt=salt, n=n, r=r, p=p, maxmem=memory, dklen=length)


def _decoded(text: str) -> bytes:
    decoded = base64.b64decode(text, validate=True)
    if not 8 <= len(decoded) <= 64:  # noqa: PLR2004
        raise ValueError("a salt or a hash of no usual length")
    return decoded


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
    for number, written in enumerate(text.splitlines(), start=1):
        line = written.strip()
        if not line or line.startswith("#"):
            continue
        name, _, kept = line.partition(":")
        try:
            checked_name(name)
            if kept.startswith("token:"):
                tokens[TokenHash.parse(kept.removeprefix("token:")).digest] = name
            elif name in passwords:
                raise ValueError(f"{name} has two passwords")
            else:
                passwords[name] = PasswordHash.parse(kept)
        except (ValueError, SettingError) as error:
            raise SettingError(
                f"Line {number} of {where} is no user ({error}). "
                "Write the file with: dateline users add NAME FILE"
            ) from error
    return Book(passwords, tokens)


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


log = logging.getLogger("dateline")


class Users:
    """Compares what people give with what is kept. Safe to use from several threads."""

    def __init__(self, book: Callable[[], Book]) -> None:
        self._book = book
        self._nobody = PasswordHash.of("nobody")

    @classmethod
    def of_file(cls, path: Path) -> Users:
        """The users of a file, which is read again when it changes.

        Raises:
            SettingError: it cannot be used, or nobody is in it.
        """
        if not parse("\n".join(read_lines(path)), path).names:
            raise SettingError(
                f"Nobody is in the users file {path}. Add somebody: dateline users add NAME {path}"
            )
        held: tuple[object, Book] = (None, Book())

        def book() -> Book:
            """As the file is now. While it cannot be used, nobody comes in."""
            nonlocal held
            stamp, known = held
            now: object = "gone"
            with suppress(OSError):
                seen = path.stat()
                now = (seen.st_mtime_ns, seen.st_ctime_ns, seen.st_size, seen.st_ino, seen.st_mode)
            if now != stamp:
                try:
                    known = parse("\n".join(read_lines(path)), path)
                except SettingError as error:
                    log.warning("Nobody can sign in: %s", error)
                    known = Book()
                held = (now, known)
            return known

        return cls(book)

    @classmethod
    def of_pair(cls, name: str, password: str) -> Users:
        """One user."""
        book = Book({name: PasswordHash.of(password)})
        return cls(lambda: book)

    def stamp(self, name: str) -> str | None:
        """What changes when the user's password does; None where there is no such user."""
        kept = self._book().passwords.get(name)
        return str(kept) if kept else None

    def fits(self, name: str, password: str) -> bool:
        """Whether that is the password. A name that is not there takes as long as one that is."""
        kept = self._book().passwords.get(name)
        fits = (kept or self._nobody).fits(password)
        return fits and kept is not None

    def of_token(self, token: str) -> str | None:
        """Whose token it is."""
        given = TokenHash.of(token).digest
        owner = None
        for digest, name in self._book().tokens.items():
            if hmac.compare_digest(digest, given):
                owner = name
        return owner


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
    path = Path(auth).expanduser()
    try:
        there = path.is_file()
    except (OSError, ValueError):  # too long for a path
        there = False
    if there:
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
