"""Articles handed to the process that owns the archive: both ends, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ingest.article import Article, Withdrawn
from ingest.errors import DatelineError
from ingest.identity import Outcome
from ingest.remote import Remote, fault_json, fault_of
from ingest.rows import article_from_record, record_of
from ingest.settings import Settings
from ingest.visits import Visit

if TYPE_CHECKING:
    from ingest.archive import Archive

BATCH = 256  # articles in one request, as many as an archive stores at once, or …
CHARACTERS = 4_000_000  # … fewer long ones


class RemoteArchive:
    """An archive that its owner has open; what is read here is stored there."""

    def __init__(self, owner: Remote, settings: Settings, batch: int = BATCH) -> None:
        """`settings` are this process's own: it is here that sources are read."""
        self.settings = settings
        self.visits = RemoteVisits(owner)
        self._owner = owner
        self._batch = batch

    def add(self, articles: Iterable[Article | Withdrawn]) -> Iterator[Outcome]:
        """As `Archive.add`.

        Raises:
            DatelineError: as there, or the owner is gone; what was given back before is stored.
        """
        for batch in _batches(articles, self._batch):
            done = self._owner.call("ingest/add", {"items": batch})
            yield from (Outcome(*pair) for pair in done["outcomes"])
            if "fault" in done:
                raise fault_of(done["fault"])

    def counts(self) -> tuple[int, int]:
        articles, chunks = self._owner.call("ingest/counts", {})
        return articles, chunks


class RemoteVisits:
    """The visits that the owner keeps."""

    def __init__(self, owner: Remote) -> None:
        self._owner = owner

    def get(self, url: str) -> Visit | None:
        found = self._owner.call("ingest/visit", {"url": url})
        return Visit(**found) if found else None

    def note(self, visit: Visit) -> None:
        self._owner.call("ingest/note", asdict(visit))


def item_json(item: Article | Withdrawn) -> dict[str, object]:
    """What is handed over, as JSON."""
    return {"void": asdict(item)} if isinstance(item, Withdrawn) else {"article": record_of(item)}


def item_of(record: Mapping[str, Any]) -> Article | Withdrawn:
    """And back."""
    return (
        Withdrawn(**record["void"]) if "void" in record else article_from_record(record["article"])
    )


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


def _visit(archive: Archive, url: str) -> dict[str, object] | None:
    found = archive.visits.get(url)
    return asdict(found) if found else None


# What the owner's side does for a RemoteArchive, by the last part of the path.
SERVED: dict[str, Callable[..., object]] = {
    "add": _add,
    "counts": lambda archive: archive.counts(),
    "visit": _visit,
    "note": lambda archive, **fields: archive.visits.note(Visit(**fields)),
}
