"""Archives that tests may change, copies of one that is kept as it is; and parts of one."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.archive.catalog import ChunkRow
from ingest.archive.filters import outlet_key
from ingest.archive.owner import ADDRESS
from ingest.article import Article


def copied(archive: Path, to: Path) -> Path:
    """A copy that no process owns; where it lies."""
    ignore = shutil.ignore_patterns("lock", "owner.json", ADDRESS)
    return Path(shutil.copytree(archive, to, ignore=ignore))


def chunk(
    number: int,
    text: str = "Ships.",
    headline: str = "News",
    at: int | None = 0,
    outlets: Sequence[str] = (),
    changed: int | None = None,
    **fields: Any,
) -> tuple[ChunkRow, Article]:
    """A chunk that is a whole article, as the word index takes it."""
    publisher, agency = (*map(outlet_key, outlets), None, None)[:2]
    row = ChunkRow(
        number, fields.pop("article_id", ""), 0, len(text), at, publisher, agency, changed
    )
    return row, Article("key", "source", headline, text, **fields)
