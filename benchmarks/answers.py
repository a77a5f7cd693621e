"""Does the quoting default quote the answer, and refuse what the archive cannot hold?"""

from __future__ import annotations

import json
import re
import statistics
import tempfile
from collections.abc import Sequence
from datetime import date
from importlib import resources
from typing import Any

from rich.table import Table

from assistant.answer import Assistant
from assistant.results import Answer
from ingest.archive import Archive
from ingest.run import ingest

UNANSWERABLE = 200
WORDS = 160  # of the top passages, as the peer that shows what could be quoted


def sample_table() -> Table:
    """The sample questions on the sample articles."""
    seeds = resources.files("seeds")
    lines = seeds.joinpath("questions.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    with tempfile.TemporaryDirectory() as folder:
        ingest([str(seeds.joinpath("articles"))], archive=f"{folder}/a")
        with Assistant.open(f"{folder}/a") as assistant:
            given = [(q, assistant.ask(q["question"], as_of=q["as_of"])) for q in questions]
    shown = _table("Sample questions, quoting")
    answerable = [(q["answers"], a) for q, a in given if not q["unanswerable"]]
    refused = [a.refused for q, a in given if q["unanswerable"]]
    _add(shown, "Dateline", answerable, refused)
    return shown


def table(archive: Archive, questions: Sequence[dict[str, Any]]) -> Table:
    """Gold questions as of their day; others as of a year before, which nothing can answer."""
    assistant = Assistant(archive)
    gold = [question for question in questions if question["gold_urls"]]
    given = [(q, assistant.ask(q["question"], as_of=q["date"], model="quoting")) for q in gold]
    step = max(1, len(questions) // UNANSWERABLE)
    refused = [
        assistant.ask(q["question"], as_of=_year_before(q["date"]), model="quoting").refused
        for q in questions[::step][:UNANSWERABLE]
    ]
    shown = _table(f"Answers: {len(gold)} answerable, {len(refused)} unanswerable, quoting")
    _add(shown, "Dateline", [([q["answer"]], answer) for q, answer in given], refused)
    peer = statistics.mean(_contains(_top_words(answer), [q["answer"]]) for q, answer in given)
    shown.add_row(
        f"peer: first {WORDS} words of the passages", f"{peer:.3f}", "–", "–", f"{WORDS}", "–"
    )
    return shown


def _table(title: str) -> Table:
    shown = Table(title=title, title_justify="left")
    names = ("writer", "answer quoted", "false refusal", "refused rightly", "words", "p50 ms")
    for name in names:
        shown.add_column(name, justify="left" if name == "writer" else "right")
    return shown


def _add(
    shown: Table, name: str, given: Sequence[tuple[list[str], Answer]], refused: Sequence[bool]
) -> None:
    started = [answer.seconds for _, answer in given]
    words = statistics.mean(_words(answer) for _, answer in given)
    shown.add_row(
        name,
        f"{statistics.mean(_contains(answer.text, wanted) for wanted, answer in given):.3f}",
        f"{statistics.mean(answer.refused for _, answer in given):.3f}",
        f"{statistics.mean(refused):.3f}",
        f"{words:.0f}",
        f"{statistics.median(started) * 1000:.0f}",
    )


def _contains(text: str, wanted: Sequence[str]) -> bool:
    return any(f" {_plain(answer)} " in f" {_plain(text)} " for answer in wanted)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s%$]", " ", text.lower()).split())


def _words(answer: Answer) -> int:
    return sum(len(citation.quote.split()) for citation in answer.citations)


def _top_words(answer: Answer) -> str:
    return " ".join(" ".join(p.text for p in answer.passages).split()[:WORDS])


def _year_before(day: str) -> str:
    found = date.fromisoformat(day)
    return found.replace(year=found.year - 1, day=min(28, found.day)).isoformat()
