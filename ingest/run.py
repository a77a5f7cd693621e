"""The whole of ingesting: sources in, report out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest import sources
from ingest.archive import Archive
from ingest.article import Article, Failure, PassedOver
from ingest.embed import Embedder
from ingest.settings import load_settings


@dataclass(frozen=True)
class Report:
    """What an ingest did, and what the archive holds after it."""

    added: int
    updated: int
    unchanged: int
    duplicates: int
    failed: tuple[Failure, ...]
    passed_over: tuple[str, ...]
    articles: int
    chunks: int
    seconds: float

    def as_json(self) -> dict[str, object]:
        """The object that `dateline ingest --json` prints."""
        return {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "duplicates": self.duplicates,
            "failed": [{"source": f.source, "reason": f.reason} for f in self.failed],
            "articles": self.articles,
            "chunks": self.chunks,
            "seconds": round(self.seconds, 3),
        }


@dataclass
class Progress:
    """Where a run stands; handed to the progress callback after every article."""

    done: int = 0  # articles
    files: int = 0  # begun
    results: Counter[str] = field(default_factory=Counter)
    failed: list[Failure] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


def ingest(
    sources: Sequence[str | Path] | str | Path,
    archive: str | Path | Archive | None = None,
    *,
    progress: Callable[[Progress], None] | None = None,
    embedder: Embedder | None = None,
) -> Report:
    """Read, clean, chunk, embed and store the articles of `sources`.

    Args:
        sources: files or folders.
        archive: its folder (made when missing), or one that is open; default: the settings'.
        progress: called after every article.
        embedder: instead of the one that the settings name; only for an archive given by folder.

    Returns:
        A report; bad inputs are in its `failed` and stop nothing.

    Raises:
        DatelineError: the archive or the embedder cannot be used.
    """
    names = [sources] if isinstance(sources, (str, Path)) else list(sources)
    if isinstance(archive, Archive):
        return _ingest([str(name) for name in names], archive, progress)
    with Archive.open(load_settings(archive), create=True, embedder=embedder) as opened:
        return _ingest([str(name) for name in names], opened, progress)


def _ingest(
    names: Iterable[str], archive: Archive, progress: Callable[[Progress], None] | None
) -> Report:
    started = time.monotonic()
    state = Progress()
    for outcome in archive.add(_articles(names, state)):
        state.results[outcome.result] += 1
        state.done += 1
        if progress:
            progress(state)
    return _report(state, archive, time.monotonic() - started)


def _articles(names: Iterable[str], state: Progress) -> Iterator[Article]:
    """The readable articles; the rest goes into `state`."""
    last = ""
    for name in names:
        for item in sources.read(name):
            if item.source != last and not item.source.startswith(f"{last}:"):  # "file:7": a record
                last, state.files = item.source, state.files + 1
            if isinstance(item, Article):
                yield item
            elif isinstance(item, PassedOver):
                state.passed_over.append(item.source)
            else:
                state.failed.append(item)


def _report(state: Progress, archive: Archive, seconds: float) -> Report:
    articles, chunks = archive.catalog.counts()
    return Report(
        added=state.results["added"],
        updated=state.results["updated"],
        unchanged=state.results["unchanged"],
        duplicates=state.results["duplicate"],
        failed=tuple(state.failed),
        passed_over=tuple(state.passed_over),
        articles=articles,
        chunks=chunks,
        seconds=seconds,
    )
