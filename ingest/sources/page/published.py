"""When a page was published and last changed, where neither JSON-LD nor a meta tag says so."""

from __future__ import annotations

import copy
import re

from htmldate import find_date
from lxml import etree
from lxml.html import HtmlElement

from ingest.article import Moment
from ingest.dates import UPDATED, days_of_line, parse_moment, without_dates, written_day
from ingest.text import one_line

# These say that they are the publication; a bare <time> in a story may be any day of history.
_STATED = (
    "//*[@itemprop='datePublished' or @pubdate or contains(@class,'entry-date')"
    " or contains(@class,'post-date') or contains(@class,'posted') or contains(@class,'pubdate')"
    " or contains(@class,'publish-date') or contains(@class,'published')"
    " or contains(@class,'dateline') or contains(@class,'article-date')"
    " or contains(@class,'article__date')]|//article/header//time"
)
_CHANGED = "//*[@itemprop='dateModified']"
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|related|sidebar|recommend\w*|reply|replies|teasers?(?=\s)"
    r"|copyright|events?|masthead|top-?bar|site-?header|navbar|nav|menu|toolbar|ticker|latest|breaking"
    r"|responses?|discussion|respond|wm-ipp[\w-]*|(?<!post-)(?<!entry-)(?<!article-)footer|recent\w*)(?=$|[\s_-])",
    re.IGNORECASE,
)
_LONGEST = 120  # characters of a line that tells when and by whom; a longer one is the story
_CREDIT = 40  # characters beside its dates of a line that says by whom, and when
_PUBLISHED = re.compile(r"publish|entry-date|posted", re.IGNORECASE)
_DAY = len("2023-07-16")  # a time that is merely shown is in nobody knows whose zone
_SENTENCE = re.compile(r"(?:\S+\s+){5,}\S+[.!?…][\"”»’)]?$")
_NEAR = 60  # elements after the headline, 15 before it
_BEFORE = 15


def stated_moment(
    tree: HtmlElement, heading: HtmlElement | None, language: str, *, changed: bool = False
) -> Moment | None:
    """What the markup marks as the publication, or as the last change, as exactly as it says it.

    Args:
        heading: the element that shows the headline; what surrounds it is no aside.
    """
    for node in tree.xpath(_CHANGED if changed else _STATED):
        line = one_line(node.text_content())[:_LONGEST]
        iso = _exact(node, language) or written_day(line, language)
        if iso and (changed or not UPDATED.search(line)) and not _is_apart(node, heading):
            return Moment(iso, "metadata")
    return None


def days_near_headline(
    heading: HtmlElement | None, language: str
) -> tuple[Moment | None, Moment | None]:
    """(the publication, the last change) as the lines nearest to the page's headline say."""
    published: str | None = None
    updated: str | None = None
    if heading is None:
        return None, None
    order = list(heading.getroottree().iter(etree.Element))
    place = order.index(heading)
    near = range(max(0, place - _BEFORE), min(len(order), place + _NEAR))
    # What stands after the headline comes before what stands as far above it.
    for i in sorted(near, key=lambda i: i - place if i > place else 1.5 * (place - i)):
        node = order[i]
        if i == place or (published and updated) or _is_in_story(node):
            continue
        line = _line(node)
        first, later, _ = days_of_line(line, language)
        day = (first or later or "")[:_DAY]
        times = filter(None, (_exact(time, language) for time in node.iter("time")))
        exact = _exact(node, language) or next((iso for iso in times if iso[:_DAY] == day), None)
        if not (first or later or exact) or _is_apart(node, heading):
            continue
        if (UPDATED.search(line) and not first) or _says_updated(node, language):
            updated = updated or exact or day
        elif len(without_dates(line)) <= _CREDIT:
            published = published or exact or (first or "")[:_DAY]
            updated = updated or ((later or "")[:_DAY] or None)
    return Moment.of(published, "text"), Moment.of(updated, "text")


def _exact(node: HtmlElement, language: str) -> str | None:
    given = (node.get(name) for name in ("datetime", "content", "title"))
    return next(filter(None, (parse_moment(value, language) for value in given if value)), None)


def _line(node: HtmlElement) -> str:
    """The node's text where it is a line; else what stands in it directly. A break is a space."""
    text = one_line(" ".join(node.itertext()))
    if len(text) > _LONGEST:
        text = one_line(" ".join(filter(None, (node.text, *(child.tail for child in node)))))
    return text if len(text) <= _LONGEST else ""


def _says_updated(node: HtmlElement, language: str) -> bool:
    """Whether the line that a node is part of, or its own name, calls its day an update."""
    names = _own_names(node)
    if UPDATED.search(names) and not _PUBLISHED.search(names):
        return True
    parent = node.getparent()
    line = _line(parent) if parent is not None else ""
    published, updated, _ = days_of_line(line, language)
    return bool(updated and not published)


def guessed_day(tree: HtmlElement) -> Moment | None:
    """What htmldate makes of a page that says nowhere when it is from."""
    tree = copy.deepcopy(tree)
    # Mastheads, footers and what stands beside have days of their own.
    for node in tree.xpath("//body//*"):
        if _is_beside(node) and node.getparent() is not None:
            node.drop_tree()
    day = find_date(tree, extensive_search=False, original_date=True)
    return Moment.of(day, "guess")


def _is_in_story(node: HtmlElement) -> bool:
    """Whether the node is a sentence, or words of one, and no credit line."""
    paragraph = next((each for each in (node, *node.iterancestors()) if each.tag == "p"), None)
    if paragraph is None:
        return False
    text = one_line(paragraph.text_content())
    return len(text) > _LONGEST or bool(_SENTENCE.search(text))


def _is_apart(node: HtmlElement, heading: HtmlElement | None) -> bool:
    """Whether a node belongs to something else than the headline's article."""
    around = {heading, *heading.iterancestors()} if heading is not None else set()
    part = node
    for element in (node, *node.iterancestors()):
        if element.tag in ("body", "html"):
            # What is above the article is none of it: mastheads carry the day of today.
            return any(below in around for below in part.itersiblings())
        if element in around:
            return False
        if _is_beside(element):
            return True
        part = element
    return False


def _is_beside(element: HtmlElement) -> bool:
    """Whether an element holds something else than the article, as a footer of the page does."""
    if element.tag == "footer" and next(element.iterancestors("article"), None) is None:
        return True
    return element.tag == "aside" or bool(_ASIDE.search(_own_names(element)))


def _own_names(node: HtmlElement) -> str:
    tag = "time" if node.tag == "time" else ""
    return f"{tag} {node.get('class') or ''} {node.get('id') or ''}"
