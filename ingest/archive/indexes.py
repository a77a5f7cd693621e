"""The word index and the vector index of an archive: kept in step with its catalog, and looked at
from a process of its own.

A damaged index can kill the process that opens it, and Chroma's count() stays right when its
vectors are gone. So a child process opens each index and looks up what the catalog knows is there.
"""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from ingest.archive.catalog import CATALOG, Catalog
from ingest.archive.filters import Filters
from ingest.archive.rows import Stored
from ingest.archive.vectors import VectorIndex
from ingest.archive.word_index import LexicalIndex
from ingest.errors import ArchiveError

log = logging.getLogger("dateline")
ARTICLES = 256  # between two commits
REMOVALS = 10_000  # chunks between two commits
LEXICAL, VECTORS = "lexical", "vectors"  # in an archive's folder
SAMPLE = 200  # self-queries an index
TIMEOUT = 120  # seconds for one index
# Of the sample: the graph of an approximate search may never reach a chunk of a sound index (1 of
# 200 in one of 72,431 chunks, made anew and again). What damage loses is far more, or is not held.
UNREACHED = 0.02


@dataclass(frozen=True)
class IndexHealth:
    """`found` of `sampled` chunks that the catalog holds were found in the index."""

    sampled: int = 0
    found: int = 0
    held: int = 0
    expected: int = 0
    problem: str | None = None
    pending: int = 0  # chunks that a killed owner may or may not have written or taken out

    @property
    def healthy(self) -> bool:
        return (
            self.problem is None
            and self.sampled - self.found <= int(UNREACHED * self.sampled)
            and (self.expected <= self.held <= self.expected + self.pending)
        )

    def __str__(self) -> str:
        if self.problem:
            return f"damaged ({self.problem})"
        return (
            f"{'healthy' if self.healthy else 'damaged'}, {self.found:,} of {self.sampled:,} "
            f"sampled chunks found, {self.held:,} of {self.expected:,} held"
        )


@dataclass(frozen=True)
class Health:
    lexical: IndexHealth
    vectors: IndexHealth

    @property
    def healthy(self) -> bool:
        return self.lexical.healthy and self.vectors.healthy


class Indexes:
    """Both derived indexes. What the catalog marks as pending is written by `recover`; one thread
    does at a time."""

    def __init__(self, catalog: Catalog, folder: Path, chroma: str | None) -> None:
        self._catalog = catalog
        self._folder = folder
        self._chroma = chroma
        self._lock = threading.Lock()
        self._vectors: VectorIndex | None = None
        words = folder / LEXICAL
        try:
            self.lexical = LexicalIndex(words)
        except (ValueError, OSError) as error:
            log.warning("The word index is damaged or of another version (%s): made anew.", error)
            shutil.rmtree(words, ignore_errors=True)
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
            try:
                self._vectors = _opened_vectors(self._catalog, self._folder, self._chroma)
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
        chunks = self._catalog.indexed_chunks()
        vectors = self._folder / VECTORS / "chroma.sqlite3"
        lost = chunks and not self._chroma and not vectors.exists()
        return self.lexical.count() == chunks and not lost

    def recover(self) -> None:
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
        self._catalog.forget_indexes()
        self.lexical.clear()
        self.vectors.clear()

    def look(self) -> Health:
        """Look stored chunks up in both, as they are open here."""
        return Health(
            _guarded(lambda: _look_lexical(self._catalog, self.lexical)),
            _guarded(lambda: _look_vectors(self._catalog, self.vectors)),
        )

    def close(self) -> None:
        with self._lock:
            self.lexical.close()
            if self._vectors is not None:
                self._vectors.close()
                self._vectors = None

    def _write(self, pending: Sequence[Stored], removed: Sequence[int]) -> None:
        """Write pending articles, take removed chunks out, note in the catalog that it is done."""
        articles = {stored.id: stored.article for stored in pending}
        rows = self._catalog.chunks_of(list(articles))
        self.lexical.update([(row, articles[row.article_id]) for row in rows], removed)
        stored = self._catalog.vectors([row.id for row in rows])
        known = {chunk: vector for chunk, vector in stored.items() if vector.any()}
        stacked = np.stack(list(known.values())) if known else np.zeros((0, 1), np.float32)
        self.vectors.update(list(known), stacked, removed)
        self._catalog.acknowledge(pending, removed)


def _opened_vectors(catalog: Catalog, folder: Path, chroma: str | None) -> VectorIndex:
    """In the archive's own folder; on a shared server under a name of the archive's own."""
    if not chroma:
        return VectorIndex(folder / VECTORS)
    name = catalog.meta("collection")
    if name is None:
        name = f"dateline-{uuid.uuid4().hex[:12]}"
        catalog.set_meta("collection", name)
    return VectorIndex(chroma, name)


def discard(folder: Path, chroma: str | None) -> None:
    """Mark everything as pending, then delete both indexes: a crash between leaves it to do."""
    with closing(Catalog(folder / CATALOG)) as catalog:
        catalog.forget_indexes()
        if chroma:
            _opened_vectors(catalog, folder, chroma).clear()
    for part in (LEXICAL, VECTORS):
        shutil.rmtree(folder / part, ignore_errors=True)


def check(folder: Path, chroma: str | None = None) -> Health:
    """Probe both indexes in child processes. The caller owns the archive and has it closed."""
    return Health(_probe(LEXICAL, folder, chroma), _probe(VECTORS, folder, chroma))


def _probe(part: str, folder: Path, chroma: str | None) -> IndexHealth:
    # Not `-m`, which would look into the current folder first.
    start = (
        "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
        "from ingest.archive.indexes import main; main()"
    )
    paths = json.dumps(sys.path)
    command = [sys.executable, "-c", start, paths, part, str(folder), chroma or ""]
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and module
            command, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        return IndexHealth(problem=f"it did not answer within {TIMEOUT} s")
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"the probe died (code {done.returncode})"]
        return IndexHealth(problem=lines[-1][:200])
    return IndexHealth(**json.loads(done.stdout.splitlines()[-1]))


def _guarded(probe: Callable[[], IndexHealth]) -> IndexHealth:
    try:
        return probe()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # of a damaged index anything; its panics are no Exception
        return IndexHealth(problem=f"{type(error).__name__}: {error}"[:200])


def _look_lexical(catalog: Catalog, index: LexicalIndex) -> IndexHealth:
    sample = catalog.sample_chunks(SAMPLE)
    found = len(index.among(sample, Filters()))
    expected, pending = catalog.indexed_chunks(), catalog.pending_chunks()
    return IndexHealth(len(sample), found, index.count(), expected, pending=pending)


def _look_vectors(catalog: Catalog, index: VectorIndex) -> IndexHealth:
    sample = catalog.sample_chunks(SAMPLE)
    stored = [vector for vector in catalog.vectors(sample).values() if vector.any()]
    expected = catalog.indexed_chunks(with_vector=True)
    hits, pending = index.self_hits(stored), catalog.pending_chunks()
    return IndexHealth(len(stored), hits, index.count(), expected, pending=pending)


def main() -> None:
    part, place, chroma = sys.argv[1:4]
    folder = Path(place)
    catalog = Catalog(folder / CATALOG)
    if part == LEXICAL:
        found = _look_lexical(catalog, LexicalIndex(folder / LEXICAL))
    else:
        found = _look_vectors(catalog, _opened_vectors(catalog, folder, chroma))
    print(json.dumps(asdict(found)))
