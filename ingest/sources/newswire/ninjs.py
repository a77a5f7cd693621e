"""ninjs, the JSON of the wires (IPTC), versions 1, 2 and 3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.sources.fields import first_address, plain_names
from ingest.sources.newswire.item import WireItem

# What no other JSON of articles has beside a `uri`.
_MARKS = ("versioncreated", "firstcreated", "contentcreated", "pubstatus", "representationtype")
_MARKUP = ("html", "xhtml")
_CREATORS = ("author", "creator", "byline", "writer", "by")


def is_ninjs(record: object) -> bool:
    """Whether a JSON value is an item of a wire."""
    if not isinstance(record, Mapping):
        return False
    plain = plain_names(record)
    standard = plain.get("standard")
    if isinstance(standard, Mapping) and str(standard.get("name")).lower() == "ninjs":
        return True
    return isinstance(plain.get("uri"), str) and (
        any(isinstance(plain.get(mark), str) for mark in _MARKS)
        or any(_valued(plain.get(name)) for name in ("bodies", "headlines"))
    )


def wire_item(record: Mapping[str, object]) -> WireItem:
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
            "url": _address(plain),
        },
        provider=_named(plain.get("infosource", plain.get("infosources"))),
        holder=_string(plain.get("copyrightholder")) or None,
        notice=_string(plain.get("copyrightnotice")),
        located=_string(plain.get("located")),
        note=_string(plain.get("ednote")),
        created=(plain.get("contentcreated"), plain.get("firstcreated")),
        version=str(plain.get("version") or ""),
        version_created=plain.get("versioncreated"),
    )


def _body(plain: Mapping[str, object]) -> str:
    """The body with markup where there is one: a plain one has often lost its paragraphs."""
    bodies = []  # (form, text): `body_html` of version 1, the list of the later ones
    for name, value in plain.items():
        if name.startswith("body") and isinstance(value, str) and value.strip():
            bodies.append((name.removeprefix("body"), value))
    for body in _objects(plain.get("bodies")):
        if text := _string(body.get("value")):
            form = f"{_string(body.get('contenttype'))} {_string(body.get('role'))}"
            bodies.append((form, text))
    if not bodies:  # the later versions also allow the story among the descriptions, by its role
        listed = _valued(plain.get("descriptions"))
        bodies = [("text", text) for role, text in listed if role in ("text", "body", "main")]
    marked = [text for form, text in bodies if any(name in form for name in _MARKUP)]
    simple = [text for form, text in bodies if "text" in form or "plain" in form or not form]
    return next(iter([*marked, *simple, *(text for _, text in bodies)]), "")


def _address(plain: Mapping[str, object]) -> str | None:
    """A web address among the alternative identifiers, or of a rendition as a page.

    The `uri` is a name, even where it looks like an address.
    """
    ids = plain.get("altids")
    values = list(ids.values()) if isinstance(ids, Mapping) else [v for _, v in _valued(ids)]
    renditions = plain.get("renditions")
    listed = list(renditions.values()) if isinstance(renditions, Mapping) else renditions
    pages = [
        one.get("href")
        for one in _objects(listed)
        if "html" in _string(one.get("mimetype")) + _string(one.get("contenttype"))
    ]
    return first_address(map(_string, (*values, *pages)))


def _valued(value: object) -> list[tuple[str, str]]:
    """(role, value) of a list of objects that have them."""
    pairs = ((_string(one.get("role")), _string(one.get("value"))) for one in _objects(value))
    return [(role, text) for role, text in pairs if text]


def _named(value: object) -> str | None:
    names = (_string(one.get("name")) for one in _objects(value))
    return next((name for name in names if name), None)


def _objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list, under plain names."""
    listed = value if isinstance(value, list) else []
    return [plain_names(one) for one in listed if isinstance(one, Mapping)]


def _string(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
