"""`dateline eval` as a shell sees it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.evaluation import Floor, evaluate
from ingest.archive.archive import Archive
from tests.shell import dateline

PORT = {
    "question": "Which port did the Chinese flotilla leave?",
    "answers": ["Qingdao"],
    "articles": ["f223e8fd0756"],
    "kind": "where",
}
NOBODY = {"question": "Who won the Nobel Prize in Literature in 2022?", "unanswerable": True}


def lines(*records: object) -> str:
    return "".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in records)


def run(
    folder: Path, text: str, *options: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    return dateline("eval", "-", "--archive", str(folder), *options, typed=text, **environment)


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def test_the_table_and_the_exit_code(folder: Path) -> None:
    done = run(
        folder, lines(PORT, NOBODY), "--floor", "answer-contains=1", "--floor", "exact-quotes=1"
    )
    assert done.returncode == 0, done
    assert "2 questions answered by quoting" in done.stdout
    assert "answer-contains" in done.stdout
    assert done.stderr == ""


def test_json_is_one_object_and_nothing_else(folder: Path) -> None:
    done = run(folder, lines(PORT, "{", NOBODY), "--json")
    shown = json.loads(done.stdout)
    assert done.returncode == 1
    assert shown["questions"] == 2
    assert shown["failed"][0]["line"] == 2
    assert shown["measures"]["exact-quotes"]["value"] == 1.0
    assert done.stderr == ""


def test_bad_lines_are_listed_and_exit_1(folder: Path) -> None:
    done = run(folder, lines({"answers": []}, PORT))
    assert done.returncode == 1
    assert done.stderr.startswith("failed: line 1: its 'question' cannot be used: Field required.")


def test_a_missed_floor_exits_1_and_says_by_how_much(folder: Path) -> None:
    wrong = {**PORT, "answers": ["Shanghai harbour"]}
    done = run(folder, lines(PORT, wrong), "--floor", "answer-contains=0.75", "--json")
    assert done.returncode == 1
    assert done.stderr == "floor: answer-contains is 0.500, 0.250 below its floor of 0.750.\n"
    assert json.loads(done.stdout)["floors"] == [
        {"name": "answer-contains", "floor": 0.75, "value": 0.5, "met": False}
    ]


def test_a_floor_that_nothing_measures_is_missed(folder: Path) -> None:
    done = run(folder, lines(PORT), "--floor", "refused-rightly=1")
    assert done.returncode == 1
    assert "refused-rightly was not measured" in done.stderr


def test_wrong_answers_alone_do_not_fail(folder: Path) -> None:
    done = run(folder, lines({**PORT, "answers": ["Shanghai harbour"]}))
    assert done.returncode == 0
    assert "line 1, wrong:" in done.stdout


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("", [], "holds no questions"),
        (lines(PORT), ["--floor", "nonsense=1"], "answer-contains"),
        (lines(PORT), ["--floor", "answer-contains=95"], "from 0 to 1"),
        (lines(PORT), ["--limit", "0"], "--help"),
        (lines(PORT), ["--model", "nonsense:x"], "cannot be used"),
        (lines(PORT), ["--html", "no/such/folder/r.html"], "--html"),
    ],
)
def test_wrong_usage_is_one_line(folder: Path, text: str, options: list[str], says: str) -> None:
    assert says in one_line(run(folder, text, *options))


def test_a_file_that_is_not_there_is_one_line(folder: Path) -> None:
    done = dateline("eval", "none.jsonl", "--archive", str(folder))
    assert "none.jsonl" in one_line(done)


def test_a_service_that_is_down_fails_each_question(folder: Path) -> None:
    down = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "DATELINE_CHAT_MODEL": "openai:gone"}
    done = run(folder, lines(PORT), "--json", **down)
    shown = json.loads(done.stdout)
    assert done.returncode == 1
    assert (shown["questions"], shown["failed"][0]["line"]) == (0, 1)
    assert "cannot be reached" in shown["failed"][0]["reason"]


def test_the_report_is_written(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "r.html"
    done = run(folder, lines(PORT, NOBODY), "--html", str(page), "--limit", "1")
    assert done.returncode == 0, done
    assert "A Chinese naval flotilla left" in page.read_text("utf-8")
    assert "Nobel" not in page.read_text("utf-8")


def test_python_gives_a_result_object(sample_archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    copied = {"question": "Where did Luna-25 crash?", "articles": ["aa80c9be858a"]}
    other = {"question": "Where did Luna-25 crash?", "articles": ["1c3aeaf5b2c2"]}
    file.write_text(lines(PORT, copied, other), "utf-8")
    result = evaluate(file, Assistant(sample_archive), floors=[Floor("answer-contains", 1)])
    assert result.passed and result.model == "quoting"
    assert result.measures["answer-contains"].value == 1.0
    # Two publishers carry the same report: citing either is citing both.
    assert result.outcomes[1].gold_cited == result.outcomes[2].gold_cited == (True,)
