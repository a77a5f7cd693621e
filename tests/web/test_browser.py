"""The chat page in a real Chromium: what a reader sees and does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Assistant
from assistant.kept.conversations import Conversation, Conversations, Turn
from assistant.kept.told import Told
from ingest.archive.archive import Archive
from ingest.settings import Settings
from tests.model_server import Script, model_server, says
from tests.web.chat_server import again, ask, chat_here, done, wait_for_text

pytestmark = [pytest.mark.slow, pytest.mark.browser]
Open = Callable[..., Any]
SENDS_AT_ONCE = """(question) => {
  const find = (part) => document.querySelector(`#dl-question ${part}`);
  let working = false;
  const watch = new MutationObserver(() => {
    working = working || Boolean(find("button.stop-button"));
    const send = find("button.submit-button");
    if (!working || !send) return;
    watch.disconnect();
    find("textarea").value = question;
    find("textarea").dispatchEvent(new Event("input", { bubbles: true }));
    send.click();
  });
  watch.observe(document.body, { childList: true, subtree: true });
}"""
COUNTS = """() => { window.acts = 0; ["click", "keydown"].forEach((kind) =>
  document.addEventListener(kind, (event) => { acts += event.isTrusted; }, true)); }"""
SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((each) => { shifted += each.value; }))
  .observe({ type: "layout-shift", buffered: true });"""


def test_ask_and_read_the_source_in_part_and_whole(page: Any) -> None:
    assert "quoting" in page.inner_text("#dl-model")
    ask(page, "Which port did the Chinese flotilla leave?")
    assert "Qingdao" in page.inner_text("#dl-chat")
    page.focus("a.cite")  # while it has the focus the words behind the number are shown
    assert "Qingdao" in page.inner_text(".dl-card mark")
    page.focus("#dl-question textarea")
    assert page.query_selector(".dl-card") is None
    page.click("a.cite")
    mark = page.wait_for_selector("mark.dl-active")
    assert mark.get_attribute("id") == "src-0-1"
    assert "Qingdao" in mark.inner_text()
    source = page.inner_text(".dl-source")
    assert "The Meridian Post" in source and "16 July 2023" in source and "QINGDAO" in source
    link = page.get_attribute(".dl-source h3 a", "href")
    assert link.startswith("https://meridianpost.example/") and "#:~:text=" in link
    page.click(".dl-more summary")
    page.wait_for_selector(".dl-whole p")
    assert len(page.inner_text(".dl-whole")) > len(page.inner_text(".dl-source blockquote"))


def test_every_citation_of_a_follow_up_leads_to_its_own_quote(page: Any) -> None:
    ask(page, "Which port did the Chinese flotilla leave?")
    ask(page, "And how many helicopters?", turn=1)
    assert "four ship-borne helicopters" in page.inner_text("#dl-chat")
    marked = []
    for link in page.query_selector_all("a.cite"):
        link.click()
        assert f"#{page.get_attribute('.dl-active', 'id')}" == link.get_attribute("href")
        marked.append(page.inner_text("mark.dl-active"))
    assert any("Qingdao" in quote for quote in marked)
    assert any("four ship-borne helicopters" in quote for quote in marked)


def test_values_that_differ_are_a_table_and_events_points_on_a_line(page: Any) -> None:
    for number, (question, place) in enumerate(
        [("How many people died in Derna?", ".dl-values tbody tr"),
         ("A timeline of the Derna flood", ".dl-line li")]
    ):  # fmt: skip
        ask(page, question, number)
        rows = page.query_selector_all(place)
        assert len(rows) > 2
        for row in rows:
            row.query_selector("a.cite").click()
            quote = page.inner_text("mark.dl-active")
            assert number or row.query_selector("th").inner_text().split()[0] in quote
    icon = "getComputedStyle(document.querySelector('.dl-newest'), '::before').maskImage"
    assert "svg" in page.evaluate(icon)  # as the pages' policy allows it


