"""What the wire formats share: an item as it describes itself, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

from dateutil.parser import isoparse

from ingest.article import Article, Failure, Item, PassedOver, Withdrawn, epoch_of
from ingest.clean import clean
from ingest.datelines import AGENCIES
from ingest.errors import UnreadableError
from ingest.sources.fields import article_from_fields, host_of
from ingest.text import one_line
from ingest.vocabulary import SHORT_MONTH

_DAY_LENGTH = len("2023-07-16")
_AGENCY = re.compile(
    r"\b(?:(?:news)?wire|(?:news|press) (?:agency|association|service|trust)|agence|agencia)\b"
    r"|agentur\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"\b(?:correct|clarif|updat|refil|recast|amend|replac|supersed)\w*", re.I)
_AFTER_PLACE = re.compile(
    rf"\s*\(|\s+[-–—]|,?\s+\d|,?\s+(?:{SHORT_MONTH})\w*\.?\s+\d", re.IGNORECASE
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
    # RFC 3085 puts the revision into the name: without it, every version is the same article.
    match = re.match(r"(urn:newsml:[^:]+:\d{8}:[^:/]+)[:/]\d+[NUA]?$", guid, re.IGNORECASE)
    return match[1] if match else guid


def stamp(value: object) -> str | None:
    """The ISO day or time of a date as the wires write it: "20230716T091000Z" and the like."""
    text = str(value or "").strip()
    if not re.match(r"\d{4}-?\d{2}-?\d{2}(?:[T ]|$)", text):
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
    authority = re.match(r"(?:urn:newsml:|tag:)([\w.-]+)", item.guid, re.IGNORECASE)
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
