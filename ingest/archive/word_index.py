"""The word index (tantivy): derived from the catalog, rebuilt at will. Only here is it imported.

How well words fit is a weighted sum of the fields' scores.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tantivy

from ingest.archive.filters import Filters, outlet_key
from ingest.text import letters

if TYPE_CHECKING:
    from ingest.archive.catalog import ChunkRow
    from ingest.article import Article

TERM_LENGTH = 40
ANALYZER = "news"


def terms(text: str) -> list[str]:
    """The index's terms of `text`, in order: lower case, no accents, English stems.

    >>> terms("The ships' exercises")
    ['the', 'ship', 'exercis']
    """
    found: list[str] = analyzer().analyze(text)
    return found


@lru_cache(maxsize=1)
def analyzer() -> Any:
    filters = tantivy.Filter
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(filters.remove_long(TERM_LENGTH)).filter(filters.lowercase())
    return builder.filter(filters.ascii_fold()).filter(filters.stemmer("english")).build()


def schema() -> Any:
    builder = tantivy.SchemaBuilder()
    # Signed: tantivy-py turns an int into a signed term, and deleting by it misses unsigned fields.
    builder.add_integer_field("chunk", indexed=True, fast=True)
    builder.add_text_field("headline", tokenizer_name=ANALYZER, index_option="position")
    builder.add_text_field("body", tokenizer_name=ANALYZER, index_option="position")
    builder.add_integer_field("published", indexed=True, fast=True)
    builder.add_integer_field("changed", indexed=True, fast=True)
    for name in ("outlet", "article", "kind", "author"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    return builder.build()


def document(schema: Any, row: ChunkRow, article: Article) -> Any:
    fields: dict[str, Any] = {
        "chunk": row.id,
        "headline": article.title,
        "body": article.text[row.start : row.end],
        "article": row.article_id,
        "kind": article.kind,
        "outlet": list(row.outlets),
        "author": list(map(letters, article.authors)),
    }
    if row.published_at is not None:
        fields["published"] = row.published_at
        # Undated articles have neither: what was last changed by a moment is then published by it.
        moments = (row.published_at, row.changed_at)
        fields["changed"] = max(moment for moment in moments if moment is not None)
    return tantivy.Document.from_dict(fields, schema)


SLOP = 3  # words that may stand between two neighbours in the headline
MOST = 2.2  # k1 + 1: what BM25 gives for a term at most, in its inverse frequencies (k1 = 1.2)


@dataclass(frozen=True)
class WordWeights:
    """What each part of a word score counts; a part is 0 to 1, of the most that it can be.

    coverage: the share of the question, by the rarity of its terms, that headline and chunk say.
    headline, body: BM25 of either field.
    order: neighbours in the question that are neighbours in the headline, too.
    """

    coverage: float = 0.0
    headline: float = 0.0
    body: float = 0.0
    order: float = 0.0


BM25 = WordWeights(headline=1.0, body=1.0)


def inverse_frequency(chunks: int, holding: int) -> float:
    """ln(1 + (N - n + .5) / (n + .5)), as BM25 has it (Robertson & Zaragoza 2009, and Lucene's 1 +
    inside, which keeps it above zero)."""
    return math.log(1 + (max(0, chunks - holding) + 0.5) / (holding + 0.5))


def any_of(queries: Sequence[Any]) -> Any:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def admitted(schema: Any, filters: Filters) -> list[tuple[Any, Any]]:
    """Clauses that keep what the filters admit; they add nothing to a score."""
    keep: list[Any] = []
    known = filters.known_until
    implied = known is not None and filters.lower is None and filters.upper == known
    if filters.timed and not implied:
        keep.append(_between(schema, "published", filters.lower, filters.upper))
    if known is not None:
        keep.append(_between(schema, "changed", None, known))
    wanted = (
        ("outlet", set(map(outlet_key, filters.publishers)) or None),
        ("kind", set(filters.kinds) or None),
        ("author", set(map(letters, filters.authors)) or None),
        ("article", filters.articles),
    )
    any_term = tantivy.Query.term_set_query
    keep += [any_term(schema, name, sorted(terms)) for name, terms in wanted if terms is not None]
    quiet = tantivy.Query.const_score_query
    clauses = [(tantivy.Occur.Must, quiet(query, 0.0)) for query in keep]
    if filters.without:
        left = any_term(schema, "outlet", sorted(set(map(outlet_key, filters.without))))
        clauses.append((tantivy.Occur.MustNot, quiet(left, 0.0)))
    return clauses


def _between(schema: Any, field: str, lower: int | None, upper: int | None) -> Any:
    return tantivy.Query.range_query(
        schema, field, tantivy.FieldType.Integer, lower, upper, include_upper=upper is None
    )


def _query(schema: Any, field: str, words: Sequence[str]) -> Any:
    if len(words) == 1:
        return tantivy.Query.term_query(schema, field, words[0])
    return tantivy.Query.phrase_query(schema, field, list(words))


WRITER_BYTES = 64 * 1024 * 1024
MAX_TERMS = 64  # of a question; a longer one is a pasted text
Terms = Sequence[str] | Mapping[str, float]  # the latter: how much of its rarity each counts


class LexicalIndex:
    """Words of headline and text; times, outlets, kinds and authors are filtered in the index. One
    thread writes at a time; any may search.

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

    def update(self, chunks: Iterable[tuple[ChunkRow, Article]], removed: Iterable[int]) -> None:
        """Write `chunks` over what is there and take `removed` out; durable when it returns."""
        writer = self._open_writer()
        for chunk_id in removed:
            writer.delete_documents_by_term("chunk", chunk_id)
        for row, article in chunks:
            writer.delete_documents_by_term("chunk", row.id)
            writer.add_document(document(self._schema, row, article))
        writer.commit()
        self._index.reload()

    def clear(self) -> None:
        self._open_writer().delete_all_documents()
        self.update([], [])

    def search(
        self, terms: Terms, filters: Filters, limit: int, weights: WordWeights
    ) -> dict[int, float]:
        """Scores of the best `limit` chunks by chunk id, best first; {} for no terms."""
        clauses = self._scored(terms, weights)
        if not clauses:
            return {}
        must = [(tantivy.Occur.Must, tantivy.Query.boolean_query(clauses))]
        return self._hits(_both(must, admitted(self._schema, filters)), limit)

    def among(self, chunk_ids: Iterable[int], filters: Filters) -> set[int]:
        """Those of these chunks that `filters` admit."""
        ids = sorted(chunk_ids)
        if not ids:
            return set()
        these = [(tantivy.Occur.Must, tantivy.Query.term_set_query(self._schema, "chunk", ids))]
        return set(self._hits(_both(these, admitted(self._schema, filters)), len(ids)))

    def admitted(self, filters: Filters, limit: int) -> list[int] | None:
        """Ids of the chunks that `filters` admit, or None when they are more than `limit`."""
        query = self._all(filters)
        found: Any = self._index.searcher().search(query, 1, count=True)  # the stub lacks its count
        return None if found.count > limit else list(self._hits(query, limit))

    def latest(self, filters: Filters, limit: int) -> list[int]:
        """Ids of the chunks that were published last among those that `filters` admit."""
        return list(self._hits(self._all(filters), limit, order_by_field="published"))

    def admits_any(self, filters: Filters) -> bool:
        return bool(self._hits(self._all(filters), 1))

    def with_phrase(self, terms: Sequence[str], limit: int) -> list[int]:
        """Ids of up to `limit` chunks with these terms side by side in text or headline."""
        if not terms:
            return []
        pieces = [_query(self._schema, name, terms[:MAX_TERMS]) for name in ("headline", "body")]
        return list(self._hits(any_of(pieces), limit))

    def frequency(self, term: str) -> int:
        return int(self._index.searcher().doc_freq("body", term))

    def knows(self, term: str) -> bool:
        """Whether the term stands in any text or headline."""
        searcher = self._index.searcher()
        return any(searcher.doc_freq(field, term) for field in ("body", "headline"))

    def like(self, term: str, distance: int, limit: int) -> list[int]:
        """Ids of up to `limit` chunks with a term at most `distance` letters from this one."""
        fuzzy = tantivy.Query.fuzzy_term_query
        fields = ("body", "headline")
        query = any_of([fuzzy(self._schema, field, term, distance=distance) for field in fields])
        return list(self._hits(query, limit))

    def count(self) -> int:
        return int(self._index.searcher().num_docs)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def _open_writer(self) -> Any:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=WRITER_BYTES, num_threads=1)
        return self._writer

    def _scored(self, terms: Terms, weights: WordWeights) -> list[tuple[Any, Any]]:
        """Clauses of which any may match; the sum of those that do is the score."""
        searcher = self._index.searcher()
        shares = terms if isinstance(terms, Mapping) else dict.fromkeys(terms, 1.0)
        unique, chunks = list(shares)[:MAX_TERMS], int(searcher.num_docs)
        texts, headlines = (  # how rare each term is in either
            {
                term: shares[term] * inverse_frequency(chunks, int(searcher.doc_freq(field, term)))
                for term in unique
            }
            for field in ("body", "headline")
        )
        total = sum(texts.values()) or 1.0
        rarest = [max(texts[term], headlines[term]) for term in unique]
        # What BM25 of either field can give at most, and what all neighbours can: a pair is as rare
        # as both together.
        most = MOST * sum(rarest) or 1.0
        most_of_pairs = MOST * sum(one + other for one, other in pairwise(rarest)) or 1.0
        made: list[Any] = []
        for term in unique:
            fields = {name: _query(self._schema, name, [term]) for name in ("headline", "body")}
            if weights.coverage:
                said, share = any_of(list(fields.values())), weights.coverage * texts[term] / total
                made.append(tantivy.Query.const_score_query(said, share))
            for name, weight in (("headline", weights.headline), ("body", weights.body)):
                if weight:
                    made.append(tantivy.Query.boost_query(fields[name], weight / most))
        for pair in pairwise(unique if weights.order else ()):
            near = tantivy.Query.phrase_query(self._schema, "headline", list(pair), slop=SLOP)
            made.append(tantivy.Query.boost_query(near, weights.order / most_of_pairs))
        return [(tantivy.Occur.Should, query) for query in made]

    def _all(self, filters: Filters) -> Any:
        if filters.empty:
            return tantivy.Query.empty_query()
        every = tantivy.Query.const_score_query(tantivy.Query.all_query(), 0.0)
        return _both([(tantivy.Occur.Must, every)], admitted(self._schema, filters))

    def _hits(self, query: Any, limit: int, **order: Any) -> dict[int, float]:
        """Scores by chunk id, or what the hits are in order of: 0 where a chunk has none."""
        searcher = self._index.searcher()
        hits = searcher.search(query, limit, count=False, **order).hits
        ids: list[Any] = searcher.fast_field_values("chunk", [address for _, address in hits])
        return {int(chunk): float(score or 0) for chunk, (score, _) in zip(ids, hits, strict=True)}


def _both(*clauses: Sequence[tuple[Any, Any]]) -> Any:
    return tantivy.Query.boolean_query([clause for part in clauses for clause in part])
