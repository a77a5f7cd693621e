"""What a page says of its article, in this order of trust: JSON-LD, meta tags, visible markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from ingest.article import Moment
from ingest.dates import day_of_url, parse_moment
from ingest.sources.fields import host_of
from ingest.sources.page.authors import is_person, names_in_markup, names_of
from ingest.sources.page.dates import day_in_brackets, day_near_headline, stated_moment
from ingest.sources.page.headline import heading_element, headline
from ingest.sources.page.jsonld import json_ld_fields, people_of_page, published_of_page

_CANONICAL = "//link[@rel='canonical']/@href"
_META: Mapping[str, tuple[str, ...]] = {
    "title": ("og:title", "twitter:title", "dc.title", "parsely-title", "citation_title",
              "title", "headline"),
    "publisher": ("og:site_name", "application-name", "dc.publisher", "publisher", "cre"),
    "published": (
        "article:published_time", "article:published", "datepublished", "og:article:published_time",
        "article.published", "og:published_time", "og:pubdate", "pubdate", "publishdate",
        "publish-date", "publish_date", "published_time", "published-date", "published_date",
        "parsely-pub-date", "sailthru.date", "dc.date.issued", "dc.date.created",
        "dcterms.created", "dcterms.issued", "dcterms.date", "citation_publication_date",
        "cxenseparse:recs:publishtime", "bt:pubdate", "rnews:datepublished", "prism.publicationdate",
        "originalpublicationdate", "article_date_original", "article:post_date", "displaydate",
    ),
    "dated": ("dc.date", "date", "article:date"),
    "updated": (
        "article:modified_time", "datemodified", "lastmod", "last-modified", "dcterms.modified",
        "og:updated_time",
    ),
    "authors": ("author", "article:author", "parsely-author", "dc.creator", "dcterms.creator",
                "sailthru.author", "byl", "citation_author", "article:author_name", "creator",
                "twitter:data1"),
    "section": ("article:section", "section", "parsely-section"),
    "language": ("og:locale", "language", "content-language", "dc.language"),
    "address": ("og:url",),
    "type": ("og:type",),
    "described": ("og:description", "description"),
}  # fmt: skip


@dataclass(frozen=True)
class _Page:
    """A page, where its headline stands, and the language it is written in."""

    tree: HtmlElement
    heading: HtmlElement | None
    language: str


def page_fields(tree: HtmlElement, url: str | None = None) -> dict[str, object]:
    """Fields for `article_from_fields`, without the text; None or [] for what the page leaves out.

    Args:
        url: the address that the page was read from.
    """
    linked, meta = json_ld_fields(tree), _meta_tags(tree)
    language = linked.get("language") or _first(tree, "/html/@lang") or _one(meta, "language")
    address = _own_address((_first(tree, _CANONICAL), _one(meta, "address")), url)
    site = linked.get("publisher") or _one(meta, "publisher")
    titles = [str(linked.get("title") or ""), *meta["title"]]
    title = headline(tree, [title for title in titles if title], str(site) if site else None)
    page = _Page(tree, heading_element(tree, title), str(language or ""))
    return {
        "title": title,
        "published": _published(page, linked, meta, address or url),
        "updated": linked.get("updated") or _one(meta, "updated"),
        "authors": _authors(page, linked, meta, [str(site or ""), host_of(address or url or "")]),
        "publisher": site,
        "section": linked.get("section") or _one(meta, "section"),
        "language": language,
        "kind": linked.get("kind"),
        "url": address,
        "free": linked.get("free"),
        "type": _one(meta, "type"),
        "article": bool(linked),
    }


def _own_address(stated: Sequence[str | None], url: str | None) -> str | None:
    """The page's canonical address: one of the same site, and not merely the site's first page.

    A copy that names the original at another publisher as canonical is an article of its own.
    """
    for address in filter(None, stated):
        try:
            parts = urlsplit(urljoin(url or "", address))
        except ValueError:  # such as brackets that hold no IPv6 address
            continue
        is_page = parts.scheme in ("http", "https") and (parts.path.strip("/") or parts.query)
        if is_page and (url is None or _same_site(parts.geturl(), url)):
            return parts.geturl()
    return url


def _same_site(one: str, other: str) -> bool:
    hosts = [f".{host_of(address) or ''}" for address in (one, other)]
    return hosts[0].endswith(hosts[1]) or hosts[1].endswith(hosts[0])


def _published(
    page: _Page,
    linked: Mapping[str, object],
    meta: Mapping[str, list[str]],
    address: str | None,
) -> Moment | None:
    """The surest date; a day in the address is surer than one that merely stands near."""
    if stated := _first_moment(linked.get("published"), *meta["published"]):
        return stated
    if marked := stated_moment(page.tree, page.heading, page.language):
        return marked
    if day := day_of_url(address) if address else None:
        return Moment(day, "url")
    if own := _first_moment(published_of_page(page.tree)):
        return own
    near = day_near_headline(page.tree, page.heading, page.language)
    dated = _first_moment(*meta["dated"])
    if near and dated and near.day == dated.day:
        return dated  # it may know the time, too
    return near or day_in_brackets((*meta["title"], *meta["described"]), page.language) or dated


def _first_moment(*values: object) -> Moment | None:
    isos = filter(None, map(parse_moment, values))
    return next((Moment(iso, "metadata") for iso in isos), None)


def _authors(
    page: _Page,
    linked: Mapping[str, object],
    meta: Mapping[str, list[str]],
    not_names: list[str | None],
) -> list[str]:
    """The names of the surest place that has any; the publisher's only where there is no other."""
    banned = [name for name in not_names if name]
    people = linked.get("authors")
    stated = [people if isinstance(people, list) else [], meta["authors"]]
    names = next(filter(None, (_names(lines, banned) for lines in stated)), [])
    if any(map(is_person, names)):
        return names
    shown = names_in_markup(page.tree, page.heading, banned)
    if any(map(is_person, shown)) or (shown and not names):
        return shown
    return names or _last_names(page, [line for lines in stated for line in lines], banned)


def _last_names(page: _Page, stated: Sequence[str], banned: Sequence[str]) -> list[str]:
    """Where nobody is named as the author: the one person described, or the publisher itself."""
    return (
        _names(people_of_page(page.tree), banned)
        or _names(stated, [])
        or names_in_markup(page.tree, page.heading, [])
    )


def _names(lines: Sequence[str], not_names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name for line in lines for name in names_of(line, not_names)))


def _meta_tags(tree: HtmlElement) -> dict[str, list[str]]:
    """Under each of our names, what the meta tags of its names say, best first."""
    tags: dict[str, list[str]] = {}
    for tag in tree.xpath("//meta[@content]"):
        names = (tag.get("property"), tag.get("name"), tag.get("itemprop"), tag.get("http-equiv"))
        name = next(filter(None, names), "").lower()
        tags.setdefault(name, []).append(tag.get("content").strip())
    return {
        ours: [
            value
            for name in names
            for value in tags.get(name, ())
            if value and (ours == "address" or not value.startswith(("http:", "https:")))
        ]
        for ours, names in _META.items()
    }


def _one(meta: Mapping[str, list[str]], name: str) -> str | None:
    return next(iter(meta[name]), None)


def _first(tree: HtmlElement, path: str) -> str | None:
    found = tree.xpath(path)
    return str(found[0]).strip() or None if found else None
