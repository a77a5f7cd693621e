"""Every fault of a model's service, ten times: one plain sentence or a part marked incomplete."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.results import Answer
from assistant.write.service import load_writer
from ingest.archive.archive import Archive
from ingest.article import Article
from ingest.errors import ModelError
from ingest.settings import Settings
from tests.archives import copied
from tests.model_faults import GOOD, KEY, Fault, broken, faults, resets, stalls
from tests.model_server import Reply, fails, model_server
from tests.shell import dateline

TIMES = 10
FEWER = {"endless": 3, "huge chunk": 6}  # those that keep the cores busy, three at once
DEADLINE = 1.5
SLACK = 15.0  # for a machine that is busy with other things
QUESTION = "Who reopened the harbour?"


@pytest.fixture(scope="module")
def archive(read_only: Callable[..., Archive], make_article: Callable[..., Article]) -> Archive:
    text = "Mayor Ilse Brandt reopened the harbour on Monday. It had been shut."
    return read_only([make_article("Harbour reopens", text)])


class Records(logging.Handler):
    """What is logged, traces included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


@contextmanager
def everything_logged() -> Iterator[Records]:
    root, records = logging.getLogger(), Records()
    before = root.level
    root.addHandler(records)
    root.setLevel(logging.DEBUG)
    try:
        yield records
    finally:
        root.setLevel(before)
        root.removeHandler(records)


def settings_for(url: str, deadline: float = DEADLINE) -> Settings:
    return Settings(OPENAI_BASE_URL=url, OPENAI_API_KEY=KEY, deadline=deadline, _env_file=None)  # type: ignore[call-arg]


def asked(archive: Archive, url: str, streaming: bool = False) -> tuple[str, str]:
    """What came of a question: its kind, and all that a user or a log could see of it."""
    assistant = Assistant(archive, load_writer("scripted", settings_for(url)))
    try:
        answers = list(assistant.stream(QUESTION)) if streaming else [assistant.ask(QUESTION)]
    except ModelError as error:
        check_sentence(str(error))
        assert "scripted" in str(error)
        return "error", "".join(traceback.format_exception(error))
    return kind_of(answers[-1]), "\n".join(f"{answer!r} {answer.as_json()}" for answer in answers)


def check_sentence(text: str) -> None:
    assert "\n" not in text and len(text) < 400, text
    assert text.endswith(".") and text[0].isupper(), text
    assert not re.search(r"Traceback|<|\{|Error\b|object at 0x|None\b", text), text


def kind_of(answer: Answer) -> str:
    incomplete = [note for note in answer.notes if note.startswith("Incomplete:")]
    assert answer.complete is not bool(incomplete)
    if answer.complete:
        assert answer.text == "Mayor Brandt reopened it [1]."
        return "good"
    assert answer.text
    return "partial"


def once(archive: Archive, fault: Fault, number: int) -> tuple[str, str, float]:
    with model_server() as script:
        script.replies = fault.replies(number)
        url = script.url if script.replies else "http://127.0.0.1:9/v1"
        started = time.monotonic()
        kind, seen = asked(archive, url, streaming=number % 2 == 1)
        seconds = time.monotonic() - started
        until(lambda: script.open == 0, "a connection stays open")
    return kind, seen, seconds


def until(true: Callable[[], bool], otherwise: str) -> None:
    ends = time.monotonic() + SLACK
    while not true():
        assert time.monotonic() < ends, otherwise
        time.sleep(0.02)


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "dateline-model"]


@pytest.mark.slow
@pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.name)
def test_every_fault_ends_in_a_sentence_or_a_marked_part(
    archive: Archive,
    fault: Fault,
    capfd: pytest.CaptureFixture[str],
    recwarn: pytest.WarningsRecorder,
) -> None:
    before = set(readers())  # another file's test may have left one that waits for its deadline
    times = FEWER.get(fault.name, TIMES)
    at_once = 3 if fault.name in FEWER else TIMES
    with everything_logged() as records, ThreadPoolExecutor(at_once) as pool:
        runs = list(pool.map(lambda number: once(archive, fault, number), range(times)))
    assert len(runs) == times
    assert {kind for kind, _, _ in runs} <= fault.may_be, [kind for kind, _, _ in runs]
    assert max(seconds for _, _, seconds in runs) < DEADLINE + SLACK
    until(lambda: set(readers()) <= before, "a thread still reads")
    captured = capfd.readouterr()
    warned = "".join(str(each.message) for each in recwarn.list)
    said = [*(seen for _, seen, _ in runs), *records.texts, captured.out, captured.err, warned]
    assert not any(KEY in text for text in said)
    assert "Traceback" not in captured.err


@pytest.mark.slow
def test_the_commands_exit_code_says_what_came_of_it(sample_folder: Path, tmp_path: Path) -> None:
    whole = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}})
    cases: list[tuple[list[Reply], int]] = [
        ([GOOD], 0),
        ([broken(4, resets)], 1),
        ([fails(401, whole)], 2),
        ([broken(0, stalls)], 2),
        ([fails(429, whole, [("Retry-After", "60")])], 2),
    ]
    for replies, code in cases:
        folder = tmp_path / "archive"
        if not folder.exists():
            copied(sample_folder, folder)
        done = command(folder, replies)
        assert done.returncode == code, done
        assert KEY not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        if code == 2:
            (line,) = done.stderr.strip().splitlines()
            check_sentence(line.removeprefix("dateline: "))
        else:
            assert ("Incomplete:" in done.stdout) is (code == 1)


def command(folder: Path, replies: list[Reply]) -> subprocess.CompletedProcess[str]:
    question = "Which port did the Chinese flotilla leave?"
    with model_server() as script:
        script.replies = replies
        return dateline(
            "ask", question, "--archive", str(folder), OPENAI_BASE_URL=script.url,
            OPENAI_API_KEY=KEY, DATELINE_DEADLINE=str(DEADLINE),
        )  # fmt: skip
