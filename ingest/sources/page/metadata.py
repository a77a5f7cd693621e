"""What a page says of its article, in this order of trust: JSON-LD
(https://schema.org/NewsArticle), meta tags, visible markup. The headline that it shows is checked
against the one that it states.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from ingest.article import Moment
from ingest.byline import is_person, names_of
from ingest.dates import day_of_url, parse_moment
from ingest.sources.fields import host_of
from ingest.sources.page import published as days
from ingest.sources.page.authors import names_in_markup
from ingest.text import letters, one_line

Node = Mapping[str, Any]

_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|Review)$")
_NO_PAGE = re.compile(r"Comment|Answer|Question|Review|Rating|^ImageObject$|^VideoObject$")


def json_ld_fields(tree: HtmlElement) -> dict[str, object]:
    """The fields of the page's own article; {} when it describes none, or several alike."""
    nodes = list(_nodes(tree))
    named = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    articles = [node for node in nodes if _is(node, _ARTICLE)]
    headings = (*tree.xpath("//h1"), *tree.xpath("//title"))
    shown = " ".join(one_line(place.text_content()).casefold() for place in headings)
    titles = [node.get("headline") or node.get("name") for node in articles]
    own = [
        node
        for node, title in zip(articles, titles, strict=True)
        if isinstance(title, str) and one_line(unescape(title)).casefold() in shown
    ]
    if not own and len(articles) != 1:
        return {}  # of several articles, none surely this page's, nothing is taken
    node = (own or articles)[0]
    kinds = [kind for kind in listed(node.get("@type")) if isinstance(kind, str)]
    return {
        "title": unescape(str(node.get("headline") or node.get("name") or "")),
        "published": node.get("datePublished"),
        "updated": node.get("dateModified"),
        "authors": _people(node.get("author") or node.get("creator"), named),
        "publisher": _name(node.get("publisher"), named),
        "section": _name(node.get("articleSection"), named),
        "language": node.get("inLanguage"),
        "free": str(node.get("isAccessibleForFree")).strip().lower() != "false",
        "kind": ",".join(kinds),
    }


def people_of_page(tree: HtmlElement) -> list[str]:
    """The authors of whatever else the page describes, or the one person whom it describes."""
    nodes = [node for node in _nodes(tree) if not _is(node, _NO_PAGE)]
    named = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    authors = [name for node in nodes for name in _people(node.get("author"), named)]
    persons = [node for node in nodes if "Person" in listed(node.get("@type"))]
    names = {unescape(node["name"]) for node in persons if isinstance(node.get("name"), str)}
    return authors or (list(names) if len(names) == 1 else [])


