"""What the word index holds of a chunk, and how text becomes its terms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tantivy

TERM_LENGTH = 40
ANALYZER = "news"


@dataclass(frozen=True)
class Entry:
    """What the index holds of a chunk."""

    chunk_id: int
    headline: str
    text: str
    published_at: int | None
    outlets: frozenset[str]
    changed_at: int | None = None
    article_id: str = ""
    kind: str = "news"
    authors: frozenset[str] = frozenset()  # keys, as `ingest.text.letters` makes them


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


def document(entry: Entry) -> Any:
    made = tantivy.Document()
    made.add_integer("chunk", entry.chunk_id)
    made.add_text("headline", entry.headline)
    made.add_text("body", entry.text)
    made.add_text("article", entry.article_id)
    made.add_text("kind", entry.kind)
    if entry.published_at is not None:
        changed_at = entry.published_at if entry.changed_at is None else entry.changed_at
        made.add_integer("published", entry.published_at)
        # Undated articles have neither: what was last changed by a moment is then published by it.
        made.add_integer("changed", max(changed_at, entry.published_at))
    for name, keys in (("outlet", entry.outlets), ("author", entry.authors)):
        for key in keys:
            made.add_text(name, key)
    return made
