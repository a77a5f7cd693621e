"""Who wrote a page: names out of its markup, freed of "By", roles, dates and the site's name."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from lxml.html import HtmlElement

from ingest.text import one_line

# Where pages put their authors' names, surest first.
_PLACES = (
    "//*[@itemprop='author']//*[@itemprop='name']",
    "//*[@itemprop='author']",
    "//*[contains(concat(' ',@rel,' '),' author ')]",
    "//*[contains(concat(' ',@class,' '),' author ')]//*[contains(concat(' ',@class,' '),' fn ')]",
    "//*[contains(@class,'author-name') or contains(@class,'author__name')"
    " or contains(@class,'authorName') or contains(@class,'authorname')"
    " or contains(@class,'byline-name') or contains(@class,'byline__name')"
    " or contains(@class,'author_name')]",
    "//*[contains(concat(' ',@class,' '),' vcard ') and contains(@class,'author')]",
    "//a[contains(@href,'/author/') or contains(@href,'/authors/') or contains(@href,'/autor/')]",
    "//*[contains(concat(' ',@class,' '),' byline ') or contains(@class,'article-byline')"
    " or contains(@class,'post-author') or contains(@class,'entry-author')"
    " or contains(@class,'article-author') or contains(@class,'article__author')]",
    "//*[contains(@class,'author')]//*[self::a or self::h3 or self::h4]",
    "//*[contains(@class,'author') or contains(@class,'autor') or contains(@class,'auteur')"
    " or contains(@class,'Author') or contains(@id,'author')]",
    "//*[contains(@class,'byline') or contains(@class,'Byline') or contains(@class,'username')]",
)
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|related|sidebar|recommend\w*|reply|replies|avatar"
    r"|teasers?(?=\s))(?=$|[\s_-])",
    re.IGNORECASE,
)
_BEFORE = 15  # elements before a headline and
_NEAR = 55  # elements from there on among which a credit line may stand
_ALONE = ("p", "em", "i", "strong", "b")  # where a line such as "By Jane Doe" ends a story
_LINE = 120  # characters of a credit line, at most
_BY = re.compile(
    r"^\W*(?:(?:written|posted|published|reported|submitted|added|post\s+author|view\s+all\s+posts"
    r"|geschrieben|veröffentlicht|verfasst|eingestellt|gepostet|gespeichert|beitrag|alles|zum\s+profil"
    r"|ein\s+\w+|publié|rédigé|scritto|escrito|text|words|story|article|artikel)\s+)?"
    r"(?:by|von|vom|par|por|di|da|door|av|af|autor(?:in)?|author|authors|auteur|autore|text|interview"
    r"|redaktion|redakteur(?:in)?|от|od)\b\s*:?\s+(?=\S)",
    re.IGNORECASE,
)
_CREDIT = re.compile(r"^\W*(?:by|von|par|por|di|door|av|af|text|redaktion|autor|posted by)\b", re.I)
_CUT = re.compile(
    r"\s*(?:[|•·–—]|\s-\s|\bon\b|\bam\b|\bat\b|\bin\b|\bfor\b|\bpublished\b|\bupdated\b|\bposted\b|@|\(|\s\d|"
    r"\bis\s+an?\b|\bvia\b|\bveröffentlicht\b|https?:)",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:,|;|/|&|\n|\band\b|\bund\b|\bet\b|\bwith\b|\be\b|\by\b|\bet al\b|\bim gespräch mit\b|\bin conversation with\b)\s*",
    re.I,
)
_NO_NAME = re.compile(
    r"^(?:admin\w*|administrator|webmaster|redaktion|redaction|redazione|redacción|staff|editors?|"
    r"editorial|the editors?|author|authors|autor|by|von|guest|gast|anonymous|unknown|team|"
    r"news ?desk|newsroom|contributors?|user|root|facebook|twitter|email|share|posts?|profile|"
    r"view all posts|more|stand|about|no author|ver todos|alle beiträge|website|comments?|written|null|none)$"
    r"|\b(?:staff|correspondent|reporter|writer|desk|bureau|editor|editorial|redaktion|team|"
    r"newsletter|subscribe|follow|comments?|posts|view|all|minutes?|read|agency|agentur|"
    r"www|com|org|editor-in-chief|photograph\w*)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"(?:(?:[A-ZÀ-ÞА-Я][\w.’'`-]*|de|da|di|van|von|der|den|al|bin|el|la|le|du|y)(?:\s+|$)){2,5}"
)
_MARKED = 8  # of the places are named for names; in the others only what looks like one is taken
_PART = re.compile(r"\s*[|•·–—]\s*|\s+-\s+")
_ROLE = re.compile(r"^[\w-]*(?:experte|expertin|redakteur|redakteurin|reporter|kolumnist(?:in)?|"
                   r"korrespondent(?:in)?|autorin)\s+(?=\S+\s)", re.IGNORECASE)  # fmt: skip
_WORDS = 5  # of a name, at most
_LENGTH = 60


def names_in_markup(
    tree: HtmlElement, heading: HtmlElement | None, not_names: Sequence[str]
) -> list[str]:
    """Authors as the page shows them; [] when it shows none.

    Args:
        heading: the element that shows the headline; what surrounds it is no aside.
        not_names: what also stands in such places and is no author: the publisher, the domain.
    """
    around = set(heading.iterancestors()) if heading is not None else set()
    for rank, place in enumerate(_PLACES):
        nodes = [node for node in tree.xpath(place) if not _is_aside(node, around)]
        for node in nodes:
            names = names_of(_line(node), not_names)
            if names and (rank < _MARKED or all(map(_PERSON.fullmatch, names))):
                return _with_neighbours(names, node, nodes, not_names)
    return _names_in_lines(tree, heading, not_names)


def _names_in_lines(
    tree: HtmlElement, heading: HtmlElement | None, not_names: Sequence[str]
) -> list[str]:
    """The names of the first line such as "By Jane Doe", close below the headline or alone."""
    order = [node for node in tree.iter() if isinstance(node.tag, str)]
    start = order.index(heading) if heading is not None else 0
    for place, node in enumerate(order[max(0, start - _BEFORE) :]):
        for line in _PART.split(_line(node)):
            if not _CREDIT.match(line) or (place > _NEAR and node.tag not in _ALONE):
                continue
            names = names_of(line, not_names)
            if names and all(map(_PERSON.fullmatch, names)):
                return names
    return []


def _line(node: HtmlElement) -> str:
    """The node's text when it is short; of a longer one what stands in it directly, if short."""
    text = one_line(node.get("content") or " ".join(node.itertext()))
    if len(text) > _LINE:
        text = one_line(" ".join(filter(None, (node.text, *(child.tail for child in node)))))
    return text if len(text) <= _LINE else ""