def listed(value: object) -> list[Any]:
    """The value as a list: itself, or the list it is; [] for None."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _is(node: Node, kinds: re.Pattern[str]) -> bool:
    return any(isinstance(kind, str) and kinds.search(kind) for kind in listed(node.get("@type")))


def _nodes(tree: HtmlElement) -> Iterator[Node]:
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            document = json.loads(script.text_content(), strict=False)
        except (ValueError, RecursionError):
            continue
        for node in listed(document):
            if isinstance(node, Mapping):
                yield node
                yield from (n for n in listed(node.get("@graph")) if isinstance(n, Mapping))


def _people(value: object, named: Mapping[str, Node]) -> list[str]:
    """Names of persons; an organisation as author is not a byline."""
    people = (_followed(person, named) for person in listed(value))
    names = [
        _name(person, named)
        for person in people
        if not (isinstance(person, Mapping) and "Organization" in listed(person.get("@type")))
    ]
    return [unescape(name) for name in names if name and not name.startswith("http")]


def _name(value: object, named: Mapping[str, Node]) -> str | None:
    first = _followed(next(iter(listed(value)), None), named)
    name = first.get("name") if isinstance(first, Mapping) else first
    name = next(iter(listed(name)), None)
    return one_line(name) if isinstance(name, str) else None


def _followed(value: object, named: Mapping[str, Node]) -> object:
    """What a bare reference such as {"@id": "#jane"} stands for."""
    if isinstance(value, Mapping) and "name" not in value and isinstance(value.get("@id"), str):
        return named.get(value["@id"], value)
    return value


_SHARE = 0.35  # of the stated title that a shown heading must make up, not to be a mere word of it
_BREAK = re.compile(r"\s+(?:[|–—·•»«:]|-{1,2}|::|//)\s+|\s*[|»]\s*")
_HOME = re.compile(r"^(?:https?://[^/]+)?/?(?:index\.\w+)?(?:#.*)?$|^https?://.*/https?://[^/]+/?$")
_KICKER = re.compile(r"kicker|overline|dachzeile|flytitle|eyebrow|topline|supertitle|sub-?headline"
                     r"|rubric|(?:^|\s)(?:visually-)?hidden|sr-only|colon", re.IGNORECASE)  # fmt: skip
_EDGES = " |–—-·•»«:"
_TAIL = 45  # characters; what follows the last break and is longer belongs to the headline
_HEADLINE_WORDS = 3  # of the only first-rank heading of a page, which is then its headline


def headline(tree: HtmlElement, stated: Sequence[str], site: str | None = None) -> str | None:
    """The headline of a page, or None when it has none.

    Args:
        stated: titles that metadata give, best first; they often carry the site's name.
        site: the publisher's name as far as it is known.
    """
    title_tag = [node.text_content() for node in tree.xpath("//head/title|/html/title")[:1]]
    given = [one_line(title) for title in (*stated, *title_tag)]
    # "| Gazette" is what a site's template makes of a page without a headline.
    titles = [
        title.strip(_EDGES) for title in given if title.strip(_EDGES) and title[0] not in "|–—-"
    ]
    shown = [text for text in _shown(tree) if not site or letters(text) != letters(site)]
    for text, title in itertools.product(shown, titles):
        # The title consists of the heading, or of it and of names around it.
        part, whole = letters(text), letters(title)
        enough = part == letters(_BREAK.split(title)[0]) or len(part) >= _SHARE * len(whole)
        if part and part in whole and enough:
            return text
    if not titles:
        return shown[0] if shown else None
    # What a reader sees beats what was written for lists and search engines.
    heads = [text for node in tree.xpath("//h1") if (text := letters(node.text_content()))]
    only = shown[0] if shown and len(heads) == 1 and letters(shown[0]) in heads[0] else ""
    if len(only.split()) >= _HEADLINE_WORDS:
        return only
    # The site's name may stand before the headline or after it.
    title = titles[0]
    breaks = list(_BREAK.finditer(title))
    if not breaks:
        return title
    first, last = breaks[0], breaks[-1]
    if site and letters(title[: first.start()]) == letters(site):
        return title[first.end() :]
    before, tail = title[: last.start()], title[last.end() :]
    is_site = site is not None and letters(tail) == letters(site)
    short = len(tail) <= _TAIL and len(tail) < len(before) and last[0].strip() != ":"
    return before if is_site or short else title


def heading_element(tree: HtmlElement, title: str | None) -> HtmlElement | None:
    """The element that shows the headline `title`; else the first heading of the page."""
    headings = tree.xpath("//h1|//h2|//h3|//*[@itemprop='headline']")
    wanted = letters(title or "")
    same = [node for node in headings if wanted and wanted in letters(node.text_content())]
    return next(iter(same or tree.xpath("//h1") or headings), None)


def _shown(tree: HtmlElement) -> list[str]:
    """Texts of the headings that may be the headline, likeliest first."""
    posts = tree.xpath("//*[@itemprop='headline']|//h2[contains(@class,'itle')]"
                       "|//h3[contains(@class,'-title')]")  # fmt: skip
    texts: list[str] = []
    for node in (*tree.xpath("//h1"), *posts):
        # A heading that links to the site's first page is the site's name.
        if any(map(_HOME.match, (*node.xpath("./a/@href"), *node.xpath("./parent::a/@href")))):
            continue
        text = one_line("".join(_pieces(node))).lstrip(":–—-| ") or one_line(node.text_content())
        if text and text not in texts:
            texts.append(text)
    return texts


def _pieces(node: HtmlElement) -> Iterator[str]:
    """The heading's text without the short line above it, and without what is hidden."""
    yield node.text or ""
    for child in node:
        if isinstance(child.tag, str) and not _KICKER.search(child.get("class") or ""):
            yield from _pieces(child)
        yield child.tail or ""


