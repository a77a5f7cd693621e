"""The ways in which a model's service breaks, each as ten scripts of replies."""

from __future__ import annotations

import json
import os
import select
import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from itertools import count

from tests.model_server import Reply, event, fails, says, sends, start

KEY = "sk-test-0123456789abcdef"
PIECES = ("Mayor ", "Ilse ", "Brandt ", "reopened ", "it on ", "Mon", "day", " [1", "]", ".")
GOOD = says("Mayor Brandt reopened it [1].")
SAYS_KEY = json.dumps({"error": {"message": f"Wrong: Bearer {KEY}", "trace": "Traceback (most"}})
PAGE = f"<!DOCTYPE html><html><title>Log in</title><p>Authorization: Bearer {KEY}</html>"
ENDLESS = 60.0  # seconds after which a reply that never ends gives up by itself

Handler = BaseHTTPRequestHandler


@dataclass(frozen=True)
class Fault:
    """A fault: the replies of its n-th script, and what may come of it.

    `may_be`: "error" (one sentence), "partial" (marked incomplete) or "good".
    """

    name: str
    replies: Callable[[int], list[Reply]]
    may_be: frozenset[str]


def broken(number: int, then: Callable[[Handler], None]) -> Reply:
    """A stream that breaks after so many pieces; every other one in chunks, as real servers do."""

    def reply(handler: Handler) -> None:
        if number % 2:
            _start_chunked(handler)
        else:
            start(handler, 200, "text/event-stream")
        for piece in PIECES[:number]:
            _send(handler, _line({"content": piece}), number % 2 == 1)
        then(handler)

    return reply


def resets(handler: Handler) -> None:
    """Ends the connection with RST; what was sent before has a moment to arrive."""
    handler.wfile.flush()
    time.sleep(0.05)
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    os.close(handler.connection.detach())


def stalls(handler: Handler) -> None:
    """Sends nothing more until the client goes."""
    handler.wfile.flush()
    ends = time.monotonic() + ENDLESS
    while time.monotonic() < ends:
        if select.select([handler.connection], [], [], 0.1)[0] and not handler.connection.recv(1):
            return


def drips(handler: Handler) -> None:
    """Sends a byte at a time for ever, never a whole line."""
    ends = time.monotonic() + ENDLESS
    while time.monotonic() < ends:
        handler.wfile.write(b":")
        handler.wfile.flush()
        time.sleep(0.05)


def goes_on(handler: Handler) -> None:
    """Sends text without an end, as fast as it is taken."""
    for number in count():
        event(handler, {"content": f"and word {number} " * 10})


def raw(data: bytes) -> Callable[[Handler], None]:
    """Sends these bytes as they are."""
    return lambda handler: _send(handler, data, False)


def nothing(_: Handler) -> None:
    pass


def finishes(handler: Handler) -> None:
    event(handler, {}, "stop")
    handler.wfile.write(b"data: [DONE]\n\n")


def _start_chunked(handler: Handler) -> None:
    handler.wfile.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    )


def _send(handler: Handler, data: bytes, chunked: bool) -> None:
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data) if chunked else data)
    handler.wfile.flush()


