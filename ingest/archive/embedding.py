"""Embedders, texts to unit vectors, and the archive's one: recorded, and never mixed with another.

The default needs no key, no download and no network.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.article import Article
from ingest.errors import EmbedderError
from ingest.settings import Settings, no_telemetry
from ingest.text import redact

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from ingest.archive.catalog import Catalog

Vectors = NDArray[np.float32]
LOCAL = frozenset({"static", "minilm"})  # embedders that wait for no service
QUESTION_CHARACTERS = 2000  # a longer question says nothing more to an averaged vector


class Embedder(Protocol):
    """Turns texts into vectors of length 1; a text without a known word gives a zero vector."""

    name: str

    def passages(self, texts: Sequence[str]) -> Vectors:
        """float32 [len(texts), dimension]."""

    def question(self, text: str) -> Vectors:
        """float32 [dimension]."""
        row: Vectors = self.passages([text[:QUESTION_CHARACTERS]])[0]
        return row


class StaticEmbedder(Embedder):
    """WordLlama: averaged word-piece vectors of 256 dimensions, shipped inside its package."""

    name = "static"

    def __init__(self) -> None:
        self._model = _load_wordllama()

    def passages(self, texts: Sequence[str]) -> Vectors:
        return unit(self._model.embed(list(texts), norm=False))


class MiniLMEmbedder(Embedder):
    """all-MiniLM-L6-v2 on onnxruntime, by Chroma's own function; 384 dimensions."""

    name = "minilm"

    def __init__(self) -> None:
        no_telemetry()
        from chromadb.utils.embedding_functions import ONNXMiniLM_L6_V2

        self._model = ONNXMiniLM_L6_V2(preferred_providers=["CPUExecutionProvider"])
        folder = self._model.DOWNLOAD_PATH
        try:
            self._model._download_model_if_not_exists()
        except Exception as error:
            raise EmbedderError(
                f"The minilm embedder needs its model files in {folder}; they are not there and "
                "cannot be downloaded. Connect once, copy the folder from another machine, or set "
                "DATELINE_EMBEDDINGS=static."
            ) from error

    def passages(self, texts: Sequence[str]) -> Vectors:
        return unit(np.asarray(self._model(list(texts)), dtype=np.float32))


class LangChainEmbedder:
    """Any embeddings that LangChain's `init_embeddings` knows, such as "openai:…"."""

    def __init__(self, name: str, embeddings: Embeddings) -> None:
        self.name = name
        self._embeddings = embeddings

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._call(lambda: self._embeddings.embed_documents(list(texts)))

    def question(self, text: str) -> Vectors:
        asked = text[:QUESTION_CHARACTERS]
        row: Vectors = self._call(lambda: [self._embeddings.embed_query(asked)])[0]
        return row

    def _call(self, embed: Callable[[], list[list[float]]]) -> Vectors:
        try:
            return unit(np.asarray(embed(), dtype=np.float32))
        except Exception as error:
            raise EmbedderError(
                f"The embeddings {self.name!r} failed: {_brief(error)}. Check the key and the "
                "address of the service, or try again later."
            ) from error


def load_embedder(name: str, api_key: str | None = None, base_url: str | None = None) -> Embedder:
    """The embedder of that name.

    Raises:
        EmbedderError: no such embedder, or its files or package are missing.
    """
    if name in LOCAL:
        return StaticEmbedder() if name == "static" else MiniLMEmbedder()
    no_telemetry()
    options: dict[str, Any] = {}
    if name.startswith("openai:"):
        options = {
            "api_key": api_key or ("none" if base_url else None),
            "base_url": base_url,
            # It would fetch a tokenizer file; servers that are compatible count themselves.
            "check_embedding_ctx_length": False,
        }
    try:
        from langchain.embeddings import init_embeddings

        return LangChainEmbedder(name, init_embeddings(name, **options))
    except Exception as error:
        raise EmbedderError(
            f"There is no embedder {name!r}: {_brief(error)}. Set DATELINE_EMBEDDINGS to static, "
            "minilm, or a name that LangChain knows, such as openai:text-embedding-3-small."
        ) from error


def unit(vectors: NDArray[Any]) -> Vectors:
    """Rows scaled to length 1; rows that are zero or not finite become zero."""
    rows: Vectors = np.asarray(vectors, dtype=np.float32)
    rows = np.where(np.isfinite(rows).all(axis=1, keepdims=True), rows, 0)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return scaled


@cache
def _load_wordllama() -> Any:
    """Once in a process: it is never written to, and takes a seventh of a second."""
    no_telemetry()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    level, handlers = logging.root.level, list(logging.root.handlers)
    import wordllama

    # Without cache_dir it looks on the network for a file that its package ships.
    model = wordllama.WordLlama.load(
        cache_dir=Path(wordllama.__file__).parent, disable_download=True
    )
    logging.root.setLevel(level)  # wordllama configures the root logger
    logging.root.handlers[:] = handlers
    return model


def _brief(error: Exception) -> str:
    line = redact(str(error).split("\n", 1)[0])[:200].rstrip(". ")
    return line or type(error).__name__


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
        """Raises EmbedderError where it cannot be loaded."""
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

        def anew() -> Iterator[tuple[list[int], Vectors]]:
            for stored in self._catalog.articles():
                rows = self._catalog.chunks_of([stored.id])
                texts = [searched_text(stored.article, row.start, row.end) for row in rows]
                if texts:
                    yield [row.id for row in rows], embedder.passages(texts)

        self._catalog.replace_vectors(self.name, anew())

    def _repair(self) -> str:
        return f"dateline doctor --repair --archive {self._settings.archive}"


def searched_text(article: Article, start: int, end: int) -> str:
    """A chunk as it is embedded: with its headline, which is not part of any quote."""
    return f"{article.title}\n{article.text[start:end]}"
