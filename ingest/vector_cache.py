"""Vectors of chunks kept in memory: reading the same ones from the catalog again costs more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np

from ingest.embed import Vectors

ROWS = 4_096  # 4 MiB of 256 dimensions; a full cache is emptied, which costs a few slower searches
Load = Callable[[Sequence[int]], tuple[list[int], Vectors]]


class VectorCache:
    """Rows by chunk id. A chunk's vector never changes and its id is never given again."""

    def __init__(self, load: Load, rows: int = ROWS) -> None:
        """`load`: chunk ids → the ids that there are and their vectors [n, dimension]."""
        self._load = load
        self._rows = rows
        self._lock = threading.Lock()
        self._places: dict[int, int] = {}
        self._cleared = 0
        self._stored: Vectors = np.zeros((0, 0), np.float32)

    def similarities(self, vector: Vectors, chunk_ids: Sequence[int]) -> dict[int, float]:
        """Cosines of a vector of length 1 with those of these chunks; {} for a zero vector."""
        if not vector.any():
            return {}
        known, stored = self._known(chunk_ids)
        missing = [i for i in chunk_ids if i not in known]
        found = dict(zip(known, (stored @ vector).tolist(), strict=True)) if known else {}
        if missing:
            cleared = self._cleared
            ids, rows = self._load(missing)
            if ids:
                found |= zip(ids, (rows @ vector).tolist(), strict=True)
                self._keep(ids, rows, cleared)
        return found

    def clear(self) -> None:
        with self._lock:
            self._places = {}
            self._cleared += 1

    def _known(self, chunk_ids: Sequence[int]) -> tuple[dict[int, int], Vectors]:
        with self._lock:
            places = {i: place for i in chunk_ids if (place := self._places.get(i)) is not None}
            return places, self._stored[list(places.values())]

    def _keep(self, ids: Sequence[int], rows: Vectors, cleared: int) -> None:
        with self._lock:
            if cleared != self._cleared:
                return
            if self._stored.shape[1] != rows.shape[1]:
                self._stored = np.zeros((self._rows, rows.shape[1]), np.float32)
                self._places = {}
            new = [(i, row) for i, row in zip(ids, rows, strict=True) if i not in self._places]
            if len(self._places) + len(new) > self._rows:
                self._places = {}
            for i, row in new[: self._rows]:
                self._stored[len(self._places)] = row
                self._places[i] = len(self._places)
