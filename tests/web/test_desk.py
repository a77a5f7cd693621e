"""The desk of a running chat: who is let in, and what becomes of what is asked."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from starlette.testclient import TestClient

from assistant.answer import Assistant
from assistant.commands import Service
from assistant.results import Found
from assistant.web.desk import desk, make_desk
from ingest.archive.archive import Archive
from ingest.archive.filters import Filters
from ingest.archive.owner import ADDRESS, read_card
from ingest.archive.remote import from_bytes
from ingest.settings import Settings, load_settings

CHAT = "http://127.0.0.1:7860"
TOKEN = "the-token"
AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}


class Scripted:
    """An assistant that breaks when it is told to, in a service."""

    def __init__(self) -> None:
        self.archive = SimpleNamespace(counts=lambda: (1, 2))
        self.asked: list[dict[str, object]] = []

    def search(self, question: str, k: int, **options: object) -> Found:
        self.asked.append({"question": question, "k": k, **options})
        if question == "break":
            raise ValueError("five\nlines")
        return Found(question, Filters(), ())


def service_of(scripted: Scripted) -> Service:
    return Service(cast(Archive, scripted.archive), cast(Assistant, scripted))


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
def client(scripted: Scripted) -> TestClient:
    made = make_desk(service_of(scripted), TOKEN, limit=1_000)
    return TestClient(made, base_url="http://127.0.0.1:4711", headers=AUTHORISED)


def test_what_was_done_comes_back(client: TestClient, scripted: Scripted) -> None:
    asked = {"question": "Zoë", "k": 3}
    reply = from_bytes(client.post("/command/search", json=asked).content)
    found = Found("Zoë", Filters(), ())
    assert reply["done"] == {
        "json": found.as_json(), "text": found.as_text(), "failed": [], "complete": True,
    }  # fmt: skip
    assert scripted.asked == [{"question": "Zoë", "k": 3}]
    assert client.post("/ingest/counts", json={}).json() == {"done": [1, 2]}


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer ", "Bearer the-tokenX", "Bearer the-toke", TOKEN, "bearer the-token",
     "Basic the-token", "Bearer töken"],
)  # fmt: skip
def test_without_the_token_nothing_is_done(
    given: str, client: TestClient, scripted: Scripted
) -> None:
    headers = {"Authorization": given.encode("latin-1")}
    for path in ("/hello", "/command/search", "/command/nonsense", "/ingest/counts"):
        answer = client.post(path, json={"question": "x"}, headers=headers)
        assert answer.status_code == 401
    assert scripted.asked == []


def test_without_any_authorisation_nothing_is_done(scripted: Scripted) -> None:
    client = TestClient(make_desk(service_of(scripted), TOKEN), base_url="http://127.0.0.1")
    assert client.post("/hello").status_code == 401


@pytest.mark.parametrize("host", ["evil.test", "evil.test:4711", "127.0.0.1.evil.test", ""])
def test_a_foreign_host_is_refused_even_with_the_token(host: str, client: TestClient) -> None:
    assert client.post("/hello", headers={"Host": host}).status_code == 400
    assert client.post("/hello").status_code == 200


@pytest.mark.parametrize(
    "path", ["/command/nonsense", "/command/chat", "/command/__class__", "/command/", "/ingest/x",
             "/", "/command/list/x"],
)  # fmt: skip
def test_what_is_not_known_is_404(path: str, client: TestClient) -> None:
    assert client.post(path, json={}).status_code == 404


def test_only_posts_are_taken(client: TestClient) -> None:
    assert client.get("/command/list").status_code == 405
    assert client.get("/hello").status_code == 405


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 900, b"1" * 900]
)
def test_what_is_no_object_is_400(body: bytes, client: TestClient, scripted: Scripted) -> None:
    assert client.post("/command/search", content=body).status_code == 400
    assert scripted.asked == []


def test_what_is_too_large_is_413(client: TestClient, scripted: Scripted) -> None:
    large = {"question": "x" * 2_000}
    assert client.post("/command/search", json=large).status_code == 413
    pieces = (b"x" * 100 for _ in range(50))  # its size is not told beforehand
    assert client.post("/command/search", content=pieces).status_code == 413
    assert scripted.asked == []


@pytest.mark.parametrize(
    "options", [{}, {"nonsense": 1}, {"question": "x", "self": 1}, {"question": "break"}]
)
def test_a_fault_is_told_as_one_and_the_desk_goes_on(
    options: dict[str, object], client: TestClient
) -> None:
    fault = client.post("/command/search", json=options).json()["fault"]
    assert fault["kind"] == "DatelineError"
    assert fault["says"].startswith("An unexpected fault: ")
    assert client.post("/hello").status_code == 200


def test_a_closed_archive_is_told_plainly(tmp_path: Path) -> None:
    archive = Archive.open(Settings(archive=tmp_path / "a", _env_file=None), create=True)
    client = TestClient(make_desk(Service(archive), TOKEN), base_url="http://localhost")
    archive.close()
    fault = client.post("/command/list", json={}, headers=AUTHORISED).json()["fault"]
    assert fault["kind"] == "ArchiveError" and "closed" in fault["says"]


def test_the_card_is_there_for_so_long(tmp_path: Path) -> None:
    with Archive.open(load_settings(tmp_path / "a"), create=True) as archive:
        with desk(Service(archive), CHAT) as card:
            assert read_card(archive.folder) == card
            assert card.serves == CHAT
        assert not (archive.folder / ADDRESS).exists()
        with desk(Service(archive), CHAT) as again:
            assert again.token != card.token
