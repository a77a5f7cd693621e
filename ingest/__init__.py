"""Ingest: news articles from wherever they are, cleaned and kept in an archive.

>>> from ingest import ingest
>>> report = ingest(["seeds/"], archive="my-archive")  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.archive.archive import Archive
    from ingest.article import Article, Failure
    from ingest.errors import DatelineError
    from ingest.run import Report, ingest

__all__ = ["Archive", "Article", "DatelineError", "Failure", "Report", "ingest"]

_HOMES = {
    "Archive": "ingest.archive.archive",
    "Article": "ingest.article",
    "DatelineError": "ingest.errors",
    "Failure": "ingest.article",
    "Report": "ingest.run",
    "ingest": "ingest.run",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: `import ingest` stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module 'ingest' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
