"""The blocks of a page: its paragraphs, list items, headings and rows in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml.html import HtmlElement

_BLOCKS = frozenset(
    "p li h1 h2 h3 h4 h5 h6 blockquote pre td th dt dd div section article figcaption main aside "
    "header footer ul ol dl table thead tbody tfoot tr body html figure address center form "
    "fieldset nav caption details summary".split()
)
_LINES = frozenset("p li h1 h2 h3 h4 h5 h6 td th dt dd tr tbody thead tfoot table ul ol dl "
                   "blockquote pre center".split())  # fmt: skip
_UNSEEN = frozenset(
    "script style noscript template head svg iframe button select textarea input nav footer dialog "
    "object video audio canvas".split()
)
# Words in the class or id of what stands beside a story, not in it.
_BESIDE = re.compile(
    r"""(?:^|[\s_-])(?:newsletters?|related|recirc\w*|recommend\w*|promo\w*|shar(?:e|ing)\w*
    |social\w*|comments?|disqus\w*|bio|byline|breadcrumbs?|footer|subscribe|subscription|sign-?up
    |singup|sponsor\w*|advert\w*|ads?|cookies?|consent|gdpr|pop-?up|modal|overlay|tooltip|rollover
    |nav|navbar|menu|sidebar|rail|outbrain|taboola|trending|popular|most-?read|read-?more|read-?next
    |also|tags?|topics?|print|toolbar|rating|widget|caption|credits?|cta|(?<!overflow-)hidden|meta|author\w*
    |gallery|slideshow|carousel|jump-?link|disclosure|disclaimer)(?=$|[\s_-])""",
    re.IGNORECASE | re.VERBOSE,
)
_HIDDEN_STYLE = re.compile(r"display:\s*none|visibility:\s*hidden", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:(?:visually-?)?hidden|sr-only|screen-reader(?:-text)?|rollover[\w-]*"
    r"|(?:tooltip|popup)(?:-?(?:text|content|body))?)(?=$|\s)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_FORM_OF_A_PAGE = 3  # some sites wrap their whole page in a form


@dataclass(frozen=True, eq=False)
class Block:
    """A line of text as a reader sees it, and where it stands."""

    element: HtmlElement
    text: str
    linked: int  # characters of it inside links
    beside: int  # elements around it that by their names stand beside a story

    @cached_property
    def words(self) -> tuple[str, ...]:
        return words_of(self.text)

    @cached_property
    def home(self) -> HtmlElement:
        """The element that holds it together with its neighbours: no paragraph, list or table."""
        element = self.element
        while element.tag in _LINES and element.getparent() is not None:
            element = element.getparent()
        return element

    @property
    def is_link(self) -> bool:
        """Whether more than half of it leads elsewhere."""
        return self.linked > 0.6 * len(self.text)


def words_of(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


def blocks(tree: HtmlElement) -> list[Block]:
    """Every block with words that a reader of the page sees, in order."""
    body = tree.find("body")
    reader = _Reader()
    reader.element(tree if body is None else body, 0)
    return [block for block in reader.found if block.words]


class _Reader:
    """Walks a tree; inline text gathers until a block begins or ends."""

    def __init__(self) -> None:
        self.found: list[Block] = []
        self._pieces: list[str] = []
        self._linked = 0

    def element(self, element: HtmlElement, beside: int) -> None:
        if _is_unseen(element):
            return
        if _stands_beside(element):
            beside += 1
        self._text(element.text)
        for child in _elements(element):
            if child.tag in _BLOCKS:
                self._end(element, beside)
                self.element(child, beside)
            else:
                self._inline(child, element, beside)
            self._text(child.tail)
        self._end(element, beside)

    def _inline(self, inline: HtmlElement, home: HtmlElement, beside: int) -> None:
        if not isinstance(inline.tag, str) or _is_unseen(inline):
            return
        if _HIDDEN_CLASS.search(inline.get("class") or ""):
            return
        if inline.tag == "br":
            self._end(home, beside)
            return
        start = len(self._pieces)
        self._text(inline.text)
        for child in _elements(inline):
            if child.tag in _BLOCKS:
                self._end(home, beside)
                self.element(child, beside)
            else:
                self._inline(child, home, beside)
            self._text(child.tail)
        if inline.tag == "a":
            self._linked += sum(map(len, self._pieces[start:]))

    def _text(self, text: str | None) -> None:
        if text:
            self._pieces.append(text)

    def _end(self, element: HtmlElement, beside: int) -> None:
        text = " ".join("".join(self._pieces).split())
        if text:
            self.found.append(Block(element, text, self._linked, beside))
        self._pieces.clear()
        self._linked = 0


def _elements(element: HtmlElement) -> Iterator[HtmlElement]:
    """Children; comments too, whose tails are text of the page."""
    return iter(element)


def _is_unseen(element: HtmlElement) -> bool:
    if element.tag == "form":
        return len(element.findall(".//p")) <= _FORM_OF_A_PAGE
    return element.tag in _UNSEEN or bool(_HIDDEN_STYLE.search(element.get("style") or ""))


def _stands_beside(element: HtmlElement) -> bool:
    if element.tag in ("aside", "figcaption"):
        return True
    if element.tag in ("body", "html"):
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return _BESIDE.search(names) is not None
