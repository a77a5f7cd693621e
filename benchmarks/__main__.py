"""Runs every benchmark whose data are there and prints one table for each.

`python -m benchmarks DATA [--archive DIR]`: DATA is a folder that holds `realtimeqa/` with
`articles.jsonl.gz` (url, title, text, authors, published) and `questions.jsonl.gz` (question, date,
answer, gold_urls), as made from https://github.com/realtimeqa/realtimeqa_public. Where it holds
`allsides/articles_2019_2020.jsonl.gz` (https://github.com/ramybaly/Article-Bias-Prediction, see
`benchmarks/copies.py`), the grouping of wire copies is measured too. Without DATA only the sample
questions are asked.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from rich.console import Console

from benchmarks import answers, copies, ingesting, searching
from ingest.archive import Archive
from ingest.settings import load_settings


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, help="the folder with the data sets")
    parser.add_argument("--archive", type=Path, help="keep the archive here and use it again")
    arguments = parser.parse_args()
    console = Console(width=110)
    console.print(answers.sample_table())
    stories = arguments.data / "allsides" if arguments.data else None
    if stories is not None and stories.is_dir():
        console.print(copies.table(stories / "articles_2019_2020.jsonl.gz"))
    folder = arguments.data / "realtimeqa" if arguments.data else None
    if folder is None or not folder.is_dir():
        console.print("No realtimeqa folder given: nothing else to measure.")
        return
    with tempfile.TemporaryDirectory() as scratch:
        archive = arguments.archive or Path(scratch) / "archive"
        console.print(ingesting.table(folder / "articles.jsonl.gz", archive))
        with Archive.open(load_settings(archive)) as opened:
            questions = searching.read_questions(folder / "questions.jsonl.gz")
            console.print(searching.table(opened, questions))
            console.print(answers.table(opened, questions))


if __name__ == "__main__":
    main()
