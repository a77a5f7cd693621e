"""`dateline doctor`: is everything that the catalog knows also found?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass

from ingest.archive import indexes
from ingest.archive.archive import Archive
from ingest.archive.catalog import CATALOG, Catalog, require_archive
from ingest.archive.database import unusable
from ingest.archive.indexes import Health
from ingest.archive.owner import Owner
from ingest.settings import Settings
from ingest.text import many


@dataclass(frozen=True)
class Examination:
    articles: int
    chunks: int
    pending: int
    embedder: str
    dimension: int | None
    repaired: bool
    health: Health
    failed = ()

    @property
    def complete(self) -> bool:
        return self.health.healthy

    def as_json(self) -> dict[str, object]:
        told = asdict(self) | {"healthy": self.health.healthy}
        for name, part in told.pop("health").items():
            told[name] = part | {"healthy": getattr(self.health, name).healthy}
        return told

    def as_text(self) -> str:
        lines = [
            f"{many(self.articles, 'article')} in {many(self.chunks, 'chunk')}, "
            f"embedder {self.embedder}.",
            f"word index: {self.health.lexical}",
            f"vector index: {self.health.vectors}",
        ]
        if self.repaired:
            lines.append("Both indexes were made anew from the catalog.")
        if not self.health.healthy:
            lines.append("Make the indexes anew with: dateline doctor --repair")
        return "\n".join(lines)


def examine(settings: Settings, repair: bool = False) -> Examination:
    """Probe an archive's indexes; with `repair` make them anew first.

    A repair embeds anew only when the settings name another embedder than the archive's.

    Raises:
        ArchiveError: there is no archive, it is in use, or its catalog is damaged.
    """
    if repair:
        Archive.open(settings, rebuild=True).close()
    folder = settings.archive.expanduser()
    require_archive(folder)
    owner = Owner(folder)
    healthy = False
    try:
        found = indexes.check(folder, settings.chroma)
        with closing(Catalog(folder / CATALOG)) as catalog:
            examination = _examination(catalog, repair, found)
        healthy = found.healthy
    except sqlite3.Error as error:
        raise unusable(folder / CATALOG, error) from error
    finally:
        owner.release(clean=healthy)
    return examination


def examine_open(archive: Archive) -> Examination:
    """Probe the indexes of an archive that is open in this process.

    Raises:
        ArchiveError: it has been closed.
    """
    return _examination(archive.catalog, False, archive.check())


def _examination(catalog: Catalog, repaired: bool, found: Health) -> Examination:
    articles, chunks = catalog.counts()
    dimension = catalog.meta("dimension")
    return Examination(
        articles=articles,
        chunks=chunks,
        pending=catalog.pending_count(),
        embedder=catalog.meta("embedder") or "none",
        dimension=int(dimension) if dimension else None,
        repaired=repaired,
        health=found,
    )
