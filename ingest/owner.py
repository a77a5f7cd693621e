"""One process owns an archive: an OS lock, freed by the OS when that process dies."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import ArchiveError, ArchiveInUseError

ADDRESS = "address.json"  # where an owner that serves others can be reached: ingest/card.py


class Owner:
    """Ownership of an archive's folder. `unclean`: the last owner never released it."""

    def __init__(self, folder: Path) -> None:
        self._card = folder / "owner.json"
        self._lock = _lock(folder)
        self._acquire(folder)
        (folder / ADDRESS).unlink(missing_ok=True)  # a killed owner's: nobody answers there
        self.unclean = self._card.exists()
        self._card.write_text(json.dumps({"pid": os.getpid(), "command": _command()}))

    def release(self, clean: bool = True) -> None:
        """Give the archive up. `clean`: in good order, so that the next owner need not check."""
        if not self._lock.is_locked:
            return
        if clean:
            self._card.unlink(missing_ok=True)
        self._lock.release()

    def _acquire(self, folder: Path) -> None:
        try:
            self._lock.acquire(timeout=0.2)
        except Timeout as error:
            raise ArchiveInUseError(
                f"The archive {folder} is in use by {self._holder()}. Stop it, or wait for it."
            ) from error
        except OSError as error:
            raise ArchiveError(
                f"The archive {folder} cannot be locked: {error.strerror or error}. "
                "Choose a folder that you may write to with --archive."
            ) from error

    def _holder(self) -> str:
        try:
            card = json.loads(self._card.read_text())
            return f"“{card['command']}” (process {card['pid']})"
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"


def is_owned(folder: Path) -> bool:
    """Whether a process owns the archive now; False where that cannot be told."""
    lock = _lock(folder)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False


def _lock(folder: Path) -> FileLock:
    return FileLock(str(folder / "lock"), is_singleton=False, thread_local=False)


def _command() -> str:
    """How the holder introduces itself: the program and its first word."""
    words = [Path(sys.argv[0]).name or "python", *sys.argv[1:2]]
    return " ".join(word for word in words if word)[:80]
