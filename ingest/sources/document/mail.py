"""Mail (.eml) without what mail adds above, around and below its text, and the pages that browsers
save in its form (.mhtml).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr

from ingest.article import Article, Moment
from ingest.byline import parse_byline
from ingest.dates import parse_moment
from ingest.errors import UnreadableError
from ingest.sources.fields import article_from_fields, first_address, strip_html
from ingest.sources.files import DOCUMENT_BYTES, SourceFile
from ingest.sources.page.html_page import article_of_page
from ingest.text import decode, one_line, sanitize, unwrapped

_HEADER_NAMES = {  # en de fr es it pt nl sv da/nb pl
    "from": "from|von|de|da|van|från|fra|od",
    "date": "date|sent|datum|gesendet|envoyé|envoyé le|fecha|enviado|enviado el|data|inviato"
            "|enviada|verzonden|skickat|sendt|dato",
    "subject": "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|temat",
    "to": "to|cc|reply-to|an|à|a|para|aan|till|til|do|kopie|copie",
}  # fmt: skip
_NAMES = {name: ours for ours, names in _HEADER_NAMES.items() for name in names.split("|")}
_HEADER = re.compile(
    rf"^[> *_]*(?P<name>{'|'.join(sorted(_NAMES, key=len, reverse=True))})"
    r" *:[*_ ]*(?P<value>.*?)[*_ ]*$",
    re.IGNORECASE | re.MULTILINE,
)
# Fewer lines in the form of headers may be the story's.
_HEADERS_ABOVE = re.compile(rf"(?:{_HEADER.pattern}\n){{3,}}", _HEADER.flags)
_NOTE_LINES = 9  # what stands above a forwarded mail is a note to the one who gets it, and a mark
_QUOTED = 0.8  # of the lines of a quoted mail begin with the mark
_SIGNATURE = re.compile(r"^-- ?(?:\n.*){0,13}\Z", re.MULTILINE)


@dataclass(frozen=True)
class Letter:
    """A mail's text; of a forwarded one also who had sent it and when."""

    text: str
    forwarded: bool = False
    sender: str = ""
    sent: str | None = None


def letter_of(text: str) -> Letter:
    """The letter in the sanitized text of a mail; of a forwarded mail the one within."""
    text = _SIGNATURE.sub("", text)
    for block in _HEADERS_ABOVE.finditer(text):
        headers: dict[str, str] = {}
        for match in _HEADER.finditer(block[0]):
            headers.setdefault(_NAMES[match["name"].lower()], match["value"].strip())
        above, below = text[: block.start()], text[block.end() :]
        if {"from", "date"} <= headers.keys():
            if sum(bool(line.strip()) for line in above.split("\n")) > _NOTE_LINES:
                return Letter(_plain(above + below))
            return Letter(_plain(below), True, headers["from"], parse_moment(headers["date"]))
    return Letter(_plain(text))


def _plain(text: str) -> str:
    """The text without marks of quoting, and without the ends of lines that a program broke."""
    filled = [line for line in text.split("\n") if line.strip()]
    if filled and sum(line.startswith(">") for line in filled) >= _QUOTED * len(filled):
        text = re.sub(r"^>+ ?", "", text, flags=re.MULTILINE)
    return unwrapped(text.strip())


_PAGES = ("text/html", "application/xhtml+xml")
_HEADERS = ("From", "Subject", "Date", "Received", "Message-ID")
_SUBJECT_MARKS = re.compile(
    r"(?:\s*(?:re|aw|(?P<forwarded>fwd?|wg|tr|rv|enc|vs|doorst))\s*(?:\[\d+\])?\s*:)*\s*", re.I
)
_ORGANISATION = re.compile(
    r"\b(?:news\w*|gazette|times|post|press\w*|agency|agence|herald|tribune|daily|media|journal|"
    r"chronicle|observer|courier|echo|bulletin|weekly|today|radio|tv|service|bureau|desk|team|"
    r"office|ministry|department|council|university|institute|alerts?|wire|briefing|editors?|"
    r"inc|ltd|llc|gmbh|foundation|association|union|the)\b",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"^(?:news\w*|info|press\w*|media|no-?reply|do-?not-?reply|editors?|alerts?|hello|contact|"
    r"office)$",
    re.IGNORECASE,
)
_READABLE_SHARE = 0.3  # a plain part of fewer words than that only says that there is another


