"""Does search find the article that holds the answer? Beside its own parts as peers."""

from __future__ import annotations

import gzip
import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from assistant.search import search
from assistant.words import content_terms
from ingest.archive import Archive
from ingest.article import normal_url
from ingest.filters import Filters, make_filters

Ranked = Callable[[Archive, str, Filters], list[int]]
DEPTH = 30
RRF = 60  # Cormack et al., SIGIR 2009


def read_questions(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def table(archive: Archive, questions: Sequence[dict[str, Any]]) -> Table:
    """Rank of the gold article, as of each question's date."""
    gold = [question for question in questions if question["gold_urls"]]
    shown = Table(title=f"Search: {len(gold)} questions with a gold article", title_justify="left")
    for name in ("method", "MRR", "hit@1", "hit@5", "hit@10", "p50 ms", "p95 ms"):
        shown.add_column(name, justify="left" if name == "method" else "right")
    methods: dict[str, Ranked] = {
        "Dateline": _ours,
        "BM25 alone (tantivy)": _words,
        "static vectors alone (Chroma)": _vectors,
        "plain RRF of both": _rrf,
    }
    for name, method in methods.items():
        method(archive, "warm up", Filters())
        shown.add_row(name, *_measure(archive, gold, method))
    shown.add_row("Dateline without as-of", *_measure(archive, gold, _ours, as_of=False))
    return shown


def _measure(
    archive: Archive, gold: Sequence[dict[str, Any]], method: Ranked, as_of: bool = True
) -> list[str]:
    ranks, times = [], []
    for question in gold:
        filters = make_filters(as_of=question["date"] if as_of else None)
        started = time.perf_counter()
        chunks = method(archive, question["question"], filters)
        times.append((time.perf_counter() - started) * 1000)
        ranks.append(_rank(archive, chunks, {normal_url(url) for url in question["gold_urls"]}))
    mrr = statistics.mean(1 / rank if rank else 0.0 for rank in ranks)
    hits = (sum(0 < rank <= depth for rank in ranks) / len(ranks) for depth in (1, 5, 10))
    p95 = sorted(times)[int(len(times) * 0.95)]
    return [f"{value:.3f}" for value in (mrr, *hits)] + [
        f"{statistics.median(times):.1f}", f"{p95:.1f}",
    ]  # fmt: skip


def _rank(archive: Archive, chunks: Sequence[int], gold: set[str]) -> int:
    """The place of the first gold article among the articles, from 1; 0 when it is not there."""
    rows = archive.catalog.chunk_rows(chunks)
    ids = list(dict.fromkeys(rows[chunk].article_id for chunk in chunks if chunk in rows))
    urls = {
        stored.id: normal_url(stored.article.url or "") for stored in archive.catalog.articles(ids)
    }
    return next((place for place, i in enumerate(ids, start=1) if urls[i] in gold), 0)


def _ours(archive: Archive, question: str, filters: Filters) -> list[int]:
    passages = search(archive, question, filters, DEPTH).passages
    rows = archive.catalog.chunks_of(list({passage.article_id for passage in passages}))
    ids = {(row.article_id, row.start): row.id for row in rows}
    return [ids[passage.article_id, passage.start] for passage in passages]


def _words(archive: Archive, question: str, filters: Filters) -> list[int]:
    return list(archive.lexical.search(content_terms(question), filters, 3 * DEPTH))


def _vectors(archive: Archive, question: str, filters: Filters) -> list[int]:
    found = archive.vectors.search(archive.embedder.question(question), 10 * DEPTH)
    rows = archive.catalog.chunk_rows(list(found))
    return [i for i in found if filters.admits(rows[i].published_at, rows[i].outlets)][: 3 * DEPTH]


def _rrf(archive: Archive, question: str, filters: Filters) -> list[int]:
    scores: dict[int, float] = {}
    for ranking in (_words(archive, question, filters), _vectors(archive, question, filters)):
        for place, chunk in enumerate(ranking):
            scores[chunk] = scores.get(chunk, 0.0) + 1 / (RRF + place + 1)
    return sorted(scores, key=lambda chunk: -scores[chunk])
