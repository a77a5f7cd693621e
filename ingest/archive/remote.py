"""The way to the process that owns an archive: what this one wants done there, it does there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest import errors
from ingest.archive.identity import Outcome
from ingest.archive.owner import ADDRESS, LOOPBACK, Card, is_owned, read_card
from ingest.archive.rows import article_from_record, record_of
from ingest.article import Article, Visit, Withdrawn
from ingest.errors import ArchiveError, DatelineError
from ingest.settings import Settings

if TYPE_CHECKING:
    from ingest.archive.archive import Archive

BODY = 64 * 1024**2  # bytes of one request; an article has at most 10 MB
_CONNECT = 2.0  # seconds
_HELLO = 5.0  # seconds until a process that is there has said so
_PATIENCE = 3_700.0  # seconds; an answer's deadline may be an hour
_OK, _UNKNOWN, _TOO_LARGE = 200, 404, 413
_STOP_IT = "Stop the chat, or start it again if it is of another version."
_STOPPING = 500  # and above: it is being stopped and has cut off what it was doing


@dataclass
class Remote:
    """The owner of an archive, spoken to over loopback."""

    card: Card
    folder: Path

    def answers(self) -> bool:
        """Whether it is there and takes our token."""
        try:
            return self._post("hello", b"{}", _HELLO)[0] == _OK
        except (OSError, HTTPException):
            return False

    def call(self, path: str, options: Mapping[str, Any]) -> Any:
        """What the owner gives back.

        Raises:
            DatelineError: what the owner raised, or that it could not do it.
        """
        body = to_bytes(options)
        if len(body) > BODY:
            raise ArchiveError(f"It is too large to be handed to {self.card.serves}. {_STOP_IT}")
        try:
            status, answer = self._post(path, body, _PATIENCE)
        except (OSError, HTTPException) as error:
            raise self._gone() from error
        if status == _OK:
            reply = from_bytes(answer)
            if "fault" in reply:
                raise fault_of(reply["fault"])
            return reply["done"]
        if status >= _STOPPING:
            raise self._gone()
        why = {_UNKNOWN: "it does not know how", _TOO_LARGE: "it is too large"}
        raise ArchiveError(
            f"The chat at {self.card.serves} did not do {path!r}: "
            f"{why.get(status, f'HTTP status {status}')}. {_STOP_IT}"
        )

    def _gone(self) -> ArchiveError:
        return ArchiveError(
            f"The chat at {self.card.serves}, which has the archive {self.folder}, ended before it "
            "had answered. What was stored stays stored. Do it again."
        )

    def _post(self, path: str, body: bytes, patience: float) -> tuple[int, bytes]:
        # http.client knows no proxies: those of the environment must not get to see the token.
        connection = HTTPConnection(LOOPBACK, self.card.port, timeout=_CONNECT)
        try:
            connection.connect()
            connection.sock.settimeout(patience)
            headers = {"Authorization": f"Bearer {self.card.token}", "Connection": "close"}
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
    # A card may be one that a killed owner has left behind.
    if not (os.path.lexists(folder / ADDRESS) and is_owned(folder)):
        return None
    card = read_card(folder)
    remote = Remote(card, folder) if card else None
    return remote if remote and remote.answers() else None


def to_bytes(value: object) -> bytes:
    """JSON; half characters, as odd file names have them, survive."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def from_bytes(data: bytes) -> Any:
    """Raises ValueError for what is no JSON."""
    return json.loads(data.decode("utf-8", "surrogatepass"))


def fault_json(error: DatelineError) -> dict[str, str]:
    return {"kind": type(error).__name__, "says": str(error)}


def fault_of(fault: Mapping[str, str]) -> DatelineError:
    kind = getattr(errors, fault["kind"], DatelineError)
    known = isinstance(kind, type) and issubclass(kind, DatelineError)
    return kind(fault["says"]) if known else DatelineError(fault["says"])


BATCH = 256  # articles in one request, as many as an archive stores at once, or …
CHARACTERS = 4_000_000  # … fewer long ones


@dataclass(frozen=True)
class RemoteArchive:
    """An archive that its owner has open; what is read here is stored there."""

    owner: Remote
    settings: Settings  # this process's own: it is here that sources are read
    batch: int = BATCH

    def add(self, articles: Iterable[Article | Withdrawn]) -> Iterator[Outcome]:
        """As `Archive.add`.

        Raises:
            DatelineError: as there, or the owner is gone; what was given back before is stored.
        """
        for batch in _batches(articles, self.batch):
            done = self.owner.call("ingest/add", {"items": batch})
            yield from (Outcome(*pair) for pair in done["outcomes"])
            if "fault" in done:
                raise fault_of(done["fault"])

    def counts(self) -> tuple[int, int]:
        articles, chunks = self.owner.call("ingest/counts", {})
        return articles, chunks

    def visit(self, url: str) -> Visit | None:
        found = self.owner.call("ingest/visit", {"url": url})
        return Visit(**found) if found else None

    def note(self, visit: Visit) -> None:
        self.owner.call("ingest/note", asdict(visit))


def item_json(item: Article | Withdrawn) -> dict[str, object]:
    return {"void": asdict(item)} if isinstance(item, Withdrawn) else {"article": record_of(item)}


def item_of(record: Mapping[str, Any]) -> Article | Withdrawn:
    void = record.get("void")
    return Withdrawn(**void) if void else article_from_record(record["article"])


def _batches(items: Iterable[Article | Withdrawn], most: int) -> Iterator[list[dict[str, object]]]:
    batch: list[dict[str, object]] = []
    characters = 0
    for item in items:
        batch.append(item_json(item))
        characters += len(item.text) if isinstance(item, Article) else 0
        if len(batch) >= most or characters >= CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _add(archive: Archive, items: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """The outcomes until an error, and the error: what came before it is stored."""
    outcomes: list[tuple[str, str]] = []
    try:
        for outcome in archive.add(map(item_of, items)):
            outcomes.append((outcome.result, outcome.id))  # noqa: PERF401  kept when add raises
    except DatelineError as error:
        return {"outcomes": outcomes, "fault": fault_json(error)}
    return {"outcomes": outcomes}


# What the owner's side does for a RemoteArchive, by the last part of the path.
SERVED: dict[str, Callable[..., object]] = {
    "add": _add,
    "counts": lambda archive: archive.counts(),
    "visit": lambda archive, url: (found := archive.visit(url)) and asdict(found),
    "note": lambda archive, **fields: archive.note(Visit(**fields)),
}