def _line(delta: dict[str, object], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return f"data: {json.dumps({'id': 'x', 'choices': [choice]})}\n\n".encode()


def _plain(number: int, then: Callable[[Handler], None]) -> Reply:
    """As `broken`, never in chunks: what follows is not in chunks either."""

    def reply(handler: Handler) -> None:
        start(handler, 200, "text/event-stream")
        for piece in PIECES[:number]:
            _send(handler, _line({"content": piece}), False)
        then(handler)

    return reply


def _status(status: int, *bodies: str, headers: tuple[tuple[str, str], ...] = ()) -> Scripts:
    """The same status ten times, with these bodies in turn; for passing faults see `_passing`."""

    def replies(number: int) -> list[Reply]:
        body = bodies[number % len(bodies)]
        return [fails(status, body, headers, "text/html" if body == PAGE else "application/json")]

    return replies


def _passing(scripts: Scripts) -> Scripts:
    """Every other time the service recovers."""
    return lambda number: [*scripts(number), GOOD] if number % 2 else scripts(number)


def _before_headers(number: int) -> list[Reply]:
    """A reset before, or in the middle of, the status line and the headers."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"[: number * 5]

    def reply(handler: Handler) -> None:
        handler.wfile.write(head)
        resets(handler)

    return [reply, GOOD] if number % 2 else [reply]


def _slow(number: int) -> list[Reply]:
    """The first token is late: within the deadline, or after it."""

    def late(handler: Handler) -> None:
        if number % 2:
            time.sleep(0.8)
            GOOD(handler)
        else:
            stalls(handler)

    return [late]


def _huge(number: int) -> Callable[[Handler], None]:
    """5 MB of text in one event, or 40 MB in a line without an end, or in a comment."""
    text = "Mayor Brandt reopened it [1]. " + "It was shut before. " * 250_000
    if number % 3 == 0:
        return raw(_line({"content": text}) + _line({}, "stop") + b"data: [DONE]\n\n")
    if number % 3 == 1:
        return raw(b"data: " + text.encode() * 8)
    return raw(b": " + b"x" * 40_000_000 + b"\n\n")


OVERFLOWS = (
    "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens.",
    "request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it",
    "the input length exceeds the context length",
    "prompt is too long: 210000 tokens > 200000 maximum",
    "The prompt (total length 5000) is too long to fit into the model (context length 4096)",
)


def _overflow(number: int) -> list[Reply]:
    text = json.dumps({"error": {"message": f"{OVERFLOWS[number % 5]} {KEY}"}})
    again = GOOD if number % 2 else fails(400, text)
    return [fails(413 if number == 4 else 400, text), again]


def _refused(_: int) -> list[Reply]:
    return []  # nobody listens


Scripts = Callable[[int], list[Reply]]
_ERROR, _PARTIAL, _GOOD = frozenset({"error"}), frozenset({"partial"}), frozenset({"good"})
_BROKEN = _ERROR | _PARTIAL
_QUOTA = json.dumps({"error": {"code": "insufficient_quota", "message": f"You {KEY} have none"}})
_NO_MODEL = json.dumps({"error": {"code": "model_not_found", "message": f"no model for {KEY}"}})
_WAIT = (("Retry-After", "1"),)


def faults() -> Iterator[Fault]:
    """All of them."""
    after = _ERROR | _GOOD
    yield Fault("refused connection", _refused, _ERROR)
    yield Fault("reset before the headers", _before_headers, after)
    yield Fault("reset in the body", lambda n: [broken(n, resets)], _BROKEN)
    yield Fault("401", _status(401, SAYS_KEY, PAGE, KEY, ""), _ERROR)
    yield Fault("403", _status(403, SAYS_KEY, PAGE, KEY, ""), _ERROR)
    yield Fault("404 model", _status(404, _NO_MODEL, SAYS_KEY, PAGE, ""), _ERROR)
    yield Fault("429 with Retry-After", _passing(_status(429, SAYS_KEY, headers=_WAIT)), after)
    yield Fault("429", _passing(_status(429, SAYS_KEY, PAGE, KEY)), after)
    yield Fault("insufficient quota", lambda _: [fails(429, _QUOTA), GOOD], _ERROR)
    yield Fault("500", _passing(_status(500, SAYS_KEY, PAGE, "oops", "")), after)
    yield Fault("502 page", _passing(_status(502, PAGE)), after)
    yield Fault("503", _passing(_status(503, SAYS_KEY, "", headers=_WAIT)), after)
    yield Fault("context overflow", _overflow, after)
    yield Fault("empty content", lambda n: [says(*[""] * n)], _ERROR)
    yield Fault("null content", lambda n: [_null(n)], _ERROR)
    yield Fault("no choices", lambda n: [_plain(n, raw(_no_choices(n)))], _BROKEN)
    yield Fault("garbage JSON", lambda n: [_plain(n, raw(b'data: {"id": ]' + b"\n\n"))], _BROKEN)
    yield Fault("wrong content type", _wrong_type, _ERROR | _PARTIAL)
    yield Fault("cut in a word", lambda n: [broken(n, _cut)], _BROKEN)
    yield Fault("end without a reason", lambda n: [_plain(n, raw(b"data: [DONE]\n\n"))], _BROKEN)
    yield Fault("stall", lambda n: [broken(n, stalls)], _BROKEN)
    yield Fault("drip", lambda n: [_plain(n, drips)], _BROKEN)
    yield Fault("endless", lambda n: [_plain(n, goes_on)], _PARTIAL)
    yield Fault("huge chunk", lambda n: [_plain(n, _huge(n))], _BROKEN)
    yield Fault("bytes that are no UTF-8", lambda n: [_plain(n, raw(_NO_UTF8))], _BROKEN)
    yield Fault("slow first token", _slow, after)
    yield Fault("login page", _login, _ERROR)


_NO_UTF8 = b'data: {"id": "x", "choices": [{"index": 0, "delta": {"content": "\xff\xfe\xc3"}}]}\n\n'


def _null(number: int) -> Reply:
    def reply(handler: Handler) -> None:
        start(handler, 200, "text/event-stream")
        for _ in range(number + 1):
            _send(handler, _line({"role": "assistant", "content": None}), False)
        finishes(handler)

    return reply


def _no_choices(number: int) -> bytes:
    bodies = ('{"choices": []}', '{"choices": null}', "{}", "[]", "null", f'"{KEY}"')
    return f"data: {bodies[number % len(bodies)]}\n\ndata: [DONE]\n\n".encode()


def _wrong_type(number: int) -> list[Reply]:
    kinds = ("application/json", "text/plain", "image/png", "application/octet-stream")
    whole = json.dumps({"choices": [{"message": {"content": f"Brandt {KEY}"}}]})
    return [sends(whole, kinds[number % 4])]


def _cut(handler: Handler) -> None:
    handler.wfile.write(b'data: {"id": "x", "choices": [{"delta": {"content": "harb')


def _login(number: int) -> list[Reply]:
    def reply(handler: Handler) -> None:
        start(handler, 200, "text/html; charset=utf-8" if number % 2 else "text/html")
        handler.wfile.write(PAGE.encode() * (number + 1))

    return [reply]
