"""The way to an archive's owner: found, believed, asked; and what is said when that fails."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ingest.archive import remote
from ingest.archive.owner import ADDRESS, Card, Owner, posted
from ingest.archive.remote import Remote, fault_json, fault_of, from_bytes, owner_of, to_bytes
from ingest.errors import (
    ArchiveError,
    ArchiveInUseError,
    DatelineError,
    EmbedderError,
    FetchError,
    SettingError,
)

TOKEN = "the-token"
SERVES = "http://127.0.0.1:7860"


class Scripted(ThreadingHTTPServer):
    """An owner's side that answers what it is told to: (status, body), or None to hang up."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: dict[str, tuple[int, bytes] | None] = {"/hello": (200, b"")}
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.card = Card(self.server_port, TOKEN, SERVES)

    def gives(self, path: str, reply: object, status: int = 200) -> None:
        self.replies[path] = (status, json.dumps(reply).encode())

    def handle_error(self, request: Any, client_address: Any) -> None: ...


class _Handler(BaseHTTPRequestHandler):
    server: Scripted

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers), body))
        reply = self.server.replies.get(self.path, (404, b""))
        if reply is None:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(reply[0])
        self.send_header("Content-Length", str(len(reply[1])))
        self.end_headers()
        self.wfile.write(reply[1])

    def log_message(self, *_: object) -> None: ...


@contextmanager
def listening() -> Iterator[Scripted]:
    with Scripted() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def server() -> Iterator[Scripted]:
    with listening() as running:
        yield running


@pytest.fixture
def owned(tmp_path: Path) -> Iterator[Path]:
    """A folder with an owner."""
    owner = Owner(tmp_path)
    yield tmp_path
    owner.release()


@pytest.fixture
def there(server: Scripted, owned: Path) -> Remote:
    return Remote(server.card, owned)


def test_an_owner_that_serves_is_found(server: Scripted, owned: Path) -> None:
    with posted(server.card, owned):
        found = owner_of(owned)
    assert found is not None and found.card.serves == SERVES
    [(path, headers, _)] = server.asked
    assert path == "/hello"
    assert headers["Authorization"] == f"Bearer {TOKEN}"


def test_without_a_card_there_is_none(owned: Path, tmp_path: Path) -> None:
    assert owner_of(owned) is None
    assert owner_of(tmp_path / "nowhere") is None


def test_a_card_left_behind_is_harmless(server: Scripted, tmp_path: Path) -> None:
    with posted(server.card, tmp_path):
        assert owner_of(tmp_path) is None  # nobody has the lock: it is not even asked
        Owner(tmp_path).release()
    assert server.asked == []


def test_a_bad_card_left_behind_is_harmless_too(tmp_path: Path) -> None:
    (tmp_path / ADDRESS).write_text("{}")
    (tmp_path / ADDRESS).chmod(0o666)
    assert owner_of(tmp_path) is None


def test_a_card_that_others_can_use_is_said(server: Scripted, owned: Path) -> None:
    with posted(server.card, owned):
        (owned / ADDRESS).chmod(0o644)
        with pytest.raises(ArchiveError, match="not trusted"):
            owner_of(owned)
    assert server.asked == []


def test_where_nobody_listens_any_more_there_is_none(owned: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        card = Card(free.getsockname()[1], TOKEN, SERVES)
    with posted(card, owned):
        assert owner_of(owned) is None


@pytest.mark.parametrize("reply", [(401, b""), (404, b""), (500, b""), None])
def test_who_does_not_take_the_token_is_not_the_owner(
    reply: tuple[int, bytes] | None, server: Scripted, owned: Path
) -> None:
    server.replies["/hello"] = reply
    with posted(server.card, owned):
        assert owner_of(owned) is None


def test_proxies_of_the_environment_are_not_asked(
    server: Scripted, owned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening() as proxy, posted(server.card, owned):
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.server_port}")
        assert owner_of(owned) is not None
    assert proxy.asked == []


def test_options_go_and_what_was_done_comes_back(server: Scripted, there: Remote) -> None:
    server.gives("/command/list", {"done": {"é": [1, None]}})
    assert there.call("command/list", {"publishers": ("Zoë", "B")}) == {"é": [1, None]}
    assert from_bytes(server.asked[-1][2]) == {"publishers": ["Zoë", "B"]}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("SettingError", SettingError),
        ("ArchiveInUseError", ArchiveInUseError),
        ("FetchError", FetchError),
        ("KeyboardInterrupt", DatelineError),
        ("annotations", DatelineError),
        ("", DatelineError),
    ],
)
def test_what_the_owner_raised_is_raised_here(
    kind: str, expected: type[DatelineError], server: Scripted, there: Remote
) -> None:
    server.gives("/x", {"fault": {"kind": kind, "says": "It is so."}})
    with pytest.raises(DatelineError, match=r"^It is so\.$") as caught:
        there.call("x", {})
    assert type(caught.value) is expected


@pytest.mark.parametrize("reply", [None, (500, b""), (503, b"stopping")])
def test_an_owner_that_ends_before_it_has_answered_is_one_plain_error(
    reply: tuple[int, bytes] | None, server: Scripted, there: Remote
) -> None:
    server.replies["/x"] = reply
    with pytest.raises(ArchiveError, match="ended before it had answered") as caught:
        there.call("x", {})
    assert SERVES in str(caught.value) and TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "says"), [(404, "does not know how"), (413, "too large"), (401, "HTTP status 401")]
)
def test_a_refusal_says_why_and_what_to_do(
    status: int, says: str, server: Scripted, there: Remote
) -> None:
    server.gives("/x", None, status)
    with pytest.raises(ArchiveError, match=says) as caught:
        there.call("x", {})
    assert "Stop the chat" in str(caught.value)


def test_what_is_too_large_is_not_sent(server: Scripted, there: Remote) -> None:
    with pytest.raises(ArchiveError, match="too large"):
        there.call("x", {"text": "a" * remote.BODY})
    assert server.asked == []


@pytest.mark.parametrize(
    "text", ["plain", "Zoë – 東京 🗼", "\udc80\ud83d", "\ud83d\ude00", "\x00\n"]
)
def test_any_text_survives_the_way(text: str) -> None:
    assert from_bytes(to_bytes({"text": text})) == {"text": text}


def test_a_fault_survives_the_way() -> None:
    fault = fault_of(json.loads(json.dumps(fault_json(EmbedderError("No model.")))))
    assert type(fault) is EmbedderError and str(fault) == "No model."


def test_two_owners_are_two(server: Scripted, tmp_path: Path) -> None:
    with ExitStack() as stack:
        for name in ("one", "other"):
            (tmp_path / name).mkdir()
            stack.callback(Owner(tmp_path / name).release)
        stack.enter_context(posted(server.card, tmp_path / "one"))
        assert owner_of(tmp_path / "one") is not None
        assert owner_of(tmp_path / "other") is None
