"""Ways to search one archive: Dateline, and its own parts and a stock pipeline as peers.

Each gives passages as a reader sees them, so that each can be asked the same: which articles, in
which order, and does the answer stand there?
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.answer import Assistant
from assistant.words import content_terms
from benchmarks.stock import Stock
from ingest.archive.archive import Archive
from ingest.archive.filters import Filters, make_filters
from ingest.archive.word_index import BM25

WORDS = 160  # of a passage that are looked at, as many as Dateline shows
DEEP = 30  # passages of Dateline among which the gold article is looked for
DEEPER = 90  # chunks of the others, which know no limit of three passages an article
RRF = 60  # Cormack et al., SIGIR 2009
_REACH = 2_000  # characters, more than 160 words have
_MORE = (4, 16, 64)  # times as many vectors are asked for until enough are left by the filter


class Shown(NamedTuple):
    """A passage: whose it is, and its headline with its first words."""

    article: str
    url: str
    text: str


Find = Callable[[str, str | None, int], list[Shown]]  # question, as-of day, how many


@dataclass(frozen=True)
class Method:
    """`depth`: passages to ask for where ranks of articles are wanted."""

    name: str
    find: Find
    depth: int = DEEPER


def dateline(archive: Archive) -> Method:
    assistant = Assistant(archive)

    def find(question: str, as_of: str | None, k: int) -> list[Shown]:
        found = assistant.search(question, k, as_of=as_of).passages
        return [shown(p.article_id, p.url, p.title, p.text) for p in found]

    return Method("Dateline", find, DEEP)


def bm25(archive: Archive) -> Method:
    return _of_chunks("BM25 alone (tantivy)", archive, _words)


def peers(archive: Archive) -> list[Method]:
    """What Dateline is made of, on the same chunks."""
    vectors = _of_chunks("static vectors alone (Chroma)", archive, _vectors)
    return [bm25(archive), vectors, _of_chunks("plain RRF of both", archive, _fused)]


def stock(store: Stock) -> Method:
    """The pipeline of the usual tutorial, over the same articles."""

    def find(question: str, as_of: str | None, k: int) -> list[Shown]:
        return [shown(*each) for each in store.search(question, as_of, k)]

    return Method(store.name, find)


def shown(article: str, url: str | None, title: str, text: str) -> Shown:
    words = text[:_REACH].split()[:WORDS]
    return Shown(article, url or "", f"{title} {' '.join(words)}")


Ranked = Callable[[Archive, str, Filters, int], list[int]]


def _of_chunks(name: str, archive: Archive, ranked: Ranked) -> Method:
    def find(question: str, as_of: str | None, k: int) -> list[Shown]:
        return _read(archive, ranked(archive, question, make_filters(as_of=as_of), k))

    return Method(name, find)


def _read(archive: Archive, chunks: Sequence[int]) -> list[Shown]:
    """Chunks read on to as many words as Dateline shows: they are not to lose by their length."""
    rows = archive.catalog.chunk_rows(chunks)
    ids = list({row.article_id for row in rows.values()})
    articles = {stored.id: stored.article for stored in archive.catalog.articles(ids)}
    found = [(rows[i], articles[rows[i].article_id]) for i in chunks if i in rows]
    return [
        shown(row.article_id, article.url, article.title, article.text[row.start :][:_REACH])
        for row, article in found
    ]


def _words(archive: Archive, question: str, filters: Filters, k: int) -> list[int]:
    return list(archive.lexical.search(content_terms(question), filters, k, BM25))


def _vectors(archive: Archive, question: str, filters: Filters, k: int) -> list[int]:
    vector = archive.embedder.question(question)
    kept: list[int] = []
    for times in _MORE if filters.timed else (1,):
        found = list(archive.vectors.search(vector, times * k))
        admitted = archive.lexical.among(found, filters)
        kept = [i for i in found if i in admitted]
        if len(kept) >= k:
            break
    return kept[:k]


def _fused(archive: Archive, question: str, filters: Filters, k: int) -> list[int]:
    depth = max(k, DEEPER)
    scores: dict[int, float] = {}
    for ranked in (_words, _vectors):
        for place, chunk in enumerate(ranked(archive, question, filters, depth)):
            scores[chunk] = scores.get(chunk, 0.0) + 1 / (RRF + place + 1)
    return sorted(scores, key=lambda chunk: -scores[chunk])[:k]
