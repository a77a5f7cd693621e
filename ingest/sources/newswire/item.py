"""What the wire formats share: an item as it describes itself, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

from dateutil.parser import isoparse

from ingest.article import Article, Failure, Moment, PassedOver, Withdrawn, epoch_of
from ingest.clean import clean
from ingest.datelines import AGENCIES
from ingest.errors import UnreadableError
from ingest.sources.fields import article_from_fields, host_of
from ingest.text import one_line

Item = Article | Failure | PassedOver | Withdrawn

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
    if reason := _embargo(item.embargo, datetime.now(timezone.utc)):
        return Failure(name, reason)
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
    stamps = [iso for iso in map(stamp, (*item.created, item.version_created)) if iso]
    fields = {
        **item.fields,
        "publisher": provider or _authority(item.guid),
        "agency": provider if provider and _is_agency(provider) else None,
        "published": stamps[0] if stamps else None,
        "updated": stamp(item.version_created),
    }
    article = clean(article_from_fields(fields, source, key))
    if not article.text:
        raise UnreadableError("it holds no article text")
    return replace(
        article,
        key=key,  # not the address: one version may have it and the next one not
        dateline=_place(article.dateline) or _place(item.located),
        correction=_correction(item),
        copyright=_first(item.holder, item.notice),
        revision=_number(item.version),
        updated=article.updated if _is_later(article.updated, article.published) else None,
    )


def _embargo(stated: str | None, now: datetime) -> str | None:
    """Why an item may not be shown yet; an embargo that cannot be read has not ended."""
    if stated is None:
        return None
    iso = stamp(stated)
    if iso and epoch_of(iso) <= now.timestamp():
        return None
    return f"it is under embargo until {iso or one_line(stated) or 'its publisher lifts it'}"


def _correction(item: WireItem) -> str | None:
    note = one_line(item.note)
    if _CHANGE.search(note):
        return note
    return next((s for s in map(_code, item.signals) if s in ("correction", "update")), None)


def _is_later(updated: Moment | None, published: Moment | None) -> bool:
    if updated is None or published is None:
        return updated is not None
    if _DAY_LENGTH in (len(updated.iso), len(published.iso)):
        return updated.day > published.day
    return updated.epoch > published.epoch


def _is_agency(name: str) -> bool:
    return name in AGENCIES or _AGENCY.search(name) is not None


def _authority(guid: str) -> str | None:
    """Who gave the identifier: a domain, in the schemes that news uses."""
    match = _AUTHORITY.match(guid)
    return match[1] if match else host_of(guid)


def _place(dateline: str | None) -> str | None:
    """The place alone: a dateline of a wire also states the day and the agency."""
    place = _AFTER_PLACE.split(dateline or "", maxsplit=1)[0].strip(" ,")
    return place or None


def _code(value: str) -> str:
    """A term of a controlled vocabulary without its scheme: "stat:usable", or an address of it."""
    return re.split(r"[:/]", value.strip().rstrip("/"))[-1].lower()


def _first(*values: str | None) -> str | None:
    return next((line for value in values if value and (line := one_line(value))), None)
