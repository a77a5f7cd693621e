"""An item of a wire as it describes itself, what becomes of it, and ninjs, its form in JSON (IPTC,
versions 1, 2 and 3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from dateutil.parser import isoparse

from ingest.article import Article, Failure, Item, PassedOver, Withdrawn, epoch_of
from ingest.datelines import AGENCIES
from ingest.errors import UnreadableError
from ingest.sources.fields import article_from_fields, first_address, host_of, plain_names
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
    # Not the bare identifier: it may be an address, and a wire's word is not a web page's.
    guid = identity(item.guid)
    key = f"wire:{guid}" if guid else key
    kind = _code(item.kind)
    if kind not in _TEXTS or (kind == "composite" and not item.fields.get("text")):
        return PassedOver(name, f"it is of the class {kind!r}, not a text")
    if _code(item.status) in ("canceled", "cancelled"):
        return Withdrawn(name, key, _number(item.version))
    if _code(item.status) == "withheld":
        return PassedOver(name, "withheld by its publisher")
    if item.embargo is not None:  # one that cannot be read has not ended
        iso = stamp(item.embargo)
        if not iso or epoch_of(iso) > datetime.now(timezone.utc).timestamp():
            end = iso or one_line(item.embargo) or "its publisher lifts it"
            return Failure(name, f"it is under embargo until {end}")
    try:
        return _article(item, source, key)
    except UnreadableError as error:
        return Failure(name, str(error).replace("it holds", "the item holds"))


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
    provider = one_line(item.provider or "")
    # Who gave the identifier: a domain, in the schemes that news uses.
    authority = re.match(r"(?:urn:newsml:|tag:)([\w.-]+)", item.guid, re.IGNORECASE)
    stamps = [iso for iso in map(stamp, (*item.created, item.version_created)) if iso]
    fields = {
        **item.fields,
        "publisher": provider or (authority[1] if authority else host_of(item.guid)),
        "agency": provider if provider in AGENCIES or _AGENCY.search(provider) else None,
        "published": stamps[0] if stamps else None,
        "updated": stamp(item.version_created),
    }
    article = article_from_fields(fields, source, key)
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


# What no other JSON of articles has beside a `uri`.
_NINJS_MARKS = "versioncreated firstcreated contentcreated pubstatus representationtype".split()
_CREATORS = ("author", "creator", "byline", "writer", "by")


def is_ninjs(record: object) -> bool:
    """Whether a JSON value is an item of a wire."""
    if not isinstance(record, Mapping):
        return False
    plain = plain_names(record)
    return isinstance(plain.get("uri"), str) and (
        any(isinstance(plain.get(mark), str) for mark in _NINJS_MARKS)
        or any(_valued(plain.get(name)) for name in ("bodies", "headlines"))
    )


def ninjs_item(record: Mapping[str, object]) -> WireItem:
    """What a record says of itself; names are compared without case, as versions differ in it."""
    plain = plain_names(record)
    embargo = plain.get("embargoed", plain.get("embargoeduntil"))
    byline = _string(plain.get("byline")) or _string(plain.get("by"))
    people = _objects(plain.get("people", plain.get("person")))
    creators = [_string(one.get("name")) for one in people if one.get("rel") in _CREATORS]
    headlines = _valued(plain.get("headlines"))
    main = [text for role, text in headlines if role in ("", "main")]
    titles = [_string(plain.get("headline")), *main, *(text for _, text in headlines)]
    titles += [_string(plain.get("title")), _string(plain.get("slugline"))]
    # A web address among the alternative identifiers, or of a rendition as a page. The `uri` is a
    # name, even where it looks like an address.
    ids = plain.get("altids")
    addresses = list(ids.values()) if isinstance(ids, Mapping) else [v for _, v in _valued(ids)]
    for one in _objects(plain.get("renditions")):
        if "html" in _string(one.get("mimetype")) + _string(one.get("contenttype")):
            addresses.append(one.get("href"))
    holder = _string(plain.get("copyrightholder"))
    return WireItem(
        guid=_string(plain.get("uri")),
        kind=_string(plain.get("type")),
        status=_string(plain.get("pubstatus")),
        embargo=None if embargo is None else _string(embargo),
        fields={
            "title": next(filter(None, titles), ""),
            "text": _body(plain),
            "authors": byline or [name for name in creators if name],
            "dateline": _string(plain.get("dateline")),
            "language": _string(plain.get("language")),
            "kind": _named(plain.get("genre", plain.get("genres"))),
            "url": first_address(map(_string, addresses)),
            "copyright": holder or _string(plain.get("copyrightnotice")),
        },
        provider=_named(plain.get("infosource", plain.get("infosources"))) or holder,
        located=_string(plain.get("located")),
        note=_string(plain.get("ednote")),
        created=(plain.get("contentcreated"), plain.get("firstcreated")),
        version=str(plain.get("version") or ""),
        version_created=plain.get("versioncreated"),
    )


def _body(plain: Mapping[str, object]) -> str:
    """The body with markup where there is one: a plain one has often lost its paragraphs."""
    # (form, text): `body_html` of version 1, the list of the later ones.
    bodies = [(name, _string(value)) for name, value in plain.items() if name.startswith("body")]
    for body in _objects(plain.get("bodies")):
        form = f"{_string(body.get('contenttype'))} {_string(body.get('role'))}"
        bodies.append((form, _string(body.get("value"))))
    bodies = [(form, text) for form, text in bodies if text]
    if not bodies:  # the later versions also allow the story among the descriptions, by its role
        listed = _valued(plain.get("descriptions"))
        bodies = [("text", text) for role, text in listed if role in ("text", "body", "main")]

    def worth(body: tuple[str, str]) -> tuple[bool, bool]:
        return "html" in body[0], body[0] == "body" or "text" in body[0] or "plain" in body[0]

    return max(bodies, key=worth, default=("", ""))[1]


def _valued(value: object) -> list[tuple[str, str]]:
    """(role, value) of a list of objects that have them."""
    pairs = ((_string(one.get("role")), _string(one.get("value"))) for one in _objects(value))
    return [(role, text) for role, text in pairs if text]


def _named(value: object) -> str | None:
    return next(filter(None, (_string(one.get("name")) for one in _objects(value))), None)


def _objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list or of an object, under plain names."""
    held = list(value.values()) if isinstance(value, Mapping) else value
    listed = held if isinstance(held, list) else []
    return [plain_names(one) for one in listed if isinstance(one, Mapping)]


def _string(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
