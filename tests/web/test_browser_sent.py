"""What the page shows when a question is sent is what is asked, however fast it is done on a slow
machine.

`DATELINE_TEST_SEQUENCES` says how many fast sequences are tried (CONTRIBUTING.md).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.kept.conversations import Given
from assistant.web.talk import Talk
from tests.web.chat_server import chat_here, done
from tests.web.serving import until

pytestmark = [pytest.mark.slow, pytest.mark.browser]
Open = Callable[..., Any]
SEQUENCES = int(os.environ.get("DATELINE_TEST_SEQUENCES", "2"))
OUTLETS = ("Southgate Herald", "Northern Ledger", "The Meridian Post", "The Evening Almanac")
IN_A_CONVERSATION = 10  # questions, then another one is begun
# Notes what the fields and the chips show in the moment in which Enter is pressed in the box.
SHOWS = """() => document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("#dl-question textarea")) return;
  const all = (part) => [...document.querySelectorAll(part)].map((each) => each.textContent.trim());
  window.shown = { question: event.target.value, chips: all(".dl-set > :first-child"),
    as_of: document.querySelector("#dl-as-of input").value, publishers: all("#dl-publishers .token > span") };
}, true)"""


@pytest.mark.timeout(max(300, 60 * SEQUENCES))
def test_what_is_shown_is_what_is_sent_however_fast(
    own_archive: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    received: list[tuple[str, Given]] = []
    asks = Talk.ask

    def noted(self: Talk, caller: Any, shown: Any, question: str, given: Given, *more: Any) -> Any:
        received.append((question, given))
        return asks(self, caller, shown, question, given, *more)

    monkeypatch.setattr(Talk, "ask", noted)
    with chat_here(own_archive) as url:
        page = open_page(url)
        page.wait_for_selector(".dl-next")
        slow = page.context.new_cdp_session(page)
        slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.evaluate(SHOWS)
        picked: set[str] = set()
        for number in range(SEQUENCES):
            turn, outlet = number % IN_A_CONVERSATION, OUTLETS[number % len(OUTLETS)]
            if number and not turn:  # which has no filters
                page.click("#dl-new")
                page.wait_for_selector("a.cite", state="detached")
                picked = set()
            day = f"2023-{9 + number % 4:02}-{13 + number % 9:02}"
            question = f"How many people died in Derna? {number}"
            page.click('[popovertarget="dl-known"]')
            page.keyboard.type(f"{day[5:7]}{day[8:]}{day[:4]}")
            page.click('[popovertarget="dl-outlets"]')
            page.click(f'[role="option"]:has-text("{outlet}")')
            page.fill("#dl-question textarea", question)
            page.keyboard.press("Enter")
            picked ^= {outlet}
            until(lambda: len(received) > number, 60)  # noqa: B023
            told, given = received[-1]
            shown = page.evaluate("window.shown")
            assert (told, given.as_of, set(given.publishers)) == (question, day, picked)
            assert (shown["question"], shown["as_of"]) == (question, day)
            assert shown["publishers"] == list(given.publishers)
            said = [f"as of {day}"]
            if picked:
                said.insert(0, f"by {', '.join(given.publishers)}")
            assert shown["chips"] == said
            done(page, turn)
            assert len(received) == number + 1
