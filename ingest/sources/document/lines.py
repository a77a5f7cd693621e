"""Printed pages: their lines, without header and footer, as paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.text import one_line

_EDGE = 3  # so many lines on top and at the bottom of a page may belong to the page
_PAGE_NUMBER = re.compile(
    r"^\W*(?:(?:page|seite|p)\.?\s*)?\d{1,4}(?:\s*(?:/|of|von|de|sur)\s*\d{1,4})?\W*$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"^(?P<url>(?:https?|file)://\S+?)(?:\s+(?:page\s*)?\d+\s*(?:/|of)\s*\d+)?$", re.I
)
# A browser prints the moment of printing: the day of saving, which is no date of the article.
_PRINTED = re.compile(r"^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? +\d{1,2}:\d{2}\b")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_ENDS = '.!?…:”"»)。'
_JITTER = 3  # points by which the same line of two pages may differ in place
_SAME_TYPE = 0.1  # sizes that differ by more are of other lines: a headline, a caption
_WIDE_GAP = 1.3  # of the usual distance of lines is the space between paragraphs
_FAR = 0.7  # of the longest line is what every line has but for a paragraph's last
_INDENT = (0.7, 5.0)  # of the size of the type; more is another column
_BROKEN = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)[-\xad]$")
_LONGEST_WORD = 60
_PROVEN = 2  # so many words that were surely broken show that the page breaks words


_Mark = tuple[str, int]


@dataclass(frozen=True)
class Line:
    """A line of a page; `left` and `up` are its place in points from the lower left."""

    text: str
    left: float
    up: float
    size: float


@dataclass(frozen=True)
class Paragraph:
    """A paragraph on one line; `page` counts from 0."""

    text: str
    size: float
    page: int


def lines_of(pieces: Iterable[tuple[str, float, float, float]]) -> list[Line]:
    """Lines with text of (text, left, up, size): a line has the place of its first words."""
    lines: list[Line] = []
    text, place = "", (0.0, 0.0, 0.0)
    for piece, left, up, size in [*pieces, ("\n", 0.0, 0.0, 0.0)]:
        head, *rest = piece.translate(_LIGATURES).split("\n")
        place = (left, up, size) if head.strip() and not text.strip() else place
        text += head
        for following in rest:
            if one_line(text):
                lines.append(Line(one_line(text), *place))
            text, place = following, (left, up, size)
    return lines


def web_address(pages: Sequence[Sequence[Line]]) -> str | None:
    """The address that a browser printed on every page, when it is whole."""
    found = [{_url(line.text) for line in page} - {None} for page in pages]
    common = set.intersection(*found) if found else set()
    return next((url for url in common if url), None)


def paragraphs_of(pages: Sequence[Sequence[Line]]) -> list[Paragraph]:
    """The paragraphs of the pages, without what belongs to the pages."""
    repeated = _repeated(pages)
    kept = [
        [line for line in page if line not in edge or not _is_furniture(line, repeated)]
        for page, edge in ((page, _edges(page)) for page in pages)
    ]
    joiner = _Joiner(kept)
    paragraphs: list[Paragraph] = []
    for number, page in enumerate(kept):
        for paragraph in joiner.paragraphs(page, number):
            if paragraphs and joiner.runs_on(paragraphs[-1], paragraph):
                whole = "".join(joiner.joined(paragraphs[-1].text, paragraph.text))
                paragraphs[-1] = replace(paragraphs[-1], text=whole, page=number)
            else:
                paragraphs.append(paragraph)
    return paragraphs


def _edges(page: Sequence[Line]) -> set[Line]:
    """The lines on top and at the bottom, by place and by order: programs write them last."""
    by_place = sorted(page, key=lambda line: -line.up)
    return {*page[:_EDGE], *page[-_EDGE:], *by_place[:_EDGE], *by_place[-_EDGE:]}


def _repeated(pages: Sequence[Sequence[Line]]) -> set[_Mark]:
    """Lines at the same place of most pages, whatever numbers they state."""
    counted = Counter(mark for page in pages for mark in set(map(_mark, _edges(page))))
    return {mark for mark, count in counted.items() if count > max(1, len(pages) / 2)}


def _is_furniture(line: Line, repeated: set[_Mark]) -> bool:
    alone = (_ADDRESS, _PAGE_NUMBER, _PRINTED)
    return _mark(line) in repeated or any(pattern.match(line.text) for pattern in alone)


def _mark(line: Line) -> _Mark:
    return re.sub(r"\d+", "#", line.text.casefold()), round(line.up / _JITTER)


def _url(text: str) -> str | None:
    match = _ADDRESS.match(text)
    url = match["url"] if match else ""
    return url if url.lower().startswith("http") and not url.endswith(("…", "...")) else None


class _Joiner:
    """Joins lines to paragraphs; what the whole document shows decides about hyphens."""

    def __init__(self, pages: Sequence[Sequence[Line]]) -> None:
        text = "\n".join(line.text for page in pages for line in page)
        self._words = set(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.casefold()))
        self._far = _FAR * _usual_length([line for page in pages for line in page])
        lines = text.split("\n")
        broken = sum(self._is_broken(*pair) for pair in pairwise(lines))
        self._breaks_words = broken >= _PROVEN

    def paragraphs(self, lines: Sequence[Line], page: int) -> Iterator[Paragraph]:
        """The paragraphs of the lines of a page."""
        gap = _usual_gap(lines)
        text, last = [""], None
        for line in lines:
            if last is not None and self._parts(last, line, gap):
                yield Paragraph("".join(text), last.size, page)
                text = [""]
            text[-1:] = self.joined(text[-1], line.text) if text[-1] else [line.text]
            last = line
        if last is not None:
            yield Paragraph("".join(text), last.size, page)

    def _parts(self, last: Line, line: Line, usual: float) -> bool:
        """Whether a paragraph ends between two lines."""
        if abs(last.size - line.size) > _SAME_TYPE * max(last.size, line.size):
            return True
        down = last.up - line.up
        if usual and down > _WIDE_GAP * usual * line.size:
            return True
        least, most = _INDENT
        if least * line.size < line.left - last.left < most * line.size and down > 0:
            return True
        return len(last.text) < self._far and last.text[-1] in _ENDS

    def runs_on(self, last: Paragraph, following: Paragraph) -> bool:
        """Whether a paragraph goes on upon the next page."""
        if last.page == following.page or last.size != following.size:
            return False
        return last.text[-1] not in _ENDS and following.text[0].islower()

    def joined(self, text: str, following: str) -> tuple[str, str]:
        """Two lines as two pieces of one: a hyphen goes where the document shows that it only
        broke a word."""
        match = _BROKEN.search(text[-_LONGEST_WORD:])
        if match is None or not following[:1].islower():
            return text, f" {following}"
        if text.endswith("\xad") or self._is_broken(text, following):
            return text[:-1], following
        compound = f"{match[1]}-{_first_word(following)}".casefold() in self._words
        keeps = compound or "-" in match[1] or not self._breaks_words
        return (text if keeps else text[:-1]), following

    def _is_broken(self, text: str, following: str) -> bool:
        """Whether the word that two lines share stands elsewhere in one piece."""
        match = _BROKEN.search(text[-_LONGEST_WORD:])
        whole = f"{match[1]}{_first_word(following)}" if match else ""
        return bool(whole) and whole.casefold() in self._words


def _first_word(text: str) -> str:
    match = re.match(r"[^\W\d_]+", text)
    return match[0] if match else ""


def _usual_length(lines: Sequence[Line]) -> int:
    """The length that full lines have: one that is longer than nearly all others is no measure."""
    lengths = sorted(len(line.text) for line in lines)
    return lengths[int(len(lengths) * 0.9)] if lengths else 0


def _usual_gap(lines: Sequence[Line]) -> float:
    """The distance between two lines of the text of a page as a multiple of the size of their
    type, 0 when it is not known."""
    gaps = Counter(
        round((last.up - line.up) / line.size, 1)
        for last, line in pairwise(lines)
        if last.size == line.size and last.up > line.up and line.size
    )
    return min((gap for gap, n in gaps.items() if n >= max(gaps.values()) / 2), default=0.0)
