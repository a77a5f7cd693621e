from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from assistant.answer import Assistant
from assistant.commands import Service
from assistant.question.question import Question, understand
from assistant.results import Found
from assistant.suggesting import beginnings
from assistant.web.app import make_app, serve
from assistant.web.door.guards import is_loopback
from assistant.web.door.users import Access, Users
from assistant.write.draft import Draft
from ingest.archive.archive import Archive
from ingest.errors import SettingError
from ingest.settings import Settings
from tests.web.serving import serving


@pytest.fixture(scope="module")
def client(sample_archive: Archive) -> TestClient:
    return TestClient(make_app(Assistant(sample_archive)), base_url="http://127.0.0.1:7860")


def test_every_response_carries_the_protective_headers(client: TestClient) -> None:
    for path in ("/", "/config", "/nowhere"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_the_page_names_no_other_host_to_load_from(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"]
    assert "http" not in policy
    assert "*" not in policy


def test_a_foreign_host_header_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"Host": "evil.test"}).status_code == 400
    assert client.get("/", headers={"Host": "localhost:7860"}).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/file=/etc/passwd", "/gradio_api/file=/etc/passwd", "/gradio_api/file=../../etc/passwd"],
)
def test_no_file_of_the_machine_is_served(client: TestClient, path: str) -> None:
    assert 400 <= client.get(path).status_code < 500


def test_only_the_named_endpoints_are_public(client: TestClient) -> None:
    named = client.get("/gradio_api/info").json()["named_endpoints"]
    assert sorted(named) == ["/ask", "/search"]


def test_a_password_is_asked_for(sample_archive: Archive) -> None:
    access = Access(users=Users.of_pair("reader", "secret"))
    app = make_app(Assistant(sample_archive), access)
    client = TestClient(app, base_url="http://127.0.0.1:7860")
    assert client.get("/config").status_code == 401
    assert (
        client.post("/login", data={"username": "reader", "password": "wrong"}).status_code == 400
    )
    assert (
        client.post("/login", data={"username": "reader", "password": "secret"}).status_code == 200
    )


def test_examples_are_questions_that_the_archive_can_answer(
    sample_archive: Archive, archive: Archive
) -> None:
    examples = beginnings(Service(sample_archive))
    assert len(set(examples)) == len(examples) == 4
    assert not any(Assistant(sample_archive).ask(example).refused for example in examples)
    assert not beginnings(Service(archive))


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("news.lan", False),
    ],
)
def test_which_addresses_only_this_machine_reaches(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_other_machines_need_a_password(settings: Settings) -> None:
    with pytest.raises(SettingError, match="--auth"):
        serve(settings, "0.0.0.0", 7860)


def test_a_port_that_is_taken_is_said_plainly(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SettingError, match="another port"):
            serve(settings, "127.0.0.1", taken.getsockname()[1])


@pytest.mark.slow
def test_gradios_endpoints_wait_their_turn_like_all_others(sample_archive: Archive) -> None:
    from gradio_client import Client

    class Slow:
        name = "slow"

        def standalone(self, question: str, history: object) -> Question:
            return understand(question)

        def write(self, question: Question, found: Found) -> Iterator[Draft]:
            time.sleep(0.5)
            yield Draft("Qingdao [1].")

    def call(_: int) -> str:
        try:
            return str(
                client.predict("Which port did the Chinese flotilla leave?", api_name="/ask")
            )
        except Exception as error:
            return str(error)

    with serving(make_app(Assistant(sample_archive, Slow()))) as address:
        client = Client(address, verbose=False)
        with ThreadPoolExecutor(30) as threads:
            said = list(threads.map(call, range(30)))
    assert sum("Qingdao" in each for each in said) >= 4
    assert sum("Ask again" in each for each in said) >= 5
    assert all("Qingdao" in each or "Ask again" in each for each in said)
