"""What a page says of itself in JSON-LD (https://schema.org/NewsArticle)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from ingest.text import one_line

Node = Mapping[str, Any]

_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|Review)$|^LiveBlogPosting$")
_KINDS = {
    "OpinionNewsArticle": "opinion",
    "AnalysisNewsArticle": "analysis",
    "LiveBlogPosting": "live",
}
_NO_PAGE = re.compile(r"Comment|Answer|Question|Review|Rating|^ImageObject$|^VideoObject$")


def json_ld_fields(tree: HtmlElement) -> dict[str, object]:
    """The fields of the page's own article; {} when it describes none, or several alike."""
    nodes = list(_nodes(tree))
    named = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    node = _own_article(nodes, tree)
    if node is None:
        return {}
    kinds = [kind for kind in listed(node.get("@type")) if isinstance(kind, str)]
    return {
        "title": unescape(str(node.get("headline") or node.get("name") or "")),
        "published": node.get("datePublished"),
        "updated": node.get("dateModified"),
        "authors": _people(node.get("author") or node.get("creator"), named),
        "publisher": _name(node.get("publisher"), named),
        "section": _name(node.get("articleSection"), named),
        "language": node.get("inLanguage"),
        "free": _is_free(node.get("isAccessibleForFree")),
        "kind": next((_KINDS[kind] for kind in kinds if kind in _KINDS), None),
    }


def published_of_page(tree: HtmlElement) -> object:
    """The one date that the page, or what it holds beside an article, is published on."""
    nodes = [node for node in _nodes(tree) if not _is(node, _NO_PAGE)]
    dates = {str(node["datePublished"]) for node in nodes if node.get("datePublished")}
    return dates.pop() if len(dates) == 1 else None


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


def _own_article(nodes: list[Node], tree: HtmlElement) -> Node | None:
    articles = [node for node in nodes if _is(node, _ARTICLE)]
    own = next((node for node in articles if _is_shown(node, tree)), None)
    if own is None and len(articles) == 1:
        return articles[0]
    return own  # of several articles, none surely this page's, nothing is taken


def _is(node: Node, kinds: re.Pattern[str]) -> bool:
    return any(isinstance(kind, str) and kinds.search(kind) for kind in listed(node.get("@type")))


def _is_shown(node: Node, tree: HtmlElement) -> bool:
    """Whether the page shows this node's headline as its own."""
    shown = [*tree.xpath("//h1"), *tree.xpath("//title")]
    texts = " ".join(one_line(place.text_content()).casefold() for place in shown)
    headline = node.get("headline") or node.get("name")
    return isinstance(headline, str) and one_line(unescape(headline)).casefold() in texts


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
                yield from (n for n in listed(node.get("mainEntity")) if isinstance(n, Mapping))


def _people(value: object, named: Mapping[str, Node]) -> list[str]:
    """Names of persons; an organisation as author is not a byline."""
    people = [_followed(person, named) for person in listed(value)]
    persons = [
        person
        for person in people
        if not (isinstance(person, Mapping) and "Organization" in listed(person.get("@type")))
    ]
    names = [_name(person, named) for person in persons]
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


def _is_free(value: object) -> bool | None:
    """False for what its publisher says is not accessible for free."""
    if isinstance(value, str):
        return value.strip().lower() != "false"
    return value if isinstance(value, bool) else None
