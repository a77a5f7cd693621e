"""Links open at the quoted words: judged by a small text-fragment matcher of our own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.cite.citer import quote_link
from ingest.article import Article
from ingest.sentences import sentences
from tests.chromium import CHROMIUM, FLAGS, PATIENCE, STARTS
from tests.conftest import few, need

URL = "https://a.example/x"
SYNTAX = re.compile(
    r"(?:(?P<prefix>[^,&]+)-,)?(?P<start>[^,&-]+)(?:,(?P<end>[^,&-]+))?(?:,-(?P<suffix>[^,&]+))?"
)


# The matcher: https://wicg.github.io/scroll-to-text-fragment/#find-a-range-from-a-text-directive


def opens_at(page: str, link: str) -> tuple[int, int] | None:
    """The range of `page`, whose lines are its blocks, that the fragment of `link` leads to."""
    fragment = link.partition("#:~:text=")[2]
    parts = SYNTAX.fullmatch(fragment)
    assert parts, fragment
    prefix, start, end, suffix = (
        unquote(part) if part else None for part in parts.group("prefix", "start", "end", "suffix")
    )
    place = 0
    while True:
        if prefix:
            before = find(page, prefix, place, word_start=True)
            if before is None:
                return None
            place = before[0] + 1
            from_ = skip_white(page, before[1])
            first = find(page, start or "", from_, word_end=bool(end or not suffix))
            if first is None:
                return None
            if first[0] != from_:
                continue
        else:
            whole = bool(end or not suffix)
            first = find(page, start or "", place, word_start=True, word_end=whole)
            if first is None:
                return None
            place = first[0] + 1
        found = with_end(page, first, end, suffix)
        if found:
            return found


def with_end(
    page: str, first: tuple[int, int], end: str | None, suffix: str | None
) -> tuple[int, int] | None:
    at = first[1]
    while True:
        last = first
        if end:
            met = find(page, end, at, word_start=True, word_end=not suffix)
            if met is None:
                return None
            last = (first[0], met[1])
        if not suffix:
            return last
        after = skip_white(page, last[1])
        follows = find(page, suffix, after, word_end=True)
        if follows is None:
            return None
        if follows[0] == after:
            return last
        if not end:
            return None
        at = last[1]


def find(
    page: str, words: str, from_: int, word_start: bool = False, word_end: bool = False
) -> tuple[int, int] | None:
    """The first place of `words` within one line, by base letters, white space as one space."""
    base, places = collapsed(page)
    wanted = " ".join(folded(words).split())
    at = next((n for n, place in enumerate(places) if place >= from_), len(base))
    while (at := base.find(wanted, at)) >= 0:
        over = at + len(wanted)
        bounded = (not word_start or is_boundary(base, at)) and (
            not word_end or is_boundary(base, over)
        )
        if bounded:
            return places[at], places[over - 1] + 1
        at += 1
    return None


def collapsed(page: str) -> tuple[str, list[int]]:
    """Base letters of the page, and where each stands; a line's end is kept, other space is one."""
    kept, places = "", []
    for place, character in enumerate(page):
        if character != "\n" and character.isspace():
            if kept and kept[-1] not in " \n":
                kept, places = kept + " ", [*places, place]
        else:
            kept, places = kept + folded(character), [*places, place]
    return kept, places


def folded(text: str) -> str:
    """One base letter, in lower case, for each character."""
    return "".join(unicodedata.normalize("NFD", c)[0].lower()[:1] for c in text)


def is_boundary(text: str, at: int) -> bool:
    return not (0 < at < len(text) and is_letter(text[at - 1]) and is_letter(text[at]))


def is_letter(character: str) -> bool:
    return character.isalnum() or character == "_"


def skip_white(page: str, at: int) -> int:
    while at < len(page) and page[at].isspace():
        at += 1
    return at


def article_of(title: str, text: str, url: str | None = URL) -> Article:
    return Article(key="k", source="s", title=title, text=text, url=url)


