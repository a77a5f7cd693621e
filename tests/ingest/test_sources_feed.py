"""Feeds: entries in full and by their pages, dates that are sure, and nothing asked for twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ingest.article import Article, Failure, Moment, PassedOver, Seen, Unchanged, Visit
from ingest.errors import UnreadableError
from ingest.sources.files import SourceFile
from ingest.web import lists
from ingest.web import sites as web_source
from ingest.web.lists import publisher_of
from ingest.web.sites import Web
from tests.ingest.web_server import STORY, MemoryVisits, Site, article, sends, web
from tests.work import seconds_of_work

SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)
FULL = "".join(f"<p>{STORY} It was item {n}.</p>" for n in range(1, 4))


def rss(*items: str, title: str = "The Ellery Post", language: str = "en-GB") -> str:
    head = (
        f"<title>{title}</title><link>https://ellery.example/</link><language>{language}</language>"
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {SPACES}><channel>{head}'
        f"{''.join(items)}</channel></rss>"
    )


def item(link: str = "", full: str = "", **fields: str) -> str:
    inner = "".join(
        f"<{name.replace('_', ':')}>{v}</{name.replace('_', ':')}>" for name, v in fields.items()
    )
    inner += f"<link>{link}</link>" if link else ""
    inner += f"<content:encoded><![CDATA[{full}]]></content:encoded>" if full else ""
    return f"<item>{inner}</item>"


@pytest.fixture
def read(site: Site) -> Callable[..., list[Seen]]:
    """Everything that a feed on the site gives; `_web` instead of a fresh one."""

    def of(body: str | bytes, reader: Web | None = None, **headers: str) -> list[Seen]:
        site.pages["/feed"] = sends(body, "application/rss+xml", **headers)
        return list(web_source.read(site.url + "/feed", reader or web()))

    return of


def articles(items: list[Seen]) -> list[Article]:
    return [item for item in items if isinstance(item, Article)]


def of_text(body: str) -> list[Article]:
    """The full articles of a feed's text."""
    found = lists.feed_entries(body, "feed", "feed", "https://ellery.example/feed")
    return [entry.article for entry in found if entry.article]


def note(items: list[Seen], visits: MemoryVisits) -> None:
    for each in items:
        if isinstance(each, Visit):
            visits.note(each)


def test_a_full_entry_is_an_article_without_a_request(
    read: Callable[..., list[Seen]], site: Site
) -> None:
    items = read(
        rss(
            item(
                "https://ellery.example/dues",
                FULL,
                title="Dues &amp;amp; ice",
                pubDate="Sun, 16 Jul 2023 09:10:00 +0800",
                dc_creator="By Lydia Marchetto and John Roe",
            )
        ),
        ETag='"1"',
    )
    found, visited = items
    assert isinstance(found, Article)
    assert found.title == "Dues & ice"
    assert found.text.split("\n\n")[0] == f"{STORY} It was item 1."
    assert found.authors == ("Lydia Marchetto", "John Roe")
    assert found.published == Moment("2023-07-16T09:10:00+08:00", "feed")
    assert (found.publisher, found.language) == ("The Ellery Post", "en-GB")
    assert found.url == found.key == found.source == "https://ellery.example/dues"
    assert found.fetched is not None
    assert isinstance(visited, Visit)
    assert (visited.source, visited.etag) == (site.url + "/feed", '"1"')
    assert site.paths == ["/feed"]


def test_other_entries_are_read_from_their_pages(
    read: Callable[..., list[Seen]], site: Site
) -> None:
    site.pages["/dues"] = sends(article("Winter dues", article_published_time="2023-07-15"))
    site.pages["/ice"] = sends(article("Ice is back"))
    items = read(
        rss(
            item(
                "/dues",
                title="Other title",
                pubDate="Sun, 16 Jul 2023 09:10:00 GMT",
                author="a@b.example (Ann Lee)",
            ),
            item("/ice", title="Ice", pubDate="Mon, 17 Jul 2023 09:10:00 GMT", description="Ice…"),
        )
    )
    dues, ice = articles(items)
    assert (dues.title, dues.published) == ("Winter dues", Moment("2023-07-15", "metadata"))
    assert ice.published == Moment("2023-07-17T09:10:00+00:00", "feed")
    assert dues.authors == ("Ann Lee",)
    assert (ice.source, ice.publisher, ice.language) == (
        site.url + "/ice",
        "The Ellery Post",
        "en-GB",
    )
    assert [type(each).__name__ for each in items] == ["Article", "Visit"] * 2 + ["Visit"]


