"""`python -m ingest`: exit codes, one JSON object, errors of one line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click
import pytest

from ingest.archive.archive import Archive
from ingest.command import command
from ingest.edge import run
from ingest.errors import ArchiveError
from tests.ingest.web_server import Site, sends
from tests.ingest.web_server import article as page

Write = Callable[[str, "str | bytes"], Path]
KEYS = ["added", "updated", "unchanged", "duplicates", "failed", "articles", "chunks", "seconds"]
STORY = "Harbour reopens\n\nThe harbour reopened on Sunday after ten years of repairs.\n"


class Done:
    """What a command left behind."""

    def __init__(self, code: object, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


Call = Callable[..., Done]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs a command with these words, in this process."""

    def done(*words: object, of: click.Command = command) -> Done:
        with pytest.raises(SystemExit) as left:
            run(of, "python -m ingest", [str(word) for word in words])
        return Done(left.value.code, *capsys.readouterr())

    return done


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def records(count: int) -> str:
    return "".join(
        json.dumps({"id": i, "title": f"Pier {i}", "text": f"Ship {i} came to the pier."}) + "\n"
        for i in range(count)
    )


def test_all_well_is_0_and_a_line_that_says_what_was_done(
    call: Call, write: Write, place: Path
) -> None:
    done = call(write("a.txt", STORY), "--archive", place)
    assert done.code == 0
    assert done.err == ""
    [line] = done.out.splitlines()
    assert line.startswith("1 added in ")
    assert line.endswith("The archive holds 1 article in 1 chunk.")


def test_a_second_run_says_unchanged(call: Call, write: Write, place: Path) -> None:
    path = write("a.txt", STORY)
    call(path, "--archive", place)
    assert call(path, "--archive", place).out.startswith("1 unchanged in ")


