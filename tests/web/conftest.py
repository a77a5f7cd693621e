"""A real Chromium before a chat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.archives import copied
from tests.chromium import CHROMIUM, FLAGS, PATIENCE, STARTS
from tests.conftest import need
from tests.web.chat_server import chat_here


@pytest.fixture(scope="session")
def sample_chat(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A chat of the sample articles; what tests add to it must not matter."""
    with chat_here(copied(sample_folder, tmp_path_factory.mktemp("chat") / "archive")) as url:
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
    opened = chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=STARTS)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def shared_context(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """What most pages may share. It lies on disk, where Chromium keeps scripts compiled: Gradio's
    are large."""
    folder = tmp_path_factory.mktemp("chromium")
    opened = chromium.launch_persistent_context(
        folder, executable_path=CHROMIUM, args=FLAGS, timeout=STARTS
    )
    opened.grant_permissions(["clipboard-read", "clipboard-write"])
    yield opened
    opened.close()


def watched(page: Any, url: str) -> Any:
    """Notes every request off the machine, every dialog and every fault of a script in
    `page.alarms`."""
    page.set_default_timeout(PATIENCE)
    page.alarms, origin = [], "/".join(url.split("/")[:3])
    page.on("request", lambda r: _alarm(page, origin, r.url))
    page.on("dialog", lambda d: (page.alarms.append(d.message), d.dismiss()))
    page.on("pageerror", lambda e: page.alarms.append(str(e)))
    return page


@pytest.fixture
def open_page(shared_context: Any) -> Iterator[Callable[..., Any]]:
    """Opens pages that are watched: there must be no alarm at the end."""
    pages = []

    def open_(url: str, width: int = 1280, height: int = 850, ready: str = "#dl-question textarea",
              head: bool = True, before: Callable[[Any], None] | None = None) -> Any:  # fmt: skip
        page = watched(shared_context.new_page(), url)
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        if before:
            before(page)
        page.goto(url)
        page.wait_for_selector(ready)
        if head:
            page.wait_for_selector(".dl-top")
        return page

    yield open_
    for page in pages:
        with suppress(Exception):  # of a server that is gone there may be nothing
            page.evaluate("localStorage.clear()")
        page.close()
        assert page.alarms == []


@pytest.fixture(scope="module")
def chat_page(sample_chat: str, shared_context: Any) -> Iterator[Any]:
    page = watched(shared_context.new_page(), sample_chat)
    page.failed = -1
    yield page
    page.close()


@pytest.fixture
def page(request: pytest.FixtureRequest, chat_page: Any, sample_chat: str) -> Iterator[Any]:
    """The page of the sample chat that a file's tests share, in a new conversation. It is loaded
    anew after a test that failed, and where no citation shows that another conversation ended."""
    failed = request.session.testsfailed
    chat_page.set_viewport_size({"width": 1280, "height": 850})
    if chat_page.failed == failed and chat_page.query_selector("a.cite"):
        chat_page.bring_to_front()
        chat_page.keyboard.press("Escape")
        chat_page.fill("#dl-question textarea", "")
        chat_page.click("#dl-new")
        chat_page.wait_for_selector("a.cite", state="detached")
    else:
        chat_page.failed = failed
        chat_page.goto(sample_chat)
    chat_page.wait_for_selector('#dl-nexts [aria-label="Examples"] .dl-next')
    yield chat_page
    alarms, chat_page.alarms[:] = chat_page.alarms[:], []
    assert alarms == []


@pytest.fixture
def own_archive(sample_folder: Path, tmp_path: Path) -> Path:
    """A copy of the sample archive that a test may change."""
    return copied(sample_folder, tmp_path / "archive")


def _alarm(page: Any, origin: str, url: str) -> None:
    if not url.startswith((f"{origin}/", "data:", "blob:")):
        page.alarms.append(url)
