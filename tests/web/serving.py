"""An application served on loopback by uvicorn in a thread, as the real server serves it."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import unquote

import uvicorn
from starlette.types import ASGIApp, Message


@contextmanager
def serving(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Its address."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
        config = uvicorn.Config(
            app, log_level="warning",
            timeout_graceful_shutdown=0.1,  # type: ignore[arg-type]  # an open page's stream lasts
        )  # fmt: skip
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            until(lambda: server.started)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


def status_of(app: ASGIApp, method: str, path: str, host: str = "127.0.0.1:7860") -> int:
    """The status of a request as a server hands it on, with a path that no client would send."""
    statuses: list[int] = []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": unquote(path), "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "headers": [(b"host", host.encode())], "client": ("127.0.0.1", 5),
        "server": ("127.0.0.1", 7860),
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    in_loop(lambda: app(scope, receive, send))
    return statuses[0]


def in_loop(work: Callable[[], Awaitable[object]], seconds: float = 60.0) -> None:
    """Run `work` in a loop of its own thread: the browser's tests keep one in the main thread.

    Raises:
        Exception: whatever `work` raises.
    """

    async def bounded() -> None:
        await asyncio.wait_for(work(), seconds)

    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, bounded()).result()


def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for something that happens in another thread."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.01)
