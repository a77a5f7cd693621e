"""The way to the process that owns an archive: what this one wants done there, it does there."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from ingest import errors
from ingest.card import Card, has_card, read_card
from ingest.errors import ArchiveError, DatelineError
from ingest.owner import is_owned

BODY = 64 * 1024**2  # bytes of one request; an article has at most 10 MB
_CONNECT = 2.0  # seconds
_HELLO = 5.0  # seconds until a process that is there has said so
_PATIENCE = 3_700.0  # seconds; an answer's deadline may be an hour
_OK, _UNKNOWN, _TOO_LARGE = 200, 404, 413
_STOPPING = 500  # and above: it is being stopped and has cut off what it was doing

log = logging.getLogger("dateline")


class Remote:
    """The owner of an archive, spoken to over loopback."""

    def __init__(self, card: Card, folder: Path) -> None:
        self.folder = folder
        self.serves = card.serves
        self._card = card

    def answers(self) -> bool:
        """Whether it is there and takes our token."""
        try:
            return self._post("hello", b"{}", _HELLO)[0] == _OK
        except (OSError, HTTPException):
            return False

    def call(self, path: str, options: Mapping[str, Any]) -> Any:
        """What the owner gives back; its remarks are logged here, too.

        Raises:
            DatelineError: what the owner raised, or that it could not do it.
        """
        body = to_bytes(options)
        if len(body) > BODY:
            raise ArchiveError(f"It is too large to be handed to {self.serves}. {self._stop_it()}")
        try:
            status, answer = self._post(path, body, _PATIENCE)
        except (OSError, HTTPException) as error:
            raise self._gone() from error
        return self._opened(path, status, answer)

    def _opened(self, path: str, status: int, answer: bytes) -> Any:
        if status == _OK:
            reply = from_bytes(answer)
            for remark in reply["remarks"]:
                log.warning("%s", remark)
            if "fault" in reply:
                raise fault_of(reply["fault"])
            return reply["done"]
        if status >= _STOPPING:
            raise self._gone()
        why = {_UNKNOWN: "it does not know how", _TOO_LARGE: "it is too large"}
        raise ArchiveError(
            f"The chat at {self.serves} did not do {path!r}: "
            f"{why.get(status, f'HTTP status {status}')}. {self._stop_it()}"
        )

    def _gone(self) -> ArchiveError:
        return ArchiveError(
            f"The chat at {self.serves}, which has the archive {self.folder}, ended before it had "
            "answered. What was stored stays stored. Do it again."
        )

    def _stop_it(self) -> str:
        return "Stop the chat, or start it again if it is of another version."

    def _post(self, path: str, body: bytes, patience: float) -> tuple[int, bytes]:
        # http.client knows no proxies: those of the environment must not get to see the token.
        connection = HTTPConnection(self._card.host, self._card.port, timeout=_CONNECT)
        try:
            connection.connect()
            connection.sock.settimeout(patience)
            headers = {"Authorization": f"Bearer {self._card.token}", "Connection": "close"}
            connection.request("POST", f"/{path}", body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


def owner_of(folder: Path) -> Remote | None:
    """The owner of this archive that does what others want; None where there is none.

    Where somebody else owns it, opening it here says who.

    Raises:
        ArchiveError: it is owned, and who says that he serves it is not to be trusted.
    """
    folder = folder.expanduser()
    if not (has_card(folder) and is_owned(folder)):
        return None
    card = read_card(folder)
    remote = Remote(card, folder) if card else None
    return remote if remote and remote.answers() else None


def to_bytes(value: object) -> bytes:
    """JSON; half characters, as odd file names have them, survive."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def from_bytes(data: bytes) -> Any:
    """Raises:
    ValueError: it is no JSON.
    """
    return json.loads(data.decode("utf-8", "surrogatepass"))


def fault_json(error: DatelineError) -> dict[str, str]:
    return {"kind": type(error).__name__, "says": str(error)}


def fault_of(fault: Mapping[str, str]) -> DatelineError:
    """The error that was raised there, to be raised here."""
    kind = getattr(errors, fault["kind"], DatelineError)
    known = isinstance(kind, type) and issubclass(kind, DatelineError)
    return kind(fault["says"]) if known else DatelineError(fault["says"])