def is_person(name: str) -> bool:
    """Whether it looks like a person's name, not like an account's."""
    return _PERSON.fullmatch(name) is not None


def names_of(line: str, not_names: Sequence[str] = ()) -> list[str]:
    """The names in a line such as "By Jane Doe and John Roe | 5 May": ["Jane Doe", "John Roe"]."""
    line = _BY.sub("", line)
    cut = _CUT.search(line, 2)
    parts = _SPLIT.split(line[: cut.start()] if cut else line)
    banned = {_plain(name) for name in not_names if name}
    names = [_once(_ROLE.sub("", _BY.sub("", part)).strip(" ,:*_-–—\"'")) for part in parts]
    return list(
        dict.fromkeys(name for name in names if _is_name(name) and _plain(name) not in banned)
    )


def _once(name: str) -> str:
    """ "Jane Doe Jane Doe", as an image's text and a link make it, is one name."""
    words = name.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half and words[:half] == words[half:] else name


def _with_neighbours(
    names: list[str], first: HtmlElement, nodes: Sequence[HtmlElement], not_names: Sequence[str]
) -> list[str]:
    """The names of several authors that stand next to each other, each in an element of its own."""
    around = first.getparent().getparent() if first.getparent() is not None else None
    for node in nodes:
        if node is not first and around is not None and around in node.iterancestors():
            names += names_of(_line(node), not_names)
    return list(dict.fromkeys(names))


def _is_aside(node: HtmlElement, around: Collection[HtmlElement]) -> bool:
    for element in (node, *node.iterancestors()):
        if element in around or element.tag in ("body", "html"):
            return False
        if _ASIDE.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            return True
    return False


def _is_name(text: str) -> bool:
    words = text.split()
    return (
        0 < len(words) <= _WORDS
        and 1 < len(text) <= _LENGTH
        and any(map(str.isalpha, text))
        and not _NO_NAME.search(text)
        and not any(character in text for character in "@{}[]<>=/…!?")
    )


def _plain(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()
