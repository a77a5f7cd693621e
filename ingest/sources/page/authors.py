"""Who wrote a page: names out of its markup, freed of "By", roles and dates."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection

from lxml.html import HtmlElement

from ingest.byline import LINE, is_person, names_of
from ingest.sources.page.nodes import around, line_of, names, near

# Everything that may hold an author's name, in one walk over the page: several take several times
# as long as everything else that is done with it.
_CANDIDATES = (
    "//*[@itemprop='author' or contains(@rel,'author') or contains(@href,'/aut') or @id='author'"
    " or contains(@class,'uthor') or contains(@class,'utor') or contains(@class,'uteur')"
    " or contains(@class,'yline') or contains(@class,'username')]"
)
_NAME_CLASS = re.compile(r"author-?_{0,2}name|byline-?_{0,2}(?:name|author)", re.IGNORECASE)

_BYLINE_CLASSES = (
    "article-byline", "post-author", "entry-author", "article-author", "article__author",
)  # fmt: skip
_BOX = 6  # the rank of a box about the author: only what looks like a name is taken of it
_AUTHOR_PAGES = ("/author/", "/authors/", "/autor/")
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|related|sidebar|recommend\w*|reply|replies|avatar"
    r"|teasers?(?=\s))(?=$|[\s_-])",
    re.IGNORECASE,
)
_ALONE = ("p", "em", "i", "strong", "b")  # where a line such as "By Jane Doe" ends a story
_CREDIT_WORDS = "by|von|par|por|di|door|av|af|text|redaktion|autor|authors?"
_CREDITED = re.compile(rf"\b(?:{_CREDIT_WORDS})\b", re.IGNORECASE)
_CREDIT = re.compile(rf"^\W*(?:{_CREDIT_WORDS}|posted by)\b", re.IGNORECASE)
# After these words a single one is a name, too.
_POSTED = re.compile(
    r"^\W*(?:(?:posted|written|published|submitted)\s+by|(?:geschrieben|verfasst|eingestellt|gepostet"
    r"|veröffentlicht)\s+von|(?:publié|rédigé)\s+par|escrito\s+por|scritto\s+da)\b",
    re.IGNORECASE,
)


def names_in_markup(tree: HtmlElement, heading: HtmlElement | None) -> list[str]:
    """Authors as the page shows them; [] when it shows none.

    Args:
        heading: the element that shows the headline; what surrounds it is no aside.
    """
    held = around(heading)
    found = [node for node in tree.xpath(_CANDIDATES) if not _is_aside(node, held)]
    ranks = [_rank(node) for node in found]
    accounts: list[str] = []
    # Persons of whatever place come before accounts.
    for rank, node in sorted(zip(ranks, found, strict=True), key=lambda each: each[0]):
        named = names_of(_credit(node)) if rank <= _BOX else []
        if named and all(map(is_person, named)):
            # Several authors stand next to each other, each in an element of its own.
            box = node.getparent().getparent()
            for other, place in zip(found, ranks, strict=True):
                if place == rank and box in other.iterancestors():
                    named += names_of(_credit(other))
            return list(dict.fromkeys(named))
        accounts = accounts or (named if rank < _BOX else [])
    return accounts or _names_in_lines(tree, heading)


def _rank(node: HtmlElement) -> int:
    """How sure it is that an element holds an author's name: 0 is surest, after _BOX it is none."""
    marks, href = node.get("class") or "", node.get("href") or ""
    box = names(node).lower()
    places = (
        node.get("itemprop") == "author",
        "author" in (node.get("rel") or "").split(),
        _NAME_CLASS.search(marks),
        node.tag == "a" and any(part in href for part in _AUTHOR_PAGES),
        "byline" in marks.split() or any(mark in marks for mark in _BYLINE_CLASSES),
        "username" in marks.split(),
        any(word in box for word in ("author", "autor", "auteur", "byline")),
    )
    return next((rank for rank, is_there in enumerate(places) if is_there), _BOX + 1)


def _names_in_lines(tree: HtmlElement, heading: HtmlElement | None) -> list[str]:
    """The names of the first line such as "By Jane Doe", close below the headline or alone."""
    held = around(heading)
    for node in (*near(tree, heading), *tree.iter(*_ALONE)):
        # Its first words: cheaper than its whole text.
        beginning = " ".join(itertools.islice(node.itertext(), 4))[:LINE]
        if not _CREDITED.search(beginning) or _is_aside(node, held):
            continue
        for line in re.split(r"\s*[|•·–—]\s*|\s+-\s+", _credit(node)):
            named = names_of(line) if _CREDIT.match(line) else []
            if named and (_POSTED.match(line) or all(map(is_person, named))):
                return named
    return []


def _credit(node: HtmlElement) -> str:
    return line_of(next(iter(node.xpath(".//*[@itemprop='name']")), node))


def _is_aside(node: HtmlElement, held: Collection[HtmlElement]) -> bool:
    for element in (node, *node.iterancestors()):
        if element in held or element.tag in ("body", "html"):
            return False
        if _ASIDE.search(names(element)):
            return True
    return False
