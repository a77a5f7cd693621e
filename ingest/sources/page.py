"""Saved web pages: the article out of the page, its facts out of JSON-LD and meta tags."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

import trafilatura
from lxml import html

from ingest.article import Article
from ingest.clean import clean
from ingest.errors import UnreadableError
from ingest.sources.fields import article_from_fields
from ingest.sources.files import SourceFile
from ingest.text import decode, one_line

_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|Review)$|^LiveBlogPosting$")
_OPINION_TYPES = {"OpinionNewsArticle": "opinion", "AnalysisNewsArticle": "analysis"}
_META = {
    "title": ("og:title", "twitter:title", "dc.title", "parsely-title"),
    "publisher": ("og:site_name", "application-name", "dc.publisher", "publisher"),
    "published": (
        "article:published_time", "article:published", "datepublished", "pubdate", "publishdate",
        "publish-date", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created",
        "dc.date", "date", "og:article:published_time",
    ),
    "updated": (
        "article:modified_time", "datemodified", "lastmod", "last-modified", "dcterms.modified",
        "og:updated_time",
    ),
    "authors": ("author", "article:author", "parsely-author", "dc.creator", "sailthru.author",
                "byl"),
    "section": ("article:section", "section", "parsely-section"),
    "language": ("og:locale", "language"),
    "url": ("og:url",),
}  # fmt: skip
# A <time> within the story may be any day of history; these say that they are the publication.
_STATED_DATE = (
    "//*[@itemprop='datePublished']/@datetime|//*[@itemprop='datePublished']/@content"
    "|//time[@pubdate]/@datetime|//time[contains(@class,'publish')]/@datetime"
    "|//article/header//time[not(contains(@class,'update'))]/@datetime"
)
_TITLE_TAIL = re.compile(r"\s+[|–—-]\s+[^|–—]{2,40}$")


def read(file: SourceFile) -> Iterator[Article]:
    """The one article of a saved page.

    Raises:
        UnreadableError: no text, or no article found in it.
    """
    yield article_of_page(decode(file.data()), file.name, file.key)


def article_of_page(markup: str, source: str, key: str, url: str | None = None) -> Article:
    """The article of an HTML page, cleaned.

    Raises:
        UnreadableError: no article was found in the page.
    """
    tree = trafilatura.load_html(markup)
    if tree is None:
        raise UnreadableError("it is not an HTML page")
    fields = page_fields(tree)
    fields.setdefault("url", url)
    text = _main_text(markup)
    if not text:
        raise UnreadableError("no article was found in the page")
    text = _without_headings(text, tree)
    article = clean(article_from_fields({**fields, "text": text}, source, key))
    if not article.text:
        raise UnreadableError("no article was found in the page")
    return article


def _without_headings(text: str, tree: html.HtmlElement) -> str:
    """The text without the page's headline above it: metadata may state another wording."""
    headings = {one_line(node.text_content()).casefold() for node in tree.xpath("//h1")}
    lines = text.split("\n")
    while len(lines) > 1 and (not lines[0].strip() or one_line(lines[0]).casefold() in headings):
        lines.pop(0)
    return "\n".join(lines)


def page_fields(tree: html.HtmlElement) -> dict[str, object]:
    """What the page says of its article: JSON-LD first, then meta tags, then the markup itself."""
    found: dict[str, object] = {}
    for layer in (_json_ld(tree), _meta_tags(tree), _markup(tree)):
        for name, value in layer.items():
            if value not in (None, "", [], ()) and name not in found:
                found[name] = value
    return found


def _main_text(markup: str) -> str:
    text = trafilatura.extract(
        markup, include_comments=False, include_tables=False, deduplicate=False, fast=False
    )
    return "\n\n".join(line for line in (text or "").split("\n") if line.strip())


def _json_ld(tree: html.HtmlElement) -> dict[str, object]:
    nodes = [node for node in _json_ld_nodes(tree) if _is_article(node)]
    for node in sorted(nodes, key=lambda node: not _is_of_page(node, tree)):
        if len(nodes) > 1 and not _is_of_page(node, tree):
            break  # several articles and none of them surely this page's
        kinds = _listed(node.get("@type"))
        return {
            "title": unescape(str(node.get("headline") or node.get("name") or "")),
            "published": node.get("datePublished"),
            "updated": node.get("dateModified"),
            "authors": _people(node.get("author")),
            "publisher": _name(node.get("publisher")),
            "section": _name(node.get("articleSection")),
            "language": node.get("inLanguage"),
            "kind": next((_OPINION_TYPES[kind] for kind in kinds if kind in _OPINION_TYPES), None),
        }
    return {}


def _is_article(node: Mapping[str, Any]) -> bool:
    kinds = _listed(node.get("@type"))
    return any(isinstance(kind, str) and _ARTICLE_TYPES.search(kind) for kind in kinds)


def _is_of_page(node: Mapping[str, Any], tree: html.HtmlElement) -> bool:
    """Whether the page shows this node's headline as its own."""
    shown = [*tree.xpath("//h1"), *tree.xpath("//title")]
    texts = " ".join(one_line(place.text_content()).casefold() for place in shown)
    headline = node.get("headline") or node.get("name")
    return isinstance(headline, str) and one_line(unescape(headline)).casefold() in texts


def _json_ld_nodes(tree: html.HtmlElement) -> Iterator[Mapping[str, Any]]:
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            document = json.loads(script.text_content(), strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _listed(document):
            if isinstance(node, Mapping):
                yield node
                yield from (n for n in _listed(node.get("@graph")) if isinstance(n, Mapping))


def _meta_tags(tree: html.HtmlElement) -> dict[str, object]:
    tags: dict[str, list[str]] = {}
    for tag in tree.xpath("//meta[@content]"):
        name = tag.get("property") or tag.get("name") or tag.get("itemprop") or ""
        tags.setdefault(name.lower(), []).append(tag.get("content").strip())
    found: dict[str, object] = {}
    for ours, names in _META.items():
        values = next((tags[name] for name in names if any(tags.get(name, []))), [])
        values = [value for value in values if value and not value.startswith("http")] or (
            values if ours == "url" else []
        )
        if values:
            found[ours] = values if ours == "authors" and len(values) > 1 else values[0]
    return found


def _markup(tree: html.HtmlElement) -> dict[str, object]:
    headings = tree.xpath("//article//h1") or tree.xpath("//h1")
    titles = headings or tree.xpath("//title")
    heading = one_line(titles[0].text_content()) if titles else ""
    return {
        "title": (heading if headings else _TITLE_TAIL.sub("", heading)) or None,
        "url": _first(tree.xpath("//link[@rel='canonical']/@href")),
        "language": _first(tree.xpath("/html/@lang")),
        "published": _first(tree.xpath(_STATED_DATE)),
        "authors": _rel_authors(tree),
    }


def _rel_authors(tree: html.HtmlElement) -> list[str]:
    nodes = tree.xpath("//article//*[@rel='author' or @itemprop='author']")
    return list(dict.fromkeys(filter(None, (one_line(node.text_content()) for node in nodes))))


def _people(value: object) -> list[str]:
    """Names of JSON-LD persons; an organisation as author is not a byline."""
    people = [
        person
        for person in _listed(value)
        if not (isinstance(person, Mapping) and person.get("@type") == "Organization")
    ]
    return [name for name in map(_name, people) if name and not name.startswith("http")]


def _name(value: object) -> str | None:
    first = next(iter(_listed(value)), None)
    name = first.get("name") if isinstance(first, Mapping) else first
    return one_line(name) if isinstance(name, str) else None


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _first(values: list[Any]) -> str | None:
    return str(values[0]) if values else None
