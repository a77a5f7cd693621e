"""What the wire formats share: an item as it describes itself, and what becomes of it.

XML from anywhere is parsed without entities and searched without regard to namespaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from dateutil.parser import isoparse
from defusedxml import DefusedXmlException, EntitiesForbidden
from defusedxml.ElementTree import fromstring, iterparse

from ingest.article import Article, Failure, Item, PassedOver, Withdrawn, epoch_of
from ingest.clean import clean
from ingest.datelines import AGENCIES
from ingest.errors import UnreadableError
from ingest.sources.fields import article_from_fields, host_of
from ingest.sources.files import SourceFile
from ingest.text import one_line

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

XML_BYTES = 64 * 1024 * 1024  # a message of a wire with all its items
_BLOCKS = frozenset(
    "p h1 h2 h3 h4 h5 h6 hl1 hl2 li dt dd blockquote bq pre tr div section article block ul ol dl "
    "table nitf-table body body.content body.end tagline br hr".split()
)
_NOT_TEXT = frozenset("media figure script style object img note media-caption head fn".split())
_NO_ELEMENT = 3  # expat's XML_ERROR_NO_ELEMENTS
_CELLS = frozenset(("td", "th"))


def root_name(file: SourceFile) -> str:
    """The name of the root element; no more is read than it takes.

    Raises:
        UnreadableError: not XML, or XML with entities.
    """
    try:
        with file.open() as stream:
            for _, element in iterparse(stream, events=("start",)):
                return local(element)
    except UnreadableError:
        raise
    except Exception as error:
        raise _unreadable(error) from error
    raise UnreadableError("it is empty")


def parse(data: bytes) -> Element:
    """The root element.

    Raises:
        UnreadableError: not XML, or XML with entities.
    """
    try:
        return fromstring(data)
    except Exception as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> UnreadableError:
    if isinstance(error, EntitiesForbidden):
        return UnreadableError("it declares XML entities, which are not allowed")
    if isinstance(error, DefusedXmlException):
        return UnreadableError("it refers to other files, which is not allowed")
    if isinstance(error, ParseError) and error.position == (1, 0) and error.code == _NO_ELEMENT:
        return UnreadableError("it is empty")
    if isinstance(error, (ParseError, ValueError, LookupError)):
        return UnreadableError(f"it is not valid XML: {one_line(str(error))[:120]}")
    return UnreadableError(f"it cannot be read: {one_line(str(error))[:120]}")


def local(element: Element) -> str:
    """Its name without the namespace; "" of a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def find(element: Element | None, path: str) -> Element | None:
    """The first element at a path of names such as "head/docdata/date.issue"."""
    return next(iter(find_all(element, path)), None)


def find_all(element: Element | None, path: str) -> list[Element]:
    """Every element at a path of names, whatever their namespaces."""
    if element is None:
        return []
    return element.findall("/".join(f"{{*}}{name}" for name in path.split("/")))


def words(element: Element | None) -> str:
    """All text in it, on one line."""
    return one_line("".join(element.itertext())) if element is not None else ""


def attribute(element: Element | None, name: str) -> str:
    """An attribute's value, "" where there is none."""
    return (element.get(name) or "").strip() if element is not None else ""


def language_of(element: Element | None) -> str:
    """Its `xml:lang`."""
    return attribute(element, "{http://www.w3.org/XML/1998/namespace}lang")


def paragraphs(element: Element | None) -> str:
    """The text of NITF or XHTML, a line between paragraphs; no captions, no scripts.

    Raises:
        UnreadableError: nested too deeply.
    """
    if element is None:
        return ""
    try:
        text = "".join(_pieces(element))
    except RecursionError as error:
        raise UnreadableError("its XML is nested too deeply") from error
    lines = (one_line(line).removesuffix(" |") for line in text.split("\x1e"))
    return "\n\n".join(line for line in lines if line)


def _pieces(element: Element) -> Iterator[str]:
    """Text with a record separator at each edge of a block: a line end is but a space in XML."""
    name = local(element).lower()
    edge = "\x1e" if name in _BLOCKS else " | " if name in _CELLS else ""
    if name and name not in _NOT_TEXT:
        yield edge if name in _BLOCKS else ""
        yield element.text or ""
        for child in element:
            yield from _pieces(child)
            yield child.tail or ""
        yield edge


