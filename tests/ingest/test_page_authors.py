"""Who wrote a page: names out of markup and credit lines, and what only stands where they do."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from ingest.article import Article
from ingest.byline import is_person, names_of
from ingest.sources.page.authors import names_in_markup

Read = Callable[[str, "str | bytes"], Article]
STORY = "".join(
    f"<p>{text}</p>"
    for text in (
        "The ferry from Port Ellery sailed again on Monday, three weeks after a crane fell on it.",
        "Forty passengers and a flock of sheep were on board, and nobody asked for a refund.",
        "The harbour board has promised a second berth before the winter, but not who pays for it.",
    )
)


def page(around: str, head: str = "", after: str = "") -> str:
    return (
        f"<html><head><title>Ferry sails again</title>{head}</head><body><article>"
        f"<h1>Ferry sails again</h1>{around}{STORY}</article>{after}</body></html>"
    )


def shown(body: str) -> list[str]:
    """The names that a page shows whose headline is its <h1>."""
    tree = html.document_fromstring(page(body))
    return names_in_markup(tree, tree.find(".//h1"))


@pytest.mark.parametrize(
    "markup",
    [
        "<span itemprop='author'>Ida Holm</span>",
        "<span itemprop='author' itemscope><span itemprop='name'>Ida Holm</span>, harbours</span>",
        "<meta itemprop='author' content='Ida Holm'>",
        "<a rel='author' href='/x'>Ida Holm</a>",
        "<a rel='nofollow author' href='/x'>Ida Holm</a>",
        "<span class='author vcard'><a class='url fn n' href='/x'>Ida Holm</a></span>",
        "<span class='author vcard'>Ida Holm</span>",
        "<span class='author-name'>Ida Holm</span>",
        "<span class='article__author__name'>Ida Holm</span>",
        "<span class='byline-name'>Ida Holm</span>",
        "<a href='/authors/ida-holm'>Ida Holm</a>",
        "<a href='https://packet.example/author/ida-holm/'>Ida Holm</a>",
        "<a href='/autor/ida-holm'>Ida Holm</a>",
        "<p class='byline'>By Ida Holm</p>",
        "<p class='article-byline'>By <b>Ida Holm</b></p>",
        "<div class='post-author'>Posted by Ida Holm</div>",
        "<span class='username'>Ida Holm</span>",
        "<div id='author'>Ida Holm</div>",
        "<div class='auteur'>Par Ida Holm</div>",
        "<div class='Autorin'>Von Ida Holm</div>",
        "<div class='c-bylineText'>By Ida Holm</div>",
        "<p>By Ida Holm</p>",
        "<p><em>By Ida Holm</em></p>",
        "<div>By Ida Holm</div>",
        "<div>3 July 2021 | By Ida Holm</div>",
        "<p>Von Ida Holm</p>",
        "<p>Par Ida Holm</p>",
        "<p>Por Ida Holm</p>",
        "<p>Door Ida Holm</p>",
        "<p>Text: Ida Holm</p>",
    ],
)
def test_a_name_is_found_in_every_place_of_names(markup: str) -> None:
    assert shown(markup) == ["Ida Holm"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ida Holm", ["Ida Holm"]),
        ("BY IDA HOLM", ["IDA HOLM"]),
        ("by: Ida Holm", ["Ida Holm"]),
        ("Written by Ida Holm", ["Ida Holm"]),
        ("Posted by Ida Holm", ["Ida Holm"]),
        ("Story by Ida Holm", ["Ida Holm"]),
        ("Von Ida Holm", ["Ida Holm"]),
        ("Geschrieben von Ida Holm", ["Ida Holm"]),
        ("Ein Kommentar von Ida Holm", ["Ida Holm"]),
        ("Par Ida Holm", ["Ida Holm"]),
        ("Publié par Ida Holm", ["Ida Holm"]),
        ("Por Ida Holm", ["Ida Holm"]),
        ("Escrito por Ida Holm", ["Ida Holm"]),
        ("di Ida Holm", ["Ida Holm"]),
        ("Door Ida Holm", ["Ida Holm"]),
        ("Av Ida Holm", ["Ida Holm"]),
        ("Author: Ida Holm", ["Ida Holm"]),
        ("Autorin: Ida Holm", ["Ida Holm"]),
        ("Text: Ida Holm", ["Ida Holm"]),
        ("Ida Holm", ["Ida Holm"]),
        ("— Ida Holm —", ["Ida Holm"]),
        ("“Ida Holm”", ["“Ida Holm”"]),
        ("By Ida Holm and Bo Reef", ["Ida Holm", "Bo Reef"]),
        ("By Ida Holm, Bo Reef & Cy Tide", ["Ida Holm", "Bo Reef", "Cy Tide"]),
        ("Von Ida Holm und Bo Reef", ["Ida Holm", "Bo Reef"]),
        ("Par Ida Holm et Bo Reef", ["Ida Holm", "Bo Reef"]),
        ("Por Ida Holm y Bo Reef", ["Ida Holm", "Bo Reef"]),
        ("di Ida Holm e Bo Reef", ["Ida Holm", "Bo Reef"]),
        ("By Ida Holm; Bo Reef", ["Ida Holm", "Bo Reef"]),
        ("By Ida Holm with Bo Reef", ["Ida Holm", "Bo Reef"]),
        ("By Ida Holm and by Bo Reef", ["Ida Holm", "Bo Reef"]),
        ("By Ida Holm and Ida Holm", ["Ida Holm"]),
        ("By Jean-Luc de la Baie", ["Jean-Luc de la Baie"]),
        ("By Ó Briain", ["Ó Briain"]),
        ("By Ann D’Arcy", ["Ann D’Arcy"]),
        ("От Ида Холм", ["Ида Холм"]),
        ("By jane doe", ["jane doe"]),
        ("By Žana Łuk and Ida Holm", ["Žana Łuk", "Ida Holm"]),
        ("Door Ida Holm en Bo Reef", ["Ida Holm", "Bo Reef"]),
        ("Av Ida Holm och Bo Reef", ["Ida Holm", "Bo Reef"]),
        ("By Ida Holm, Jr. and Bo Reef III", ["Ida Holm Jr.", "Bo Reef III"]),
    ],
)
def test_a_credit_line_is_taken_apart_into_names(line: str, names: list[str]) -> None:
    expected = ["Ida Holm"] if line.startswith("“") else names
    assert [name.strip("“”") for name in names_of(line)] == expected


@pytest.mark.parametrize(
    "line",
    [
        "By Ida Holm, Harbour Correspondent",
        "By Ida Holm, staff writer",
        "By Ida Holm | 3 July 2021",
        "By Ida Holm • Updated 3 July 2021",
        "By Ida Holm on July 3, 2021",
        "By Ida Holm 3 July 2021",
        "By Ida Holm - 3 July 2021",
        "By Ida Holm – Ellery Packet",
        "By Ida Holm in Saltholm",
        "By Ida Holm for the Ellery Packet",
        "By Ida Holm (Saltholm)",
        "By Ida Holm @idaholm",
        "By Ida Holm is a reporter at the Packet",
        "Von Ida Holm am 3. Juli 2021",
        "Von Ida Holm, Redaktion",
        "Von Hafenexperte Ida Holm",
        "By Ida Holm, 4 comments",
        "By Ida Holm and the editors",
        "By Ida Holm, admin",
        "By political reporter Ida Holm",
        "By our Harbour Correspondent Ida Holm",
        "By Ida Holm, PhD",
        "By Dr. Ida Holm, M.D.",
        "Von unserer Korrespondentin Ida Holm",
        "Von Redakteurin Ida Holm",
        "Por la redactora Ida Holm",
        "De notre correspondante Ida Holm",
        "By Ida Holm in Saltholm and on",
    ],
)
def test_roles_dates_and_the_rest_of_a_credit_line_are_cut(line: str) -> None:
    assert names_of(line) == ["Ida Holm"]


@pytest.mark.parametrize(
    "line",
    ["", " ", "By", "by ", "von", "By staff", "By staff writer", "By the editors", "admin", "Admin2",
     "Redaktion", "Newsroom", "5 min read", "View all posts", "Comments", "None",
     "null", "anonymous", "Follow", "Read more", "www.packet.example", "What is this?", "•", "Ellery Packet Newsletter", "A line that has far too many words to be one",
     "The Packet Editorial Board", "Subscribe", "...", "{{ author }}", "[author]", "<name>"],
)  # fmt: skip
def test_what_is_no_name_gives_none(line: str) -> None:
    assert names_of(line) == []


@pytest.mark.parametrize(
    "line",
    ["3 July 2021", "July 3, 2021", "July 3, 2021 by Ida Holm", "3 July 2021 | By Ida Holm",
     "Posted on July 3, 2021 by Ida Holm", "3. Juli 2021 von Ida Holm", "Monday, July 3 | Ida Holm"],
)  # fmt: skip
def test_a_day_is_no_name(line: str) -> None:
    assert set(shown(f"<p class='byline'>{line}</p>")) <= {"Ida Holm"}


@pytest.mark.parametrize("site", ["Ellery Packet", "ELLERY PACKET", "ElleryPacket"])
def test_a_person_who_is_shown_comes_before_the_name_of_the_site(
    site: str, article_of: Read
) -> None:
    head = (
        f"<meta property='og:site_name' content='{site}'>"
        "<meta name='author' content='Ellery Packet'>"
    )
    shown_there = "<p class='byline'>By Ida Holm</p>"
    assert article_of("a.html", page(shown_there, head)).authors == ("Ida Holm",)
    assert article_of("b.html", page("", head)).authors == ("Ellery Packet",)


def test_the_surest_place_wins() -> None:
    body = (
        "<div class='author-box'><h3>Bo Reef</h3></div><a rel='author' href='/x'>Cy Tide</a>"
        "<span itemprop='author'>Ida Holm</span>"
    )
    assert shown(body) == ["Ida Holm"]


def test_several_authors_in_elements_of_their_own_are_all_found() -> None:
    linked = "<a rel='author' href='/1'>Ida Holm</a>, <a rel='author' href='/2'>Bo Reef</a>"
    assert shown(f"<p>By {linked}</p>") == ["Ida Holm", "Bo Reef"]
    listed = "<li class='author-name'>Ida Holm</li><li class='author-name'>Bo Reef</li>"
    assert shown(f"<ul>{listed}</ul>") == ["Ida Holm", "Bo Reef"]
    items = "".join(
        f"<span itemprop='author' itemscope><b itemprop='name'>{name}</b></span>"
        for name in ("Ida Holm", "Bo Reef")
    )
    assert shown(f"<div>{items}</div>") == ["Ida Holm", "Bo Reef"]


@pytest.mark.parametrize(
    "aside",
    [
        "<div class='comments'><span class='author-name'>Loud Voice</span></div>",
        "<ol class='commentlist'><li><cite class='fn'>Loud Voice</cite></li></ol>",
        "<div class='comment-list'><a rel='author'>Loud Voice</a></div>",
        "<div id='comments'><p class='byline'>By Loud Voice</p></div>",
        "<div class='related'><p>By Loud Voice</p></div>",
        "<div class='comments'><b>By Loud Voice</b></div>",
        "<div class='related-stories'><span itemprop='author'>Loud Voice</span></div>",
        "<div class='sidebar'><a href='/authors/loud-voice'>Loud Voice</a></div>",
        "<div class='recommended'><span class='author-name'>Loud Voice</span></div>",
        "<div class='reply'><span class='username'>Loud Voice</span></div>",
    ],
)
def test_authors_of_comments_and_other_stories_are_not_taken(aside: str, article_of: Read) -> None:
    assert article_of("a.html", page("", after=aside)).authors == ()
    with_own = page("<p class='byline'>By Ida Holm</p>", after=aside)
    assert article_of("a.html", with_own).authors == ("Ida Holm",)


def test_a_page_that_calls_itself_a_sidebar_layout_still_has_its_author(article_of: Read) -> None:
    markup = page("<p class='byline'>By Ida Holm</p>").replace(
        "<article>", "<article class='layout sidebar related'>"
    )
    assert article_of("a.html", markup).authors == ("Ida Holm",)


@pytest.mark.parametrize(
    "line",
    [
        "By the time the ferry sailed, the sheep had eaten the flour.",
        "By Monday the Harbour Board had met twice.",
        "Von der Insel kam niemand.",
        "By Quay Street stands a statue of a sheep.",
    ],
)
def test_a_sentence_that_starts_like_a_credit_line_names_nobody(line: str) -> None:
    assert shown(f"<p>{line}</p>") == []


def json_ld(**fields: object) -> str:
    news = {"@type": "NewsArticle", "headline": "Ferry sails again", **fields}
    return f'<script type="application/ld+json">{json.dumps(news)}</script>'


@pytest.mark.parametrize(
    ("head", "around", "authors"),
    [
        (json_ld(author={"@type": "Person", "name": "Ida Holm"}), "<p>By Bo Reef</p>", ("Ida Holm",)),
        (json_ld(author=[{"name": "Ida Holm"}, {"name": "Bo Reef"}]), "", ("Ida Holm", "Bo Reef")),
        (json_ld(author="By Ida Holm and Bo Reef"), "", ("Ida Holm", "Bo Reef")),
        (json_ld(author={"@type": "Organization", "name": "Ellery Packet"}), "<p>By Ida Holm</p>", ("Ida Holm",)),
        (json_ld(author="Ellery Packet", publisher={"name": "Ellery Packet"}), "<p>By Ida Holm</p>", ("Ida Holm",)),
        (json_ld(author=[{"@type": "Person", "name": "Laurie Post"}]), "", ("Laurie Post",)),
        (json_ld(author="admin"), "<p>By Ida Holm</p>", ("Ida Holm",)),
        (json_ld(author="iholm77"), "<p class='byline'>By Ida Holm</p>", ("Ida Holm",)),
        (json_ld(author="iholm77"), "", ("iholm77",)),
        (json_ld(author="https://packet.example/ida"), "<p>By Ida Holm</p>", ("Ida Holm",)),
        ("<meta name='author' content='Ida Holm'>", "<p>By Bo Reef</p>", ("Ida Holm",)),
        ("<meta name='author' content='By Ida Holm, Harbour Correspondent'>", "", ("Ida Holm",)),
        ("<meta property='article:author' content='https://chirp.example/packet'>", "<p>By Ida Holm</p>", ("Ida Holm",)),
        ("<meta name='author' content='Ellery Packet'><meta property='og:site_name' content='Ellery Packet'>", "<p>By Ida Holm</p>", ("Ida Holm",)),
        ("<meta name='author' content='Ida Holm'><meta name='author' content='Bo Reef'>", "", ("Ida Holm", "Bo Reef")),
        ("", "", ()),
    ],
)  # fmt: skip
def test_what_a_page_states_wins_over_what_it_shows_where_it_names_people(
    head: str, around: str, authors: tuple[str, ...], article_of: Read
) -> None:
    assert article_of("a.html", page(around, head)).authors == authors


@pytest.mark.parametrize("agency", ["Reuters", "AFP", "dpa"])
def test_an_agency_is_named_where_nobody_else_is(agency: str, article_of: Read) -> None:
    article = article_of("a.html", page(f"<p class='byline'>By {agency}</p>"))
    assert agency in (article.agency, *article.authors)


@pytest.mark.parametrize(
    "name", ["Ida Holm", "Jean-Luc de la Baie", "ida holm", "iholm", "Ida", ""]
)
def test_a_person_is_told_from_an_account(name: str) -> None:
    assert is_person(name) == (name in ("Ida Holm", "Jean-Luc de la Baie"))


def test_a_name_with_many_spaces_in_it_takes_no_time(article_of: Read) -> None:
    head = f"<meta name='author' content='Ida{' ' * 2000}Holm'>"
    began = time.process_time()
    article_of("a.html", page("", head))
    assert time.process_time() - began < 1


_WORDS = st.sampled_from(
    ["By", "by", "BY", "von", "Von", "par", "Ida", "Holm", "and", "und", ",", "|", "–", "-", "by:",
     "By:", "3 July 2021", "on", "@", "(", "Text", "admin", "", "Author", "\n", "/", "Par", "di"]
)  # fmt: skip
_LINES = st.one_of(st.text(max_size=60), st.lists(_WORDS, max_size=8).map(" ".join))


@given(_LINES)
@settings(deadline=None, database=None, max_examples=300)
def test_the_names_of_any_line_are_names(line: str) -> None:
    names = names_of(line)
    assert len(set(names)) == len(names)
    for name in names:
        assert name.strip() != ""
        assert name.lower() not in ("by", "von", "author", "admin")
        assert len(name.split()) <= 5


@given(_LINES)
@settings(deadline=None, database=None, max_examples=100)
def test_any_credit_line_of_a_page_breaks_nothing(line: str) -> None:
    tree = html.document_fromstring(
        "<html><body><h1>Ferry</h1><p class='byline'></p></body></html>"
    )
    node = tree.find(".//p")
    assert node is not None
    node.set("title", "")
    node.text = "".join(c for c in line if c.isprintable() and not "\ud800" <= c <= "\udfff")
    assert all(names_in_markup(tree, tree.find(".//h1")))
