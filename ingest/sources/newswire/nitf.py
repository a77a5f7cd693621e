"""NITF 3, the wires' XML of single articles (IPTC)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.article import Item
from ingest.sources.files import SourceFile
from ingest.sources.newswire.item import (  # fmt: skip
    XML_BYTES,
    WireItem,
    attribute,
    find,
    find_all,
    item_of,
    language_of,
    paragraphs,
    parse,
    words,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_HEAD = "body/body.head"
_DATA = "head/docdata"


def read(file: SourceFile) -> Iterator[Item]:
    """The one item of a file.

    Raises:
        UnreadableError: not XML, or XML with entities.
    """
    yield item_of(wire_item(parse(file.data(XML_BYTES))), file.name, file.name, file.key)


def wire_item(nitf: Element) -> WireItem:
    """What a `nitf` element says of itself."""
    data = find(nitf, _DATA)
    status = attribute(data, "management-status")
    # The release, in case it is still to come; an embargoed item without one has no end.
    release = attribute(find(data, "date.release"), "norm")
    correction = attribute(find(data, "correction"), "info")
    # The identifier, with its register where it is a plain number; else the key of the story.
    document = find(data, "doc-id")
    guid, register = attribute(document, "id-string"), attribute(document, "regsrc")
    if not guid:
        guid = attribute(find(data, "du-key"), "key")
    elif register and ":" not in guid:
        guid = f"{register}:{guid}"
    notes = [f"Correction: {correction}" if correction else ""]
    notes += [attribute(message, "info") or words(message) for message in find_all(data, "ed-msg")]
    return WireItem(
        guid=guid,
        kind="text",
        status=status,
        embargo=release if release or status.lower() == "embargoed" else None,
        fields=_fields(nitf),
        provider=words(find(nitf, f"{_HEAD}/distributor"))
        or attribute(find(nitf, "head/pubdata"), "name"),
        holder=attribute(find(nitf, f"{_DATA}/doc.copyright"), "holder")
        or words(find(nitf, f"{_HEAD}/rights/rights.owner")),
        note=" ".join(filter(None, notes)),
        created=(
            attribute(find(nitf, f"{_DATA}/date.issue"), "norm"),
            attribute(find(nitf, f"{_DATA}/date.release"), "norm"),
            attribute(find(nitf, "head/pubdata"), "date.publication"),
            attribute(find(nitf, f"{_HEAD}/dateline/story.date"), "norm"),
        ),
        version=attribute(find(data, "du-key"), "version"),
    )


def _fields(nitf: Element) -> dict[str, object]:
    head = find(nitf, _HEAD)
    headline = find(nitf, f"{_HEAD}/hedline")
    dateline = find(head, "dateline")
    location = find(dateline, "location")
    places = [words(part) for part in location] if location is not None else []
    # The credits stand below the story: there they are looked for.
    tagline = words(find(nitf, "body/body.end/tagline"))
    return {
        "title": words(find(headline, "hl1")) or words(headline) or words(find(nitf, "head/title")),
        "text": paragraphs(find(nitf, "body/body.content")) + (tagline and f"\n\n{tagline}"),
        "authors": _byline(head),
        "dateline": ", ".join(filter(None, places)) or words(location) or words(dateline),
        "language": language_of(nitf) or language_of(find(nitf, "body")),
        "section": attribute(find(nitf, "head/pubdata"), "position.section"),
        "kind": attribute(find(nitf, "head/tobject/tobject.property"), "tobject.property.type"),
        "url": attribute(find(nitf, "head/pubdata"), "ex-ref"),
    }


def _byline(head: Element | None) -> object:
    """The persons named, else the words of the byline without the function of its author."""
    bylines = find_all(head, "byline")
    people = [words(person) for line in bylines for person in find_all(line, "person")]
    if people:
        return people
    for line in bylines:
        for function in find_all(line, "byttl"):
            behind = function.tail
            function.clear()
            function.tail = behind
    return " and ".join(filter(None, (words(line).strip(" ,") for line in bylines)))
