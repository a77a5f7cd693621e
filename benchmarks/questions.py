"""Is a question understood: which publishers does it ask for, and does it name a time?

Data: `multihop-questions/` of MultiHop-RAG (Tang & Yang, COLM 2024), whose rows name the publishers
of their evidence; those that GPT-3.5 found in the question are its peer (Multi-Meta-RAG,
arXiv:2406.13213). Questions of RealTimeQA join where time is looked at.
"""

from __future__ import annotations

import gzip
import json
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import compress
from pathlib import Path
from typing import Any

from rich.table import Table

from assistant.question.question import placed, understand
from assistant.question.scope import Known, Scope
from benchmarks.halves import HALVES, SALT, half_of
from ingest.archive.filters import moment_of

FILE = "questions.jsonl.gz"
ASKED = datetime(2023, 12, 31, 12, tzinfo=timezone.utc)  # MultiHop-RAG's reports end that month
SHOWN = 20  # questions at most in which a time was found that they do not name
_LONG = 5  # letters that a name without its "The" must have: "Verge" is one, "Age" a word
# Other forms of the names in the data, beside what `forms` makes by rule.
_ALSO = {
    "bbc news": ("bbc",),
    "cbssports": ("cbs sports",),
    "globes english": ("globes",),
    "the new york times": ("nyt", "ny times"),
    "the sydney morning herald": ("smh",),
    "wall street journal": ("wsj",),
}
# Any sign of time at all, far wider than what is understood as one.
TIME_WORD = re.compile(
    r"\d|\b(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b|\b(?:january|february|march|april|may"
    r"|june|july|august|september|october|november|december|(?:mon|tues|wednes|thurs|fri|satur|sun)"
    r"day)s?\b|\b(?:mon|tues?|wed|thurs?|fri|sat|sun)\b|\b(?:second|minute|hour|day|night|week"
    r"|weekend|weekday|fortnight|month|quarter|semester|season|year|decade|centur(?:y|ie)"
    r"|millenni(?:um|a)|era|spring|summer|autumn|fall|winter|morning|afternoon|evening|noon"
    r"|midnight|time|date|period)s?\b|\b\w+(?:daily|weekly|monthly|yearly)\b|\b(?:daily|weekly"
    r"|monthly|yearly|annual|annually|quarterly|today|tonight|yesterday|tomorrow|now|nowadays"
    r"|current|currently|recent|recently|lately|latest|newest|ago|overnight|present|presently"
    r"|christmas|easter|thanksgiving|halloween|ramadan|eve|holidays?|midterms?|so far|to date"
    r"|last|past|previous|next|this|since|until)\b",
    re.IGNORECASE,
)

Questions = Sequence[dict[str, Any]]
Find = Callable[[dict[str, Any]], frozenset[str]]


@dataclass(frozen=True)
class Sources:
    """Shares of rows whose publishers are found exactly, and the rows with one that the question
    does not name."""

    gold: float
    named: float
    every: float
    invented: int
    ms: float


def read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def publishers_table(questions: Questions) -> Table:
    known = known_outlets(questions)
    gold = [row for row in questions if row["publishers"]]
    named = [row for row in gold if all_named(row)]
    shown = Table(title="Publishers named in questions: exact sets", title_justify="left")
    heads = (f"{len(gold)} with a gold set", f"{len(named)} that name all of it",
             f"all {len(questions)}", "rows with an invented one", "ms")  # fmt: skip
    shown.add_column("found by")
    for head in heads:
        shown.add_column(head, justify="right")
    ours = dateline(known)
    of_halves = [[r for r in questions if half_of(r["question"], SALT) == h] for h in (0, 1)]
    for name, find, rows in (
        ("Dateline", ours, questions),
        *((f"  {said}", ours, rows) for said, rows in zip(HALVES, of_halves, strict=True)),
        ("GPT-3.5", gpt35(known), questions),
    ):
        each = sources(rows, find)
        ms = f"{each.ms:.2f}" if find is ours else "–"
        shares = (f"{value:.3f}" for value in (each.gold, each.named, each.every))
        shown.add_row(name, *shares, f"{each.invented}", ms)
    shown.caption = f"{len(known)} known names; the other rows' gold is the empty set"
    return shown


