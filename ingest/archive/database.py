"""SQLite as the catalog uses it: the schema, a connection for each thread, one writer."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.article import address_key, sought_at
from ingest.errors import ArchiveError, DamagedError

# One script for each version of the schema; an older archive is brought up step by step.
_STEPS = (
    """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE articles (
    id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'indexed')),
    source TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, url TEXT, publisher TEXT,
    authors TEXT NOT NULL, dateline TEXT, agency TEXT, credits TEXT, language TEXT, section TEXT,
    kind TEXT NOT NULL, published TEXT, published_from TEXT, updated TEXT, updated_from TEXT,
    fetched TEXT, published_at INTEGER, changed_at INTEGER, publisher_key TEXT, agency_key TEXT,
    text_hash TEXT NOT NULL, content_hash TEXT NOT NULL
);
CREATE INDEX articles_by_text ON articles (text_hash);
CREATE INDEX articles_by_time ON articles (published_at);
CREATE INDEX articles_pending ON articles (state) WHERE state = 'pending';
CREATE TABLE versions (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    version INTEGER NOT NULL, content_hash TEXT NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (article_id, version)
);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX chunks_by_article ON chunks (article_id);
CREATE TABLE removals (chunk_id INTEGER PRIMARY KEY);
""",
    """
ALTER TABLE articles ADD COLUMN correction TEXT;
ALTER TABLE articles ADD COLUMN copyright TEXT;
ALTER TABLE articles ADD COLUMN story TEXT;
ALTER TABLE articles ADD COLUMN compared INTEGER NOT NULL DEFAULT 0;
CREATE INDEX articles_by_story ON articles (story) WHERE story IS NOT NULL;
CREATE INDEX articles_uncompared ON articles (compared) WHERE compared = 0;
CREATE TABLE bands (
    band INTEGER NOT NULL, article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    PRIMARY KEY (band, article_id)
) WITHOUT ROWID;
CREATE INDEX bands_by_article ON bands (article_id);
CREATE TABLE withdrawals (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE visits (
    url TEXT PRIMARY KEY, etag TEXT, modified TEXT, stamp TEXT
) WITHOUT ROWID;
""",
    """
ALTER TABLE articles ADD COLUMN revision INTEGER;
ALTER TABLE withdrawals ADD COLUMN revision INTEGER;
""",
    # What search asks of hundreds of articles; without these SQLite reads through their texts.
    """
CREATE INDEX articles_facts ON articles (
    id, published_at, publisher_key, agency_key, changed_at, story
);
CREATE INDEX articles_names ON articles (publisher, agency, authors);
""",
    # Counting what was changed after a moment read through all texts: 26 ms of 11,000 articles.
    """
CREATE INDEX articles_by_change ON articles (changed_at, published_at)
    WHERE changed_at > published_at;
""",
    # What people asked, kept for themselves, and what they thought of the answers.
    """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY, user TEXT NOT NULL, title TEXT NOT NULL, changed_at TEXT NOT NULL
);
CREATE INDEX conversations_by_user ON conversations (user, changed_at);
CREATE TABLE turns (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, question TEXT NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (conversation, number)
) WITHOUT ROWID;
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, conversation TEXT, turn INTEGER,
    rating TEXT NOT NULL CHECK (rating IN ('good', 'bad')), reason TEXT NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL, model TEXT NOT NULL, given_at TEXT NOT NULL,
    UNIQUE (user, conversation, turn)
);
""",
    # Addresses that differ in "www." or in https are one page's.
    """
UPDATE OR IGNORE articles SET key = address_key(key) WHERE key LIKE 'http%';
UPDATE OR IGNORE withdrawals SET key = address_key(key) WHERE key LIKE 'http%';
""",
    # A day is the one that is printed, not the one in UTC.
    """
UPDATE articles SET state = 'pending', published_at = sought_at(published),
    changed_at = max(sought_at(published), coalesce(sought_at(updated), sought_at(published)))
    WHERE published_at <> sought_at(published);
UPDATE articles SET state = 'pending', changed_at = sought_at(updated)
    WHERE published IS NULL AND changed_at <> sought_at(updated);
""",
)
SCHEMA_VERSION = len(_STEPS)


class Database:
    """A SQLite file with Dateline's schema.

    Raises:
        ArchiveError: it cannot be opened, is no catalog, or is of a newer Dateline.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._closed = False
        self._lock = threading.RLock()
        try:
            version = self.db.execute("PRAGMA user_version").fetchone()[0]
            if version < SCHEMA_VERSION:
                self.db.create_function("address_key", 1, address_key)
                self.db.create_function("sought_at", 1, lambda iso: iso and sought_at(iso))
                steps = "".join(_STEPS[version:])
                self.db.executescript(f"BEGIN; {steps} PRAGMA user_version = {SCHEMA_VERSION};")
                self.db.execute("COMMIT")
        except sqlite3.Error as error:
            self.close()
            raise unusable(path, error) from error
        if version > SCHEMA_VERSION:
            self.close()
            raise ArchiveError(
                f"The archive was made by a newer Dateline (catalog version {version}). Upgrade."
            )

    def close(self) -> None:
        """Whatever is asked afterwards raises ArchiveError; what is being asked is answered."""
        with self._lock:
            self._closed = True
            # To close a connection while another thread is in it crashes Python. That of a thread
            # that lives closes by itself once nobody holds it any more.
            here = threading.current_thread()
            for thread in [t for t in self._connections if t is here or not t.is_alive()]:
                self._connections.pop(thread).close()
            self._connections.clear()

    @property
    def db(self) -> sqlite3.Connection:
        """This thread's connection; those of threads that have ended are closed."""
        here = threading.current_thread()
        connection = self._connections.get(here)
        if connection is None:
            with self._lock:
                if self._closed:
                    raise ArchiveError("The archive is closed. Open it again to use it.")
                for ended in [t for t in self._connections if not t.is_alive()]:
                    self._connections.pop(ended).close()
                connection = sqlite3.connect(
                    self._path, isolation_level=None, check_same_thread=False, timeout=30
                )
                connection.row_factory = sqlite3.Row
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                # KiB. Each thread has a cache of its own; behind them all is the system's.
                connection.execute("PRAGMA cache_size = -512")
                self._connections[here] = connection
        return connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            db = self.db
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def one(self, sql: str, *values: object) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self.db.execute(sql, values).fetchone()
        return row

    def number(self, sql: str, *values: object) -> int:
        return int(self.db.execute(sql, values).fetchone()[0])

    def all(self, sql: str, *values: object) -> list[sqlite3.Row]:
        return self.db.execute(sql, values).fetchall()


def unusable(catalog: Path, error: Exception) -> ArchiveError:
    """What SQLite says of a catalog, for people: with what can be done where the file is damaged
    and it is not the disk, rights or another process."""
    if type(error) is not sqlite3.DatabaseError:
        return ArchiveError(f"The catalog {catalog} cannot be used: {error}.")
    return DamagedError(
        f"The catalog {catalog} is damaged: {error}. Put a backup of the archive's folder in its "
        "place, or ingest the articles again into another folder with --archive."
    )
