"""Word documents (.docx): paragraphs and tables in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from lxml import etree

from ingest.article import Article
from ingest.errors import UnreadableError
from ingest.sources.fields import HEADLINE, article_from_fields, real_authors, real_title
from ingest.sources.files import BOMB_BYTES, BOMB_RATIO, DOCUMENT_BYTES, SourceFile
from ingest.text import one_line, sanitize

if TYPE_CHECKING:
    from docx.document import Document

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Struck out by a tracked change, and what old versions of Word show in place of a box.
_UNREAD = (
    f"{_W}del",
    f"{_W}moveFrom",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
)


@dataclass(frozen=True)
class _Paragraph:
    style: str  # its English name, in lower case: Word keeps that in every language
    text: str


def read(file: SourceFile) -> Iterator[Article]:
    """The one article of a document. What the document says of its own making is no date of it."""
    document = _opened(file.data(DOCUMENT_BYTES))
    names = {style.style_id: (style.name or "").lower() for style in document.styles}
    etree.strip_elements(document.element.body, *_UNREAD, with_tail=False)
    paragraphs = [one for one in _blocks(document.element.body, names) if one.text]
    if not paragraphs:
        raise UnreadableError("it holds no text")
    core = document.core_properties
    title, rest = _headline(paragraphs, real_title(core.title))
    fields = {"title": title, "text": [paragraph.text for paragraph in rest]}
    article = article_from_fields(fields, file.name, file.key)
    # The byline above the story is the reporter's; the properties may name who typed it.
    yield replace(article, authors=article.authors or real_authors(core.author))


def _opened(data: bytes) -> Document:
    """Refuses what is no package, or one that unpacks to more than a document does."""
    from docx import Document

    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnreadableError("it is encrypted; save it without a password first")
        raise UnreadableError("it is an old Word document (.doc); save it as .docx first")
    try:
        unpacked = sum(member.file_size for member in ZipFile(BytesIO(data)).infolist())
        if unpacked <= min(DOCUMENT_BYTES, max(BOMB_BYTES, BOMB_RATIO * len(data))):
            return Document(BytesIO(data))
    except Exception as error:  # whatever a damaged document makes the parser raise
        raise UnreadableError("it is not a Word document (.docx), or it is damaged") from error
    raise UnreadableError("it unpacks to far more than a document holds")


def _blocks(parent: Any, names: dict[str, str]) -> Iterator[_Paragraph]:
    """Every paragraph; a row of a table is one. The library's own walk leaves out content controls,
    text boxes and what a tracked change has added."""
    from docx.text.font import Font

    for child in parent:
        if child.tag == _W + "p":
            # What lies in a text box belongs to the paragraphs of the box.
            held = child.iter(_W + "r", _W + "txbxContent")
            own = [each for each in held if next(each.iterancestors(_W + "p")) is child]
            runs = [each for each in own if each.tag == _W + "r" and not Font(each).hidden]
            style = child.style or ""
            text = sanitize("".join(run.text for run in runs))
            yield _Paragraph(names.get(style, style.lower()), text)
            for box in own:
                if box.tag != _W + "r":
                    yield from _blocks(box, names)
        elif child.tag == _W + "tr":
            cells = (" ".join(p.text for p in _blocks(cell, names)) for cell in child)
            yield _Paragraph("", one_line(" | ".join(filter(None, cells))))
        else:
            yield from _blocks(child, names)


def _headline(
    paragraphs: list[_Paragraph], stated: str | None
) -> tuple[str | None, list[_Paragraph]]:
    """(headline, the rest): what is marked as one, what the properties state, the first line."""
    marks = (r"title$",) if stated else (r"title$", r"heading \d$")
    found = (one for mark in marks for one in paragraphs if re.match(mark, one.style))
    marked = next(found, None)
    if marked is None and stated:
        return stated, paragraphs
    first = marked or paragraphs[0]
    if len(paragraphs) == 1 or len(first.text) > HEADLINE:
        return None, paragraphs
    return one_line(first.text), [one for one in paragraphs if one is not first]
