"""Sitemaps: pages of one's own host, indexes within bounds, and dates for what they are."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date

import pytest

from ingest.article import Article, Failure, Moment, PassedOver, Seen, Unchanged, Visit
from ingest.web import lists
from ingest.web import sites as web_source
from ingest.web.sites import Web
from tests.ingest.web_server import MemoryVisits, Site, article, moves, sends, web

SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
Read = Callable[..., list[Seen]]


def urlset(*urls: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {SPACES}>{"".join(urls)}</urlset>'


def index(*links: str, lastmod: str = "") -> str:
    stated = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    inner = "".join(f"<sitemap><loc>{link}</loc>{stated}</sitemap>" for link in links)
    return f"<sitemapindex {SPACES}>{inner}</sitemapindex>"


def url(loc: str, lastmod: str = "", more: str = "") -> str:
    stated = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<url><loc>{loc}</loc>{stated}{more}</url>"


def news(day: str = "2023-07-16T09:10:00+08:00", title: str = "Dues raised") -> str:
    return (
        "<news:news><news:publication><news:name>The Ellery Post</news:name>"
        "<news:language>en</news:language></news:publication>"
        f"<news:publication_date>{day}</news:publication_date><news:title>{title}</news:title></news:news>"
    )


@pytest.fixture
def site(site: Site) -> Site:  # the empty one, filled
    for number in range(9):
        site.pages[f"/{number}"] = sends(article(f"Story {number}"))
    return site


@pytest.fixture
def read(site: Site) -> Read:
    """Everything that a sitemap at /sitemap.xml gives."""

    def of(body: str | bytes, reader: Web | None = None, **headers: str) -> list[Seen]:
        site.pages["/sitemap.xml"] = sends(body, "application/xml", **headers)
        return list(web_source.read(site.url + "/sitemap.xml", reader or web()))

    return of


def articles(items: list[Seen]) -> list[Article]:
    return [item for item in items if isinstance(item, Article)]


def note(items: list[Seen], visits: MemoryVisits) -> None:
    for item in items:
        if isinstance(item, Visit):
            visits.note(item)


def test_news_tags_fill_what_the_page_lacks(read: Read, site: Site) -> None:
    picture = "<image:image><image:loc>http://other.example/a.jpg</image:loc></image:image>"
    items = read(urlset(url(f"{site.url}/1", "2023-07-20", picture + news())), ETag='"1"')
    found, page, visited = items
    assert isinstance(found, Article)
    assert found.title == "Story 1"
    assert found.published == Moment("2023-07-16T09:10:00+08:00", "feed")
    assert (found.updated, found.publisher, found.language) == (None, "The Ellery Post", "en")
    assert found.source == f"{site.url}/1"
    assert isinstance(page, Visit)
    assert page.stamp == "2023-07-20"
    assert isinstance(visited, Visit)
    assert (visited.source, visited.etag) == (f"{site.url}/sitemap.xml", '"1"')


def test_lastmod_is_no_date_of_publication(read: Read, site: Site) -> None:
    [found] = articles(read(urlset(url(f"{site.url}/1", "2023-07-20"))))
    assert (found.published, found.updated) == (None, None)


def test_entries_lie_on_the_host_of_the_sitemap(read: Read, site: Site) -> None:
    items = read(urlset(url("http://other.example/1"), url(f"{site.url}/1"), url("/2"), url("")))
    assert items[0] == Failure(
        "http://other.example/1", "it lies on another host than the sitemap that names it"
    )
    assert isinstance(items[1], Article)
    assert items[3] == Failure("/2", "the address is not http or https")
    assert items[4] == Failure(f"{site.url}/sitemap.xml:4", "the entry has no address")


def test_since_and_limit(read: Read, site: Site) -> None:
    body = urlset(
        url(f"{site.url}/1", "2023-07-15"),
        url(f"{site.url}/2", "03/04/2023"),
        url(f"{site.url}/3", "", news("2023-07-15")),
        url(f"{site.url}/4", "2023-07-17", news("2023-07-15")),
        url(f"{site.url}/5"),
    )
    items = read(body, web(since=date(2023, 7, 16)))
    assert site.paths == ["/sitemap.xml", "/2", "/4", "/5"]
    assert sum(isinstance(item, PassedOver) for item in items) == 2
    assert items[-1].source == f"{site.url}/5"  # the sitemap itself was not read to the end
    items = read(body, web(limit=2))
    assert [found.title for found in articles(items)] == ["Story 1", "Story 2"]
    assert items[-1].source == f"{site.url}/2"


def test_an_index_leads_to_its_sitemaps(read: Read, site: Site) -> None:
    site.pages["/a.xml.gz"] = sends(
        gzip.compress(urlset(url(f"{site.url}/1")).encode()), "application/x-gzip"
    )
    site.pages["/b.xml"] = sends(urlset(url(f"{site.url}/2"), url(f"{site.url}/1")), "text/xml")
    items = read(index(f"{site.url}/a.xml.gz", f"{site.url}/b.xml", f"{site.url}/a.xml.gz"))
    assert [found.title for found in articles(items)] == ["Story 1", "Story 2"]
    visited = [item.source for item in items if isinstance(item, Visit)]
    assert visited == [f"{site.url}/{path}" for path in ("1", "a.xml.gz", "2", "b.xml")]


def test_one_limit_for_all_of_an_index(read: Read, site: Site) -> None:
    for name in "ab":
        site.pages[f"/{name}.xml"] = sends(
            urlset(*(url(f"{site.url}/{n}") for n in ((1, 2) if name == "a" else (3, 4)))),
            "text/xml",
        )
    items = read(index(f"{site.url}/a.xml", f"{site.url}/b.xml"), web(limit=3))
    assert len(articles(items)) == 3
    assert f"{site.url}/b.xml" not in [item.source for item in items]


def test_three_levels_are_read_and_no_circle_is_run(read: Read, site: Site) -> None:
    for level in range(2, 6):
        site.pages[f"/level{level}.xml"] = sends(
            index(f"{site.url}/level{level + 1}.xml"), "text/xml"
        )
    site.pages["/level3.xml"] = sends(urlset(url(f"{site.url}/1")), "text/xml")
    assert len(articles(read(index(f"{site.url}/level2.xml")))) == 1
    site.pages["/level3.xml"] = sends(index(f"{site.url}/level4.xml"), "text/xml")
    items = read(index(f"{site.url}/level2.xml"))
    assert items == [Failure(f"{site.url}/level4.xml", "it lies more than 3 sitemaps deep")]
    assert read(index(f"{site.url}/sitemap.xml")) == []


def test_sitemaps_and_entries_have_their_bounds(
    read: Read, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (web_source._MOST_SITEMAPS, lists.MOST_ENTRIES) == (500, 50_000)
    monkeypatch.setattr(web_source, "_MOST_SITEMAPS", 5)
    monkeypatch.setattr(lists, "MOST_ENTRIES", 1_000)
    site.pages.update({f"/e{n}.xml": sends(urlset(), "text/xml") for n in range(7)})
    items = read(index(*(f"{site.url}/e{n}.xml" for n in range(7))))
    [failure] = [item for item in items if isinstance(item, Failure)]
    assert failure.reason == "it names more than 5 sitemaps; the rest is left out"
    assert site.paths.count("/e3.xml") == 1
    assert "/e4.xml" not in site.paths
    many = urlset(*(url(f"{site.url}/{n}", "2001-01-01") for n in range(1_001)))
    items = read(many, web(since=date(2023, 7, 16)))
    assert sum(isinstance(item, PassedOver) for item in items) == 1_000
    assert items[-1] == Failure(
        f"{site.url}/sitemap.xml", "it names more than 1,000 entries; the rest is left out"
    )


def test_old_sitemaps_of_an_index_are_not_asked_for(read: Read, site: Site) -> None:
    items = read(index(f"{site.url}/old.xml", lastmod="2020-01-01"), web(since=date(2023, 7, 16)))
    assert items == [PassedOver(f"{site.url}/old.xml", "it is older than 2023-07-16")]
    assert site.paths == ["/sitemap.xml"]


def test_what_fails_below_an_index_is_a_row(read: Read, site: Site) -> None:
    site.pages["/page.xml"] = sends(article())
    site.pages["/other.xml"] = sends("<nitf/>", "text/xml")
    site.pages["/good.xml"] = sends(urlset(url(f"{site.url}/1")), "text/xml")
    names = ("gone.xml", "page.xml", "other.xml", "good.xml")
    items = read(index("http://other.example/a.xml", *(f"{site.url}/{name}" for name in names)))
    failures = {item.source: item.reason for item in items if isinstance(item, Failure)}
    assert failures == {
        "http://other.example/a.xml": "it lies on another host than the sitemap that names it",
        f"{site.url}/gone.xml": "it answered 404 (not found)",
        f"{site.url}/page.xml": "it is not a sitemap",
        f"{site.url}/other.xml": "it is not a sitemap",
    }
    assert len(articles(items)) == 1
    assert items[-1].source == f"{site.url}/good.xml"  # whole in itself


def test_nothing_is_asked_for_twice(read: Read, site: Site) -> None:
    visits = MemoryVisits()
    body = urlset(url(f"{site.url}/1", "2023-07-15"), url(f"{site.url}/2"))
    note(read(body, web(visits=visits), ETag='"1"'), visits)
    site.requests.clear()
    assert read(body, web(visits=visits), ETag='"1"') == [Unchanged(f"{site.url}/sitemap.xml")]
    body = urlset(url(f"{site.url}/1", "2023-07-16"), url(f"{site.url}/2"), url(f"{site.url}/3"))
    items = read(body, web(visits=visits), ETag='"2"')
    assert site.paths == ["/sitemap.xml", "/sitemap.xml", "/1", "/3"]
    assert Unchanged(f"{site.url}/2") in items


def test_an_unchanged_sitemap_below_an_index(read: Read, site: Site) -> None:
    visits = MemoryVisits()
    site.pages["/a.xml"] = sends(urlset(url(f"{site.url}/1")), "text/xml", ETag='"1"')
    note(read(index(f"{site.url}/a.xml"), web(visits=visits), ETag='"9"'), visits)
    items = read(index(f"{site.url}/a.xml"), web(visits=visits), ETag='"9"')
    assert items == [Unchanged(f"{site.url}/a.xml")]


def test_a_failed_entry_lets_its_sitemap_be_read_again(read: Read, site: Site) -> None:
    items = read(urlset(url(f"{site.url}/gone"), url(f"{site.url}/1")), ETag='"1"')
    assert [item.source for item in items if isinstance(item, Visit)] == [f"{site.url}/1"]


def test_a_damaged_sitemap_gives_what_comes_before(read: Read, site: Site) -> None:
    items = read(urlset(url(f"{site.url}/1"), url(f"{site.url}/2"))[:-40])
    assert len(articles(items)) == 1 + (
        "/2<" in urlset(url(f"{site.url}/1"), url(f"{site.url}/2"))[:-40]
    )
    assert isinstance(items[-1], Failure)
    assert "its XML is damaged" in items[-1].reason


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE urlset [<!ENTITY x "y">]>',
        '<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_are_refused(read: Read, site: Site, declaration: str) -> None:
    items = read(urlset(url(f"{site.url}/&x;")).replace("?>", f"?>{declaration}", 1))
    assert items == [
        Failure(f"{site.url}/sitemap.xml", "it declares XML entities, which are not allowed")
    ]


def test_a_sitemap_that_has_moved_to_another_host_may_name_both(site: Site) -> None:
    site.pages["/sitemap.xml"] = moves(f"http://localhost:{site.port}/moved.xml")
    body = urlset(url(f"{site.url}/1"), url(f"http://localhost:{site.port}/2"))
    site.pages["/moved.xml"] = sends(body, "text/xml")
    assert len(articles(list(web_source.read(site.url + "/sitemap.xml", web())))) == 2


def test_a_file_of_elements_takes_little() -> None:
    deep = urlset(url("http://a.example/", more="<x>" * 20_000 + "</x>" * 20_000))
    [entry] = lists.sitemap_entries(deep.encode(), "http://a.example/s", "http://a.example/s")
    assert entry.link == "http://a.example/"