_CANONICAL = "//link[@rel='canonical']/@href"
# Names of meta tags without their vocabulary and as letters only, best first.
_META = {
    "title": "title twittertitle headline",
    "publisher": "sitename applicationname publisher cre",
    "published": "publishedtime published datepublished pubdate publishdate publishtime issued "
                 "created publicationdate originalpublicationdate articledateoriginal "
                 "dctermsdate sailthrudate postdate displaydate",
    "dated": "date",
    "updated": "modifiedtime datemodified lastmod lastmodified modified updatedtime",
    "authors": "author creator byl authorname twitterdata1",
    "section": "section",
    "language": "locale language contentlanguage",
    "address": "url",
    "type": "type",
}  # fmt: skip
_VOCABULARY = re.compile(
    r"^(?:(?:og|article|dc\.date|dc|dcterms(?!.date)|parsely|sailthru(?!.date)|citation|cxenseparse|recs|bt"
    r"|rnews|prism)[:._-]+)+"
)


def page_fields(tree: HtmlElement, url: str | None = None) -> dict[str, object]:
    """Fields for `article_from_fields`, without the text; None or [] for what the page leaves out.

    Args:
        url: the address that the page was read from.
    """
    linked = json_ld_fields(tree)
    tags: dict[str, list[str]] = {}
    for tag in tree.xpath("//meta[@content]"):
        names = (tag.get("property"), tag.get("name"), tag.get("itemprop"), tag.get("http-equiv"))
        name = _VOCABULARY.sub("", next(filter(None, names), "").lower())
        tags.setdefault(re.sub(r"[\W_]", "", name), []).append(tag.get("content").strip())
    meta: dict[str, list[str]] = {}  # under our names, best first
    for ours, theirs in _META.items():
        values = [value for name in theirs.split() for value in tags.get(name, ()) if value]
        is_address = ours == "address"
        meta[ours] = [v for v in values if is_address or not v.startswith(("http:", "https:"))]
    language = linked.get("language") or _first(tree, "/html/@lang") or _one(meta, "language")
    address = _own_address((_first(tree, _CANONICAL), _one(meta, "address")), url)
    site = linked.get("publisher") or _one(meta, "publisher")
    titles = [str(linked.get("title") or ""), *meta["title"]]
    title = headline(tree, [title for title in titles if title], str(site) if site else None)
    heading = heading_element(tree, title)
    # The surest date first; a day in the address is surer than one that merely stands near.
    tongue = str(language or "")
    published = _first_moment(linked.get("published"), *meta["published"])
    published = published or days.stated_moment(tree, heading, tongue)
    published = published or Moment.of(day_of_url(address or url or ""), "url")
    updated = _first_moment(linked.get("updated"), *meta["updated"])
    updated = updated or days.stated_moment(tree, heading, tongue, change=True)
    near = changed = None
    if not (published and updated):
        near, changed = days.days_near_headline(tree, heading, tongue)
    if not published:
        dated = _first_moment(*meta["dated"])
        if near and dated and near.day == dated.day:
            near = dated  # it may know the time, too
        published = near or dated
        if not (published or updated or changed):
            published = days.guessed_day(tree)
    people = linked.get("authors")
    stated = [people if isinstance(people, list) else [], meta["authors"]]
    return {
        "title": title,
        "published": published,
        "updated": updated or changed,
        "authors": _authors(tree, heading, stated, str(site or "")),
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
    own = f".{host_of(url or '') or ''}"
    for address in filter(None, stated):
        try:
            parts = urlsplit(urljoin(url or "", address))
        except ValueError:  # such as brackets that hold no IPv6 address
            continue
        host = f".{host_of(parts.geturl()) or ''}"
        same_site = url is None or host.endswith(own) or own.endswith(host)
        is_page = parts.scheme in ("http", "https") and (parts.path.strip("/") or parts.query)
        if is_page and same_site:
            return parts.geturl()
    return url


def _authors(
    tree: HtmlElement, heading: HtmlElement | None, stated: Sequence[Sequence[str]], site: str
) -> list[str]:
    """The names of the surest place that has any; persons come before accounts and the publisher."""
    names = next(filter(None, map(_names, stated)), [])
    if any(is_person(name) and letters(name) != letters(site) for name in names):
        return names
    shown = names_in_markup(tree, heading)
    if any(map(is_person, shown)):
        return shown
    # Where nobody is named as the author: the one person described.
    return names or shown or _names(people_of_page(tree))


def _first_moment(*values: object) -> Moment | None:
    return Moment.of(next(filter(None, map(parse_moment, values)), None), "metadata")


def _names(lines: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name for line in lines for name in names_of(line)))


def _one(meta: Mapping[str, list[str]], name: str) -> str | None:
    return next(iter(meta[name]), None)


def _first(tree: HtmlElement, path: str) -> str | None:
    found = tree.xpath(path)
    return str(found[0]).strip() or None if found else None
