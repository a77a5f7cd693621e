"""What an ingest needs of an archive, wherever it is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from ingest.article import Article, Withdrawn
from ingest.identity import Outcome
from ingest.settings import Settings
from ingest.visits import Visits


class Store(Protocol):
    """An archive that takes articles: one that is open here, or its owner's."""

    @property
    def settings(self) -> Settings: ...

    @property
    def visits(self) -> Visits: ...

    def add(self, articles: Iterable[Article | Withdrawn]) -> Iterator[Outcome]:
        """Store articles in order; an outcome for each, given once it is stored durably."""

    def counts(self) -> tuple[int, int]:
        """(articles, chunks)."""
