"""The archive: articles kept, found and never lost. One process owns it at a time.

What a killed process left behind is put right before an archive is opened.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass, replace

import numpy as np

from ingest.archive import copies, identity, indexes
from ingest.archive.catalog import CATALOG, Catalog, Prepared, require_archive
from ingest.archive.database import unusable
from ingest.archive.embedding import Embedder, Embedding, searched_text
from ingest.archive.identity import Outcome
from ingest.archive.indexes import ARTICLES, Health, Indexes
from ingest.archive.owner import Owner
from ingest.archive.vectors import VectorIndex
from ingest.archive.word_index import terms
from ingest.article import Article, Visit, Withdrawn
from ingest.errors import ArchiveError
from ingest.sentences import split
from ingest.settings import Settings
from ingest.text import language_told, letters


@dataclass(frozen=True)
class Names:
    """`outlets`: publishers and agencies as they are written, those with most articles first.
    `author_keys`: authors, letters and figures only."""

    outlets: tuple[str, ...]
    author_keys: frozenset[str]

    def has_author(self, name: str) -> bool:
        return letters(name) in self.author_keys


log = logging.getLogger("dateline")
PHRASE_CHUNKS = 3_000  # that are looked at for one quoted phrase


class Archive:
    """A folder with the catalog and the two indexes derived from it.

    Safe to use from several threads. Open it with `Archive.open`, close it or use `with`.
    """

    def __init__(self, settings: Settings, owner: Owner, embedder: Embedder | None) -> None:
        self.settings = settings
        self.folder = settings.archive.expanduser()
        self._owner = owner
        self.catalog = Catalog(self.folder / CATALOG)
        self._indexes = Indexes(self.catalog, self.folder, settings.chroma)
        self.lexical = self._indexes.lexical
        self._embedding = Embedding(self.catalog, settings, embedder)
        self.embedder_name = self._embedding.name
        self._writing = threading.RLock()  # one batch is written at a time
        self._closed = False
        self._written = 0  # batches
        self._names: tuple[int, Names | None] = 0, None  # as of so many batches
        try:
            copies.follow(self.catalog)
            copies.recover(self.catalog)
            self._indexes.follow()
            self._indexes.recover()
            if not self._indexes.are_whole():
                log.warning("An index of %s is not whole; both are made anew.", self.folder)
                self._indexes.clear()
                self._indexes.recover()
        except BaseException:
            self._indexes.close()
            self.catalog.close()
            raise

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        create: bool = False,
        embedder: Embedder | None = None,
        rebuild: bool = False,
    ) -> Archive:
        """Own the archive at `settings.archive` and finish what an earlier owner left undone.

        Args:
            create: make the archive when there is none.
            embedder: use this one instead of the one that the settings name.
            rebuild: make both indexes anew from the catalog, with the embedder of the settings
                even when the archive was made with another.

        Raises:
            ArchiveInUseError: another process owns it.
            ArchiveError: there is none, or it cannot be used.
            EmbedderError: it was made with another embedder.
        """
        folder = settings.archive.expanduser()
        if not create:
            require_archive(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(
                f"The archive folder {folder} cannot be made: {error.strerror or error}. "
                "Choose another with --archive."
            ) from error
        owner = Owner(folder)
        try:
            # Before anything is thrown away: is the embedder the archive's, or does it become so?
            with closing(Catalog(folder / CATALOG)) as catalog:
                embedding = Embedding(catalog, settings, embedder)
                if rebuild:
                    embedding.adopt()
                embedding.check()
            # An owner that never released the archive may have left a damaged index behind.
            if not rebuild and owner.unclean and not indexes.check(folder, settings.chroma).healthy:
                log.warning("The indexes of %s are damaged and are made anew.", settings.archive)
                rebuild = True
            if rebuild:
                indexes.discard(folder, settings.chroma)
            return cls(settings, owner, embedder)
        except sqlite3.Error as error:
            owner.release(clean=False)
            raise unusable(folder / CATALOG, error) from error
        except OSError as error:
            owner.release(clean=False)
            raise ArchiveError(f"The archive {folder} cannot be used: {error}.") from error
        except BaseException:
            owner.release(clean=not owner.unclean)
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def embedder(self) -> Embedder:
        return self._embedding.embedder

    @property
    def vectors(self) -> VectorIndex:
        return self._indexes.vectors

    @property
    def names(self) -> Names:
        """Publishers, agencies and authors of the articles that are there now."""
        written, names = self._names
        if names is None or written != self._written:
            written, outlets = self._written, tuple(self.catalog.outlets())
            names = Names(outlets, frozenset(map(letters, self.catalog.authors())))
            self._names = written, names
        return names

    def holding(self, phrases: Sequence[str]) -> frozenset[str]:
        """Ids of the articles that hold each of these phrases word for word, inflections aside; of
        a phrase that stands in thousands of chunks, those of the first few thousand."""
        found = []
        for phrase in phrases:
            rows = self.catalog.chunk_rows(self.lexical.with_phrase(terms(phrase), PHRASE_CHUNKS))
            found.append(frozenset(row.article_id for row in rows.values()))
        return frozenset.intersection(*found) if found else frozenset()

    def add(self, articles: Iterable[Article | Withdrawn]) -> Iterator[Outcome]:
        """Store articles in order; an outcome for each, given once it is stored durably.

        What was withdrawn leaves the archive, and does not come back by an old copy.

        Raises:
            EmbedderError: the embedder failed; what was given back before is stored.
            ArchiveError: the disk is full or a file cannot be written.
        """
        waiting: list[Article] = []
        claimed: set[str] = set()
        for article in articles:
            if isinstance(article, Withdrawn):
                yield from self._store(waiting)
                waiting, claimed = [], set()
                yield self._withdraw(article)
                continue
            marks = identity.marks(self.catalog, article)
            if len(waiting) >= ARTICLES or marks & claimed:
                yield from self._store(waiting)
                waiting, claimed = [], set()
            waiting.append(article)
            claimed |= marks
        yield from self._store(waiting)

    def remove(self, ids: Iterable[str]) -> list[str]:
        """Remove articles for good; gives back the ids that were there."""
        with self._writing:
            gone = [i for i in ids if self.catalog.remove(i)]
            self._follow_catalog()
        return gone

    def visit(self, url: str) -> Visit | None:
        row = self.catalog.one("SELECT * FROM visits WHERE url = ?", url)
        return Visit(*row) if row else None

    def note(self, visit: Visit) -> None:
        """Remember a visit; only when all that came of it is safely stored."""
        with self.catalog.writing() as db:
            db.execute("INSERT OR REPLACE INTO visits VALUES (?, ?, ?, ?)", astuple(visit))

    def counts(self) -> tuple[int, int]:
        """(articles, chunks)."""
        return self.catalog.counts()

    def check(self) -> Health:
        """Look stored chunks up in the open indexes, while nothing is written."""
        with self._writing:
            return self._indexes.look()

    def resolve(self, prefix: str) -> str | None:
        """The id that starts with `prefix`, when exactly one does."""
        start = prefix.strip()
        sql = "SELECT id FROM articles WHERE substr(id, 1, ?) = ? LIMIT 2"
        ids = self.catalog.all(sql, len(start), start) if start else []
        return ids[0]["id"] if len(ids) == 1 else None

    def close(self) -> None:
        """Give the archive up. Whatever is asked of it afterwards raises ArchiveError."""
        with self._writing:
            if self._closed:
                return
            self._closed = True
            self._indexes.close()
            self.catalog.close()
            self._owner.release()

    def _withdraw(self, void: Withdrawn) -> Outcome:
        with self._writing:
            self.catalog.withdraw(void.key, void.revision)
            known = self.catalog.by_key(void.key)
            if known is None or not self.catalog.is_void(void.key, known.article.revision):
                return Outcome("withdrawn", "")
            self.remove([known.id])
        return Outcome("withdrawn", known.id)

    def _store(self, waiting: Sequence[Article]) -> Iterator[Outcome]:
        with self._writing:
            outcomes = [identity.classify(self.catalog, article) for article in waiting]
            fresh = []
            for outcome, article in zip(outcomes, waiting, strict=True):
                if outcome.result in ("added", "updated"):
                    language = article.language or language_told(article.text)
                    fresh.append((outcome.id, replace(article, language=language)))
            try:
                if fresh:
                    self.catalog.write(self._prepare(fresh))
                    self._follow_catalog()
            except (OSError, sqlite3.Error) as error:
                raise ArchiveError(
                    f"The archive {self.folder} cannot be written: {error}. What was stored before "
                    "stays stored."
                ) from error
        yield from outcomes

    def _follow_catalog(self) -> None:
        copies.recover(self.catalog)
        self._indexes.recover()
        self._written += 1

    def _prepare(self, fresh: Sequence[tuple[str, Article]]) -> list[Prepared]:
        chunks = [split(article.text) for _, article in fresh]
        texts = [
            searched_text(article, *span)
            for (_, article), spans in zip(fresh, chunks, strict=True)
            for span in spans
        ]
        vectors = np.split(self._embedding.of_chunks(texts), np.cumsum([*map(len, chunks)])[:-1])
        parts = zip(fresh, chunks, vectors, strict=True)
        return [Prepared(new, article, spans, own) for (new, article), spans, own in parts]
