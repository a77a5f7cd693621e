"""Does search find the article that holds the answer, and the answer? Beside peers.

Questions of RealTimeQA: 105 name their evidence articles, about a thousand have an answer that is
long enough to be looked for.
"""

from __future__ import annotations

import re
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from rich.table import Table

from benchmarks import copies
from benchmarks.halves import HALVES, half_of
from benchmarks.methods import Method, Shown, bm25, dateline, peers, stock
from benchmarks.questions import Questions
from benchmarks.stock import Stock
from ingest.archive.archive import Archive
from ingest.article import normal_url
from ingest.settings import load_settings

TOP = 10
ANSWERS_IN = 5  # passages
SHORTEST = 5  # characters of an answer; "no" and "12" stand in any text
WARM = 20  # questions asked before the clock runs
WIRE = "articles_2019_2020.jsonl.gz"
WIRE_ARTICLES = 1_000  # among which copies are planted


@dataclass(frozen=True)
class Quality:
    """Ranks of gold articles (0: not found), shares of answers in the top five, and what was shown
    in the top ten. `halves`: that a question with a gold article is of; `times`: milliseconds for
    five passages."""

    ranks: Sequence[int]
    halves: Sequence[int]
    answered: Sequence[bool]
    times: Sequence[float]
    tops: Sequence[Sequence[Shown]]

    @cached_property
    def mrr(self) -> float:
        return statistics.mean(1 / rank if rank else 0.0 for rank in self.ranks)

    def hit(self, depth: int) -> float:
        return statistics.mean(0 < rank <= depth for rank in self.ranks)


def tables(archive: Archive, questions: Questions, data: Path) -> Iterable[Table]:
    """Quality as of each question's date and without; then whether copies are shown twice."""
    store = Stock.of(archive)
    ours, beside, usual = dateline(archive), peers(archive), stock(store)
    timed = {m.name: quality(m, questions) for m in (ours, *beside, usual)}
    shown = _quality_table("as of each question's date", timed)
    slow = f"with Chroma's own filter the stock pipeline takes {_filtered(store, questions):.0f} ms"
    shown.caption = f"{shown.caption}; {slow}"
    yield shown
    untimed = {m.name: quality(m, questions, as_of=False) for m in (ours, beside[0], usual)}
    yield _quality_table("without as-of", untimed)
    tops = [top for found in (timed, untimed) for top in found[ours.name].tops]
    yield _copies_table(archive, tops, data / "allsides" / WIRE)


def quality(method: Method, questions: Questions, as_of: bool = True) -> Quality:
    gold = [question for question in questions if question["gold_urls"]]
    told = [question for question in questions if len(plain(question["answer"])) >= SHORTEST]
    for question in told[:WARM]:
        method.find(question["question"], _day(question, as_of), ANSWERS_IN)
    found = [method.find(q["question"], _day(q, as_of), method.depth) for q in gold]
    answered, times = [], []
    for question in told:
        started = time.perf_counter()
        top = method.find(question["question"], _day(question, as_of), ANSWERS_IN)
        times.append((time.perf_counter() - started) * 1000)
        answered.append(holds(top, question["answer"]))
    ranks = [rank(shown, q["gold_urls"]) for shown, q in zip(found, gold, strict=True)]
    halves = [half_of(question["question"]) for question in gold]
    return Quality(ranks, halves, answered, times, [shown[:TOP] for shown in found])


def rank(found: Sequence[Shown], gold_urls: Iterable[str]) -> int:
    """The place of the first gold article among the distinct articles, from 1; 0: not there."""
    gold = {normal_url(url) for url in gold_urls}
    urls = dict.fromkeys(normal_url(each.url) for each in found)
    return next((place for place, url in enumerate(urls, start=1) if url in gold), 0)


def holds(found: Sequence[Shown], answer: str) -> bool:
    """Whether one passage says the answer, in its headline or its first words."""
    return any(f" {plain(answer)} " in f" {plain(each.text)} " for each in found)


