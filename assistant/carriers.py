"""Wire copies among search results: one article stands for its group and names the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.catalog import Catalog
from ingest.chunk_table import ChunkRow
from ingest.copies import Carrier, head
from ingest.filters import Filters, outlet_key

NEAR = 0.05  # of a score; two copies are .08 apart at the median, for their headlines


class Carriers:
    """The groups among one search's rows. Groups are looked up when a row of theirs is taken."""

    def __init__(
        self, catalog: Catalog, ranked: Sequence[ChunkRow], scores: Mapping[int, float]
    ) -> None:
        self._catalog = catalog
        self._best: dict[str, dict[str, float]] = {}  # story → article → score of its best row
        self._chosen: dict[str, str] = {}
        self._members: dict[str, list[Carrier]] = {}
        for row in ranked:
            if row.story:
                self._best.setdefault(row.story, {}).setdefault(row.article_id, scores[row.id])

    def stands(self, row: ChunkRow) -> bool:
        """Whether a row's article is the one of its group that is shown."""
        if row.story is None:
            return True
        if row.story not in self._chosen:
            self._chosen[row.story] = self._choose(row.story)
        return self._chosen[row.story] == row.article_id

    def also_in(self, row: ChunkRow, filters: Filters) -> tuple[str, ...]:
        """Who else carries the row's article and is admitted, in order of publication."""
        if row.story is None:
            return ()
        members = self._of(row.story)
        own = {_key(member) for member in members if member.article_id == row.article_id}
        names: dict[str | None, str] = {}
        for member in members:
            if member.publisher and _key(member) not in own and _admits(filters, member):
                names.setdefault(_key(member), member.publisher)
        return tuple(names.values())

    def _choose(self, story: str) -> str:
        """The head of those found where it scores about as well as the best, else the best."""
        scores = self._best[story]
        best = next(iter(scores))
        found = [member for member in self._of(story) if member.article_id in scores]
        first = head(found).article_id if found else best  # dissolved since: nothing to prefer
        return first if scores[first] >= scores[best] - NEAR else best

    def _of(self, story: str) -> list[Carrier]:
        if story not in self._members:
            self._members[story] = self._catalog.members(story)
        return self._members[story]


def _key(carrier: Carrier) -> str | None:
    return outlet_key(carrier.publisher) if carrier.publisher else None


def _admits(filters: Filters, carrier: Carrier) -> bool:
    return filters.admits(carrier.published_at, carrier.outlets, carrier.changed_at)
