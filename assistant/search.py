"""Question to ranked passages: word and vector scores fused, filters kept, articles capped."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

from assistant.carriers import Carriers
from assistant.results import Found, Passage
from assistant.words import content_terms
from ingest.archive import Archive
from ingest.catalog import ChunkRow
from ingest.embed import Vectors
from ingest.filters import DAY, Filters

# Chosen with `make bench` on the RealTimeQA archive; the figures are in docs/DECISIONS.md.
LEXICAL_WEIGHT = 0.7
VECTOR_WEIGHT = 0.3
RECENCY_WEIGHT = 0.5
RECENCY_HALF_LIFE = 20 * DAY  # seconds
CANDIDATES = 200  # from each index
CANDIDATES_FILTERED = 400  # vectors are filtered after the search, so more are asked for
EXACT_CHUNKS = 5_000  # where filters leave no more than these, all of their vectors are compared
PER_ARTICLE = 3  # passages


def search(archive: Archive, question: str, filters: Filters, k: int = 10) -> Found:
    """The `k` best passages that `filters` admit, at most three of an article and of one copy only
    of a report that several publishers carry.

    Raises:
        EmbedderError: the embedder's service failed.
        ArchiveError: the vector index cannot be opened.
    """
    started = time.monotonic()
    words = archive.lexical.search(content_terms(question), filters, CANDIDATES)
    vector = archive.embedder.question(question)
    vectors = _nearest(archive, vector, filters)
    rows = archive.catalog.chunk_rows(list(words.keys() | vectors.keys()))
    rows = {i: row for i, row in rows.items() if _admits(filters, row)}
    vectors |= _similarities(archive, vector, rows.keys() - vectors.keys())
    scores = _fused(rows, words, vectors, filters)
    ranked = sorted(rows.values(), key=lambda row: (-scores[row.id], row.id))
    carriers = Carriers(archive.catalog, ranked, scores)
    best = _capped(filter(carriers.stands, ranked), k)
    passages = _passages(archive, best, scores, carriers, filters)
    return Found(question, filters, passages, time.monotonic() - started)


def _admits(filters: Filters, row: ChunkRow) -> bool:
    return filters.admits(row.published_at, row.outlets, row.changed_at)


def _nearest(archive: Archive, vector: Vectors, filters: Filters) -> dict[int, float]:
    """Similar chunks. Chroma's own filter takes 20 times as long as its search, so: a narrow filter
    is answered exactly from the catalog, a wide one by asking for more and dropping some."""
    if filters == Filters():
        return archive.vectors.search(vector, CANDIDATES)
    admitted = archive.catalog.admitted_chunks(filters, EXACT_CHUNKS)
    if admitted is None:
        return archive.vectors.search(vector, CANDIDATES_FILTERED)
    similar = _similarities(archive, vector, admitted)
    return dict(sorted(similar.items(), key=lambda item: -item[1])[:CANDIDATES])


def _similarities(archive: Archive, vector: Vectors, ids: Iterable[int]) -> dict[int, float]:
    stored = archive.catalog.vectors(list(ids))
    if not stored or not vector.any():
        return {}
    return dict(zip(stored, (np.stack(list(stored.values())) @ vector).tolist(), strict=True))


def _fused(
    rows: Mapping[int, ChunkRow],
    words: Mapping[int, float],
    vectors: Mapping[int, float],
    filters: Filters,
) -> dict[int, float]:
    lexical, similar = _scaled(words, rows, floor=0.0), _scaled(vectors, rows)
    recency = _recency(rows, filters)
    return {
        i: LEXICAL_WEIGHT * lexical.get(i, 0.0)
        + VECTOR_WEIGHT * similar.get(i, 0.0)
        + RECENCY_WEIGHT * recency.get(i, 0.0)
        for i in rows
    }


def _scaled(
    scores: Mapping[int, float], rows: Mapping[int, ChunkRow], floor: float | None = None
) -> dict[int, float]:
    """Scores from 0 to 1, of the rows that are left."""
    kept = {i: score for i, score in scores.items() if i in rows}
    if not kept:
        return {}
    low = min(kept.values()) if floor is None else floor
    span = max(kept.values()) - low
    return {i: (score - low) / span if span > 0 else 1.0 for i, score in kept.items()}


def _recency(rows: Mapping[int, ChunkRow], filters: Filters) -> dict[int, float]:
    """1 for what was published at the as-of moment, halved for every half-life before it.

    Without an as-of nobody has said which moment counts, so nothing is preferred.
    """
    if filters.as_of is None or filters.upper is None:
        return {}
    now = filters.upper
    return {
        i: 0.5 ** ((now - row.published_at) / RECENCY_HALF_LIFE)
        for i, row in rows.items()
        if row.published_at is not None
    }


def _capped(rows: Iterable[ChunkRow], k: int) -> list[ChunkRow]:
    taken: Counter[str] = Counter()
    best: list[ChunkRow] = []
    for row in rows:
        if len(best) >= k:
            break
        if taken[row.article_id] < PER_ARTICLE:
            taken[row.article_id] += 1
            best.append(row)
    return best


def _passages(
    archive: Archive,
    rows: list[ChunkRow],
    scores: Mapping[int, float],
    carriers: Carriers,
    filters: Filters,
) -> tuple[Passage, ...]:
    ids = list(dict.fromkeys(row.article_id for row in rows))
    articles = {stored.id: stored.article for stored in archive.catalog.articles(ids)}
    return tuple(
        Passage(
            row.article_id,
            articles[row.article_id],
            row.start,
            row.end,
            scores[row.id],
            carriers.also_in(row, filters),
        )
        for row in rows
        if row.article_id in articles
    )
