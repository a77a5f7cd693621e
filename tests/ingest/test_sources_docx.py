"""Word documents."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st

from ingest.article import Article, Moment
from ingest.errors import UnreadableError
from ingest.sources.document import docx
from ingest.sources.files import SourceFile

ArticleOf = Callable[[str, "str | bytes"], Article]
Reason = Callable[[str, "str | bytes"], str]
STORY = (
    "The harbour of Port Haven reopened on Sunday after ten years of repairs, and ships from "
    "three countries came to the pier, officials said."
)
NEXT = "The next ferry leaves on Monday, the company said."


def saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def document_of(*paragraphs: tuple[str, str], **core: object) -> Any:
    """A document of (style, text); without the properties that the library writes itself."""
    document = Document()
    for style, text in paragraphs:
        document.add_paragraph(text, style=style or None)
    for name, value in {"title": "", **core}.items():
        setattr(document.core_properties, name, value)
    return document


def with_xml(paragraph: Any, inner: str) -> None:
    """Appends to a paragraph what the library has no call for."""
    for element in parse_xml(f"<w:p {nsdecls('w')}>{inner}</w:p>"):
        paragraph._p.append(element)


@pytest.mark.parametrize(
    ("paragraphs", "core", "title", "text"),
    [
        ([("Title", "Harbour reopens"), ("", STORY)], {"title": "Other"}, "Harbour reopens", STORY),
        ([("", "WORLD"), ("", STORY)], {"title": "Harbour reopens"}, "Harbour reopens", f"WORLD\n\n{STORY}"),
        ([("Heading 1", "Harbour reopens"), ("", STORY)], {}, "Harbour reopens", STORY),
        ([("", "Harbour reopens"), ("", STORY)], {}, "Harbour reopens", STORY),
        ([("", "Harbour reopens"), ("", STORY)], {"title": "Document1"}, "Harbour reopens", STORY),
        ([("", STORY)], {}, f"{STORY[:98].rsplit(' ', 1)[0]}", STORY),
    ],
    ids=["title", "core", "heading", "line", "junk", "words"],
)  # fmt: skip
def test_the_headline_is_the_one_that_is_marked_best(
    paragraphs: list[tuple[str, str]], core: dict[str, str], title: str, text: str,
    article_of: ArticleOf,
) -> None:  # fmt: skip
    article = article_of("a.docx", saved(document_of(*paragraphs, **core)))
    assert article.title.startswith(title)
    assert article.text == text


def test_paragraphs_and_tables_stand_in_their_order(article_of: ArticleOf) -> None:
    document = document_of(("Title", "Harbour reopens"), ("", STORY))
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ["Ship", "Port", "Merle", "Tarn"], strict=True):
        cell.text = text
    document.add_paragraph(NEXT)
    article = article_of("a.docx", saved(document))
    assert article.text == f"{STORY}\n\nShip | Port\n\nMerle | Tarn\n\n{NEXT}"


def test_dates_of_the_file_are_no_dates_of_the_article(article_of: ArticleOf) -> None:
    made = {"created": datetime(2023, 7, 16), "modified": datetime(2023, 7, 17)}
    document = document_of(("Title", "Harbour reopens"), ("", STORY), **made)
    article = article_of("a.docx", saved(document))
    assert (article.published, article.updated) == (None, None)


@pytest.mark.parametrize(
    ("author", "authors"),
    [
        ("Ann Bay", ("Ann Bay",)),
        ("python-docx", ()),
        ("Microsoft Office User", ()),
        ("user", ()),
        ("", ()),
    ],
)
def test_the_author_of_the_properties_counts_when_it_is_a_name(
    author: str, authors: tuple[str, ...], article_of: ArticleOf
) -> None:
    document = document_of(("Title", "Harbour reopens"), ("", STORY), author=author)
    assert article_of("a.docx", saved(document)).authors == authors


def test_byline_and_date_line_of_the_text_are_read(article_of: ArticleOf) -> None:
    head = [("Title", "Harbour reopens"), ("", "By Ann Bay"), ("", "Published: 16 July 2023")]
    article = article_of("a.docx", saved(document_of(*head, ("", STORY), author="Bo Reef")))
    assert article.authors == ("Ann Bay",)
    assert article.published == Moment("2023-07-16", "text")


def test_what_is_struck_out_or_hidden_is_no_text_and_what_is_added_is(
    article_of: ArticleOf,
) -> None:
    document = document_of(("Title", "Harbour reopens"), ("", STORY))
    mark = 'w:id="1" w:author="Ann" w:date="2023-07-16T09:00:00Z"'
    with_xml(
        document.add_paragraph("The fare "),
        f"<w:del {mark}><w:r><w:delText>rises</w:delText></w:r></w:del>"
        f"<w:ins {mark}><w:r><w:t>stays</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t> secret</w:t></w:r>"
        '<w:r><w:instrText>HYPERLINK "x"</w:instrText></w:r>'
        '<w:hyperlink w:anchor="x"><w:r><w:t xml:space="preserve"> the same</w:t></w:r></w:hyperlink>'
        "<w:sdt><w:sdtContent><w:r><w:t>.</w:t></w:r></w:sdtContent></w:sdt>",
    )
    assert article_of("a.docx", saved(document)).text == f"{STORY}\n\nThe fare stays the same."


def rezipped(data: bytes, name: str, content: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for member in source.namelist():
            if member != name:
                target.writestr(member, source.read(member))
        target.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("size", "filler"), [(11 * 1024 * 1024, b"0"), (101 * 1024 * 1024, b"0123456789" * 90)]
)
def test_a_bomb_is_not_unpacked(size: int, filler: bytes, reason_of: Reason) -> None:
    content = (filler * (size // len(filler) + 1))[:size]
    data = rezipped(saved(document_of(("", STORY))), "word/media/big.bin", content)
    assert len(data) < 2 * 1024 * 1024
    assert reason_of("a.docx", data) == "it unpacks to far more than a document holds"


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (OLE, "it is an old Word document (.doc); save it as .docx first"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "it is encrypted; save it without a password first"),
        (b"PK\x03\x04 broken", "it is not a Word document (.docx), or it is damaged"),
        (b"plain text", "it is not a Word document (.docx), or it is damaged"),
        (b"", "it is empty"),
    ],
    ids=["old", "encrypted", "broken", "text", "empty"],
)  # fmt: skip
def test_what_is_no_document_says_so(data: bytes, reason: str, reason_of: Reason) -> None:
    assert reason_of("a.docx", data) == reason


def test_another_zip_archive_is_no_document(reason_of: Reason) -> None:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "text")
    assert "not a Word document" in reason_of("a.docx", out.getvalue())


def test_a_document_without_text_says_so(reason_of: Reason) -> None:
    assert reason_of("a.docx", saved(document_of())) == "it holds no text"


def test_entities_in_a_document_are_not_followed(reason_of: Reason) -> None:
    body = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>
    <w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>
    <w:p><w:r><w:t>&f;</w:t></w:r></w:p></w:body></w:document>"""
    data = rezipped(saved(document_of(("", STORY))), "word/document.xml", body)
    assert reason_of("a.docx", data) == "it holds no text"


