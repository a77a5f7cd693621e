"""How long a search takes: by what narrows it, by the size of the archive, by threads."""

from __future__ import annotations

import gzip
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from rich.table import Table

from assistant.answer import Assistant
from assistant.question.follow_ups import Turn
from assistant.question.question import Question, understand
from assistant.results import REFUSAL, Found
from assistant.write.draft import Draft
from assistant.write.model import CONTEXT_TOKENS, fitting, numbered
from assistant.write.prompts import load_prompt
from benchmarks.questions import Questions
from benchmarks.searching import columns, percentile
from ingest.archive.archive import Archive
from ingest.run import ingest

EVERY_ARTICLE = 9  # makes the small archive: RealTimeQA's has about 15,000 chunks then
EVERY = 4  # question is asked
WARM = 60  # searches before the clock runs
THREADS = 16
ROUNDS = 2  # of throughput, one thread and many in turns

Asked = tuple[str, dict[str, Any]]  # the question and the options of a search


class Throughput(NamedTuple):
    one: float  # searches a second
    many: float
    errors: int


def tables(archive: Archive, questions: Questions, source: Path) -> Iterable[Table]:
    """`source`: the articles of the archive, of which some make the small one."""
    some = questions[::EVERY]
    with tempfile.TemporaryDirectory() as folder:
        ingest([_thinned(source, Path(folder))], archive=f"{folder}/a")
        with Assistant.open(f"{folder}/a") as small:
            yield _latency_table(small, Assistant(archive), some)
    found = throughput(Assistant(archive), some)
    shown = columns(
        Table(title="Throughput, as of each question's date", title_justify="left"),
        "threads", "searches/s", "ratio", "errors",
    )  # fmt: skip
    shown.add_row("1", f"{found.one:.1f}", "", "")
    shown.add_row(f"{THREADS}", f"{found.many:.1f}", f"{found.many / found.one:.2f}",
                  f"{found.errors}")  # fmt: skip
    yield shown


def first_text_table(archive: Archive, questions: Questions) -> Table:
    """Milliseconds until an answer begins: all that is Dateline's own share of it."""
    assistant = Assistant(archive)
    model = Assistant(archive, _Instant())
    shown = columns(
        Table(title="Time to the first text, as of each question's date", title_justify="left"),
        "writer", "p50 ms", "p95 ms",
    )  # fmt: skip
    for name, each, options in (
        ("quoting", assistant, {"model": "quoting"}),
        ("a model that answers at once", model, {}),
    ):
        times = [_first_text(each, q, options) for q in questions[::EVERY]][WARM:]
        shown.add_row(name, f"{statistics.median(times):.1f}", f"{percentile(times, 0.95):.1f}")
    return shown


def _first_text(assistant: Assistant, question: dict[str, Any], options: dict[str, Any]) -> float:
    started = time.perf_counter()
    stream = assistant.stream(question["question"], as_of=question["date"], **options)
    next(answer for answer in stream if answer.text)
    return (time.perf_counter() - started) * 1000


class _Instant:
    """A chat model without any waiting: its prompt is built, its text is there."""

    name = "instant"

    def standalone(self, question: str, history: Sequence[Turn]) -> Question:
        return understand(question)

    def write(self, question: Question, found: Found) -> Iterator[Draft]:
        shown = fitting(found.passages, CONTEXT_TOKENS)
        load_prompt("answer").format(
            refusal=REFUSAL, passages=numbered(shown), question=question.text
        )
        yield Draft("It is so [1]. ")


def cases(outlet: str) -> dict[str, Callable[[dict[str, Any]], Asked]]:
    """What is asked of each question: nothing more, or something that narrows it."""
    return {
        "no filter": lambda q: (q["question"], {}),
        "as-of": lambda q: (q["question"], {"as_of": q["date"]}),
        f"as-of, {outlet} only": lambda q: (
            q["question"], {"as_of": q["date"], "publishers": [outlet]},
        ),
        "a month": lambda q: (
            q["question"], {"since": f"{q['date'][:8]}01", "until": q["date"]},
        ),
        "the month in the question": lambda q: (
            f"{q['question'].rstrip('? ')} in {_month(q['date'])}?", {"as_of": q["date"]},
        ),
    }  # fmt: skip


def latencies(assistants: Sequence[Assistant], asked: Sequence[Asked]) -> list[list[float]]:
    """Milliseconds of each search for each assistant; they take turns, so that what else the
    machine does slows all of them."""
    for text, options in asked[:WARM]:
        for assistant in assistants:
            assistant.search(text, **options)
    times: list[list[float]] = [[] for _ in assistants]
    for text, options in asked:
        for assistant, own in zip(assistants, times, strict=True):
            started = time.perf_counter()
            assistant.search(text, **options)
            own.append((time.perf_counter() - started) * 1000)
    return times


def throughput(assistant: Assistant, questions: Questions) -> Throughput:
    """Searches a second of one thread and of sixteen; searches that failed."""
    errors = 0
    seconds = {1: 0.0, THREADS: 0.0}

    def search(question: dict[str, Any]) -> bool:
        try:
            return bool(assistant.search(question["question"], as_of=question["date"]).passages)
        except Exception:
            return False

    for _ in range(ROUNDS):
        for threads in seconds:
            started = time.perf_counter()
            with ThreadPoolExecutor(threads) as pool:
                errors += list(pool.map(search, questions)).count(False)
            seconds[threads] += time.perf_counter() - started
    done = ROUNDS * len(questions)
    return Throughput(done / seconds[1], done / seconds[THREADS], errors)


def _latency_table(small: Assistant, whole: Assistant, questions: Questions) -> Table:
    sizes = [assistant.archive.catalog.counts()[1] for assistant in (small, whole)]
    shown = columns(
        Table(title=f"Search, ten passages, warm, {len(questions)} questions",
              title_justify="left"),
        "narrowed by", "p50 ms", "p95 ms", f"p50 of {sizes[0]:,} chunks", "growth",
    )  # fmt: skip
    for name, case in cases(whole.archive.names.outlets[0]).items():
        few, all_of = latencies([small, whole], [case(question) for question in questions])
        p50, p95, little = (
            statistics.median(all_of), percentile(all_of, 0.95), statistics.median(few),
        )  # fmt: skip
        shown.add_row(name, *(f"{v:.1f}" for v in (p50, p95, little)), f"{p50 / little:.2f}")
    shown.caption = f"{sizes[1]:,} chunks; growth is the ratio of the two p50"
    return shown


def _thinned(source: Path, folder: Path) -> Path:
    """Articles of all years: the first of the file are the oldest, and most months would be empty
    in an archive of them."""
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        few = list(itertools.islice(lines, 0, None, EVERY_ARTICLE))
    thinned = folder / "articles.jsonl"
    thinned.write_text("".join(few), "utf-8")
    return thinned


def _month(day: str) -> str:
    return date.fromisoformat(day).strftime("%B %Y")
