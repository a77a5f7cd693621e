"""PDF files."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.article import Article
from ingest.errors import UnreadableError
from ingest.sources import fields
from ingest.sources.document import pdf
from ingest.sources.files import SourceFile

ArticleOf = Callable[[str, "str | bytes"], Article]
Reason = Callable[[str, "str | bytes"], str]
Shown = tuple[str, float, float, float]  # text, left, up, size
STORY = [
    "The harbour of Port Haven reopened on Sunday after ten years of repairs,",
    "and ships from three countries came to the pier, officials of the town",
    "said. The fishermen had waited for the day.",
]
MORE = [
    "The next ferry leaves on Monday, the company said in a statement that it",
    "put up at the quay, and the fare stays what it was ten years ago.",
]


def pdf_of(pages: list[list[Shown]], **properties: str) -> bytes:
    """A PDF with these lines, written by hand: nothing here depends on the library that reads it."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< %s >>" % _info(properties)]
    objects.append(
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    )
    kids = []
    for page in pages:
        shown = "\n".join(
            "BT /F1 %s Tf 1 0 0 1 %s %s Tm (%s) Tj ET" % (size, left, up, _escaped(text))
            for text, left, up, size in page
        )
        objects.append(f"<< /Length {len(shown.encode('cp1252'))} >>\nstream\n{shown}\nendstream")
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 4 0 R >> >> /Contents {len(objects)} 0 R >>"
        )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return _file_of(objects)


def _file_of(objects: list[str]) -> bytes:
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(data)
    return (
        data
        + (
            f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
            f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 3 0 R >>\nstartxref\n{start}\n%%EOF\n"
        ).encode()
    )


def _info(properties: dict[str, str]) -> str:
    return " ".join(f"/{name} ({_escaped(value)})" for name, value in properties.items())


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def lines(texts: list[str], top: float, size: float = 11, left: float = 60) -> list[Shown]:
    return [(text, left, top - 13.0 * i, size) for i, text in enumerate(texts)]


def simple(**properties: str) -> bytes:
    head = [("Harbour of Port Haven opens again", 60.0, 780.0, 22.0)]
    return pdf_of([[*head, *lines(STORY, 730), *lines(MORE, 660)]], **properties)


def test_lines_become_paragraphs_and_large_type_the_headline(article_of: ArticleOf) -> None:
    article = article_of("a.pdf", simple())
    assert article.title == "Harbour of Port Haven opens again"
    assert article.text == f"{' '.join(STORY)}\n\n{' '.join(MORE)}"
    assert (article.url, article.authors, article.published) == (None, (), None)


def test_the_day_a_document_was_made_is_no_date_of_it(article_of: ArticleOf) -> None:
    made = {"CreationDate": "D:20230716091000Z", "ModDate": "D:20230717091000Z"}
    article = article_of("a.pdf", simple(**made))
    assert (article.published, article.updated) == (None, None)


def test_byline_and_date_line_of_the_text_are_read(article_of: ArticleOf) -> None:
    head = [
        ("Harbour of Port Haven opens again", 60.0, 780.0, 22.0),
        ("By Ann Bay", 60.0, 750.0, 11.0),
        ("Published 16 July 2023", 60.0, 730.0, 11.0),
    ]
    article = article_of("a.pdf", pdf_of([[*head, *lines(STORY, 700)]], Author="Bo Reef"))
    assert article.authors == ("Ann Bay",)
    assert article.published is not None and article.published.iso == "2023-07-16"
    assert article.text == " ".join(STORY)


@pytest.mark.parametrize(
    ("author", "authors"),
    [("Ann Bay", ("Ann Bay",)), ("Microsoft Office User", ()), ("admin", ()), ("HP Scanner", ())],
)
def test_the_author_of_the_properties_counts_when_it_is_a_name(
    author: str, authors: tuple[str, ...], article_of: ArticleOf
) -> None:
    assert article_of("a.pdf", simple(Author=author)).authors == authors


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Port Haven reopens its harbour", "Port Haven reopens its harbour"),
        ("Port Haven reopens its harbour - Pier Gazette", "Port Haven reopens its harbour"),
        ("Microsoft Word - harbour.doc", "Harbour news"),
        ("harbour_final_2.indd", "Harbour news"),
        ("untitled", "Harbour news"),
        ("a", "Harbour news"),
        ("", "Harbour news"),
    ],
)
def test_the_title_of_the_properties_counts_when_a_person_wrote_it(
    stated: str, title: str, article_of: ArticleOf
) -> None:
    page = [("Harbour news", 60.0, 780.0, 11.0), *lines(STORY, 740)]
    assert article_of("a.pdf", pdf_of([page], Title=stated)).title == title


