"""What is tried again, how often, how long: never beyond the deadline, never after text."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from email.utils import formatdate

import pytest

from assistant.question.question import understand
from assistant.results import Found, Passage
from assistant.write import stream
from assistant.write.draft import Draft
from assistant.write.model import ModelWriter
from assistant.write.service import load_writer
from ingest.archive.filters import Filters
from ingest.article import Article
from ingest.errors import ModelError
from ingest.settings import Settings
from tests.conftest import WAITS
from tests.model_faults import GOOD, broken, resets, stalls
from tests.model_server import Reply, Script, cuts, fails, says

DEADLINE = 4.0
SLACK = 15.0
QUOTA = json.dumps({"error": {"code": "insufficient_quota", "message": "quota"}})
BALANCE = json.dumps({"error": {"message": "Insufficient Balance"}})


@pytest.fixture
def writer(script: Script) -> ModelWriter:
    return load_writer(
        "scripted",
        Settings(OPENAI_BASE_URL=script.url, deadline=DEADLINE, _env_file=None),  # type: ignore[call-arg]
    )


@pytest.fixture
def found(make_article: Callable[..., Article]) -> Found:
    article = make_article()
    return Found("Who?", Filters(), (Passage("a", article, 0, len(article.text), 1.0),))


def drafts(writer: ModelWriter, found: Found) -> list[Draft]:
    return list(writer.write(understand("Who?"), found))


@pytest.mark.parametrize(
    "passing",
    [
        fails(408),
        fails(409),
        fails(429),
        fails(429, headers=[("Retry-After", "1")]),
        fails(429, headers=[("retry-after-ms", "300")]),
        fails(429, headers=[("Retry-After", formatdate(time.time() + 2, usegmt=True))]),
        fails(500),
        fails(503, "<html>", [("Retry-After", "0")]),
        fails(529),
        broken(0, resets),
        cuts(),
        fails(502),
    ],
)
def test_a_passing_fault_is_tried_again(
    writer: ModelWriter, script: Script, found: Found, passing: Reply
) -> None:
    script.replies = [passing, GOOD]
    assert "".join(draft.text for draft in drafts(writer, found)) == "Mayor Brandt reopened it [1]."
    assert len(script.requests) == 2


@pytest.mark.parametrize(
    "lasting",
    [
        fails(400),
        fails(401),
        fails(402, BALANCE),
        fails(403),
        fails(404),
        fails(422),
        fails(429, QUOTA),
        fails(429, BALANCE),
        fails(500, headers=[("x-should-retry", "false")]),
        fails(501),
        says(""),
    ],
)
def test_a_lasting_fault_is_said_at_once(
    writer: ModelWriter, script: Script, found: Found, lasting: Reply
) -> None:
    script.replies = [lasting, GOOD]
    with pytest.raises(ModelError):
        drafts(writer, found)
    assert len(script.requests) == 1


@pytest.mark.parametrize("after", [broken(3, resets), broken(2, resets), cuts("Mayor ")])
def test_nothing_is_tried_again_once_there_is_text(
    writer: ModelWriter, script: Script, found: Found, after: Reply
) -> None:
    script.replies = [after, GOOD]
    shown, *texts, last = drafts(writer, found)
    assert (shown.text, shown.shown) == ("", 1)
    assert texts[0].text == "Mayor "
    assert "cannot be reached or broke off" in str(last.cut)
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    "header", ["60", formatdate(time.time() + 3600, usegmt=True)], ids=["seconds", "date"]
)
def test_a_wait_that_is_too_long_is_said_at_once(
    writer: ModelWriter, script: Script, found: Found, header: str
) -> None:
    script.replies = [fails(429, headers=[("Retry-After", header)]), GOOD]
    with pytest.raises(ModelError, match="longer than DATELINE_DEADLINE leaves"):
        drafts(writer, found)
    assert len(script.requests) == 1


def test_the_service_is_given_as_long_as_it_asks_for(
    writer: ModelWriter, script: Script, found: Found
) -> None:
    script.replies = [fails(429, headers=[("Retry-After", "2")]), GOOD]
    started = time.monotonic()
    drafts(writer, found)
    assert time.monotonic() - started >= 2


@pytest.mark.parametrize("header", ["-1", "nan", "inf", "1e999", "soon", "", "9" * 400])
def test_a_wait_that_is_no_number_is_none(
    writer: ModelWriter, script: Script, found: Found, header: str
) -> None:
    script.replies = [fails(503, headers=[("Retry-After", header)]), GOOD]
    assert drafts(writer, found)


def test_it_waits_longer_each_time_and_ends(
    script: Script, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    for name, value in (("FIRST_WAIT", WAITS[0]), ("JITTER", WAITS[1]), ("wait", waits.append)):
        monkeypatch.setattr(stream, name, value)
    patient = Settings(OPENAI_BASE_URL=script.url, deadline=60, _env_file=None)  # type: ignore[call-arg]
    script.replies = [fails(500)]
    with pytest.raises(ModelError, match="HTTP 500"):
        drafts(load_writer("scripted", patient), found)
    assert len(script.requests) == 4
    for took, least in zip(waits, (0.5, 1.0, 2.0), strict=True):
        assert least <= took <= least + 0.25


@pytest.mark.slow
def test_one_deadline_is_for_rewriting_waiting_and_writing(
    writer: ModelWriter, script: Script, found: Found
) -> None:
    script.replies = [broken(0, stalls), fails(503), broken(1, stalls)]
    started = time.monotonic()
    question = writer.standalone("And when?", [("user", "Who?"), ("assistant", "Brandt.")])
    assert question.text == "And when?"
    *_, last = writer.write(question, found)
    assert "did not finish within 4 seconds (DATELINE_DEADLINE)" in str(last.cut)
    assert DEADLINE - 0.5 < time.monotonic() - started < DEADLINE + SLACK


def test_no_connection_is_left_behind(script: Script, found: Found) -> None:
    patient = Settings(OPENAI_BASE_URL=script.url, deadline=60, _env_file=None)  # type: ignore[call-arg]
    script.replies = [broken(2, stalls)]
    stream = load_writer("scripted", patient).write(understand("Who?"), found)
    assert [next(stream).text, next(stream).text] == ["", "Mayor "]
    assert script.open == 1
    stream.close()  # type: ignore[attr-defined]
    ends = time.monotonic() + SLACK
    while script.open and time.monotonic() < ends:
        time.sleep(0.02)
    assert script.open == 0
