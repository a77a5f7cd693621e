"""Signing in, in a real browser, under the policy that the pages have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.web.door.users import Access, Users, hash_of, write_lines
from tests.archives import copied
from tests.chromium import PATIENCE
from tests.shell import dateline
from tests.web.chat_server import chat_here, wait_for_text

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(scope="module")
def guarded(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("guarded")
    copied(sample_folder, folder / "archive")
    write_lines(folder / "users", [f"jo:{hash_of('correct horse')}"])
    access = Access(users=Users.of_file(folder / "users"))
    with chat_here(folder / "archive", access) as url:
        yield url


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    opened.alarms = []
    opened.on("console", lambda m: m.type == "error" and opened.alarms.append(m.text))
    yield opened
    context.close()


def test_a_reader_signs_in_and_out(guarded: str, page: Any) -> None:
    page.goto(f"{guarded}archive?x=1")
    assert page.url == f"{guarded}login?next=%2Farchive%3Fx%3D1"
    page.wait_for_function("document.activeElement.id === 'username'")
    page.get_by_label("Name").fill("jo")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    assert "not right" in page.get_by_role("alert").inner_text()
    assert page.input_value("#username") == "jo"
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{guarded}archive?x=1")
    page.wait_for_selector("#dl-head")
    page.goto(f"{guarded}logout")
    page.goto(guarded)
    assert "/login" in page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_keeps_its_style_under_the_policy(guarded: str, page: Any, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{guarded}login")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(24, 24, 27)"
    assert dark == (scheme == "dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('button').getBoundingClientRect().height") >= 44
    assert page.alarms == []


def test_a_hostile_page_can_do_nothing(
    guarded: str, page: Any, make_hostile: Callable[[str], str]
) -> None:
    """Another port of the same machine is the same site for cookies, and foreign all the same."""
    page.goto(f"{guarded}login")
    page.get_by_label("Name").fill("jo")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("#dl-head")
    page.goto(make_hostile(guarded))
    page.wait_for_function("window.results.length === 4")
    assert page.evaluate("window.results") == ["refused"] * 4
    page.click("#form button")
    page.wait_for_load_state()
    assert "foreign_origin" in page.inner_text("body")


HOSTILE = """<!doctype html><body><form id="form" method="post" action="URLapi/ingest" target="_self">
<input name="x"><button>Win</button></form><script>
window.results = [];
const tries = [
  ['api/ask', {method: 'POST', body: '{"question": "x"}', headers: {'Content-Type': 'text/plain'}}],
  ['api/articles', {}],
  ['api/articles/x', {method: 'DELETE'}],
  ['config', {}],
];
for (const [path, options] of tries)
  fetch('URL' + path, {credentials: 'include', ...options})
    .then(r => results.push('read ' + r.status)).catch(() => results.push('refused'));
</script>"""


@pytest.fixture
def make_hostile() -> Iterator[Callable[[str], str]]:
    from contextlib import ExitStack

    from starlette.responses import HTMLResponse

    from tests.web.serving import serving

    with ExitStack() as stack:
        yield lambda url: stack.enter_context(serving(HTMLResponse(HOSTILE.replace("URL", url))))


def test_an_open_page_says_when_its_session_has_ended(
    own_archive: Path, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    users = tmp_path / "users"
    dateline("users", "add", "jo", str(users), "--password-stdin", typed="correct horse")
    with chat_here(own_archive, Access(users=Users.of_file(users))) as url:
        page = open_page(url, ready="input[name=username]", head=False)
        page.fill("input[name=username]", "jo")
        page.fill("input[name=password]", "correct horse")
        page.keyboard.press("Enter")
        page.wait_for_selector("#dl-question textarea")
        dateline("users", "remove", "jo", str(users))
        page.fill("#dl-question textarea", "Which port did the Chinese flotilla leave?")
        page.keyboard.press("Enter")
        wait_for_text(page, "#dl-out", "You are signed out.")
        page.click("#dl-out a")
        page.wait_for_selector("input[name=username]")
