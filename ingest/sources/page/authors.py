"""Who wrote a page: names out of its markup, freed of "By", roles, dates and the site's name."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Sequence

from lxml import etree
from lxml.html import HtmlElement

from ingest.byline import LINE, is_person, names_of
from ingest.text import one_line

# Everything that may hold an author's name, in one walk over the page: several take several times
# as long as everything else that is done with it.
_CANDIDATES = (
    "//*[@itemprop or contains(@rel,'author') or contains(@href,'/aut') or @id='author'"
    " or contains(@class,'uthor') or contains(@class,'utor') or contains(@class,'uteur')"
    " or contains(@class,'yline') or contains(@class,'vcard') or contains(@class,'username')]"
)
_NAME_CLASS = re.compile(r"author-?_{0,2}name|byline-?_{0,2}(?:name|author)", re.IGNORECASE)

_BYLINE_CLASSES = (
    "article-byline", "post-author", "entry-author", "article-author", "article__author",
)  # fmt: skip
_AUTHOR_PAGES = ("/author/", "/authors/", "/autor/")
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|related|sidebar|recommend\w*|reply|replies|avatar"
    r"|teasers?(?=\s))(?=$|[\s_-])",
    re.IGNORECASE,
)
_BEFORE = 15  # elements before a headline and
_NEAR = 55  # elements from there on among which a credit line may stand
_ALONE = ("p", "em", "i", "strong", "b")  # where a line such as "By Jane Doe" ends a story
_RAW = 1000  # characters of white space and all
_CREDIT_WORDS = "by|von|par|por|di|door|av|af|text|redaktion|autor|authors?"
_CREDITED = re.compile(rf"\b(?:{_CREDIT_WORDS})\b", re.IGNORECASE)
_CREDIT = re.compile(rf"^\W*(?:{_CREDIT_WORDS}|posted by)\b", re.IGNORECASE)
# After these words a single one is a name, too.
_POSTED = re.compile(
    r"^\W*(?:(?:posted|written|published|submitted)\s+by|(?:geschrieben|verfasst|eingestellt|gepostet"
    r"|veröffentlicht)\s+von|(?:publié|rédigé)\s+par|escrito\s+por|scritto\s+da)\b",
    re.IGNORECASE,
)


def names_in_markup(
    tree: HtmlElement, heading: HtmlElement | None, not_names: Sequence[str]
) -> list[str]:
    """Authors as the page shows them; [] when it shows none.

    Args:
        heading: the element that shows the headline; what surrounds it is no aside.
        not_names: what also stands in such places and is no author: the publisher, the domain.
    """
    around = set(heading.iterancestors()) if heading is not None else set()
    found = tree.xpath(_CANDIDATES)
    marked = _first_names(map(_marked_places, found), around, not_names)
    if any(map(is_person, marked)):
        return marked
    loose = [] if marked else _first_names(map(_loose_places, found), around, not_names)
    if loose and all(map(is_person, loose)):
        return loose
    return marked or _names_in_lines(tree, heading, not_names)


def _first_names(
    places: Iterable[list[list[HtmlElement]]],
    around: Collection[HtmlElement],
    not_names: Sequence[str],
) -> list[str]:
    """The names of the surest place; those of persons before those of accounts."""
    accounts: list[str] = []
    for place in zip(*places, strict=True):
        nodes = [node for held in place for node in held if not _is_aside(node, around)]
        for node in nodes:
            names = names_of(_line(node), not_names)
            if names and all(map(is_person, names)):
                # Several authors stand next to each other, each in an element of its own.
                parent = node.getparent()
                box = parent.getparent() if parent is not None else None
                for other in nodes:
                    if other is not node and box is not None and box in other.iterancestors():
                        names += names_of(_line(other), not_names)
                return list(dict.fromkeys(names))
            accounts = accounts or names
    return accounts


def _marked_places(node: HtmlElement) -> list[list[HtmlElement]]:
    """What holds the name in each of the places that are marked as a name, surest place first."""
    marks = node.get("class") or ""
    names, href = marks.split(), node.get("href") or ""
    # Of a schema.org author the name; else all that is marked as the author.
    is_author = node.get("itemprop") == "author"
    item = (node.xpath(".//*[@itemprop='name']") or [node]) if is_author else []
    # The full name on a vCard (http://microformats.org/wiki/hcard) of the author.
    full = node.xpath(".//*[contains(concat(' ',@class,' '),' fn ')]") if "author" in names else []
    card = full or ([node] if "author" in names and "vcard" in names else [])
    return [
        item,
        [node] if "author" in (node.get("rel") or "").split() else [],
        card,
        [node] if _NAME_CLASS.search(marks) else [],
        [node] if node.tag == "a" and any(part in href for part in _AUTHOR_PAGES) else [],
        [node] if "byline" in names or any(mark in marks for mark in _BYLINE_CLASSES) else [],
        [node] if "username" in names else [],
    ]


def _loose_places(node: HtmlElement) -> list[list[HtmlElement]]:
    """Where only what looks like a name is taken: links and headings in a box about the author,
    the box itself, and whatever is called a byline."""
    marks = node.get("class") or ""
    box = f"{marks} {node.get('id') or ''}".lower()
    return [
        [*node.iter("a"), *node.iter("h3", "h4")] if "author" in marks else [],
        [node] if any(word in box for word in ("author", "autor", "auteur")) else [],
        [node] if "byline" in marks.lower() else [],
    ]


def _names_in_lines(
    tree: HtmlElement, heading: HtmlElement | None, not_names: Sequence[str]
) -> list[str]:
    """The names of the first line such as "By Jane Doe", close below the headline or alone."""
    around = set(heading.iterancestors()) if heading is not None else set()
    near: list[HtmlElement] = []
    if heading is not None:
        order = list(tree.iter(etree.Element))
        start = order.index(heading)
        near = order[max(0, start - _BEFORE) : start + _NEAR - _BEFORE]
    for node in (*near, *tree.iter(*_ALONE)):
        # Its first words: cheaper than its whole text.
        beginning = " ".join(itertools.islice(node.itertext(), 4))[:LINE]
        if not _CREDITED.search(beginning) or _is_aside(node, around):
            continue
        for line in re.split(r"\s*[|•·–—]\s*|\s+-\s+", _line(node)):
            names = names_of(line, not_names) if _CREDIT.match(line) else []
            if names and (_POSTED.match(line) or all(map(is_person, names))):
                return names
    return []


def _line(node: HtmlElement) -> str:
    """The node's text when it is short; of a longer one what stands in it directly, if short."""
    text = node.get("content") or " ".join(node.itertext())
    if len(text) > LINE and len(text := " ".join(text.split())) > LINE:
        text = " ".join(filter(None, (node.text, *(child.tail for child in node))))
    text = one_line(text) if len(text) <= _RAW else ""
    return text if len(text) <= LINE else ""


def _is_aside(node: HtmlElement, around: Collection[HtmlElement]) -> bool:
    for element in (node, *node.iterancestors()):
        if element in around or element.tag in ("body", "html"):
            return False
        if _ASIDE.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            return True
    return False
