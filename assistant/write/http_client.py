"""The HTTP client for models: it lets go when the time is up, and reads no more than it should."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx2
from openai import DefaultHttpxClient

from assistant.write.deadline import when_over
from assistant.write.faults import NotAModelError

MOST_BYTES = 10_000_000  # of a reply; 20,000 characters in as many events are some 6 million
_CONNECTED = ("connect_tcp.complete", "start_tls.complete")


def http_client(seconds: float) -> httpx2.Client:
    """A client as OpenAI's own, each of whose connections ends with the `limited` it is used in.

    Connections are not kept for later: one that the service has closed meanwhile would fail the
    next question, and only a new one can be let go while nothing has come over it yet.
    """

    def watch(request: httpx2.Request) -> None:
        request.extensions = {**request.extensions, "trace": _trace}

    return DefaultHttpxClient(
        timeout=seconds,
        limits=httpx2.Limits(max_keepalive_connections=0),
        headers={"Accept-Encoding": "identity"},
        event_hooks={"request": [watch], "response": [_guard]},
    )


@dataclass(frozen=True)
class _Capped(httpx2.SyncByteStream):
    """A reply's bytes, up to `MOST_BYTES`."""

    stream: Any

    def __iter__(self) -> Iterator[bytes]:
        left = MOST_BYTES
        for data in self.stream:
            left -= len(data)
            if left < 0:
                raise NotAModelError("sent far more than an answer")
            yield data

    def close(self) -> None:
        self.stream.close()


def _trace(event: str, info: dict[str, Any]) -> None:
    """Have every new connection shut down at the deadline, which wakes a read that stalls."""
    if event.endswith(_CONNECTED) and (stream := info.get("return_value")):
        link = stream.get_extra_info("socket")

        def shut() -> None:
            with suppress(OSError):
                socket.socket.shutdown(link, socket.SHUT_RDWR)  # of TLS too: no good-bye to stall

        when_over(shut)


def _guard(response: httpx2.Response) -> None:
    """Refuse what cannot be an answer before any of it is read.

    Raises:
        NotAModelError: it is a web page, or packed although that was not asked for.
    """
    if response.is_success and response.headers.get("Content-Type", "").startswith("text/html"):
        raise NotAModelError("sent a web page instead of an answer")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NotAModelError("sent a packed answer, which was not asked for")
    response.stream = _Capped(response.stream)
