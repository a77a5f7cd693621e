"""Who wrote a page: names out of its markup, freed of "By", roles, dates and the site's name."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Sequence

from lxml import etree
from lxml.html import HtmlElement

from ingest.dates import without_dates
from ingest.text import letters, one_line

# Everything that may hold an author's name, in one walk over the page: several take several times
# as long as everything else that is done with it.
_CANDIDATES = (
    "//*[@itemprop or contains(@rel,'author') or contains(@href,'/aut') or @id='author'"
    " or contains(@class,'uthor') or contains(@class,'utor') or contains(@class,'uteur')"
    " or contains(@class,'yline') or contains(@class,'vcard') or contains(@class,'username')]"
)
_NAME_CLASS = re.compile(r"author-?_{0,2}name|byline-?_{0,2}(?:name|author)", re.IGNORECASE)

_BYLINE_CLASS = re.compile(
    r"(?:^|\s)byline(?:$|\s)|article-byline|post-author|entry-author|article-author|article__author"
)
_AUTHOR_PAGE = re.compile(r"/(?:authors?|autor)/")
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|related|sidebar|recommend\w*|reply|replies|avatar"
    r"|teasers?(?=\s))(?=$|[\s_-])",
    re.IGNORECASE,
)
_BEFORE = 15  # elements before a headline and
_NEAR = 55  # elements from there on among which a credit line may stand
_ALONE = ("p", "em", "i", "strong", "b")  # where a line such as "By Jane Doe" ends a story
_LONGEST = 20_000  # characters of a stated author that are looked at
_RAW = 1000  # characters of white space and all
_LINE = 120  # characters of a credit line, at most
_BY = re.compile(
    r"^\W*(?:(?:written|posted|published|reported|submitted|added|post\s+author|view\s+all\s+posts"
    r"|geschrieben|veröffentlicht|verfasst|eingestellt|gepostet|gespeichert|beitrag|alles|zum\s+profil"
    r"|ein\s+\w+|publié|rédigé|scritto|escrito|text|words|story|article|artikel)\s+)?"
    r"(?:by|von|vom|par|por|di|da|door|av|af|autor(?:in)?|author|authors|auteur|autore|text|interview"
    r"|redaktion|redakteur(?:in)?|от|od)\b\s*:?\s+(?=\S)",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"^\W*(?:by|von|par|por|di|door|av|af|text|redaktion|autor|authors?|posted by)\b", re.IGNORECASE
)
_CREDITED = re.compile(r"^.{0,30}?\b(?:by|von|par|por)\s+(?=\S)", re.IGNORECASE)
_PICTURE = re.compile(r"photo|foto|image|bild|illustration|graphic|grafik|video|cartoon", re.I)
# After these words a single one is a name, too.
_POSTED = re.compile(
    r"^\W*(?:(?:posted|written|published|submitted)\s+by|(?:geschrieben|verfasst|eingestellt|gepostet"
    r"|veröffentlicht)\s+von|(?:publié|rédigé)\s+par|escrito\s+por|scritto\s+da)\b",
    re.IGNORECASE,
)
_CREDIT_WORD = re.compile(
    r"\b(?:by|von|par|por|di|door|av|af|text|redaktion|authors?|autor)\b", re.I
)
_CUT = re.compile(
    r"\s*(?:[|•·–—]|\s-\s|\bon\b|\bam\b|\bat\b|\bin\b|\bfor\b|\bpublished\b|\bupdated\b|\bposted\b|@|\(|\s\d|"
    r"\bis\s+an?\b|\bvia\b|\bunder\b|\bunter\b|\bveröffentlicht\b|https?:)",
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
    r"view all posts|more|stand|datum|date|about|no author|ver todos|alle beiträge|website|comments?|written|null|none)$"
    r"|\b(?:staff|correspondent|reporter|writer|desk|bureau|editor|editorial|team|"
    r"newsletter|subscribe|follow|comments?|posts|view|all|minutes?|read|agency|agentur|"
    r"www|com|org|editor-in-chief|photograph\w*)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"(?:(?:[A-ZÀ-ÞА-Я][\w.’'`-]*|de|da|di|van|von|der|den|al|bin|el|la|le|du|y)(?:\s+|$)){2,5}"
)
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
        [node] if node.tag == "a" and _AUTHOR_PAGE.search(href) else [],
        [node] if _BYLINE_CLASS.search(marks) else [],
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
        beginning = " ".join(itertools.islice(node.itertext(), 4))[:_LINE]
        if not _CREDIT_WORD.search(beginning) or _is_aside(node, around):
            continue
        for line in _PART.split(_line(node)):
            names = names_of(line, not_names) if _CREDIT.match(line) else []
            if names and (_POSTED.match(line) or all(map(is_person, names))):
                return names
    return []


def _line(node: HtmlElement) -> str:
    """The node's text when it is short; of a longer one what stands in it directly, if short."""
    text = node.get("content") or " ".join(node.itertext())
    if len(text) > _LINE and len(text := " ".join(text.split())) > _LINE:
        text = " ".join(filter(None, (node.text, *(child.tail for child in node))))
    text = one_line(text) if len(text) <= _RAW else ""
    return text if len(text) <= _LINE else ""


def is_person(name: str) -> bool:
    """Whether it looks like a person's name, not like an account's."""
    return _PERSON.fullmatch(name) is not None


def names_of(line: str, not_names: Sequence[str] = ()) -> list[str]:
    """The names in a line such as "By Jane Doe and John Roe | 5 May": ["Jane Doe", "John Roe"]."""
    line = without_dates(one_line(line[:_LONGEST])[:_LINE])
    credit = _CREDITED.match(line)
    if credit and _PICTURE.search(credit[0]):
        return []
    line = _BY.sub("", line[credit.end() :] if credit else line)
    cut = _CUT.search(line, 2)
    parts = _SPLIT.split(line[: cut.start()] if cut else line)
    banned = {letters(name) for name in not_names if name}
    names: list[str] = []
    for part in parts:
        name = _ROLE.sub("", _BY.sub("", part)).strip(" ,:*_|•·-–—\"'")
        words = name.split()
        half = len(words) // 2
        # "Jane Doe Jane Doe", as an image's text and a link make it, is one name.
        if half > 0 and words[:half] == words[half:] and len(words[0]) > len("R."):
            words = words[:half]
            name = " ".join(words)
        is_name = (
            0 < len(words) <= _WORDS
            and 1 < len(name) <= _LENGTH
            and any(map(str.isalpha, name))
            and not _NO_NAME.search(name)
            and not any(character in name for character in "@{}[]<>=/…!?")
        )
        if is_name and letters(name) not in banned and name not in names:
            names.append(name)
    return names


def _is_aside(node: HtmlElement, around: Collection[HtmlElement]) -> bool:
    for element in (node, *node.iterancestors()):
        if element in around or element.tag in ("body", "html"):
            return False
        if _ASIDE.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            return True
    return False
