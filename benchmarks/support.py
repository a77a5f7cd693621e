"""Does the check of sentences against their sources agree with people?

`faithfulness/sentences.jsonl.gz`: article, sentence of a summary, and whether the majority of three
people found it supported (QAGS: Wang, Cho, Lewis, ACL 2020). Every other sentence belongs to the
half on which the check was fitted; the threshold is chosen there and the other half is reported.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from assistant.cite.support import ENOUGH, Support
from assistant.results import Passage
from assistant.words import words_of
from benchmarks.searching import columns
from ingest.archive.embedding import StaticEmbedder
from ingest.article import Article

FILE = "sentences.jsonl.gz"
Row = dict[str, Any]


def read(source: Path) -> list[Row]:
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def table(source: Path) -> Table:
    rows = read(source)
    chosen, held_out = rows[::2], rows[1::2]
    shown = columns(
        Table(title=f"Support of {len(held_out)} sentences, by votes", title_justify="left"),
        "method", "threshold", "balanced accuracy",
    )  # fmt: skip
    for name, score in (("Dateline", scorer()), ("peer: share of words", shared_words)):
        at = threshold(score, chosen)
        shown.add_row(name, f"{at:.2f}", f"{balanced(score, held_out, at):.3f}")
    shown.add_row(
        "Dateline as it is", f"{ENOUGH:.2f}", f"{balanced(scorer(), held_out, ENOUGH):.3f}"
    )
    return shown


def scorer() -> Callable[[Row], float]:
    support = Support(StaticEmbedder())

    def score(row: Row) -> float:
        article = Article(key="", source="", title="", text=row["article"])
        return support.of(row["sentence"], [Passage("", article, 0, len(article.text), 1.0)])

    return score


def shared_words(row: Row) -> float:
    """The share of a sentence's words that its article has."""
    said = set(words_of(row["sentence"]))
    return len(said & set(words_of(row["article"]))) / max(1, len(said))


def threshold(score: Callable[[Row], float], rows: Sequence[Row]) -> float:
    """The one of the scores that tells best."""
    scores = [score(row) for row in rows]
    return max(set(scores), key=lambda at: _balanced(scores, rows, at))


def balanced(score: Callable[[Row], float], rows: Sequence[Row], at: float) -> float:
    return _balanced([score(row) for row in rows], rows, at)


def _balanced(scores: Sequence[float], rows: Sequence[Row], at: float) -> float:
    """The mean of the shares told rightly among the supported and among the others."""
    told = {True: [0, 0], False: [0, 0]}
    for score, row in zip(scores, rows, strict=True):
        truth = bool(row["supported"])
        told[truth][0] += (score >= at) == truth
        told[truth][1] += 1
    return sum(right / max(1, all_) for right, all_ in told.values()) / 2
