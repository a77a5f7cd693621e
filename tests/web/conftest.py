"""A real Chromium before a chat that is run as a user runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from ingest.archive.archive import Archive
from ingest.article import Article, Moment
from ingest.run import ingest
from ingest.settings import Settings
from tests.archives import copied
from tests.chromium import CHROMIUM, FLAGS
from tests.conftest import need
from tests.web.chat_server import chat

HOSTILE_TEXT = (
    "The Zanzara ferry sank on Monday near <img src=x onerror=alert(1)> the lighthouse "
    "![a](https://evil.test/a.png) <script>alert(2)</script> <b>bold</b> [1](https://evil.test/b)."
)
HOSTILE_TITLE = "Ferry <svg onload=alert(3)> ![x](//evil.test/x.png)"


@pytest.fixture(scope="session")
def sample_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A chat of the sample articles and a hostile one; what tests add to it must not matter."""
    folder = tmp_path_factory.mktemp("chat") / "archive"
    ingest([str(resources.files("seeds").joinpath("articles"))], archive=folder)
    hostile = Article(
        key="hostile", source="t", title=HOSTILE_TITLE, text=HOSTILE_TEXT,
        publisher="<i>Evil</i> Post", published=Moment("2023-01-01", "metadata"),
    )  # fmt: skip
    with Archive.open(Settings(archive=folder, _env_file=None)) as archive:
        list(archive.add([hostile]))
    with chat(folder) as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Playwright's; one for all: it allows no second one in a thread."""
    need(CHROMIUM, "no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        yield play.chromium


@pytest.fixture(scope="session")
def browser(chromium: Any) -> Iterator[Any]:
    opened = chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def shared_context(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """What most pages may share. It lies on disk, where Chromium keeps scripts compiled: Gradio's
    are large."""
    folder = tmp_path_factory.mktemp("chromium")
    opened = chromium.launch_persistent_context(folder, executable_path=CHROMIUM, args=FLAGS)
    yield opened
    opened.close()


@pytest.fixture
def open_page(request: pytest.FixtureRequest, shared_context: Any) -> Iterator[Callable[..., Any]]:
    """Opens pages that note every request off the machine, every dialog and every fault of a
    script in `page.alarms`, which must be empty at the end."""
    pages = []

    def open_(url: str, width: int = 1280, height: int = 850, ready: str = "#dl-question textarea",
              head: bool = True, before: Callable[[Any], None] | None = None,
              **options: Any) -> Any:  # fmt: skip
        context = shared_context
        if options:
            context = request.getfixturevalue("browser").new_context(**options)
        page = context.new_page()
        pages.append(page)
        page.set_default_timeout(60_000)  # ms; for a machine that is busy with other things
        page.set_viewport_size({"width": width, "height": height})
        page.alarms = []
        origin = "/".join(url.split("/")[:3])
        page.on("request", lambda r: _alarm(page, origin, r.url))
        page.on("dialog", lambda d: (page.alarms.append(d.message), d.dismiss()))
        page.on("pageerror", lambda e: page.alarms.append(str(e)))
        if before:
            before(page)
        page.goto(url)
        page.wait_for_selector(ready)
        if head:
            page.wait_for_selector(".dl-top")
        return page

    yield open_
    for page in pages:
        alarms = page.alarms
        if page.context is shared_context:
            page.close()
        else:
            page.context.close()
        assert alarms == []


@pytest.fixture
def own_archive(sample_folder: Path, tmp_path: Path) -> Path:
    """A copy of the sample archive that a test may change."""
    return copied(sample_folder, tmp_path / "archive")


def _alarm(page: Any, origin: str, url: str) -> None:
    if not url.startswith((f"{origin}/", "data:", "blob:")):
        page.alarms.append(url)
