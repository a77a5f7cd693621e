"""A scripted OpenAI-compatible server on loopback: says and breaks what a test tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Script:
    """The replies to come, and the requests that came. The last reply is used for ever."""

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def next(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def says(*pieces: str, finish: str | None = "stop", pause: float = 0.0) -> Reply:
    """A stream of these pieces; without `finish` it ends as if all were well."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        _start(handler, 200, "text/event-stream")
        for piece in pieces:
            _event(handler, {"content": piece})
            time.sleep(pause)
        if finish:
            _event(handler, {}, finish)
        handler.wfile.write(b"data: [DONE]\n\n")

    return reply


def fails(status: int, body: str = "{}", headers: Sequence[tuple[str, str]] = ()) -> Reply:
    """An error status."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        _start(handler, status, "application/json", headers)
        handler.wfile.write(body.encode())

    return reply


def cuts(*pieces: str) -> Reply:
    """A stream that is cut off in the middle of a line."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        _start(handler, 200, "text/event-stream", [("Content-Length", "100000")])
        for piece in pieces:
            _event(handler, {"content": piece})
        handler.wfile.write(b'data: {"id": "x", "cho')

    return reply


def sends(body: str, content_type: str = "text/event-stream") -> Reply:
    """Whatever is given, with status 200."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        _start(handler, 200, content_type)
        handler.wfile.write(body.encode("utf-8", "surrogateescape"))

    return reply


@contextmanager
def model_server() -> Iterator[Script]:
    """The server, running; its replies are those of the script."""
    script = Script()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(script))
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_port}/v1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()


def _handler(script: Script) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _start(self, 200, "application/json")
            self.wfile.write(json.dumps({"data": [{"id": "scripted"}]}).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            script.requests.append(json.loads(body))
            with suppress(BrokenPipeError, ConnectionResetError):  # the client may give up
                script.next()(self)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _start(
    handler: BaseHTTPRequestHandler,
    status: int,
    content_type: str,
    headers: Sequence[tuple[str, str]] = (),
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", content_type)
    for name, value in headers:
        handler.send_header(name, value)
    handler.end_headers()


def _event(
    handler: BaseHTTPRequestHandler, delta: dict[str, str], finish: str | None = None
) -> None:
    choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
    data = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
    handler.wfile.write(f"data: {json.dumps({**data, 'choices': [choice]})}\n\n".encode())
    handler.wfile.flush()
