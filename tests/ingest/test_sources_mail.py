"""Mail, and pages that browsers save in its form."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.article import Article, Moment
from ingest.sources import readers
from ingest.sources.document.mail import letter_of
from ingest.sources.files import SourceFile

ArticleOf = Callable[[str, "str | bytes"], Article]
Reason = Callable[[str, "str | bytes"], str]
STORY = (
    "The harbour of Port Haven reopened on Sunday after ten years of repairs, and ships from "
    "three countries came to the pier, officials of the town said."
)
NEXT = (
    "The next ferry leaves on Monday, the company said in a statement, and the fare stays what it "
    "was ten years ago, when the last of the old ships left the quay."
)
PAGE = f"""<html lang="en"><head><meta charset="utf-8"><title>Harbour reopens - Pier Gazette</title>
<meta property="og:site_name" content="Pier Gazette"></head><body><article><h1>Harbour reopens</h1>
<p>{STORY}</p><p>{NEXT}</p><p>“We waited,” said Zoë Reef, who sells fish on the eastern quay.</p>
</article></body></html>"""


def eml(*headers: str, body: str | bytes = "", kind: str = "text/plain; charset=utf-8") -> bytes:
    head = "\n".join(["MIME-Version: 1.0", f"Content-Type: {kind}", *headers, "", ""])
    return head.encode() + (body.encode() if isinstance(body, str) else body)


FROM, SUBJECT = "From: Pier Gazette <news@pier.example>", "Subject: Harbour reopens"
DATE = "Date: Sun, 16 Jul 2023 09:10:00 +0800"


def test_a_mail_is_an_article(article_of: ArticleOf) -> None:
    article = article_of("a.eml", eml(FROM, SUBJECT, DATE, body=f"{STORY}\n\n{NEXT}\n"))
    assert (article.title, article.text) == ("Harbour reopens", f"{STORY}\n\n{NEXT}")
    assert article.publisher == "Pier Gazette"
    assert article.published == Moment("2023-07-16T09:10:00+08:00", "metadata")
    assert article.key.endswith("a.eml")


@pytest.mark.parametrize(
    ("sender", "publisher", "authors"),
    [
        ("Ann Bay <ann@mail.example>", None, ("Ann Bay",)),
        ('"Harbour Wire" <desk@wire.example>', "Harbour Wire", ()),
        ("Tarnlund <noreply@tarnlund.example>", "Tarnlund", ()),
        ("Old Quay <ann@old-quay.example>", "Old Quay", ()),
        ("=?utf-8?q?Zo=C3=AB_Reef?= <z@mail.example>", None, ("Zoë Reef",)),
        ("newsletter@pier.example", "pier.example", ()),
        ("ann@mail.example", None, ()),
        ("", None, ()),
    ],
)
def test_who_sends_is_publisher_or_author(
    sender: str, publisher: str | None, authors: tuple[str, ...], article_of: ArticleOf
) -> None:
    article = article_of("a.eml", eml(f"From: {sender}", SUBJECT, DATE, body=STORY))
    assert (article.publisher, article.authors) == (publisher, authors)


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Re: Harbour reopens", "Harbour reopens"),
        ("RE: AW: Harbour: reopens", "Harbour: reopens"),
        ("=?iso-8859-1?q?Caf=E9_am_Hafen?=", "Café am Hafen"),
        ("=?utf-8?b?SMOkZmVu?= =?utf-8?b?IMO2ZmZuZW4=?=", "Häfen öffnen"),
        ("Reopening: the harbour", "Reopening: the harbour"),
    ],
)
def test_the_subject_is_the_headline(subject: str, title: str, article_of: ArticleOf) -> None:
    assert article_of("a.eml", eml(FROM, f"Subject: {subject}", DATE, body=STORY)).title == title


def alternatives(plain: bytes, page: bytes, charset: str = "utf-8") -> bytes:
    return (
        b'--b\nContent-Type: text/plain; charset="%s"\n\n' % charset.encode()
        + plain
        + b"\n--b\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(page)
        + b"\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment\n\nnot opened\n--b--\n"
    )


MULTIPART = 'multipart/alternative; boundary="b"'


@pytest.mark.parametrize("charset", ["utf-8", "x-no-such-charset", "", "undefined", "us-ascii"])
def test_the_plain_part_is_read_in_whatever_encoding(charset: str, article_of: ArticleOf) -> None:
    text = f"{STORY}\n\n{NEXT}\n\nThe café on the quay is open again."
    body = alternatives(text.encode(), PAGE.encode(), charset)
    assert article_of("a.eml", eml(FROM, SUBJECT, DATE, body=body, kind=MULTIPART)).text == text


def test_a_wrong_encoding_does_not_lose_the_words(article_of: ArticleOf) -> None:
    body = f"{STORY} The café is open.".encode("cp1252")
    kind = "text/plain; charset=utf-8"
    assert (
        "café is open" in article_of("a.eml", eml(FROM, SUBJECT, DATE, body=body, kind=kind)).text
    )


def test_a_plain_part_that_stands_in_for_the_page_is_not_read(article_of: ArticleOf) -> None:
    body = alternatives(b"Your program cannot show this message.", PAGE.encode())
    article = article_of("a.eml", eml(FROM, SUBJECT, DATE, body=body, kind=MULTIPART))
    assert article.text.startswith(STORY) and "Zoë Reef" in article.text
    assert article.key.endswith("a.eml")


def test_a_page_without_an_article_is_read_as_text(article_of: ArticleOf) -> None:
    body = "<p>The ferry <b>leaves</b> on Monday.</p>"
    article = article_of("a.eml", eml(FROM, SUBJECT, DATE, body=body, kind="text/html"))
    assert article.text == "The ferry leaves on Monday."


def test_broken_lines_signature_and_notices_are_mended(article_of: ArticleOf) -> None:
    body = f"""\
