"""Shared by the tests of `ingest`: files to read, articles read from them, an unclean end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.article import Article, Failure
from ingest.sources import readers
from tests.ingest.web_server import Site, web_server

Write = Callable[[str, "str | bytes"], Path]
Read = Callable[["str | Path"], list[readers.Item]]
Spawn = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file below `in/` and gives back its path."""

    def put(name: str, content: str | bytes) -> Path:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return put


@pytest.fixture
def read() -> Read:
    """Everything that a source gives."""

    def of(source: str | Path) -> list[readers.Item]:
        items: list[readers.Item] = []
        for found in readers.files(str(source)):
            items += [found] if isinstance(found, Failure) else readers.read_file(found)
        return items

    return of


@pytest.fixture
def article_of(write: Write, read: Read) -> Callable[[str, str | bytes], Article]:
    """The one article of a file with this name and content."""

    def only(name: str, content: str | bytes) -> Article:
        [item] = read(write(name, content))
        assert isinstance(item, Article), item
        return item

    return only


@pytest.fixture
def reason_of(write: Write, read: Read) -> Callable[[str, str | bytes], str]:
    """The reason of the one failure of a file with this name and content."""

    def only(name: str, content: str | bytes) -> str:
        [item] = read(write(name, content))
        assert isinstance(item, readers.Failure), item
        return item.reason

    return only


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server on loopback that has no pages yet."""
    with web_server() as running:
        yield running


@pytest.fixture
def leave_unclean() -> Callable[[Path], None]:
    """Makes an archive look as an owner leaves it that was killed: its card is still there."""

    def leave(folder: Path) -> None:
        (folder / "owner.json").write_text(json.dumps({"pid": 1, "command": "killed"}))

    return leave


@pytest.fixture
def spawn(tmp_path: Path) -> Iterator[Spawn]:
    """Starts Python with this code and waits until it has printed a line."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: str) -> subprocess.Popen[str]:
        root = str(Path(readers.__file__).parents[2])
        process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdout=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": root},
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline()
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()
