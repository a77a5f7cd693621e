"""Question to ranked passages: articles are found by their best chunks, then passages are chosen
among all chunks of the best articles."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from assistant.carriers import Carriers
from assistant.passages import spread
from assistant.ranking import (
    CARRIED_SHARE,
    FINDING,
    JUDGING,
    MOST,
    OWN,
    SHOWING,
    Recency,
    Scores,
    article_scores,
    text_scores,
)
from assistant.results import Passage
from assistant.words import STOP, content_terms
from ingest.archive import Archive
from ingest.chunk_table import ChunkRow
from ingest.embed import LOCAL, Vectors
from ingest.filters import DAY, Filters

CANDIDATES = 120  # by words
CANDIDATES_RECENT = 60  # by words, of the last days before the moment that counts
RECENT = 30 * DAY  # seconds
CANDIDATES_NEAR = 60  # by vectors
WIDE_NEAR = 150  # vectors asked for where a wide filter drops some of them
FEW_NEAR = 15  # where filters leave fewer of them, they are narrow
EXACT = 5_000  # where narrow filters leave no more chunks, all of their vectors are compared
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_FIRST = -62_135_596_800  # seconds: 1 January of year 1
JUDGED = 40  # chunks that are looked at to judge how well anything fits
ON_TOPIC = 0.7  # of the best fit that a chunk must have to be the latest on what is asked
ARTICLES = 20  # of which all chunks compete; more where more passages are asked for

# More searches at once than cores only wait for one another (figures in docs/DECISIONS.md). Waiting
# for a service stays outside.
_CORES = threading.BoundedSemaphore(os.cpu_count() or 1)

Rows = Mapping[int, ChunkRow]


@dataclass(frozen=True)
class Query:
    """What is searched for: the words, and where. `carried`: terms that count less than others."""

    text: str
    filters: Filters = field(default_factory=Filters)
    recency: Recency = "mild"
    carried: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Hits:
    """Passages, best first."""

    passages: tuple[Passage, ...]


def search(archive: Archive, query: Query, k: int = 10) -> Hits:
    """The `k` best passages that the filters admit, at most three of an article and of one copy
    only of a report that several publishers carry.

    Raises:
        EmbedderError: the embedder's service failed.
        ArchiveError: the vector index cannot be opened.
    """
    vector = _vector_of_service(archive, query)
    with _CORES:
        return _searched(_sought(archive, query, vector), k)


def fit(archive: Archive, query: Query) -> float:
    """How well the best text says what is asked, 0 to 1, whatever its headline and its age."""
    vector = _vector_of_service(archive, query)
    with _CORES:
        sought = _sought(archive, query, vector)
        words = archive.lexical.search(sought.terms, query.filters, JUDGED, JUDGING.words)
        likeness = sought.similar(words.keys())
    return max((s + JUDGING.likeness * likeness.get(i, 0.0) for i, s in words.items()), default=0.0)


def _searched(sought: _Sought, k: int) -> Hits:
    found = _candidates(sought)
    ranked = sorted(found.rows.values(), key=lambda row: (-found.scores[row.id], row.id))
    carriers = Carriers(sought.archive.catalog, ranked, found.scores)
    best: dict[str, float] = {}
    for row in filter(carriers.stands, ranked):
        best.setdefault(row.article_id, found.scores[row.id])
        if len(best) >= max(ARTICLES, k):
            break
    return Hits(_shown(sought, best, carriers, k))


@dataclass(frozen=True)
class _Candidates:
    """Chunks by id, and what each makes of its article."""

    rows: Rows
    scores: Scores


@dataclass(frozen=True)
class _Sought:
    """A query made ready. `now`: the second from which age counts, if it does."""

    archive: Archive
    query: Query
    terms: Mapping[str, float]  # each with what it counts
    vector: Vectors
    now: int | None

    def similar(self, chunks: Collection[int]) -> Scores:
        return self.archive.catalog.similarities(self.vector, list(chunks))


def _sought(archive: Archive, query: Query, vector: Vectors | None) -> _Sought:
    if vector is None:
        vector = archive.embedder.question(query.text)
    terms = {
        term: CARRIED_SHARE if term in query.carried else 1.0
        for term in content_terms(query.text)
        if term not in STOP
    }
    return _Sought(archive, query, terms, vector, _moment(query))


def _vector_of_service(archive: Archive, query: Query) -> Vectors | None:
    return None if archive.embedder.name in LOCAL else archive.embedder.question(query.text)


def _moment(query: Query) -> int | None:
    """From when age counts: the as-of moment. Where none is given, nobody has said which counts."""
    return query.filters.upper if query.filters.as_of and query.recency != "none" else None


def _candidates(sought: _Sought) -> _Candidates:
    """Chunks that fit by their words or as a whole."""
    words, near = _by_words(sought), _nearest(sought)
    # What vectors alone find has none of the rarer words.
    return _judged(sought, dict.fromkeys(near, 0.0) | words, near)


def _judged(sought: _Sought, words: Scores, near: Scores) -> _Candidates:
    likeness = near | sought.similar(words.keys() - near.keys())
    rows = sought.archive.catalog.chunk_rows(list(words))
    fits = text_scores(rows, words, likeness, FINDING)
    now = sought.now
    if now is None and sought.query.recency == "strong":
        now = _newest(rows, fits if sought.terms else dict.fromkeys(fits, 0.0))
    scores = article_scores(rows, fits, now, sought.query.recency)
    return _Candidates(rows, scores)


def _newest(rows: Rows, fits: Scores) -> int | None:
    """When the newest of the reports that fit was published: "the latest on X" is theirs."""
    enough = ON_TOPIC * max(fits.values(), default=0.0)
    times = (row.published_at for i, row in rows.items() if fits[i] >= enough)
    return max((at for at in times if at is not None), default=None)


def _by_words(sought: _Sought) -> Scores:
    filters, now = sought.query.filters, sought.now
    index, terms = sought.archive.lexical, sought.terms
    if not terms:  # "What happened last week?": whatever is new
        return dict.fromkeys(index.latest(filters, CANDIDATES), 0.0)
    found = index.search(terms, filters, CANDIDATES, FINDING.words)
    if now is None or (filters.lower is not None and filters.lower >= now - RECENT):
        return found
    # The last days on their own: in a long archive old news would crowd them out.
    since = (_EPOCH + timedelta(seconds=max(now - RECENT, _FIRST))).isoformat()
    lately = replace(filters, since=since)
    return found | index.search(terms, lately, CANDIDATES_RECENT, FINDING.words)


def _nearest(sought: _Sought) -> Scores:
    """Similar chunks. Chroma's own filter takes 20 times as long as its search, so what is not
    admitted is dropped. Where hardly any is, the filter is narrow: then all that it admits are
    compared with the question, as long as they are not too many."""
    archive, filters = sought.archive, sought.query.filters
    if filters == Filters():
        return archive.vectors.search(sought.vector, CANDIDATES_NEAR)
    near = archive.vectors.search(sought.vector, WIDE_NEAR)
    kept = archive.lexical.rate(near, [], filters, FINDING.words)
    if len(kept) >= FEW_NEAR or (admitted := archive.lexical.admitted(filters, EXACT)) is None:
        return {i: likeness for i, likeness in near.items() if i in kept}
    similar = sought.similar(admitted)
    return dict(sorted(similar.items(), key=lambda item: -item[1])[:CANDIDATES_NEAR])


def _shown(
    sought: _Sought, best: Mapping[str, float], carriers: Carriers, k: int
) -> tuple[Passage, ...]:
    """Passages of the best articles: a chunk counts by its article and by itself."""
    catalog = sought.archive.catalog
    rows = {row.id: row for row in catalog.chunks_of(list(best))}
    within = Filters(articles=frozenset(best))
    index, likeness = sought.archive.lexical, sought.similar(rows.keys())
    words = index.search(sought.terms, within, max(1, len(rows)), SHOWING.words)
    fits = text_scores(rows, words, likeness, SHOWING)
    scores = {i: (best[row.article_id] + OWN * fits[i]) / MOST for i, row in rows.items()}
    ranked = sorted(rows.values(), key=lambda row: (-scores[row.id], row.id))
    articles = {stored.id: stored.article for stored in catalog.articles(list(best))}
    return tuple(
        Passage(
            row.article_id, articles[row.article_id], start, end, scores[row.id],
            carriers.also_in(row, sought.query.filters),
        )
        for row, (start, end) in spread(ranked, articles, k)
    )  # fmt: skip