def test_examples_and_follow_ups_are_asked_with_a_click(page: Any) -> None:
    page.wait_for_selector(".dl-next")
    page.click(".dl-next >> nth=0")
    done(page)
    ask(page, "Why were aid deliveries from Turkey into Syria held up after the earthquakes?", 1)
    page.wait_for_selector('.dl-nexts[aria-label="Ask next"]')
    text = page.inner_text(".dl-next >> nth=0")
    page.click(".dl-next >> nth=0")
    done(page, 2)
    said = page.inner_text("#dl-chat")
    assert text in said
    assert "does not hold" not in said


def test_a_chip_is_removed_and_changed_which_asks_again(page: Any) -> None:
    ask(page, "What did the Southgate Herald report in September 2023?")
    assert "by Southgate Herald" in page.inner_text("#dl-filters")
    again(page, 'button[aria-label="Remove filter: by Southgate Herald"]')
    assert "by Southgate Herald" not in page.inner_text("#dl-filters")
    again(page, 'button[aria-label="Use again: publisher"]')
    assert page.is_visible('button[aria-label="Remove filter: by Southgate Herald"]')
    assert page.inner_text('.dl-chip [popovertarget="dl-when"]') == "2023-09-01 to 2023-09-30"
    page.click('[popovertarget="dl-when"]')
    page.wait_for_selector("#dl-since input")
    for field, day in (("since", "2023-09-01"), ("until", "2023-09-30")):
        there = f"document.querySelector('#dl-{field} input').value === '{day}'"
        page.wait_for_function(there)  # what is typed before that is lost
    page.fill("#dl-until input", "2023-09-12")
    again(page, "#dl-again")
    assert "until 2023-09-12" in page.inner_text("#dl-filters")
    assert "19 September" not in page.inner_text("#dl-panel")


def test_filters_are_set_by_hand_for_the_next_question(page: Any) -> None:
    page.click('[popovertarget="dl-known"]')
    page.wait_for_selector('#dl-as-of input[type="date"]')  # what is typed before that is lost
    page.fill("#dl-as-of input", "2023-09-13")
    page.click('[popovertarget="dl-outlets"]')
    page.click('[role="option"]:has-text("Southgate Herald")')
    page.keyboard.press("Escape")
    assert not page.is_visible("#dl-publishers")
    ask(page, "How many people died in Derna?")
    chips = page.inner_text("#dl-filters")
    assert "as of 2023-09-13" in chips and "by Southgate Herald" in chips
    assert "As of 13 September 2023" in page.inner_text("#dl-chat")
    again(page, 'button[aria-label="Remove filter: by Southgate Herald"]')
    chips = page.inner_text("#dl-filters")
    assert "as of 2023-09-13" in chips and "all outlets" in chips


def test_what_a_field_shows_is_sent_though_it_is_still_being_edited(page: Any) -> None:
    page.click('[popovertarget="dl-known"]')
    page.wait_for_selector('#dl-as-of input[type="date"]')
    for number, day in enumerate(("2023-09-13", "2023-09-12", "2023-09-14")):
        # Nothing tells the page of the change: it is what a field holds before it is left.
        page.evaluate(f"document.querySelector('#dl-as-of input').value = '{day}'")
        ask(page, "How many people died in Derna?", number)
        assert f"as of {day}" in page.inner_text("#dl-filters")


