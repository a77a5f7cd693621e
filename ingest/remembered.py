"""What an archive remembers beside its articles: addresses visited, articles withdrawn."""

from __future__ import annotations

from ingest.database import Database
from ingest.visits import Visit


class ArchiveVisits:
    """The visits of an archive, kept in its catalog."""

    def __init__(self, catalog: Database) -> None:
        self._catalog = catalog

    def get(self, url: str) -> Visit | None:
        """The last visit to `url`."""
        row = self._catalog.one("SELECT etag, modified, stamp FROM visits WHERE url = ?", url)
        return Visit(url, row["etag"], row["modified"], row["stamp"] or "") if row else None

    def note(self, visit: Visit) -> None:
        """Remember `visit`; only when all that came of it is safely stored."""
        values = (visit.url, visit.etag, visit.modified, visit.stamp)
        with self._catalog.writing() as db:
            db.execute("INSERT OR REPLACE INTO visits VALUES (?, ?, ?, ?)", values)


class Withdrawals:
    """Keys of articles that their publishers withdrew: they do not come back by an old copy."""

    def __init__(self, catalog: Database) -> None:
        self._catalog = catalog

    def holds(self, key: str, revision: int | None = None) -> bool:
        """Whether what has this key, in this revision, is void."""
        row = self._catalog.one("SELECT revision FROM withdrawals WHERE key = ?", key)
        return row is not None and not (
            revision is not None and row["revision"] is not None and revision > row["revision"]
        )

    def note(self, key: str, revision: int | None = None) -> None:
        with self._catalog.writing() as db:
            db.execute("INSERT OR REPLACE INTO withdrawals VALUES (?, ?)", (key, revision))
