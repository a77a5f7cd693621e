"""Files read by several processes: in order, and each costs only itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingest.article import Article, Failure, Item
from ingest.sources.files import SourceFile
from ingest.sources.readers import files
from ingest.sources.workers import FileReader
from tests.conftest import need
from tests.ingest.odd_files import (
    Broken,
    Deadly,
    Endless,
    Greedy,
    Leaving,
    Slow,
    Talking,
    Telling,
    Text,
    file,
    read_files,
)

Write = Callable[[str, "str | bytes"], Path]
CRASHED = "the process that read it crashed or ran out of memory"


def children() -> set[int]:
    """The processes that this one has started and that are still there."""
    need(Path("/proc/self/stat").exists(), "no /proc here")
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[1]) == os.getpid():
            found.add(int(stat.parent.name))
    return found


@pytest.fixture(autouse=True)
def _leaves_no_process() -> Iterator[None]:
    """Whatever a test does, it leaves no process behind, and no thread that reads."""
    before = children()
    yield
    assert children() <= before
    assert not [t for t in threading.enumerate() if t.name.startswith("dateline-reader")]


def texts(count: int, start: int = 0) -> list[SourceFile | Failure]:
    return [file(Text(n), f"{n}.txt") for n in range(start, start + count)]


def sources(items: list[Item]) -> list[str]:
    return [item.source for item in items]


def titles(items: list[Item]) -> list[str]:
    return [item.title for item in items if isinstance(item, Article)]


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_many_files_come_in_their_order(workers: int) -> None:
    items = list(read_files(texts(60), workers))
    assert titles(items) == [f"Ferry {n} sails again" for n in range(60)]


def test_a_slow_file_keeps_its_place() -> None:
    given: list[SourceFile | Failure] = [file(Slow(0), "0.txt"), *texts(9, start=1)]
    assert sources(list(read_files(given, 3))) == [f"{n}.txt" for n in range(10)]


def test_processes_read_the_same_as_this_one(write: Write) -> None:
    story = "Ferry sails again\n\nThe ferry sailed again on Monday, with forty sheep.\n"
    for n in range(4):
        write(f"{n}.txt", story.replace("Ferry", f"Ferry {n}"))
        write(
            f"sub/{n}.json",
            json.dumps({"title": f"Record {n}", "text": story, "date": "2021-07-03"}),
        )
        write(f"sub/{n}.jsonl", "{broken\n" + json.dumps({"headline": f"Line {n}", "body": story}))
        write(
            f"sub/{n}.html",
            "<p>no story</p>" if n % 2 else f"<article><h1>A</h1><p>{story}</p></article>",
        )
    write("bad.txt", b"\0\1\2" * 99)
    folder = write("empty.txt", "").parent
    found = list(files(str(folder)))
    here = [item for one in found for item in read_files([one])]
    assert len(here) > 20 and any(isinstance(item, Failure) for item in here)
    assert list(read_files(found, 3)) == here


def test_few_small_files_are_read_without_a_process() -> None:
    before = children()
    items = []
    for item in read_files([file(Telling(), str(n)) for n in range(4)]):
        items.append(item)
        assert children() <= before
    assert titles(items) == [f"{os.getpid()} sails again"] * 4


def test_files_are_read_by_other_processes_at_most_as_many_as_asked_for() -> None:
    readers = set(titles(list(read_files([file(Telling(), str(n)) for n in range(30)], 2))))
    assert 1 <= len(readers) <= 2
    assert f"{os.getpid()} sails again" not in readers


@pytest.mark.parametrize("kind", [".pdf", ".docx"])
def test_a_format_that_may_hang_is_read_by_a_process_also_alone(kind: str) -> None:
    assert list(read_files([file(Deadly(), "a", kind)], 1)) == [Failure("a", CRASHED)]


def test_what_failed_before_it_was_a_file_keeps_its_place() -> None:
    gone = [Failure(f"gone {n}", "there is no such file or folder") for n in range(3)]
    given = [gone[0], *texts(5), gone[1], *texts(3, start=5), gone[2]]
    items = list(read_files(given, 2))
    assert items[0] == gone[0] and items[6] == gone[1] and items[-1] == gone[2]
    assert len(titles(items)) == 8
    assert list(read_files(gone)) == gone


def test_nothing_is_read_from_nothing() -> None:
    assert list(read_files([])) == []


def test_a_file_that_vanished_is_a_failure(write: Write) -> None:
    found = [SourceFile.of_path(write(f"{n}.txt", "x"), f"{n}.txt") for n in range(6)]
    write("3.txt", "x").unlink()
    items = list(read_files(found, 2))
    assert sources(items) == [f"{n}.txt" for n in range(6)]
    assert "No such file" in getattr(items[3], "reason", "")


@pytest.mark.parametrize("workers", [1, 3])
def test_a_file_that_kills_its_reader_costs_itself_only(workers: int) -> None:
    given = texts(20)
    for n in (0, 7, 8, 9, 19):
        given[n] = file(Deadly(n), f"{n}.txt")
    items = list(read_files(given, workers))
    assert sources(items) == [f"{n}.txt" for n in range(20)]
    assert [items.index(item) for item in items if isinstance(item, Failure)] == [0, 7, 8, 9, 19]
    assert all(item.reason == CRASHED for item in items if isinstance(item, Failure))


@pytest.mark.parametrize(
    ("bad", "reason"),
    [(Leaving, CRASHED), (Greedy, "it does not fit into memory"), (Broken, "something local")],
)
def test_a_file_that_breaks_its_reader_is_one_failure(bad: type[Text], reason: str) -> None:
    given = texts(8)
    given[3] = file(bad(3), "3.txt")
    items = list(read_files(given, 2))
    assert sources(items) == [f"{n}.txt" for n in range(8)]
    [failure] = [item for item in items if isinstance(item, Failure)]
    assert failure.source == "3.txt" and reason in failure.reason


def test_a_library_that_prints_disturbs_nothing() -> None:
    items = list(read_files([file(Talking(n), f"{n}.txt") for n in range(8)], 2))
    assert titles(items) == [f"Ferry {n} sails again" for n in range(8)]


def test_a_file_that_is_not_read_in_time_costs_itself_only() -> None:
    given = texts(12)
    given[2], given[9] = file(Endless(), "2.txt"), file(Endless(), "9.txt")
    began = time.monotonic()
    items = list(read_files(given, 2, seconds=4.0))  # a reader that is begun anew needs some
    assert time.monotonic() - began < 60
    assert sources(items) == [f"{n}.txt" for n in range(12)]
    late = [item for item in items if isinstance(item, Failure)]
    assert [(item.source, item.reason) for item in late] == [
        (name, "it was not read within 4 s") for name in ("2.txt", "9.txt")
    ]


def test_whoever_takes_the_items_may_take_their_time(write: Write) -> None:
    line = json.dumps({"title": "Ferry", "text": "It sailed again on Monday. " * 40}) + "\n"
    path = write("a.jsonl", line * 3000)
    reading = read_files(files(str(path)), 1, seconds=4.0)  # a reader that begins needs some
    items = [next(reading)]
    time.sleep(4.6)
    items += list(reading)
    assert len(items) == 3000
    assert all(isinstance(item, Article) for item in items)


def test_articles_of_a_large_file_come_before_it_is_read_to_its_end(write: Write) -> None:
    line = json.dumps({"title": "Ferry", "text": "It sailed again on Monday. " * 40}) + "\n"
    reading = read_files(files(str(write("a.jsonl", line * 20_000))), 1)
    began = time.monotonic()
    assert isinstance(next(reading), Article)
    first = time.monotonic() - began
    reading.close()
    assert first < 5
    assert time.monotonic() - began < 10


def test_reading_can_be_given_up_in_the_midst_and_leaves_nothing_behind() -> None:
    reading = read_files(texts(500), 2)
    for _ in range(3):
        next(reading)
    reading.close()
    with pytest.raises(StopIteration):
        next(reading)


def test_a_reader_goes_on_after_it_was_given_up() -> None:
    with closing(FileReader(2)) as reader:
        for count in (1, 3):
            reading = reader.read(texts(20))
            assert titles([next(reading) for _ in range(count)])
            reading.close()
        assert titles(list(reader.read(texts(20)))) == [f"Ferry {n} sails again" for n in range(20)]


GIVE_UP = """
import sys, time
from tests.ingest.odd_files import Endless, Text, file, read_files