def plain(text: str) -> str:
    """Lower case, no punctuation, no articles."""
    words = re.sub(r"[^\w\s]", " ", text.lower()).split()
    return " ".join(word for word in words if word not in ("a", "an", "the"))


def most_copies(archive: Archive, tops: Iterable[Sequence[Shown]]) -> tuple[int, int]:
    """(most articles of one wire-copy group in one top ten, questions with such an article)."""
    most, questions = 0, 0
    for top in tops:
        groups: dict[str, int] = defaultdict(int)
        rows = archive.catalog.chunks_of(list({each.article for each in top}))
        for story in {row.article_id: row.story for row in rows if row.story}.values():
            groups[story] += 1
        questions += bool(groups)
        most = max(most, *groups.values(), 0)
    return most, questions


def percentile(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def columns(shown: Table, *names: str) -> Table:
    for number, name in enumerate(names):
        shown.add_column(name, justify="right" if number else "left")
    return shown


def _day(question: dict[str, Any], as_of: bool) -> str | None:
    return str(question["date"]) if as_of else None


def _filtered(store: Stock, questions: Questions) -> float:
    """Median milliseconds where the as-of day is a metadata filter, as its tutorial has it."""
    times = []
    for question in questions[: 2 * WARM]:
        started = time.perf_counter()
        store.filtered(question["question"], question["date"], ANSWERS_IN)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def _quality_table(title: str, found: dict[str, Quality]) -> Table:
    shown = columns(
        Table(title=f"Search, {title}", title_justify="left"),
        "method", "MRR", "hit@1", "hit@5", "hit@10", "answer@5", "p50 ms", "p95 ms",
    )  # fmt: skip
    for name, each in found.items():
        shares = (each.mrr, each.hit(1), each.hit(5), each.hit(10), statistics.mean(each.answered))
        times = (statistics.median(each.times), percentile(each.times, 0.95))
        shown.add_row(name, *(f"{v:.3f}" for v in shares), *(f"{v:.1f}" for v in times))
        for half, said in enumerate(HALVES if each is next(iter(found.values())) else ()):
            ranks = [r for r, of in zip(each.ranks, each.halves, strict=True) if of == half]
            of_half = replace(each, ranks=ranks)
            shares = (of_half.mrr, *map(of_half.hit, (1, 5, 10)))
            shown.add_row(f"  {said}", *(f"{v:.3f}" for v in shares), *("–",) * 3)
    any_of = next(iter(found.values()))
    shown.caption = (
        f"{len(any_of.ranks)} questions with a gold article; answers and milliseconds: five "
        f"passages for each of {len(any_of.answered):,} questions"
    )
    return shown


def _copies_table(archive: Archive, tops: Sequence[Sequence[Shown]], wire: Path) -> Table:
    shown = columns(
        Table(title="Wire copies in a top ten", title_justify="left"),
        "questions", "asked", "show a copied article", "most of one group", "BM25 alone",
    )  # fmt: skip
    most, touched = most_copies(archive, tops)
    shown.add_row("those above", f"{len(tops)}", f"{touched}", f"{most}", "–")
    if wire.is_file():
        count, (most, touched), (of_words, _) = planted(wire)
        row = (f"{count}", f"{touched}", f"{most}", f"{of_words}")
        shown.add_row(f"headlines, {wire.parent.name} with planted copies", *row)
    return shown


def planted(wire: Path) -> tuple[int, tuple[int, int], tuple[int, int]]:
    """Headlines of articles of which a copy was planted, asked as questions: how many, and
    `most_copies` of Dateline and of BM25."""
    data = copies.read_data(wire, WIRE_ARTICLES)
    asked = [data.articles[origin].title for origin in data.planted.values()]
    with (
        tempfile.TemporaryDirectory() as folder,
        Archive.open(load_settings(f"{folder}/a"), create=True) as archive,
    ):
        for _ in archive.add(data.articles.values()):
            pass
        found = [
            most_copies(archive, [method.find(title, None, TOP) for title in asked])
            for method in (dateline(archive), bm25(archive))
        ]
    return len(asked), found[0], found[1]