def led_to(article: Article, start: int, end: int) -> str | None:
    """What the link opens at: the text before, in brackets what is marked, the text after."""
    page = f"{article.title}\n{article.text}"
    found = opens_at(page, quote_link(article, start, end) or "")
    return f"{page[: found[0]]}⟦{page[found[0] : found[1]]}⟧{page[found[1] :]}" if found else None


def wanted(article: Article, start: int, end: int) -> str:
    text = article.text
    return f"{article.title}\n{text[:start]}⟦{text[start:end]}⟧{text[end:]}"


# The matcher itself ------------------------------------------------------------------------------

PAGE = "The dam\nThe dam broke. It was old. The dam broke, said Zoë.\nThe dam will be rebuilt."


@pytest.mark.parametrize(
    ("fragment", "words", "nth"),
    [
        ("The%20dam", "The dam", 0),
        ("the%20dam%20BROKE", "The dam broke", 0),
        ("old.-,The%20dam", "The dam", 2),
        ("The%20dam%20broke,-said", None, 0),
        ("The%20dam%20broke,-%2C%20said", "The dam broke", 1),
        ("dam%20bro", None, 0),
        ("am%20broke", None, 0),
        ("The%20dam%20The", None, 0),  # over a line's end
        ("Zoe.-,The%20dam", "The dam", 3),
        ("It,old.", "It was old.", 0),
        ("It,rebuilt.", "It was old. The dam broke, said Zoë.\nThe dam will be rebuilt.", 0),
    ],
)
def test_the_matcher_finds_what_a_browser_does(fragment: str, words: str | None, nth: int) -> None:
    found = opens_at(PAGE, f"{URL}#:~:text={fragment}")
    if words is None:
        assert found is None
        return
    places = [match.start() for match in re.finditer(re.escape(words), PAGE)]
    assert found == (places[nth], places[nth] + len(words))


# In Chromium ------------------------------------------------------------------------------------

TALL = "<p style='margin: 1500px 0'>"


@pytest.fixture
def site() -> Iterator[dict[str, str]]:
    """A web site on loopback: its pages by path; "" is its address."""
    pages: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, "").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    pages[""] = f"http://127.0.0.1:{server.server_port}"
    Thread(target=partial(server.serve_forever, 0.02), daemon=True).start()
    yield pages
    server.shutdown()
    server.server_close()


def opened_at(article: Article) -> list[int]:
    """For each sentence, which headline or paragraph Chromium shows when its link is opened."""
    from playwright.sync_api import sync_playwright

    seen = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=STARTS)
        window = browser.new_context(viewport={"width": 900, "height": 600})
        window.set_default_timeout(PATIENCE)
        for start, end in sentences(article.text):
            page = window.new_page()
            page.goto(quote_link(article, start, end) or "")
            page.wait_for_function("new Promise(done => setTimeout(() => done(true), 300))")
            seen.append(page.evaluate(
                "[...document.querySelectorAll('h1, p')].findIndex(each => {"
                " const r = each.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight })"
            ))  # fmt: skip
            page.close()
        browser.close()
    return seen


@pytest.mark.slow
@pytest.mark.browser
def test_chromium_scrolls_to_the_right_one_of_repeated_sentences(site: dict[str, str]) -> None:
    need(CHROMIUM, "no Chromium on this machine")
    lines = [
        "Nobody was hurt.",
        "It rained. Nobody was hurt. The pier fell.",
        "Nobody was hurt.",
        "The café shut down at nine, and nobody but the owner and her dog was there to see it.",
        "The cafe shut down at nine, and nobody but the owner and her cat was there to see it.",
        "Then it snowed. Nobody was hurt. The end-of-year “fair”, they said, cost $5 & more.",
    ]
    article = article_of("Nobody was hurt", "\n".join(lines), f"{site['']}/a")
    site["/a"] = f"<h1>{article.title}</h1>" + "".join(f"{TALL}{line}</p>" for line in lines)
    due = [1 + article.text[:start].count("\n") for start, _ in sentences(article.text)]
    with ThreadPoolExecutor(1) as apart:  # Playwright allows no second one in a thread
        assert apart.submit(opened_at, article).result() == due


