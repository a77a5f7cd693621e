"""When a page was published and last changed, where neither JSON-LD nor a meta tag says so."""

from __future__ import annotations

import copy
import re

from htmldate import find_date
from lxml.html import HtmlElement

from ingest.article import Moment
from ingest.byline import LINE
from ingest.dates import UPDATED, days_of_line, parse_moment, without_dates
from ingest.sources.page.nodes import around, line_of, names, near
from ingest.text import one_line

# These say that they are the publication; a bare <time> in a story may be any day of history.
_STATED = (
    "//*[@itemprop='datePublished']",
    "//time[@pubdate]",
    "//time[contains(@class,'publish') or contains(@class,'entry-date') or contains(@class,'posted')]",
    "//article/header//time",
    "//*[contains(@class,'entry-date') or contains(@class,'post-date') or contains(@class,'pubdate')"
    " or contains(@class,'date-published') or contains(@class,'publish-date')"
    " or contains(@class,'published') or contains(@class,'dateline')"
    " or contains(@class,'article-date') or contains(@class,'article__date')]",
)
_DATED = re.compile(
    r"date|time|publish|posted|datum|fecha|meta|byline|stand|author|autor|submitted|created",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|related|sidebar|recommend\w*|reply|replies|teasers?(?=\s)"
    r"|copyright|events?|masthead|top-?bar|site-?header|navbar|nav|menu|toolbar|ticker|latest|breaking"
    r"|responses?|discussion|respond|wm-ipp[\w-]*|(?<!post-)(?<!entry-)(?<!article-)footer|recent\w*)(?=$|[\s_-])",
    re.IGNORECASE,
)
_CHANGED = (
    "//*[@itemprop='dateModified']",
    "//time[contains(@class,'updated') or contains(@class,'modified')]",
)
_CREDIT = 40  # characters beside its dates of a line that says by whom, and when
_PUBLISHED = re.compile(r"publish|entry-date|posted", re.IGNORECASE)
_DAY = len("2023-07-16")  # a time that is merely shown is in nobody knows whose zone
_SENTENCE = re.compile(r"(?:\S+\s+){5,}\S+[.!?…][\"”»’)]?$")


def stated_moment(
    tree: HtmlElement, heading: HtmlElement | None, language: str, *, change: bool = False
) -> Moment | None:
    """What the markup marks as the publication, to the second where it says so.

    Args:
        heading: the element that shows the headline; what surrounds it is no aside.
        change: the last change instead.
    """
    for place in _CHANGED if change else _STATED:
        for node in (node for node in tree.xpath(place) if not _is_apart(node, heading)):
            line = one_line(node.text_content())[:LINE]
            day, later, _ = days_of_line(line, language)
            # Whatever its attributes say.
            if _PUBLISHED.search(names(node)) if change else UPDATED.search(line) and not day:
                continue
            day = day or (later if change else None)
            if iso := _exact(node, language) or (day or "")[:_DAY]:
                return Moment(iso, "metadata")
    return None


def days_near_headline(
    tree: HtmlElement, heading: HtmlElement | None, language: str
) -> tuple[Moment | None, Moment | None]:
    """(the publication, the last change) as the lines nearest to the page's headline say."""
    published: str | None = None
    updated: str | None = None
    for node in near(tree, heading):
        if (published and updated) or _is_in_story(node):
            continue
        line = line_of(node)
        first, later, _ = days_of_line(line, language)
        exact = _exact(node, language)
        if not (first or later or exact) or _is_apart(node, heading):
            continue
        if UPDATED.search(line) and not first:
            within = node.find(".//time")  # which may state the time of the line's day, too
            exact = exact or (_exact(within, language) if within is not None else None)
            updated = updated or exact or (later or "")[:_DAY] or None
        elif _says_updated(node, language):
            updated = updated or exact or (first or "")[:_DAY]
        elif (
            later  # which its label says
            or _DATED.search(f"{node.tag} {names(node)}")
            or len(without_dates(line)) <= _CREDIT
        ):
            published = published or exact or (first or "")[:_DAY]
            updated = updated or ((later or "")[:_DAY] or None)
    return Moment.of(published, "text"), Moment.of(updated, "text")


def _exact(node: HtmlElement, language: str) -> str | None:
    given = (node.get(name) for name in ("datetime", "content", "title"))
    return next(filter(None, (parse_moment(value, language) for value in given if value)), None)


def _says_updated(node: HtmlElement, language: str) -> bool:
    """Whether the line that a node is part of, or its own name, calls its day an update."""
    if UPDATED.search(names(node)) and not _PUBLISHED.search(names(node)):
        return True
    parent = node.getparent()
    line = line_of(parent) if parent is not None else ""
    published, updated, _ = days_of_line(line, language)
    return bool(updated and not published)


def guessed_day(tree: HtmlElement) -> Moment | None:
    """What htmldate makes of a page that says nowhere when it is from."""
    tree = copy.deepcopy(tree)
    # Mastheads, footers and what stands beside have days of their own.
    for node in tree.xpath("//body//*"):
        apart = node.tag in ("aside", "footer") or _ASIDE.search(names(node))
        if apart and node.getparent() is not None:
            node.drop_tree()
    day = find_date(tree, extensive_search=False, original_date=True)
    return Moment.of(day, "guess")


def _is_in_story(node: HtmlElement) -> bool:
    """Whether the node is a sentence, or words of one, and no credit line."""
    paragraph = next((each for each in (node, *node.iterancestors()) if each.tag == "p"), None)
    if paragraph is None:
        return False
    text = one_line(paragraph.text_content())
    return len(text) > LINE or bool(_SENTENCE.search(text))


def _is_apart(node: HtmlElement, heading: HtmlElement | None) -> bool:
    """Whether a node belongs to something else than the headline's article."""
    held = around(heading)
    for element in (node, *node.iterancestors()):
        if element in held or element.tag in ("body", "html"):
            break
        if element.tag == "aside" or _ASIDE.search(names(element)):
            return True
        if element.tag == "footer" and next(element.iterancestors("article"), None) is None:
            return True
    # What is above the article is none of it, either: mastheads carry the day of today.
    above = _top(heading) - _top(node) if heading is not None else 0
    if above == 1 and len(node) == 0 and node.xpath("parent::body"):
        return False  # between whatever is on top and the article
    return above > 0 and heading is not None and heading.getprevious() is not node


def _top(node: HtmlElement) -> int:
    """The place among the parts of the body of the part in which a node stands."""
    for element in (node, *node.iterancestors()):
        parent = element.getparent()
        if parent is not None and parent.tag == "body":
            return int(parent.index(element))
    return -1