def test_a_date_of_the_feed_beats_the_one_in_the_address(
    read: Callable[..., list[Seen]], site: Site
) -> None:
    site.pages["/2023/07/16/ice"] = sends(article("Ice is back"))
    moment = "Sun, 16 Jul 2023 09:10:00 GMT"
    [found] = articles(read(rss(item("/2023/07/16/ice", pubDate=moment))))
    assert found.published == Moment("2023-07-16T09:10:00+00:00", "feed")


@pytest.mark.parametrize(
    ("full", "is_full"),
    [
        (FULL, True),
        (f"<p>{STORY * 6}</p>", True),
        ("<p>One.</p><p>Two.</p><p>Three.</p>", True),
        ("<p>One.</p><p>Two.</p>", False),
        (f"{FULL}<p>And so on…</p>", False),
        (f"{FULL}<p>And so on [&#8230;]</p>", False),
        (f"{FULL}<p>And so on [...]</p>", False),
        (f"{FULL}<p>And so on <a href='/x'>Read more</a></p>", False),
        (f"{FULL}<p><a href='/x'>Continue reading &rarr;</a></p>", False),
        (f"{FULL}<p><a href='/x'>Read the full story at the Post</a>.</p>", False),
        (f"{FULL}<p>On […]</p><p>The post <a>Dues</a> appeared first on <a>Post</a>.</p>", False),
        (f"{FULL}<p>The post <a>Dues</a> appeared first on <a>Post</a>.</p>", True),
    ],
)
def test_what_counts_as_a_full_text(full: str, is_full: bool) -> None:
    found = of_text(rss(item("/x", full, title="Dues")))
    assert bool(found) == is_full
    assert not found or "appeared first" not in found[0].text


