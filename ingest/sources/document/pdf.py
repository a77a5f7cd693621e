"""PDF files: the text of the pages, as one article."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING

from ingest.article import Article
from ingest.clean import clean
from ingest.errors import UnreadableError
from ingest.sources.document.lines import Line, Paragraph, lines_of, paragraphs_of, web_address
from ingest.sources.document.properties import real_authors, real_title
from ingest.sources.fields import article_from_fields
from ingest.sources.files import SourceFile
from ingest.text import one_line

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

PDF_BYTES = 100 * 1024 * 1024  # pictures make them large
_TEXT_BYTES = 10 * 1024 * 1024
_PAGES = 2000
_LARGER = 1.15  # than the text is the type of a headline
_TOP = 12  # a headline stands among the first few paragraphs
_HEADLINE = 250
_HEADLINE_WORDS = 4  # shorter lines in large type are the newspaper's name or a section
_SHARED = 0.6  # of the words of a title are on the page that has it
_TITLE_TAIL = re.compile(r"\s+[|–—-]\s+[^|–—]{2,60}$")


def read(file: SourceFile) -> Iterator[Article]:
    """The one article of a document. When the document was made is no date of it.

    Raises:
        UnreadableError: no PDF, damaged, encrypted, without text, or too large.
    """
    reader = _opened(file.data(PDF_BYTES))
    pages = _pages(reader)
    if not any(pages):
        raise UnreadableError(
            "its pages are pictures without text (a scan); run text recognition on it first"
        )
    paragraphs = paragraphs_of(pages)
    if not paragraphs:
        raise UnreadableError("it holds no article text")
    properties = _properties(reader, file.name)
    title, rest = _headline(paragraphs, properties.get("/Title"))
    text = "\n\n".join(paragraph.text for paragraph in rest)
    fields = {"title": title, "text": text, "url": web_address(pages)}
    article = clean(article_from_fields(fields, file.name, file.key))
    if not article.text:
        raise UnreadableError("it holds a headline but no article text")
    # The byline above the story is the reporter's; the properties may name who typed it.
    authors = article.authors or real_authors(properties.get("/Author"))
    yield replace(article, authors=authors)


def _opened(data: bytes) -> PdfReader:
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # it tells of every small fault
    if b"%PDF-" not in data[:1024]:
        raise UnreadableError("it is not a PDF")
    try:
        reader = PdfReader(BytesIO(data))
        encrypted = reader.is_encrypted
    except Exception as error:  # whatever a damaged document makes the parser raise
        raise UnreadableError("it is damaged: its pages cannot be found") from error
    if encrypted and not _decrypted(reader):
        raise UnreadableError("it is encrypted; save it without a password first")
    return reader


def _decrypted(reader: PdfReader) -> bool:
    """Whether the empty password opens it, as it does where only printing is forbidden."""
    try:
        return bool(reader.decrypt(""))
    except Exception:  # a cipher that is not known, or damage: it stays closed
        return False


def _pages(reader: PdfReader) -> list[list[Line]]:
    """The lines of each page.

    Raises:
        UnreadableError: a page is damaged, or there is more than an article may hold.
    """
    try:
        count = len(reader.pages)
    except Exception as error:
        raise UnreadableError("it is damaged: its pages cannot be found") from error
    if count > _PAGES:
        raise UnreadableError(f"it has {count:,} pages; {_PAGES:,} can be read")
    pages: list[list[Line]] = []
    size = 0
    for number in range(count):
        pages.append(_page(reader, number))
        size += sum(len(line.text.encode()) for line in pages[-1])
        if size > _TEXT_BYTES:
            raise UnreadableError(f"it holds more than {_TEXT_BYTES // 1024 // 1024} MB of text")
    return pages


def _page(reader: PdfReader, number: int) -> list[Line]:
    try:
        return lines_of(_pieces(reader.pages[number]))
    except Exception as error:  # whatever a damaged page makes the parser raise
        raise UnreadableError(f"its page {number + 1} is damaged") from error


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


def _properties(reader: PdfReader, source: str) -> dict[str, str]:
    """Title and author as the properties state them; the file's own name is no title."""
    try:
        stated = {name: str(value) for name, value in (reader.metadata or {}).items()}
    except Exception:  # the text is what counts
        return {}
    path = PurePath(source)
    title = one_line(stated.get("/Title", "")).casefold()
    if title in (path.stem.casefold(), path.name.casefold()):
        stated["/Title"] = ""
    return stated


def _headline(
    paragraphs: list[Paragraph], stated: str | None
) -> tuple[str | None, list[Paragraph]]:
    """(headline, the rest): in large type on top, what the properties state, the first line."""
    large = _large(paragraphs)
    title = _believed(stated, " ".join(one.text for one in paragraphs if one.page == 0))
    if title and (large is None or _shared(title, large.text) < _SHARED):
        return title, paragraphs
    first = large or paragraphs[0]
    if len(paragraphs) == 1 or (large is None and not _is_line(first)):
        return None, paragraphs
    return first.text, [one for one in paragraphs if one is not first]


def _believed(stated: str | None, first_page: str) -> str | None:
    """The title of the properties, if the first page has its words: it may be that of another
    document, of which this one is a copy. The name of the site goes."""
    title = real_title(stated)
    if title is None or title.casefold() in first_page.casefold():
        return title
    short = _TITLE_TAIL.sub("", title)
    return short if _shared(short, first_page) >= _SHARED else None


def _large(paragraphs: list[Paragraph]) -> Paragraph | None:
    """The paragraph in the largest type on top of the first page, when the text is smaller."""
    sizes: Counter[float] = Counter()
    for paragraph in paragraphs:
        sizes[paragraph.size] += len(paragraph.text)
    usual = sizes.most_common(1)[0][0]
    top = [one for one in paragraphs[:_TOP] if one.page == 0 and len(one.text) <= _HEADLINE]
    larger = [one for one in top if one.size >= _LARGER * usual]
    long = [one for one in larger if len(one.text.split()) >= _HEADLINE_WORDS]
    return max(long or larger, key=lambda one: one.size, default=None)


def _is_line(paragraph: Paragraph) -> bool:
    return len(paragraph.text) <= _HEADLINE and not paragraph.text.endswith((".", "!", "…"))


def _shared(title: str, text: str) -> float:
    """Which part of the words of a title is in a text."""
    words = set(re.findall(r"\w+", title.casefold()))
    return len(words & set(re.findall(r"\w+", text.casefold()))) / max(1, len(words))
