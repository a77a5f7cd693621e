"""A page's headline: what it shows, checked against what it states."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from ingest.text import letters, one_line

_SHARE = 0.35  # of the stated title that a shown heading must make up, not to be a mere word of it
_BREAK = re.compile(r"\s+(?:[|–—·•»«:]|-{1,2}|::|//)\s+|\s*[|»]\s*")
_HOME = re.compile(r"^(?:https?://[^/]+)?/?(?:index\.\w+)?(?:#.*)?$|^https?://.*/https?://[^/]+/?$")
_KICKER = re.compile(r"kicker|overline|dachzeile|flytitle|eyebrow|topline|supertitle|sub-?headline"
                     r"|rubric|(?:^|\s)(?:visually-)?hidden|sr-only|colon", re.IGNORECASE)  # fmt: skip
_EDGES = " |–—-·•»«:"
_TAIL = 45  # characters; what follows the last break and is longer belongs to the headline
_TAIL_WORDS = 5


def headline(tree: HtmlElement, stated: Sequence[str], site: str | None = None) -> str | None:
    """The headline of a page, or None when it has none.

    Args:
        stated: titles that metadata give, best first; they often carry the site's name.
        site: the publisher's name as far as it is known.
    """
    given = [one_line(title) for title in (*stated, *_title_tag(tree))]
    # "| Gazette" is what a site's template makes of a page without a headline.
    titles = [
        title.strip(_EDGES) for title in given if title.strip(_EDGES) and title[0] not in "|–—-"
    ]
    shown = [heading for heading in _shown(tree) if not site or letters(heading) != letters(site)]
    for heading in shown:
        if any(_is_part(heading, title) for title in titles):
            return heading
    if titles:
        return _without_site(titles[0], site)
    return shown[0] if shown else None


def heading_element(tree: HtmlElement, title: str | None) -> HtmlElement | None:
    """The element that shows the headline `title`; else the first heading of the page."""
    headings = tree.xpath("//h1|//h2|//h3|//*[@itemprop='headline']")
    wanted = letters(title or "")
    same = [node for node in headings if wanted and wanted in letters(node.text_content())]
    return next(iter(same or tree.xpath("//h1") or headings), None)


def _shown(tree: HtmlElement) -> list[str]:
    """Texts of the headings that may be the headline, likeliest first."""
    marked = tree.xpath("//h1//*[@itemprop='headline']|//h1[@itemprop='headline']")
    headings = [*marked, *tree.xpath("//h1")]
    inner = tree.xpath("//h1/span|//h1/a|//h1/strong|//h1/em|//h1/a/span")
    posts = tree.xpath("//*[@itemprop='headline']|//h2[contains(@class,'itle')]"
                       "|//h3[contains(@class,'-title')]")  # fmt: skip
    nodes = [node for node in (*headings, *inner, *posts) if not _leads_home(node)]
    texts = [_without_kicker(node) for node in nodes]
    return list(dict.fromkeys(text for text in texts if text))


def _leads_home(node: HtmlElement) -> bool:
    """Whether the heading is the site's name: it links to the site's first page."""
    links = [*node.xpath("./a/@href"), *node.xpath("./parent::a/@href")]
    return any(_HOME.match(link) for link in links)


def _without_kicker(node: HtmlElement) -> str:
    """The heading's text without the short line above it, and without what is hidden."""
    return one_line("".join(_pieces(node))).lstrip(":–—-| ") or one_line(node.text_content())


def _pieces(node: HtmlElement) -> Iterator[str]:
    yield node.text or ""
    for child in node:
        if isinstance(child.tag, str) and not _KICKER.search(child.get("class") or ""):
            yield from _pieces(child)
        yield child.tail or ""


def _title_tag(tree: HtmlElement) -> list[str]:
    return [node.text_content() for node in tree.xpath("//head/title|/html/title")[:1]]


def _is_part(heading: str, title: str) -> bool:
    """Whether the title consists of the heading, or of it and of names around it."""
    short, long = letters(heading), letters(title)
    whole = short in map(letters, _BREAK.split(title)[:1])
    return bool(short) and short in long and (whole or len(short) >= _SHARE * len(long))


def _without_site(title: str, site: str | None) -> str:
    """The title without the site's name before or after it."""
    breaks = list(_BREAK.finditer(title))
    if not breaks:
        return title
    first, last = breaks[0], breaks[-1]
    if site and letters(title[: first.start()]) == letters(site):
        return title[first.end() :]
    tail = title[last.end() :]
    is_site = site is not None and letters(tail) == letters(site)
    short = len(tail) <= _TAIL and len(tail.split()) <= _TAIL_WORDS and last[0].strip() != ":"
    longer = len(title[: last.start()]) > len(tail)
    return title[: last.start()] if is_site or (short and longer) else title
