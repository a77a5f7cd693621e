"""When a reader sees the page, and when they can type: a fresh browser each time."""

from __future__ import annotations

import shutil
import statistics
from dataclasses import dataclass
from typing import Any

RUNS = 5
QUESTION = "#dl-question textarea"
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
_PAINT = "performance.getEntriesByName('first-contentful-paint').map(e => e.startTime)[0]"


@dataclass(frozen=True)
class Paint:
    """Seconds since the address was entered; medians."""

    first: float
    usable: float


def browser_path() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


def paint(url: str, browser: str, runs: int = RUNS) -> Paint:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        each = [_once(play, url, browser) for _ in range(runs)]
    return Paint(*(statistics.median(times) / 1000 for times in zip(*each, strict=True)))


def _once(play: Any, url: str, browser: str) -> tuple[float, float]:
    opened = play.chromium.launch(executable_path=browser, args=_FLAGS)
    try:
        page = opened.new_page()
        page.goto(url, wait_until="commit")
        page.fill(QUESTION, "Which port")  # waits until it can be typed into
        usable = float(page.evaluate("performance.now()"))
        return float(page.evaluate(_PAINT)), usable
    finally:
        opened.close()
