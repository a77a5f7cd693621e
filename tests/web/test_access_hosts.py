from __future__ import annotations

import socket

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from assistant.web.door.door import guard
from assistant.web.door.guards import Guard, is_loopback
from assistant.web.door.users import Access, check_binding
from ingest.errors import SettingError

HOME = "http://127.0.0.1:7860"


def make_client(host: str = "127.0.0.1", names: tuple[str, ...] = ()) -> TestClient:
    app = FastAPI()

    @app.api_route("/", methods=["GET", "POST", "OPTIONS"])
    def root() -> str:
        return "in"

    @app.websocket("/ws")
    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("in")

    guard(app, Access(host, None, names))
    return TestClient(app, base_url=HOME)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:7860", "localhost", "LOCALHOST:80", "localhost.", "[::1]", "[::1]:7860",
     "127.9.9.9"],
)  # fmt: skip
def test_loopback_goes_by_its_own_names(host: str) -> None:
    assert make_client().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.test", "127.0.0.1.evil.test", "localhost.evil.test", "evil.test:7860", "192.168.1.9",
     "127.0.0.1@evil.test", "evil.test#127.0.0.1", "127.0.0.1:", "127.0.0.1:999999", "[::1", "::1",
     "localhost evil.test", "[localhost]", "0.0.0.0", "0x7f000001", "2130706433", "[::ffff:8.8.8.8]",
     "localhost..", "", "-"],
)  # fmt: skip
def test_loopback_goes_by_no_other_name(host: str) -> None:
    response = make_client().get("/", headers={"Host": host})
    assert response.status_code == 400
    assert "--allow-host" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("10.0.0.7:7860", True),
        ("[fe80::1]", True),
        ("localhost", True),
        (socket.gethostname(), True),
        ("news.example", True),
        ("NEWS.example:443", True),
        ("evil.test", False),
        ("sub.news.example", False),
        ("[news.example]", False),
    ],
)
def test_elsewhere_addresses_and_the_allowed_names_do(host: str, allowed: bool) -> None:
    client = make_client("0.0.0.0", ("news.example",))
    assert client.get("/", headers={"Host": host}).status_code == (200 if allowed else 400)


def test_a_name_that_is_allowed_leads_to_loopback_too() -> None:
    client = make_client(names=("news.example",))
    assert client.get("/", headers={"Host": "news.example"}).status_code == 200


def test_what_a_proxy_says_of_the_name_is_checked_as_well() -> None:
    client = make_client(names=("news.example",))
    for name, status in (
        ("evil.test", 400),
        ("news.example, evil.test", 400),
        ("news.example", 200),
    ):
        response = client.get("/", headers={"X-Forwarded-Host": name})
        assert response.status_code == status
    two = [("Host", "localhost"), ("Host", "evil.test")]
    assert client.get("/", headers=two).status_code == 400


@given(st.text(max_size=40))
def test_no_name_breaks_the_check(name: str) -> None:
    assert Guard(Response(), "127.0.0.1").allows(name) in (True, False)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.test"},
        {"Origin": "http://127.0.0.1:3000"},  # another program of this machine
        {"Origin": "http://localhost:7860"},  # another name of it, as rebinding would give
        {"Origin": "https://127.0.0.1.evil.test:7860"},
        {"Origin": "ftp://127.0.0.1:7860"},
        {"Origin": "http://[::1"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.test", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_page_of_another_site_can_change_nothing(headers: dict[str, str]) -> None:
    response = make_client().post("/", headers=headers)
    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize(
    "headers",
    [
        {},  # curl, SDKs
        {"Origin": HOME},
        {"Origin": HOME, "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},  # forms of a page without a referrer
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_our_own_pages_and_programs_can(headers: dict[str, str]) -> None:
    assert make_client().post("/", headers=headers).status_code == 200


def test_a_default_port_is_the_same_as_none() -> None:
    client = make_client(names=("news.example",))
    own = {"Host": "news.example", "Origin": "https://news.example:443"}
    assert client.post("/", headers=own).status_code == 200


def test_a_link_from_elsewhere_leads_here_but_no_script_reads_the_answer() -> None:
    client = make_client()
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
    read = client.get("/", headers={"Origin": "http://evil.test"})
    assert read.status_code == 403
    preflight = {"Origin": "http://evil.test", "Access-Control-Request-Method": "POST"}
    assert client.options("/", headers=preflight).status_code == 403


def test_a_web_socket_of_another_site_is_not_opened() -> None:
    client = make_client()
    with client.websocket_connect("ws://127.0.0.1:7860/ws", headers={"Origin": HOME}) as talk:
        assert talk.receive_text() == "in"
    for headers in ({"Origin": "http://evil.test"}, {"Host": "evil.test"}):
        with (
            pytest.raises(WebSocketDisconnect) as closed,
            client.websocket_connect("ws://127.0.0.1:7860/ws", headers=headers),
        ):
            pass
        assert closed.value.code == 1008


def test_every_refusal_carries_the_protective_headers() -> None:
    response = make_client().get("/", headers={"Host": "evil.test"})
    assert "default-src 'self'" in response.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("[::1]", True), ("::1", True), ("localhost", True), ("0.0.0.0", False),
     ("::", False), ("news.lan", False), ("", False)],
)  # fmt: skip
def test_which_addresses_only_this_machine_reaches(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_other_machines_come_in_with_a_password_or_on_purpose() -> None:
    check_binding("127.0.0.1", None, False)
    check_binding("0.0.0.0", "a:b", False)
    check_binding("0.0.0.0", None, True)
    with pytest.raises(SettingError, match="--no-auth"):
        check_binding("0.0.0.0", None, False)
    with pytest.raises(SettingError, match="exclude"):
        check_binding("127.0.0.1", "a:b", True)
