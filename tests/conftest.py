"""Shared by all tests: no way out of this machine, small fakes, and the sample archive."""

from __future__ import annotations

import hashlib
import ipaddress
import itertools
import os
import re
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any
from unittest import mock

import hypothesis
import numpy as np
import pytest

from assistant.write import stream
from ingest.archive.archive import Archive
from ingest.archive.embedding import Vectors, unit
from ingest.article import Article, Moment
from ingest.run import ingest
from ingest.settings import Settings
from tests.archives import copied
from tests.model_server import Script, model_server

REQUIRE_ALL = bool(os.environ.get("DATELINE_TEST_REQUIRE_ALL"))
# No example has a deadline of its own: machines are busy. In CI what fails was broken by the change
# that is tried, since each run gives the same examples.
hypothesis.settings.register_profile("dateline", deadline=None, derandomize=REQUIRE_ALL)
hypothesis.settings.load_profile("dateline")
_OURS = ("DATELINE_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")
_FOLDERS = itertools.count()
SCRYPT = hashlib.scrypt
WAITS = (stream.FIRST_WAIT, stream.JITTER)  # as they are outside of tests


def few(examples: int) -> int:
    """How many examples to try where each takes long: all in CI, some in every other run, which
    tries others each time."""
    return examples if REQUIRE_ALL else max(10, examples // 4)


def need(there: object, reason: str) -> None:
    """Skip a test for `reason` unless what it needs is there; in CI that is a failure."""
    if not there and REQUIRE_ALL:
        pytest.fail(f"CI must not skip: {reason}")
    if not there:
        pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def _quick_waits() -> Iterator[None]:
    """A model's service is tried again at once; test_model_retries looks at the waits."""
    with mock.patch.multiple(stream, FIRST_WAIT=0.02, JITTER=0.01):
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Passwords are hashed at a small part of their costs; test_access_users looks at all of them."""

    def quick(password: bytes, *, n: int, **others: Any) -> bytes:
        return SCRYPT(password, n=min(n, 16), **others)

    with mock.patch.object(hashlib, "scrypt", quick):
        yield


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As pytest's, which for the next number looks through the folders of all tests before."""
    name = re.sub(r"\W", "_", request.node.name)[:30]
    folder = tmp_path_factory.getbasetemp() / f"{next(_FOLDERS)}-{name}"
    folder.mkdir(0o700)
    return folder


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests open no socket beyond loopback."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise AssertionError(f"a test opened a connection to {address!r}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _clean_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine reaches a test, and nothing is written outside its folder."""
    for name in list(os.environ):
        if name.startswith(_OURS) and name != "DATELINE_TEST_REQUIRE_ALL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    # Every HTTP client would read the machine's certificates, which takes longer than most tests.
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.chdir(tmp_path)


class HashEmbedder:
    """Fast and without a model: a text's vector is the sum of its words' random vectors."""

    def __init__(self, name: str = "hash", dimension: int = 32) -> None:
        self.name = name
        self.dimension = dimension
        self.texts: list[str] = []  # everything it was asked to embed, in order

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.texts.extend(texts)
        return unit(np.stack([self._sum(text) for text in texts]))

    def question(self, text: str) -> Vectors:
        return unit(self._sum(text)[np.newaxis])[0]

    def _sum(self, text: str) -> Vectors:
        total = np.zeros(self.dimension, np.float32)
        for word in text.lower().split():
            total += _of_word(word, self.dimension)
        return total


@lru_cache(maxsize=100_000)
def _of_word(word: str, dimension: int) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:4], "big")
    return np.random.default_rng(seed).standard_normal(dimension, np.float32)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: else one process still runs them when the other has ended."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture
def embedder() -> HashEmbedder:
    return HashEmbedder()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an archive that is not there yet."""
    return Settings(archive=tmp_path / "archive", _env_file=None)


@pytest.fixture(scope="session")
def _empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty archive: a copy of one opens in half the time that it takes to make one."""
    chosen = Settings(archive=tmp_path_factory.mktemp("empty") / "archive", _env_file=None)
    with Archive.open(chosen, create=True, embedder=HashEmbedder()) as made:
        assert made.vectors.count() == 0
    return chosen.archive


@pytest.fixture
def archive(_empty: Path, settings: Settings, embedder: HashEmbedder) -> Iterator[Archive]:
    """An empty archive with the fake embedder."""
    copied(_empty, settings.archive)
    with Archive.open(settings, embedder=embedder) as opened:
        yield opened


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Archive]]:
    """Opens archives with the fake embedder and some articles for all tests of a file. Those tests
    must not write to them."""
    with ExitStack() as closing:

        def of(articles: Iterable[Article]) -> Archive:
            chosen = Settings(archive=tmp_path_factory.mktemp("read") / "archive", _env_file=None)
            archive = Archive.open(chosen, create=True, embedder=HashEmbedder())
            list(closing.enter_context(archive).add(articles))
            return archive

        yield of


@pytest.fixture(scope="session")
def make_article() -> Callable[..., Article]:
    """An article with sensible fields; any may be given. `published` may be an ISO string."""

    def make(
        title: str = "Harbour reopens", text: str = "The harbour reopened.", **fields: Any
    ) -> Article:
        published = fields.pop("published", None)
        if isinstance(published, str):
            published = Moment(published, "metadata")
        defaults = {"key": f"test#{title}", "source": "test"}
        return Article(title=title, text=text, published=published, **{**defaults, **fields})

    return make


@pytest.fixture
def script() -> Iterator[Script]:
    """A model's service that says what the test tells it to."""
    with model_server() as script:
        yield script


@pytest.fixture
def reports(archive: Archive, make_article: Callable[..., Article]) -> Callable[..., Archive]:
    """Puts (headline, text, day, publisher) into the empty archive; gives the archive."""

    def put(*told: tuple[str, str, str, str]) -> Archive:
        list(archive.add([
            make_article(title, text, published=day, publisher=outlet)
            for title, text, day, outlet in told
        ]))  # fmt: skip
        return archive

    return put


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the sample articles with the real static embedder; do not write to it."""
    folder = tmp_path_factory.mktemp("sample") / "archive"
    articles = str(resources.files("seeds").joinpath("articles"))
    report = ingest([articles], archive=folder)
    assert not report.failed
    return folder


@pytest.fixture(scope="module")
def folder(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample archive that no process owns, one for each file of tests."""
    return copied(sample_folder, tmp_path_factory.mktemp("copy") / "archive")


@pytest.fixture(scope="session")
def sample_archive(sample_folder: Path) -> Iterator[Archive]:
    """The sample archive, open for the whole session; do not write to it."""
    with Archive.open(Settings(archive=sample_folder, _env_file=None)) as opened:
        yield opened