# Links ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", "file:///a", "//a.example/x"])
def test_without_a_web_address_there_is_no_link(url: str | None) -> None:
    assert quote_link(article_of("Dam", "The dam broke.", url), 0, 14) is None


def test_a_fragment_of_the_address_itself_gives_way() -> None:
    link = quote_link(article_of("Dam", "The wall broke.", f"{URL}?id=3#top"), 0, 15)
    assert link == f"{URL}?id=3#:~:text=The%20wall%20broke."


@pytest.mark.parametrize(
    ("quote", "encoded"),
    [
        ("The dam-wall broke, again", "The%20dam%2Dwall%20broke%2C%20again"),
        ("AT&T paid #1", "AT%26T%20paid%20%231"),
        ("100% of it", "100%25%20of%20it"),
        ("a+b=c?", "a%2Bb%3Dc%3F"),
        ("“Åre” is cold", "%E2%80%9C%C3%85re%E2%80%9D%20is%20cold"),
        ("港口重新开放。", "%E6%B8%AF%E5%8F%A3%E9%87%8D%E6%96%B0%E5%BC%80%E6%94%BE%E3%80%82"),
        ("-5 °C -- cold", "%2D5%20%C2%B0C%20%2D%2D%20cold"),
    ],
)
def test_what_has_a_meaning_in_a_fragment_is_encoded(quote: str, encoded: str) -> None:
    article = article_of("Weather", f"It came so.\n{quote}\nThen it went.")
    start = article.text.index(quote)
    link = quote_link(article, start, start + len(quote))
    assert link == f"{URL}#:~:text={encoded}"
    assert led_to(article, start, start + len(quote)) == wanted(article, start, start + len(quote))


def test_a_long_quote_is_linked_by_its_ends() -> None:
    article = article_of("T", "Before. " + " ".join(f"w{i}" for i in range(30)))
    link = quote_link(article, 8, len(article.text))
    assert link == f"{URL}#:~:text=w0%20w1%20w2,w27%20w28%20w29"


def test_words_that_stand_earlier_make_the_ends_longer() -> None:
    text = (
        "He did not go to work. " + "He did not go to sea that year because he was too ill to sail."
    )
    article = article_of("T", text)
    link = quote_link(article, 23, len(text)) or ""
    ends = "He%20did%20not%20go%20to%20sea,he%20was%20too%20ill%20to%20sail."
    assert link.endswith(f"#:~:text={ends}")


def test_a_quote_over_a_line_break_is_a_range() -> None:
    text = "He came.\nHe saw the sea\nand the old harbour.\nHe went."
    article = article_of("T", text)
    start, end = text.index("He saw"), text.index("\nHe went")
    link = quote_link(article, start, end) or ""
    assert "%0A" not in link and "," in link
    assert led_to(article, start, end) == wanted(article, start, end)


