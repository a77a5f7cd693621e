"""The vector index (Chroma): derived from the catalog, rebuilt at will.

Chroma gets ids and vectors only: text and facts live in the catalog, which makes writing nearly
five times as fast (docs/DECISIONS.md) and leaves one place where the truth is.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.archive.embedding import Vectors
from ingest.errors import ArchiveError
from ingest.settings import no_telemetry

SELF = 0.999  # cosine of a vector with its own stored copy, less rounding
BATCH = 5_000  # Chroma takes 5,461 at once


class VectorIndex:
    """Nearest vectors by cosine. `place` is a folder, or the address of a Chroma server."""

    def __init__(self, place: Path | str, collection: str = "passages") -> None:
        no_telemetry()
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        self._client: Any
        if isinstance(place, Path):
            self._client = chromadb.PersistentClient(str(place), settings=settings)
        else:
            try:
                ssl = place.startswith("https://")
                host, _, port = place.split("://", 1)[-1].rstrip("/").partition(":")
                self._client = chromadb.HttpClient(
                    host=host, port=int(port or (443 if ssl else 8000)), ssl=ssl, settings=settings
                )
            except Exception as error:
                raise ArchiveError(
                    f"No Chroma server answers at {place}. Start it, or unset DATELINE_CHROMA to "
                    "keep the vectors in the archive's own folder."
                ) from error
        self._name = collection
        self._collection = self._create()

    def update(self, ids: Sequence[int], vectors: Vectors, removed: Sequence[int]) -> None:
        """Write `vectors` [n, dimension], none of them zero, and take `removed` out."""
        for start in range(0, len(removed), BATCH):
            self._collection.delete(ids=[str(i) for i in removed[start : start + BATCH]])
        for start in range(0, len(ids), BATCH):
            batch = slice(start, start + BATCH)
            self._collection.upsert(ids=[str(i) for i in ids[batch]], embeddings=vectors[batch])

    def search(self, vector: Vectors, limit: int) -> dict[int, float]:
        """Cosine similarity of the nearest `limit` chunks by chunk id; {} for a zero vector."""
        if not vector.any():
            return {}
        found = self._collection.query(
            query_embeddings=[vector], n_results=limit, include=["distances"]
        )
        ids, distances = found["ids"][0], (found["distances"] or [[]])[0]
        return {int(i): 1.0 - float(d) for i, d in zip(ids, distances, strict=True)}

    def self_hits(self, vectors: Sequence[Vectors]) -> int:
        """How many of these stored vectors find themselves, or an equal one."""
        return sum(max(self.search(v, 1).values(), default=0.0) > SELF for v in vectors)

    def count(self) -> int:
        """As Chroma reports it; right even when the vectors are lost, so no sign of health."""
        return int(self._collection.count())

    def clear(self) -> None:
        self._client.delete_collection(self._name)
        self._collection = self._create()

    def close(self) -> None:
        """Release the folder, so that it can be opened again."""
        self._client.close()

    def _create(self) -> Any:
        return self._client.get_or_create_collection(
            self._name,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine"}},
        )