View this email in your browser

The harbour of Port Haven reopened on Sunday after ten years of
repairs, and ships from three countries came to the pier, officials of
the town said.

{NEXT[:74].rsplit(" ", 1)[0]}
and that is all.

Unsubscribe from this list
You are receiving this email because you signed up on our site.
--\x20
Ann Bay, 12 Quay Street
"""
    text = article_of("a.eml", eml(FROM, SUBJECT, DATE, body=body)).text
    assert text.startswith(f"{STORY}\n\nThe next ferry")
    assert text.endswith("and that is all.")


def test_a_sentence_on_unsubscribing_is_part_of_the_story(article_of: ArticleOf) -> None:
    body = f"{STORY}\n\nReaders who want to unsubscribe need a lawyer, the court of Tarn found."
    assert article_of("a.eml", eml(FROM, SUBJECT, DATE, body=body)).text == body


def test_flowed_lines_go_on(article_of: ArticleOf) -> None:
    words = STORY.split()
    body = " ".join(words[:9]) + " \n" + " ".join(words[9:]) + f"\n\n{NEXT}\n"
    kind = "text/plain; charset=utf-8; format=flowed"
    text = article_of("a.eml", eml(FROM, SUBJECT, DATE, body=body, kind=kind)).text
    assert text == f"{STORY}\n\n{NEXT}"


FORWARDED = f"""\
For your archive.

---------- Forwarded message ---------
From: Pier Gazette <news@pier.example>
Date: Fri, Jul 14, 2023 at 9:10 AM
Subject: Harbour reopens
To: Bo Reef <bo@mail.example>

{STORY}

