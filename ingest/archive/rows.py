"""Articles as catalog rows, and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ingest.archive.filters import outlet_key
from ingest.article import Article, Moment, sought_at

_MADE = ("authors", "published", "updated")  # the others are columns as they are
_PLAIN = tuple(field.name for field in fields(Article) if field.name not in _MADE)
_NAMES = ("id", "version", *_PLAIN, "authors", "published", "published_from",
          "updated", "updated_from")  # fmt: skip
COLUMNS = ", ".join(f"a.{name}" for name in _NAMES)


@dataclass(frozen=True)
class Stored:
    """An article of the archive."""

    id: str
    version: int
    article: Article


def record_of(article: Article) -> dict[str, object]:
    """The columns of an article, but for id, version and state."""
    record: dict[str, object] = {name: getattr(article, name) for name in _PLAIN}
    published, updated = article.published, article.updated
    return record | {
        "authors": json.dumps(article.authors, ensure_ascii=False),
        "published": published.iso if published else None,
        "published_from": published.origin if published else None,
        "updated": updated.iso if updated else None,
        "updated_from": updated.origin if updated else None,
        "published_at": sought_at(article.dated.iso) if article.dated else None,
        "changed_at": max((sought_at(m.iso) for m in (published, updated) if m), default=None),
        "publisher_key": outlet_key(article.publisher) if article.publisher else None,
        "agency_key": outlet_key(article.agency) if article.agency else None,
        "text_hash": article.text_hash,
        "content_hash": article.content_hash,
    }


def article_from_record(record: Mapping[str, Any]) -> Article:
    """The article of a row or of a kept version."""
    plain: dict[str, Any] = {name: record.get(name) for name in _PLAIN}  # old ones lack new fields
    return Article(
        **plain,
        authors=tuple(json.loads(record["authors"])),
        published=Moment.of(record["published"], record["published_from"]),
        updated=Moment.of(record["updated"], record["updated_from"]),
    )


def stored_from_row(row: sqlite3.Row) -> Stored:
    return Stored(row["id"], row["version"], article_from_record(dict(row)))