def test_a_dash_in_a_headline_is_not_the_name_of_the_site(article_of: ArticleOf) -> None:
    title = "Harbour reopens - a long wait"
    page = [(title, 60.0, 780.0, 11.0), *lines(STORY, 740)]
    article = article_of("a.pdf", pdf_of([page], Title=title))
    assert (article.title, article.text) == (title, " ".join(STORY))


def test_a_title_of_another_document_is_not_believed(article_of: ArticleOf) -> None:
    article = article_of("a.pdf", simple(Title="Budget of the year, second draft for the board"))
    assert article.title == "Harbour of Port Haven opens again"


def test_the_name_of_the_newspaper_is_no_headline(article_of: ArticleOf) -> None:
    page = [
        ("Pier Gazette", 60.0, 800.0, 40.0),
        ("Harbour of Port Haven opens again", 60.0, 740.0, 22.0),
        *lines(STORY, 700),
    ]
    assert article_of("a.pdf", pdf_of([page])).title == "Harbour of Port Haven opens again"


def test_a_page_that_starts_with_its_story_is_headed_by_its_first_words(
    article_of: ArticleOf,
) -> None:
    article = article_of("a.pdf", pdf_of([lines(STORY, 780)]))
    assert article.title.startswith("The harbour of Port Haven") and article.title.endswith("…")
    assert article.text == " ".join(STORY)


THINGS = ["", "harbour", "ferry", "quay", "lighthouse"]


def browser_pages(address: str) -> list[list[Shown]]:
    """Three pages as a browser prints them."""
    pages = []
    for number in (1, 2, 3):
        page = lines([f"Paragraph {number} tells of the {THINGS[number]} and of the pier."], 700)
        page += [
            ("11/22/26, 2:20 PM", 30.0, 820.0, 8.0),
            ("Harbour - Pier Gazette", 200.0, 820.0, 8.0),
        ]
        page += [(address, 30.0, 20.0, 8.0), (f"{number}/3", 560.0, 20.0, 8.0)]
        pages.append(page)
    pages[0].insert(0, ("Harbour of Port Haven opens again", 60.0, 760.0, 22.0))
    return pages


def test_what_a_browser_prints_around_a_page_is_dropped(article_of: ArticleOf) -> None:
    url = "https://pier.example/2023/07/16/harbour"
    article = article_of("a.pdf", pdf_of(browser_pages(url)))
    assert article.text.count("Paragraph") == 3
    assert "PM" not in article.text and "pier.example" not in article.text
    assert "/3" not in article.text and "Gazette" not in article.text
    assert article.url == article.key == url
    assert article.published is not None and article.published.origin == "url"


def test_a_cut_or_local_address_is_no_address(article_of: ArticleOf) -> None:
    for address in ("https://pier.example/2023/07/16/harb…", "file:///home/ann/harbour.html"):
        article = article_of("a.pdf", pdf_of(browser_pages(address)))
        assert article.url is None
        assert "://" not in article.text


def test_headers_footers_and_page_numbers_are_dropped(article_of: ArticleOf) -> None:
    pages = [
        [
            ("Pier Gazette · Edition 12", 60.0, 810.0, 9.0),
            *lines([f"Story {number} of the {THINGS[number]} was told on the pier."], 700),
            (f"- {number} -", 300.0, 30.0, 9.0),
        ]
        for number in (1, 2, 3, 4)
    ]
    text = article_of("a.pdf", pdf_of(pages)).text
    assert "Gazette" not in text and "- 2 -" not in text
    assert [f"Story {number}" in text for number in (2, 3, 4)] == [True] * 3


def test_a_paragraph_goes_on_upon_the_next_page(article_of: ArticleOf) -> None:
    head = [("Harbour of Port Haven opens again", 60.0, 780.0, 22.0)]
    pages = [[*head, *lines(STORY[:1], 100)], lines(STORY[1:], 780)]
    assert article_of("a.pdf", pdf_of(pages)).text == " ".join(STORY)