{NEXT}
"""


def test_of_a_forwarded_mail_sender_and_day_are_those_of_the_first(article_of: ArticleOf) -> None:
    me = "From: Bo Reef <bo@mail.example>"
    article = article_of("a.eml", eml(me, "Subject: Fwd: Harbour reopens", DATE, body=FORWARDED))
    assert (article.title, article.text) == ("Harbour reopens", f"{STORY}\n\n{NEXT}")
    assert (article.publisher, article.authors) == ("Pier Gazette", ())
    assert article.published == Moment("2023-07-14T09:10:00", "metadata")


def test_the_day_of_forwarding_is_no_date(article_of: ArticleOf) -> None:
    article = article_of("a.eml", eml(FROM, "Subject: FW: Harbour reopens", DATE, body=STORY))
    assert (article.published, article.publisher) == (None, None)


def test_quoted_and_marked_headers_of_a_forwarded_mail_are_known() -> None:
    block = "*From:* Ann Bay\n*Sent:* Sunday, July 16, 2023 9:10 AM\n*Subject:* Harbour\n"
    letter = letter_of(f"Begin forwarded message:\n\n{block}\n{STORY}")
    assert (letter.text, letter.sender, letter.sent) == (STORY, "Ann Bay", "2023-07-16T09:10:00")
    quoted = "".join(f"> {line}\n" for line in [*block.split("\n"), STORY])
    assert letter_of(quoted).text == STORY


@pytest.mark.parametrize(
    ("mark", "headers"),
    [
        ("---------- Message transféré ----------", "De : Ann Bay <ann@pier.example>\nEnvoyé : 16 juillet 2023\nÀ : Bo\nObjet : Port"),
        ("Anfang der weitergeleiteten Nachricht:", "Von: Ann Bay <ann@pier.example>\nGesendet: 16. Juli 2023\nBetreff: Hafen"),
        ("---------- Mensaje reenviado ----------", "De: Ann Bay <ann@pier.example>\nFecha: 16 de julio de 2023\nAsunto: Puerto"),
        ("Inizio messaggio inoltrato:", "Da: Ann Bay <ann@pier.example>\nData: 16 luglio 2023\nOggetto: Porto"),
        ("---------- Doorgestuurd bericht ----------", "Van: Ann Bay <ann@pier.example>\nVerzonden: 16 juli 2023\nOnderwerp: Haven"),
    ],
)  # fmt: skip
def test_a_forwarded_mail_in_another_language_is_known(mark: str, headers: str) -> None:
    letter = letter_of(f"{mark}\n{headers}\n\n{STORY}")
    assert letter.text == STORY
    assert letter.sender.startswith("Ann Bay")
    assert letter.sent == "2023-07-16"


def test_lines_in_the_form_of_headers_stay_where_they_are_no_block() -> None:
    text = f"{STORY}\nFrom: Tarn\nTo: Port Haven"
    assert letter_of(text).text == text


@pytest.mark.parametrize(
    "date", ["", "Date: yesterday", "Date: 99 Foo 2023", "Date: Sun, 16 Jul 2999 09:10:00 +0000"]
)
def test_a_mail_without_a_readable_date_is_undated(date: str, article_of: ArticleOf) -> None:
    headers = [FROM, SUBJECT, date] if date else [FROM, SUBJECT]
    assert article_of("a.eml", eml(*headers, body=STORY)).published is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "empty"), (b"no headers at all", "not a mail"), (eml(FROM, SUBJECT), "no article text")],
)
def test_what_is_no_mail_says_so(data: bytes, reason: str, reason_of: Reason) -> None:
    assert reason in reason_of("a.eml", data)


URL = "https://pier.example/news/harbour-reopens"


def mhtml(page: str, *headers: str, encoding: str = "quoted-printable") -> bytes:
    packed = quopri.encodestring if encoding == "quoted-printable" else base64.encodebytes
    return (
        "From: <Saved by Blink>\n" + "".join(f"{header}\n" for header in headers) +
        "Subject: Harbour reopens\nDate: Wed, 3 Jan 2024 10:00:00 -0000\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; type="text/html"; boundary="----b----"\n\n'
        "------b----\nContent-Type: image/png\nContent-Location: https://pier.example/a.png\n\nxx\n"
        f"------b----\nContent-Type: text/html\nContent-ID: <root@x>\n"
        f"Content-Transfer-Encoding: {encoding}\nContent-Location: {URL}\n\n"
    ).encode() + packed(page.encode()) + b"\n------b------\n"  # fmt: skip


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
@pytest.mark.parametrize("ending", ["mhtml", "mht"])
def test_a_saved_page_is_an_article(encoding: str, ending: str, article_of: ArticleOf) -> None:
    data = mhtml(PAGE, f"Snapshot-Content-Location: {URL}", encoding=encoding)
    article = article_of(f"a.{ending}", data)
    assert article.title == "Harbour reopens"
    assert article.text.startswith(STORY) and "Zoë Reef" in article.text
    assert article.url == article.key == URL
    assert article.publisher == "Pier Gazette"


def test_the_day_of_saving_is_no_date(article_of: ArticleOf) -> None:
    assert article_of("a.mhtml", mhtml(PAGE)).published is None


def test_a_folded_address_is_whole(article_of: ArticleOf) -> None:
    folded = f"Snapshot-Content-Location: {URL[:20]}\n {URL[20:]}"
    assert article_of("a.mhtml", mhtml(PAGE, folded)).url == URL


def test_the_page_that_is_stated_as_the_start_is_read(article_of: ArticleOf) -> None:
    frame = b"------b----\nContent-Type: text/html\n\n<p>An advertisement.</p>\n"
    data = mhtml(PAGE).replace(b"------b----\n", frame + b"------b----\n", 1)
    data = data.replace(b'type="text/html";', b'type="text/html"; start="<root@x>";')
    assert article_of("a.mhtml", data).text.startswith(STORY)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"plain words", "it holds no web page"),
        (mhtml("<html><body></body></html>"), "no article was found in the page"),
    ],
)
def test_what_is_no_saved_page_says_so(data: bytes, reason: str, reason_of: Reason) -> None:
    assert reason in reason_of("a.mhtml", data)


HEADS = [
    b"",
    b"From: ",
    b"Subject: =?utf-8?q?",
    b"From: a\nContent-Type: multipart/mixed; boundary=",
]


@given(st.binary(max_size=300), st.sampled_from(HEADS))
def test_arbitrary_bytes_raise_nothing_else(data: bytes, head: bytes) -> None:
    for kind in (".eml", ".mhtml"):
        list(readers.read_file(SourceFile.of_bytes(head + data, f"a{kind}", kind)))