def read_message(file: SourceFile) -> Iterator[Article]:
    """The one article of a mail: its subject is the headline, attachments are left out."""
    message = _message(file)
    if not any(_header(message, name) for name in _HEADERS):
        raise UnreadableError("it is not a mail")
    subject = _header(message, "Subject")
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    text = _text(plain).replace("\r\n", "\n") if plain is not None else ""
    if plain is not None and str(plain.get_param("format") or "").lower() == "flowed":
        # A space at the end of a line says that the line goes on (RFC 3676).
        joint = "" if str(plain.get_param("delsp") or "").lower() == "yes" else " "
        text = re.sub(r"(?<!^--) \n(?!>|$)", joint, text, flags=re.MULTILINE)
    text = sanitize(text)
    markup = _text(page) if page is not None else ""
    if len(text.split()) < _READABLE_SHARE * len(strip_html(markup).split()):
        text = ""  # it only stands in for the page
    letter = letter_of(text or sanitize(strip_html(markup)))
    marks = _SUBJECT_MARKS.match(subject)
    forwarded = letter.forwarded or bool(marks and marks["forwarded"])
    # Who forwards a mail and when is neither its author nor its date.
    sent = letter.sent if forwarded else parse_moment(_header(message, "Date"))
    publisher, authors = _sender(letter.sender if forwarded else _header(message, "From"))
    article = None
    if markup and not text and not forwarded:
        with suppress(UnreadableError):
            shown = article_of_page(markup, file.name, file.key)
            article = replace(shown, key=file.key)
    if article is None:
        article = article_from_fields({"text": letter.text}, file.name, file.key)
    yield replace(
        article,
        title=subject[marks.end() if marks else 0 :] or article.title,
        publisher=publisher or article.publisher,
        authors=article.authors or authors,
        published=Moment.of(sent, "metadata") or article.published,
    )


def read_page(file: SourceFile) -> Iterator[Article]:
    """The one article of a saved page. When it was saved is no date of it."""
    message = _message(file)
    # The page among its pictures and frames: the part stated as the start, or the first page.
    pages = (part for part in message.walk() if part.get_content_type() in _PAGES)
    part = message.get_body(("html",)) or next(pages, None)
    if part is None:
        raise UnreadableError("it holds no web page")
    stated = (
        _header(message, "Snapshot-Content-Location"),
        _header(part, "Content-Location"),
        _header(message, "Content-Location"),
    )
    addresses = ("".join(address.split()) for address in stated)
    yield article_of_page(_text(part), file.name, file.key, url=first_address(addresses))


def _message(file: SourceFile) -> EmailMessage:
    return message_from_bytes(file.data(DOCUMENT_BYTES), EmailMessage, policy=policy.default)


def _text(part: MIMEPart) -> str:
    """What a part says, in the encoding it states where that is known and right."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    with suppress(LookupError, UnicodeError, ValueError):
        return data.decode(part.get_content_charset("") or "no encoding is stated")
    return decode(data, binary=True)


def _header(part: MIMEPart, name: str) -> str:
    """A header's words; the library raises whatever it likes on damaged ones."""
    with suppress(Exception):
        return one_line(str(part[name] or ""))
    return ""


def _sender(line: str) -> tuple[str | None, tuple[str, ...]]:
    """(publisher, authors): an organisation publishes what it sends, a person has written it."""
    name, address = parseaddr(line)
    name = one_line(name).strip(" \"'")
    office, _, domain = address.lower().partition("@")
    if not name:
        return (domain if domain and _OFFICE.match(office) else None), ()
    squeezed = "".join(filter(str.isalnum, name.lower()))
    theirs = squeezed in domain.replace("-", "").replace(".", "")
    if _ORGANISATION.search(name) or _OFFICE.match(office) or theirs:
        return name, ()
    return None, parse_byline(name)[0]
