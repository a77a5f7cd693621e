"""The catalog (SQLite): the truth of an archive. Both indexes can be made anew from it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ingest.archive.copies import Carrier
from ingest.archive.database import Database
from ingest.archive.embedding import Vectors
from ingest.archive.filters import Filters
from ingest.archive.rows import COLUMNS, Stored, article_from_record, record_of, stored_from_row
from ingest.article import Article
from ingest.errors import ArchiveError
from ingest.sentences import Span

CATALOG = "catalog.sqlite3"  # in an archive's folder
# One row for many: SQLite's module gives the interpreter lock up and takes it back for every row,
# which makes threads that search at once wait for one another (docs/DECISIONS.md).
_THESE = "(SELECT value FROM json_each(?))"
_CHUNK = """c.id, c.article_id, c.start, c.end, a.published_at, a.publisher_key, a.agency_key,
            a.changed_at, a.story"""
_INDEXED = "FROM chunks c JOIN articles a ON a.id = c.article_id WHERE a.state = 'indexed'"
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


@dataclass(frozen=True)
class Prepared:
    """An article ready to be written: its id, chunks, and a vector for each chunk."""

    id: str
    article: Article
    chunks: Sequence[Span]
    vectors: Vectors  # float32 [len(chunks), dimension]; a zero row for a chunk without any


class Catalog(Database):
    """Articles, versions, chunks and vectors. One writer at a time; readers in any thread."""

    def chunks_of(self, article_ids: Sequence[str]) -> list[ChunkRow]:
        """Chunks of these articles, in reading order within each."""
        return sorted(self._chunk_rows("a.id", article_ids), key=lambda r: (r.article_id, r.start))

    def chunk_rows(self, chunk_ids: Sequence[int]) -> dict[int, ChunkRow]:
        return {row.id: row for row in self._chunk_rows("c.id", chunk_ids)}

    def vectors(self, chunk_ids: Sequence[int]) -> dict[int, Vectors]:
        """Those of these chunks that there are, float32 [dimension] each."""
        sql = f"""SELECT json_group_array(id), group_concat(hex(vector), '')
                  FROM chunks WHERE id IN {_THESE}"""
        ids, stored = self.one(sql, json.dumps(chunk_ids)) or ("[]", None)
        known: list[int] = json.loads(ids)
        flat = np.frombuffer(bytes.fromhex(stored or ""), dtype=np.float32)
        return dict(zip(known, flat.reshape(len(known), -1), strict=True)) if known else {}

    def similarities(self, vector: Vectors, chunk_ids: Sequence[int]) -> dict[int, float]:
        """Cosines of a vector of length 1 with those of these chunks; {} for a zero vector."""
        if not vector.any():
            return {}
        rows = self.vectors(chunk_ids)
        cosines = np.stack(list(rows.values())) @ vector if rows else np.zeros(0)
        return dict(zip(rows, cosines.tolist(), strict=True))

    def _chunk_rows(self, column: str, values: Sequence[object]) -> list[ChunkRow]:
        sql = f"SELECT json_group_array(json_array({_CHUNK})) {_CHUNKS} WHERE {column} IN {_THESE}"
        found = self.one(sql, json.dumps(values))
        return [ChunkRow(*row) for row in json.loads(found[0])] if found else []

    def sample_chunks(self, count: int) -> list[int]:
        """Up to `count` indexed chunk ids, spread evenly over the archive."""
        ids = [row[0] for row in self.all(f"SELECT c.id {_INDEXED} ORDER BY c.id")]
        return ids[:: max(1, len(ids) // count)][:count] if ids else []

    def meta(self, name: str) -> str | None:
        row = self.one("SELECT value FROM meta WHERE name = ?", name)
        return str(row[0]) if row else None

    def set_meta(self, name: str, value: str) -> None:
        with self.writing() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def by_key(self, key: str) -> Stored | None:
        return next(iter(self._stored("key = ?", key)), None)

    def at_page(self, page: str, title: str) -> list[Stored]:
        """Articles of this headline whose key is `page`, with any query; the first few hundred."""
        where = """title = ? AND key IN (
                     SELECT key FROM articles WHERE key = ? OR (key > ? AND key < ?) LIMIT 200)"""
        return self._stored(where, title, page, f"{page}?", f"{page}@")

    def holds(self, article_id: str) -> bool:
        return self.one("SELECT 1 FROM articles WHERE id = ?", article_id) is not None

    def withdraw(self, key: str, revision: int | None) -> None:
        with self.writing() as db:
            db.execute("INSERT OR REPLACE INTO withdrawals VALUES (?, ?)", (key, revision))

    def is_void(self, key: str, revision: int | None) -> bool:
        """Whether the publisher withdrew what has this key, in this revision."""
        sql = """SELECT 1 FROM withdrawals WHERE key = ?1
                 AND (?2 IS NULL OR revision IS NULL OR revision >= ?2)"""
        return self.one(sql, key, revision) is not None

    def with_text(self, text_hash: str) -> list[Stored]:
        return self._stored("text_hash = ?", text_hash)

    def had_content(self, article_id: str, content_hash: str) -> bool:
        """Whether this is the article's present content or that of a kept version."""
        sql = """SELECT 1 FROM articles WHERE id = ?1 AND content_hash = ?2 UNION ALL
                 SELECT 1 FROM versions WHERE article_id = ?1 AND content_hash = ?2"""
        return self.one(sql, article_id, content_hash) is not None

    def write(self, prepared: Iterable[Prepared]) -> None:
        """Store new articles and new versions as pending, all or none of them."""
        with self.writing() as db:
            for new in prepared:
                version = 1
                for old in self._stored("id = ?", new.id):
                    version = old.version + 1
                    kept = json.dumps(record_of(old.article), ensure_ascii=False)
                    values = (old.id, old.version, old.article.content_hash, kept)
                    db.execute("INSERT OR REPLACE INTO versions VALUES (?, ?, ?, ?)", values)
                    _leave(db, new.id)
                record = record_of(new.article) | {"id": new.id, "version": version}
                record["state"] = "pending"
                updates = ", ".join(f"{name} = excluded.{name}" for name in record if name != "id")
                sql = f"""INSERT INTO articles ({", ".join(record)})
                          VALUES ({", ".join("?" * len(record))})
                          ON CONFLICT (id) DO UPDATE SET {updates}"""
                db.execute(sql, list(record.values()))
                rows = [
                    (new.id, start, end, vector.tobytes())
                    for (start, end), vector in zip(new.chunks, new.vectors, strict=True)
                ]
                sql = "INSERT INTO chunks (article_id, start, end, vector) VALUES (?, ?, ?, ?)"
                db.executemany(sql, rows)

    def remove(self, article_id: str) -> bool:
        """Forget an article and its versions; False when there is none of that id."""
        with self.writing() as db:
            _leave(db, article_id)
            done = db.execute("DELETE FROM articles WHERE id = ?", (article_id,))
            return done.rowcount > 0

    def pending(self, limit: int) -> list[Stored]:
        return self._stored("state = 'pending' ORDER BY rowid LIMIT ?", limit)

    def pending_count(self) -> int:
        return self.number("SELECT count(*) FROM articles WHERE state = 'pending'")

    def pending_chunks(self) -> int:
        """Chunks that wait to be written to the indexes or taken out of them."""
        return self.number(
            """SELECT (SELECT count(*) FROM chunks c JOIN articles a ON a.id = c.article_id
               WHERE a.state = 'pending') + (SELECT count(*) FROM removals)"""
        )

    def removals(self, limit: int) -> list[int]:
        rows = self.all("SELECT chunk_id FROM removals ORDER BY chunk_id LIMIT ?", limit)
        return [row[0] for row in rows]

    def acknowledge(self, articles: Iterable[Stored], removed: Iterable[int]) -> None:
        """Both indexes hold these versions of articles and no longer hold these chunks."""
        with self.writing() as db:
            ids = [(stored.id, stored.version) for stored in articles]
            done = "UPDATE articles SET state = 'indexed' WHERE id = ? AND version = ?"
            db.executemany(done, ids)
            db.executemany("DELETE FROM removals WHERE chunk_id = ?", [(i,) for i in removed])

    def forget_indexes(self) -> None:
        """Everything is pending again: the indexes are gone."""
        with self.writing() as db:
            db.execute("UPDATE articles SET state = 'pending'")
            db.execute("DELETE FROM removals")

    def replace_vectors(self, embedder: str, batches: Iterable[tuple[list[int], Vectors]]) -> None:
        """Write (chunk ids, vectors) of another embedder and record it, all or nothing."""
        with self.writing() as db:
            meta = "INSERT OR REPLACE INTO meta VALUES (?, ?)"
            for ids, vectors in batches:
                rows = zip((row.tobytes() for row in vectors), ids, strict=True)
                db.executemany("UPDATE chunks SET vector = ? WHERE id = ?", rows)
                db.execute(meta, ("dimension", str(vectors.shape[1])))
            db.execute(meta, ("embedder", embedder))

    def articles(self, ids: Sequence[str] | None = None) -> Iterator[Stored]:
        """Articles with these ids, or all of them, newest first and undated last."""
        sql = f"SELECT {COLUMNS} FROM articles a"
        if ids is None:
            rows = self.db.execute(f"{sql} ORDER BY published_at IS NULL, published_at DESC, a.id")
        else:
            rows = self.db.execute(f"{sql} WHERE a.id IN {_THESE}", (json.dumps(ids),))
        return map(stored_from_row, rows)

    def versions(self, article_id: str) -> list[tuple[int, Article]]:
        """Earlier versions, oldest first."""
        sql = "SELECT version, record FROM versions WHERE article_id = ? ORDER BY version"
        rows = self.all(sql, article_id)
        return [(row[0], article_from_record(json.loads(row[1]))) for row in rows]

    def counts(self) -> tuple[int, int]:
        """(articles, chunks)."""
        count = "SELECT count(*) FROM"
        return self.number(f"{count} articles"), self.number(f"{count} chunks")

    def indexed_chunks(self, with_vector: bool = False) -> int:
        """Chunks of indexed articles, with_vector: those that have one."""
        having = " AND c.vector != zeroblob(length(c.vector))" if with_vector else ""
        return self.number(f"SELECT count(*) {_INDEXED}{having}")

    def members(self, story: str) -> list[Carrier]:
        """The articles of a group, in the order of their publication."""
        sql = """SELECT id, publisher, agency, url, published FROM articles WHERE story = ?
                 ORDER BY published_at IS NULL, published_at, id"""
        return [Carrier(*row) for row in self.all(sql, story)]

    def copies(self, article_id: str) -> list[Carrier]:
        """The others of an article's group, in the order of their publication."""
        found = self.one("SELECT story FROM articles WHERE id = ?", article_id)
        return [c for c in self.members(found[0]) if c.article_id != article_id] if found else []

    def changed_later(self, filters: Filters) -> int:
        """Articles published by the as-of moment and changed after it."""
        end = filters.known_until
        sql = """SELECT count(*) FROM articles
                 WHERE published_at < ? AND changed_at >= ? AND changed_at > published_at"""
        return self.number(sql, end, end) if end is not None else 0

    def outlets(self) -> list[str]:
        """Names of publishers and agencies, those with most articles first."""
        sql = """SELECT name FROM (SELECT publisher AS name FROM articles
                 UNION ALL SELECT agency FROM articles)
                 WHERE name IS NOT NULL GROUP BY name ORDER BY count(*) DESC, name"""
        return [row[0] for row in self.all(sql)]

    def authors(self) -> list[str]:
        """Names of authors, each once."""
        rows = self.all("SELECT DISTINCT authors FROM articles WHERE authors != '[]'")
        return list(dict.fromkeys(name for row in rows for name in json.loads(row[0])))

    def undated(self) -> int:
        return self.number("SELECT count(*) FROM articles WHERE published_at IS NULL")

    def _stored(self, where: str, *values: object) -> list[Stored]:
        rows = self.all(f"SELECT {COLUMNS} FROM articles a WHERE {where}", *values)
        return list(map(stored_from_row, rows))


def _leave(db: sqlite3.Connection, article_id: str) -> None:
    """An article's chunks go, and it leaves its group, whose others are compared anew."""
    where = "FROM chunks WHERE article_id = ?"
    db.execute(f"INSERT OR IGNORE INTO removals SELECT id {where}", (article_id,))
    db.execute(f"DELETE {where}", (article_id,))
    leave = "UPDATE articles SET story = NULL, compared = 0 WHERE id = ?1 OR story ="
    db.execute(f"{leave} (SELECT story FROM articles WHERE id = ?1)", (article_id,))
    db.execute("DELETE FROM bands WHERE article_id = ?", (article_id,))


def require_archive(folder: Path) -> None:
    """Raises ArchiveError where there is no archive in this folder."""
    if not (folder / CATALOG).is_file():
        raise ArchiveError(
            f"There is no archive at {folder}. Make one with: dateline ingest FILES "
            f"--archive {folder}"
        )
