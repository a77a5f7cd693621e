"""A chat in a process of its own or in this one, and what a reader does in it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.answer import Assistant
from assistant.web.app import make_app
from assistant.web.door.users import Access
from ingest.archive.archive import Archive
from ingest.settings import Settings
from tests.web.serving import serving


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def chat_here(
    archive: Path, access: Access | None = None, port: int = 0, **settings: object
) -> Iterator[str]:
    """A chat in this process: it begins sooner than one that is run as a user runs it."""
    given = Settings(archive=archive, _env_file=None, **settings)  # type: ignore[arg-type]
    with Assistant(Archive.open(given, create=True)) as assistant:
        app = make_app(assistant, access=access)
        with serving(app, port) as url:
            try:
                yield f"{url}/"
            finally:
                app.state.site.gate.close()


@contextlib.contextmanager
def chat(archive: Path, *options: str, healthy: bool = True, **environment: str) -> Iterator[str]:
    """The address of a chat of that archive, run as a user runs it, once it is healthy or says why
    it is not."""
    port = free_port()
    command = [sys.executable, "-m", "assistant", "chat", "--port", str(port),
               "--archive", str(archive), *options]  # fmt: skip
    env = {**os.environ, **environment}
    server = subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/api/health", server, healthy)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(120)


def _wait_for(url: str, server: subprocess.Popen[str], healthy: bool) -> None:
    for _ in range(3000):
        if server.poll() is not None:
            raise AssertionError(server.stdout.read() if server.stdout else "the chat ended")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except urllib.error.HTTPError as error:
            error.close()
            if not healthy:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("the chat did not start")


def ask(page: Any, question: str, turn: int = 0) -> None:
    """Ask, and wait until the answer is whole."""
    page.fill("#dl-question textarea", question)
    page.keyboard.press("Enter")
    done(page, turn)


def done(page: Any, turn: int = 0) -> None:
    """Wait until an answer is whole: then it can be copied, and another question be sent."""
    page.wait_for_selector(f'a[href="#copy-plain-{turn}"]')
    page.wait_for_selector("#dl-question button.submit-button")


def again(page: Any, selector: str, turn: int = 0) -> None:
    """Click what asks a question again, and wait until it is answered anew: nothing of the page may
    be read before, for it still shows the first answer."""
    first = f'a[href="#copy-plain-{turn}"]'
    page.eval_on_selector(first, "link => link.setAttribute('data-first', '')")
    page.click(selector)
    page.wait_for_selector(f"{first}:not([data-first])")
    done(page, turn)


def wait_for_text(page: Any, place: str, text: str) -> None:
    """Wait until that stands there."""
    page.wait_for_function(
        "([place, text]) => (document.querySelector(place)?.innerText || '').includes(text)",
        arg=[place, text],
    )
