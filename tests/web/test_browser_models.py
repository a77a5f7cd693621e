"""A model from the page: chosen, tried and kept; research with its steps."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.settings import kept_settings, load_settings
from tests.archives import copied
from tests.model_server import Script, replies, says
from tests.web.chat_server import ask, chat_here

Open = Callable[..., Any]

pytestmark = pytest.mark.slow
QUESTION = "Which port did the Chinese flotilla leave?"
ANSWER = "The flotilla left Qingdao [1]."


@pytest.fixture
def archive(sample_folder: Path, tmp_path: Path) -> Path:
    return copied(sample_folder, tmp_path / "archive")


def test_the_owner_chooses_a_model_in_the_page(
    archive: Path, script: Script, open_page: Open
) -> None:
    script.replies = [says("A newspaper tells what happened."), says(ANSWER)]
    with chat_here(archive) as address:
        page = open_page(address)
        page.wait_for_selector('[popovertarget="dl-models"]')
        assert page.is_hidden("#dl-research")
        page.click('[popovertarget="dl-models"]')
        page.fill("#dl-model-address input", script.url)
        page.click("#dl-model-list")
        page.wait_for_selector("#dl-model-said :text('1 models')")
        page.click("#dl-model-use")
        page.wait_for_selector("#dl-model-said :text('tells what happened')")
        page.wait_for_selector("#dl-model:has-text('scripted')")
        page.keyboard.press("Escape")
        ask(page, QUESTION)
        assert "The flotilla left Qingdao" in page.inner_text("#dl-chat")
        assert load_settings().openai_base_url == script.url
        assert kept_settings().stat().st_mode & 0o077 == 0
        page.click('[popovertarget="dl-models"]')
        page.click("#dl-pick input")
        page.click("[role=option]:has-text('quoting')")
        page.keyboard.press("Escape")
        asked = len(script.requests)
        ask(page, "How many helicopters are aboard the flotilla?", turn=1)
        assert len(script.requests) == asked, "this conversation is answered by quoting"


def test_a_conversation_whose_model_is_gone_goes_on(
    archive: Path, script: Script, open_page: Open
) -> None:
    script.models, script.replies = ("scripted", "second"), [says(ANSWER)]
    with chat_here(archive, openai_base_url=script.url, chat_model="scripted") as address:
        page = open_page(address)
        page.wait_for_selector("#dl-nexts .dl-next")
        page.click('[popovertarget="dl-models"]')
        page.click("#dl-pick input")
        page.click("[role=option]:has-text('second')")
        page.keyboard.press("Escape")
        page.wait_for_selector('[popovertarget="dl-models"]:text-is("second")')
        ask(page, QUESTION)
        assert script.requests[-1]["model"] == "second"
        kept = page.url.partition("?")[2]
    script.models = ("scripted",)
    with chat_here(archive, openai_base_url=script.url, chat_model="scripted") as address:
        page = open_page(f"{address}?{kept}")
        page.wait_for_selector("a.cite")
        ask(page, "How many helicopters are aboard the flotilla?", turn=1)
        assert script.requests[-1]["model"] == "second", "whose service says what it thinks of it"


def test_what_cannot_be_used_is_told_and_not_kept_and_the_panel_is_within_a_phones_screen(
    archive: Path, open_page: Open
) -> None:
    with chat_here(archive, deadline=3.0) as chat:
        page = open_page(chat, width=390, height=844)
        page.wait_for_selector('[popovertarget="dl-models"]')
        page.click('[popovertarget="dl-models"]')
        box = page.wait_for_selector("#dl-model-use").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["y"] >= 0
        for address, said in (
            ("http://127.0.0.1:9/v1", "cannot be reached"), ("ftp://x", "no web address")
        ):  # fmt: skip
            page.fill("#dl-model-address input", address)
            page.fill("#dl-model-name input", "any")
            page.keyboard.press("Enter")
            page.click("#dl-model-use")
            page.wait_for_selector(f"#dl-model-said :text('{said}')")
            assert not kept_settings().exists()
            assert "quoting" in page.inner_text("#dl-model")


def test_a_research_shows_its_steps_and_folds_them(
    archive: Path, script: Script, open_page: Open
) -> None:
    def slowly(handler: object) -> None:
        time.sleep(1.5)
        says(ANSWER)(handler)  # type: ignore[arg-type]

    searches = replies(calls=[("search", {"query": "flotilla sails"})])
    script.replies = [searches, replies("Enough"), slowly]  # type: ignore[list-item]
    with chat_here(archive, openai_base_url=script.url, chat_model="scripted") as address:
        page = open_page(address)
        page.wait_for_selector("#dl-nexts .dl-next")
        page.click('[popovertarget="dl-models"]')
        page.check("#dl-research input")
        page.keyboard.press("Escape")
        page.fill("#dl-question textarea", QUESTION)
        page.keyboard.press("Enter")
        page.wait_for_selector("details.dl-steps[open]:has-text('Searched: flotilla sails')")
        page.wait_for_selector("#dl-chat :text('The flotilla left Qingdao')")
        page.wait_for_selector("details.dl-steps:not([open])")
        page.click("details.dl-steps summary")
        assert "passages" in page.inner_text("details.dl-steps li")
        page.click("a.cite")
        assert "Qingdao" in page.inner_text("mark.dl-active")