def test_a_broken_word_is_joined_only_where_the_text_shows_the_word(article_of: ArticleOf) -> None:
    body = [
        "The ferry company of Port Haven said the fishermen have a well-",
        "known quay. The long-awaited repairs cost more than the ferry com-",
        "pany had expected, and a well-known builder spoke of the river-",
        "bed below, and the state-of-the-",
        "art cranes.",
    ]
    text = article_of(
        "a.pdf", pdf_of([[("Harbour news", 60.0, 780.0, 11.0), *lines(body, 740)]])
    ).text
    assert "ferry company had" in text
    assert "a well-known quay" in text
    assert "river-bed" in text and "state-of-the-art" in text


def test_ligatures_are_letters(tmp_path: Path) -> None:
    from ingest.sources.document.pdf import lines_of

    [line] = lines_of([("of\ufb01cials of the \ufb02eet", 0, 0, 11)])
    assert line.text == "officials of the fleet"


@pytest.mark.parametrize(
    ("initial", "rest", "begins"),
    [
        ("T", "he harbour of Port Haven reopened on Sunday after ten years of", "The harbour of"),
        ("“W", "e waited for the day, and it came,” a fisherman of the town said", "“We waited"),
        ("A", "harbour of the north reopened on Sunday after ten years. It was a", "A harbour of"),
    ],
)
def test_a_large_first_letter_belongs_to_its_word(
    initial: str, rest: str, begins: str, article_of: ArticleOf
) -> None:
    page = [
        ("Harbour reopens after a decade", 60.0, 780.0, 20),
        (initial, 60.0, 700.0, 42.0),
        (rest, 95.0, 722.0, 11),
        ("repairs, and ships from three countries came to the harbour pier, it said.", 95, 708, 11),
        *lines(STORY[1:], 694),
    ]
    article = article_of("story.pdf", pdf_of([page]))
    assert article.title == "Harbour reopens after a decade"
    assert article.text.startswith(begins)


def encrypted(data: bytes, password: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_an_encrypted_document_is_told_what_to_do(reason_of: Reason) -> None:
    reason = reason_of("a.pdf", encrypted(simple(), "secret"))
    assert reason == "it is encrypted; save it without a password first"


def test_a_document_that_forbids_printing_only_is_read(article_of: ArticleOf) -> None:
    assert article_of("a.pdf", encrypted(simple(), "")).text.startswith("The harbour")


def test_a_scan_is_told_what_to_do(reason_of: Reason) -> None:
    assert "run text recognition on it first" in reason_of("a.pdf", pdf_of([[], []]))


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "empty"), (b"<html>no</html>", "it is not a PDF"), (b"%PDF-1.4\nbroken", "damaged")],
)
def test_what_is_no_pdf_says_so(data: bytes, reason: str, reason_of: Reason) -> None:
    assert reason in reason_of("a.pdf", data)


def test_a_truncated_document_is_a_failure_or_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = simple()
    for length in range(0, len(whole), 97):
        read_or_refused(whole[:length])


@pytest.mark.parametrize(
    ("module", "limit", "reason"),
    [(pdf, "_PAGES", "3 pages"), (fields, "TEXT", "of text")],
)
def test_the_work_on_a_document_is_limited(
    module: ModuleType, limit: str, reason: str, reason_of: Reason, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, limit, 2)
    assert reason in reason_of("a.pdf", pdf_of(browser_pages("https://pier.example/a")))


def test_a_stream_that_unpacks_to_very_much_is_not_unpacked(reason_of: Reason) -> None:
    import zlib

    bomb = zlib.compress(b"BT (a) Tj ET\n" * 8_000_000, 9)
    data = pdf_of([lines(STORY, 700)])
    head, _, rest = data.partition(b"<< /Length ")
    body = rest.partition(b"endstream")[2]
    packed = b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(bomb)
    reason = reason_of("a.pdf", head + packed + bomb + b"\nendstream" + body)
    assert "damaged" in reason or "text recognition" in reason


def read_or_refused(data: bytes) -> list[Article]:
    try:
        return list(pdf.read(SourceFile.of_bytes(data, "a.pdf", ".pdf")))
    except (UnreadableError, EOFError):  # the latter of a gzip file that ends in its header
        return []


@given(st.binary(max_size=400), st.booleans())
def test_arbitrary_bytes_raise_nothing_else(data: bytes, marked: bool) -> None:
    read_or_refused(b"%PDF-1.7\n" + data if marked else data)


@given(st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 255)), max_size=12))
def test_damaged_bytes_raise_nothing_else(changes: list[tuple[int, int]]) -> None:
    data = bytearray(simple(Title="Harbour"))
    for place, value in changes:
        data[place % len(data)] = value
    read_or_refused(bytes(data))


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    read_or_refused(simple()[:-60])
    assert not caplog.records