reading = read_files([file(Text(), "0"), *(file(Endless(), str(n)) for n in range(1, 12))], 2, 300)
next(reading)
print("reading", flush=True)
time.sleep(1)
reading.close()
print("given up", flush=True)
"""


def given_up(code: str) -> str:
    """What a process prints that gives up reading; it and its readers are ended after a while."""
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
        start_new_session=True,
    )
    try:
        return process.communicate(timeout=120)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        return process.communicate()[0]


def test_reading_can_be_given_up_while_every_file_hangs() -> None:
    assert given_up(GIVE_UP).split("\n")[:2] == ["reading", "given up"]


def test_one_file_that_hangs_can_be_given_up() -> None:
    code = GIVE_UP.replace("range(1, 12)", "range(1, 2)").replace(
        '[file(Text(), "0"), ', '[*(file(Text(n), f"0{n}") for n in range(5)), '
    )
    assert given_up(code).split("\n")[:2] == ["reading", "given up"]


@pytest.mark.slow
def test_reading_thousands_of_files_takes_no_more_memory_than_a_few() -> None:
    list(read_files(texts(50), 2))
    peaks = []
    for count in (200, 2000):
        tracemalloc.start()
        assert sum(1 for _ in read_files((file(Text(n), str(n)) for n in range(count)), 2)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 700_000