def read_or_refused(data: bytes) -> None:
    with suppress(UnreadableError, EOFError):  # the latter of a gzip file that ends in its header
        list(docx.read(SourceFile.of_bytes(data, "a.docx", ".docx")))


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", OLE[:8]]))
def test_arbitrary_bytes_raise_nothing_else(data: bytes, head: bytes) -> None:
    read_or_refused(head + data)


WHOLE = saved(document_of(("Title", "Harbour reopens"), ("", STORY)))


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=8))
def test_damaged_bytes_raise_nothing_else(changes: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE)
    for place, value in changes:
        data[place] = value
    read_or_refused(bytes(data))


BOX = (
    "<w:r><mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
    "<mc:Choice Requires='wps'><w:drawing><w:txbxContent><w:p><w:r><w:t>{0}</w:t></w:r></w:p>"
    "</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>{0}"
    "</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)


def test_a_text_box_is_read_once_after_the_paragraph_that_it_hangs_on(
    article_of: ArticleOf,
) -> None:
    document = document_of(("Title", "Harbour reopens"), ("", STORY), ("", NEXT))
    with_xml(document.paragraphs[1], BOX.format("Dogs travel free."))
    assert article_of("a.docx", saved(document)).text == f"{STORY}\n\nDogs travel free.\n\n{NEXT}"


def test_a_text_box_that_a_tracked_change_struck_out_is_left_out(article_of: ArticleOf) -> None:
    document = document_of(("Title", "Harbour reopens"), ("", STORY), ("", NEXT))
    with_xml(document.paragraphs[1], f"<w:del>{BOX.format('Dogs travel free.')}</w:del>")
    assert "Dogs" not in article_of("a.docx", saved(document)).text
