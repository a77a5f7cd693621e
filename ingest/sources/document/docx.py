"""Word documents (.docx): paragraphs and tables in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import takewhile
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from ingest.article import Article
from ingest.clean import clean
from ingest.errors import UnreadableError
from ingest.sources.fields import HEADLINE, article_from_fields, real_authors, real_title
from ingest.sources.files import DOCUMENT_BYTES, SourceFile
from ingest.text import one_line, sanitize

if TYPE_CHECKING:
    from docx.document import Document

_TEXT_BYTES = 10 * 1024 * 1024
_UNPACKED_BYTES = 100 * 1024 * 1024
_RATIO = 200  # XML packs to a tenth; what packs to less than this is made to fill the memory
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_XML = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_NO_BOX = {_XML + "Fallback", _W + "del", _W + "moveFrom", _W + "txbxContent"}
# Struck out by a tracked change; the code of a field; pictures; boxes, which are read apart.
_NOT_TEXT = frozenset(
    [*(_W + name for name in ("del", "moveFrom", "instrText", "drawing", "pict", "object", "pPr")),
     _XML + "AlternateContent"]
)  # fmt: skip


@dataclass(frozen=True)
class _Paragraph:
    style: str  # its English name, in lower case: Word keeps that in every language
    text: str


def read(file: SourceFile) -> Iterator[Article]:
    """The one article of a document. What the document says of its own making is no date of it."""
    document = _opened(file.data(DOCUMENT_BYTES))
    names = {style.style_id: (style.name or "").lower() for style in document.styles}
    paragraphs, size = [], 0
    for paragraph in _blocks(document.element.body, names):
        size += len(paragraph.text)
        if size > _TEXT_BYTES:
            raise UnreadableError(f"it holds more than {_TEXT_BYTES // 1024 // 1024} MB of text")
        if paragraph.text:
            paragraphs.append(paragraph)
    if not paragraphs:
        raise UnreadableError("it holds no text")
    core = document.core_properties
    title, rest = _headline(paragraphs, real_title(core.title))
    text = "\n\n".join(paragraph.text for paragraph in rest)
    article = clean(article_from_fields({"title": title, "text": text}, file.name, file.key))
    if not article.text:
        raise UnreadableError("it holds a headline but no article text")
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
        members = ZipFile(BytesIO(data)).infolist()
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise UnreadableError("it is not a Word document (.docx), or it is damaged") from error
    if sum(member.file_size for member in members) > _UNPACKED_BYTES or any(
        member.file_size > _TEXT_BYTES and member.file_size > _RATIO * member.compress_size
        for member in members
    ):
        raise UnreadableError("it unpacks to far more than a document holds")
    try:
        return Document(BytesIO(data))
    except Exception as error:  # whatever a damaged document makes the parser raise
        raise UnreadableError("it is not a Word document (.docx), or it is damaged") from error


def _blocks(parent: Any, names: dict[str, str]) -> Iterator[_Paragraph]:
    """Every paragraph; a row of a table is one. The library's own walk leaves out content controls
    and what a tracked change has added."""
    for child in parent:
        if child.tag == _W + "p":
            style = child.find(f"{_W}pPr/{_W}pStyle")
            name = "" if style is None else style.get(_W + "val", "")
            yield _Paragraph(names.get(name, name.lower()), sanitize(_text(child)))
            # Text boxes hang on a paragraph, each once more for old versions of Word.
            for box in child.iter(_W + "txbxContent"):
                around = {each.tag for each in takewhile(child.__ne__, box.iterancestors())}
                if not around & _NO_BOX:
                    yield from _blocks(box, names)
        elif child.tag == _W + "tr":
            cells = (" ".join(p.text for p in _blocks(cell, names)) for cell in child)
            yield _Paragraph("", one_line(" | ".join(filter(None, cells))))
        elif child.tag not in _NOT_TEXT:
            yield from _blocks(child, names)


def _text(paragraph: Any) -> str:
    pieces = []
    for child in paragraph:
        if child.tag == _W + "t":
            pieces.append(child.text or "")
        elif child.tag in (_W + "tab", _W + "noBreakHyphen"):
            pieces.append("-" if child.tag == _W + "noBreakHyphen" else " ")
        elif child.tag in (_W + "br", _W + "cr"):
            pieces.append("\n")
        elif child.tag not in _NOT_TEXT:
            hidden = child.find(f"{_W}rPr/{_W}vanish")
            if hidden is None or hidden.get(_W + "val", "1") in ("0", "false", "off"):
                pieces.append(_text(child))
    return "".join(pieces)


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
