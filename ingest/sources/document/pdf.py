"""PDF files: the lines of the pages, without header and footer, as the paragraphs of an article."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import pairwise, zip_longest
from pathlib import PurePath
from typing import TYPE_CHECKING
from unicodedata import normalize

from ingest.article import Article
from ingest.errors import UnreadableError
from ingest.sources.fields import HEADLINE, article_from_fields, real_authors, real_title
from ingest.sources.files import DOCUMENT_BYTES, SourceFile
from ingest.text import one_line

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

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
_LIGATURE = re.compile("[ﬀ-ﬆ]")
_ENDS = '.!?…:”"»)。'
_JITTER = 3  # points by which the same line of two pages may differ in place
_SAME_TYPE = 0.1  # sizes that differ by more are of other lines: a headline, a caption
_WIDE_GAP = 1.3  # of the usual distance of lines is the space between paragraphs
_FAR = 0.7  # of the longest line is what every line has but for a paragraph's last
_INDENT = (0.7, 5.0)  # of the size of the type; more is another column
_BROKEN = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)[-\xad]$")
_LONGEST_WORD = 60
_PROVEN = 2  # so many words that were surely broken show that the page breaks words
_INITIAL = re.compile(r"^[\"'“‘„«]?[^\W\d_]$")  # a large letter that begins a story
_INITIAL_LARGER = 1.8  # than the type that follows


@dataclass(frozen=True)
class Line:
    """A line, or a paragraph on one line, of a page that is counted from 0; `left` and `up` are its
    place in points from the lower left."""

    text: str
    left: float
    up: float
    size: float
    page: int = 0


def lines_of(pieces: Iterable[tuple[str, float, float, float]], page: int = 0) -> list[Line]:
    """Lines with text of (text, left, up, size): a line has the place of its first words."""
    lines: list[Line] = []
    text, place = "", (0.0, 0.0, 0.0)
    for piece, left, up, size in [*pieces, ("\n", 0.0, 0.0, 0.0)]:
        head, *rest = _LIGATURE.sub(lambda match: normalize("NFKC", match[0]), piece).split("\n")
        place = (left, up, size) if head.strip() and not text.strip() else place
        text += head
        for following in rest:
            if one_line(text):
                lines.append(Line(one_line(text), *place, page))
            text, place = following, (left, up, size)
    return lines


def web_address(pages: Sequence[Sequence[Line]]) -> str | None:
    """The address that a browser printed on every page, when it is whole."""
    printed = [{m["url"] for line in page if (m := _ADDRESS.match(line.text))} for page in pages]
    urls = set.intersection(*printed) if printed else set()
    whole = (url for url in urls if not url.endswith(("…", "...")))
    return next((url for url in whole if url.lower().startswith("http")), None)


def paragraphs_of(pages: Sequence[Sequence[Line]]) -> list[Line]:
    """The paragraphs of the pages, without what belongs to the pages."""
    edges: list[set[Line]] = []  # by place and by order: programs write them last
    for page in pages:
        by_place = sorted(page, key=lambda line: -line.up)
        ends = (page[:_EDGE], page[-_EDGE:], by_place[:_EDGE], by_place[-_EDGE:])
        edges.append({line for end in ends for line in end})
    # Lines at the same place of most pages belong to the pages, whatever numbers they state.
    counted = Counter(mark for edge in edges for mark in set(map(_mark, edge)))
    repeated = {mark for mark, count in counted.items() if count > max(1, len(pages) / 2)}
    alone = {
        line
        for line in set().union(*edges)
        if _mark(line) in repeated
        or any(pattern.match(line.text) for pattern in (_ADDRESS, _PAGE_NUMBER, _PRINTED))
    }
    return _Joiner([line for page in pages for line in page if line not in alone]).paragraphs()


def _mark(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text.casefold()), round(line.up / _JITTER)


class _Joiner:
    """Joins lines to paragraphs; what the whole document shows decides about hyphens."""

    def __init__(self, lines: Sequence[Line]) -> None:
        text = "\n".join(line.text for line in lines)
        self._words = Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.casefold()))
        # The length of full lines: one that is longer than nearly all others is no measure.
        lengths = sorted(len(line.text) for line in lines)
        self._far = _FAR * (lengths[int(len(lengths) * 0.9)] if lengths else 0)
        broken = sum(self._is_broken(*pair) for pair in pairwise(text.split("\n")))
        self._breaks_words = broken >= _PROVEN
        self._lines = self.with_initials(lines)
        # The usual distance between two lines as a multiple of the size of their type.
        gaps = Counter(
            round((last.up - line.up) / line.size, 1)
            for last, line in pairwise(self._lines)
            if last.page == line.page and last.size == line.size and last.up > line.up and line.size
        )
        most = max(gaps.values(), default=0)
        self._gap = min((gap for gap, count in gaps.items() if count >= most / 2), default=0.0)

    def paragraphs(self) -> list[Line]:
        """The paragraphs, each with the place of its last line."""
        found: list[Line] = []
        text: list[str] = []
        for line, following in zip_longest(self._lines, self._lines[1:]):
            text[-1:] = self.joined(text[-1], line.text) if text else (line.text,)
            if following is None or self._parts(line, following):
                found.append(replace(line, text="".join(text)))
                text = []
        return found

    def with_initials(self, lines: Sequence[Line]) -> list[Line]:
        """The lines with the large first letter of a story before the rest of its word."""
        whole: list[Line] = []
        for line in lines:
            last = whole[-1] if whole else None
            if last and _INITIAL.match(last.text) and last.size >= _INITIAL_LARGER * line.size:
                rest = _first_word(line.text).casefold()
                word = f"{last.text[-1]}{rest}".casefold()
                # "A mayor" is two words: both parts stand elsewhere, and the whole does not.
                alone = word not in self._words and self._words[rest] > 1
                alone = alone and self._words[last.text[-1].casefold()] > 1
                whole[-1] = replace(line, text=f"{last.text}{' ' * alone}{line.text}")
            else:
                whole.append(line)
        return whole

    def _parts(self, last: Line, line: Line) -> bool:
        """Whether a paragraph ends between two lines."""
        if abs(last.size - line.size) > _SAME_TYPE * max(last.size, line.size):
            return True
        if last.page != line.page:
            return last.text[-1] in _ENDS or not line.text[0].islower()
        down = last.up - line.up
        if self._gap and down > _WIDE_GAP * self._gap * line.size:
            return True
        least, most = _INDENT
        if least * line.size < line.left - last.left < most * line.size and down > 0:
            return True
        return len(last.text) < self._far and last.text[-1] in _ENDS

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


_PAGES = 2000
_LARGER = 1.15  # than the text is the type of a headline
_TOP = 12  # a headline stands among the first few paragraphs
_HEADLINE_WORDS = 4  # shorter lines in large type are the newspaper's name or a section
_SHARED = 0.6  # of the words of a title are on the page that has it


def read(file: SourceFile) -> Iterator[Article]:
    """The one article of a document. When the document was made is no date of it."""
    reader = _opened(file.data(DOCUMENT_BYTES))
    pages: list[list[Line]] = []
    try:
        pages.extend(lines_of(_pieces(page), i) for i, page in enumerate(reader.pages))
    except Exception as error:  # whatever a damaged page makes the parser raise
        raise UnreadableError(f"its page {len(pages) + 1} is damaged") from error
    if not any(pages):
        raise UnreadableError(
            "its pages are pictures without text (a scan); run text recognition on it first"
        )
    paragraphs = paragraphs_of(pages)
    if not paragraphs:
        raise UnreadableError("it holds no article text")
    properties: dict[str, str] = {}
    with suppress(Exception):  # the text is what counts
        properties = {name: str(value) for name, value in (reader.metadata or {}).items()}
    path, stated = PurePath(file.name), properties.get("/Title", "")
    if one_line(stated).casefold() in (path.stem.casefold(), path.name.casefold()):
        stated = ""  # the file's own name is no title
    title, rest = _headline(paragraphs, stated)
    texts = [paragraph.text for paragraph in rest]
    fields = {"title": title, "text": texts, "url": web_address(pages)}
    article = article_from_fields(fields, file.name, file.key)
    # The byline above the story is the reporter's; the properties may name who typed it.
    authors = article.authors or real_authors(properties.get("/Author"))
    yield replace(article, authors=authors)


def _opened(data: bytes) -> PdfReader:
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # it tells of every small fault
    if b"%PDF-" not in data[:1024]:
        raise UnreadableError("it is not a PDF")
    try:
        reader = PdfReader(BytesIO(data))  # also with the empty password, which forbids printing
        count = len(reader.pages)
    except FileNotDecryptedError as error:
        raise UnreadableError("it is encrypted; save it without a password first") from error
    except Exception as error:  # whatever a damaged document makes the parser raise
        raise UnreadableError("it is damaged: its pages cannot be found") from error
    if count > _PAGES:
        raise UnreadableError(f"it has {count:,} pages; {_PAGES:,} can be read")
    return reader


def _pieces(page: PageObject) -> list[tuple[str, float, float, float]]:
    """(text, left, up, size of the type) of what is shown, in the order of reading."""
    pieces: list[tuple[str, float, float, float]] = []

    def take(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        left = cm[0] * tm[4] + cm[2] * tm[5] + cm[4]
        up = cm[1] * tm[4] + cm[3] * tm[5] + cm[5]
        scale = abs(cm[0] * cm[3] - cm[1] * cm[2]) * abs(tm[0] * tm[3] - tm[1] * tm[2])
        pieces.append((text, left, up, round(size * scale**0.5, 1)))

    page.extract_text(visitor_text=take)
    return pieces


def _headline(paragraphs: list[Line], stated: str | None) -> tuple[str | None, list[Line]]:
    """(headline, the rest): in large type on top, what the properties state, the first line."""
    sizes: Counter[float] = Counter()
    for paragraph in paragraphs:
        sizes[paragraph.size] += len(paragraph.text)
    usual = sizes.most_common(1)[0][0]
    top = [one for one in paragraphs[:_TOP] if one.page == 0 and len(one.text) <= HEADLINE]
    larger = [one for one in top if one.size >= _LARGER * usual]
    long = [one for one in larger if len(one.text.split()) >= _HEADLINE_WORDS]
    large = max(long or larger, key=lambda one: one.size, default=None)
    # The properties may be those of another document, of which this one is a copy: the first page
    # must have the title's words. The name of the site goes.
    title, first_page = real_title(stated), " ".join(p.text for p in paragraphs if p.page == 0)
    if title and title.casefold() not in first_page.casefold():
        short = re.sub(r"\s+[|–—-]\s+[^|–—]{2,60}$", "", title)
        title = short if _shared(short, first_page) >= _SHARED else None
    if title and (large is None or _shared(title, large.text) < _SHARED):
        return title, paragraphs
    first = large or paragraphs[0]
    is_line = len(first.text) <= HEADLINE and not first.text.endswith((".", "!", "…"))
    if len(paragraphs) == 1 or (large is None and not is_line):
        return None, paragraphs
    return first.text, [one for one in paragraphs if one is not first]


def _shared(title: str, text: str) -> float:
    """Which part of the words of a title is in a text."""
    words = set(re.findall(r"\w+", title.casefold()))
    return len(words & set(re.findall(r"\w+", text.casefold()))) / max(1, len(words))
