from __future__ import annotations

import http.client
import json
import sqlite3
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from starlette.testclient import TestClient

from assistant.results import REFUSAL, AnswerJson, FoundJson
from assistant.web.api.rest import changes
from assistant.web.door.users import Access
from assistant.web.gate import Gate, Rates
from ingest.archive.archive import Archive
from ingest.errors import ArchiveError, EmbedderError
from tests.web.scripted import (
    QUESTION,
    Scripted,
    app_of,
    client_of,
    events_of,
    model_error,
    site_of,
)
from tests.web.serving import serving, until


@pytest.fixture(scope="module")
def client(sample_archive: Archive) -> TestClient:
    return client_of(site_of(sample_archive))


@pytest.fixture(scope="module")
def told(sample_archive: Archive) -> tuple[TestClient, Scripted]:
    """A client, and the writer that each test gives its own pieces and faults."""
    writer = Scripted()
    return client_of(site_of(sample_archive, writer)), writer


def test_an_answer_is_that_of_the_command_line(client: TestClient, sample_archive: Archive) -> None:
    sent = client.post("/api/ask", json={"question": QUESTION, "as_of": "2023-07-20"})
    told, shape = sent.json(), TypeAdapter(AnswerJson)
    expected = site_of(sample_archive).service.assistant.ask(QUESTION, as_of="2023-07-20").as_json()
    assert {**told, "seconds": 0} == {**expected, "seconds": 0}
    assert "Qingdao" in told["citations"][0]["quote"]
    assert shape.dump_python(shape.validate_json(sent.text, strict=True), mode="json") == told
    assert list(AnswerJson.__annotations__) == list(expected), "the description names every key"


def test_filters_and_history_are_kept_to(sample_archive: Archive) -> None:
    writer = Scripted()
    client = client_of(site_of(sample_archive, writer))
    history = [{"role": "user", "content": "Hm?"}, {"role": "assistant", "content": "So."}]
    asked = {"question": QUESTION, "history": history, "since": "2023-07-01", "ignore": ["time"],
             "publishers": ["The Meridian Post"]}  # fmt: skip
    told = client.post("/api/ask", json=asked).json()
    assert writer.heard == [(QUESTION, (("user", "Hm?"), ("assistant", "So.")))]
    assert told["filters"]["since"] == "2023-07-01"
    assert told["filters"]["publishers"] == ["The Meridian Post"]
    quoting = client.post("/api/ask", json={"question": QUESTION, "model": "quoting"}).json()
    assert quoting["model"] == "quoting"


def test_passages_are_found(client: TestClient) -> None:
    told = client.post("/api/search", json={"question": QUESTION, "k": 2}).json()
    assert len(told["passages"]) == 2
    assert TypeAdapter(FoundJson).validate_python(told, strict=True) == told
    assert "Qingdao" in told["passages"][0]["text"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "question"),
        ({"question": ""}, "empty"),
        ({"question": "x" * 90_000}, "characters"),
        ({"question": "x" * 200_000}, "question"),
        ({"question": "x", "since": "soon"}, "2023-07-16"),
        ({"question": "x", "since": "2024-01-01", "until": "2023-01-01"}, "empty"),
        ({"question": "x", "model": "openai:gpt-5-mini"}, "quoting"),
        ({"question": "x", "ignore": ["nothing"]}, "Known"),
        ({"question": "x", "history": [{"role": "system", "content": "x"}]}, "history.0.role"),
        ({"question": ["x"]}, "question"),
        ([], "body"),
        ("x", "body"),
    ],
)
@pytest.mark.parametrize("path", ["/api/ask", "/api/ask/stream"])
def test_what_cannot_be_used_is_said_plainly(
    client: TestClient, path: str, body: object, said: str
) -> None:
    response = client.post(path, json=body)
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["type"] == "invalid_request" and said in error["message"]
    assert "Traceback" not in error["message"] and "\n" not in error["message"]