def test_nothing_to_do_is_said(call: Call, place: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = call(tmp_path / "empty", "--archive", place)
    assert done.code == 0
    assert done.out.startswith("nothing to do in ")


def test_some_failed_is_1_and_each_is_named_with_its_reason(
    call: Call, write: Write, place: Path
) -> None:
    bad = write("b.txt", b"\x00\x01" * 99)
    done = call(write("a.txt", STORY), bad, "missing.txt", "--archive", place)
    assert done.code == 1
    assert done.out.startswith("1 added, 2 failed in ")
    assert done.err.splitlines() == [
        f"failed: {bad}: it is a binary file, not text",
        "failed: missing.txt: there is no such file or folder",
    ]


def test_many_failures_are_cut_short_and_counted(call: Call, write: Write, place: Path) -> None:
    done = call(write("a.jsonl", "{broken\n" * 50), "--archive", place)
    assert done.code == 1
    lines = done.err.splitlines()
    assert sum(line.startswith("failed: ") for line in lines) == 20
    assert lines[-1] == "… and 30 more failed; --json lists all failures"
    assert any("50" in line and "not valid JSON" in line for line in lines)  # in a table


def test_json_is_one_object_with_just_its_keys(call: Call, write: Write, place: Path) -> None:
    done = call(write("a.txt", STORY), "missing.txt", "--archive", place, "--json")
    assert done.code == 1
    found = json.loads(done.out)
    assert list(found) == KEYS
    assert found["added"] == found["articles"] == found["chunks"] == 1
    assert (found["updated"], found["unchanged"], found["duplicates"]) == (0, 0, 0)
    assert found["failed"] == [
        {"source": "missing.txt", "reason": "there is no such file or folder"}
    ]
    assert done.err == ""


def test_json_lists_all_failures(call: Call, write: Write, place: Path) -> None:
    done = call(write("a.jsonl", "{broken\n" * 50), "--archive", place, "--json")
    assert len(json.loads(done.out)["failed"]) == 50


def test_a_file_that_is_passed_over_is_named_and_no_failure(
    call: Call, write: Write, place: Path
) -> None:
    path = write("questions.jsonl", json.dumps({"question": "Why?"}))
    done = call(path.parent, "--archive", place)
    assert done.code == 0
    assert done.err == f"passed over: {path}: no articles in it\n"


@pytest.mark.parametrize("as_json", [True, False])
def test_without_a_terminal_every_hundred_articles_are_a_line(
    as_json: bool, call: Call, write: Write, place: Path
) -> None:
    words = ["--json"] if as_json else []
    done = call(write("a.jsonl", records(250)), "--archive", place, *words)
    lines = done.err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["100 articles", "200 articles"]
    assert lines[1].startswith("200 articles: 200 added (")
    if as_json:
        assert json.loads(done.out)["added"] == 250


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "SOURCE"),
        (["a.txt", "--nonsense"], "--nonsense"),
        (["a.txt", "--archive"], "--archive"),
    ],
)
def test_wrong_usage_is_2_and_one_line(words: list[str], said: str, call: Call) -> None:
    done = call(*words)
    assert (done.code, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert said in line
    assert "python -m ingest --help" in line


def test_an_archive_that_cannot_be_used_is_2_and_one_line(call: Call, write: Write) -> None:
    path = write("a.txt", STORY)
    done = call(path, "--archive", path)
    assert (done.code, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert line.startswith("dateline: ") and str(path) in line


def test_an_archive_in_use_is_2_and_one_line(call: Call, write: Write, archive: Archive) -> None:
    done = call(write("a.txt", STORY), "--archive", archive.folder, "--json")
    assert (done.code, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert "is in use by" in line


def test_a_catalog_that_is_no_database_is_2_and_one_line(
    call: Call, write: Write, place: Path
) -> None:
    place.mkdir()
    (place / "catalog.sqlite3").write_bytes(b"no database at all " * 99)
    done = call(write("a.txt", STORY), "--archive", place)
    assert (done.code, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert "catalog" in line


def test_a_setting_that_cannot_be_used_is_2_and_one_line(
    call: Call, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_DEADLINE", "soon")
    done = call(write("a.txt", STORY))
    assert (done.code, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert "deadline" in line.lower()


def test_an_unknown_embedder_is_2_and_one_line(
    call: Call, write: Write, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_EMBEDDINGS", "nonsense")
    done = call(write("a.txt", STORY), "--archive", place)
    assert (done.code, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert "nonsense" in line


def test_the_archive_of_the_settings_is_used_when_none_is_given(
    call: Call, write: Write, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_ARCHIVE", str(place))
    assert call(write("a.txt", STORY)).code == 0
    assert (place / "catalog.sqlite3").is_file()


def test_help_is_0_and_names_the_kinds_of_sources(call: Call) -> None:
    done = call("--help")
    assert done.code == 0
    assert "zip" in done.out and "feed" in done.out and "--archive" in done.out
    assert done.err == ""


def raising(error: BaseException) -> click.Command:
    @click.command()
    def broken() -> None:
        raise error

    return broken


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ArchiveError("The archive\nis\tgone."), 2, "dateline: The archive is gone."),
        (click.UsageError("No such\nthing."), 2, "dateline: No such thing. Try: "),
        (ValueError("five\nlines"), 2, "dateline: An unexpected fault: ValueError: five lines. "),
        (RecursionError(), 2, "dateline: An unexpected fault: RecursionError"),
        (KeyboardInterrupt(), 130, "Stopped. What was stored stays stored."),
        (click.Abort(), 130, "Stopped. What was stored stays stored."),
    ],
)
def test_an_error_is_one_line_without_a_traceback(
    error: BaseException, code: int, said: str, call: Call
) -> None:
    done = call(of=raising(error))
    assert (done.code, done.out) == (code, "")
    [line] = done.err.strip().splitlines()
    assert line.startswith(said)


def test_a_fault_is_shown_where_it_happened_when_that_is_asked_for(
    call: Call, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_DEBUG", "1")
    assert call(of=raising(ValueError("five"))).code == 2
    [record] = caplog.records
    assert record.exc_info is not None and record.exc_info[0] is ValueError


@pytest.mark.parametrize("code", [0, 1, 7, None])
def test_what_a_command_gives_back_is_the_exit_code(code: int | None, call: Call) -> None:
    @click.command()
    def giving() -> int | None:
        return code

    assert call(of=giving).code == (code or 0)


def test_the_module_can_be_run(write: Write, place: Path, tmp_path: Path) -> None:
    path = write("a.txt", "Café “Pier”\n\nIt reopened on Sunday, said “Zoë”.\n")
    done = subprocess.run(
        [sys.executable, "-m", "ingest", str(path), "missing – é.txt", "--archive", str(place),
         "--json"],
        capture_output=True, timeout=120, check=False, cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": "", "LC_ALL": "C",
             "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 1
    assert list(json.loads(done.stdout)) == KEYS
    assert done.stderr == b""


def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m ingest --help | true",
        shell=True, capture_output=True, timeout=60, check=False, cwd=tmp_path, text=True,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("option", "value"),
    [("--every", "soon"), ("--every", "0s"), ("--every", "-5m"), ("--every", "5"), ("--every", ""),
     ("--every", "5 weeks"), ("--every", "0.5s"), ("--since", "yesterday"), ("--since", "2021-13-01"),
     ("--since", "03/07/2021"), ("--limit", "0"), ("--limit", "-1"), ("--limit", "many"),
     ("--limit", "1.5")],
)  # fmt: skip
def test_a_bad_value_is_2_and_one_line(
    option: str, value: str, call: Call, write: Write, place: Path
) -> None:
    done = call(write("a.txt", STORY), option, value, "--archive", place)
    assert (done.code, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert ("Write it as 2023-07-16" if option == "--since" else option) in line
    assert not place.exists()


def test_a_period_that_no_clock_can_wait_is_2_and_one_line(
    call: Call, write: Write, place: Path
) -> None:
    done = call(write("a.txt", STORY), "--every", "99999999999999d", "--archive", place)
    assert (done.code, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert "--every" in line


def test_since_and_limit_are_reported(call: Call, write: Write, place: Path) -> None:
    lines = [json.dumps({"title": f"Pier {d}", "text": "A ship came.", "date": d, "url": f"https://a.example/{d}"})
             for d in ("2021-07-01", "2021-07-03", "2021-07-05")]  # fmt: skip
    path = write("a.jsonl", "\n".join(lines))
    done = call(path, "--archive", place, "--since", "2021-07-02", "--limit", "2")
    assert done.code == 0
    assert done.out.startswith("1 added, 1 older than asked for in ")
    found = json.loads(call(path, "--archive", place, "--since", "2021-07-02", "--json").out)
    assert found["older"] == 1


def test_reading_the_own_network_is_warned_about(
    call: Call, site: Site, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_FETCH_DELAY", "0")
    site.pages["/a"] = sends(page())
    done = call(f"{site.url}/a", "--archive", place, "--allow-private")
    assert done.code == 0
    assert done.out.startswith("1 added in ")
    [line] = done.err.splitlines()
    assert "--allow-private" in line and "your own network" in line
    done = call(f"{site.url}/a", "--archive", place, "--allow-private", "--json")
    assert json.loads(done.out)["failed"] == []


@pytest.mark.parametrize(
    "source", ["ftp://packet.example/a", "http://127.0.0.1:9/a", "http://[::1]/", "http://10.1.2.3/a",
               "http://localhost:9/a", "http://169.254.169.254/latest"],
)  # fmt: skip
def test_an_address_that_may_not_be_read_is_one_failed_row(
    source: str, call: Call, place: Path
) -> None:
    done = call(source, "--archive", place)
    assert done.code == 1
    assert done.out.startswith("1 failed in ")
    [line] = done.err.splitlines()
    assert line.startswith(f"failed: {source}: ")
    found = json.loads(call(source, "--archive", place, "--json").out)
    assert [row["source"] for row in found["failed"]] == [source]


class Started:
    """`python -m ingest` in a process of its own."""

    def __init__(self, words: Sequence[object], folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ingest", *map(str, words)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )  # fmt: skip

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def stop(self, number: int = signal.SIGINT) -> tuple[int, str, str]:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Started]]:
    running: list[Started] = []

    def begin(*words: object) -> Started:
        running.append(Started(words, tmp_path))
        return running[-1]

    yield begin
    for one in running:
        one.process.kill()
        one.process.communicate()


def test_reading_again_and_again_goes_on_until_it_is_stopped(
    write: Write, place: Path, start: Callable[..., Started]
) -> None:
    path = write("a.txt", STORY)
    started = start(path, "--archive", place, "--every", "1s")
    assert started.line().startswith("1 added in ")
    assert started.line().startswith("1 unchanged in ")
    write("a.txt", STORY.replace("Sunday", "Monday"))
    said = [started.line(), started.line()]
    assert any(line.startswith("1 updated in ") for line in said)
    code, _, err = started.stop()
    assert code == 130
    assert "Traceback" not in err
    assert "Stopping after what is at hand" in err


def test_a_stop_between_two_readings_ends_at_once(
    write: Write, place: Path, start: Callable[..., Started]
) -> None:
    started = start(write("a.txt", STORY), "--archive", place, "--every", "1h")
    assert started.line().startswith("1 added in ")
    time.sleep(0.3)
    began = time.monotonic()
    assert started.stop(signal.SIGTERM)[0] == 130
    assert time.monotonic() - began < 10


def test_a_stop_in_the_midst_prints_the_report_and_the_next_run_goes_on(
    write: Write, place: Path, start: Callable[..., Started], call: Call
) -> None:
    path = write("a.jsonl", records(15_000))
    started = start(path, "--archive", place)
    assert started.process.stderr is not None
    assert "100 articles" in started.process.stderr.readline()
    code, out, err = started.stop()
    assert code == 130
    assert out.startswith("Stopped; the next run goes on from here. ")
    assert "Traceback" not in err
    stored = int(out.split("holds ")[1].split()[0].replace(",", ""))
    assert 100 <= stored < 15_000
    found = json.loads(call(path, "--archive", place, "--limit", stored + 5, "--json").out)
    assert (found["unchanged"], found["added"], found["articles"]) == (stored, 5, stored + 5)
