"""The chat in a real Chromium: what a reader sees, and what must never happen."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.archive import Archive
from ingest.article import Article, Moment
from ingest.run import ingest
from ingest.settings import Settings
from tests.conftest import need
from tests.model_server import model_server, says

pytestmark = [pytest.mark.slow, pytest.mark.browser]
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
HOSTILE_TEXT = (
    "The Zanzara ferry sank on Monday near <img src=x onerror=alert(1)> the lighthouse "
    "![a](https://evil.test/a.png) <script>alert(2)</script> <b>bold</b> [1](https://evil.test/b)."
)
HOSTILE_TITLE = "Ferry <svg onload=alert(3)> ![x](//evil.test/x.png)"


@contextlib.contextmanager
def chat(archive: Path, **environment: str) -> Iterator[str]:
    """The address of a chat of that archive, run as a user runs it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "assistant",
        "chat",
        "--port",
        str(port),
        "--archive",
        str(archive),
    ]
    env = {**os.environ, **environment}
    server = subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/", server)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _wait_for(url: str, server: subprocess.Popen[str]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise AssertionError(server.stdout.read() if server.stdout else "the chat ended")
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.1)
    raise AssertionError("the chat did not start")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    need(CHROMIUM, "no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def sample_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from importlib import resources

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


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens pages that note every request off the machine and every dialog in `page.alarms`."""
    pages = []

    def open_(url: str, width: int = 1280, height: int = 850) -> Any:
        page = browser.new_page(viewport={"width": width, "height": height})
        page.alarms = []
        page.on("request", lambda r: _alarm(page, url, r.url))
        page.on("dialog", lambda d: (page.alarms.append(d.message), d.dismiss()))
        page.goto(url)
        page.wait_for_selector("#dl-question textarea")
        pages.append(page)
        return page

    yield open_
    for page in pages:
        assert page.alarms == []
        page.close()


def _alarm(page: Any, origin: str, url: str) -> None:
    if not url.startswith((origin.partition("?")[0], "data:", "blob:")):
        page.alarms.append(url)


def ask(page: Any, question: str, turn: int = 0) -> None:
    page.fill("#dl-question textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(f'a.cite[href="#src-{turn}-1"]')


def test_ask_read_and_click_the_source(sample_chat: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_chat)
    assert "quoting" in page.inner_text("#dl-model")
    ask(page, "Which port did the Chinese flotilla leave?")
    assert "Qingdao" in page.inner_text("#dl-chat")
    page.click("a.cite")
    source = page.wait_for_selector(".dl-source.dl-active")
    assert source.get_attribute("id") == "src-0-1"
    assert "Qingdao" in source.query_selector("mark").inner_text()
    assert "The Meridian Post" in source.inner_text() and "16 July 2023" in source.inner_text()
    link = source.query_selector("h4 a").get_attribute("href")
    assert link.startswith("https://meridianpost.example/") and "#:~:text=" in link


def test_a_follow_up_keeps_both_sources_and_each_number_finds_its_own(
    sample_chat: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_chat)
    ask(page, "Which port did the Chinese flotilla leave?")
    ask(page, "And how many helicopters?", turn=1)
    assert "four ship-borne helicopters" in page.inner_text("#dl-chat")
    page.click('a.cite[href="#src-0-1"]')
    assert "Qingdao" in page.inner_text(".dl-active mark")
    marked = []
    for link in page.query_selector_all('a.cite[href^="#src-1-"]'):
        link.click()
        assert f"#{page.get_attribute('.dl-active', 'id')}" == link.get_attribute("href")
        marked.append(page.inner_text(".dl-active mark"))
    assert any("four ship-borne helicopters" in quote for quote in marked)


def test_an_example_is_asked_with_a_click_and_the_conversation_can_be_cleared(
    sample_chat: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_chat)
    page.click("#dl-examples button >> nth=0")
    page.wait_for_selector("a.cite")
    page.click("#dl-clear")
    page.wait_for_selector("a.cite", state="detached")
    assert "appear here" in page.inner_text("#dl-panel")


def test_a_refusal_shows_what_is_near(sample_chat: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_chat)
    page.fill("#dl-question textarea", "Who won the Nobel Prize in Literature in 2022?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".dl-source")
    assert "The archive does not hold the answer." in page.inner_text("#dl-chat")
    assert "Not an answer, but near" in page.inner_text("#dl-panel")


def test_a_hostile_article_shows_as_text(sample_chat: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_chat)
    ask(page, "Where did the Zanzara ferry sink?")
    page.wait_for_timeout(500)
    for place in ("#dl-chat", "#dl-panel"):
        shown = page.inner_text(place)
        assert "<script>alert(2)</script>" in shown
        assert "![a](https://evil.test/a.png)" in shown
        inside = f"{place} .message b, {place} script, {place} img[src='x'], {place} svg[onload]"
        assert page.query_selector_all(inside) == []
    assert "<svg onload=alert(3)>" in page.inner_text("#dl-panel h4")
    hrefs = page.eval_on_selector_all("a", "all => all.map(a => a.getAttribute('href'))")
    assert not any("evil" in (href or "") for href in hrefs)


def test_a_question_with_markup_shows_as_text(
    sample_chat: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_chat)
    page.fill(
        "#dl-question textarea", '<img src="https://evil.test/q.png"> **flotilla** Qingdao port?'
    )
    page.keyboard.press("Enter")
    page.wait_for_selector(".dl-source")
    assert '<img src="https://evil.test/q.png"> **flotilla**' in page.inner_text("#dl-chat")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_at_phone_width_nothing_is_wider_than_the_screen(
    sample_chat: str, open_page: Callable[..., Any], theme: str
) -> None:
    page = open_page(f"{sample_chat}?__theme={theme}", width=390, height=844)
    ask(page, "How many people died in Derna?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    source = page.query_selector(".dl-source").bounding_box()
    assert source["x"] >= 0 and source["x"] + source["width"] <= 390
    page.click("a.cite")
    page.wait_for_function(
        "(() => { const r = document.querySelector('.dl-active').getBoundingClientRect();"
        " return r.top < innerHeight && r.bottom > 0 })()"
    )


def test_a_models_answer_streams_and_can_be_stopped(
    sample_folder: Path, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(sample_folder, archive, ignore=shutil.ignore_patterns("lock", "owner.json"))
    with model_server() as script:
        words = ["They ", "left ", "Qingdao ", "[1]. ", *["More ", "words. "] * 60]
        script.replies = [says(*words, pause=0.15)]
        with chat(archive, OPENAI_BASE_URL=script.url) as url:
            page = open_page(url)
            assert "openai:scripted" in page.inner_text("#dl-model")
            page.fill("#dl-question textarea", "Which port did the Chinese flotilla leave?")
            page.keyboard.press("Enter")
            page.wait_for_selector("a.cite")
            early = page.inner_text("#dl-chat").count("words.")
            page.wait_for_function(
                f"document.querySelector('#dl-chat').innerText.split('words.').length > {early + 4}"
            )
            page.click("#dl-question button.stop-button")
            page.wait_for_timeout(1500)
            stopped = page.inner_text("#dl-chat").count("words.")
            page.wait_for_timeout(1500)
            assert page.inner_text("#dl-chat").count("words.") == stopped < 60


def test_a_model_that_is_down_is_said_in_the_chat(
    sample_folder: Path, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(sample_folder, archive, ignore=shutil.ignore_patterns("lock", "owner.json"))
    down = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "DATELINE_CHAT_MODEL": "openai:gone"}
    with chat(archive, **down) as url:
        page = open_page(url)
        page.fill("#dl-question textarea", "Which port did the flotilla leave?")
        page.keyboard.press("Enter")
        page.wait_for_function(
            "document.querySelector('#dl-chat').innerText.includes('cannot be reached')"
        )
        assert "Traceback" not in page.inner_text("body")


def test_an_empty_archive_says_what_to_do(tmp_path: Path, open_page: Callable[..., Any]) -> None:
    with chat(tmp_path / "empty") as url:
        page = open_page(url)
        assert "dateline ingest" in page.inner_text("#dl-chat")
