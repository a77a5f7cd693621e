"""Questions that need several reports: are all of them found?

The evidence of MultiHop-RAG, a few sentences of each article, makes an archive of small articles;
the whole articles are not among the data.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Sequence
from typing import Any

from rich.table import Table

from assistant.answer import Assistant
from assistant.words import content_terms
from benchmarks.questions import ASKED, Questions
from ingest.archive.archive import Archive
from ingest.archive.filters import Filters
from ingest.archive.word_index import BM25
from ingest.article import Article, Moment, normal_url
from ingest.settings import load_settings

TOP = 10  # passages

Find = Callable[[str], Sequence[str]]  # question → ids of articles, one for each passage


def table(questions: Questions) -> Table:
    """Share of the gold articles in the top ten: by question, and of questions with all of them."""
    asked = [row for row in questions if row["evidence"]]
    found = articles(asked)
    shown = Table(title=f"Evidence of {len(asked)} questions in the top ten", title_justify="left")
    for head in ("method", "recall", "all of it"):
        shown.add_column(head, justify="left" if head == "method" else "right")
    with (
        tempfile.TemporaryDirectory() as folder,
        Archive.open(load_settings(f"{folder}/a"), create=True) as archive,
    ):
        for _ in archive.add(found):
            pass
        for name, find in methods(archive).items():
            shares = [recall(archive, find, row) for row in asked]
            whole = statistics.mean(share == 1 for share in shares)
            shown.add_row(name, f"{statistics.mean(shares):.3f}", f"{whole:.3f}")
    shown.caption = f"{len(found):,} articles of one to a few sentences"
    return shown


def methods(archive: Archive) -> dict[str, Find]:
    assistant = Assistant(archive, clock=lambda: ASKED)

    def understood(ignore: Sequence[str]) -> Find:
        return lambda question: [
            p.article_id for p in assistant.search(question, TOP, ignore=ignore).passages
        ]

    return {
        "Dateline": understood(()),
        "Dateline, publishers only": understood(("time", "phrase")),
        "Dateline, no filters": understood(("all",)),
        "BM25 alone (tantivy)": lambda question: _of_words(archive, question),
    }


def articles(questions: Questions) -> list[Article]:
    """One for each address, with all its sentences that are evidence of something."""
    facts: dict[str, list[dict[str, Any]]] = {}
    for fact in (fact for row in questions for fact in row["evidence"]):
        facts.setdefault(normal_url(fact["url"]), []).append(fact)
    return [_article(url, told) for url, told in facts.items()]


def recall(archive: Archive, find: Find, row: dict[str, Any]) -> float:
    gold = {normal_url(fact["url"]) for fact in row["evidence"]}
    ids = list(dict.fromkeys(find(row["question"])))
    urls = {normal_url(stored.article.url or "") for stored in archive.catalog.articles(ids)}
    return len(gold & urls) / len(gold)


def _article(url: str, told: Sequence[dict[str, Any]]) -> Article:
    first = told[0]
    text = "\n\n".join(dict.fromkeys(fact["fact"] for fact in told))
    return Article(
        key=url, source="multihop", title=first["title"], text=text, url=url,
        publisher=first["source"], published=Moment(first["published_at"], "metadata"),
    )  # fmt: skip


def _of_words(archive: Archive, question: str) -> list[str]:
    chunks = archive.lexical.search(content_terms(question), Filters(), TOP, BM25)
    rows = archive.catalog.chunk_rows(list(chunks))
    return [rows[chunk].article_id for chunk in chunks]