def test_the_newest_answer_is_read_from_its_first_line_without_scrolling(page: Any) -> None:
    ask(page, "How many people died in Derna?")
    for turn, (width, height, question) in enumerate(
        [(1440, 900, "Which port did the Chinese flotilla leave?"),
         (1280, 720, "Who won the election in Spain?"),
         (820, 1180, "A timeline of the Derna flood"),
         (390, 844, "How many helicopters did it take along?")], 1
    ):  # fmt: skip
        page.set_viewport_size({"width": width, "height": height})
        ask(page, question, turn)
        page.wait_for_function(
            """() => {
              const last = (who) => [...document.querySelectorAll(`#dl-chat [data-testid=${who}]`)].pop();
              const chat = document.querySelector("#dl-chat").getBoundingClientRect();
              const asked = last("user").getBoundingClientRect().top - chat.top;
              const room = chat.bottom - last("bot").getBoundingClientRect().top;
              return asked >= 0 && asked < 60 && room > 60;  // at the top, lines of its answer below
            }"""
        )
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        row = page.query_selector_all("#dl-filters, #dl-buttons .prose > button:visible")
        places = [each.bounding_box() for each in row]
        middles = [box["y"] + box["height"] / 2 for box in places]
        assert width < 900 or max(middles) - min(middles) < 8, "all in one row"
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in places)


def test_nothing_moves_while_an_answer_comes_and_the_newest_is_shown_when_it_is_opened_again(
    sample_chat: str, open_page: Open
) -> None:
    page = open_page(sample_chat, before=lambda page: page.add_init_script(SHIFTS))
    page.wait_for_selector(".dl-next")
    page.wait_for_timeout(500)
    assert not page.is_visible("#dl-again") and not page.is_visible("#dl-edit")
    for number, question in enumerate(
        ("How many people died in Derna?", "Which port did the Chinese flotilla leave?")
    ):
        page.evaluate("window.shifted = 0")
        ask(page, question, number)
        assert page.evaluate("window.shifted") < 0.02
    for _ in range(2):
        page.click("#dl-new")
        page.wait_for_selector("a.cite", state="detached")
        page.click(".dl-entry")
        for scrolled in ("#dl-chat .bubble-wrap", "#dl-right"):
            page.wait_for_function(f"document.querySelector('{scrolled}').scrollTop > 100")


def test_a_question_sent_before_the_page_is_loaded_whole_is_not_undone(
    sample_chat: str, open_page: Open
) -> None:
    held: list[Any] = []

    def hold_the_first(page: Any) -> None:
        page.route("**/queue/join*", lambda r: r.continue_() if held else held.append(r))

    page = open_page(sample_chat, head=False, before=hold_the_first)
    while not held:  # else it is the question that is held
        page.wait_for_timeout(20)
    ask(page, "Which port did the Chinese flotilla leave?")
    held[0].continue_()
    page.wait_for_selector(".dl-top")
    page.wait_for_function("!document.querySelector('.generating')")
    assert "Qingdao" in page.inner_text("#dl-chat")
    assert "conversation=" in page.url


def test_a_wrong_date_is_said_in_the_chat(page: Any) -> None:
    page.click('[popovertarget="dl-when"]')
    page.wait_for_selector('#dl-since input[type="date"]')
    page.fill("#dl-since input", "2023-09-13")
    page.fill("#dl-until input", "2023-09-01")
    page.fill("#dl-question textarea", "How many people died in Derna?")
    page.keyboard.press("Enter")
    wait_for_text(page, "#dl-chat", "2023-09-13")
    page.wait_for_selector("#dl-question button.submit-button")
    assert "Traceback" not in page.inner_text("body")


