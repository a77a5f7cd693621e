"""Runs every benchmark whose data are there and prints one table for each.

`python -m benchmarks DATA [--only NAME]… [--archive DIR]`: DATA is a folder that holds any of

- `article-extraction/`, `page-metadata/`, `wire-stories/`: see `benchmarks/pages.py`;
- `allsides/articles_2019_2020.jsonl.gz`: see `benchmarks/copies.py`;
- `realtimeqa/` with `articles.jsonl.gz` (url, title, text, authors, published) and
  `questions.jsonl.gz` (question, date, answer, gold_urls), as made from
  https://github.com/realtimeqa/realtimeqa_public; see `benchmarks/searching.py`, `speed.py`;
- `multihop-questions/` with `questions.jsonl.gz` (question, publishers, evidence,
  gpt35_publishers): see `benchmarks/questions.py` and `evidence.py`;
- `own-words/questions.jsonl` beside `allsides/` and `realtimeqa/`: see `benchmarks/own_words.py`;
- `faithfulness/sentences.jsonl.gz`: see `benchmarks/support.py`.

`load` (see `benchmarks/load.py`) runs only when it is named: it wants the machine for itself.

With `--archive DIR` the stock peer keeps its collection beside it, in DIR-stock.

Without DATA only the sample questions are asked.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import (
    answers,
    copies,
    evidence,
    ingesting,
    load,
    own_words,
    pages,
    questions,
    searching,
    speed,
    support,
)
from ingest.archive.archive import Archive
from ingest.run import ingest
from ingest.settings import load_settings

PAGES = ("article-extraction", "page-metadata")
Tables = Iterator[Table]


def main() -> None:
    arguments = _parser().parse_args()
    console = Console(width=110)
    for name, run in BENCHMARKS.items():
        if name in (arguments.only or BENCHMARKS.keys() - {"load"}):
            for table in run(arguments):
                console.print(table)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, help="the folder with the data sets")
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="may be repeated")
    parser.add_argument("--archive", type=Path, help="keep the archive here and use it again")
    parser.add_argument("--curve", type=Path, help="draw the trade of refusals into this SVG file")
    parser.add_argument("--users", type=int, default=load.USERS, help="who ask at once, for load")
    parser.add_argument("--seconds", type=float, default=load.SECONDS, help="how long, for load")
    return parser


def _folder(arguments: argparse.Namespace, name: str) -> Path | None:
    folder = arguments.data / name if arguments.data else None
    return folder if folder and folder.is_dir() else None


def _sample(arguments: argparse.Namespace) -> Tables:
    yield answers.sample_table()


def _pages(arguments: argparse.Namespace) -> Tables:
    shown = ((PAGES[0], pages.text_table), (PAGES[1], pages.facts_table),
             ("wire-stories", pages.wire_table))  # fmt: skip
    for name, table in shown:
        if folder := _folder(arguments, name):
            yield table(folder)
    if folders := [folder for name in PAGES if (folder := _folder(arguments, name))]:
        yield pages.speed_table(folders)


def _copies(arguments: argparse.Namespace) -> Tables:
    if folder := _folder(arguments, "allsides"):
        yield copies.table(folder / "articles_2019_2020.jsonl.gz")


def _archive(arguments: argparse.Namespace) -> Tables:
    """Ingesting, searching and answering over one large archive."""
    folder = _folder(arguments, "realtimeqa")
    if folder is None:
        return
    with tempfile.TemporaryDirectory() as scratch:
        archive = arguments.archive or Path(scratch) / "archive"
        yield ingesting.table(folder / "articles.jsonl.gz", archive)
        with Archive.open(load_settings(archive)) as opened:
            asked = questions.read(folder / questions.FILE)
            yield from searching.tables(opened, asked, arguments.data)
            yield from speed.tables(opened, asked, folder / "articles.jsonl.gz")


def _answers(arguments: argparse.Namespace) -> Tables:
    """What is answered, refused and quoted over the large archive."""
    folder = _folder(arguments, "realtimeqa")
    if folder is None:
        return
    with tempfile.TemporaryDirectory() as scratch:
        archive = arguments.archive or Path(scratch) / "archive"
        ingesting.table(folder / "articles.jsonl.gz", archive)
        with Archive.open(load_settings(archive)) as opened:
            asked = questions.read(folder / questions.FILE)
            yield speed.first_text_table(opened, asked)
            yield from answers.tables(opened, asked)
            if arguments.curve:
                answers.draw_curve(answers.ask(opened, asked), arguments.curve)


def _own_words(arguments: argparse.Namespace) -> Tables:
    """What people ask in their own words; `--archive DIR` keeps one archive for each set in it."""
    if _folder(arguments, "own-words"):
        with tempfile.TemporaryDirectory() as scratch:
            yield own_words.table(own_words.ask(arguments.data, arguments.archive or Path(scratch)))


def _load(arguments: argparse.Namespace) -> Tables:
    """Many users at once over the large archive."""
    folder = _folder(arguments, "realtimeqa")
    if folder is None:
        return
    with tempfile.TemporaryDirectory() as scratch:
        archive = arguments.archive or Path(scratch) / "archive"
        if not (archive / "catalog.sqlite3").exists():
            ingest([folder / "articles.jsonl.gz"], archive=archive)
        asked = questions.read(folder / questions.FILE)
        yield from load.tables(archive, asked, arguments.users, arguments.seconds)


def _support(arguments: argparse.Namespace) -> Tables:
    if folder := _folder(arguments, "faithfulness"):
        yield support.table(folder / support.FILE)


def _questions(arguments: argparse.Namespace) -> Tables:
    """What questions say of publishers and times, and what that finds."""
    if folder := _folder(arguments, "multihop-questions"):
        multihop = questions.read(folder / questions.FILE)
        dated = _folder(arguments, "realtimeqa")
        yield questions.publishers_table(multihop)
        yield questions.times_table(
            multihop, questions.read(dated / questions.FILE) if dated else []
        )
        yield evidence.table(multihop)


BENCHMARKS: dict[str, Callable[[argparse.Namespace], Tables]] = {
    "sample": _sample,
    "pages": _pages,
    "copies": _copies,
    "archive": _archive,
    "answers": _answers,
    "own-words": _own_words,
    "load": _load,
    "support": _support,
    "questions": _questions,
}


if __name__ == "__main__":
    main()
