"""Addresses that an archive has read, remembered so that they are not asked for in vain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ingest.archive.database import Database
from ingest.article import Item


@dataclass(frozen=True, slots=True)
class Visit:
    """An address that was read."""

    url: str  # as it was asked for
    etag: str | None = None
    modified: str | None = None  # Last-Modified, as sent
    stamp: str = ""  # what the feed or sitemap stated as its date, to the letter


class Visits(Protocol):
    """The memory of visits."""

    def get(self, url: str) -> Visit | None:
        """The last visit to `url`."""

    def note(self, visit: Visit) -> None:
        """Remember `visit`; only when all that came of it is safely stored."""


@dataclass(frozen=True, slots=True)
class Visited:
    """Comes behind all items of an address: when they are stored, the visit may be noted."""

    visit: Visit

    @property
    def source(self) -> str:
        return self.visit.url


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An address that has not changed since the last visit."""

    source: str


Seen = Item | Unchanged | Visited  # what a run sees of its sources


class ArchiveVisits:
    """The visits of an archive, kept in its catalog."""

    def __init__(self, catalog: Database) -> None:
        self._catalog = catalog

    def get(self, url: str) -> Visit | None:
        row = self._catalog.one("SELECT etag, modified, stamp FROM visits WHERE url = ?", url)
        return Visit(url, row["etag"], row["modified"], row["stamp"] or "") if row else None

    def note(self, visit: Visit) -> None:
        values = (visit.url, visit.etag, visit.modified, visit.stamp)
        with self._catalog.writing() as db:
            db.execute("INSERT OR REPLACE INTO visits VALUES (?, ?, ?, ?)", values)
