"""Commands do at the desk of a running chat what they do when they open the archive themselves."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from assistant import commands
from assistant.cli import app
from assistant.commands import Service
from assistant.web.desk import desk
from ingest import ingest
from ingest.archive.archive import Archive
from ingest.archive.owner import ADDRESS
from ingest.edge import run
from ingest.errors import ArchiveInUseError
from ingest.settings import load_settings
from tests.archives import copied
from tests.conftest import HashEmbedder

ROOT = Path(__file__).resolve().parents[2]
CHAT = "http://127.0.0.1:7860"
PORT = "Which port did the Chinese flotilla leave?"
COMMANDS = [
    ("ask", PORT),
    ("ask", PORT, "--json"),
    ("ask", PORT, "--json", "--as-of", "2023-08-01", "--publisher", "The Meridian Post"),
    ("ask", PORT, "--publisher", "Nobody", "--publisher", "Zoë \udc80"),
    ("ask", "Who won the Nobel Prize in Literature in 2022?"),
    ("ask", "timeline of the search for the Titan", "--ignore", "time", "--model", "quoting"),
    ("ask", ""),
    ("ask", "a" * 100_000),
    ("ask", "x", "--since", "soon"),
    ("ask", "x", "--since", "2023-02-01", "--until", "2023-01-01"),
    ("ask", "x", "--model", "nonsense:x"),
    ("ask", "x", "--ignore", "nonsense"),
    ("search", "flotilla", "-k", "3"),
    ("search", "flotilla", "--json"),
    ("search", "zzzz"),
    ("list",),
    ("list", "--json"),
    ("show", "1"),
    ("show", "nosuchid"),
    ("remove", "nosuchid"),
    ("remove", "nosuchid", "another", "--json"),
    ("feedback",),
    ("feedback", "--json", "--rating", "bad"),
    ("feedback", "--since", "soon"),
    ("doctor", "--json"),
    ("search", "x", "-k", "many"),
]
Done = tuple[object, str, str]


def done(*words: object) -> Done:
    """Exit code, standard output and standard error of a command; seconds are left out."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as left:
        run(app, "dateline", [str(word) for word in words])
    return left.value.code, timeless(out.getvalue()), err.getvalue()


def timeless(text: str) -> str:
    return re.sub(r'("seconds": |in )\d+\.\d+( s)?', r"\1–", text)


@pytest.fixture(scope="module")
def here(folder: Path) -> dict[tuple[str, ...], Done]:
    """What each command does when it opens the archive itself."""
    return {words: done(*words, "--archive", folder) for words in COMMANDS}


@pytest.fixture(scope="module")
def served(folder: Path, here: object) -> Iterator[Path]:
    """The same archive, at a desk."""
    with Archive.open(load_settings(folder)) as archive, desk(Service(archive), CHAT):
        yield folder


@pytest.fixture
def serve() -> Iterator[Callable[[Path], Archive]]:
    """Puts an archive at a desk until the test ends."""
    leave: list[Any] = []

    def start(place: Path) -> Archive:
        archive = Archive.open(load_settings(place), create=True)
        at = desk(Service(archive), CHAT)
        at.__enter__()
        leave.extend([archive.close, lambda: at.__exit__(None, None, None)])
        return archive

    yield start
    for step in reversed(leave):
        step()


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words)[:40])
def test_a_command_does_at_the_desk_what_it_does_here(
    words: tuple[str, ...], here: dict[tuple[str, ...], Done], served: Path
) -> None:
    assert done(*words, "--archive", served) == here[words]


def test_the_archive_is_the_chats_all_the_while(served: Path) -> None:
    with pytest.raises(ArchiveInUseError):
        Archive.open(load_settings(served))


def test_versions_and_whole_articles_are_shown_alike(folder: Path, served: Path) -> None:
    listed = json.loads(done("list", "--json", "--archive", served)[1])["articles"]
    first = listed[0]["article_id"]
    for more in ([], ["--json"], ["--versions"], ["--versions", "--json"]):
        code, out, err = done("show", first[:8], *more, "--archive", served)
        assert (code, err) == (0, "")
        assert listed[0]["title"] in out or "--versions" in more


def test_a_removal_is_done_for_good(folder: Path, tmp_path: Path, serve: Any) -> None:
    near, far = (copied(folder, tmp_path / name) for name in ("near", "far"))
    first = json.loads(done("list", "--json", "--archive", near)[1])["articles"][0]["article_id"]
    archive = serve(far)
    for more in ([], ["--json"]):
        words = ["remove", first, "nosuch", *more, "--archive"]
        assert done(*words, far) == done(*words, near)
    assert not archive.catalog.holds(first)


def test_a_repair_asks_to_stop_the_chat(served: Path) -> None:
    code, out, err = done("doctor", "--repair", "--archive", served)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1 and served.name in err and "Stop the chat" in err


