"""The word index on disk: written, searched, rated."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tantivy

from ingest.filters import Filters
from ingest.lexical.schema import ANALYZER, Entry, analyzer, document, schema
from ingest.lexical.scoring import (
    Rarity,
    WordWeights,
    admitted,
    inverse_frequency,
    phrase,
    scored,
)

WRITER_BYTES = 64 * 1024 * 1024
MAX_TERMS = 64  # of a question; a longer one is a pasted text


Terms = Sequence[str] | Mapping[str, float]  # the latter: how much of its rarity each counts


class LexicalIndex:
    """Words of headline and text; times, outlets, kinds and authors are filtered in the index.

    Raises:
        ValueError: the folder holds no index, or one of another version.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._schema = schema()
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._index.register_tokenizer(ANALYZER, analyzer())
        # By itself tantivy's reader also follows commits from a thread, which may come late and put
        # an older state over the one that `update` has loaded.
        self._index.config_reader("manual")
        self._writer: Any = None
        self._lock = threading.Lock()

    def update(self, entries: Iterable[Entry], removed: Iterable[int]) -> None:
        """Write `entries` over what is there and take `removed` out; durable when it returns."""
        with self._lock:
            writer = self._open_writer()
            for chunk_id in removed:
                writer.delete_documents_by_term("chunk", chunk_id)
            for entry in entries:
                writer.delete_documents_by_term("chunk", entry.chunk_id)
                writer.add_document(document(entry))
            writer.commit()
            self._index.reload()

    def clear(self) -> None:
        """Drop every entry."""
        with self._lock:
            writer = self._open_writer()
            writer.delete_all_documents()
            writer.commit()
            self._index.reload()

    def search(
        self, terms: Terms, filters: Filters, limit: int, weights: WordWeights
    ) -> dict[int, float]:
        """Scores of the best `limit` chunks by chunk id, best first; {} for no terms."""
        searcher = self._index.searcher()
        clauses = scored(self._schema, self._rarity(searcher, terms), weights)
        if not clauses:
            return {}
        must = [(tantivy.Occur.Must, tantivy.Query.boolean_query(clauses))]
        return _hits(searcher, _both(must, admitted(self._schema, filters)), limit)

    def rate(
        self, chunk_ids: Iterable[int], terms: Terms, filters: Filters, weights: WordWeights
    ) -> dict[int, float]:
        """Scores of these chunks, as `search` gives them, but for those that are not admitted."""
        ids = sorted(chunk_ids)
        if not ids:
            return {}
        searcher = self._index.searcher()
        these = tantivy.Query.term_set_query(self._schema, "chunk", ids)
        must = [(tantivy.Occur.Must, tantivy.Query.const_score_query(these, 0.0))]
        clauses = scored(self._schema, self._rarity(searcher, terms), weights)
        query = _both(must, clauses, admitted(self._schema, filters))
        return _hits(searcher, query, len(ids))

    def admitted(self, filters: Filters, limit: int) -> list[int] | None:
        """Ids of the chunks that `filters` admit, or None when they are more than `limit`."""
        searcher = self._index.searcher()
        query = self._all(filters)
        found: Any = searcher.search(query, 1, count=True)  # the package's stub lacks its count
        if found.count > limit:
            return None
        return list(_hits(searcher, query, limit))

    def latest(self, filters: Filters, limit: int) -> list[int]:
        """Ids of the chunks that were published last among those that `filters` admit."""
        if filters.empty:
            return []
        searcher = self._index.searcher()
        found = searcher.search(
            self._all(filters), limit, count=False, order_by_field="published"
        ).hits
        ids: list[Any] = searcher.fast_field_values("chunk", [address for _, address in found])
        return [int(i) for i in ids]

    def admits_any(self, filters: Filters) -> bool:
        """Whether anything is left."""
        if filters.empty:
            return False
        return bool(self._index.searcher().search(self._all(filters), 1, count=False).hits)

    def with_phrase(self, terms: Sequence[str], limit: int) -> list[int]:
        """Ids of up to `limit` chunks with these terms side by side in text or headline."""
        if not terms:
            return []
        query = phrase(self._schema, terms[:MAX_TERMS])
        return list(_hits(self._index.searcher(), query, limit))

    def frequency(self, term: str) -> int:
        """In how many chunks the term stands."""
        return int(self._index.searcher().doc_freq("body", term))

    def count(self) -> int:
        return int(self._index.searcher().num_docs)

    def holds(self, chunk_id: int) -> bool:
        """Whether that chunk can be found."""
        query = tantivy.Query.term_query(self._schema, "chunk", chunk_id)
        return bool(self._index.searcher().search(query, 1).hits)

    def close(self) -> None:
        with self._lock:
            if self._writer is not None:
                self._writer.wait_merging_threads()
                self._writer = None

    def _open_writer(self) -> Any:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=WRITER_BYTES, num_threads=1)
        return self._writer

    def _rarity(self, searcher: Any, terms: Terms) -> Rarity:
        shares = terms if isinstance(terms, Mapping) else dict.fromkeys(terms, 1.0)
        unique, chunks = list(shares)[:MAX_TERMS], int(searcher.num_docs)
        texts, headlines = (
            {
                term: shares[term] * inverse_frequency(chunks, int(searcher.doc_freq(field, term)))
                for term in unique
            }
            for field in ("body", "headline")
        )
        return Rarity(texts, headlines)

    def _all(self, filters: Filters) -> Any:
        clauses = admitted(self._schema, filters)
        if any(occur == tantivy.Occur.Must for occur, _ in clauses):
            return _both(clauses)
        every = tantivy.Query.const_score_query(tantivy.Query.all_query(), 0.0)
        return _both([(tantivy.Occur.Must, every)], clauses)


def _both(*clauses: Sequence[tuple[Any, Any]]) -> Any:
    return tantivy.Query.boolean_query([clause for part in clauses for clause in part])


def _hits(searcher: Any, query: Any, limit: int) -> dict[int, float]:
    hits = searcher.search(query, limit, count=False).hits
    ids: list[Any] = searcher.fast_field_values("chunk", [address for _, address in hits])
    return {int(chunk): float(score) for chunk, (score, _) in zip(ids, hits, strict=True)}
