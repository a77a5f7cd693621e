from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from assistant.web.door.caller import USER, caller_of
from assistant.web.door.door import guard, local_target
from assistant.web.door.sessions import IDLE, LIFE, Sessions
from assistant.web.door.users import Access, Users, hash_of, token_hash, write_lines
from tests.web.serving import status_of

HOME = "http://127.0.0.1:7860"
TOKEN = "dl-test"
PAGE = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module")
def users_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("users") / "users"
    write_lines(path, lines())
    return path


def lines(password: str = "correct horse") -> list[str]:
    return [
        f"jo:{hash_of(password)}",
        # Too long to be part of a random cookie by chance.
        f"wire-desk-of-the-night:{hash_of(password)}",
        f"bot:token:{token_hash(TOKEN)}",
    ]


def make_app(users: Users | None, host: str = "127.0.0.1") -> FastAPI:
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "POST", "DELETE"])
    def root(request: Request) -> dict[str, object]:
        return {"user": caller_of(request).user, "stranger": request.scope.get(USER, "") is None}

    @app.websocket("/ws")
    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(caller_of(socket).user)

    guard(app, Access(host, users))
    return app


def client_of(app: Starlette, base: str = HOME) -> TestClient:
    return TestClient(app, base_url=base, follow_redirects=False)


@pytest.fixture
def client(users_file: Path) -> Iterator[TestClient]:
    yield client_of(make_app(Users.of_file(users_file)))


@pytest.fixture(scope="module")
def guarded(users_file: Path) -> FastAPI:
    """For tests that nobody signs in at."""
    return make_app(Users.of_file(users_file))


def sign_in(client: TestClient, password: str = "correct horse", **more: str) -> int:
    form = {"username": "jo", "password": password, **more}
    return client.post("/login", data=form).status_code