def test_what_is_no_json_is_said_plainly(client: TestClient) -> None:
    for content, kind in ((b"{", "application/json"), (b"x=1", "text/plain"), (b"\xff\xfe", "x/y")):
        response = client.post("/api/ask", content=content, headers={"Content-Type": kind})
        assert response.status_code == 400
        assert "JSON" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        (model_error(), 424, "model_failed"),
        (EmbedderError("The embedder failed."), 424, "model_failed"),
        (ArchiveError("The archive cannot be read."), 500, "archive_failed"),
        (sqlite3.DatabaseError("database disk image is malformed"), 500, "archive_damaged"),
        (ZeroDivisionError("secret detail"), 500, "unexpected"),
        (RecursionError("deep"), 500, "unexpected"),
    ],
)
def test_every_fault_has_a_status_and_a_sentence(
    told: tuple[TestClient, Scripted], fault: Exception, status: int, kind: str
) -> None:
    client, writer = told
    writer.pieces, writer.fails = (), fault
    whole = client.post("/api/ask", json={"question": QUESTION})
    assert whole.status_code == status
    assert whole.json()["error"]["type"] == kind
    streamed = client.post("/api/ask/stream", json={"question": QUESTION})
    [(name, data)] = events_of(streamed.text)
    assert name == "error" and json.loads(data)["type"] == kind
    for text in (whole.text, streamed.text):
        assert "Traceback" not in text and "secret" not in text and "malformed" not in text
    if kind == "archive_damaged":
        assert "dateline doctor" in whole.text


def test_unknown_addresses_and_methods_are_json_too(client: TestClient) -> None:
    assert client.get("/api/nothing").status_code == 404
    assert client.get("/api/ask").status_code == 405
    for path in ("/api/", "/api/docs", "/api/redoc", "/api/ask/"):
        response = client.get(path, follow_redirects=False)
        assert response.status_code == 404
        assert response.json()["error"]["type"] == "not_found"


def put_together(text: str) -> tuple[str, dict[str, Any]]:
    """What a client that follows the rules has read, and the answer."""
    read, answer = "", {}
    for name, data in events_of(text):
        told = json.loads(data)
        if name == "delta":
            read += told["text"]
        elif name == "replace":
            read = told["text"]
        elif name == "answer":
            answer = told
    return read, answer


@pytest.mark.parametrize(
    "pieces",
    [
        ("They left ", "Qingdao [1]. ", "It went ", "on and on. ", "Ships sailed for Mars [2]."),
        ("They left Qingdao [1", "]. See http:/", "/evil.test/x [2]."),
        (REFUSAL[:10], REFUSAL[10:], " However, they left."),
        ("Nothing [99] of ", "that [[1]2]."),
        ("A port was left by many ships. ", "It is in China."),
    ],
)
def test_a_stream_leads_to_the_final_text(
    told: tuple[TestClient, Scripted], pieces: tuple[str, ...]
) -> None:
    client, writer = told
    writer.pieces, writer.fails = pieces, None
    response = client.post("/api/ask/stream", json={"question": QUESTION})
    assert response.headers["content-type"].startswith("text/event-stream")
    read, answer = put_together(response.text)
    assert read == answer["answer"]
    whole = client.post("/api/ask", json={"question": QUESTION}).json()
    assert {**answer, "seconds": 0} == {**whole, "seconds": 0}


@given(st.lists(st.text(max_size=8), max_size=8))
def test_changes_lead_from_each_text_to_the_next(texts: list[str]) -> None:
    read = before = ""
    for text in texts:
        for name, changed in changes(before, text):
            read = read + changed if name == "delta" else changed
        before = text
        assert read == text


