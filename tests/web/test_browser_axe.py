"""axe-core finds nothing serious in any state of the pages, light and dark, wide and narrow.

One page goes through the states of the chat, one through those of the archive.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import need
from tests.model_server import model_server, replies, says
from tests.web.chat_server import ask, chat_here, done

pytestmark = [pytest.mark.slow, pytest.mark.browser]
Open = Callable[..., Any]
AXE = Path(sys.prefix) / "axe" / "node_modules" / "axe-core" / "axe.min.js"
# What fades in would have its colour later only. A message or answer is looked at once it stands.
STILL = "*, *::before, *::after { transition: none !important; animation: none !important; }"
# What lies on top is looked at alone: what is under it is, before.
RUN = """(dark) => {
  document.body.classList.toggle("dark", dark);
  const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  return axe.run(document.querySelector("dialog[open], :popover-open") || document, {
    resultTypes: ["violations"],
    runOnly: dark ? { type: "rule", values: ["color-contrast", "link-in-text-block"] } : rules,
  });
}"""


def violations(page: Any, *widths: int) -> list[str]:
    """What axe finds serious at those widths: all of it, and what colours do in the dark."""
    found = []
    for width in widths or (1280,):
        page.set_viewport_size({"width": width, "height": 850})
        for dark in (False, True):
            for each in page.evaluate(RUN, dark)["violations"]:
                if each["impact"] in ("serious", "critical"):
                    where = f"{width} {'dark' if dark else 'light'}"
                    found.append(f"{where} {each['id']}: {each['nodes'][0]['html'][:200]}")
    return found


def covered(found: list[str]) -> list[str]:
    """Those that hold under a popover: axe does not know that it lies on top, and what is under it
    seems to stand too near."""
    return [each for each in found if " target-size:" not in each]


def ready(page: Any) -> None:
    need(AXE.is_file(), "no axe-core: npm was not there")
    page.add_style_tag(content=STILL)
    page.evaluate(AXE.read_text("utf-8"))


def test_the_chat_page(sample_chat: str, open_page: Open) -> None:
    page = open_page(sample_chat)
    ready(page)
    page.wait_for_selector(".dl-next")
    assert violations(page, 390, 1280) == [], "the first run"
    for panel, field in (("when", "since"), ("known", "as-of"), ("outlets", "publishers"),
                         ("models", "model-use")):  # fmt: skip
        page.click(f'[popovertarget="dl-{panel}"]')
        page.wait_for_selector(f"#dl-{field}")
        assert covered(violations(page)) == [], panel
        page.keyboard.press("Escape")
    ask(page, "What did the Southgate Herald report in September 2023?")
    page.click("a.cite")
    page.click(".dl-more summary")
    page.wait_for_selector(".dl-whole p")
    page.click(".dl-tools summary >> nth=0")
    page.set_viewport_size({"width": 390, "height": 850})
    page.evaluate(
        "document.querySelector('[aria-controls=dl-left]').click()"
    )  # under the sheet of sources
    assert violations(page, 390, 1280) == [], "sources and conversations"
    page.keyboard.press("Escape")  # the sheet of sources lies over the answer on a phone
    for turn, (question, there) in enumerate(
        [("When did the flotilla leave?", "#dl-chat strong"),
         ("Who won the Nobel Prize in Literature in 2022?", '[aria-label^="Not an answer"]'),
         ("How many people died in Derna?", ".dl-values"),
         ("A timeline of the Derna flood", ".dl-line")], 1
    ):  # fmt: skip
        ask(page, question, turn)
        assert page.query_selector(there), question
    assert violations(page, 390, 1280) == [], "answers of all kinds"
    page.click('a[href="#bad-4"]')
    page.wait_for_selector("dialog textarea")
    assert violations(page, 390, 1280) == [], "the form for a verdict"


def test_the_steps_of_a_research(own_archive: Path, open_page: Open) -> None:
    with model_server() as script:
        searches = replies(calls=[("search", {"query": "flotilla"})])
        script.replies = [searches, replies("Enough"), says("Qingdao [1].")]
        with chat_here(own_archive, openai_base_url=script.url, chat_model="scripted") as url:
            page = open_page(url)
            ready(page)
            page.click('[popovertarget="dl-models"]')
            page.check("#dl-research input")
            assert violations(page, 390, 1280) == [], "the panel of the model"
            page.fill("#dl-question textarea", "Which port did the Chinese flotilla leave?")
            page.keyboard.press("Enter")
            done(page)
            page.click("details.dl-steps summary")
            assert violations(page, 390, 1280) == [], "the steps"


def test_the_archive_page(sample_chat: str, open_page: Open) -> None:
    page = open_page(f"{sample_chat}archive", ready=".dl-table")
    ready(page)
    page.click('.dl-years [data-name="2024-01"]')
    page.wait_for_selector('[aria-pressed="true"]')
    page.check('[name="pick"] >> nth=0')
    page.click('[popovertarget="dl-adding"]')
    assert covered(violations(page, 390, 1280)) == [], "the form"
    page.fill("#dl-addresses textarea", "no address")
    page.click("#dl-add")
    page.wait_for_selector("#dl-report p")
    page.click(".dl-table .dl-link >> nth=0")
    page.wait_for_selector(".dl-article")
    assert violations(page, 390, 1280) == [], "an article"
