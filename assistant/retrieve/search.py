"""Question to ranked passages: articles are found by their best chunks, then passages are chosen
among all chunks of the best articles.

A passage is chunks that run on to a length worth quoting from. One article stands for a group of
wire copies and names the others.
"""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from assistant.question.scope import Finding
from assistant.results import Passage
from assistant.retrieve.ranking import (
    CARRIED_SHARE,
    FINDING,
    MOST,
    OWN,
    SHOWING,
    Recency,
    Scores,
    article_scores,
    nearness,
    text_scores,
)
from assistant.words import STOP, content_terms
from ingest.archive.archive import Archive
from ingest.archive.catalog import ChunkRow
from ingest.archive.copies import head
from ingest.archive.embedding import LOCAL, Vectors
from ingest.archive.filters import Filters, outlet_key
from ingest.article import Article
from ingest.sentences import sentences

PER_ARTICLE = 2  # passages
WORDS = 160  # that a passage runs on to where its article does
_FAR = 2_400  # characters that so many words and one more sentence have at most, as a rule
Span = tuple[int, int]


def spread(
    rows: Iterable[ChunkRow], texts: Mapping[str, Article], k: int
) -> list[tuple[ChunkRow, Span]]:
    """The first `k` of these rows as stretches of text, at most two of an article; what a
    stretch before it holds already is not shown again."""
    taken: dict[str, list[Span]] = defaultdict(list)
    chosen: list[tuple[ChunkRow, Span]] = []
    for row in rows:
        spans = taken[row.article_id]
        if len(chosen) >= k:
            break
        if row.article_id not in texts or len(spans) >= PER_ARTICLE:
            continue
        text = texts[row.article_id].text
        # Where the chunk begins to say what the stretches before it have not said.
        held = (right for left, right in spans if left <= row.start < right)
        start = max(held, default=row.start)
        start += len(text[start:]) - len(text[start:].lstrip())
        if start >= row.end:
            continue
        limit = min((left for left, _ in spans if left >= start), default=None)
        spans.append(stretch(text, start, row.end, limit))
        chosen.append((row, spans[-1]))
    return chosen


def stretch(text: str, start: int, end: int, limit: int | None = None) -> Span:
    """The chunk with the sentences after it, up to 160 words; never past `limit`, where another
    passage begins."""
    base, room = end, WORDS - len(text[start:end].split())
    limit = len(text) if limit is None else limit
    near = text[base : min(limit, base + _FAR)]
    spans = sentences(near)
    if base + len(near) < limit:
        spans = spans[:-1]  # it may be cut
    for left, right in spans:
        room -= len(text[base + left : base + right].split())
        if room < 0:
            break
        end = base + right
    return start, end


NEAR = 0.05  # of a score; two copies are .08 apart at the median, for their headlines


class Carriers:
    """The groups among one search's rows. Groups are looked up when a row of theirs is taken."""

    def __init__(
        self, archive: Archive, ranked: Sequence[ChunkRow], scores: Mapping[int, float]
    ) -> None:
        self._archive = archive
        self._of, self._chosen = cache(archive.catalog.members), cache(self._choose)
        self._best: dict[str, dict[str, float]] = {}  # story → article → score of its best row
        for row in ranked:
            if row.story:
                self._best.setdefault(row.story, {}).setdefault(row.article_id, scores[row.id])

    def stands(self, row: ChunkRow) -> bool:
        """Whether a row's article is the one of its group that is shown."""
        return row.story is None or self._chosen(row.story) == row.article_id

    def also_in(self, row: ChunkRow, filters: Filters) -> tuple[str, ...]:
        """Who else carries the row's article and is admitted, in order of publication."""
        if row.story is None:
            return ()
        members = [(each, outlet_key(each.publisher or "")) for each in self._of(row.story)]
        own = {key for member, key in members if member.article_id == row.article_id}
        theirs = self._archive.catalog.chunks_of([member.article_id for member, _ in members])
        within = replace(filters, authors=(), kinds=(), articles=None)
        among = self._archive.lexical.among([each.id for each in theirs], within)
        admitted = {each.article_id for each in theirs if each.id in among}
        names: dict[str, str] = {}
        for member, key in members:
            if member.publisher and member.article_id in admitted and key not in own:
                names.setdefault(key, member.publisher)
        return tuple(names.values())

    def _choose(self, story: str) -> str:
        """The head of those found where it scores about as well as the best, else the best."""
        scores = self._best[story]
        best = next(iter(scores))
        found = [each for each in self._of(story) if each.article_id in scores]
        first = head(found).article_id if found else best  # dissolved since: nothing to prefer
        return first if scores[first] >= scores[best] - NEAR else best


CANDIDATES = 120  # by words
CANDIDATES_WISHED = 60  # by words, of what the question prefers
CANDIDATES_NEAR = 60  # by vectors
WIDE_NEAR = 150  # vectors asked for where a wide filter drops some of them
FEW_NEAR = 15  # where filters leave fewer of them, they are narrow
EXACT = 5_000  # where narrow filters leave no more chunks, all of their vectors are compared
ON_TOPIC = 0.7  # of the best fit that a chunk must have to be the latest on what is asked
ARTICLES = 20  # of which all chunks compete; more where more passages are asked for

