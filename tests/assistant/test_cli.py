"""The commands as a shell sees them: output, JSON, exit codes, one-line errors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.archive.archive import Archive
from ingest.settings import Settings
from tests import shell
from tests.archives import copied

QUESTION = "Which port did the Chinese flotilla leave?"
THEN_SAY = """
import atexit, sys
from assistant.cli import main

atexit.register(lambda: print("openai" in sys.modules))
main()
"""
Done = subprocess.CompletedProcess[str]


def dateline(*arguments: str, archive: Path | None = None, **environment: str) -> Done:
    where = ["--archive", str(archive)] if archive else []
    return shell.dateline(*arguments, *where, **environment)


def in_a_process(*arguments: str, run: Sequence[str] = ("-m", "assistant")) -> Done:
    """The same by a Python of its own."""
    command = [sys.executable, *run, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def one_line(done: Done) -> str:
    """The error: exactly one line on stderr, nothing on stdout, exit code 2."""
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_ask_prints_the_answer_its_quote_and_its_link_and_loads_no_service(folder: Path) -> None:
    done = in_a_process("ask", QUESTION, "--archive", str(folder), run=("-c", THEN_SAY))
    assert done.returncode == 0
    assert done.stdout.count("“A Chinese naval flotilla left") == 1  # a quote is printed once
    assert "\n[1] Chinese flotilla sails" in done.stdout
    assert "https://meridianpost.example/" in done.stdout
    assert done.stdout.endswith("\nFalse\n")
    assert done.stderr == ""


def test_ask_json_is_one_object_and_nothing_else(folder: Path) -> None:
    done = dateline("ask", QUESTION, "--json", "--as-of", "2023-08-01", archive=folder)
    answer = json.loads(done.stdout)
    shown = json.loads(
        dateline("show", answer["citations"][0]["article_id"], "--json", archive=folder).stdout
    )
    citation = answer["citations"][0]
    assert citation["quote"] == shown["text"][citation["start"] : citation["end"]]
    assert answer["as_of"] == answer["filters"]["as_of"] == "2023-08-01"
    assert (shown["byline"], shown["agency"]) == ("Lydia Marchetto", "Harbour Wire")
    assert shown["published_from"] == "metadata" and shown["fetched"] is None


def test_a_refusal_is_no_failure(folder: Path) -> None:
    done = dateline("ask", "Who won the Nobel Prize in Literature in 2022?", archive=folder)
    assert done.returncode == 0
    assert done.stdout.startswith("The archive does not hold the answer.")
    assert "near:" in done.stdout


def test_search_list_and_show_agree(folder: Path) -> None:
    found = json.loads(dateline("search", "flotilla", "-k", "2", "--json", archive=folder).stdout)
    assert set(found) == {"question", "filters", "passages", "seconds"}
    assert 0 < len(found["passages"]) <= 2
    passage = found["passages"][0]
    listed = json.loads(dateline("list", "--json", archive=folder).stdout)["articles"]
    row = next(row for row in listed if row["article_id"] == passage["article_id"])
    assert row["title"] == passage["title"]
    assert len(listed) == 62
    shown = dateline("show", passage["article_id"][:8], archive=folder)
    assert row["title"] in shown.stdout


def test_remove_removes_and_names_what_is_not_there(folder: Path, tmp_path: Path) -> None:
    copy = copied(folder, tmp_path / "copy")
    first = json.loads(dateline("list", "--json", archive=copy).stdout)["articles"][0]["article_id"]
    done = dateline("remove", first, "nosuchid", "--json", archive=copy)
    assert done.returncode == 1
    assert json.loads(done.stdout) == {"removed": [first], "missing": ["nosuchid"]}
    assert first not in dateline("list", archive=copy).stdout
    with Archive.open(Settings(archive=copy, _env_file=None)) as archive:
        assert archive.check().healthy


def test_doctor_says_that_all_is_well(folder: Path) -> None:
    done = dateline("doctor", "--json", archive=folder)
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert report["healthy"] and report["articles"] == 62
    assert report["vectors"]["found"] == report["vectors"]["sampled"] == report["chunks"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ask", ""], "question is empty"),
        (["ask", "a" * 100_000], "100,000 characters"),
        (["ask", "x", "--since", "soon"], "cannot be read"),
        (["ask", "x", "--since", "2023-02-01", "--until", "2023-01-01"], "empty"),
        (["ask", "x", "--model", "nonsense:x"], "cannot be used"),
        (["show", "nosuchid"], "no single article"),
        (["frobnicate"], "No such command"),
        (["ask"], "Missing argument"),
        (["search", "x", "-k", "many"], "not a valid"),
        (["chat", "--host", "0.0.0.0"], "--auth"),
        (["chat", "--auth", "nobody"], "user:password"),
    ],
)
def test_wrong_usage_is_one_line(folder: Path, arguments: list[str], says: str) -> None:
    archive = None if arguments == ["frobnicate"] else folder
    assert says in one_line(dateline(*arguments, archive=archive))


def test_a_missing_archive_names_the_command_that_makes_one(tmp_path: Path) -> None:
    assert "dateline ingest" in one_line(dateline("ask", "x", archive=tmp_path / "none"))


def test_a_wrong_setting_is_named(folder: Path) -> None:
    done = dateline("ask", "x", archive=folder, DATELINE_DEADLINE="soon")
    assert "DATELINE_DEADLINE" in one_line(done)


def test_another_embedder_is_refused_with_the_command_that_rebuilds(folder: Path) -> None:
    done = dateline("ask", "x", archive=folder, DATELINE_EMBEDDINGS="minilm")
    assert "dateline doctor --repair" in one_line(done)


def test_a_model_server_that_is_down_is_one_line(folder: Path) -> None:
    down = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "DATELINE_CHAT_MODEL": "openai:gone"}
    assert "cannot be reached" in one_line(dateline("ask", QUESTION, archive=folder, **down))


def test_an_archive_in_use_names_its_owner(sample_archive: object, sample_folder: Path) -> None:
    line = one_line(in_a_process("ask", "x", "--archive", str(sample_folder)))
    assert "in use" in line and f"process {os.getpid()}" in line


def test_help_and_version() -> None:
    assert "Usage" in in_a_process("--help").stdout
    assert "dateline" in in_a_process("--version").stdout