def test_an_empty_question_changes_nothing_and_the_last_one_is_edited_or_left_as_it_was(
    page: Any,
) -> None:
    assert not page.is_visible("#dl-again") and not page.is_visible("#dl-edit")
    ask(page, "Which port did the Chinese flotilla leave?")
    page.fill("#dl-question textarea", "  ")
    page.keyboard.press("Enter")
    page.click("#dl-question button.submit-button")
    page.wait_for_timeout(700)
    assert "Qingdao" in page.inner_text("#dl-chat") and "Qingdao" in page.inner_text("#dl-panel")
    assert page.query_selector_all(".dl-entry")
    page.click("#dl-edit")
    page.wait_for_selector(".dl-notice")
    page.keyboard.press("Escape")
    page.wait_for_selector(".dl-notice", state="detached")
    page.wait_for_function("document.querySelector('#dl-question textarea').value === ''")
    ask(page, "When did the Chinese flotilla leave Qingdao?", turn=1)
    assert "Which port" in page.inner_text("#dl-chat")
    page.click("#dl-edit")
    page.wait_for_function("document.querySelector('#dl-question textarea').value.includes('When')")
    page.fill("#dl-question textarea", "How many helicopters did the Chinese flotilla take along?")
    page.keyboard.press("Enter")
    wait_for_text(page, "#dl-chat", "four ship-borne helicopters")
    done(page, 1)
    said = page.inner_text("#dl-chat")
    assert "When did" not in said and "Which port" in said
    again(page, "#dl-again", 1)
    assert page.inner_text("#dl-chat").count("How many helicopters did") == 1


def test_what_is_sent_as_soon_as_send_stands_there_is_answered(page: Any) -> None:
    page.evaluate(SENDS_AT_ONCE, "How many helicopters did the Chinese flotilla take along?")
    ask(page, "Which port did the Chinese flotilla leave?")
    done(page, 1)
    assert "four ship-borne helicopters" in page.inner_text("#dl-chat")


def test_an_as_of_in_the_question_is_a_chip(page: Any) -> None:
    ask(page, "As of 13 September 2023, how many people had died in Derna?")
    again(page, 'button[aria-label="Remove filter: as of 2023-09-13"]')
    assert "3,958" in page.inner_text("#dl-chat")


