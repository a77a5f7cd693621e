"""axe-core finds nothing serious on either page, light and dark, wide and narrow."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import need
from tests.web.chat_server import ask

pytestmark = [pytest.mark.slow, pytest.mark.browser]
AXE = Path(sys.prefix) / "axe" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """() => axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })"""


def violations(page: Any) -> list[str]:
    return [
        f"{each['impact']} {each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in page.evaluate(RUN)["violations"]
        if each["impact"] in ("serious", "critical")
    ]


def at_both_widths(page: Any) -> list[str]:
    """What axe finds at the width of a screen and of a phone."""
    found = []
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 850})
        page.wait_for_timeout(500)  # what fades in has its colour
        found += violations(page)
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_chat_page(sample_chat: str, open_page: Callable[..., Any], theme: str) -> None:
    need(AXE.is_file(), "no axe-core: npm was not there")
    page = open_page(f"{sample_chat}?__theme={theme}")
    page.evaluate(AXE.read_text("utf-8"))
    assert violations(page) == []
    ask(page, "What did the Southgate Herald report in September 2023?")
    page.click("#dl-hand button")
    assert at_both_widths(page) == []
    page.keyboard.press("Escape")
    page.click("a.cite")
    page.click(".dl-more summary")
    page.wait_for_selector(".dl-whole p")
    page.click(".dl-tools summary >> nth=0")
    page.set_viewport_size({"width": 390, "height": 850})
    page.evaluate("document.querySelector('#dl-drawer').click()")  # under the sheet of sources
    assert at_both_widths(page) == []
    page.keyboard.press("Escape")  # the sheet of sources lies over the answer on a phone
    ask(page, "How many people died in Derna?", 1)
    assert page.query_selector(".dl-values") and at_both_widths(page) == []
    ask(page, "A timeline of the Derna flood", 2)
    assert page.query_selector(".dl-line") and at_both_widths(page) == []
    page.click('a[href="#bad-2"]')
    page.wait_for_selector("dialog textarea")
    assert at_both_widths(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_archive_page(sample_chat: str, open_page: Callable[..., Any], theme: str) -> None:
    need(AXE.is_file(), "no axe-core: npm was not there")
    page = open_page(f"{sample_chat}archive?__theme={theme}", ready=".dl-table")
    page.evaluate(AXE.read_text("utf-8"))
    page.click('.dl-years [data-name="2024-01"]')
    page.wait_for_selector('[aria-pressed="true"]')
    page.check('[name="pick"] >> nth=0')
    page.click("#dl-adding button")
    assert at_both_widths(page) == []
    page.fill("#dl-addresses textarea", "no address")
    page.click("#dl-add")
    page.wait_for_selector("#dl-report p")
    page.click(".dl-table .dl-link >> nth=0")
    page.wait_for_selector(".dl-article")
    assert at_both_widths(page) == []
