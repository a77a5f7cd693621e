"""The archive page in a real Chromium: articles put in, found, looked at and removed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.web.door.users import Access
from ingest.archive.browse import Choice, browse
from ingest.archive.catalog import Catalog
from tests.web.chat_server import ask, chat_here, wait_for_text

pytestmark = [pytest.mark.slow, pytest.mark.browser]
Open = Callable[..., Any]
READY = ".dl-table"
STORY = (
    "The lighthouse of Zanzara was switched off on Monday after 140 years. Its keeper, Mette Holm, "
    "said that ships find their way by satellite now. The lamp goes to the museum in Oslo."
)


def test_a_dropped_file_is_reported_found_and_asked_about(
    own_archive: Path, open_page: Open
) -> None:
    with chat_here(own_archive) as url:
        page = open_page(f"{url}archive", ready=READY)
        page.click('[popovertarget="dl-adding"]')
        page.set_input_files(
            '#dl-files input[type="file"]',
            [
                {"name": "zanzara.txt", "mimeType": "text/plain", "buffer": STORY.encode()},
                {"name": "broken.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 no"},
            ],
        )
        wait_for_text(page, "#dl-report", "broken.pdf")
        assert "1 added, 1 failed" in page.inner_text("#dl-report")
        wait_for_text(page, ".dl-table caption", "of 63 articles")
        page.goto(url)
        page.wait_for_selector("#dl-question textarea")
        ask(page, "Who is the keeper of the lighthouse of Zanzara?")
        assert "Mette Holm" in page.inner_text("#dl-chat")


def test_the_table_is_narrowed_and_its_counts_are_the_catalogs(
    sample_folder: Path, sample_chat: str, open_page: Open
) -> None:
    catalog = Catalog(sample_folder / "catalog.sqlite3")
    herald = browse(catalog, Choice(publisher="Southgate Herald")).total
    month = browse(catalog, Choice(publisher="Southgate Herald", month="2023-09")).total
    found = browse(catalog, Choice(text="earthquake")).total
    catalog.close()
    page = open_page(f"{sample_chat}archive", ready=READY)
    page.click("#dl-publisher input")
    page.click(f'[role="option"]:has-text("Southgate Herald ({herald})")')
    wait_for_text(page, ".dl-table caption", f"of {herald} articles")
    page.click("#dl-month input")
    page.click(f'[role="option"]:has-text("2023-09 ({month})")')
    wait_for_text(page, ".dl-table caption", f"of {month} articles")
    assert len(page.query_selector_all(".dl-table tbody tr")) == month
    page.reload()
    page.wait_for_selector(READY)
    page.fill("#dl-find textarea, #dl-find input", "earthquake")
    wait_for_text(page, ".dl-table caption", f"of {found} article")
    page.fill("#dl-find textarea, #dl-find input", "nothing like it")
    wait_for_text(page, "#dl-articles", "No article fits")


def test_the_bars_tell_a_month_and_narrow_the_table_to_it(
    sample_folder: Path, sample_chat: str, open_page: Open
) -> None:
    catalog = Catalog(sample_folder / "catalog.sqlite3")
    count = browse(catalog, Choice(month="2023-09")).total
    catalog.close()
    page = open_page(f"{sample_chat}archive", ready=READY)
    told, bar = f"September 2023: {count} articles", '.dl-years [data-name="2023-09"]'
    seen = f"getComputedStyle(document.querySelector('{bar} span')).opacity === '1'"
    assert not page.evaluate(seen)
    page.hover(bar)
    assert page.evaluate(seen) and page.inner_text(f"{bar} span") == told
    page.hover("h1")
    page.focus('.dl-years [data-name="2023-08"]')
    page.keyboard.press("ArrowRight")
    assert page.evaluate(seen)
    page.keyboard.press("Enter")
    wait_for_text(page, ".dl-table caption", f"of {count} articles")
    page.wait_for_function("document.querySelector('#dl-month input').value.startsWith('2023-09')")
    page.wait_for_function(f"document.activeElement === document.querySelector('{bar}')")
    page.click(bar)
    wait_for_text(page, ".dl-table caption", "of 62 articles")
    assert page.input_value("#dl-month input") == "All months"


def test_all_in_between_are_picked_with_shift_and_columns_sort_by_their_heads(
    sample_chat: str, open_page: Open
) -> None:
    page = open_page(f"{sample_chat}archive", ready=READY)
    picks, picked = 'input[name="pick"]', 'input[name="pick"]:checked'
    page.click(f"{picks} >> nth=5")
    page.click(f"{picks} >> nth=2", modifiers=["Shift"])
    assert len(page.query_selector_all(picked)) == 4
    page.focus(f"{picks} >> nth=5")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    assert len(page.query_selector_all(picked)) == 6
    page.focus(f"{picks} >> nth=9")
    page.keyboard.press("Shift+Space")
    assert len(page.query_selector_all(picked)) == 8
    page.focus(".dl-table .dl-link >> nth=0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    second = page.inner_text(".dl-table .dl-link >> nth=1")
    wait_for_text(page, ".dl-article h2", second)

    def titles() -> list[str]:
        return [each.inner_text().casefold() for each in page.query_selector_all("td .dl-link")]

    page.focus('[data-name="headline"]')
    page.keyboard.press("Enter")
    page.wait_for_selector('th[aria-sort="ascending"] [data-name="headline"]')
    first = titles()
    assert first == sorted(first)
    assert page.evaluate("document.activeElement.dataset.name") == "headline"
    page.click('[data-name="headline"]')
    page.wait_for_selector('th[aria-sort="descending"] [data-name="headline"]')
    assert titles()[0] != first[0]
    page.click('.dl-pages [data-act="page"]')
    wait_for_text(page, ".dl-table caption", "51 to 62")
    assert first[0] in titles()


def test_an_article_opens_beside_the_table_and_it_and_picked_ones_go_when_that_is_confirmed(
    own_archive: Path, open_page: Open
) -> None:
    with chat_here(own_archive) as url:
        page = open_page(f"{url}archive", ready=READY)
        assert not page.is_visible("#dl-right")
        row = "tr:has(.dl-quiet:has-text('version 2'))"
        page.click(f"{row} td:last-child", force=True)  # all of the row opens it
        page.wait_for_selector(".dl-article")
        assert page.is_visible(READY) and page.query_selector(f"{row}[aria-current]")
        said = page.inner_text(".dl-article")
        assert "25 January 2024, 18:10 (from the metadata)" in said
        assert "Version 2, 26 January 2024" in said
        assert page.query_selector_all(".dl-article ins")
        assert page.query_selector_all(".dl-article del")
        page.keyboard.press("Escape")
        page.wait_for_selector(".dl-article", state="detached")
        title = page.inner_text(f"{row} .dl-link")
        page.wait_for_function("document.activeElement.matches('.dl-link')")
        page.keyboard.press("Enter")
        page.wait_for_selector(".dl-article")
        page.click(".dl-article .dl-delete")
        page.wait_for_timeout(300)
        assert page.inner_text(".dl-article .dl-delete") == "Really remove?"
        wait_for_text(page, ".dl-table caption", "of 62 articles")
        page.click(".dl-article .dl-delete")
        wait_for_text(page, ".dl-table caption", "of 61 articles")
        page.wait_for_selector(".dl-article", state="detached")
        assert title not in page.inner_text("#dl-articles")
        remove = '.dl-pages [data-act="remove"]'
        assert not page.is_visible(remove)
        rows = page.query_selector_all(".dl-table tbody tr")
        gone = [row.get_attribute("data-id") for row in (rows[0], rows[2])]
        for key in gone:
            page.check(f'input[name="pick"][value="{key}"]')
        page.click(remove)
        assert page.inner_text(remove) == "Really remove them?"
        page.click(remove)
        wait_for_text(page, ".dl-table caption", "of 59 articles")
        wait_for_text(page, "#dl-report", "2 articles removed.")
        left = [row.get_attribute("data-id") for row in page.query_selector_all("tbody tr")]
        assert not set(gone) & set(left)
        page.click('[data-pick="all"]')
        picked = page.query_selector_all('input[name="pick"]:checked')
        assert len(picked) == len(page.query_selector_all(".dl-table tbody tr")) == 50
        page.click('.dl-pages [data-act="page"]')
        wait_for_text(page, ".dl-table caption", "51 to 59 of 59")
        assert not page.query_selector_all('input[name="pick"]:checked')  # these are others
        page.click('[data-pick="all"]')
        page.click(remove)
        page.click(remove)
        wait_for_text(page, ".dl-table caption", "1 to 50 of 50 articles")


def test_the_outlets_that_carry_an_article_lead_to_their_copies(
    sample_chat: str, open_page: Open
) -> None:
    with httpx.Client(base_url=f"{sample_chat}api") as client:
        told = client.get("articles", params={"limit": 500}).json()["articles"]
        whole = (client.get(f"articles/{row['article_id']}").json() for row in told)
        one = next(each for each in whole if each["copies"])
    page = open_page(f"{sample_chat}archive?article={one['article_id']}", ready=READY)
    wait_for_text(page, ".dl-article h2", one["title"])
    page.click(".dl-article dd .dl-link")
    wait_for_text(page, ".dl-article", one["copies"][0]["article_id"])


def test_an_article_is_asked_about_with_a_question_that_is_prepared(
    sample_chat: str, open_page: Open
) -> None:
    page = open_page(f"{sample_chat}archive", ready=READY)
    page.click('.dl-link:has-text("UN lowers Derna flood toll")')
    page.click(".dl-ask")
    page.wait_for_selector("#dl-question textarea")
    page.wait_for_function("document.querySelector('#dl-question textarea').value")
    question = page.input_value("#dl-question textarea")
    assert question.startswith("What happened: UN lowers Derna flood toll")
    page.wait_for_selector(".dl-next")
    assert not page.query_selector('#dl-chat [data-testid="user"]')  # nothing is asked by itself
    ask(page, question)
    assert "UN lowers Derna flood toll" in page.inner_text("#dl-panel")
    assert "question=" not in page.url and "conversation=" in page.url


def test_who_may_not_change_the_archive_sees_nothing_that_does(
    own_archive: Path, open_page: Open
) -> None:
    with chat_here(own_archive, Access("0.0.0.0")) as url:
        page = open_page(f"{url}archive", ready=READY)
        assert "nobody may change the archive" in page.inner_text("#dl-visitor")
        assert not page.is_visible('[popovertarget="dl-adding"]')
        page.click(".dl-table .dl-link")
        page.wait_for_selector(".dl-article")
        assert not page.query_selector_all('[data-act="remove"], [name="pick"]')


def test_health_and_addresses_that_cannot_be_read_are_told(
    sample_chat: str, open_page: Open
) -> None:
    page = open_page(f"{sample_chat}archive", ready=READY)
    page.click("#dl-check")
    wait_for_text(page, "#dl-health", "vector index: healthy")
    for typed, said in (("", "between 1 and"), ("/etc/passwd", "no web address"),
                        ("http://127.0.0.1:9/x", "failed")):  # fmt: skip
        assert said not in page.inner_text("#dl-report")
        page.click('[popovertarget="dl-adding"]')
        page.fill("#dl-addresses textarea", typed)
        page.click("#dl-add")
        wait_for_text(page, "#dl-report", said)
        page.wait_for_selector("#dl-addresses", state="hidden")
        assert "Traceback" not in page.inner_text("body")


def test_what_is_sent_in_the_moment_in_which_the_stream_of_events_ends_is_shown(
    sample_chat: str, open_page: Open
) -> None:
    page = open_page(f"{sample_chat}archive", ready=READY)
    held: list[tuple[Any, Any]] = []
    page.route(
        "**/queue/data?*", lambda route: held.append((route, route.fetch(timeout=0))), times=1
    )
    page.click('.dl-years [data-name="2024-01"]')
    while not held:  # the server has ended the stream, and the page does not know yet
        page.wait_for_timeout(50)
    with page.expect_response("**/queue/join?*"):
        page.click(".dl-table .dl-link >> nth=0")
    ((route, ended),) = held
    assert "close_stream" in ended.text()
    route.fulfill(response=ended)
    page.wait_for_selector('[aria-pressed="true"]')
    page.wait_for_selector(".dl-article")