def test_who_asks_too_often_is_told_when_to_come_back(sample_archive: Archive) -> None:
    site = site_of(sample_archive, Scripted(), Gate(rates=Rates(30, 2)))
    far = TestClient(app_of(site), base_url="http://127.0.0.1:7860", client=("10.0.0.7", 5))
    statuses = [far.post("/api/ask", json={"question": "x"}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    for path in ("/api/ask", "/api/ask/stream", "/api/search"):
        response = far.post(path, json={"question": "x"})
        assert response.status_code == 429 and int(response.headers["retry-after"]) > 0
        assert response.json()["error"]["type"] == "busy"


def test_a_field_that_is_not_known_is_said_and_not_passed_over(sample_archive: Archive) -> None:
    client = TestClient(app_of(site_of(sample_archive)), base_url="http://127.0.0.1:7860")
    for path in ("/api/ask", "/api/search"):
        answer = client.post(path, json={"question": QUESTION, "publisher": "The Meridian Post"})
        assert answer.status_code == 400
        assert "publisher" in answer.json()["error"]["message"]


def test_when_all_are_busy_the_next_is_told_so(sample_archive: Archive) -> None:
    writer = Scripted(stalls=True)
    site = site_of(sample_archive, writer, Gate(running=1, waiting=0))
    with serving(app_of(site)) as url, httpx.Client(base_url=url, timeout=120) as client:
        with client.stream("POST", "/api/ask/stream", json={"question": QUESTION}) as first:
            assert first.status_code == 200
            until(writer.begun.is_set)
            for path in ("/api/ask", "/api/ask/stream"):
                refused = client.post(path, json={"question": QUESTION})
                assert refused.status_code == 429
                assert refused.headers["retry-after"] == "3"
        until(lambda: site.gate._places.value)  # given up once the answer has ended
        writer.stalls = False
        assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200


@pytest.mark.parametrize("path", ["/api/ask", "/api/ask/stream", "/v1/chat/completions"])
def test_who_goes_away_leaves_no_thread_busy(sample_archive: Archive, path: str) -> None:
    writer = Scripted(stalls=True)
    site = site_of(sample_archive, writer, Gate(running=1))
    asked = {"question": QUESTION}
    said = {"messages": [{"role": "user", "content": QUESTION}]}
    with serving(app_of(site)) as url:
        for _ in range(3):
            writer.begun.clear()
            writer.ended.clear()
            _give_up(f"{url}{path}", said if path.startswith("/v1") else asked, writer)
            until(writer.ended.is_set)
        until(lambda: not site.gate._running)
        until(lambda: site.gate._places.statistics().tasks_waiting == 0)
        writer.stalls = False
        assert httpx.post(f"{url}/api/ask", json=asked, timeout=120).status_code == 200


def _give_up(url: str, body: object, writer: Scripted) -> None:
    """Ask, and hang up once the answer has been begun."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
    headers = {"Content-Type": "application/json"}
    connection.request("POST", urlsplit(url).path, json.dumps(body), headers)
    until(writer.begun.is_set)
    connection.close()


def test_health_is_cheap_and_discreet(client: TestClient, sample_archive: Archive) -> None:
    told = client.get("/api/health").json()
    assert told["ok"] and told["model"] == "quoting" and told["articles"] > 0 and told["version"]
    from assistant.web.door.users import Users

    guarded = client_of(site_of(sample_archive), Access(users=Users.of_pair("jo", "correct horse")))
    assert guarded.get("/api/health").json() == {"ok": True}
    guarded.auth = ("jo", "correct horse")
    assert guarded.get("/api/health").json()["articles"] == told["articles"]


def test_a_closed_archive_is_not_healthy(archive: Archive) -> None:
    client = client_of(site_of(archive, Scripted()))
    archive.close()
    response = client.get("/api/health")
    assert response.status_code == 503 and response.json()["ok"] is False


def test_the_description_is_whole(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    assert described["servers"] == [{"url": "/api"}]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation.get("description"), f"{method} {path}"
    for name, schema in described["components"]["schemas"].items():
        for key, told in schema.get("properties", {}).items():
            free = [one for one in (told, told.get("items", {}), *told.get("anyOf", ()))
                    if one.get("additionalProperties") is True]  # fmt: skip
            assert not free, f"{name}.{key} may hold anything"
    ask = described["paths"]["/ask"]["post"]["responses"]
    assert {"200", "400", "401", "413", "424", "429", "500"} <= set(ask)
    assert ask["400"]["content"]["application/json"]["schema"]["$ref"].endswith("ErrorJson")


@pytest.fixture(autouse=True)
def _no_threads_left() -> Iterator[None]:
    yield
    until(lambda: not [t for t in threading.enumerate() if t.name == "dateline-intake"])
