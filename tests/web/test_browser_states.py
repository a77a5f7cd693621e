"""Empty and broken states in a real Chromium: each says what to do next."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.archive.archive import Archive
from ingest.settings import Settings
from tests.model_server import fails, model_server
from tests.web.chat_server import ask, chat, chat_here, wait_for_text

pytestmark = [pytest.mark.slow, pytest.mark.browser]
Open = Callable[..., Any]
QUESTION = "Which port did the Chinese flotilla leave?"


def send(page: Any, question: str = QUESTION) -> None:
    page.fill("#dl-question textarea", question)
    page.keyboard.press("Enter")


def test_an_empty_archive_leads_to_where_articles_are_added(
    tmp_path: Path, open_page: Open
) -> None:
    with chat_here(tmp_path / "empty") as url:
        page = open_page(url)
        wait_for_text(page, "#dl-chat", "The archive is empty")
        send(page)
        wait_for_text(page, "#dl-chat", "does not hold the answer")
        page.click("#dl-new")
        page.click('#dl-chat a[href*="archive"]')
        page.wait_for_url("**/archive*")
        wait_for_text(page, "#dl-articles", "add articles above")
        page.click("#dl-check")
        wait_for_text(page, "#dl-health", "0 articles")


def test_without_a_model_the_page_says_who_answers(page: Any) -> None:
    assert "no language model is set" in page.inner_text("#dl-model")


def test_nothing_found_says_what_is_near(page: Any) -> None:
    send(page, "Who won the Nobel Prize in Literature in 2022?")
    page.wait_for_selector(".dl-source")
    assert "The archive does not hold the answer." in page.inner_text("#dl-chat")
    assert "Not an answer, but near" in page.inner_text("#dl-panel")


def test_a_model_that_is_down_is_said_and_the_question_can_be_asked_again(
    own_archive: Path, open_page: Open
) -> None:
    down = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "chat_model": "openai:gone", "deadline": 9}
    with chat_here(own_archive, **down) as url:
        page = open_page(url)
        send(page)
        wait_for_text(page, "#dl-chat", "cannot be reached")
        assert "Traceback" not in page.inner_text("body")
        page.click("#dl-again")
        page.wait_for_selector("#dl-question button.stop-button")
        wait_for_text(page, "#dl-chat", "cannot be reached")


def test_a_refused_key_is_said_and_not_shown(own_archive: Path, open_page: Open) -> None:
    with model_server() as script:
        script.replies = [fails(401, '{"error": {"message": "Incorrect key: sk-secret-1234567"}}')]
        key = "sk-secret-1234567"
        with chat_here(own_archive, OPENAI_BASE_URL=script.url, OPENAI_API_KEY=key) as url:
            page = open_page(url)
            send(page)
            wait_for_text(page, "#dl-chat", "key")
            assert key not in page.content()


def test_a_damaged_catalog_is_said_with_what_to_do(own_archive: Path, open_page: Open) -> None:
    with chat_here(own_archive) as url:
        page = open_page(url)
        for file in own_archive.glob("catalog.sqlite3*"):
            file.write_bytes(b"no database " * 9_000)
        send(page)
        wait_for_text(page, "#dl-chat", "dateline doctor")
        assert "Traceback" not in page.inner_text("body")
        page.goto(f"{url}archive")
        page.wait_for_selector("#dl-check")
        page.click("#dl-check")
        wait_for_text(page, "#dl-health", "dateline doctor")


def test_an_index_that_is_gone_is_said_or_works_on(own_archive: Path, open_page: Open) -> None:
    with chat_here(own_archive) as url:
        page = open_page(url)
        page.wait_for_selector("#dl-nexts .dl-next")  # no longer is anything under way in them
        shutil.rmtree(own_archive / "lexical")
        shutil.rmtree(own_archive / "vectors")
        send(page)
        page.wait_for_selector('#dl-chat [data-testid="bot"]')
        page.wait_for_selector("#dl-question button.submit-button")
        said = page.inner_text("#dl-chat")
        assert "Qingdao" in said or "dateline doctor" in said or "unexpected" in said
        assert "Traceback" not in page.inner_text("body")


def test_an_archive_that_is_locked_is_said_and_the_chat_opens_once_it_is_free(
    own_archive: Path, open_page: Open
) -> None:
    with (
        Archive.open(Settings(archive=own_archive, _env_file=None)) as holder,
        chat(own_archive, healthy=False) as url,
    ):
        page = open_page(url, ready="[role=alert]", head=False)
        assert "is in use by" in page.inner_text("main")
        assert "opens by itself" in page.inner_text("main")
        holder.close()
        page.wait_for_selector("#dl-question textarea")
        ask(page, QUESTION)
        assert "Qingdao" in page.inner_text("#dl-chat")


def test_a_server_that_was_stopped_is_said(own_archive: Path, open_page: Open) -> None:
    with chat_here(own_archive) as url:
        page = open_page(url)
    send(page)
    wait_for_text(page, "#dl-lost", "does not answer")
    with chat_here(own_archive, port=int(url.strip("/").rpartition(":")[2])):
        # It is offered to load the page again, if Gradio has not done so by itself.
        page.wait_for_function(
            "(line => line ? line.innerText.includes('answers again') : document.body)"
            "(document.querySelector('#dl-lost'))"
        )
        page.wait_for_selector(".dl-top")  # whole: a server that ends breaks a load off
