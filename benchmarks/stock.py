"""The pipeline of the usual LangChain tutorial as a peer: recursive splitter, Chroma, similarity.

`pip install langchain-text-splitters langchain-chroma` gives the real packages; Dateline does not
depend on them. Where one is missing, the few lines of it that matter stand in, on chromadb itself,
and the name of the method says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from langchain_core.embeddings import Embeddings

from ingest.archive.archive import Archive
from ingest.archive.embedding import StaticEmbedder
from ingest.settings import no_telemetry

SIZE, OVERLAP = 1000, 200  # characters, as the tutorial has them
BATCH = 5_000  # Chroma takes 5,461 at once
COLLECTION = "stock"
SPLITTER, STORE = "langchain_text_splitters", "langchain_chroma"
LATER = 10_000_000  # than any day: what is undated passes no bound, as in Dateline
_MORE = (4, 16, 64)  # times as many are asked for until enough are left
_SEPARATORS = ("\n\n", "\n", " ", "")

Metadata = dict[str, Any]


class Piece(NamedTuple):
    article: str
    url: str
    title: str
    text: str


class Static(Embeddings):
    """The archive's default embedder as LangChain wants it."""

    def __init__(self) -> None:
        self._embedder = StaticEmbedder()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._embedder.passages(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        row: list[float] = self._embedder.question(text).tolist()
        return row


class Stock:
    """Chunks of "title, text" in a Chroma collection with documents and metadata."""

    def __init__(self, folder: Path) -> None:
        no_telemetry()
        made = _OfLangChain if find_spec(STORE) else _OfChromadb
        self._store: _OfLangChain | _OfChromadb = made(folder, Static())
        real = bool(find_spec(STORE) and find_spec(SPLITTER))
        self.name = "stock LangChain pipeline" if real else "stock pipeline (rebuilt, chromadb)"

    @classmethod
    def of(cls, archive: Archive) -> Stock:
        """The collection beside the archive; made anew unless it holds as many chunks as it must.

        It takes minutes for ten thousand articles.
        """
        made = cls(archive.folder.with_name(f"{archive.folder.name}-stock"))
        pieces = list(_pieces(archive))
        if made._store.count() != len(pieces):
            made._store.fill(pieces)
        return made

    def search(self, question: str, as_of: str | None, k: int) -> list[Piece]:
        """The `k` most similar chunks, of articles published by that day if one is given.

        More are asked for and the later ones dropped: with Chroma's own filter the same would take
        half a second (`filtered`).
        """
        if as_of is None:
            return _read(self._store.similar(question, None, k))
        day, kept = date.fromisoformat(as_of).toordinal(), []
        for times in _MORE:
            found = self._store.similar(question, None, times * k)
            kept = [each for each in found if each[1].get("published", LATER) <= day]
            if len(kept) >= k:
                break
        return _read(kept[:k])

    def filtered(self, question: str, as_of: str, k: int) -> list[Piece]:
        """As `search`, by a metadata filter."""
        where = {"published": {"$lte": date.fromisoformat(as_of).toordinal()}}
        return _read(self._store.similar(question, where, k))


def _read(found: Sequence[tuple[str, Metadata]]) -> list[Piece]:
    return [Piece(facts["article"], facts["url"], facts["title"], text) for text, facts in found]


def splitter() -> Callable[[str], list[str]]:
    """RecursiveCharacterTextSplitter, or what does the same."""
    if find_spec(SPLITTER) is None:
        return split
    make: Any = import_module(SPLITTER).RecursiveCharacterTextSplitter
    cut: Callable[[str], list[str]] = make(chunk_size=SIZE, chunk_overlap=OVERLAP).split_text
    return cut


def split(text: str, separators: Sequence[str] = _SEPARATORS) -> list[str]:
    """Parts at the coarsest separator that occurs, joined up to 1,000 characters; a part that is
    longer is split at the next one."""
    at = next(i for i, sep in enumerate(separators) if sep in text)
    found: list[str] = []
    short: list[str] = []
    for part in _parts(text, separators[at]):
        if len(part) < SIZE:
            short.append(part)
            continue
        found += _joined(short)
        short = []
        found += split(part, separators[at + 1 :]) if separators[at] else [part]
    return found + _joined(short)


def _parts(text: str, separator: str) -> list[str]:
    """Each but the first begins with its separator; letters where there is none."""
    parts = re.split(f"(?={re.escape(separator)})", text) if separator else list(text)
    return [part for part in parts if part]


def _joined(parts: Sequence[str]) -> list[str]:
    """Chunks of up to 1,000 characters; each begins with up to 200 of the one before."""
    chunks: list[str] = []
    held: list[str] = []
    total = 0
    for part in parts:
        if total + len(part) > SIZE and held:
            chunks.append("".join(held).strip())
            while total > OVERLAP or (total + len(part) > SIZE and total > 0):
                total -= len(held.pop(0))
        held.append(part)
        total += len(part)
    return [chunk for chunk in (*chunks, "".join(held).strip()) if chunk]


def _pieces(archive: Archive) -> Iterator[tuple[str, Metadata]]:
    cut = splitter()
    for stored in archive.catalog.articles():
        article = stored.article
        facts: Metadata = {"article": stored.id, "url": article.url or "", "title": article.title}
        if article.published:
            facts["published"] = article.published.day.toordinal()
        yield from ((text, facts) for text in cut(f"{article.title}\n\n{article.text}"))


class _OfLangChain:
    """langchain_chroma.Chroma, as it comes."""

    def __init__(self, folder: Path, embeddings: Embeddings) -> None:
        self._chroma: Any = import_module(STORE).Chroma(COLLECTION, embeddings, str(folder))

    def count(self) -> int:
        return int(self._chroma._collection.count())

    def fill(self, pieces: Sequence[tuple[str, Metadata]]) -> None:
        self._chroma.reset_collection()
        for start in range(0, len(pieces), BATCH):
            texts, facts = zip(*pieces[start : start + BATCH], strict=True)
            self._chroma.add_texts(texts, list(facts))

    def similar(self, question: str, where: Metadata | None, k: int) -> list[tuple[str, Metadata]]:
        found = self._chroma.similarity_search(question, k, filter=where)
        return [(each.page_content, each.metadata) for each in found]


class _OfChromadb:
    """What langchain_chroma asks of chromadb."""

    def __init__(self, folder: Path, embeddings: Embeddings) -> None:
        import chromadb

        self._client: Any = chromadb.PersistentClient(str(folder))
        self._embeddings = embeddings
        self._open()

    def _open(self) -> None:
        self._collection = self._client.get_or_create_collection(
            COLLECTION, embedding_function=None
        )

    def count(self) -> int:
        return int(self._collection.count())

    def fill(self, pieces: Sequence[tuple[str, Metadata]]) -> None:
        self._client.delete_collection(COLLECTION)
        self._open()
        for start in range(0, len(pieces), BATCH):
            texts, facts = map(list, zip(*pieces[start : start + BATCH], strict=True))
            ids = [str(start + number) for number in range(len(texts))]
            vectors = self._embeddings.embed_documents(texts)
            self._collection.add(ids, embeddings=vectors, documents=texts, metadatas=facts)

    def similar(self, question: str, where: Metadata | None, k: int) -> list[tuple[str, Metadata]]:
        found = self._collection.query(
            query_embeddings=[self._embeddings.embed_query(question)], n_results=k, where=where,
            include=["documents", "metadatas"],
        )  # fmt: skip
        return list(zip(found["documents"][0], found["metadatas"][0], strict=True))
