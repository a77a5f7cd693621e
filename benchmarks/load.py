"""A hundred users at once: what they get, how soon, and what the chat needs for it.

The chat runs as a user runs it, with the quoting default; the users are a process of their own
(`benchmarks/users.py`). The same users then ask a bare endpoint that searches the word index of
the same archive and answers nothing (`benchmarks/wordserver.py`): the least that a search costs on
this machine. Everybody sits at it, so nobody's questions are counted and only the gate says no.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from benchmarks.paint import RUNS, Paint, browser_path, paint
from benchmarks.processes import Usage, server, usage, watched
from benchmarks.questions import Questions
from benchmarks.searching import columns, percentile
from benchmarks.users import Plan, Seen

USERS, SECONDS = 100, 60.0
FIRST = 50  # questions asked one after the other before the load
AFTER = 10.0  # seconds until the process is looked at again
SHARES = (0.5, 0.95, 0.99)


@dataclass(frozen=True)
class Loaded:
    """A server before, under and after its users, and what they saw. `cpu`: of the users."""

    seen: Sequence[Seen]
    before: Usage
    under: Sequence[Usage]
    after: Usage
    cpu: float
    seconds: float

    def of(self, what: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.what == what]

    @property
    def answered(self) -> list[Seen]:
        return [seen for seen in self.of("ask") if seen.whole is not None]

    @property
    def busy(self) -> list[Seen]:
        return [seen for seen in self.of("ask") if seen.status == 429]

    @property
    def faults(self) -> Counter[str]:
        """What went wrong, by name; being told to wait is no fault."""
        odd = (s.fault or str(s.status) for s in self.seen if s.fault or s.status not in (200, 429))
        return Counter(odd)

    @property
    def cores(self) -> float:
        """Cores that the server was busy with."""
        return (self.under[-1].cpu - self.before.cpu) / self.seconds

    @property
    def peak(self) -> float:
        return max(each.resident for each in self.under)


def tables(
    archive: Path, questions: Questions, users: int = USERS, seconds: float = SECONDS
) -> Iterator[Table]:
    """`archive`: a folder that nobody has open."""
    asked = [{"question": row["question"], "as_of": row["date"]} for row in questions]
    with server(_chat(archive), "/api/health") as (url, pid):
        yield _quiet_table(url, pid, asked)
        chat = load(url, pid, users, seconds, asked)
    with server(_words(archive), "/") as (url, pid):
        bare = load(url, pid, users, seconds, asked)
    yield _table(chat, bare, users, seconds)
    yield _usage_table(chat, bare)


def load(url: str, pid: int, users: int, seconds: float, asked: Sequence[dict[str, Any]]) -> Loaded:
    """Let the users at a server."""
    before, started = usage(pid), time.monotonic()
    with watched(pid) as under:
        seen, cpu = _users(Plan(url, users, seconds, asked))
        took = time.monotonic() - started
    time.sleep(AFTER)
    return Loaded(seen, before, under, usage(pid), cpu, took)


def _users(plan: Plan) -> tuple[list[Seen], float]:
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(asdict(plan), file)
        file.flush()
        command = [sys.executable, "-m", "benchmarks.users", file.name]
        told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return [Seen(**each) for each in told["seen"]], told["cpu"]


def _chat(archive: Path) -> list[str]:
    return [sys.executable, "-m", "assistant", "chat", "--port", "{port}",
            "--archive", str(archive)]  # fmt: skip


def _words(archive: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.wordserver", str(archive), "{port}"]


def _quiet_table(url: str, pid: int, asked: Sequence[dict[str, Any]]) -> Table:
    started = usage(pid)
    times = [_ask(url, each) for each in asked[:FIRST]]
    answered, browser = usage(pid), browser_path()
    seen = paint(url, browser) if browser else None
    shown = columns(Table(title="A quiet chat", title_justify="left"), "what", "")
    shown.add_row("memory after the start, MB", f"{started.resident:,.0f}")
    shown.add_row(f"memory after {len(times)} questions, MB", f"{answered.resident:,.0f}")
    shown.add_row("a whole answer, p50 ms", f"{statistics.median(times) * 1000:.0f}")
    shown.add_row("a whole answer, p95 ms", f"{percentile(times, 0.95) * 1000:.0f}")
    for name, value in _paints(seen):
        shown.add_row(f"{name}, median of {RUNS}, s", value)
    return shown


def _paints(seen: Paint | None) -> Iterable[tuple[str, str]]:
    yield "first contentful paint", f"{seen.first:.2f}" if seen else "no browser here"
    yield "a question can be typed", f"{seen.usable:.2f}" if seen else "no browser here"


def _ask(url: str, question: dict[str, Any]) -> float:
    request = urllib.request.Request(
        f"{url}/api/ask", json.dumps(question).encode(), {"Content-Type": "application/json"}
    )
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as response:
        response.read()
    return time.perf_counter() - started


def _table(chat: Loaded, bare: Loaded, users: int, seconds: float) -> Table:
    shown = columns(
        Table(title=f"{users} users for {seconds:.0f} s", title_justify="left"),
        "what they get", "the chat", "a bare word search", "ratio",
    )  # fmt: skip
    for name, row in counts(chat).items():
        shown.add_row(name, row, counts(bare)[name], "")
    shown.add_row("answers a second", *compared(rate(chat), rate(bare), "{:.1f}"))
    for name, times in timed(chat).items():
        others = timed(bare)[name]
        for share in SHARES:
            pair = (_at(times, share), _at(others, share))
            shown.add_row(f"{name}, p{share * 100:.0f} ms", *compared(*pair, "{:.0f}"))
    return shown


def counts(loaded: Loaded) -> dict[str, str]:
    """How many requests ended in which way."""
    asked, classes = loaded.of("ask"), Counter(seen.status // 100 for seen in loaded.seen)
    faults = ", ".join(f"{name} {n}" for name, n in sorted(loaded.faults.items()))
    return {
        "questions": f"{len(asked):,}",
        "answered": f"{len(loaded.answered):,}",
        "told to wait (429)": f"{len(loaded.busy):,}",
        "  of them politely": f"{sum(seen.polite for seen in loaded.busy):,}",
        "statuses 2xx, 4xx, 5xx": f"{classes[2]:,}, {classes[4]:,}, {classes[5]:,}",
        "faults": faults or "none",
    }


def timed(loaded: Loaded) -> dict[str, list[float]]:
    """Milliseconds; what has no answer has no time."""
    asked, answered = loaded.of("ask"), loaded.answered
    times = {
        "first byte of any reply": [seen.first_byte for seen in asked if seen.status],
        "first text": [seen.first_text for seen in answered if seen.first_text is not None],
        "whole answer": [seen.whole for seen in answered if seen.whole is not None],
        "first byte of the page": [seen.first_byte for seen in loaded.of("probe") if seen.status],
    }
    return {name: [value * 1000 for value in values] for name, values in times.items()}


def rate(loaded: Loaded) -> float:
    return len(loaded.answered) / loaded.seconds


def compared(ours: float, theirs: float, how: str) -> tuple[str, str, str]:
    """Both, and how many times theirs ours is."""
    ratio = f"{ours / theirs:.2f}" if theirs else ""
    return how.format(ours), how.format(theirs), ratio


def _at(times: Sequence[float], share: float) -> float:
    return percentile(times, share) if times else 0.0


def _usage_table(chat: Loaded, bare: Loaded) -> Table:
    shown = columns(
        Table(title="What the servers need", title_justify="left"), "what", "the chat", "bare"
    )
    rows = {
        "cores": lambda one: f"{one.cores:.2f}",
        "cores of the users": lambda one: f"{one.cpu / one.seconds:.2f}",
        "memory before / at most / after, MB": lambda one: " / ".join(
            f"{mb:,.0f}" for mb in (one.before.resident, one.peak, one.after.resident)
        ),
        "threads before / at most / after": lambda one: _three(one, "threads"),
        "sockets before / at most / after": lambda one: _three(one, "sockets"),
    }
    for name, tell in rows.items():
        shown.add_row(name, tell(chat), tell(bare))
    return shown


def _three(one: Loaded, name: str) -> str:
    most = max(getattr(each, name) for each in one.under)
    return f"{getattr(one.before, name)} / {most} / {getattr(one.after, name)}"
