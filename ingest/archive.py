"""The archive: articles kept, found and never lost. One process owns it at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

import numpy as np

from ingest import health
from ingest.article import Article, article_id
from ingest.catalog import Catalog, Prepared
from ingest.chunks import split
from ingest.embed import Embedder, Vectors, load_embedder
from ingest.errors import ArchiveError, EmbedderError
from ingest.lexical import Entry, LexicalIndex
from ingest.owner import Owner
from ingest.rows import Stored
from ingest.settings import Settings
from ingest.vectors import VectorIndex

log = logging.getLogger("dateline")
BATCH = 256  # articles between two commits of the indexes
CATALOG, LEXICAL, VECTORS = "catalog.sqlite3", "lexical", "vectors"
Result = Literal["added", "updated", "unchanged", "duplicate"]


@dataclass(frozen=True)
class Outcome:
    """What became of an article that was handed in."""

    result: Result
    id: str  # of the article itself, or of the one it is a duplicate of


class Archive:
    """A folder with the catalog and the two indexes derived from it.

    Safe to use from several threads. Open it with `Archive.open`, close it or use `with`.
    """

    def __init__(
        self, folder: Path, owner: Owner, embedder_name: str, settings: Settings, **given: Embedder
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.embedder_name = embedder_name
        self._owner = owner
        self._lock = threading.RLock()
        self._embedder = given.get("embedder")
        self._vectors: VectorIndex | None = None
        self.catalog = Catalog(folder / CATALOG)
        try:
            self.lexical = LexicalIndex(folder / LEXICAL)
        except (ValueError, OSError) as error:
            log.warning("The word index is damaged (%s) and is made anew.", error)
            health.discard(folder / LEXICAL)
            self.lexical = LexicalIndex(folder / LEXICAL)
            self.catalog.forget_indexes()

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
        _prepare(folder, create)
        owner = Owner(folder)
        try:
            archive = cls._opened(folder, owner, settings, embedder, rebuild)
        except BaseException:
            owner.release()
            raise
        return archive

    @classmethod
    def _opened(
        cls, folder: Path, owner: Owner, settings: Settings, embedder: Embedder | None, rebuild: bool
    ) -> Archive:
        if rebuild or (owner.unclean and not health.check(folder, settings.chroma).healthy):
            log.warning("The indexes of %s are made anew from the catalog.", folder)
            health.discard(folder / LEXICAL)
            if not settings.chroma:
                health.discard(folder / VECTORS)
            rebuild = True
        name = embedder.name if embedder else settings.embeddings
        given = {"embedder": embedder} if embedder else {}
        archive = cls(folder, owner, name, settings, **given)
        try:
            archive._check_embedder(rebuild)
            if rebuild:
                archive._forget_indexes()
            archive.recover()
        except BaseException:
            archive._close_stores()
            raise
        return archive

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def embedder(self) -> Embedder:
        """Loaded when it is first needed."""
        with self._lock:
            if self._embedder is None:
                key = self.settings.openai_api_key
                self._embedder = load_embedder(
                    self.embedder_name,
                    key.get_secret_value() if key else None,
                    self.settings.openai_base_url,
                )
            return self._embedder

    @property
    def vectors(self) -> VectorIndex:
        """Opened when it is first needed: importing Chroma takes most of a second."""
        with self._lock:
            if self._vectors is None:
                self._vectors = self._open_vectors()
            return self._vectors

    def add(self, articles: Iterable[Article]) -> Iterator[Outcome]:
        """Store articles in order; an outcome for each, given once it is stored durably.

        Raises:
            EmbedderError: the embedder failed; what was given back before is stored.
            ArchiveError: the disk is full or a file cannot be written.
        """
        waiting: list[tuple[Outcome, Article]] = []
        claimed: set[str] = set()
        for article in articles:
            marks = {article.key, article.text_hash}
            if len(waiting) >= BATCH or marks & claimed:
                yield from self._store(waiting)
                waiting, claimed = [], set()
            waiting.append((self._classify(article), article))
            claimed |= marks
        yield from self._store(waiting)

    def remove(self, ids: Iterable[str]) -> list[str]:
        """Remove articles for good; gives back the ids that were there."""
        gone = [i for i in ids if self.catalog.remove(i)]
        self.recover()
        return gone

    def resolve(self, prefix: str) -> str | None:
        """The id that starts with `prefix`, when exactly one does."""
        ids = self.catalog.ids_like(prefix.strip()) if prefix.strip() else []
        return ids[0] if len(ids) == 1 or prefix in ids else None

    def recover(self) -> None:
        """Bring both indexes up to the catalog."""
        while removed := self.catalog.removals(10_000):
            self._index([], removed)
        while pending := self.catalog.pending(BATCH):
            self._index(pending, [])

    def close(self) -> None:
        self._close_stores()
        self._owner.release()

    def _classify(self, article: Article) -> Outcome:
        known = self.catalog.by_key(article.key)
        if known is not None:
            same = self.catalog.had_content(known.id, article.content_hash)
            return Outcome("unchanged" if same else "updated", known.id)
        for other in self.catalog.with_text(article.text_hash):
            if _same_publisher(article, other.article):
                return Outcome("duplicate", other.id)
        new = article_id(article)
        if self.catalog.holds(new):  # an old version of another file had this very text
            new = article_id(Article(article.key, "", article.key, article.text))
        return Outcome("added", new)

    def _store(self, waiting: Sequence[tuple[Outcome, Article]]) -> Iterator[Outcome]:
        fresh = [(o.id, a) for o, a in waiting if o.result in ("added", "updated")]
        if fresh:
            try:
                self.catalog.write(self._prepare(fresh))
                self.recover()
            except OSError as error:
                raise ArchiveError(f"The archive cannot be written: {error}.") from error
        yield from (outcome for outcome, _ in waiting)

    def _prepare(self, fresh: Sequence[tuple[str, Article]]) -> list[Prepared]:
        chunks = [split(article.text) for _, article in fresh]
        texts = [
            f"{article.title}\n{chunk.text}"
            for (_, article), parts in zip(fresh, chunks, strict=True)
            for chunk in parts
        ]
        vectors = self._embed(texts)
        prepared, start = [], 0
        for (new, article), parts in zip(fresh, chunks, strict=True):
            prepared.append(Prepared(new, article, parts, vectors[start : start + len(parts)]))
            start += len(parts)
        return prepared

    def _embed(self, texts: Sequence[str]) -> Vectors:
        vectors = self.embedder.passages(texts)
        dimension = self.catalog.meta("dimension")
        if dimension is None:
            self.catalog.set_meta("dimension", str(vectors.shape[1]))
        elif vectors.shape[1] != int(dimension):
            raise EmbedderError(
                f"The embedder {self.embedder_name!r} gave vectors of {vectors.shape[1]} numbers; "
                f"the archive has {dimension}. Rebuild with: "
                f"dateline doctor --repair --archive {self.folder}"
            )
        return vectors

    def _index(self, pending: Sequence[Stored], removed: Sequence[int]) -> None:
        """Write pending articles to both indexes, take removed chunks out, note that it is done."""
        with self._lock:
            by_id = {stored.id: stored for stored in pending}
            rows = self.catalog.chunks_of(list(by_id))
            entries = [
                Entry(
                    row.id,
                    by_id[row.article_id].article.title,
                    by_id[row.article_id].article.text[row.start : row.end],
                    row.published_at,
                    row.outlets,
                )
                for row in rows
            ]
            self.lexical.update(entries, removed)
            vectors = {
                chunk: vector
                for chunk, vector in self.catalog.vectors([row.id for row in rows]).items()
                if vector.any()
            }
            stacked = np.stack(list(vectors.values())) if vectors else np.zeros((0, 1), np.float32)
            self.vectors.update(list(vectors), stacked, removed)
            self.catalog.acknowledge(by_id, removed)

    def _check_embedder(self, rebuild: bool) -> None:
        recorded = self.catalog.meta("embedder")
        if recorded == self.embedder_name:
            return
        if recorded is not None and not rebuild:
            raise EmbedderError(
                f"The archive was made with the embedder {recorded!r}, and the settings ask for "
                f"{self.embedder_name!r}. Set DATELINE_EMBEDDINGS={recorded}, or rebuild with: "
                f"dateline doctor --repair --archive {self.folder}"
            )
        if recorded is not None:
            self._embed_again()
        self.catalog.set_meta("embedder", self.embedder_name)

    def _embed_again(self) -> None:
        """Give every chunk a vector of the present embedder."""
        embedder = self.embedder
        dimension = 0
        for stored in self.catalog.articles():
            rows = self.catalog.chunks_of([stored.id])
            article = stored.article
            texts = [f"{article.title}\n{article.text[row.start : row.end]}" for row in rows]
            if texts:
                vectors = embedder.passages(texts)
                dimension = vectors.shape[1]
                self.catalog.set_vectors([row.id for row in rows], vectors)
        if dimension:
            self.catalog.set_meta("dimension", str(dimension))

    def _forget_indexes(self) -> None:
        if self.settings.chroma:
            self.vectors.clear()
        self.catalog.forget_indexes()

    def _open_vectors(self) -> VectorIndex:
        place: Path | str = self.settings.chroma or self.folder / VECTORS
        try:
            return VectorIndex(place, health.collection_name(self.catalog, self.settings.chroma))
        except ArchiveError:
            raise
        except Exception as error:
            raise ArchiveError(
                f"The vector index of {self.folder} cannot be opened ({str(error)[:120]}). "
                f"Make it anew with: dateline doctor --repair --archive {self.folder}"
            ) from error

    def _close_stores(self) -> None:
        self.lexical.close()
        if self._vectors is not None:
            self._vectors.close()
            self._vectors = None
        self.catalog.close()


def _prepare(folder: Path, create: bool) -> None:
    if not create and not (folder / CATALOG).is_file():
        raise ArchiveError(
            f"There is no archive at {folder}. Make one with: dateline ingest FILES "
            f"--archive {folder}"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArchiveError(
            f"The archive folder {folder} cannot be made: {error.strerror or error}. "
            "Choose another with --archive."
        ) from error


def _same_publisher(one: Article, other: Article) -> bool:
    """Whether equal text of these two is one article: not when two publishers carry it."""
    if one.publisher is None or other.publisher is None:
        return True
    return one.publisher.casefold() == other.publisher.casefold()