def test_atom_in_full() -> None:
    body = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>The Ellery Post</title>
    <entry><id>tag:1</id><title type="html">Dues &amp;lt; &lt;b&gt;ice&lt;/b&gt;</title>
    <link rel="self" href="/self"/><link rel="alternate" href="/dues"/>
    <published>2023-07-16T09:10:00Z</published><updated>2023-07-17T09:10:00Z</updated>
    <author><name>Lydia Marchetto</name></author><author><name>John Roe</name></author>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{FULL}</div></content></entry>
    <entry><id>tag:2</id><title>Only changed</title><updated>2023-07-17T09:10:00Z</updated>
    <content type="text">{STORY * 6}</content></entry></feed>"""
    first, second = of_text(body)
    assert (first.title, first.url) == ("Dues < ice", "https://ellery.example/dues")
    assert first.published == Moment("2023-07-16T09:10:00+00:00", "feed")
    assert first.updated == Moment("2023-07-17T09:10:00+00:00", "feed")
    assert first.authors == ("Lydia Marchetto", "John Roe")
    assert (second.published, second.url, second.key) == (None, None, "feed#tag:2")


def test_rdf_states_the_publication_in_dublin_core() -> None:
    body = f"""<rdf:RDF xmlns="http://purl.org/rss/1.0/" {SPACES}
    xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><channel><title>Post</title></channel>
    <item><title>Dues</title><link>https://ellery.example/1</link><dc:date>2023-07-16</dc:date>
    <content:encoded><![CDATA[{FULL}]]></content:encoded></item></rdf:RDF>"""
    [found] = of_text(body)
    assert (found.published, found.updated) == (Moment("2023-07-16", "feed"), None)


@pytest.mark.parametrize(
    ("stated", "iso"),
    [
        ("Sun, 16 Jul 2023 09:10:00 GMT", "2023-07-16T09:10:00+00:00"),
        ("Sun, 16 Jul 23 09:10:00 GMT", "2023-07-16T09:10:00+00:00"),
        ("2023-07-16T09:10:00Z", "2023-07-16T09:10:00+00:00"),
        ("16 July 2023", "2023-07-16"),
        ("03/04/2023", None),
        ("07-16-23", None),
        ("Sun, 31 Feb 2023 10:00:00 GMT", None),
        ("Mon, 01 Jan 0001 00:00:00 +0000", None),
        ("0001-01-01T00:00:00Z", None),
        ("Sun, 16 Jul 2199 09:10:00 GMT", None),
        ("99999-01-01", None),
        ("yesterday", None),
        ("Sun, 16 Jul 2023 99:99:99 +9999", None),
        ("", None),
        ("\u0660\u0661/\u0662", None),
    ],
)
def test_only_sure_dates_count(stated: str, iso: str | None) -> None:
    [found] = of_text(rss(item("/x", FULL, title="Dues", pubDate=stated)))
    assert found.published == (Moment(iso, "feed") if iso else None)


def test_an_entry_without_link_and_text_is_a_failure(
    read: Callable[..., list[Seen]], site: Site
) -> None:
    items = read(
        rss(item(title="Nothing"), item("", FULL, title="No link"), item("/gone", title="Gone"))
    )
    assert items[0] == Failure(f"{site.url}/feed:1", "the entry has neither a link nor a full text")
    assert isinstance(items[1], Article)
    assert items[1].key == f"{site.url}/feed#No link"
    assert items[2] == Failure(f"{site.url}/gone", "it answered 404 (not found)")
    assert len(items) == 3  # no visit to a feed of which something failed


def test_an_entry_counts_once(read: Callable[..., list[Seen]], site: Site) -> None:
    site.pages["/dues"] = sends(article())
    link = f"{site.url}/dues"
    items = read(
        rss(
            item("/dues"), item(f"{link}?utm_source=rss"), item(f"{link}#top"),
            item("/track", feedburner_origLink=link), item("", FULL, guid="7"), item("", FULL, guid="7"),
        )
    )  # fmt: skip
    assert len(articles(items)) == 2
    assert site.paths == ["/feed", "/dues"]


def test_a_link_to_another_feed_is_no_article(read: Callable[..., list[Seen]], site: Site) -> None:
    items = read(rss(item("/feed?again")))
    site.pages["/feed?again"] = site.pages["/feed"]
    items = read(rss(item("/feed?again")))
    assert items == [Failure(f"{site.url}/feed?again", "it is a list of articles, not an article")]


def test_a_limit_and_since(read: Callable[..., list[Seen]], site: Site) -> None:
    days = ("Mon, 17 Jul 2023", "Sat, 15 Jul 2023", "some day", "Sun, 16 Jul 2023")
    entries = [item(f"/{n}", pubDate=f"{day} 09:00:00 GMT") for n, day in enumerate(days)]
    for number in range(len(days)):
        site.pages[f"/{number}"] = sends(article(f"Story {number}"))
    items = read(rss(*entries), web(since=date(2023, 7, 16)))
    assert [found.title for found in articles(items)] == ["Story 0", "Story 2", "Story 3"]
    assert PassedOver(f"{site.url}/1", "it is older than 2023-07-16") in items
    assert "/1" not in site.paths
    assert items[-1].source != site.url + "/feed"  # more may be wanted of it another time
    site.requests.clear()
    items = read(rss(*entries), web(limit=2))
    assert site.paths == ["/feed", "/0", "/1"]
    assert items[-1].source == site.url + "/1"
    items = read(rss(*entries), web(limit=4))
    assert items[-1].source == site.url + "/feed"


def test_nothing_is_asked_for_twice(read: Callable[..., list[Seen]], site: Site) -> None:
    visits = MemoryVisits()
    for path in ("/dated", "/bare"):
        site.pages[path] = sends(article(path))
    site.pages["/tagged"] = sends(article("tagged"), ETag='"1"')
    body = rss(item("/dated", pubDate="Sun, 16 Jul 2023"), item("/bare"), item("/tagged"))
    note(read(body, web(visits=visits)), visits)
    site.requests.clear()
    items = read(body + " ", web(visits=visits))
    assert site.paths == ["/feed", "/tagged"]  # asked whether it has changed
    assert [each for each in items if isinstance(each, Unchanged)] == [
        Unchanged(site.url + path) for path in ("/dated", "/bare", "/tagged")
    ]
    assert not articles(items)
    body = rss(item("/dated", pubDate="Mon, 17 Jul 2023"))  # it has been changed
    assert len(articles(read(body, web(visits=visits)))) == 1


def test_an_unchanged_feed_is_left_at_that(read: Callable[..., list[Seen]], site: Site) -> None:
    visits = MemoryVisits()
    site.pages["/dues"] = sends(article())
    note(read(rss(item("/dues")), web(visits=visits), ETag='"1"'), visits)
    site.requests.clear()
    assert read(rss(), web(visits=visits), ETag='"1"') == [Unchanged(site.url + "/feed")]
    assert site.paths == ["/feed"]


def test_robots_txt_holds_for_feeds_and_entries(
    read: Callable[..., list[Seen]], site: Site
) -> None:
    site.pages["/robots.txt"] = sends("User-agent: *\nDisallow: /shut", "text/plain")
    site.pages["/shut/1"] = sends(article())
    reason = "its robots.txt does not allow Dateline to read it"
    assert read(rss(item("/shut/1"))) == [Failure(site.url + "/shut/1", reason)]
    site.pages["/robots.txt"] = sends("User-agent: *\nDisallow: /feed", "text/plain")
    assert read(rss(item("/open"))) == [Failure(site.url + "/feed", reason)]


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE rss [<!ENTITY x "y">]>',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]>',
        '<!DOCTYPE rss [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;&a;">]>',
    ],
)
@pytest.mark.parametrize("broken", ["", "<p>", "&nbsp;"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(
    read: Callable[..., list[Seen]], site: Site, declaration: str, broken: str, encoding: str
) -> None:
    body = rss(item("/x", FULL, title=f"&x;{broken}")).replace("?>", f"?>{declaration}", 1)
    body = body.replace("utf-8", encoding, 1)
    assert read(body.encode(encoding)) == [
        Failure(site.url + "/feed", "it declares XML entities, which are not allowed")
    ]


def test_a_text_about_entities_is_no_declaration() -> None:
    talk = f"{FULL}<pre>&lt;!ENTITY x 'y'&gt;</pre>"
    assert len(of_text(rss(item("/x", talk, title="XML")))) == 1


@pytest.mark.parametrize(
    "body",
    [
        rss(item("/x", FULL, title="Dues &nbsp; ice")),
        rss(item("/x", FULL, title="Dues & ice")),
        "\n  " + rss(item("/x", FULL, title="Dues")),
        rss(item("/x", FULL, title="Dues"))[:-12],
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.example/rss-0.91.dtd">' + rss(item("/x", FULL, title="Dues"))[39:],
        rss(item("/x", FULL, title="Dues")).replace("utf-8", "punycode"),
        rss(item("/x", FULL, title="Dues")).replace("utf-8", "x-nonsense"),
    ],
)
def test_feeds_that_are_not_well_formed_are_read(body: str) -> None:
    [found] = of_text(body)
    assert found.title.startswith("Dues")


def test_other_encodings(read: Callable[..., list[Seen]]) -> None:
    body = rss(item("", FULL + "<p>Kapitäne zahlen in Öresund mehr.</p>", title="Gebühren"))
    for encoding in ("iso-8859-1", "utf-16", "utf-8"):
        [found] = articles(read(body.replace("utf-8", encoding, 1).encode(encoding)))
        assert "Kapitäne zahlen in Öresund" in found.text


def test_what_is_no_feed_is_told() -> None:
    with pytest.raises(UnreadableError):
        list(lists.feed_entries("<html><p>x</p></html>", "x", "x"))
    assert list(lists.feed_entries(rss(), "x", "x")) == []


def test_hostile_titles_and_authors_do_no_harm() -> None:
    bad = item("/x", FULL, title="<script>alert(1)</script>\x07 Dues", author="&lt;a@b.example&gt;")
    [found] = of_text(rss(bad))
    assert "<script" not in found.title
    assert found.authors == ()


def test_many_entries_with_broken_dates_are_quick() -> None:
    dates = (
        "Sun, 31 Feb 2023 10:00:00 GMT",
        "0001-01-01",
        "x" * 50,
        "Sun, 16 Jul 2199 09:10:00 GMT",
    )
    entries = [item(f"/{n}", FULL, title=f"Story {n}", pubDate=dates[n % 4]) for n in range(1_500)]
    found: list[Article] = []
    assert seconds_of_work(lambda: found.extend(of_text(rss(*entries)))) < 9  # it is 2
    assert len(found) == 1_500
    assert all(each.published is None for each in found)


def test_a_saved_feed_gives_what_it_holds(tmp_path: Path) -> None:
    body = rss(item("https://ellery.example/dues", FULL, title="Dues"), item("/ice", title="Ice"))
    file = SourceFile.of_bytes(body.encode(), "in/feed.xml", ".xml")
    found, failure = lists.read_feed(file)
    assert isinstance(found, Article)
    assert (found.source, found.url) == ("in/feed.xml", "https://ellery.example/dues")
    assert found.fetched is None
    reason = "the entry holds no full text; ingest the feed's address instead"
    assert failure == Failure("in/feed.xml:2", reason)


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        ("Ann Lee", ("Ann Lee",)), ("By Ann Lee and John Roe", ("Ann Lee", "John Roe")),
        ("a@b.example (Ann Lee)", ("Ann Lee",)), ("Ann Lee &lt;a@b.museum&gt;", ("Ann Lee",)),
        ("a@b.example", ()), ("(a@b.example)", ()), ("Post staff", ("Post staff",)), ("Harbour Wire", ()),
    ],
)  # fmt: skip
def test_authors_are_names(written: str, authors: tuple[str, ...]) -> None:
    [found] = of_text(rss(item("/x", FULL, author=written)))
    assert found.authors == authors


@pytest.mark.parametrize(
    ("title", "publisher"),
    [
        ("The Ellery Post", "The Ellery Post"), ("Harbour Wire", "Harbour Wire"),
        ("Ellery News", "Ellery News"), ("The Ellery Post - World", None), ("Post » Sport", None),
        ("Latest news", None), ("RSS Feed", None), ("Top Stories", None), ("Home", None),
        ("News", None), ("Ellery Post RSS", None), ("x" * 80, None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_feeds_title_names_the_publisher_unless_it_is_generic(
    title: str | None, publisher: str | None
) -> None:
    assert publisher_of(title) == publisher


def test_entries_of_one_link_with_ids_of_their_own_are_several_articles() -> None:
    link = "https://ellery.example/live"
    entries = [item(link, FULL.replace("item", f"round {n},"), guid=f"live-{n}") for n in (1, 2)]
    first, second = of_text(rss(*entries))
    assert first.url == second.url == link
    assert first.key != second.key


def test_an_entry_read_again_keeps_its_key() -> None:
    entry = item("https://ellery.example/a", FULL, guid="a")
    assert of_text(rss(entry))[0].key == of_text(rss(entry))[0].key == "https://ellery.example/a"


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("Mo, 25 Jun 2018 11:41:36", "2018-06-25"),
        ("sab, 07 gen 2023 21:44:32 +0100", "2023-01-07"),
        ("Mar, 09 Déc 2014 11:37:23 +0100", "2014-12-09"),
        ("2016/6/29 15:07:41", "2016-06-29"),
        ("Ke, 30 lok 2013 11:34:37 +0000", "2013-10-30"),
        ("21 Apr 18 14:05:09 GMT", "2018-04-21"),
        ("03/04/2018", None),
    ],
)
def test_the_dates_of_feeds_are_read_in_any_of_our_languages(stated: str, day: str | None) -> None:
    (found,) = of_text(rss(item("https://ellery.example/a", FULL, pubDate=stated)))
    assert (found.published and found.published.iso[:10]) == day