# More searches at once than cores only wait for one another (figures in docs/DECISIONS.md). Waiting
# for a service stays outside.
_CORES = threading.BoundedSemaphore(os.cpu_count() or 1)

Rows = Mapping[int, ChunkRow]


@dataclass(frozen=True)
class Narrowed:
    """Where a question is searched. `kept`: what of its scope is in force; `relaxed`: what would
    have left nothing; `wishes`: filters whose articles are preferred and not required."""

    filters: Filters
    kept: tuple[Finding, ...] = ()
    relaxed: tuple[Finding, ...] = ()
    recency: Recency = "mild"
    wishes: tuple[Filters, ...] = ()


def search(
    archive: Archive, text: str, where: Narrowed, k: int = 10, lesser: Collection[str] = ()
) -> tuple[Passage, ...]:
    """The `k` best passages that the filters admit, at most two of an article and of one copy
    only of a report that several publishers carry.

    Args:
        lesser: terms that count less than others.

    Raises:
        EmbedderError: the embedder's service failed.
        ArchiveError: the vector index cannot be opened.
    """
    ask = archive.embedder.question
    vector = None if archive.embedder.name in LOCAL else ask(text)
    terms = {
        term: CARRIED_SHARE if term in lesser else 1.0
        for term in content_terms(text)
        if term not in STOP
    }
    # From when age counts. Where no as-of moment is given, nobody has said which does.
    now = where.filters.upper if where.filters.as_of and where.recency != "none" else None
    with _CORES:
        vector = ask(text) if vector is None else vector
        sought = _Sought(archive, where, terms, vector)
        near = _nearest(sought)
        # What vectors alone find has none of the rarer words.
        words = dict.fromkeys(near, 0.0) | _by_words(sought)
        likeness = near | sought.similar(words.keys() - near.keys())
        rows = archive.catalog.chunk_rows(list(words))
        fits = text_scores(rows, words, likeness, FINDING)
        if now is None and where.recency == "strong":
            # "The latest on X" is in the newest of the reports that fit.
            enough = ON_TOPIC * max(fits.values(), default=0.0) if terms else 0.0
            times = (row.published_at for i, row in rows.items() if fits[i] >= enough)
            now = max((at for at in times if at is not None), default=None)
        wished = _wished(sought, {i: row for i, row in rows.items() if words[i] > 0})
        scores = article_scores(rows, fits, now, where.recency, wished)
        ranked = sorted(rows.values(), key=lambda row: (-scores[row.id], row.id))
        carriers = Carriers(archive, ranked, scores)
        best: dict[str, float] = {}
        for row in filter(carriers.stands, ranked):
            best.setdefault(row.article_id, scores[row.id])
            if len(best) >= max(ARTICLES, k):
                break
        return _shown(sought, best, carriers, k)


@dataclass(frozen=True)
class _Sought:
    """What is searched for, and where."""

    archive: Archive
    where: Narrowed
    terms: Mapping[str, float]  # each with what it counts
    vector: Vectors

    def similar(self, chunks: Collection[int]) -> Scores:
        return self.archive.catalog.similarities(self.vector, list(chunks))


def _wished(sought: _Sought, rows: Rows) -> Scores:
    """How far each chunk's article is what the question prefers, 0 to 1: the mean of its wishes.
    `rows`: of chunks that say a word of it; other news of that day answers nothing."""
    met, strict = dict.fromkeys(rows, 0.0), sought.where.filters
    for wish in sought.where.wishes:
        admitted = sought.archive.lexical.among(rows, wish)
        timed = (wish.since, wish.until) != (strict.since, strict.until)
        for i, row in rows.items():
            near = nearness(row.published_at, wish.lower, wish.upper) if timed else i in admitted
            met[i] += near / len(sought.where.wishes)
    return met


def _by_words(sought: _Sought) -> Scores:
    filters = sought.where.filters
    index, terms = sought.archive.lexical, sought.terms
    if not terms:  # "What happened last week?": whatever is new
        return dict.fromkeys(index.latest(filters, CANDIDATES), 0.0)
    found = index.search(terms, filters, CANDIDATES, FINDING.words)
    for wish in sought.where.wishes:
        found |= index.search(terms, wish, CANDIDATES_WISHED, FINDING.words)
    return found


def _nearest(sought: _Sought) -> Scores:
    """Similar chunks. Chroma's own filter takes 20 times as long as its search, so what is not
    admitted is dropped. Where hardly any is, the filter is narrow: then all that it admits are
    compared with the question, as long as they are not too many."""
    archive, filters = sought.archive, sought.where.filters
    if filters == Filters():
        return archive.vectors.search(sought.vector, CANDIDATES_NEAR)
    near = archive.vectors.search(sought.vector, WIDE_NEAR)
    kept = archive.lexical.among(near, filters)
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
    filters = sought.where.filters
    articles = {stored.id: stored.article for stored in catalog.articles(list(best))}
    # An article may have been removed since its chunks were looked up.
    there = (row for row in rows.values() if row.article_id in articles)
    known = (row for row in there if filters.knows(articles[row.article_id]))
    ranked = sorted(known, key=lambda row: (-scores[row.id], row.id))
    return tuple(
        Passage(
            row.article_id, articles[row.article_id], start, end, scores[row.id],
            carriers.also_in(row, filters),
        )
        for row, (start, end) in spread(ranked, articles, k)
    )  # fmt: skip
