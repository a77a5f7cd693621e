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
    """The replies to come, and the requests that came. The last reply is used for ever.

    `models` are those that it lists; `open` counts the connections that have not ended.
    """

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    models: tuple[str, ...] = ("scripted",)
    open: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def says(*pieces: str, finish: str | None = "stop", pause: float = 0.0) -> Reply:
    """A stream of these pieces; without `finish` it ends as if all were well."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        start(handler, 200, "text/event-stream")
        for piece in pieces:
            event(handler, {"content": piece})
            time.sleep(pause)
        if finish:
            event(handler, {}, finish)
        handler.wfile.write(b"data: [DONE]\n\n")

    return reply


def replies(text: str = "", calls: Sequence[tuple[str, object]] = (), raw: str = "") -> Reply:
    """A whole message, as it comes without streaming: text, or calls of tools by their names and
    arguments; `raw` takes the place of a call's arguments."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        start(handler, 200, "application/json")
        told = [
            {"id": f"call{at}", "type": "function",
             "function": {"name": name, "arguments": raw or json.dumps(given)}}
            for at, (name, given) in enumerate(calls)
        ]  # fmt: skip
        message = {"role": "assistant", "content": text, **({"tool_calls": told} if told else {})}
        choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if told else "stop"}
        whole = {"id": "x", "object": "chat.completion", "created": 1, "model": "scripted"}
        usage = {"prompt_tokens": 500, "completion_tokens": 100, "total_tokens": 600}
        handler.wfile.write(json.dumps({**whole, "choices": [choice], "usage": usage}).encode())

    return reply


def fails(
    status: int,
    body: str = "{}",
    headers: Sequence[tuple[str, str]] = (),
    content_type: str = "application/json",
) -> Reply:
    """An error status."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        start(handler, status, content_type, headers)
        handler.wfile.write(body.encode())

    return reply


def cuts(*pieces: str) -> Reply:
    """A stream that is cut off in the middle of a line."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        start(handler, 200, "text/event-stream", [("Content-Length", "100000")])
        for piece in pieces:
            event(handler, {"content": piece})
        handler.wfile.write(b'data: {"id": "x", "cho')

    return reply


def sends(body: str, content_type: str = "text/event-stream") -> Reply:
    """Whatever is given, with status 200."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        start(handler, 200, content_type)
        handler.wfile.write(body.encode("utf-8", "surrogateescape"))

    return reply


@contextmanager
def model_server() -> Iterator[Script]:
    """The server, running; its replies are those of the script."""
    script = Script()
    server = _Server(("127.0.0.1", 0), _handler(script))
    script.url = f"http://127.0.0.1:{server.server_port}/v1"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """A client that gives up is what these tests are about."""


def _handler(script: Script) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            start(self, 200, "application/json")
            listed = {"data": [{"id": name} for name in script.models]}
            self.wfile.write(json.dumps(listed).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with script.lock:
                script.requests.append(json.loads(body))
                script.headers.append(dict(self.headers))
                reply = script.next()
            self.close_connection = True
            with suppress(OSError):  # the client may give up
                reply(self)

        def setup(self) -> None:
            with script.lock:
                script.open += 1
            super().setup()

        def finish(self) -> None:
            try:
                with suppress(OSError):
                    super().finish()
            finally:
                with script.lock:
                    script.open -= 1

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def start(
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


def event(
    handler: BaseHTTPRequestHandler, delta: dict[str, str], finish: str | None = None
) -> None:
    choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
    data = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
    handler.wfile.write(f"data: {json.dumps({**data, 'choices': [choice]})}\n\n".encode())
    handler.wfile.flush()
