"""The words of a page's story: what stands in it is kept, what stands beside it is dropped."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import trafilatura
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.article import Article
from ingest.errors import UnreadableError
from ingest.sources.page.html_page import article_of_page
from ingest.sources.page.story import Block, blocks, story_text

Read = Callable[[str, "str | bytes"], Article]
Reason = Callable[[str, "str | bytes"], str]
TITLE = "Ferry to Saltholm sails again"
STORY = [
    "The ferry from Port Ellery to Saltholm sailed again on Monday, three weeks after a crane fell across its berth.",
    "Forty passengers and a flock of sheep were on board, and the master said that nobody had asked for a refund.",
    "The harbour board has promised a second berth before the winter, although it has not said who is to pay for it.",
    "Islanders had been living on what two fishing boats could carry, and the shop had run out of flour and lamp oil.",
    "The crane, which is sixty years old, will be cut up where it lies and carried away on a barge in the spring.",
    "A hearing about the accident begins next month; the crane's driver has said that he will answer every question.",
]


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(body: str, title: str = TITLE) -> str:
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>{title}</title></head>"
        f"<body><nav><a href='/'>Front page</a> <a href='/isles'>Isles</a></nav>{body}"
        "<footer><p>Ellery Packet, Quay Street</p></footer></body></html>"
    )


def story(inside: str = "", after: str = "") -> str:
    """The story as most sites mark it up, with `inside` in its midst and `after` behind it."""
    return page(
        f"<main><article><h1>{TITLE}</h1><div class='body'>{paragraphs(*STORY[:3])}{inside}"
        f"{paragraphs(*STORY[3:])}</div></article>{after}</main>"
    )


def found(markup: str) -> list[Block]:
    return blocks(trafilatura.load_html(markup))


@pytest.mark.parametrize(
    "between",
    [
        "<div class='ad-slot'><p>Advertisement: boots for every weather, at Hobb and Daughters.</p></div>",
        "<div class='advert' id='ad-2'>Boots for every weather, now at half the price in our shop.</div>",
        "<aside><p>Boots for every weather, now at half the price at Hobb and Daughters of Quay Street.</p></aside>",
    ],
    ids=["paragraph", "bare text", "aside"],
)
def test_a_story_told_in_two_containers_is_whole_and_the_advert_between_is_gone(
    between: str, article_of: Read
) -> None:
    body = (
        f"<article><h1>{TITLE}</h1><div class='story-part'>{paragraphs(*STORY[:3])}</div>{between}"
        f"<div class='story-part'>{paragraphs(*STORY[3:])}</div></article>"
    )
    assert article_of("a.html", page(body)).text == "\n\n".join(STORY)


def test_a_story_cut_into_many_like_parts_is_whole(article_of: Read) -> None:
    parts = "<div class='ad'><p>Boots, boots, boots.</p></div>".join(
        f"<div class='part'><p>{text}</p></div>" for text in STORY
    )
    article = article_of("a.html", page(f"<article><h1>{TITLE}</h1>{parts}</article>"))
    assert article.text == "\n\n".join(STORY)


TABLE = (
    "<table><tr><th>Sailing</th><th>Passengers</th></tr><tr><td>Monday morning</td><td>Forty</td>"
    "</tr><tr><td>Monday evening</td><td>Sixty-one</td></tr></table>"
)
LIST = (
    "<ul><li>Every weekday the ferry sails at seven in the morning.</li>"
    "<li>On Sundays it sails when the master has had his breakfast.</li></ul>"
)


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (TABLE, ["Monday morning", "Forty", "Monday evening", "Sixty-one"]),
        (LIST, ["Every weekday the ferry sails", "when the master has had his breakfast"]),
        (LIST.replace("ul>", "ol>"), ["Every weekday the ferry sails", "had his breakfast"]),
        ("<h2>A berth for winter</h2>", ["A berth for winter"]),
        ("<blockquote><p>I counted the sheep twice, the mate said, and lost one.</p></blockquote>",
         ["I counted the sheep twice"]),
        ("<blockquote class='twitter-tweet'><p lang='en'>The ferry is back. Bring your own flour."
         "</p>&mdash; Saltholm Shop (@saltholmshop) <a href='https://chirp.example/1'>July 3</a>"
         "</blockquote>", ["The ferry is back. Bring your own flour."]),
        ("<pre>Dep. 07.00 Port Ellery   Arr. 09.30 Saltholm harbour</pre>", ["Dep. 07.00"]),
        ("<dl><dt>Master of the ferry for thirty years</dt><dd>Ida Holm, who was born on it</dd></dl>",
         ["Ida Holm, who was born on it"]),
    ],
    ids=["table", "list", "numbered list", "subheading", "quote", "tweet", "verbatim", "terms"],
)  # fmt: skip
def test_what_stands_in_the_story_is_kept(inside: str, words: list[str], article_of: Read) -> None:
    text = article_of("a.html", story(inside)).text
    for part in [*STORY, *words]:
        assert part in text
    assert text.index(STORY[2]) < text.index(words[0]) < text.index(STORY[3])


@pytest.mark.parametrize(
    "inside",
    [
        "<div class='related'><h3>Related</h3><ul><li><a href='/1'>Crane falls on the ferry berth"
        "</a></li><li><a href='/2'>Zebra loose in Saltholm</a></li></ul></div>",
        "<ul><li><a href='/1'>Crane falls on the ferry berth</a></li><li><a href='/2'>Zebra loose "
        "in Saltholm</a></li></ul>",
        "<p>Read more: <a href='/2'>Zebra loose in Saltholm, and nobody knows whose it is</a></p>",
        "<p><strong>See also: <a href='/2'>Zebra loose in Saltholm, nobody knows whose</a></strong></p>",
        "<p>Lire aussi : <a href='/2'>Un zèbre en liberté dans les rues de Saltholm</a></p>",
        "<div class='newsletter-signup'><h3>Zebra of the week</h3><p>Our letter with the news of the"
        " isles and of the Zebra comes to you on each and every Friday.</p></div>",
        "<figure><img src='z.jpg' alt='Zebra'><figcaption>A Zebra waits for the ferry on the quay of "
        "Saltholm last Tuesday.</figcaption></figure>",
        "<div class='caption'>A Zebra waits for the ferry on the quay of Saltholm last week.</div>",
        "<p style='display:none'>Zebra, this paragraph is for robots and for nobody else at all.</p>",
        "<div style='visibility: hidden'><p>Zebra, this is for robots and for nobody else at all.</p></div>",
        "<p>Sailings<span class='sr-only'> Zebra for the ears only</span> began at seven that day.</p>",
        "<script>var zebra = 'Zebra in the script of the page';</script>",
        "<noscript><p>Zebra: your browser runs no scripts, so that you see less of us.</p></noscript>",
        "<form><label>Zebra address</label><input name='q'><button>Send the Zebra</button></form>",
        "<div class='social-share'><a href='#'>Share the Zebra</a> <a href='#'>Print it</a></div>",
        "<aside><h4>Zebra facts</h4><p>A zebra has stripes, and it has them for the whole of its life.</p></aside>",
        "<div class='author-bio'><p>Zebra Quill has written about boats for the Packet since 1999.</p></div>",
    ],
    ids=["related", "bare links", "read more", "see also", "lire aussi", "newsletter", "caption",
         "caption by class", "hidden", "invisible", "for ears", "script", "noscript", "form",
         "share", "aside", "author"],
)  # fmt: skip
def test_what_stands_beside_the_story_is_dropped(inside: str, article_of: Read) -> None:
    text = article_of("a.html", story(inside)).text
    assert "zebra" not in text.lower()
    for part in STORY:
        assert part in text


@pytest.mark.parametrize("tag", ["h1", "h1 class='title'", "h1 itemprop='headline'"])
def test_the_headline_is_not_repeated_in_the_text(tag: str, article_of: Read) -> None:
    body = f"<article><{tag}>{TITLE}</h1>{paragraphs(*STORY)}</article>"
    article = article_of("a.html", page(body, f"{TITLE} | Ellery Packet"))
    assert (article.title, article.text) == (TITLE, "\n\n".join(STORY))


def test_a_headline_that_metadata_word_otherwise_is_not_in_the_text(article_of: Read) -> None:
    meta = "<meta property='og:title' content='Sheep first as the island ferry returns'>"
    markup = story().replace("</head>", f"{meta}</head>")
    assert TITLE not in article_of("a.html", markup).text


def test_of_two_articles_below_each_other_the_first_is_the_story(article_of: Read) -> None:
    teasers = "".join(
        f"<article class='teaser'><h2><a href='/{n}'>Zebra number {n} found in the harbour</a></h2>"
        f"<p>It was the zebra number {n} of the week, and it looked tired.</p></article>"
        for n in range(3)
    )
    text = article_of("a.html", story(after=f"<section class='more'>{teasers}</section>")).text
    assert text == "\n\n".join(STORY)


def test_a_second_whole_article_is_not_mixed_into_the_first(article_of: Read) -> None:
    other = [f"Zebra number {n} was led ashore and given water by the keeper's son." for n in "123"]
    after = f"<article><h2>Zebras ashore</h2><div class='more'>{paragraphs(*other)}</div></article>"
    text = article_of("a.html", story(after=after)).text
    assert all(part in text for part in STORY)
    assert "Zebra" not in text


def test_a_form_that_wraps_the_whole_page_hides_nothing(article_of: Read) -> None:
    inner = f"<h1>{TITLE}</h1><div id='content'>{paragraphs(*STORY)}</div>"
    article = article_of("a.html", page(f"<form action='/x' method='post'>{inner}</form>"))
    assert article.text == "\n\n".join(STORY)


@pytest.mark.parametrize("br", ["<br>", "<br/>", "<br><br>", "<br />\n<br />"])
def test_text_set_apart_by_line_breaks_becomes_paragraphs(br: str, article_of: Read) -> None:
    body = f"<h1>{TITLE}</h1><div class='text'>{br.join(STORY)}</div>"
    assert article_of("a.html", page(body)).text == "\n\n".join(STORY)


def test_inline_markup_leaves_words_and_spaces_as_they_are(article_of: Read) -> None:
    marked = (
        STORY[0]
        .replace("Saltholm", "<a href='/s'>Salt<wbr>holm</a>")
        .replace("three weeks", "<b>three</b> <i>weeks</i>")
        .replace("crane", "<!-- old --><span>cr</span><span>ane</span>")
    )
    text = article_of("a.html", story().replace(STORY[0], marked)).text
    assert text == "\n\n".join(STORY)


@pytest.mark.parametrize(
    "names", ["overflow-hidden", "md:hidden", "popup-link", "has-tooltip", "tooltip-trigger"]
)
def test_words_that_a_reader_sees_stay_in_their_sentence(names: str, article_of: Read) -> None:
    marked = STORY[0].replace("Saltholm", f"<a class='{names}' href='/isles'>Saltholm</a>")
    text = article_of("a.html", story().replace(STORY[0], marked)).text
    assert text == "\n\n".join(STORY)


def test_paragraphs_nobody_closed_are_paragraphs(article_of: Read) -> None:
    body = f"<article><h1>{TITLE}</h1>{''.join(f'<p>{text}' for text in STORY)}</article>"
    assert article_of("a.html", page(body)).text == "\n\n".join(STORY)


def test_a_story_in_another_script_is_read(article_of: Read) -> None:
    told = ["Паром в Солёный порт снова вышел в море в понедельник после трёх недель ремонта причала.",
            "На борту было сорок пассажиров и стадо овец, сообщил капитан, и никто не жаловался.",
            "Совет порта обещал построить второй причал до зимы, но не сказал, кто за него заплатит."]  # fmt: skip
    body = f"<article><h1>Паром снова в пути</h1>{paragraphs(*told)}</article>"
    assert article_of("a.html", page(body, "Паром снова в пути")).text == "\n\n".join(told)


@pytest.mark.parametrize(
    "body",
    ["", "<div></div>", "<p> </p>",
     "<p>…</p><p>—</p>",
     "<script>var a = 'The ferry sails';</script>",
     "<img src='a.jpg'>", "<iframe src='/story'></iframe>"],
)  # fmt: skip
def test_a_page_without_a_story_is_a_failure(body: str, reason_of: Reason) -> None:
    markup = f"<html><head><title>{TITLE}</title></head><body>{body}</body></html>"
    assert "no article was found in the page" in reason_of("a.html", markup)


@pytest.mark.parametrize(
    ("markup", "texts"),
    [
        ("<p>One</p><p>Two</p>", ["One", "Two"]),
        ("<p>One<br>Two</p>", ["One", "Two"]),
        ("<div>One<p>Two</p>Three</div>", ["One", "Two", "Three"]),
        ("<div><span>One <b>and</b></span> two</div>", ["One and two"]),
        ("<div><span>One<p>Two</p>Three</span></div>", ["One", "Two", "Three"]),
        ("<table><tr><td>One</td><td>Two</td></tr></table>", ["One", "Two"]),
        ("<p>One<!-- not this --> two</p>", ["One two"]),
        ("<p>One<script>not this</script> two</p>", ["One two"]),
        ("<p>One</p><p>…</p><nav>not this</nav><p style='DISPLAY: none'>nor this</p>", ["One"]),
    ],
)
def test_blocks_are_the_lines_that_a_reader_sees(markup: str, texts: list[str]) -> None:
    assert [b.text for b in found(f"<html><body>{markup}</body></html>")] == texts


def test_a_block_knows_how_much_of_it_is_links_and_what_it_stands_beside() -> None:
    links, plain, beside = found(
        "<html><body><p><a href='/x'>All of it</a></p><p>Some of <a href='/x'>it</a></p>"
        "<div class='sidebar'><div id='promo-1'><p>Beside</p></div></div></body></html>"
    )
    assert (links.is_link, plain.is_link) == (True, False)
    assert (links.beside, plain.beside, beside.beside) == (0, 0, 2)
    assert links.words == ("all", "of", "it")
    assert links.home is plain.home is not beside.home


def test_a_page_without_blocks_has_no_story() -> None:
    tree = trafilatura.load_html("<html><body><div></div></body></html>")
    assert story_text(tree, blocks(tree)) == ""


_PIECES = st.one_of(
    st.sampled_from(
        ["<p>", "</p>", "<div class='related'>", "</div>", "<article>", "</article>", "<br>", "<li>",
         "<table><tr><td>", "</table>", "<form>", "</form>", "<!--", "-->", "<a href='/x'>", "</a>",
         "<h1>", "</h1>", "&nbsp;", "&#0;", "<header>", "</header>", *STORY]
    ),
    st.text(max_size=8),
)  # fmt: skip


@given(st.lists(_PIECES, max_size=20))
@settings(deadline=None, database=None, max_examples=150)
def test_any_markup_gives_an_article_or_a_plain_reason(pieces: list[str]) -> None:
    try:
        article = article_of_page(f"<html><body>{''.join(pieces)}</body></html>", "a", "a")
    except UnreadableError as error:
        assert str(error)
    else:
        assert article.text.strip() and article.title


def test_a_sentence_that_is_wholly_a_link_is_told(article_of: Read) -> None:
    linked = "The master of the other boat had said in June that the crane would fall one day."
    inside = f"<p><a href='/june'><b>{linked}</b></a></p>"
    assert linked in article_of("a.html", story(inside)).text


def test_a_heading_of_the_first_rank_within_the_story_stays(article_of: Read) -> None:
    assert "What comes next" in article_of("a.html", story("<h1>What comes next</h1>")).text