def test_a_setting_that_cannot_be_used_is_said_here(
    served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_DEADLINE", "soon")
    code, _, err = done("list", "--archive", served)
    assert code == 2 and "DATELINE_DEADLINE" in err


def test_an_ingest_is_the_same_at_the_desk(
    tmp_path: Path, serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = serve(tmp_path / "far")
    (tmp_path / "in").mkdir()
    lines = [{"id": i, "title": f"Pier {i}", "text": f"Ship {i % 90} came."} for i in range(130)]
    (tmp_path / "in" / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (tmp_path / "in" / "b.txt").write_bytes(b"\x00\x01" * 99)
    (tmp_path / "in" / "c.txt").write_text("Harbour reopens\n\nThe harbour reopened on Sunday.\n")
    (tmp_path / "in" / "q.jsonl").write_text('{"question": "Why?"}')
    runs: list[list[str]] = [["in"], ["in", "--json"], ["missing", "in", "--limit", "3"],
                             ["-"], ["in", "--since", "2023-01-01", "--json"]]  # fmt: skip
    for words in runs:
        both = []
        for place in ("near", "far"):
            stdin = io.BytesIO(b"Ferry sails\n\nThe ferry sailed on Monday.\n")
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(stdin))
            code, out, err = done("ingest", *words, "--archive", tmp_path / place)
            both.append((code, out, re.sub(r"\([\d,]+/s\)", "", err)))
        assert both[0] == both[1]
    assert archive.counts()[0] > 90
    assert done("doctor", "--archive", tmp_path / "far")[0] == 0


def test_the_python_function_uses_the_desk_too(tmp_path: Path, serve: Any) -> None:
    archive = serve(tmp_path / "far")
    (tmp_path / "a.txt").write_text("Harbour reopens\n\nThe harbour reopened on Sunday.\n")
    assert ingest(tmp_path / "a.txt", tmp_path / "far").added == 1
    assert ingest(str(tmp_path / "a.txt"), str(tmp_path / "far")).unchanged == 1
    assert archive.counts() == (1, 1)
    with pytest.raises(
        ArchiveInUseError
    ):  # an embedder of one's own is for an archive of one's own
        ingest(tmp_path / "a.txt", tmp_path / "far", embedder=HashEmbedder())


def test_two_ingests_and_questions_at_once(tmp_path: Path, serve: Any) -> None:
    archive = serve(tmp_path / "far")
    for name in ("one", "other"):
        lines = [{"id": i, "title": f"{name} {i}", "text": f"The {name} ship {i} came to the pier."}
                 for i in range(400)]  # fmt: skip
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)))
    settings = load_settings(tmp_path / "far")
    with ThreadPoolExecutor() as pool:
        reports = [pool.submit(ingest, tmp_path / f"{name}.jsonl", tmp_path / "far")
                   for name in ("one", "other")]  # fmt: skip
        asked = [pool.submit(commands.run, settings, "ask", {"question": "Which ship came?"})
                 for _ in range(4)]  # fmt: skip
    assert [report.result().added for report in reports] == [400, 400]
    assert all(answer.result().complete for answer in asked)
    assert archive.counts()[0] == 800
    assert archive.check().healthy


def test_a_client_imports_nothing_heavy(served: Path) -> None:
    heavy = "{'chromadb', 'gradio', 'langchain_core', 'tantivy', 'numpy', 'starlette', 'uvicorn'}"
    code = (
        "import atexit, sys\n"
        f"atexit.register(lambda: print(sorted({heavy} & set(sys.modules)), file=sys.stderr))\n"
        "from assistant.cli import main\n"
        "main()\n"
    )
    for words in (["list"], ["ask", PORT, "--json"], ["doctor"]):
        ended = subprocess.run(
            [sys.executable, "-c", code, *words, "--archive", str(served)],
            capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert (ended.returncode, ended.stderr) == (0, "[]\n")
        assert ended.stdout


# Owners and clients in processes of their own, which end when they like.

SLOW = """
import signal, sys, time
from pathlib import Path
from types import SimpleNamespace
from assistant.web.desk import desk
from ingest.archive.owner import Owner

class Slow:
    archive = SimpleNamespace(folder=Path(sys.argv[1]))

    def do(self, name, options):
        print("asked", flush=True)
        time.sleep(600)

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
owner = Owner(Slow.archive.folder)
with desk(Slow(), "http://127.0.0.1:7860"):
    print("serving", flush=True)
    time.sleep(600)
"""
Spawn = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def spawn(tmp_path: Path) -> Iterator[Spawn]:
    """Starts Python with these words."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, *map(str, words)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_an_owner_that_dies_in_the_midst_is_one_plain_sentence(
    how: signal.Signals, folder: Path, tmp_path: Path, spawn: Spawn
) -> None:
    place = copied(folder, tmp_path / "archive")
    owner = spawn("-c", SLOW, place)
    assert line_of(owner) == "serving"
    asking = spawn("-m", "assistant", "ask", "Who?", "--archive", place)
    assert line_of(owner) == "asked"
    owner.send_signal(how)
    out, err = asking.communicate(timeout=60)
    assert (asking.returncode, out) == (2, "")
    [line] = err.splitlines()
    assert "ended before it had answered" in line and CHAT in line
    owner.wait(60)
    assert (place / ADDRESS).exists() is (how == signal.SIGKILL)
    assert done("list", "--archive", place)[0] == 0  # what is left behind is harmless


@pytest.mark.slow
def test_ctrl_c_stores_what_was_read_and_the_next_run_goes_on(
    tmp_path: Path, serve: Any, spawn: Spawn
) -> None:
    archive = serve(tmp_path / "far")
    lines = [{"id": i, "title": f"Pier {i}", "text": f"Ship {i} came."} for i in range(15_000)]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    reading = spawn("-m", "ingest", path, "--archive", tmp_path / "far")
    assert reading.stderr is not None
    assert "100 articles" in reading.stderr.readline()
    reading.send_signal(signal.SIGINT)
    out, err = reading.communicate(timeout=120)
    assert reading.returncode == 130
    assert out.startswith("Stopped; the next run goes on from here. ")
    assert "Traceback" not in err
    stored = archive.counts()[0]
    assert f"holds {stored:,} articles" in out
    report = ingest(path, tmp_path / "far", limit=stored + 5)
    assert (report.unchanged, report.added) == (stored, 5)
