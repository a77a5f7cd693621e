"""The names that an archive knows: who published and who wrote."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.catalog import Catalog
from ingest.text import letters


@dataclass(frozen=True)
class Names:
    """`outlets`: publishers and agencies as they are written, those with most articles first.
    `author_keys`: authors, letters and figures only."""

    outlets: tuple[str, ...]
    author_keys: frozenset[str]

    @staticmethod
    def of(catalog: Catalog) -> Names:
        return Names(tuple(catalog.outlets()), frozenset(map(letters, catalog.authors())))

    def has_author(self, name: str) -> bool:
        return letters(name) in self.author_keys
