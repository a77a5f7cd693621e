"""The words of a page's story: what trafilatura finds, with its gaps filled and strays dropped.

trafilatura keeps or drops each element on its own. A story is told in one place, though: what
stands between its paragraphs belongs to it, what stands beside that place does not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

import trafilatura
from lxml.html import HtmlElement

from ingest.sources.page.blocks import Block, words_of

Gram = tuple[str, ...]

# Chosen with `python -m benchmarks` on 102 pages; see docs/DECISIONS.md.
HOME_SHARE = 0.12  # of the story's words that a place must hold to be one where it is told
KEPT_SHARE = 0.7  # of a block's word triples that trafilatura must have kept
_GRAM = 3
_PROSE = 8  # words; shorter lines say little about where the story is told
_LONG = 10  # words of a paragraph outside the first and last kept ones that is still told
_LOOSE = 15  # the same of text that stands in no paragraph
_HEADER_LENGTH = 60  # words; a longer block in a page's header is its story
_TELLING = frozenset(("p", "blockquote", "pre", "h2", "h3", "h4", "td", "th", "li"))
_LEAD = re.compile(
    r"""^\W*(?:related|read\ (?:more|also)|see\ (?:also|more)|also\ read|more\ (?:on|from|about|news|stories)|more:|watch|listen|video
    |photos?|gallery|recommended|click\ here|sign\ up|subscribe|follow|download|copyright|©
    |image\ credit|credit|advertisement|don.t\ miss|mehr|lire\ aussi|leia|veja)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def story_text(tree: HtmlElement, found: Sequence[Block]) -> str:
    """The story of a page as paragraphs set apart by blank lines; "" when there is none.

    Args:
        tree: the page as `trafilatura.load_html` parses it; it is not changed.
        found: its blocks.
    """
    kept = trafilatura.extract(
        tree, include_comments=False, include_tables=True, favor_recall=True, fast=True
    )
    lines = [line for line in (kept or "").split("\n") if line.strip()]
    if not lines:
        return ""
    told = _Page(found, lines).told()
    return "\n\n".join(block.text for block in told) if told else "\n\n".join(lines)


class _Page:
    """The blocks of one page, those that trafilatura kept, and where the story is told."""

    def __init__(self, found: Sequence[Block], lines: Sequence[str]) -> None:
        self._blocks = found
        kept = _grams_of(lines)
        self._kept = [_is_kept(block, kept) for block in found]
        self._homes = self._find_homes()

    def told(self) -> list[Block]:
        """The blocks of the story; none where no place holds enough of it."""
        if not self._homes:
            return []
        around = _common_ancestor(list(self._homes))
        usual = min((b.beside for b in self._blocks if b.home in self._homes), default=0)
        homes = self._homes | self._twins()
        places = [i for i, b in enumerate(self._blocks) if self._kept[i] and b.home in homes]
        within = range(places[0], places[-1] + 1)
        return [
            block
            for i, block in enumerate(self._blocks)
            if (_is_within(block.element, around) or block.home in homes)
            and not self._is_heading(block)
            and not (block.beside > usual and block.home not in self._homes)
            and (
                not _is_stray(block)
                if self._kept[i]
                else block.home in homes and block.beside <= usual and _fills(block, i in within)
            )
        ]

    def _find_homes(self) -> set[HtmlElement]:
        words: Counter[HtmlElement] = Counter()
        for block, kept in zip(self._blocks, self._kept, strict=True):
            if kept and len(block.words) >= _PROSE:
                words[block.home] += len(block.words)
        most = max(words.values(), default=0)
        enough = min(most, HOME_SHARE * sum(words.values()))
        return {home for home, count in words.items() if count >= enough}

    def _is_heading(self, block: Block) -> bool:
        """The headline, or what a header says below it."""
        if block.element.tag == "h1":
            return True
        return len(block.words) < _HEADER_LENGTH and any(
            element.tag == "header" and not any(_is_within(home, element) for home in self._homes)
            for element in block.element.iterancestors()
        )

    def _twins(self) -> set[HtmlElement]:
        """Elements made like those that hold the story: pages are cut up to put adverts between."""
        made = {(home.tag, home.get("class")) for home in self._homes if home.get("class")}
        return {b.home for b in self._blocks if (b.home.tag, b.home.get("class")) in made}


def _grams_of(lines: Sequence[str]) -> set[Gram]:
    """Word triples of the lines; a whole line when it is shorter."""
    grams: set[Gram] = set()
    for line in lines:
        words = words_of(line)
        grams.add(words)
        grams.update(_grams(words))
    return grams


def _grams(words: Gram) -> list[Gram]:
    if len(words) < _GRAM:
        return [words]
    return [words[i : i + _GRAM] for i in range(len(words) - _GRAM + 1)]


def _is_kept(block: Block, kept: Collection[Gram]) -> bool:
    grams = _grams(block.words)
    return sum(gram in kept for gram in grams) > KEPT_SHARE * len(grams)


def _is_stray(block: Block) -> bool:
    """A link to another story among the paragraphs."""
    return block.is_link and (block.element.tag == "li" or _LEAD.match(block.text) is not None)


def _fills(block: Block, between: bool) -> bool:
    """Whether a block that trafilatura dropped belongs to the story nevertheless."""
    if block.is_link or _LEAD.match(block.text):
        return False
    tag, count = block.element.tag, len(block.words)
    if between:
        return tag in _TELLING or block.element is block.home
    return (tag == "p" and count >= _LONG) or (block.element is block.home and count >= _LOOSE)


def _is_within(element: HtmlElement, around: HtmlElement) -> bool:
    return element is around or any(parent is around for parent in element.iterancestors())


def _common_ancestor(elements: Sequence[HtmlElement]) -> HtmlElement:
    """The smallest element that holds all of them."""
    shared = [elements[0], *elements[0].iterancestors()]
    for element in elements[1:]:
        own = {element, *element.iterancestors()}
        shared = [parent for parent in shared if parent in own]
    return shared[0]
