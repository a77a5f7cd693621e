"""The arithmetic of the load benchmark: what a user sees, and what is made of it."""

from __future__ import annotations

import json

import httpx2
import pytest

from benchmarks.load import Loaded, compared, counts, rate, timed
from benchmarks.processes import Usage, status
from benchmarks.users import Reading, Seen, is_polite

BUSY = "Many people are asking at the moment. Ask again in a few seconds."


def usage(cpu: float = 0.0, resident: float = 500.0, sockets: int = 9) -> Usage:
    return Usage(resident, resident, 20, sockets, cpu)


def loaded(*seen: Seen) -> Loaded:
    under = [usage(3.0, 700.0, 110), usage(5.0, 650.0, 60)]
    return Loaded(seen, usage(1.0), under, usage(5.5), 0.2, 2.0)


WHOLE = Seen("ask", 200, 0.1, 0.3, 0.4)
WAIT = Seen("ask", 429, 0.05, polite=True)
RUDE = Seen("ask", 429, 0.05)
BROKEN = Seen("ask", 200, 0.1, 0.3, fault="broken off")
GONE = Seen("ask", 0, 0.0, fault="ReadTimeout")
FAILED = Seen("ask", 500, 0.2)
PAGE = Seen("probe", 200, 0.01, whole=0.02)


def test_every_request_is_counted_once_by_how_it_ended() -> None:
    told = counts(loaded(WHOLE, WAIT, RUDE, BROKEN, GONE, FAILED, PAGE))
    assert told == {
        "questions": "6",
        "answered": "1",
        "told to wait (429)": "2",
        "  of them politely": "1",
        "statuses 2xx, 4xx, 5xx": "3, 2, 1",
        "faults": "500 1, ReadTimeout 1, broken off 1",
    }


def test_only_what_came_is_timed() -> None:
    times = timed(loaded(WHOLE, WAIT, BROKEN, GONE, PAGE))
    assert times["first byte of any reply"] == [100, 50, 100]
    assert times["first text"] == [300] and times["whole answer"] == [400]
    assert times["first byte of the page"] == [10]


def test_rate_cores_and_memory() -> None:
    one = loaded(WHOLE, WHOLE, WAIT)
    assert (rate(one), one.cores, one.peak) == (1.0, 2.0, 700.0)


def test_a_ratio_needs_something_to_compare_with() -> None:
    assert compared(3.0, 2.0, "{:.1f}") == ("3.0", "2.0", "1.50")
    assert compared(3.0, 0.0, "{:.1f}") == ("3.0", "0.0", "")


def test_an_answer_is_read_from_its_events() -> None:
    reading = Reading()
    for line in ("event: delta", 'data: {"text": "The"}', "", ": ping"):
        reading.take(line)
    assert reading.text and not reading.done
    for line in ("event: answer", "data: {}"):
        reading.take(line)
    assert reading.done and not reading.fault


def test_an_error_in_the_stream_is_a_fault() -> None:
    reading = Reading()
    for line in ("event: error", 'data: {"message": "It broke.", "type": "unexpected"}'):
        reading.take(line)
    assert reading.fault == "unexpected" and not reading.done


@pytest.mark.parametrize(
    ("said", "wait", "polite"),
    [(BUSY, "3", True), (BUSY, "", False), ("busy", "3", False), ("<html>", "3", False)],
)
def test_a_polite_refusal_is_a_sentence_with_a_time(said: str, wait: str, polite: bool) -> None:
    body = json.dumps({"error": {"message": said, "type": "busy"}}).encode()
    headers = httpx2.Headers({"retry-after": wait} if wait else {})
    assert is_polite(headers, body) is polite


@pytest.mark.parametrize("body", [b"Too many requests", b"[]", b'{"error": null}'])
def test_what_is_no_error_of_ours_is_not_polite(body: bytes) -> None:
    assert not is_polite(httpx2.Headers({"retry-after": "3"}), body)


def test_a_processs_status_is_read() -> None:
    told = status("Name:\tpython\nVmRSS:\t  2048 kB\nThreads:\t7\n")
    assert (told["VmRSS"], told["Threads"]) == ("2048 kB", "7")
