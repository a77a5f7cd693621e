"""The archive page in a real Chromium: articles put in, found, looked at and removed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.web.door.users import Access
from ingest.archive.browse import Browser, Choice
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
    sample_folder: Path, own_archive: Path, open_page: Open
) -> None:
    catalog = Catalog(own_archive / "catalog.sqlite3")
    browser = Browser(catalog)
    herald = browser.count(Choice(publisher="Southgate Herald"))
    month = browser.count(Choice(publisher="Southgate Herald", month="2023-09"))
    found = browser.count(Choice(text="earthquake"))
    catalog.close()
    with chat_here(own_archive) as url:
        page = open_page(f"{url}archive", ready=READY)
        page.click("#dl-publisher input")
        page.click(f'[role="option"]:has-text("Southgate Herald ({herald})")')
        wait_for_text(page, ".dl-table caption", f"of {herald} articles")
        page.click("#dl-month input")
        page.click(f'[role="option"]:has-text("2023-09 ({month})")')
        wait_for_text(page, ".dl-table caption", f"of {month} articles")
        assert len(page.query_selector_all(".dl-table tbody tr")) == month
        assert "day" in page.inner_text("#dl-plot figcaption")
        page.reload()
        page.wait_for_selector(READY)
        page.fill("#dl-find textarea, #dl-find input", "earthquake")
        wait_for_text(page, ".dl-table caption", f"of {found} article")
        page.fill("#dl-find textarea, #dl-find input", "nothing like it")
        wait_for_text(page, "#dl-articles", "No article fits")


def test_an_article_is_viewed_with_its_versions_and_removed_when_that_is_confirmed(
    own_archive: Path, open_page: Open
) -> None:
    with chat_here(own_archive) as url:
        page = open_page(f"{url}archive", ready=READY)
        row = "tr:has(.dl-quiet:has-text('version 2'))"
        page.click(f"{row} .dl-link")
        page.wait_for_selector(".dl-article")
        assert page.query_selector_all(".dl-article ins")
        assert page.query_selector_all(".dl-article del")
        page.click('.dl-article [data-act="close"]')
        page.wait_for_selector(".dl-article", state="detached")
        title = page.inner_text(f"{row} .dl-link")
        page.click(f"{row} .dl-delete")
        page.wait_for_timeout(300)
        assert page.inner_text(f"{row} .dl-delete") == "Really remove?"
        wait_for_text(page, ".dl-table caption", "of 62 articles")
        page.click(f"{row} .dl-delete")
        wait_for_text(page, ".dl-table caption", "of 61 articles")
        assert title not in page.inner_text("#dl-articles")


def test_picked_articles_are_removed_together(own_archive: Path, open_page: Open) -> None:
    with chat_here(own_archive) as url:
        page = open_page(f"{url}archive", ready=READY)
        remove = '.dl-pages [data-act="remove"]'
        page.click(remove)
        assert page.inner_text(remove) == "Remove the picked"
        rows = page.query_selector_all(".dl-table tbody tr")
        gone = [row.get_attribute("data-id") for row in (rows[0], rows[2])]
        for key in gone:
            page.check(f'input[name="pick"][value="{key}"]')
        page.click(remove)
        assert page.inner_text(remove) == "Really remove them?"
        page.click(remove)
        wait_for_text(page, ".dl-table caption", "of 60 articles")
        wait_for_text(page, "#dl-view", "2 articles removed.")
        left = [row.get_attribute("data-id") for row in page.query_selector_all("tbody tr")]
        assert not set(gone) & set(left)
        page.click('[data-pick="all"]')
        picked = page.query_selector_all('input[name="pick"]:checked')
        assert len(picked) == len(page.query_selector_all(".dl-table tbody tr")) == 50
        page.click('.dl-pages [data-act="page"]')
        wait_for_text(page, ".dl-table caption", "51 to 60 of 60")
        page.click('[data-pick="all"]')
        page.click(remove)
        page.click(remove)
        wait_for_text(page, ".dl-table caption", "1 to 50 of 50 articles")


def test_who_may_not_change_the_archive_sees_nothing_that_does(
    own_archive: Path, open_page: Open
) -> None:
    with chat_here(own_archive, Access("0.0.0.0")) as url:
        page = open_page(f"{url}archive", ready=READY)
        assert "nobody may change the archive" in page.inner_text("#dl-visitor")
        assert not page.is_visible("#dl-files") and not page.is_visible("#dl-add")
        assert not page.query_selector_all('[data-act="remove"], [name="pick"]')
        page.click(".dl-table .dl-link")
        page.wait_for_selector(".dl-article")


def test_health_is_told(sample_chat: str, open_page: Open) -> None:
    page = open_page(f"{sample_chat}archive", ready=READY)
    page.click("#dl-check")
    wait_for_text(page, "#dl-health", "vector index: healthy")


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "between 1 and"), ("/etc/passwd", "no web address"), ("http://127.0.0.1:9/x", "failed")],
)
def test_addresses_that_cannot_be_read_are_told(
    sample_chat: str, open_page: Open, typed: str, said: str
) -> None:
    page = open_page(f"{sample_chat}archive", ready=READY)
    page.fill("#dl-addresses textarea", typed)
    page.click("#dl-add")
    wait_for_text(page, "#dl-report", said)
    assert "Traceback" not in page.inner_text("body")
