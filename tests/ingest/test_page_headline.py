"""The headline of a page: what it shows, checked against what it states."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from lxml.html import HtmlElement

from ingest.article import Article
from ingest.sources.page.metadata import heading_element, headline
from ingest.text import one_line
from tests.conftest import few

Read = Callable[[str, "str | bytes"], Article]
TITLE = "Ferry to Saltholm sails again"
SITE = "Ellery Packet"


def tree(body: str = "", title: str | None = TITLE) -> HtmlElement:
    named = "" if title is None else f"<title>{title}</title>"
    return html.document_fromstring(f"<html><head>{named}</head><body>{body}<p>x</p></body></html>")


def shown(body: str, *stated: str, title: str | None = None, site: str | None = None) -> str | None:
    return headline(tree(body, title), stated, site)


@pytest.mark.parametrize(
    "stated",
    [
        [TITLE],
        [f"{TITLE} | {SITE}"],
        [f"{TITLE} - Isles - {SITE}"],
        [f"{SITE}: {TITLE}"],
        [TITLE.upper()],
        [f"“{TITLE}”"],
        ["", TITLE],
        ["Sheep first as the island ferry comes back", f"{TITLE} | {SITE}"],
    ],
)
def test_the_heading_that_a_stated_title_confirms_is_the_headline(stated: list[str]) -> None:
    assert shown(f"<h1> {TITLE}\n</h1>", *stated) == TITLE


def test_the_words_of_the_page_win_over_those_made_for_sharing(article_of: Read) -> None:
    head = (
        "<meta property='og:title' content='You will not believe which ferry is back'>"
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry back"}</script>'
    )
    markup = (
        f"<html><head><title>{TITLE} | {SITE}</title>{head}</head><body><article><h1>{TITLE}</h1>"
        + "<p>The ferry sailed again on Monday, three weeks after a crane fell on it.</p>" * 3
        + "</article></body></html>"
    )
    assert article_of("a.html", markup).title == TITLE


def test_where_no_heading_is_confirmed_the_first_stated_title_counts() -> None:
    assert shown("<h1>Isles</h1>", TITLE, title=f"{TITLE} | {SITE}") == TITLE


def test_a_mere_word_of_the_title_is_no_headline() -> None:
    body = f"<h1>Saltholm</h1><h2 class='post-title'>{TITLE}</h2>"
    assert shown(body, f"{TITLE} | {SITE}") == TITLE


def test_a_short_headline_before_a_long_site_name_is_one() -> None:
    site = "The Ellery Packet and Saltholm Advertiser, Daily Since 1851"
    assert shown("<h1>Ferry back</h1>", f"Ferry back | {site}") == "Ferry back"


@pytest.mark.parametrize(
    "body",
    [
        f"<h1><span class='kicker'>Isles</span> {TITLE}</h1>",
        f"<h1><span class='article-kicker'>Isles:</span><span>{TITLE}</span></h1>",
        f"<h1><span class='dachzeile'>Inseln</span>{TITLE}</h1>",
        f"<h1><em class='Overline'>Isles</em><br>{TITLE}</h1>",
        f"<h1>{TITLE}<span class='subheadline'>Sheep first</span></h1>",
        f"<h1>{TITLE} <span class='sr-only'>opens in a new window</span></h1>",
        f"<h1><span class='flytitle'>Isles</span><span class='colon'>: </span>{TITLE}</h1>",
        f"<h1><span class='kicker'>Isles</span> – {TITLE}</h1>",
        f"<h1><a href='/isles/ferry'><span>{TITLE}</span></a></h1>",
    ],
)
def test_the_line_above_a_headline_is_no_part_of_it(body: str) -> None:
    assert shown(body, f"{TITLE} | {SITE}") == TITLE


def test_a_heading_that_is_all_kicker_is_the_headline_nevertheless() -> None:
    assert shown(f"<h1><span class='kicker'>{TITLE}</span></h1>", TITLE) == TITLE


@pytest.mark.parametrize(
    ("title", "site"),
    [
        (f"{TITLE} | {SITE}", None),
        (f"{TITLE} - {SITE}", None),
        (f"{TITLE} – {SITE}", None),
        (f"{TITLE} — {SITE}", None),
        (f"{TITLE} · {SITE}", None),
        (f"{TITLE} :: {SITE}", SITE),
        pytest.param(f"{TITLE} :: {SITE}", None),
        (f"{TITLE} // {SITE}", None),
        (f"{TITLE} » {SITE}", None),
        (f"{TITLE}|{SITE}", None),
        (f"{TITLE} -- {SITE}", None),
        (f"{SITE} | {TITLE}", SITE),
        (f"{SITE} - {TITLE}", SITE),
        (f"{SITE} : {TITLE}", "ellery packet"),
        (f"{TITLE} : {SITE}", SITE),
        (f"{TITLE} | The Ellery Packet and Saltholm Advertiser since 1851", "The Ellery Packet and Saltholm Advertiser since 1851"),
        (TITLE, SITE),
        (TITLE, None),
    ],
)  # fmt: skip
def test_the_name_of_the_site_leaves_a_stated_title(title: str, site: str | None) -> None:
    assert shown("", title=title, site=site) == TITLE
    assert shown("", title, site=site) == TITLE


@pytest.mark.parametrize(
    "title",
    [
        "Ferry back - and nobody in the whole of Saltholm asked for a refund",
        "Saltholm – the ferry comes back, says the harbour board of Port Ellery",
        "Winter-proof: a well-built ferry for the outer isles",
        "Ferry | a very long name that is surely no site's because it goes on and on",
        "What next : the ferry",
    ],
)
def test_a_dash_inside_a_headline_cuts_nothing(title: str) -> None:
    assert shown("", title) == title


@pytest.mark.parametrize(
    "body",
    [
        f"<h1><a href='/'>{SITE}</a></h1>",
        f"<h1><a href='https://ellerypacket.example/'>{SITE}</a></h1>",
        f"<h1><a href='/index.html'>{SITE}</a></h1>",
        f"<a href='/'><h1>{SITE}</h1></a>",
        f"<h1>{SITE}</h1>",
        f"<h1><a href='/'><img src='logo.png' alt='{SITE}'></a></h1>",
    ],
)
def test_a_heading_that_names_the_site_is_no_headline(body: str) -> None:
    post = f"<h2 class='entry-title'><a href='/isles/ferry'>{TITLE}</a></h2>"
    assert shown(body + post, f"{TITLE} - {SITE}", site=SITE) == TITLE
    assert shown(body + post, site=SITE) == TITLE


@pytest.mark.parametrize(
    "body",
    [f"<h2 class='post-title'>{TITLE}</h2>", f"<h2 class='Title'>{TITLE}</h2>",
     f"<h3 class='blog-title'>{TITLE}</h3>", f"<div itemprop='headline'>{TITLE}</div>",
     f"<h1 itemprop='headline'>{TITLE}</h1>", f"<h1><span itemprop='headline'>{TITLE}</span></h1>"],
)  # fmt: skip
def test_other_headings_are_the_headline_where_no_first_one_is(body: str) -> None:
    assert shown(body, title=f"{TITLE} | {SITE}") == TITLE
    assert shown(body) == TITLE


@pytest.mark.parametrize("stated", [[], [""], [" \n "]])
def test_a_page_that_names_nothing_has_no_headline(stated: list[str]) -> None:
    assert shown("", *stated) is None
    assert shown("<h1></h1><h1> </h1>", *stated, title="") is None


@pytest.mark.parametrize("site", [SITE, None])
def test_a_title_of_a_site_and_nothing_else_is_no_headline(site: str | None) -> None:
    assert shown("", title=f" | {SITE}", site=site) is None


def test_only_a_title_is_the_headline() -> None:
    assert shown("", title=f"\n {TITLE}  ") == TITLE


def test_the_title_of_a_drawing_is_not_the_pages() -> None:
    assert shown("<svg><title>Close</title></svg>") is None


@pytest.mark.parametrize("body", ["<h1>Ferry &amp; sheep</h1>", "<h1>Ferry\n  &#38; sheep</h1>"])
def test_a_headline_is_one_line_of_plain_text(body: str) -> None:
    assert shown(body, "Ferry & sheep") == "Ferry & sheep"


@pytest.mark.parametrize(
    ("body", "title", "text"),
    [
        (f"<h1>{SITE}</h1><h2>{TITLE}</h2>", TITLE, TITLE),
        (f"<h3>Isles</h3><h1>{TITLE}</h1>", TITLE.upper(), TITLE),
        ("<h2>Isles</h2><h1>Ferry back</h1>", TITLE, "Ferry back"),
        ("<h2>Isles</h2><h3>More</h3>", TITLE, "Isles"),
        (f"<p itemprop='headline'>{TITLE}</p>", TITLE, TITLE),
        ("<h2>Isles</h2><h1>Ferry back</h1>", None, "Ferry back"),
    ],
)
def test_the_element_of_a_headline_is_found(body: str, title: str | None, text: str) -> None:
    found = heading_element(tree(body), title)
    assert found is not None
    assert found.text_content() == text


def test_a_page_without_headings_has_no_element_of_its_headline() -> None:
    assert heading_element(tree(), TITLE) is None


_WORD = st.sampled_from(
    ["Ferry", "|", "-", " – ", "»", SITE, ":", "::", "sails", "", " ", "<b>", "é"]
)


@given(st.lists(_WORD).map(" ".join), st.lists(_WORD).map(" ".join), st.sampled_from([None, SITE]))
@settings(deadline=None, database=None, max_examples=few(150))
def test_any_titles_give_a_line_out_of_them_or_none(
    heading: str, title: str, site: str | None
) -> None:
    found = shown(f"<h1>{heading.replace('<', '&lt;')}</h1>", title, site=site)
    assert not found or found in one_line(title) or found in one_line(heading)


@pytest.mark.parametrize(
    ("stated", "tag"),
    [
        ("Saltholm ferry timetable", "Saltholm ferry timetable | Ellery Packet"),
        ("This island just got its ferry back", "Crane is cleared from Saltholm berth"),
        ("Ferry", "Ferry"),
    ],
)
def test_the_only_heading_beats_titles_made_for_lists(stated: str, tag: str) -> None:
    assert shown(f"<h1>{TITLE}</h1>", stated, title=tag) == TITLE


def test_of_several_first_headings_none_beats_the_title_alone() -> None:
    body = "<h1>All about the sheep</h1><h1>Who pays for the berth</h1>"
    assert shown(body, TITLE) == TITLE


@pytest.mark.parametrize("name", ["Isles", "Our news"])
def test_the_name_of_a_desk_as_the_only_heading_is_no_headline(name: str) -> None:
    assert shown(f"<h1>{name}</h1>", TITLE) == TITLE
