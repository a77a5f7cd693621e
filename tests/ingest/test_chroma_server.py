"""Vectors on a real Chroma server instead of the archive's own folder."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.archive import indexes
from ingest.archive.archive import Archive
from ingest.archive.embedding import Embedder
from ingest.article import Article
from ingest.errors import ArchiveError
from ingest.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    program = Path(sys.executable).with_name("chroma")
    command = [program, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)]
    running = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"{url}/api/v2/heartbeat", timeout=1),
        ):
            break
        time.sleep(0.1)
    yield url
    running.terminate()
    running.wait(20)


@pytest.fixture
def on_server(settings: Settings, server: str) -> Settings:
    return settings.model_copy(update={"chroma": server})


def test_vectors_are_kept_and_found_on_the_server(
    on_server: Settings, embedder: Embedder, make_article: Callable[..., Article]
) -> None:
    with Archive.open(on_server, create=True, embedder=embedder) as archive:
        list(archive.add([make_article("One", "First text."), make_article("Two", "Second text.")]))
        assert archive.vectors.count() == 2
    assert not (on_server.archive / indexes.VECTORS).exists()
    assert indexes.check(on_server.archive, on_server.chroma).healthy


def test_two_archives_on_one_server_do_not_mix(
    on_server: Settings, embedder: Embedder, make_article: Callable[..., Article], tmp_path: Path
) -> None:
    other = on_server.model_copy(update={"archive": tmp_path / "other"})
    with (
        Archive.open(on_server, create=True, embedder=embedder) as one,
        Archive.open(other, create=True, embedder=embedder) as two,
    ):
        list(one.add([make_article("One", "First text.")]))
        list(two.add([make_article("Two", "Second text."), make_article("Three", "Third text.")]))
        assert (one.vectors.count(), two.vectors.count()) == (1, 2)


def test_vectors_follow_the_setting_without_being_embedded_again(
    settings: Settings,
    on_server: Settings,
    embedder: Embedder,
    make_article: Callable[..., Article],
) -> None:
    with Archive.open(settings, create=True, embedder=embedder) as archive:
        list(archive.add([make_article("One", "First text.")]))
    embedded = len(embedder.texts)  # type: ignore[attr-defined]
    for chosen in (on_server, settings):
        with Archive.open(chosen, embedder=embedder) as archive:
            assert archive.vectors.count() == 1
            assert archive.lexical.count() == 1
    assert len(embedder.texts) == embedded  # type: ignore[attr-defined]


def test_a_server_that_is_gone_is_said_plainly(
    settings: Settings, embedder: Embedder, make_article: Callable[..., Article]
) -> None:
    gone = settings.model_copy(update={"chroma": "http://127.0.0.1:9"})
    with (
        pytest.raises(ArchiveError, match=r"127\.0\.0\.1:9"),
        Archive.open(gone, create=True, embedder=embedder) as archive,
    ):
        list(archive.add([make_article()]))