def times_table(multihop: Questions, dated: Questions) -> Table:
    """Periods found, and those found where no word is of time, which are listed."""
    shown = Table(title="Times named in questions", title_justify="left")
    for head in ("questions", "asked", "with a period", "with no time word", "and a period"):
        shown.add_column(head, justify="left" if head == "questions" else "right")
    wrong: list[str] = []
    for name, rows in (("RealTimeQA", dated), ("MultiHop-RAG", multihop)):
        silent = [row for row in rows if not TIME_WORD.search(row["question"])]
        false = list(false_periods(rows))
        periods = sum(has_period(row) for row in rows)
        counts = (len(rows), periods, len(silent), len(false))
        shown.add_row(name, *(f"{count:,}" for count in counts))
        wrong += false
    shown.caption = "\n".join(wrong[:SHOWN])
    return shown


def sources(questions: Questions, find: Find) -> Sources:
    started = time.perf_counter()
    found = [find(row) for row in questions]
    ms = (time.perf_counter() - started) * 1000 / len(questions)
    right = [got == frozenset(row["publishers"]) for got, row in zip(found, questions, strict=True)]
    some = [bool(row["publishers"]) for row in questions]
    named = [has and all_named(row) for has, row in zip(some, questions, strict=True)]
    invented = sum(
        any(not is_named(name, row["question"]) for name in got)
        for got, row in zip(found, questions, strict=True)
    )
    of_gold, of_named = (statistics.mean(compress(right, kept)) for kept in (some, named))
    return Sources(of_gold, of_named, statistics.mean(right), invented, ms)


def dateline(known: Sequence[str]) -> Find:
    return lambda row: frozenset(_scope(row, Known(tuple(known))).values("publisher"))


def gpt35(known: Sequence[str]) -> Find:
    """What it named, each as the data write it where it only used another form."""
    return lambda row: frozenset(_as_known(name, known) for name in row["gpt35_publishers"])


def known_outlets(questions: Questions) -> list[str]:
    """Every publisher of the data: a question is not told which are its own."""
    gold = {name for row in questions for name in row["publishers"]}
    return sorted(gold | {fact["source"] for row in questions for fact in row["evidence"] or ()})


def false_periods(questions: Questions) -> Iterator[str]:
    """Questions that hold no word of time and of which a period was read all the same."""
    for row in questions:
        if not TIME_WORD.search(row["question"]) and has_period(row):
            yield row["question"]


def has_period(row: dict[str, Any]) -> bool:
    return any(_scope(row, Known()).values("time"))


def all_named(row: dict[str, Any]) -> bool:
    return all(is_named(name, row["question"]) for name in row["publishers"])


def is_named(name: str, text: str) -> bool:
    """Whether a form of the name stands there as words, in any letter case, "'s" or not."""
    return any(
        re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text, re.IGNORECASE) for form in forms(name)
    )


def forms(name: str) -> frozenset[str]:
    """The name, without its motto or desk ("Cnbc | World …", "FOX News - Health"), without "The"
    where a long word is left, without ".com"; and its known short forms."""
    whole = name.casefold()
    short = re.split(r" \| | - |: ", whole)[0].removesuffix(".com")
    bare = short.removeprefix("the ")
    found = {whole, short, *_ALSO.get(short, ()), *_ALSO.get(bare, ())}
    return frozenset(found | {bare} if len(bare) >= _LONG else found)


def _as_known(name: str, known: Iterable[str]) -> str:
    like = [each for each in known if forms(each) & forms(name)]
    return like[0] if name not in known and len(like) == 1 else name


def _scope(row: dict[str, Any], known: Known) -> Scope:
    now = moment_of(row["date"]) if "date" in row else ASKED
    return placed(understand(row["question"]), now, known).scope
