"""One process owns an archive: an OS lock, freed by the OS when that process dies.

An owner that serves others leaves a card in the folder: where it is reached, and the password.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import ArchiveError, ArchiveInUseError

LOOPBACK = "127.0.0.1"  # where an owner listens
ADDRESS = "address.json"  # where an owner that serves others can be reached


class Owner:
    """Ownership of an archive's folder. `unclean`: the last owner never released it."""

    def __init__(self, folder: Path) -> None:
        self._card = folder / "owner.json"
        self._lock = _lock(folder)
        try:
            self._lock.acquire(timeout=0.2)
        except Timeout as error:
            holder = "another process"
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                card = json.loads(self._card.read_text())
                holder = f"“{card['command']}” (process {card['pid']})"
            raise ArchiveInUseError(
                f"The archive {folder} is in use by {holder}. Stop it, or wait for it."
            ) from error
        except OSError as error:
            raise ArchiveError(
                f"The archive {folder} cannot be locked: {error.strerror or error}. "
                "Choose a folder that you may write to with --archive."
            ) from error
        (folder / ADDRESS).unlink(missing_ok=True)  # a killed owner's: nobody answers there
        self.unclean = self._card.exists()
        words = [Path(sys.argv[0]).name or "python", *sys.argv[1:2]]
        command = " ".join(word for word in words if word)[:80]
        self._card.write_text(json.dumps({"pid": os.getpid(), "command": command}))

    def release(self, clean: bool = True) -> None:
        """Give the archive up. `clean`: in good order, so that the next owner need not check."""
        if not self._lock.is_locked:
            return
        if clean:
            self._card.unlink(missing_ok=True)
        self._lock.release()


def is_owned(folder: Path) -> bool:
    """Whether a process owns the archive now; False where that cannot be told."""
    try:
        with _lock(folder).acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False


def _lock(folder: Path) -> FileLock:
    return FileLock(str(folder / "lock"), is_singleton=False, thread_local=False)


_SIZE = 4096  # bytes; a card is far smaller
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


@dataclass(frozen=True)
class Card:
    """Where an owner listens. Who has the token may do what the owner may."""

    port: int  # of this machine's loopback
    token: str = field(repr=False)
    serves: str  # what people know it by: "http://127.0.0.1:7860"


@contextmanager
def posted(card: Card, folder: Path) -> Iterator[None]:
    """The card lies in the archive's folder for so long; at no moment can others read it.

    Raises:
        ArchiveError: it cannot be written.
    """
    path, draft = folder / ADDRESS, folder / f"{ADDRESS}.new"
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            json.dump(asdict(card), file)
        draft.replace(path)  # nobody reads half a card
    except OSError as error:
        raise ArchiveError(f"The archive {folder} cannot be written: {error}.") from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def read_card(folder: Path) -> Card | None:
    """The card of an archive; None where there is none that can be read.

    Raises:
        ArchiveError: others may have written or read it.
    """
    path = folder / ADDRESS
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | _FLAGS), "rb") as file:
            if hasattr(os, "geteuid"):  # on Windows the folder's own rights hold
                found = os.fstat(file.fileno())
                if not stat.S_ISREG(found.st_mode):
                    raise _untrusted(path, "is no plain file")
                if found.st_uid != os.geteuid():
                    raise _untrusted(path, "belongs to another user")
                if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                    raise _untrusted(path, "can be used by others than you")
            fields = json.loads(file.read(_SIZE))
            card = Card(**{name: fields[name] for name in Card.__dataclass_fields__})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return card if isinstance(card.port, int) and isinstance(card.token, str) else None


def _untrusted(path: Path, why: str) -> ArchiveError:
    return ArchiveError(
        f"The archive is in use, and {path}, which tells by whom, is not trusted: it {why}. "
        "Stop the process that uses the archive, or start it again."
    )
