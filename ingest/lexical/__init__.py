"""The word index (tantivy): derived from the catalog, rebuilt at will. Only here is it imported."""

from ingest.lexical.index import LexicalIndex
from ingest.lexical.schema import Entry, terms
from ingest.lexical.scoring import BM25, WordWeights

__all__ = ["BM25", "Entry", "LexicalIndex", "WordWeights", "terms"]
