"""One model, four ways: the stock LangChain pipeline, the two lines that everybody writes first
over Dateline's passages, Dateline, and Dateline's research.

    python -m benchmarks.with_model MODEL DATA [--archive DIR] [--limit N] [--only WAY] [--set SET]

The model's service is that of the settings (OPENAI_BASE_URL). Asked are, every third one first, so
that a limit takes some of each:

- own-words: the questions of `DATA/own-words` (see `own_words.py`);
- realtimeqa: those whose evidence is known, as of their day, and a fourth of the 200 that are asked
  as of a year before (see `answers.py`);
- samples: the sample questions on the sample articles.

A text is right where it has what is wanted and does not refuse; what Dateline grades near refuses.
Where the archive lacks the answer, a text that refuses is right. A citation holds where the check
of support says so. `--out FILE` keeps every text, to be read by people, and what stands in it is
not asked again.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path

from openai import OpenAIError
from rich.console import Console
from rich.table import Table

from assistant.answer import Assistant
from assistant.evaluation.cases import contains
from assistant.write.model import ModelWriter
from assistant.write.service import load_writer
from benchmarks import answers, own_words, questions
from benchmarks.searching import columns
from benchmarks.stock import Stock
from ingest.archive.archive import Archive
from ingest.errors import ModelError
from ingest.run import ingest
from ingest.settings import load_settings

K = 4
WAYS = ("stock", "two lines", "dateline", "research")
SETS = ("own-words", "realtimeqa", "samples")
LACKING = 4  # every fourth of the questions that are asked as of a year before
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
class Row:
    """A question of a set. `wanted`: a pattern, or strings of which one must be said; empty where
    the archive lacks the answer."""

    set: str
    archive: str
    question: str
    wanted: str | tuple[str, ...]
    as_of: str | None = None

    def fits(self, text: str) -> bool:
        if isinstance(self.wanted, str):
            return bool(self.wanted and re.search(self.wanted, text, re.I | re.S))
        return contains(text, list(self.wanted))


@dataclass(frozen=True)
class Told:
    """What came of one question."""

    way: str
    set: str
    question: str
    as_of: str | None
    unanswerable: bool
    text: str
    refused: bool
    right: bool
    seconds: float
    sentences: int = 0
    sourced: int = 0  # of these, with a citation that holds


def rows_of(name: str, data: Path) -> Iterator[Row]:
    """The questions of a set, in its order."""
    if name == "own-words":
        lines = (data / name / own_words.FILE).read_text("utf-8").splitlines()
        for row in map(json.loads, lines):
            if not row.get("history"):
                yield Row(name, row["archive"], row["question"], row["pattern"] or "")
    elif name == "realtimeqa":
        asked = questions.read(data / name / questions.FILE)
        for row in asked:
            if row["gold_urls"]:
                yield Row(name, name, row["question"], (row["answer"],), row["date"])
        step = len(asked) // answers.UNANSWERABLE
        for row in asked[::step][: answers.UNANSWERABLE : LACKING]:
            yield Row(name, name, row["question"], "", answers.year_before(row["date"]))
    else:
        seeds = resources.files("seeds").joinpath(answers.SEEDS).read_text("utf-8")
        for row in map(json.loads, seeds.splitlines()):
            wanted = () if row["unanswerable"] else tuple(row["answers"])
            yield Row(name, name, row["question"], wanted, row["as_of"])


def ways(
    writer: ModelWriter, assistant: Assistant, row: Row, stock: Stock | None
) -> dict[str, Callable[[], Told]]:
    """Each way to answer a question."""
    question, as_of = row.question, row.as_of

    def told(way: str, text: str, refused: bool, began: float, *sourced: int) -> Told:
        right, took = row.fits(text) and not refused, time.monotonic() - began
        lacks = not row.wanted
        return Told(way, row.set, question, as_of, lacks, text, refused, right, took, *sourced)

    def plainly(way: str, prompt: str, context: Callable[[], Sequence[str]]) -> Told:
        began = time.monotonic()
        asked = prompt.format(question=question, context="\n\n".join(context()))
        try:
            text = writer.model.invoke(asked).text
        except OpenAIError as error:  # small models repeat themselves until the time is over
            return told(way, str(error), False, began)
        return told(way, text, bool(_REFUSES.search(text)), began)

    def similar() -> list[str]:
        assert stock is not None
        return [piece.text for piece in stock.search(question, as_of, K)]

    def found() -> list[str]:
        passages = assistant.search(question, K, as_of=as_of).passages
        return [f"{each.title}\n{each.text}" for each in passages]

    def ours(way: str) -> Told:
        began = time.monotonic()
        research = way == "research"
        try:
            answer = assistant.ask(question, as_of=as_of, research=research)
        except ModelError as error:
            return told(way, str(error), True, began)
        holds = sum(each.standing == "supported" for each in answer.statements)
        return told(way, answer.text, answer.refused, began, len(answer.statements), holds)

    return {
        "stock": lambda: plainly("stock", TUTORIAL, similar),
        "two lines": lambda: plainly("two lines", TWO_LINES, found),
        "dateline": lambda: ours("dateline"),
        "research": lambda: ours("research"),
    }


def table(told: Sequence[Told], title: str) -> Table:
    """A row for each way."""
    shown = columns(
        Table(title=title, title_justify="left"),
        "way", "asked", "right", "wrong", "refused wrongly", "refused rightly", "sourced",
        "seconds p50",
    )  # fmt: skip
    for way in dict.fromkeys(each.way for each in told):
        all_of_it = [each for each in told if each.way == way]
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
    parser.add_argument("--limit", type=int, default=1000, help="questions of each set")
    parser.add_argument("--only", action="append", choices=WAYS)
    parser.add_argument("--set", action="append", choices=SETS)
    parser.add_argument("--out", type=Path, help="keep every text here, as JSON lines")
    given = parser.parse_args()
    told: list[Told] = []
    if given.out and given.out.exists():
        told = [Told(**json.loads(line)) for line in given.out.read_text("utf-8").splitlines()]
    for name in given.set or SETS:
        rows = list(rows_of(name, given.data))
        rows = [row for first in range(3) for row in rows[first::3]][: given.limit]
        for archive in dict.fromkeys(row.archive for row in rows):
            asked = [row for row in rows if row.archive == archive]
            for each in _asked(given, archive, asked, told):
                told.append(each)
                if given.out:
                    with given.out.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(asdict(each)) + "\n")
        of_set = [each for each in told if each.set == name]
        Console(width=110).print(table(of_set, f"Questions of {name}, by {given.model}"))


def _asked(
    given: argparse.Namespace, name: str, rows: Sequence[Row], before: Sequence[Told]
) -> Iterator[Told]:
    """Questions to one archive, but for those that were asked before."""
    folder = given.archive / name
    if not (folder / "catalog.sqlite3").exists():
        articles = str(resources.files("seeds").joinpath("articles"))
        ingest([given.data / own_words.ARTICLES.get(name, articles)], archive=folder)
    settings = load_settings(folder)
    writer = load_writer(given.model, settings)
    known = {(each.way, each.question, each.as_of) for each in before}
    with Assistant(Archive.open(settings), writer) as assistant:
        stock = Stock.of(assistant.archive) if "stock" in (given.only or WAYS) else None
        for row in rows:
            for way, answer in ways(writer, assistant, row, stock).items():
                if way in (given.only or WAYS) and (way, row.question, row.as_of) not in known:
                    yield answer()


if __name__ == "__main__":
    main()
