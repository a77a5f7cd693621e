"""The whole server behind its door: page, Gradio's interface, REST; asked as programs ask it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.answer import Assistant
from assistant.web.app import make_app
from assistant.web.door.users import Access, Book, Users, hash_of, token_hash
from ingest.archive.archive import Archive
from tests.web.scripted import HOME, QUESTION
from tests.web.serving import serving, status_of

pytestmark = pytest.mark.slow
PAIR = ("jo", "correct horse")
TOKEN = "dl-test"


@pytest.fixture(scope="module")
def guarded(sample_archive: Archive) -> FastAPI:
    book = Book({PAIR[0]: hash_of(PAIR[1])}, {token_hash(TOKEN): "bot"})
    return make_app(Assistant(sample_archive), access=Access(users=Users(lambda: book)))


@pytest.fixture(scope="module")
def open_app(sample_archive: Archive) -> FastAPI:
    return make_app(Assistant(sample_archive))


@pytest.fixture(scope="module")
def url(guarded: FastAPI) -> Iterator[str]:
    with serving(guarded) as served:
        yield served


TARGETS = ["/etc/passwd", "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd",
           "....//....//etc/passwd", "%2fetc%2fpasswd", "C:%5cWindows%5cwin.ini", "file:///etc/passwd",
           "//etc/passwd", "/proc/self/environ", "http://127.0.0.1:9/", "%00/etc/passwd",
           "/etc/passwd%00.png"]  # fmt: skip
ROUTES = ["/file={}", "/gradio_api/file={}", "/gradio_api/file/{}", "/static/{}", "/assets/{}", "/svelte/{}",
          "/gradio_api/proxy={}", "/gradio_api/custom_component/{}/client/component/style.css"]  # fmt: skip


@pytest.mark.parametrize("route", ROUTES)
def test_no_file_of_the_machine_is_served(
    open_app: FastAPI, guarded: FastAPI, sample_archive: Archive, route: str
) -> None:
    own = str(sample_archive.folder / "catalog.sqlite")
    for target in [*TARGETS, own]:
        path = route.format(target)
        assert 400 <= status_of(open_app, "GET", path) < 500, path
        assert status_of(guarded, "GET", path) == 401


RAW = ["/api/ask", "//api/ask", "/./api/ask", "/api/../api/ask", "/login/../api/articles", "/API/articles",
       "/api/health/../articles", "/api/health%2f..%2farticles", "/api/health;/../articles", "/%61pi/articles",
       "http://127.0.0.1/api/articles", "/api/articles?x=/api/health", "/api/health%00", "/gradio_api/../config",
       "/config/", "/config?/login", "/theme.css", "/login//", "/v1/models", "/gradio_api/queue/data",
       "/gradio_api/heartbeat/x", "/gradio_api/startup-events", "/monitoring", "/manifest.json"]  # fmt: skip


@pytest.mark.parametrize("target", RAW)
def test_no_target_gets_round_the_door(url: str, target: str) -> None:
    host = urlsplit(url).netloc
    with socket.create_connection(
        (urlsplit(url).hostname or "", urlsplit(url).port or 0), 20
    ) as raw:
        raw.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        status = int(raw.makefile("rb").readline().split()[1])
    assert status in (400, 401), target


@pytest.mark.parametrize(
    "lines",
    [
        "Host: evil.test", "Host: {host}\r\nHost: evil.test", "Host: {host}\r\nX-Forwarded-Host: evil.test",
        "Host: {host}\r\nOrigin: http://evil.test", "Host : {host}", "X: y", "Host: {host}\x0b",
    ],
)  # fmt: skip
def test_odd_heads_are_refused(url: str, lines: str) -> None:
    host = urlsplit(url).netloc
    with socket.create_connection(
        (urlsplit(url).hostname or "", urlsplit(url).port or 0), 20
    ) as raw:
        head = f"GET /login HTTP/1.1\r\n{lines.format(host=host)}\r\nConnection: close\r\n\r\n"
        raw.sendall(head.encode())
        assert int(raw.makefile("rb").readline().split()[1]) in (400, 403)


def test_gradios_client_signs_in_and_asks(url: str) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AuthenticationError

    with pytest.raises((AuthenticationError, ValueError)):
        Client(url, verbose=False)
    with pytest.raises((AuthenticationError, ValueError)):
        Client(url, auth=("jo", "wrong"), verbose=False)
    client = Client(url, auth=PAIR, verbose=False)
    assert "Qingdao" in str(client.predict(QUESTION, api_name="/ask"))


def test_gradios_client_comes_in_with_a_token(url: str) -> None:
    from gradio_client import Client

    client = Client(url, headers={"Authorization": f"Bearer {TOKEN}"}, verbose=False)
    assert "Qingdao" in str(client.predict(QUESTION, api_name="/ask"))


def test_the_page_knows_who_is_signed_in(guarded: FastAPI) -> None:
    client = TestClient(guarded, base_url=HOME)
    assert client.get("/config").status_code == 401
    client.post("/login", data={"username": PAIR[0], "password": PAIR[1]})
    assert client.get("/gradio_api/user").json() == "jo"
    assert client.get("/config").status_code == 200
    assert client.get("/", headers={"Accept": "text/html"}).status_code == 200


def test_gradio_is_not_told_where_it_is_by_a_stranger(open_app: FastAPI) -> None:
    client = TestClient(open_app, base_url=HOME)
    page = client.get("/config", headers={"X-Gradio-Server": "http://evil.test"})
    assert page.status_code == 200 and "evil.test" not in page.text


@pytest.mark.parametrize("path", ["/gradio_api/proxy=https://evil.test/x", "/gradio_api/proxy=%00", "/proxy=x",
                                  "/gradio_api/deep_link", "/gradio_api/vibe-edit", "/monitoring/summary"])  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_what_nothing_uses_is_closed(open_app: FastAPI, method: str, path: str) -> None:
    assert status_of(open_app, method, path) == 404


def test_a_large_upload_to_gradio_is_refused(open_app: FastAPI) -> None:
    client = TestClient(open_app, base_url=HOME)
    too_much = {"Content-Length": str(101 * 2**20)}
    refused = client.post("/gradio_api/upload", content=b"x", headers=too_much)
    assert refused.status_code == 413
    assert client.post("/gradio_api/queue/join", content=b"x" * (2**20 + 1)).status_code == 413


def test_many_signed_in_browsers_ask_at_once(url: str) -> None:
    import httpx

    statuses: list[int] = []

    def work() -> None:
        with httpx.Client(base_url=url, timeout=60) as client:
            client.post("/login", data={"username": PAIR[0], "password": PAIR[1]})
            for _ in range(3):
                told = client.post("/api/search", json={"question": QUESTION})
                statuses.append(told.status_code)

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(statuses) == 36 and set(statuses) <= {200, 429} and 200 in statuses