@pytest.mark.parametrize(
    "path",
    ["/", "/api/ask", "/v1/models", "/mcp", "/config", "/gradio_api/info", "/login/", "/logout/",
     "//api/ask", "//api/health", "/%2e%2e/", "/api/../api/health", "/api/%2e%2e/ask", "/API/health",
     "/Login", "/api/health/", "/api//health", "/login/../config", "/login%2f..%2fconfig",
     "/login;x", "/login%00", "/api/health%20", "/./login", "/assets/index.js", "/theme.css"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_nothing_gets_round_the_door(guarded: FastAPI, method: str, path: str) -> None:
    assert status_of(guarded, method, path) == 401


def test_who_is_not_signed_in_is_told_so(client: TestClient) -> None:
    response = client.get("/api/ask")
    assert response.json()["error"]["type"] == "not_signed_in"
    assert response.headers["www-authenticate"].startswith("Bearer")


def test_a_stranger_learns_only_whether_it_is_well(client: TestClient) -> None:
    assert client.get("/api/health").json() == {"user": "", "stranger": True}
    sign_in(client)
    assert client.get("/api/health").json() == {"user": "jo", "stranger": False}


def test_a_browser_is_led_to_the_page_and_back(client: TestClient) -> None:
    sent = client.get("/archive?page=2", headers=PAGE)
    assert sent.status_code == 303
    assert sent.headers["location"] == "/login?next=%2Farchive%3Fpage%3D2"
    page = client.get(sent.headers["location"], headers=PAGE)
    assert page.status_code == 200 and 'value="/archive?page=2"' in page.text
    form = {"username": "jo", "password": "correct horse", "next": "/archive?page=2"}
    done = client.post("/login", data=form, headers=PAGE)
    assert (done.status_code, done.headers["location"]) == (303, "/archive?page=2")
    assert client.get("/archive", headers=PAGE).json()["user"] == "jo"


def test_scripts_and_interfaces_are_not_led_anywhere(client: TestClient) -> None:
    script = {**PAGE, "Sec-Fetch-Mode": "cors"}
    assert client.get("/config", headers=script).status_code == 401
    assert client.get("/api/articles", headers=PAGE).status_code == 401
    assert client.post("/", headers=PAGE).status_code == 401


def test_the_page_works_without_anything_from_elsewhere(client: TestClient) -> None:
    page = client.get("/login", headers=PAGE)
    assert "://" not in page.text and "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"
    for field in ("username", "password"):
        assert f'<label for="{field}">' in page.text and f'id="{field}"' in page.text
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", page.text.split("@media")[0]))
    dark = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", page.text.split("@media")[1]))
    for theme in (colours, dark):
        for ink in ("ink", "quiet", "bad"):
            assert contrast(theme[ink], theme["card"]) >= 4.5
        assert contrast(theme["on-act"], theme["act"]) >= 4.5
        assert contrast(theme["line"], theme["card"]) >= 3


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_a_wrong_password_is_said_and_nothing_is_reflected(client: TestClient) -> None:
    form = {"username": '"><script>alert(1)</script>', "password": "wrong"}
    page = client.post("/login", data=form, headers=PAGE)
    assert page.status_code == 400 and 'role="alert"' in page.text
    assert "<script" not in page.text
    assert "set-cookie" not in page.headers
    assert client.post("/login", data={}).status_code == 400
    odd = client.post("/login", files={"username": ("x", b"y" * 100)})
    assert odd.status_code == 400
    assert client.post("/login", content=b"\xff=\xfe&&&=").status_code == 400
    assert client.put("/login").status_code == 405


def test_the_cookie_is_out_of_reach(client: TestClient) -> None:
    form = {"username": "wire-desk-of-the-night", "password": "correct horse"}
    plain = client.post("/login", data=form)
    assert plain.json() == {"success": True}
    cookie = plain.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/" in cookie
    assert "; secure" not in cookie and "night" not in cookie.partition(";")[0]
    safe = client_of(client.app, "https://127.0.0.1:7860")  # type: ignore[arg-type]
    assert "; secure" in safe.post("/login", data=form).headers["set-cookie"].lower()


def test_a_cookie_cannot_be_made_up_or_used_again(client: TestClient) -> None:
    assert sign_in(client) == 200
    name, value = next(iter(client.cookies.items()))
    for forged in (
        value[:-1],
        value.swapcase(),
        f"{value}x",
        "",
        "../x",
        "jo",
        "\x7f",
        value * 100,
    ):
        client.cookies.clear()
        response = client.get("/", headers={"Cookie": f"{name}={forged}"})
        assert response.status_code == 401, forged
    assert client.get("/", headers={"Cookie": f"{name}={value}"}).status_code == 200
    out = client.get("/logout", headers={"Cookie": f"{name}={value}"})
    assert out.status_code == 303 and out.headers["location"] == "/login"
    assert client.get("/", headers={"Cookie": f"{name}={value}"}).status_code == 401


def test_another_sites_link_signs_nobody_out(client: TestClient) -> None:
    sign_in(client)
    client.get("/logout", headers={"Sec-Fetch-Site": "cross-site"})
    assert client.get("/").status_code == 200


def test_signing_in_again_ends_the_session_before(client: TestClient) -> None:
    sign_in(client)
    before = dict(client.cookies)
    sign_in(client)
    assert dict(client.cookies) != before
    other = client_of(client.app)  # type: ignore[arg-type]
    other.cookies.update(before)
    assert other.get("/").status_code == 401


def test_a_changed_password_ends_sessions(tmp_path: Path) -> None:
    path = tmp_path / "users"
    write_lines(path, lines())
    client = client_of(make_app(Users.of_file(path)))
    assert sign_in(client) == 200 and client.get("/").status_code == 200
    write_lines(path, lines("battery staple"))
    assert client.get("/").status_code == 401
    assert sign_in(client) == 400
    assert sign_in(client, "battery staple") == 200


def test_sessions_end_when_unused_and_after_a_month_and_are_bounded() -> None:
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    idle, busy = sessions.begin("jo", "s"), sessions.begin("jo", "s")
    for _ in range(5):
        now[0] += IDLE - 1
        found = sessions.find(busy)
        assert (found is not None) == (now[0] <= LIFE)
    assert sessions.find(idle) is None
    for _ in range(10_050):
        sessions.begin("jo", "s")
    assert len(sessions._sessions) == 10_000


@pytest.mark.parametrize(
    ("header", "user"),
    [
        (f"Bearer {TOKEN}", "bot"),
        (f"bearer  {TOKEN} ", "bot"),
        ("Basic " + base64.b64encode(b"jo:correct horse").decode(), "jo"),
        (f"Bearer {TOKEN}x", None),
        ("Bearer", None),
        ("Bearer jo", None),
        ("Basic " + base64.b64encode(b"jo:wrong").decode(), None),
        ("Basic " + base64.b64encode(b"bot:").decode(), None),
        ("Basic " + base64.b64encode(b"jo").decode(), None),
        ("Basic ====", None),
        ("Basic \xff", None),
        ("Digest jo", None),
        ("", None),
    ],
)
def test_tokens_and_basic_come_in_by_their_header(
    client: TestClient, header: str, user: str | None
) -> None:
    for name in ("Authorization", "X-HF-Authorization"):
        response = client.get("/", headers={name: header.encode("latin-1")})
        assert response.status_code == (200 if user else 401)
        assert user is None or response.json()["user"] == user


def test_basic_is_compared_once_and_forgotten_when_the_password_changes(tmp_path: Path) -> None:
    path = tmp_path / "users"
    write_lines(path, lines())
    users = Users.of_file(path)
    compared: list[str] = []
    fits = users.fits
    users.fits = lambda name, given: compared.append(name) or fits(name, given)  # type: ignore[method-assign]
    client = client_of(make_app(users))
    client.auth = ("jo", "correct horse")
    assert [client.get("/").status_code for _ in range(3)] == [200] * 3
    assert compared == ["jo"]
    write_lines(path, lines("battery staple"))
    assert client.get("/").status_code == 401


def test_guessing_is_slowed_down(client: TestClient) -> None:
    assert [sign_in(client, "wrong") for _ in range(6)] == [400] * 5 + [429]
    right = client.post("/login", data={"username": "jo", "password": "correct horse"})
    assert right.status_code == 429 and int(right.headers["retry-after"]) >= 1
    page = client.post("/login", data={"username": "jo", "password": "x"}, headers=PAGE)
    assert page.status_code == 429 and "Try again in" in page.text
    client.auth = ("jo", "correct horse")
    assert client.get("/").status_code == 429
    client.auth = None
    assert client.get("/", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


@pytest.mark.parametrize(
    "wanted",
    ["//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test", "https://evil.test", "evil",
     "javascript:alert(1)", "/\t/evil.test", "/x\r\nSet-Cookie: a=b", " //evil.test", "/\x00",
     "", "/login", "/login?next=/", "/logout", "/\u2028", "/" + "x" * 3000],
)  # fmt: skip
def test_nobody_is_led_away(client: TestClient, wanted: str) -> None:
    assert local_target(wanted) == "/"
    form = {"username": "jo", "password": "correct horse", "next": wanted}
    done = client.post("/login", data=form, headers=PAGE)
    assert done.status_code == 303 and done.headers["location"] == "/"
    signed_in = client.get("/login", params={"next": wanted}, headers=PAGE)
    assert signed_in.headers["location"] == "/"
    assert [name for name in done.headers if name == "set-cookie"] == ["set-cookie"]


@given(st.text(max_size=60))
def test_a_target_is_always_a_path_of_ours(wanted: str) -> None:
    target = local_target(wanted)
    assert target.startswith("/") and not target.startswith(("//", "/\\"))
    assert target.isprintable()


def test_web_sockets_are_guarded_too(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("ws://127.0.0.1:7860/ws"):
        pass
    sign_in(client)
    with client.websocket_connect("ws://127.0.0.1:7860/ws") as talk:
        assert talk.receive_text() == "jo"


def test_below_a_prefix_it_guards_the_same(users_file: Path) -> None:
    inner = make_app(Users.of_file(users_file))
    client = client_of(Starlette(routes=[Mount("/news", inner)]))
    sent = client.get("/news/archive", headers=PAGE)
    assert sent.headers["location"] == "/news/login?next=%2Farchive"
    assert client.get("/news/api/ask").status_code == 401
    form = {"username": "jo", "password": "correct horse", "next": "/archive"}
    done = client.post("/news/login", data=form, headers=PAGE)
    assert done.headers["location"] == "/news/archive"
    assert "path=/news" in done.headers["set-cookie"].lower()
    assert client.get("/news/archive").json()["user"] == "jo"


def test_without_users_one_person_is_at_this_machine() -> None:
    client = client_of(make_app(None))
    response = client.get("/")
    assert response.json() == {"user": "", "stranger": False}
    assert "set-cookie" not in response.headers


def test_elsewhere_without_users_each_browser_is_a_visitor_of_its_own() -> None:
    app = make_app(None, "0.0.0.0")
    one, other = client_of(app), client_of(app)
    name = one.get("/").json()["user"]
    assert name.startswith("visitor:") and one.get("/").json()["user"] == name
    assert other.get("/").json()["user"] != name
    kept = next(iter(one.cookies.values()))
    assert kept not in name, "the name does not tell the cookie"
    other.cookies.clear()
    forged = other.get("/", headers={"Cookie": "dateline-visitor-7860=" + name[8:]})
    assert forged.json()["user"] != name
    assert "httponly" in forged.headers["set-cookie"].lower()


def test_what_nobody_foresaw_is_answered_without_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = FastAPI()

    @app.get("/")
    def fails() -> None:
        raise ZeroDivisionError("secret")

    guard(app, Access())
    response = client_of(app).get("/")
    assert response.status_code == 500
    assert response.json()["error"]["type"] == "unexpected" and "secret" not in response.text
    assert "ZeroDivisionError" in caplog.text and "Traceback" not in caplog.text