def test_a_long_word_and_a_long_conversation_stay_in_their_places(page: Any) -> None:
    page.fill("#dl-question textarea", f"Why {'x' * 300}?")
    page.keyboard.press("Enter")
    wait_for_text(page, "#dl-chat", "does not hold")
    done(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.click('li:has(.dl-entry[aria-current="true"]) summary')
    page.fill('li:has(.dl-entry[aria-current="true"]) input', "Short")
    page.click('li:has(.dl-entry[aria-current="true"]) form button')
    wait_for_text(page, "#dl-shelf", "Short")


def test_a_long_conversation_is_drawn_from_near_its_end_and_whole_once_that_is_wanted(
    own_archive: Path, open_page: Open
) -> None:
    question, asked = "Which port did the Chinese flotilla leave?", 57
    with Assistant(Archive.open(Settings(archive=own_archive, _env_file=None))) as assistant:
        turn = Turn(question, told=Told.of(assistant.ask(question)))
        kept, now = Conversations(assistant.archive.catalog), Conversation()
        for number in range(asked):
            turn = replace(turn, question=f"{question} {number}", asked_at=str(number))
            now = kept.keep("", replace(now, turns=(*now.turns, turn)))
    with chat_here(own_archive) as url:
        page = open_page(f"{url}?conversation={now.id}")
        page.wait_for_selector(f'a[href="#copy-plain-{asked - 1}"]')
        users, drawn = '#dl-chat [data-testid="user"]', 37
        assert len(page.query_selector_all(users)) == drawn
        page.click("a.cite >> nth=0")
        assert page.get_attribute("mark.dl-active", "id") == f"src-{asked - drawn}-1"
        page.click("#dl-chat a:has-text('questions before')")
        page.wait_for_selector('a[href="#copy-plain-0"]')
        assert len(page.query_selector_all(users)) == asked
        page.click("a.cite >> nth=0")
        assert page.get_attribute("mark.dl-active", "id") == "src-0-1"
        with page.expect_download() as download:
            page.click(".dl-menu summary >> nth=0")
            page.click('.dl-menu[open] a:has-text("Export all as text")')
        said = Path(download.value.path()).read_text("utf-8")
        assert said.count("Q: ") == asked
        page.click("#dl-new")
        page.wait_for_function("!location.search.includes('whole')")


def test_a_conversation_is_kept_found_renamed_exported_and_deleted(page: Any) -> None:
    ask(page, "Which port did the Chinese flotilla leave?")
    page.wait_for_function("location.search.includes('conversation=')")
    page.reload()
    page.wait_for_selector("a.cite")
    assert "Qingdao" in page.inner_text("#dl-chat") and "Qingdao" in page.inner_text("#dl-panel")
    with page.expect_download() as download:
        page.click(".dl-menu summary")
        page.click('.dl-menu[open] a:has-text("Export all as Markdown")')
    assert "Qingdao" in Path(download.value.path()).read_text("utf-8")
    assert download.value.suggested_filename.endswith(".md")
    here = 'li:has(.dl-entry[aria-current="true"])'
    page.click(f"{here} summary")
    page.fill(f'{here} input[name="title"]', "The flotilla <b>")
    page.press(f'{here} input[name="title"]', "Enter")
    wait_for_text(page, "#dl-shelf", "The flotilla <b>")
    page.click("#dl-new")
    page.wait_for_selector("a.cite", state="detached")
    page.fill("#dl-search textarea, #dl-search input", "flotilla leave")
    page.wait_for_function("document.querySelectorAll('.dl-entry').length >= 1")
    page.click('.dl-entry:has-text("The flotilla <b>")')
    page.wait_for_selector("a.cite")
    page.click(f"{here} summary")
    page.click(f"{here} .dl-delete")
    assert "Really delete?" in page.inner_text(f"{here} .dl-delete")
    page.click(f"{here} .dl-delete")
    page.wait_for_selector("a.cite", state="detached")
    assert "The flotilla <b>" not in page.inner_text("#dl-shelf")


def test_answers_are_copied_with_their_citations_in_three_actions_and_judged(page: Any) -> None:
    ask(page, "Which port did the Chinese flotilla leave?")
    page.evaluate(COUNTS)
    page.click("a.cite")
    seen = page.inner_text("mark.dl-active").partition("] ")[2]
    source = page.query_selector(".dl-source:has(.dl-active)")
    outlet, day = source.query_selector(".dl-facts").inner_text().split(" · ")[:2]
    link = source.query_selector("h3 a").get_attribute("href")
    for name, mark in (("plain", "[1] “"), ("markdown", "](<https://"), ("footnotes", "[^1]: ")):
        if name != "plain":
            page.click(".dl-menu summary")
        page.click(f'a[href="#copy-{name}-0"]')
        page.wait_for_selector(".dl-menu[open]", state="detached")
        wait_for_text(page, "#dl-status", "Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert mark in copied and "Qingdao" in copied and "16 July 2023" in copied
        if name == "plain":
            assert page.evaluate("acts") <= 3
            assert seen and all(said in copied for said in (seen, outlet, day, link))
        page.evaluate("document.querySelector('#dl-status').textContent = ''")
    page.click('a[href="#bad-0"]')
    page.fill("dialog textarea", "It was another port.")
    page.click('dialog button[value="send"]')
    wait_for_text(page, "#dl-status", "kept")
    kept = page.evaluate("fetch('./api/feedback').then((answer) => answer.text())")
    assert "It was another port." in kept and '"bad"' in kept
    assert page.inner_text('a[href="#bad-0"]') == "✓ Bad answer"
    page.reload()
    page.wait_for_selector('a[href="#bad-0"]')
    assert page.inner_text('a[href="#bad-0"]') == "✓ Bad answer"
    assert page.inner_text('a[href="#good-0"]') == "Good answer"


def test_the_keyboard_alone_is_enough(page: Any) -> None:
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    page.keyboard.type("What did the Southgate Herald report in September 2023?")
    page.keyboard.press("Enter")
    done(page)
    page.evaluate("document.activeElement.blur()")
    seen = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
        seen.append(page.evaluate("document.activeElement.id"))
    last = len(page.query_selector_all("a.cite"))
    assert seen == ["src-0-1", "src-0-2", "src-0-1", f"src-0-{last}"]


def test_at_phone_width_nothing_is_wider_than_the_screen(sample_chat: str, open_page: Open) -> None:
    page = open_page(sample_chat, width=390, height=844)
    ask(page, "How many people died in Derna?")
    for _ in ("light", "dark"):
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.evaluate("document.body.classList.toggle('dark')")
    assert not page.is_visible("#dl-shelf") and not page.is_visible(".dl-source")
    page.click('[aria-controls="dl-left"]')
    assert page.is_visible("#dl-shelf .dl-entry") and page.is_visible("#dl-new")
    page.click('[aria-controls="dl-left"]')
    assert not page.is_visible("#dl-shelf")
    page.click("a.cite")  # which opens the sheet with the sources
    page.wait_for_function(
        "(() => { const r = document.querySelector('.dl-active').getBoundingClientRect();"
        " return r.top < innerHeight && r.bottom > 0 })()"
    )
    source = page.query_selector(".dl-source").bounding_box()
    assert source["x"] >= 0 and source["x"] + source["width"] <= 390
    page.click('[aria-controls="dl-right"]')
    assert not page.is_visible(".dl-source")
    page.goto(f"{sample_chat}archive")
    page.wait_for_selector(".dl-table")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_sources_follow_the_answer_in_view_are_folded_and_widened_and_stay_so(
    sample_chat: str, open_page: Open
) -> None:
    page = open_page(sample_chat, before=lambda page: page.emulate_media(color_scheme="dark"))
    for turn, question in enumerate(
        ("How many people died in Derna?", "Which port did the Chinese flotilla leave?")
    ):
        ask(page, question, turn)
    at_the_top = (
        "Math.abs(document.querySelector('#sources-{}').getBoundingClientRect().top"
        " - document.querySelector('#dl-right').getBoundingClientRect().top) < 12"
    )
    page.wait_for_function(at_the_top.format(1))
    page.evaluate("document.querySelector('#dl-chat .bubble-wrap').scrollTop = 0")
    page.wait_for_function(at_the_top.format(0))
    before = page.query_selector("#dl-right").bounding_box()
    page.mouse.move(before["x"] + 4, 300)
    page.mouse.down()
    page.mouse.move(before["x"] - 96, 300, steps=4)
    page.mouse.up()
    assert page.query_selector("#dl-right").bounding_box()["width"] > before["width"] + 80
    page.click('[aria-controls="dl-right"]')
    assert not page.is_visible("#dl-right")
    page.reload()
    page.wait_for_selector("a.cite")
    page.wait_for_selector('[aria-controls="dl-right"]')
    assert not page.is_visible("#dl-right")
    page.click("a.cite >> nth=-1")
    assert page.query_selector("#dl-right").bounding_box()["width"] > before["width"] + 80
    assert page.is_visible("mark.dl-active")


def test_the_conversations_are_folded_away_and_stay_so(sample_chat: str, open_page: Open) -> None:
    page = open_page(sample_chat, before=lambda page: page.emulate_media(color_scheme="dark"))
    page.wait_for_selector('[aria-controls="dl-left"][aria-expanded="true"]')
    page.click('[aria-controls="dl-left"]')
    assert not page.is_visible("#dl-left")
    ask(page, "Which port did the Chinese flotilla leave?")  # another conversation changes nothing
    assert page.get_attribute('[aria-controls="dl-left"]', "aria-expanded") == "false"
    page.reload()
    page.wait_for_selector("a.cite")
    page.wait_for_selector('[aria-controls="dl-left"]')
    assert not page.is_visible("#dl-left")
    page.set_viewport_size({"width": 390, "height": 844})
    page.click('[aria-controls="dl-left"]')
    assert page.is_visible("#dl-left")
    page.set_viewport_size({"width": 1280, "height": 850})
    page.click('[aria-controls="dl-left"]')
    assert page.is_visible("#dl-left")
    page.reload()
    page.wait_for_selector('[aria-controls="dl-left"][aria-expanded="true"]')


@pytest.fixture(scope="module")
def modelled(folder: Path) -> Iterator[tuple[str, Script]]:
    """A chat that a model answers, and what it is to say. Each test asks another question."""
    with model_server() as script, chat_here(folder, OPENAI_BASE_URL=script.url) as url:
        yield url, script


def test_a_models_answer_streams_is_stopped_by_escape_and_is_kept_as_far_as_it_came(
    modelled: tuple[str, Script], open_page: Open
) -> None:
    url, script = modelled
    words = [
        "They ",
        "left ",
        "Qingdao ",
        "[1]. ",
        *["More ", "words. "] * 180,
    ]  # for most of a minute: a busy browser is late
    script.replies = [says(*words, pause=0.15)]
    page = open_page(url)
    assert "openai:scripted" in page.inner_text("#dl-model")
    page.fill("#dl-question textarea", "Which port did the Chinese flotilla leave?")
    page.keyboard.press("Enter")
    page.wait_for_selector("a.cite")
    early = page.inner_text("#dl-chat").count("words.")
    page.wait_for_function(
        f"document.querySelector('#dl-chat').innerText.split('words.').length > {early + 4}"
    )
    page.keyboard.press("Escape")
    wait_for_text(page, "#dl-chat", "Incomplete: stopped.")
    stopped = page.inner_text("#dl-chat").count("words.")
    assert 0 < stopped < 180
    page.reload()
    page.wait_for_selector("a.cite")
    kept = page.inner_text("#dl-chat")
    assert kept.count("words.") == stopped and "Incomplete: stopped." in kept


def test_what_is_typed_or_opened_while_an_answer_grows_is_not_undone(
    own_archive: Path, open_page: Open
) -> None:
    with model_server() as script, chat_here(own_archive, OPENAI_BASE_URL=script.url) as url:
        script.replies = [says(*["They ", "left [1]. "] * 120, pause=0.1)]
        page = open_page(url)
        page.fill("#dl-question textarea", "How many helicopters did the flotilla take along?")
        page.keyboard.press("Enter")
        page.wait_for_selector("a.cite")
        page.wait_for_function("location.search.includes('conversation=')")
        page.fill("#dl-question textarea", "My next question")
        # Not by the pointer: the row may be drawn once more, under it, as the answer begins.
        page.wait_for_selector("#dl-question button.stop-button")
        page.dispatch_event("#dl-again", "click")
        wait_for_text(page, "#dl-status", "Esc stops it")
        page.wait_for_timeout(1000)  # pieces come
        assert page.input_value("#dl-question textarea") == "My next question"
        page.click("#dl-new")
        page.wait_for_function("!location.search.includes('conversation=')")
        page.wait_for_timeout(1500)
        assert "left" not in page.inner_text("#dl-chat")
        assert "conversation=" not in page.url
        page.click(".dl-entry")
        wait_for_text(page, "#dl-chat", "Incomplete: stopped.")
        page.wait_for_function("location.search.includes('conversation=')")
        page.go_back()
        page.wait_for_selector(".dl-next")


def test_a_reload_in_the_middle_of_an_answer_keeps_the_question(
    modelled: tuple[str, Script], open_page: Open
) -> None:
    url, script = modelled
    script.replies = [says(*["They ", "left [1]. "] * 60, pause=0.15)]
    page = open_page(url)
    page.fill("#dl-question textarea", "When did the Chinese flotilla leave Qingdao?")
    page.keyboard.press("Enter")
    page.wait_for_selector("a.cite")
    page.reload()
    page.click('.dl-entry:has-text("When did the Chinese")')
    wait_for_text(page, "#dl-chat", "When did the Chinese flotilla leave Qingdao?")
    assert re.search(r"left \[1\]|no answer yet|Stopped", page.inner_text("#dl-chat"))
