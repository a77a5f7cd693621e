"""One model, four ways: the stock LangChain pipeline, the two lines that everybody writes first
over Dateline's passages, Dateline, and Dateline's research.

    python -m benchmarks.with_model MODEL DATA [--archive DIR] [--limit N] [--only WAY]…

The model's service is that of the settings (OPENAI_BASE_URL). Asked are the questions of
`DATA/own-words` (see `own_words.py`), every third one first, so that a limit takes some of each.
A text is right where it matches the question's pattern and does not refuse; what Dateline grades
near refuses. Where the archive lacks the answer, a text that refuses is right. A citation holds
where the check of support says so. `--out FILE` keeps every text, to be read by people, and what
stands in it is not asked again.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from openai import OpenAIError
from rich.console import Console
from rich.table import Table

from assistant.answer import Assistant
from assistant.write.model import ModelWriter
from assistant.write.service import load_writer
from benchmarks.own_words import ARTICLES, FILE
from benchmarks.searching import columns
from benchmarks.stock import Stock
from ingest.archive.archive import Archive
from ingest.errors import ModelError
from ingest.run import ingest
from ingest.settings import load_settings

K = 4
WAYS = ("stock", "two lines", "dateline", "research")
# The prompt of LangChain's tutorial on retrieval.
TUTORIAL = (
    "You are an assistant for question-answering tasks. Use the following pieces of retrieved "
    "context to answer the question. If you don't know the answer, just say that you don't know. "
    "Use three sentences maximum and keep the answer concise.\nQuestion: {question}\n"
    "Context: {context}\nAnswer:"
)
TWO_LINES = (
    "Answer the question from these passages of news articles. If they do not hold the answer, say "
    "that you don't know.\n\n{context}\n\nQuestion: {question}"
)
_REFUSES = re.compile(
    r"\b(?:do(?:es)?n[’']t|do(?:es)?\snot|did\snot|didn[’']t|cannot|can[’']t|could\snot|no)\s(?:\w+\s){0,3}"
    r"(?:know|hold|mention|contain|provide|specif\w+|say|state|answer|information|include|determine"
    r"|find|have)\b|\b(?:not|nothing)\s(?:\w+\s)?(?:mentioned|provided|specified|stated|found|given)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Told:
    """What came of one question."""

    question: str
    unanswerable: bool
    text: str
    refused: bool
    right: bool
    seconds: float
    sentences: int = 0
    sourced: int = 0  # of these, with a citation that holds


def ways(
    writer: ModelWriter, assistant: Assistant, row: dict[str, Any], stock: Stock | None
) -> dict[str, Callable[[], Told]]:
    """Each way to answer a question."""
    question = row["question"]

    def plainly(prompt: str, context: Callable[[], Sequence[str]]) -> Told:
        began = time.monotonic()
        asked = prompt.format(question=question, context="\n\n".join(context()))
        try:
            text = writer.model.invoke(asked).text
        except OpenAIError as error:  # small models repeat themselves until the time is over
            return _told(row, str(error), False, began)
        return _told(row, text, bool(_REFUSES.search(text)), began)

    def similar() -> list[str]:
        assert stock is not None
        return [piece.text for piece in stock.search(question, None, K)]

    def found() -> list[str]:
        return [f"{p.title}\n{p.text}" for p in assistant.search(question, K).passages]

    def ours(research: bool) -> Told:
        began = time.monotonic()
        try:
            answer = assistant.ask(question, research=research)
        except ModelError as error:
            return _told(row, str(error), True, began)
        told = _told(row, answer.text, answer.refused, began)
        holds = sum(each.standing == "supported" for each in answer.statements)
        return Told(**{**asdict(told), "sentences": len(answer.statements), "sourced": holds})

    return {
        "stock": lambda: plainly(TUTORIAL, similar),
        "two lines": lambda: plainly(TWO_LINES, found),
        "dateline": lambda: ours(False),
        "research": lambda: ours(True),
    }


def _told(row: dict[str, Any], text: str, refused: bool, began: float) -> Told:
    matches = bool(row["pattern"]) and bool(re.search(row["pattern"], text, re.I | re.S))
    took = time.monotonic() - began
    return Told(row["question"], row["unanswerable"], text, refused, matches and not refused, took)


def table(told: dict[str, list[Told]], model: str) -> Table:
    """A row for each way."""
    shown = columns(
        Table(title=f"Questions in people's own words, by {model}", title_justify="left"),
        "way", "asked", "right", "wrong", "refused wrongly", "refused rightly", "sourced",
        "seconds p50",
    )  # fmt: skip
    for way, all_of_it in told.items():
        known = [t for t in all_of_it if not t.unanswerable]
        lacking = [t for t in all_of_it if t.unanswerable]
        right = sum(t.right for t in known)
        refused = sum(t.refused and not t.right for t in known)
        sentences = sum(t.sentences for t in known)
        sourced = f"{sum(t.sourced for t in known)} of {sentences}" if sentences else "–"
        shown.add_row(
            way, f"{len(known)}", f"{right}", f"{len(known) - right - refused}", f"{refused}",
            f"{sum(t.refused for t in lacking)} of {len(lacking)}", sourced,
            f"{statistics.median(t.seconds for t in all_of_it):.1f}",
        )  # fmt: skip
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.with_model", description=__doc__)
    parser.add_argument("model")
    parser.add_argument("data", type=Path)
    parser.add_argument("--archive", type=Path, default=Path("archives"))
    parser.add_argument("--limit", type=int, default=1000)
    parser.add_argument("--only", action="append", choices=WAYS)
    parser.add_argument("--out", type=Path, help="keep every text here, as JSON lines")
    given = parser.parse_args()
    lines = (given.data / "own-words" / FILE).read_text("utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if not row.get("history")]
    rows = [row for first in range(3) for row in rows[first::3]][: given.limit]
    told: dict[str, list[Told]] = {}
    if given.out and given.out.exists():
        for line in given.out.read_text("utf-8").splitlines():
            kept = json.loads(line)
            told.setdefault(kept.pop("way"), []).append(Told(**kept))
    for name, articles in ARTICLES.items():
        folder = given.archive / name
        if not (folder / "catalog.sqlite3").exists():
            ingest([given.data / articles], archive=folder)
        settings = load_settings(folder)
        writer = load_writer(given.model, settings)
        with Assistant(Archive.open(settings), writer) as assistant:
            stock = None
            if "stock" in (given.only or ["stock"]):
                stock = Stock.of(assistant.archive)
            for row in (row for row in rows if row["archive"] == name):
                for way, answer in ways(writer, assistant, row, stock).items():
                    if way not in (given.only or [way]) or any(
                        each.question == row["question"] for each in told.get(way, ())
                    ):
                        continue
                    told.setdefault(way, []).append(answer())
                    if given.out:
                        with given.out.open("a", encoding="utf-8") as file:
                            file.write(json.dumps({"way": way, **asdict(told[way][-1])}) + "\n")
    Console(width=110).print(table(told, given.model))


if __name__ == "__main__":
    main()