_STAMP = re.compile(r"^\d{4}-?\d{2}-?\d{2}(?:[T ]|$)")
_DAY_LENGTH = len("2023-07-16")
# RFC 3085 puts the revision into the name: without it, every version is the same article.
_REVISION = re.compile(r"^(urn:newsml:[^:]+:\d{8}:[^:/]+)[:/]\d+[NUA]?$", re.IGNORECASE)
_AUTHORITY = re.compile(r"^(?:urn:newsml:|tag:)([\w.-]+)", re.IGNORECASE)
_AGENCY = re.compile(
    r"\b(?:(?:news)?wire|(?:news|press) (?:agency|association|service|trust)|agence|agencia)\b"
    r"|agentur\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"\b(?:correct|clarif|updat|refil|recast|amend|replac|supersed)\w*", re.I)
_AFTER_PLACE = re.compile(
    r"\s*\(|\s+[-–—]|,?\s+\d|,?\s+(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)\w*\.?\s+\d",
    re.IGNORECASE,
)
_TEXTS = ("", "text", "composite", "component")


@dataclass(frozen=True)
class WireItem:
    """An item of a wire in the words of its format.

    `fields` are those of `article_from_fields`; `embargo` is "" when its end is not stated.
    """

    guid: str = ""
    kind: str = ""  # its class: "text", "picture" …; "" when it is not stated
    status: str = ""
    embargo: str | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    provider: str | None = None
    holder: str | None = None  # of the copyright
    notice: str | None = None  # of the copyright
    located: str | None = None
    note: str = ""  # to the editors who receive it
    signals: tuple[str, ...] = ()  # "correction", "update"
    created: tuple[object, ...] = ()  # dates that may be the first publication, best first
    version: str = ""  # a number that grows
    version_created: object = None


def item_of(item: WireItem, source: str, name: str, key: str) -> Item:
    """The article that an item is, or why it is none.

    Args:
        source: of the article.
        name: of the item in reports.
        key: what identifies an item that has no identifier.
    """
    kind = _code(item.kind)
    if kind not in _TEXTS or (kind == "composite" and not item.fields.get("text")):
        return PassedOver(name, f"it is of the class {kind!r}, not a text")
    if _code(item.status) in ("canceled", "cancelled"):
        return Withdrawn(name, _key(item, key), _number(item.version))
    if _code(item.status) == "withheld":
        return PassedOver(name, "withheld by its publisher")
    if item.embargo is not None:  # one that cannot be read has not ended
        iso = stamp(item.embargo)
        if not iso or epoch_of(iso) > datetime.now(timezone.utc).timestamp():
            end = iso or one_line(item.embargo) or "its publisher lifts it"
            return Failure(name, f"it is under embargo until {end}")
    try:
        return _article(item, source, _key(item, key))
    except UnreadableError as error:
        return Failure(name, str(error).replace("it holds", "the item holds"))


def _key(item: WireItem, key: str) -> str:
    """Not the bare identifier: it may be an address, and a wire's word is not a web page's."""
    guid = identity(item.guid)
    return f"wire:{guid}" if guid else key


def _number(version: str) -> int | None:
    text = version.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004


def identity(guid: str) -> str:
    """An item's identifier without its version."""
    guid = one_line(guid)
    match = _REVISION.match(guid)
    return match[1] if match else guid


def stamp(value: object) -> str | None:
    """The ISO day or time of a date as the wires write it: "20230716T091000Z" and the like."""
    text = str(value or "").strip()
    if not _STAMP.match(text):
        return None
    try:
        moment = isoparse(text.replace(" ", "T", 1))
    except (ValueError, OverflowError):
        return None
    if len(text) <= _DAY_LENGTH:
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds")


def _article(item: WireItem, source: str, key: str) -> Article:
    provider = _first(item.provider, item.holder)
    # Who gave the identifier: a domain, in the schemes that news uses.
    authority = _AUTHORITY.match(item.guid)
    stamps = [iso for iso in map(stamp, (*item.created, item.version_created)) if iso]
    fields = {
        **item.fields,
        "publisher": provider or (authority[1] if authority else host_of(item.guid)),
        "agency": provider
        if provider and (provider in AGENCIES or _AGENCY.search(provider))
        else None,
        "published": stamps[0] if stamps else None,
        "updated": stamp(item.version_created),
    }
    article = clean(article_from_fields(fields, source, key))
    if not article.text:
        raise UnreadableError("it holds no article text")
    updated, published = article.updated, article.published
    if updated and published:
        days = _DAY_LENGTH in (len(updated.iso), len(published.iso))
        later = updated.day > published.day if days else updated.epoch > published.epoch
        updated = updated if later else None
    changes = (s for s in map(_code, item.signals) if s in ("correction", "update"))
    note = one_line(item.note)
    return replace(
        article,
        key=key,  # not the address: one version may have it and the next one not
        dateline=_place(article.dateline) or _place(item.located),
        correction=note if _CHANGE.search(note) else next(changes, None),
        copyright=_first(item.holder, item.notice),
        revision=_number(item.version),
        updated=updated,
    )


def _place(dateline: str | None) -> str | None:
    """The place alone: a dateline of a wire also states the day and the agency."""
    place = _AFTER_PLACE.split(dateline or "", maxsplit=1)[0].strip(" ,")
    return place or None


def _code(value: str) -> str:
    """A term of a controlled vocabulary without its scheme: "stat:usable", or an address of it."""
    return re.split(r"[:/]", value.strip().rstrip("/"))[-1].lower()


def _first(*values: str | None) -> str | None:
    return next((line for value in values if value and (line := one_line(value))), None)
