"""Questions as a reporter asks who remembers the event and not the article's wording.

`own-words/questions.jsonl`: archive (which set of articles is asked), question, history, pattern
(a regular expression that a right answer matches), unanswerable. Asked without an as-of moment.
What is chosen by these questions is chosen on one half (`half_of`); both are told.
"""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from assistant.answer import Assistant
from assistant.results import Answer
from benchmarks.halves import HALVES, half_of
from benchmarks.searching import columns, percentile
from ingest.run import ingest

FILE = "questions.jsonl"
ARTICLES = {
    "allsides": "allsides/articles_2019_2020.jsonl.gz",
    "realtimeqa": "realtimeqa/articles.jsonl.gz",
}


@dataclass(frozen=True)
class Outcome:
    """A question and its answer. `holds`: what was said matches the pattern."""

    row: dict[str, Any]
    answer: Answer

    @property
    def holds(self) -> bool:
        return bool(re.search(self.row["pattern"] or "$.", self.answer.text, re.I | re.S))

    @property
    def kind(self) -> str:
        if self.row["unanswerable"]:
            return "unanswerable"
        return "follow-up" if self.row.get("history") else "question"


def ask(data: Path, archives: Path, model: str = "quoting") -> list[Outcome]:
    """Every question's answer; archives are made in, and used again from, that folder."""
    lines = (data / "own-words" / FILE).read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    outcomes = []
    for name, articles in ARTICLES.items():
        folder = archives / name
        if not (folder / "catalog.sqlite3").exists():
            ingest([data / articles], archive=folder)
        with Assistant.open(folder) as assistant:
            for row in (row for row in rows if row["archive"] == name):
                history = [tuple(turn) for turn in row.get("history") or ()]
                answer = assistant.ask(row["question"], history=history, model=model)
                outcomes.append(Outcome(row, answer))
    return outcomes


def table(outcomes: Sequence[Outcome]) -> Table:
    """How many are right, wrong, near and refused, by half."""
    shown = columns(
        Table(title="Questions in people's own words, quoting", title_justify="left"),
        "questions", "half", "asked", "right", "wrong", "near and there", "near", "refused",
    )  # fmt: skip
    for kind in ("question", "follow-up", "unanswerable"):
        for half in (0, 1, None):
            some = [
                o for o in outcomes
                if o.kind == kind and (half is None or half_of(o.row["question"]) == half)
            ]  # fmt: skip
            if some:
                name = "both" if half is None else HALVES[half]
                shown.add_row(kind, name, f"{len(some)}", *map(str, counts(some)))
    took = [o.answer.seconds * 1000 for o in outcomes]
    told = (
        f"{statistics.median(took):.0f} ms an answer, {percentile(took, 0.95):.0f} at p95; right "
        f"against wrong, AUC of the confidence {auc(outcomes):.2f}"
    )
    shown.caption = told
    return shown


def counts(some: Sequence[Outcome]) -> tuple[int, int, int, int, int]:
    """Answered and right, answered and wrong, near and right, near, refused."""
    answered = [o for o in some if o.answer.grade == "answered"]
    near = [o for o in some if o.answer.grade == "near"]
    right = sum(o.holds for o in answered)
    refused = len(some) - len(answered) - len(near)
    return right, len(answered) - right, sum(o.holds for o in near), len(near), refused


def auc(outcomes: Sequence[Outcome]) -> float:
    """How often a right text is surer than a wrong one, of all that say anything."""
    told = [o for o in outcomes if o.answer.grade != "refused"]
    right, wrong = (
        [o.answer.confidence or 0.0 for o in told if o.holds is holds] for holds in (True, False)
    )
    if not right or not wrong:
        return 0.5
    return statistics.mean((a > b) + 0.5 * (a == b) for a in right for b in wrong)
