"""Texts that try to call out, on the page of a real Chromium: nothing leaves, nothing runs.

Twelve kinds of attack in five places: an article's text, headline and publisher, a model's answer,
the name of a file. `open_page` notes every request off the page's origin, every dialog and every
fault of a script; what a script would have set is looked for, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.archive.archive import Archive
from ingest.article import Article, Moment
from ingest.settings import Settings
from tests.archives import copied
from tests.model_server import model_server, says
from tests.web.chat_server import ask, chat_here, wait_for_text

pytestmark = [pytest.mark.slow, pytest.mark.browser]
Open = Callable[..., Any]
OWNED = "window.owned=1"
ATTACKS = {
    "image": "<img src=https://evil.test/1 onerror={owned}>",
    "markdown": "![a](https://evil.test/2.png) [b](https://evil.test/2)",
    "quote": "\"><img src=x onerror={owned}>' autofocus onfocus={owned} x='",
    "script": "<script>{owned};fetch('https://evil.test/4')</script>",
    "vector": "<svg onload={owned}><image href=https://evil.test/5 /></svg>",
    "frame": "<iframe src=https://evil.test/6 srcdoc='<script>parent.owned=1</script>'></iframe>",
    "media": "<video poster=https://evil.test/7 src=//evil.test/7b autoplay></video>",
    "style": "<style>@import 'https://evil.test/8';*{{background:url(//evil.test/8b)}}</style>",
    "link": "<link rel=stylesheet href=https://evil.test/9><meta http-equiv=refresh content='0;url=https://evil.test/9b'>",
    "template": "${{fetch('https://evil.test/10')}} {{{{constructor.constructor('{owned}')()}}}} $$x$$",
    "reference": "![a][r]\n\n[r]: https://evil.test/3.png",
    "address": "<a href=javascript:{owned}>x</a> [y](javascript:{owned}) https://evil.test/12",
}
ATTACKS = {name: text.format(owned=OWNED) for name, text in ATTACKS.items()}
# Three kinds each are asked about together. "reference" has a paragraph's end: it stands last.
GROUPS = {f"Zanzara{place}": list(ATTACKS.values())[place::4] for place in range(4)}


def question(ferry: str) -> str:
    return f"Where did the {ferry} ferry sink?"


def hostile(ferry: str, attack: str) -> Article:
    return Article(
        key=ferry, source="t", title=f"{ferry} {attack}", publisher=f"{ferry} {attack}",
        text=f"The {ferry} ferry sank near the lighthouse {attack} on Monday.",
        authors=(attack,), dateline=attack, correction=attack, published=Moment("2023-01-01", "text"),
        url=f"https://paper.example/{ferry}?{' '.join(attack.split())}",
    )  # fmt: skip


@pytest.fixture(scope="module")
def hostile_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "archive"
    with Archive.open(Settings(archive=folder, _env_file=None), create=True) as archive:
        list(archive.add(hostile(ferry, " ".join(attacks)) for ferry, attacks in GROUPS.items()))
    return folder


@pytest.fixture(scope="module")
def hostile_chat(hostile_archive: Path) -> Iterator[str]:
    with chat_here(hostile_archive) as url:
        yield url


def is_unharmed(page: Any) -> bool:
    """No script ran, and nothing of an attack became a part of the page."""
    page.wait_for_timeout(300)
    parts = "img[src*=evil], iframe, video, svg[onload], [onerror], [onfocus], link[href*=evil]"
    return bool(
        page.evaluate("window.owned === undefined")
        and page.evaluate(f"document.querySelectorAll({parts!r}).length") == 0
        and page.evaluate("[...document.scripts].every((s) => !s.text.includes('evil.test'))")
    )


def test_articles_headlines_and_publishers_in_the_chat(hostile_chat: str, open_page: Open) -> None:
    page = open_page(hostile_chat)
    for turn, (ferry, attacks) in enumerate(GROUPS.items()):
        asked = [question(ferry), *(attacks if turn % 2 else [])]
        ask(page, " ".join(asked), turn)
        shown = page.inner_text(f"#sources-{turn} mark")
        assert all(attack.partition("\n")[0] in shown for attack in attacks)
    page.click("a.cite >> nth=0")
    for details in page.query_selector_all(".dl-more summary"):
        details.click()
    page.wait_for_selector(".dl-whole p")
    assert is_unharmed(page)
    page.reload()
    page.wait_for_selector("a.cite")
    assert is_unharmed(page)
    hrefs = page.eval_on_selector_all("a", "all => all.map((a) => a.getAttribute('href') || '')")
    assert not [href for href in hrefs if href.startswith(("javascript:", "https://evil"))]


def test_articles_headlines_and_publishers_in_the_archive(
    hostile_chat: str, open_page: Open
) -> None:
    page = open_page(f"{hostile_chat}archive", ready=".dl-table")
    for link in page.query_selector_all(".dl-link"):
        link.click()
        page.wait_for_selector(".dl-article")
    page.click("#dl-publisher input")
    page.wait_for_selector('[role="option"]')
    assert is_unharmed(page)


def test_a_models_answers(hostile_archive: Path, tmp_path: Path, open_page: Open) -> None:
    folder = copied(hostile_archive, tmp_path / "archive")
    with model_server() as script, chat_here(folder, OPENAI_BASE_URL=script.url) as url:
        page = open_page(url)
        for turn, (ferry, attacks) in enumerate(GROUPS.items()):
            pieces = [piece for each in attacks for piece in (*_halves(each), f" {each} [1] [2]. ")]
            script.replies = [says("It sank [1]. ", *pieces)]
            ask(page, question(ferry), turn)
            assert is_unharmed(page), attacks


def test_names_of_files(hostile_archive: Path, tmp_path: Path, open_page: Open) -> None:
    with chat_here(tmp_path / "empty") as url:
        page = open_page(f"{url}archive", ready="#dl-files")
        files = [
            {"name": f"{attack}.txt", "mimeType": "text/plain",
             "buffer": f"The {name} ferry sank. {'It did so slowly. ' * 9}".encode()}
            for name, attack in ATTACKS.items()
        ]  # fmt: skip
        broken = [{**file, "name": f"{file['name']}.pdf", "buffer": b"%PDF-"} for file in files]
        page.set_input_files('#dl-files input[type="file"]', files + broken)
        wait_for_text(page, "#dl-report", "The archive holds")
        assert is_unharmed(page)
        for link in page.query_selector_all(".dl-link"):
            link.click()
            page.wait_for_selector(".dl-article")
        assert is_unharmed(page)
        page.goto(url)
        page.wait_for_selector("#dl-question textarea")
        ask(page, question("image"))
        assert is_unharmed(page)


def _halves(text: str) -> tuple[str, str]:
    """As a model streams it: a piece may end anywhere."""
    return text[: len(text) // 2], text[len(text) // 2 :]
