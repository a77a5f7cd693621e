"""The catalog's chunks and their vectors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ingest.database import Database
from ingest.embed import Vectors
from ingest.vector_cache import VectorCache

# One row for many: SQLite's module gives the interpreter lock up and takes it back for every row,
# which makes threads that search at once wait for one another (docs/DECISIONS.md).
_THESE = "(SELECT value FROM json_each(?))"
_CHUNK = """c.id, c.article_id, c.start, c.end, a.published_at, a.publisher_key, a.agency_key,
            a.changed_at, a.story"""
_CHUNKS = "FROM chunks c JOIN articles a INDEXED BY articles_facts ON a.id = c.article_id"


class ChunkRow(NamedTuple):
    """A chunk as search needs it; hundreds are made for a question."""

    id: int
    article_id: str
    start: int
    end: int
    published_at: int | None
    publisher_key: str | None = None
    agency_key: str | None = None
    changed_at: int | None = None
    story: str | None = None  # of the article, where others carry it too

    @property
    def outlets(self) -> frozenset[str]:
        return frozenset(key for key in (self.publisher_key, self.agency_key) if key)


class ChunkTable(Database):
    """Chunks by their ids and by their articles."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._cache = VectorCache(self._stacked)

    def chunks_of(self, article_ids: Sequence[str]) -> list[ChunkRow]:
        """Chunks of these articles, in reading order within each."""
        return sorted(self._chunk_rows("a.id", article_ids), key=lambda r: (r.article_id, r.start))

    def chunk_rows(self, chunk_ids: Sequence[int]) -> dict[int, ChunkRow]:
        return {row.id: row for row in self._chunk_rows("c.id", chunk_ids)}

    def vectors(self, chunk_ids: Sequence[int]) -> dict[int, Vectors]:
        return dict(zip(*self._stacked(chunk_ids), strict=True))

    def similarities(self, vector: Vectors, chunk_ids: Sequence[int]) -> dict[int, float]:
        """Cosines of a vector of length 1 with those of these chunks; {} for a zero vector."""
        return self._cache.similarities(vector, chunk_ids)

    def forget_vectors(self) -> None:
        """Read vectors anew: they were replaced by another embedder's."""
        self._cache.clear()

    def _stacked(self, chunk_ids: Sequence[int]) -> tuple[list[int], Vectors]:
        """(ids, float32 [len(ids), dimension]) of those of these chunks that there are."""
        sql = f"""SELECT json_group_array(id), group_concat(hex(vector), '')
                  FROM chunks WHERE id IN {_THESE}"""
        ids, stored = self.one(sql, json.dumps(chunk_ids)) or ("[]", None)
        known: list[int] = json.loads(ids)
        flat = np.frombuffer(bytes.fromhex(stored or ""), dtype=np.float32)
        return known, flat.reshape(len(known), -1) if known else flat.reshape(0, 1)

    def _chunk_rows(self, column: str, values: Sequence[object]) -> list[ChunkRow]:
        sql = f"SELECT json_group_array(json_array({_CHUNK})) {_CHUNKS} WHERE {column} IN {_THESE}"
        found = self.one(sql, json.dumps(values))
        return [ChunkRow(*row) for row in json.loads(found[0])] if found else []

    def sample_chunks(self, count: int) -> list[int]:
        """Up to `count` indexed chunk ids, spread evenly over the archive."""
        sql = """SELECT c.id FROM chunks c JOIN articles a ON a.id = c.article_id
                 WHERE a.state = 'indexed' ORDER BY c.id"""
        ids = [row[0] for row in self.all(sql)]
        return ids[:: max(1, len(ids) // count)][:count] if ids else []

    def chunk_counts(self) -> dict[str, int]:
        rows = self.all("SELECT article_id, count(*) FROM chunks GROUP BY article_id")
        return {row[0]: row[1] for row in rows}
