"""`/api/conversations`: what the page copies, exports and judges; nobody reaches another's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.answer import Assistant
from assistant.kept.conversations import Conversation, Conversations, Given, Turn
from assistant.kept.feedback import FeedbackBook
from assistant.kept.told import Told
from assistant.web.app import make_app
from assistant.web.door.users import Access, Users
from ingest.archive.archive import Archive
from ingest.settings import Settings
from tests.archives import copied

QUESTION = "Which port did the Chinese flotilla leave?"
BASE = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def opened(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = copied(sample_folder, tmp_path_factory.mktemp("conversations") / "archive")
    with Archive.open(Settings(archive=folder, _env_file=None)) as archive:
        yield archive


@pytest.fixture(scope="module")
def client(opened: Archive) -> TestClient:
    return TestClient(make_app(Assistant(opened)), base_url=BASE)


@pytest.fixture(scope="module")
def told(opened: Archive) -> Told:
    return Told.of(Assistant(opened).ask(QUESTION))


@pytest.fixture
def kept(opened: Archive, told: Told) -> Iterator[Conversation]:
    """The only conversation that there is."""
    book = Conversations(opened.catalog)
    conversation = book.keep("", Conversation(turns=(Turn(QUESTION, Given(), told),)))
    yield conversation
    book.delete("", conversation.id)


def test_they_are_listed_found_read_renamed_and_deleted(
    client: TestClient, kept: Conversation
) -> None:
    path = f"/api/conversations/{kept.id}"
    assert [e["id"] for e in client.get("/api/conversations").json()["conversations"]] == [kept.id]
    assert client.get("/api/conversations?search=nothing").json() == {"conversations": []}
    assert client.get(path).json()["turns"][0]["told"]["citations"][0]["quote"]
    assert client.patch(path, json={"title": "The flotilla"}).status_code == 204
    assert client.get(path).json()["title"] == "The flotilla"
    assert client.patch(path, json={"title": " "}).status_code == 400
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == client.delete(path).status_code == 404


@pytest.mark.parametrize(
    ("format_", "ending", "mark"),
    [("plain", ".txt", "[1] “"), ("markdown", ".md", "](<"), ("footnotes", ".md", "[^1-1]"),
     ("json", ".json", '"citations"')],
)  # fmt: skip
def test_they_are_exported(
    client: TestClient, kept: Conversation, format_: str, ending: str, mark: str
) -> None:
    answer = client.get(f"/api/conversations/{kept.id}/export?format={format_}")
    assert answer.status_code == 200 and mark in answer.text and "Qingdao" in answer.text
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert ending in answer.headers["content-disposition"]


def test_a_title_is_no_header(client: TestClient, kept: Conversation) -> None:
    title = 'x"\r\nSet-Cookie: a=b; é/../..'
    client.patch(f"/api/conversations/{kept.id}", json={"title": title})
    answer = client.get(f"/api/conversations/{kept.id}/export")
    assert "set-cookie" not in answer.headers
    assert "/" not in answer.headers["content-disposition"].partition("filename=")[2]


@pytest.mark.parametrize("format_", ["plain", "markdown", "footnotes"])
def test_an_answer_is_copied(client: TestClient, kept: Conversation, format_: str) -> None:
    path = f"/api/conversations/{kept.id}/turns/0?format={format_}"
    answer = client.get(path)
    assert "Qingdao" in answer.text and "16 July 2023" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("number", ["7", "-1", "x"])
def test_a_turn_that_is_not_there(client: TestClient, kept: Conversation, number: str) -> None:
    answer = client.get(f"/api/conversations/{kept.id}/turns/{number}")
    assert 400 <= answer.status_code < 500
    assert "message" in answer.json()["error"]


def test_a_verdict_is_kept_with_the_answer(
    client: TestClient, kept: Conversation, opened: Archive
) -> None:
    path = f"/api/conversations/{kept.id}/turns/0/feedback"
    assert client.post(path, json={"rating": "bad", "reason": "No."}).status_code == 204
    assert client.post(path, json={"rating": "so-so"}).status_code == 400
    (verdict,) = FeedbackBook(opened.catalog).all()
    assert (verdict.rating, verdict.reason, verdict.question) == ("bad", "No.", QUESTION)
    assert "Qingdao" in verdict.answer


def test_nobody_reaches_another_users(opened: Archive) -> None:
    users = Users.of_pair("jo", "long enough")
    client = TestClient(make_app(Assistant(opened), access=Access(users=users)), base_url=BASE)
    theirs = Conversations(opened.catalog).keep("mo", Conversation(turns=(Turn(QUESTION),)))
    path = f"/api/conversations/{theirs.id}"
    assert client.get(path).status_code == 401
    auth = ("jo", "long enough")
    assert client.get("/api/conversations", auth=auth).json() == {"conversations": []}
    for method, more in (("GET", ""), ("DELETE", ""), ("GET", "/export"), ("GET", "/turns/0")):
        assert client.request(method, path + more, auth=auth).status_code == 404
    assert client.patch(path, json={"title": "Mine"}, auth=auth).status_code == 404
    assert (
        client.post(f"{path}/turns/0/feedback", json={"rating": "bad"}, auth=auth).status_code
        == 404
    )
