"""How well words fit: a question's terms as a tantivy query whose score is a weighted sum."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import tantivy

from ingest.filters import Filters

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


@dataclass(frozen=True)
class Rarity:
    """Inverse frequencies of a question's terms in texts and in headlines."""

    texts: Mapping[str, float]
    headlines: Mapping[str, float]

    @property
    def total(self) -> float:
        return sum(self.texts.values()) or 1.0

    @property
    def most(self) -> float:
        """What BM25 of either field can give at most."""
        return MOST * sum(self._rarest()) or 1.0

    @property
    def most_of_pairs(self) -> float:
        """What all neighbours can give at most: a pair is as rare as both together."""
        return MOST * sum(one + other for one, other in pairwise(self._rarest())) or 1.0

    def _rarest(self) -> list[float]:
        return [max(rare, self.headlines[term]) for term, rare in self.texts.items()]


def inverse_frequency(chunks: int, holding: int) -> float:
    """ln(1 + (N - n + .5) / (n + .5)), as BM25 has it (Robertson & Zaragoza 2009, and Lucene's 1 +
    inside, which keeps it above zero)."""
    return math.log(1 + (max(0, chunks - holding) + 0.5) / (holding + 0.5))


def scored(schema: Any, rarity: Rarity, weights: WordWeights) -> list[tuple[Any, Any]]:
    """Clauses of which any may match; the sum of those that do is the score."""
    most = rarity.most
    made: list[Any] = []
    for term, rare in rarity.texts.items():
        fields = {name: _query(schema, name, [term]) for name in ("headline", "body")}
        if weights.coverage:
            share = weights.coverage * rare / rarity.total
            made.append(tantivy.Query.const_score_query(any_of(list(fields.values())), share))
        for name, weight in (("headline", weights.headline), ("body", weights.body)):
            if weight:
                made.append(tantivy.Query.boost_query(fields[name], weight / most))
    made += _in_order(schema, list(rarity.texts), weights.order / rarity.most_of_pairs)
    return [(tantivy.Occur.Should, query) for query in made]


def _in_order(schema: Any, terms: Sequence[str], weight: float) -> Iterator[Any]:
    if weight:
        for pair in pairwise(terms):
            phrase = tantivy.Query.phrase_query(schema, "headline", list(pair), slop=SLOP)
            yield tantivy.Query.boost_query(phrase, weight)


def phrase(schema: Any, words: Sequence[str]) -> Any:
    """Chunks that hold these terms one after the other, or whose headline does."""
    return any_of([_query(schema, field, words) for field in ("headline", "body")])


def any_of(queries: Sequence[Any]) -> Any:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def admitted(schema: Any, filters: Filters) -> list[tuple[Any, Any]]:
    """Clauses that keep what the filters admit; they add nothing to a score."""
    keep = [(tantivy.Occur.Must, query) for query in _kept(schema, filters)]
    drop = [(tantivy.Occur.MustNot, query) for query in _dropped(schema, filters)]
    quiet = tantivy.Query.const_score_query
    return [(occur, quiet(query, 0.0)) for occur, query in keep + drop]


def _kept(schema: Any, filters: Filters) -> Iterator[Any]:
    known = filters.known_until
    implied = known is not None and filters.lower is None and filters.upper == known
    if filters.timed and not implied:
        yield _between(schema, "published", filters.lower, filters.upper)
    if known is not None:
        yield _between(schema, "changed", None, known)
    wanted = (
        ("outlet", filters.outlets),
        ("kind", frozenset(filters.kinds)),
        ("author", filters.author_keys),
        ("article", filters.articles),
    )
    for field, values in wanted:
        if values or (values is not None and field == "article"):
            yield tantivy.Query.term_set_query(schema, field, sorted(values))


def _dropped(schema: Any, filters: Filters) -> Iterator[Any]:
    if filters.left_outlets:
        yield tantivy.Query.term_set_query(schema, "outlet", sorted(filters.left_outlets))


def _between(schema: Any, field: str, lower: int | None, upper: int | None) -> Any:
    return tantivy.Query.range_query(
        schema, field, tantivy.FieldType.Integer, lower, upper, include_upper=upper is None
    )


def _query(schema: Any, field: str, words: Sequence[str]) -> Any:
    if len(words) == 1:
        return tantivy.Query.term_query(schema, field, words[0])
    return tantivy.Query.phrase_query(schema, field, list(words))
