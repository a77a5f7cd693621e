"""How fast articles come in, beside the stock pipeline: same chunks, Chroma with documents."""

from __future__ import annotations

import itertools
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rich.table import Table

from ingest.archive.archive import Archive
from ingest.archive.embedding import StaticEmbedder
from ingest.article import Article
from ingest.run import ingest
from ingest.sentences import split
from ingest.settings import load_settings
from ingest.sources.files import SourceFile
from ingest.sources.readers import files, read_file

PEER_ARTICLES = 1_000


def table(source: Path, archive: Path) -> Table:
    """First run, second run, and the ratio to the peer on the first thousand articles."""
    shown = Table(title=f"Ingest {source.name}", title_justify="left")
    for name in ("run", "articles", "chunks", "failed", "seconds", "chunks/s"):
        shown.add_column(name, justify="left" if name == "run" else "right")
    for run in ("first run", "second run"):
        report = ingest([source], archive=archive)
        done = report.chunks if report.added else 0
        shown.add_row(
            run, f"{report.added:,} added", f"{report.chunks:,}", f"{len(report.failed)}",
            f"{report.seconds:.1f}", f"{done / report.seconds:,.0f}",
        )  # fmt: skip
    ours, theirs = _ours(source), _stock(source)
    shown.add_row(f"first {PEER_ARTICLES:,}, ours", "", "", "", "", f"{ours:,.0f}")
    shown.add_row("  stock Chroma, documents and metadata", "", "", "", "", f"{theirs:,.0f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shown.caption = f"ours / stock = {ours / theirs:.2f}; peak memory {peak:,.0f} MB"
    return shown


def _articles(source: Path) -> Iterator[Article]:
    found = (file for file in files(str(source)) if isinstance(file, SourceFile))
    items = itertools.chain.from_iterable(map(read_file, found))
    articles = (item for item in items if isinstance(item, Article))
    return itertools.islice(articles, PEER_ARTICLES)


def _ours(source: Path) -> float:
    """Chunks a second, catalog and word index and all."""
    articles = list(_articles(source))
    with (
        tempfile.TemporaryDirectory() as folder,
        Archive.open(
            load_settings(folder + "/a"), create=True, embedder=StaticEmbedder()
        ) as archive,
    ):
        started = time.monotonic()
        for _ in archive.add(articles):
            pass
        return archive.catalog.counts()[1] / (time.monotonic() - started)


def _stock(source: Path) -> float:
    """Chunks a second of Chroma alone, given texts and metadata as the usual tutorial does."""
    import chromadb

    embedder = StaticEmbedder()
    articles = list(_articles(source))
    done = 0
    with tempfile.TemporaryDirectory() as folder:
        client = chromadb.PersistentClient(folder)
        collection = client.create_collection("stock", embedding_function=None)
        started = time.monotonic()
        for number, article in enumerate(articles):
            texts = [article.text[start:end] for start, end in split(article.text)]
            collection.upsert(
                ids=[f"{number}-{i}" for i in range(len(texts))],
                documents=texts,
                embeddings=embedder.passages(texts),
                metadatas=[{"title": article.title, "url": article.url or ""}] * len(texts),
            )
            done += len(texts)
        return done / (time.monotonic() - started)
