"""Which articles of an archive are copies of one report; kept in its catalog.

Only copies of different publishers are linked, so a group has two publishers at least. Whatever
takes an article out of its group marks the others as not compared (`Catalog.write`, `remove`), and
`recover` makes the group anew from what is left.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator

from ingest.archive.catalog import Catalog, carrier_from_row
from ingest.archive.copies import SHARED, apart, are_copies, band_keys, rules
from ingest.archive.filters import outlet_key

log = logging.getLogger("dateline")
_BATCH = 256  # articles between two commits
_CANDIDATES = 50  # of an article, those that share the most bands; so common texts cost no more
_TOLD = 2_000  # articles; comparing more takes seconds, so it is said

_UNCOMPARED = """SELECT id, text, kind, story, publisher, agency, url, published, published_at,
                 changed_at FROM articles WHERE compared = 0 LIMIT ?"""
# SQLite joins from left to right here, so the publisher is looked at for few rows only.
_SIMILAR = """SELECT a.id, a.story, a.publisher, a.agency, a.url, a.published, a.published_at,
              a.changed_at FROM (
                  SELECT other.article_id, count(*) AS shared
                  FROM bands mine CROSS JOIN bands other ON other.band = mine.band
                  WHERE mine.article_id = ?1 AND other.article_id != ?1
                  GROUP BY other.article_id HAVING shared >= ?2
              ) near CROSS JOIN articles a ON a.id = near.article_id
              WHERE a.publisher_key IS NULL OR ?3 IS NULL OR a.publisher_key != ?3
              ORDER BY near.shared DESC, a.id LIMIT ?4"""


class Stories:
    """Groups of wire copies. One writer at a time."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def follow(self) -> None:
        """Where texts were compared by other rules than today's, have all compared anew."""
        if self._catalog.meta("copies") == rules():
            return
        with self._catalog.writing() as db:
            db.execute("DELETE FROM bands")
            db.execute("UPDATE articles SET story = NULL, compared = 0")
            db.execute("INSERT OR REPLACE INTO meta VALUES ('copies', ?)", (rules(),))

    def recover(self) -> None:
        """Compare what the catalog marks as not compared; each batch wholly or not at all."""
        waiting = self._catalog.number("SELECT count(*) FROM articles WHERE compared = 0")
        if waiting > _TOLD:
            log.info("%s articles are compared with each other.", f"{waiting:,}")
        rows: list[sqlite3.Row] | None = None
        while rows is None or rows:
            with self._catalog.writing() as db:
                rows = db.execute(_UNCOMPARED, (_BATCH,)).fetchall()
                done = [(row["id"],) for row in rows]
                db.executemany("DELETE FROM bands WHERE article_id = ?", done)
                for row in rows:
                    # A live page changes all day and quotes the wires whole: it is nobody's copy.
                    keys = set() if row["kind"] == "live" else set(band_keys(row["text"]))
                    bands = [(key, row["id"]) for key in keys]
                    db.executemany("INSERT INTO bands VALUES (?, ?)", bands)
                for row in rows:
                    _join(db, {row["id"], *_copies(db, row)})
                db.executemany("UPDATE articles SET compared = 1 WHERE id = ?", done)


def _copies(db: sqlite3.Connection, row: sqlite3.Row) -> Iterator[str]:
    """Ids of the article's copies; of a group that is there already, one suffices."""
    article, joined = carrier_from_row(row), set()
    publisher = outlet_key(article.publisher) if article.publisher else None
    near = db.execute(_SIMILAR, (article.article_id, SHARED, publisher, _CANDIDATES)).fetchall()
    for candidate in near:
        other, story = carrier_from_row(candidate), candidate["story"]
        if story in joined or not apart(article, other):
            continue
        sql = "SELECT text FROM articles WHERE id = ?"
        if are_copies(row["text"], db.execute(sql, (other.article_id,)).fetchone()["text"]):
            joined |= {story} - {None}
            yield other.article_id


def _join(db: sqlite3.Connection, ids: set[str]) -> None:
    """Make one group, named by its lowest id, of these articles and of the groups they are in."""
    if len(ids) == 1:
        return
    marks = ",".join("?" * len(ids))
    stories = f"SELECT story FROM articles WHERE id IN ({marks})"
    whole = f"SELECT id FROM articles WHERE id IN ({marks}) OR story IN ({stories})"
    members = [row[0] for row in db.execute(whole, [*ids, *ids])]
    name = min(members)
    # A row is written whole, with its text: those that have the name already are left alone.
    rename = "UPDATE articles SET story = ?1 WHERE id = ?2 AND story IS NOT ?1"
    db.executemany(rename, [(name, member) for member in members])
