"""How well articles are read: text, facts and datelines, beside plain trafilatura.

Data: `article-extraction/` (ground-truth.json and html/ID.html.gz, as made from
https://github.com/scrapinghub/article-extraction-benchmark), `page-metadata/` (gold.json and
html/FILE.gz, from the tests of https://github.com/adbar/trafilatura) and `wire-stories/`
(stories.jsonl.gz: dateline, body; from Reuters-21578).
"""

from __future__ import annotations

import gzip
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trafilatura
from rich.table import Table

from benchmarks.halves import HALVES, SALT, half_of
from ingest.article import Article
from ingest.clean import strip_wire
from ingest.datelines import parse_dateline
from ingest.errors import UnreadableError
from ingest.sources.page.html_page import article_of_page
from ingest.sources.readers import files
from ingest.sources.workers import FileReader
from ingest.text import decode

_PRINTED = re.compile(r"^(?P<place>.+?),?\s*(?P<day>[A-Za-z]+\.?\s*\d{1,2})\s*-*$")
_HALVES = ((0, HALVES[0]), (1, HALVES[1]), (None, "both"))
_ROUNDS = 4  # times that the pages are read when speed is measured


@dataclass(frozen=True)
class Extraction:
    """Averages over pages of precision and recall of 4-word shingles."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)


@dataclass(frozen=True)
class Facts:
    """Shares of pages: of all for days, of those with a gold value for title and author."""

    day: float
    other_day: float
    title: float
    author: float


def text_table(folder: Path) -> Table:
    """Precision, recall and F1 on article-extraction."""
    table = _table("Article text: 4-word shingles", "reader", "precision", "recall", "F1")
    for name, read in (("Dateline", our_text), ("plain trafilatura", their_text)):
        for half, said in _HALVES:
            found = extraction(folder, read, half)
            table.add_row(
                f"{name}, {said}", *map(_share, (found.precision, found.recall, found.f1))
            )
    return table


def facts_table(folder: Path) -> Table:
    """Publication day, title and author on page-metadata."""
    table = _table("Facts of pages", "reader", "day", "another day", "title", "an author")
    for name, read in (("Dateline", our_facts), ("plain trafilatura", their_facts)):
        for half, said in _HALVES:
            found = facts(folder, read, half)
            shares = (found.day, found.other_day, found.title, found.author)
            table.add_row(f"{name}, {said}", *map(_share, shares))
    return table


def wire_table(folder: Path) -> Table:
    """Place and day of datelines on wire-stories."""
    table = _table("Datelines of wire stories", "reader", "stories", "place and day")
    stories, right = datelines(folder)
    table.add_row("Dateline", f"{stories:,}", _share(right / stories))
    return table


def speed_table(folders: Sequence[Path]) -> Table:
    """Seconds for all pages: ours in parallel with facts and cleaning, trafilatura's text alone."""
    pages = [path for folder in folders for path in sorted((folder / "html").glob("*.gz"))]
    table = _table("Speed of reading", "reader", "pages", "seconds", "pages/s")
    started = time.perf_counter()
    for path in pages * _ROUNDS:
        trafilatura.extract(gzip.decompress(path.read_bytes()))
    theirs = time.perf_counter() - started
    started = time.perf_counter()
    names = [str(folder / "html") for folder in folders] * _ROUNDS
    with closing(FileReader()) as reader:
        count = sum(1 for _ in reader.read(file for name in names for file in files(name)))
    ours = time.perf_counter() - started
    table.add_row("Dateline", f"{count:,}", f"{ours:.1f}", f"{count / ours:,.0f}")
    total = len(pages) * _ROUNDS
    table.add_row("plain trafilatura", f"{total:,}", f"{theirs:.1f}", f"{total / theirs:,.0f}")
    table.caption = f"Dateline / plain trafilatura = {theirs / ours:.2f}"
    return table