@pytest.mark.parametrize(
    ("title", "text", "quote", "nth"),
    [
        ("Dam breaks", "It rained. He wept. It snowed. He wept. It froze.", "He wept.", 1),
        ("Nobody was hurt", "The pier fell. Nobody was hurt. It was old.", "Nobody was hurt.", 0),
        ("The pier fell", "The pier fell.\nNobody was hurt.", "The pier fell.", 0),
        ("The pier fell.", "The pier fell.\nNobody was hurt.", "The pier fell.", 0),
        ("T", "He wept.\nIt rained.\nHe wept.\nIt froze.", "He wept.", 1),
        ("T", "It rained.\nHe wept.\nIt rained.\nHe wept.\nIt froze.", "He wept.", 1),
        ("T", "He wept a lot. He wept.", "He wept.", 0),
        ("T", "She said: he wept. Then: he wept. So he wept. Nobody knew.", "he wept.", 2),
        ("T", "A cafe shut down. Its owner left. A café shut down. It was old.", "A café shut down.", 0),
        ("T", "A and B C. Now A and B C. Then A and B C.", "Then A and B C.", 0),
    ],
)  # fmt: skip
def test_words_that_stand_elsewhere_too_are_found_in_their_place(
    title: str, text: str, quote: str, nth: int
) -> None:
    article = article_of(title, text)
    start = [match.start() for match in re.finditer(re.escape(quote), text)][nth]
    assert led_to(article, start, start + len(quote)) == wanted(article, start, start + len(quote))


_WORDS = st.sampled_from(["dam", "the", "broke", "Zoë", "in", "40", "old-town", "AT&T", "rain,"])
_SENTENCE = st.lists(_WORDS, min_size=1, max_size=9).map(lambda words: f"It {' '.join(words)}.")
_GAPS = st.sampled_from([" ", " ", "\n", "\n\n"])


@st.composite
def repeating(draw: Any) -> tuple[Article, int, int]:
    """An article of few different sentences, with one of them to quote, or two that follow."""
    some = draw(st.lists(_SENTENCE, min_size=2, max_size=4, unique=True))
    told = draw(st.lists(st.sampled_from(some), min_size=2, max_size=7))
    text = told[0] + "".join(draw(_GAPS) + sentence for sentence in told[1:])
    spans = sentences(text)
    first = draw(st.integers(0, len(spans) - 1))
    last = min(len(spans) - 1, first + draw(st.integers(0, 1)))
    title = draw(st.one_of(st.sampled_from(some), st.just("News of the day")))
    return article_of(title, text), spans[first][0], spans[last][1]


def can_be_told_apart(article: Article, start: int, end: int) -> bool:
    """Whether the words around a quote, as a fragment may name them, stand there alone: those
    before it and those after it in their lines, or in the lines before and after."""
    page = f"{article.title}\n{article.text}"
    start, end = start + len(article.title) + 1, end + len(article.title) + 1
    first, *rest = page[start:end].split("\n")
    if rest and max(page.count(first), page.count(rest[-1])) > 1:
        return False  # a range is found by its ends
    quote = r"\s+".join(map(re.escape, page[start:end].split()))
    before, after = page[:start].rstrip(), page[end:].lstrip()
    before = before.rpartition("\n")[2]
    after = after.partition("\n")[0]
    around = [r"\s+".join(map(re.escape, part.split())) for part in (before, after)]
    pattern = rf"(?<!\w){around[0]}\s*{quote}\s*{around[1]}(?!\w)"
    return len(re.findall(f"(?={pattern})", page, re.IGNORECASE)) == 1


@settings(max_examples=few(400), deadline=None)
@given(repeating())
def test_the_fragment_opens_at_the_quote(case: tuple[Article, int, int]) -> None:
    article, start, end = case
    if can_be_told_apart(article, start, end):
        assert led_to(article, start, end) == wanted(article, start, end)


@settings(max_examples=few(300), deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=90),
    st.data(),
)
@example("a\xa0b c", None)
def test_any_quote_gives_a_well_formed_fragment(text: str, data: Any) -> None:
    start = data.draw(st.integers(0, len(text) - 1)) if data else 0
    end = data.draw(st.integers(start + 1, len(text))) if data else len(text)
    if not text[start:end].strip():
        return
    link = quote_link(article_of("T", text), start, end) or ""
    fragment = link.partition("#:~:text=")[2]
    parts = SYNTAX.fullmatch(fragment)
    assert link.isascii() and parts
    words = " ".join(text[start:end].split())
    assert words.startswith(unquote(parts["start"]))
    assert words.endswith(unquote(parts["end"] or parts["start"]))
