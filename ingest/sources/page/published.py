"""When a page was published, where neither JSON-LD nor a meta tag says so for certain."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from ingest.article import Moment
from ingest.dates import parse_moment, written_day
from ingest.text import one_line

# These say that they are the publication; a bare <time> in a story may be any day of history.
_STATED = (
    "//*[@itemprop='datePublished']",
    "//time[@pubdate]",
    "//time[contains(@class,'publish') or contains(@class,'entry-date') or contains(@class,'posted')]",
    "//abbr[contains(@class,'published')]",
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
_UPDATED = re.compile(
    r"updat|modif|aktualis|zuletzt|geändert|mis à jour|actualiz|edited|last change|aggiorn|atualiz"
    r"|bijgewerkt|gewijzigd|uppdater|ändrad|opdater|ændret|oppdater|endret|päivit|muokat|обновл"
    r"|измен|güncell",
    re.IGNORECASE,
)
_LONGEST = 120  # characters of a line that tells when and by whom; a longer one is the story
_ALONE = 30  # characters around a date where nothing else says that the line is about one
_CREDIT = re.compile(r"\b(?:posted|published|by|von|am|par|le|il|del|el|on|gespeichert)\b", re.I)
_BRACKETS = re.compile(r"\(([^()]{6,80})\)\W*$")
_SENTENCE = re.compile(r"(?:\S+\s+){5,}\S+[.!?…][\"”»’)]?$")
_NEAR = 60  # elements after the headline, 15 before it
_BEFORE = 15
_OF_PAGE = 2  # html and body


def stated_moment(tree: HtmlElement, heading: HtmlElement | None, language: str) -> Moment | None:
    """What the markup marks as the publication, to the second where it says so.

    Args:
        heading: the element that shows the headline; what surrounds it is no aside.
    """
    for place in _STATED:
        nodes = [node for node in tree.xpath(place) if not _is_apart(node, heading)]
        for node in sorted(nodes, key=lambda node: -_shared(node, heading)):
            text = _before_update(one_line(node.text_content())[:_LONGEST])
            if text is None:
                continue
            given = [node.get(name) for name in ("datetime", "content", "title")]
            isos = (parse_moment(value) for value in given if value)
            iso = next(filter(None, isos), None) or written_day(text, language)
            if iso:
                return Moment(iso, "metadata")
    return None


def day_near_headline(
    tree: HtmlElement, heading: HtmlElement | None, language: str
) -> Moment | None:
    """The day written out nearest to the page's headline."""
    if heading is None:
        return None
    order = [node for node in tree.iter() if isinstance(node.tag, str)]
    place = next((i for i, node in enumerate(order) if node is heading), 0)
    near = range(max(0, place - _BEFORE), min(len(order), place + _NEAR))
    # What stands after the headline comes before what stands as far above it.
    for i in sorted(near, key=lambda i: i - place if i > place else 1.5 * (place - i)):
        node = order[i]
        if i == place or _is_in_story(node):
            continue
        text = one_line(node.text_content())
        if len(text) > _LONGEST:  # then what stands in it directly
            text = one_line(" ".join(filter(None, (node.text, *(child.tail for child in node)))))
        line = _before_update(text if len(text) <= _LONGEST else "")
        if not line or _is_apart(node, heading):
            continue
        iso = parse_moment(node.get("datetime")) or written_day(line, language)
        if iso and (_DATED.search(_own_names(node)) or len(line) <= _ALONE or _CREDIT.search(line)):
            return Moment(iso, "text")
    return None


def day_in_brackets(texts: Iterable[str], language: str) -> Moment | None:
    """The day that a title or description ends with, as in "… (Notice of 14 January 2020)"."""
    for text in texts:
        match = _BRACKETS.search(text)
        iso = written_day(match[1], language) if match and not _UPDATED.search(match[1]) else None
        if iso:
            return Moment(iso, "metadata")
    return None


def _is_in_story(node: HtmlElement) -> bool:
    """Whether the node is a sentence, or words of one, and no credit line."""
    paragraph = next((each for each in (node, *node.iterancestors()) if each.tag == "p"), None)
    if paragraph is None:
        return False
    text = one_line(paragraph.text_content())
    return len(text) > _LONGEST or bool(_SENTENCE.search(text))


def _before_update(line: str) -> str | None:
    """Of "Published 12 March, updated 13 March" the first half; None when there is none."""
    match = _UPDATED.search(line)
    text = line[: match.start()] if match else line
    return text if text.strip(" ,;|–—-(") or not match else None


def _is_apart(node: HtmlElement, heading: HtmlElement | None) -> bool:
    """Whether a node belongs to something else than the headline's article."""
    around = set(heading.iterancestors()) if heading is not None else set()
    for element in (node, *node.iterancestors()):
        if element in around or element.tag in ("body", "html"):
            break
        if element.tag == "aside" or _ASIDE.search(_own_names(element)):
            return True
        if element.tag == "footer" and next(element.iterancestors("article"), None) is None:
            return True
    # What is above the article is none of it, either: mastheads carry the day of today.
    if heading is None or _shared(node, heading) > _OF_PAGE or node.getparent() is None:
        return False
    alone = node.getparent().tag == "body" and len(node) == 0
    if alone and _top(node) == _top(heading) - 1:
        return False  # between whatever is on top and the article
    return heading.getprevious() is not node and _top(node) < _top(heading)


def _shared(node: HtmlElement, heading: HtmlElement | None) -> int:
    """How many elements hold both: html and body always do."""
    around = set(heading.iterancestors()) if heading is not None else set()
    return sum(element in around for element in node.iterancestors())


def _top(node: HtmlElement) -> int:
    """The place among the parts of the body of the part in which a node stands."""
    for element in (node, *node.iterancestors()):
        parent = element.getparent()
        if parent is not None and parent.tag == "body":
            return int(parent.index(element))
    return -1


def _own_names(node: HtmlElement) -> str:
    tag = "time" if node.tag == "time" else ""
    return f"{tag} {node.get('class') or ''} {node.get('id') or ''}"