def extraction(folder: Path, read: Callable[[str], str], half: int | None = None) -> Extraction:
    """`half`: of the pages, 0 or 1 (`halves.half_of`); None for all."""
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    pairs = [
        _overlap(read(_page(folder / "html" / f"{name}.html.gz")), gold["articleBody"])
        for name, gold in truth.items()
        if half in (None, half_of(name, SALT))
    ]
    return Extraction(*(statistics.mean(values) for values in zip(*pairs, strict=True)))


def facts(
    folder: Path, read: Callable[[str, str], Mapping[str, Any]], half: int | None = None
) -> Facts:
    """`half`: as for `extraction`."""
    every = json.loads((folder / "gold.json").read_text("utf-8"))
    gold = {url: row for url, row in every.items() if half in (None, half_of(url, SALT))}
    counts: Counter[str] = Counter()
    for url, wanted in gold.items():
        found = read(_page(folder / "html" / f"{wanted['file']}.gz"), url)
        counts["day"] += found["day"] == wanted["date"]
        counts["other"] += found["day"] not in (None, wanted["date"])
        counts["titled"] += bool(wanted["title"])
        counts["title"] += bool(wanted["title"]) and plain(found["title"]) == plain(wanted["title"])
        counts["authored"] += bool(wanted["author"])
        counts["author"] += _same_author(found["authors"], wanted["author"])
    return Facts(
        counts["day"] / len(gold), counts["other"] / len(gold),
        counts["title"] / counts["titled"], counts["author"] / counts["authored"],
    )  # fmt: skip


def datelines(folder: Path) -> tuple[int, int]:
    """(stories, those whose place and day are parsed), each composed as the wire prints it."""
    with gzip.open(folder / "stories.jsonl.gz", "rt", encoding="utf-8") as lines:
        stories = [json.loads(line) for line in lines]
    return len(stories), sum(map(_is_parsed, stories))


def our_text(markup: str) -> str:
    try:
        return article_of_page(markup, "page", "page").text
    except UnreadableError:
        return ""


def their_text(markup: str) -> str:
    return trafilatura.extract(markup) or ""


def our_facts(markup: str, url: str) -> dict[str, Any]:
    try:
        article = article_of_page(markup, url, url, url=url)
    except UnreadableError:
        article = Article(url, url, "", "")
    day = article.published.iso[:10] if article.published else None
    return {"day": day, "title": article.title, "authors": article.authors}


def their_facts(markup: str, url: str) -> dict[str, Any]:
    found = trafilatura.extract_metadata(markup, default_url=url)
    return {"day": found.date, "title": found.title, "authors": (found.author or "").split("; ")}


def plain(text: str | None) -> str:
    return re.sub(r"\W", "", text or "").casefold()


def _is_parsed(story: Mapping[str, str]) -> bool:
    printed = " ".join(story["dateline"].split()).rstrip("- ")
    match = _PRINTED.match(printed)
    text = f"{printed} - {story['body']}"
    found = parse_dateline(text.split("\n", 1)[0])
    if match is None or found is None or found.day is None:
        return False
    same_place = plain(strip_wire(text).dateline) == plain(match["place"])
    return same_place and plain(found.day) == plain(match["day"])


def _overlap(found: str, gold: str) -> tuple[float, float]:
    ours, theirs = _shingles(found), _shingles(gold)
    shared = sum((ours & theirs).values())
    return shared / max(1, sum(ours.values())), shared / max(1, sum(theirs.values()))


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)) if words)


def _same_author(found: Iterable[str], wanted: object) -> bool:
    """Whether one of the gold authors stands in what was found; several may be in one string."""
    listed = wanted if isinstance(wanted, list) else [wanted or ""]
    names = {plain(part) for name in listed for part in re.split(r"[;,/]| and | und ", str(name))}
    together = plain("".join(found))
    return any(name in together for name in names - {""})


def _page(path: Path) -> str:
    return decode(gzip.decompress(path.read_bytes()))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(name, justify="left" if name == "reader" else "right")
    return table


def _share(value: float) -> str:
    return f"{value:.3f}"
