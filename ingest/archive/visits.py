"""What is remembered of addresses that were read, so that they are not asked for in vain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from ingest.article import Article, Failure, PassedOver, Withdrawn


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


@dataclass
class MemoryVisits:
    """Visits that are forgotten with the process."""

    known: dict[str, Visit] = field(default_factory=dict)

    def get(self, url: str) -> Visit | None:
        return self.known.get(url)

    def note(self, visit: Visit) -> None:
        self.known[visit.url] = visit


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


Item = Article | Failure | PassedOver | Withdrawn | Unchanged | Visited
