"""Who may come in: the users of a file, or the one of `--auth user:password`."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from pathlib import Path

from assistant.web.access.book import Book, parse, read_lines
from assistant.web.access.hashes import PasswordHash, TokenHash
from ingest.errors import SettingError

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
        return cls(_Reread(path).book)

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


class _Reread:
    """A file's book, as the file is now. While it cannot be used, nobody comes in."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[object, Book] = (None, Book())

    def book(self) -> Book:
        stamp, known = self._known
        now = self._stamp()
        if now != stamp:
            known = self._read()
            self._known = (now, known)
        return known

    def _stamp(self) -> object:
        try:
            seen = self._path.stat()
        except OSError:
            return "gone"
        return (seen.st_mtime_ns, seen.st_ctime_ns, seen.st_size, seen.st_ino, seen.st_mode)

    def _read(self) -> Book:
        try:
            return parse("\n".join(read_lines(self._path)), self._path)
        except SettingError as error:
            log.warning("Nobody can sign in: %s", error)
            return Book()
