"""The word index and the vector index of an archive, kept in step with its catalog."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ingest.archive import health
from ingest.archive.catalog import Catalog
from ingest.archive.rows import Stored
from ingest.archive.vectors import VectorIndex
from ingest.archive.word_index import Entry, LexicalIndex
from ingest.errors import ArchiveError
from ingest.text import letters

log = logging.getLogger("dateline")
ARTICLES = 256  # between two commits
REMOVALS = 10_000  # chunks between two commits


class Indexes:
    """Both derived indexes. What the catalog marks as pending is written by `recover`."""

    def __init__(self, catalog: Catalog, folder: Path, chroma: str | None) -> None:
        self._catalog = catalog
        self._folder = folder
        self._chroma = chroma
        self._lock = threading.RLock()
        self._vectors: VectorIndex | None = None
        words = folder / health.LEXICAL
        try:
            self.lexical = LexicalIndex(words)
        except (ValueError, OSError) as error:
            log.warning("The word index is damaged or of another version (%s): made anew.", error)
            health.discard(words)
            catalog.forget_indexes()
            self.lexical = LexicalIndex(words)

    @property
    def vectors(self) -> VectorIndex:
        """Opened when it is first needed: importing Chroma takes most of a second.

        Raises:
            ArchiveError: the index is damaged, or no Chroma server answers.
        """
        with self._lock:
            if self._vectors is not None:
                return self._vectors
            place: Path | str = self._chroma or self._folder / health.VECTORS
            try:
                name = health.collection_name(self._catalog, self._chroma)
                self._vectors = VectorIndex(place, name)
            except ArchiveError:
                raise
            except Exception as error:
                raise ArchiveError(
                    f"The vector index of {self._folder} cannot be opened ({str(error)[:120]}). "
                    f"Make it anew with: dateline doctor --repair --archive {self._folder}"
                ) from error
            return self._vectors

    def are_whole(self) -> bool:
        """Whether both hold as many chunks as the catalog says; the cheapest sign of a loss."""
        with self._lock:
            chunks = self._catalog.indexed_chunks()
            vectors = self._folder / health.VECTORS / "chroma.sqlite3"
            lost = chunks and not self._chroma and not vectors.exists()
            return self.lexical.count() == chunks and not lost

    def recover(self) -> None:
        """Bring both indexes up to the catalog."""
        while removed := self._catalog.removals(REMOVALS):
            self._write([], removed)
        while pending := self._catalog.pending(ARTICLES):
            self._write(pending, [])

    def follow(self) -> None:
        """Where the settings have moved the vectors, mark everything to be written there."""
        place, recorded = self._chroma or "folder", self._catalog.meta("vectors")
        if recorded == place:
            return
        if recorded is not None:
            log.warning("The vectors move from %s to %s.", recorded, place)
            self._catalog.forget_indexes()
        self._catalog.set_meta("vectors", place)

    def clear(self) -> None:
        """Empty both and mark everything as pending."""
        with self._lock:
            self._catalog.forget_indexes()
            self.lexical.clear()
            self.vectors.clear()

    def close(self) -> None:
        with self._lock:
            self.lexical.close()
            if self._vectors is not None:
                self._vectors.close()
                self._vectors = None

    def _write(self, pending: Sequence[Stored], removed: Sequence[int]) -> None:
        """Write pending articles, take removed chunks out, note in the catalog that it is done."""
        with self._lock:
            articles = {stored.id: stored.article for stored in pending}
            authors = {i: frozenset(map(letters, each.authors)) for i, each in articles.items()}
            rows = self._catalog.chunks_of(list(articles))
            entries = []
            for row in rows:
                article = articles[row.article_id]
                text = article.text[row.start : row.end]
                entry = Entry(
                    row.id, article.title, text, row.published_at, row.outlets, row.changed_at,
                    row.article_id, article.kind, authors[row.article_id],
                )  # fmt: skip
                entries.append(entry)
            self.lexical.update(entries, removed)
            stored = self._catalog.vectors([row.id for row in rows])
            known = {chunk: vector for chunk, vector in stored.items() if vector.any()}
            stacked = np.stack(list(known.values())) if known else np.zeros((0, 1), np.float32)
            self.vectors.update(list(known), stacked, removed)
            self._catalog.acknowledge(pending, removed)
