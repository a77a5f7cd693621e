"""The word index (tantivy): derived from the catalog, rebuilt at will."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import tantivy

from ingest.filters import Filters

WRITER_BYTES = 64 * 1024 * 1024
HEADLINE_BOOST = 1.0  # chosen with benchmarks/searching.py; see docs/DECISIONS.md
MAX_TERMS = 64  # of a question; a longer one is a pasted text
TERM_LENGTH = 40
_ANALYZER = "news"


@dataclass(frozen=True)
class Entry:
    """What the index holds of a chunk."""

    chunk_id: int
    headline: str
    text: str
    published_at: int | None
    outlets: frozenset[str]
    changed_at: int | None = None


class LexicalIndex:
    """BM25 over headline and text, with time and outlet filters inside the index."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._index.register_tokenizer(_ANALYZER, _analyzer())
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
                writer.add_document(_document(entry))
            writer.commit()
            self._index.reload()

    def clear(self) -> None:
        """Drop every entry."""
        with self._lock:
            writer = self._open_writer()
            writer.delete_all_documents()
            writer.commit()
            self._index.reload()

    def search(self, terms: Sequence[str], filters: Filters, limit: int) -> dict[int, float]:
        """BM25 scores of the best `limit` chunks by chunk id; {} for no terms."""
        unique = list(dict.fromkeys(terms))[:MAX_TERMS]
        if not unique:
            return {}
        searcher = self._index.searcher()
        hits = searcher.search(self._query(unique, filters), limit, count=False).hits
        ids: list[Any] = searcher.fast_field_values("chunk", [address for _, address in hits])
        return {int(chunk): float(score) for chunk, (score, _) in zip(ids, hits, strict=True)}

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

    def _query(self, terms: Sequence[str], filters: Filters) -> Any:
        query = tantivy.Query
        should = [(tantivy.Occur.Should, self._term(term)) for term in terms]
        must = [(tantivy.Occur.Must, query.boolean_query(should))]
        must += [
            (tantivy.Occur.Must, query.const_score_query(clause, 0.0))
            for clause in self._clauses(filters)
        ]
        return query.boolean_query(must)

    def _term(self, term: str) -> Any:
        query = tantivy.Query
        headline = query.term_query(self._schema, "headline", term)
        body = query.term_query(self._schema, "body", term)
        boosted = query.boost_query(headline, HEADLINE_BOOST)
        return query.boolean_query([(tantivy.Occur.Should, boosted), (tantivy.Occur.Should, body)])

    def _clauses(self, filters: Filters) -> list[Any]:
        clauses = []
        if filters.timed:
            clauses.append(self._between("published", filters.lower, filters.upper))
        if filters.known_until is not None:
            clauses.append(self._between("changed", None, filters.known_until))
        if filters.publishers:
            outlets = sorted(filters.outlets)
            clauses.append(tantivy.Query.term_set_query(self._schema, "outlet", outlets))
        return clauses

    def _between(self, field: str, lower: int | None, upper: int | None) -> Any:
        return tantivy.Query.range_query(
            self._schema,
            field,
            tantivy.FieldType.Integer,
            lower,
            upper,
            include_upper=upper is None,
        )


def terms(text: str) -> list[str]:
    """The index's terms of `text`, in order: lower case, no accents, English stems.

    >>> terms("The ships' exercises")
    ['the', 'ship', 'exercis']
    """
    found: list[str] = _analyzer().analyze(text)
    return found


@lru_cache(maxsize=1)
def _analyzer() -> Any:
    filters = tantivy.Filter
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(filters.remove_long(TERM_LENGTH)).filter(filters.lowercase())
    return builder.filter(filters.ascii_fold()).filter(filters.stemmer("english")).build()


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    # Signed: tantivy-py turns an int into a signed term, and deleting by it misses unsigned fields.
    builder.add_integer_field("chunk", indexed=True, fast=True)
    builder.add_text_field("headline", tokenizer_name=_ANALYZER, index_option="position")
    builder.add_text_field("body", tokenizer_name=_ANALYZER, index_option="position")
    builder.add_integer_field("published", indexed=True, fast=True)
    builder.add_integer_field("changed", indexed=True, fast=True)
    builder.add_text_field("outlet", tokenizer_name="raw", index_option="basic")
    return builder.build()


def _document(entry: Entry) -> Any:
    document = tantivy.Document()
    document.add_integer("chunk", entry.chunk_id)
    document.add_text("headline", entry.headline)
    document.add_text("body", entry.text)
    if entry.published_at is not None:
        document.add_integer("published", entry.published_at)
    changed_at = entry.published_at if entry.changed_at is None else entry.changed_at
    if changed_at is not None:
        document.add_integer("changed", changed_at)
    for outlet in entry.outlets:
        document.add_text("outlet", outlet)
    return document
