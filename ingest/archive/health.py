"""The health of an archive's indexes, looked at from a process of its own.

A damaged index can kill the process that opens it, and Chroma's count() stays right when its
vectors are gone. So a child process opens each index and looks up what the catalog knows is there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from ingest.archive.catalog import Catalog
from ingest.errors import ArchiveError

if TYPE_CHECKING:
    from ingest.archive.vectors import VectorIndex
    from ingest.archive.word_index import LexicalIndex

SAMPLE = 200  # self-queries an index
TIMEOUT = 120  # seconds for one index
CATALOG, LEXICAL, VECTORS = "catalog.sqlite3", "lexical", "vectors"  # in an archive's folder


@dataclass(frozen=True)
class IndexHealth:
    """`found` of `sampled` chunks that the catalog holds were found in the index."""

    sampled: int
    found: int
    held: int
    expected: int
    problem: str | None = None
    pending: int = 0  # chunks that a killed owner may or may not have written or taken out
    unreached: ClassVar[float] = 0.0  # share of the sample that a sound index may miss

    @property
    def healthy(self) -> bool:
        return (
            self.problem is None
            and self.sampled - self.found <= int(self.unreached * self.sampled)
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
class VectorHealth(IndexHealth):
    """The graph of an approximate search may never reach a chunk of a sound index (1 of 200 in one
    of 72,431 chunks, made anew and again); what damage loses is far more, or is not held."""

    unreached: ClassVar[float] = 0.02


@dataclass(frozen=True)
class Health:
    lexical: IndexHealth
    vectors: IndexHealth

    @property
    def healthy(self) -> bool:
        return self.lexical.healthy and self.vectors.healthy


def check(folder: Path, chroma: str | None = None) -> Health:
    """Probe both indexes in child processes. The caller owns the archive and has it closed."""
    if not (folder / CATALOG).is_file():
        return Health(IndexHealth(0, 0, 0, 0), IndexHealth(0, 0, 0, 0))
    return Health(_probe("lexical", folder, chroma), _probe("vectors", folder, chroma))


def look(catalog: Catalog, lexical: LexicalIndex, vectors: Callable[[], VectorIndex]) -> Health:
    """Probe indexes that are open in this process. `vectors` opens them where need be."""
    return Health(
        _guarded(lambda: _look_lexical(catalog, lexical)),
        _guarded(lambda: _look_vectors(catalog, vectors())),
    )


def require_archive(folder: Path) -> None:
    """Raises:
    ArchiveError: there is no archive in this folder.
    """
    if not (folder / CATALOG).is_file():
        raise ArchiveError(
            f"There is no archive at {folder}. Make one with: dateline ingest FILES "
            f"--archive {folder}"
        )


def discard(folder: Path) -> None:
    """Delete an index."""
    shutil.rmtree(folder, ignore_errors=True)


def discard_indexes(folder: Path) -> None:
    """Delete both indexes of an archive."""
    for part in (LEXICAL, VECTORS):
        discard(folder / part)


def collection_name(catalog: Catalog, chroma: str | None) -> str:
    """ "passages" in the archive's own folder; on a shared server a name of the archive's own."""
    if not chroma:
        return "passages"
    name = catalog.meta("collection")
    if name is None:
        name = f"dateline-{uuid.uuid4().hex[:12]}"
        catalog.set_meta("collection", name)
    return name


def _probe(part: str, folder: Path, chroma: str | None) -> IndexHealth:
    command = [sys.executable, "-m", "ingest.archive.health", part, str(folder), chroma or ""]
    here = str(Path(__file__).resolve().parents[2])
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and module
            command, capture_output=True, text=True, timeout=TIMEOUT, env=env, check=False
        )
    except subprocess.TimeoutExpired:
        return IndexHealth(0, 0, 0, 0, f"it did not answer within {TIMEOUT} s")
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"the probe died (code {done.returncode})"]
        return IndexHealth(0, 0, 0, 0, lines[-1][:200])
    kind = VectorHealth if part == "vectors" else IndexHealth
    return kind(**json.loads(done.stdout.splitlines()[-1]))


def _guarded(probe: Callable[[], IndexHealth]) -> IndexHealth:
    try:
        return probe()
    except Exception as error:  # a damaged index may raise anything
        return IndexHealth(0, 0, 0, 0, f"{type(error).__name__}: {error}"[:200])


def _look_lexical(catalog: Catalog, index: LexicalIndex) -> IndexHealth:
    sample = catalog.sample_chunks(SAMPLE)
    found = sum(index.holds(chunk) for chunk in sample)
    expected, pending = catalog.indexed_chunks(), catalog.pending_chunks()
    return IndexHealth(len(sample), found, index.count(), expected, pending=pending)


def _look_vectors(catalog: Catalog, index: VectorIndex) -> IndexHealth:
    sample = catalog.sample_chunks(SAMPLE)
    stored = [vector for vector in catalog.vectors(sample).values() if vector.any()]
    expected = catalog.indexed_chunks(with_vector=True)
    hits, pending = index.self_hits(stored), catalog.pending_chunks()
    return VectorHealth(len(stored), hits, index.count(), expected, pending=pending)


def main() -> None:
    part, place, chroma = sys.argv[1:4]
    folder = Path(place)
    catalog = Catalog(folder / CATALOG)
    if part == "lexical":
        from ingest.archive.word_index import LexicalIndex

        found = _look_lexical(catalog, LexicalIndex(folder / LEXICAL))
    else:
        from ingest.archive.vectors import VectorIndex

        name = collection_name(catalog, chroma)
        found = _look_vectors(catalog, VectorIndex(chroma or folder / VECTORS, name))
    print(json.dumps(asdict(found)))


if __name__ == "__main__":
    main()
