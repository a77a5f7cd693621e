"""The archive's one embedder: loaded when needed, recorded, and never mixed with another."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from ingest.article import Article
from ingest.catalog import Catalog
from ingest.embed import Embedder, Vectors, load_embedder
from ingest.errors import EmbedderError
from ingest.settings import Settings


class Embedding:
    """Vectors for an archive's chunks, always of the embedder that its catalog records."""

    def __init__(self, catalog: Catalog, settings: Settings, given: Embedder | None) -> None:
        self._catalog = catalog
        self._settings = settings
        self._given = given
        self._lock = threading.Lock()
        self.name = given.name if given else settings.embeddings

    @property
    def embedder(self) -> Embedder:
        """Raises:
        EmbedderError: it cannot be loaded.
        """
        with self._lock:
            if self._given is None:
                key = self._settings.openai_api_key
                secret = key.get_secret_value() if key else None
                self._given = load_embedder(self.name, secret, self._settings.openai_base_url)
            return self._given

    def of_chunks(self, texts: Sequence[str]) -> Vectors:
        """float32 [len(texts), dimension].

        Raises:
            EmbedderError: it failed, or gave vectors of another dimension than the archive's.
        """
        vectors = self.embedder.passages(texts)
        dimension = self._catalog.meta("dimension")
        if dimension is None:
            self._catalog.set_meta("dimension", str(vectors.shape[1]))
        elif vectors.shape[1] != int(dimension):
            raise EmbedderError(
                f"The embedder {self.name!r} gave vectors of {vectors.shape[1]} numbers; the "
                f"archive has {dimension}. Rebuild with: {self._repair()}"
            )
        return vectors

    def check(self) -> None:
        """Record the embedder of a new archive.

        Raises:
            EmbedderError: the archive was made with another embedder.
        """
        recorded = self._catalog.meta("embedder")
        if recorded is None:
            self._catalog.set_meta("embedder", self.name)
        elif recorded != self.name:
            raise EmbedderError(
                f"The archive was made with the embedder {recorded!r}, and the settings ask for "
                f"{self.name!r}. Set DATELINE_EMBEDDINGS={recorded}, or rebuild with: "
                f"{self._repair()}"
            )

    def adopt(self) -> None:
        """Give every chunk a vector of the present embedder, all of them or none.

        Raises:
            EmbedderError: it cannot be loaded, or failed; the archive is as it was.
        """
        if self._catalog.meta("embedder") in (None, self.name):
            return
        embedder = self.embedder
        self._catalog.replace_vectors(self.name, self._anew(embedder))

    def _anew(self, embedder: Embedder) -> Iterator[tuple[list[int], Vectors]]:
        for stored in self._catalog.articles():
            rows = self._catalog.chunks_of([stored.id])
            texts = [searched_text(stored.article, row.start, row.end) for row in rows]
            if texts:
                yield [row.id for row in rows], embedder.passages(texts)

    def _repair(self) -> str:
        return f"dateline doctor --repair --archive {self._settings.archive}"


def searched_text(article: Article, start: int, end: int) -> str:
    """A chunk as it is embedded: with its headline, which is not part of any quote."""
    return f"{article.title}\n{article.text[start:end]}"
