"""NewsML-G2, the wires' XML of items and messages (IPTC)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.article import Failure, Item, PassedOver
from ingest.byline import parse_byline
from ingest.errors import UnreadableError
from ingest.sources.files import SourceFile
from ingest.sources.newswire import nitf
from ingest.sources.newswire.item import (  # fmt: skip
    XML_BYTES,
    WireItem,
    attribute,
    find,
    find_all,
    item_of,
    language_of,
    local,
    paragraphs,
    parse,
    words,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_WEB = ("canonical", "permalink", "web")


def read(file: SourceFile) -> Iterator[Item]:
    """Every item of a message, each a row of its own; or the item of a file.

    Raises:
        UnreadableError: not XML, XML with entities, or a message without items.
    """
    root = parse(file.data(XML_BYTES))
    items = [root]
    if local(root) == "newsMessage":
        items = [item for held in find_all(root, "itemSet") for item in held if local(item)]
    if not items:
        raise UnreadableError("the message holds no items")
    for number, element in enumerate(items, start=1):
        name = file.name if len(items) == 1 else f"{file.name}:{number}"
        item: Item
        if local(element) != "newsItem":
            item = PassedOver(name, f"a {local(element)} is no article")
        else:
            try:
                item = item_of(wire_item(element), name, name, f"{file.key}#{number}")
            except UnreadableError as error:
                item = Failure(name, str(error))
        yield item


def wire_item(item: Element) -> WireItem:
    """What a `newsItem` says of itself; what it leaves out is taken from the NITF it holds."""
    meta, content = find(item, "itemMeta"), find(item, "contentMeta")
    embargo = find(meta, "embargoed")
    return WireItem(
        guid=attribute(item, "guid"),
        kind=_code(find(meta, "itemClass")),
        status=_code(find(meta, "pubStatus")),
        embargo=None if embargo is None else words(embargo),
        fields=_fields(item),
        provider=_party(find(meta, "provider")),
        holder=_party(find(item, "rightsInfo/copyrightHolder")),
        notice=words(find(item, "rightsInfo/copyrightNotice")),
        located=words(find(content, "located/name")),
        note=" ".join(map(words, find_all(meta, "edNote"))),
        signals=tuple(map(_code, find_all(meta, "signal"))),
        created=(words(find(content, "contentCreated")), words(find(meta, "firstCreated"))),
        version=attribute(item, "version"),
        version_created=words(find(meta, "versionCreated"))
        or words(find(content, "contentModified")),
    )


def _fields(item: Element) -> dict[str, object]:
    meta, content = find(item, "itemMeta"), find(item, "contentMeta")
    # The document in the item: NITF or XHTML, the first where there are several.
    inline = [child for held in find_all(item, "contentSet/inlineXML") for child in held]
    documents = (child for child in inline if local(child) in ("nitf", "html", "body", "div"))
    inner = next(documents, None)
    held = (
        dict(nitf.wire_item(inner).fields) if inner is not None and local(inner) == "nitf" else {}
    )
    headlines = find_all(content, "headline")
    # The main one: others have a role such as "sub" or "short".
    main = [one for one in headlines if not one.get("role") or one.get("role", "").endswith("main")]
    headline = words(next(iter([*main, *headlines]), None))
    plain = ("".join(data.itertext()) for data in find_all(item, "contentSet/inlineData"))
    bylines = list(filter(None, map(words, find_all(content, "by"))))
    creators = (words(find(creator, "name")) for creator in find_all(content, "creator"))
    persons = [name for name in creators if parse_byline(name)[0]]
    told = {
        "title": headline or held.get("title") or words(find(meta, "title")),
        "text": held.get("text")
        or paragraphs(inner)
        or next((text for text in plain if text.strip()), ""),
        "authors": " and ".join(bylines) or persons,
        "dateline": words(find(content, "dateline")),
        "language": attribute(find(content, "language"), "tag") or language_of(item),
        "kind": words(find(content, "genre/name")) or _code(find(content, "genre")),
        "url": _address(item),
    }
    told["title"] = told["title"] or words(find(content, "slugline"))
    return {**held, **{name: value for name, value in told.items() if value}}


def _party(element: Element | None) -> str:
    """The name of an organisation; a code of a list that is not at hand is its last resort."""
    name = words(find(element, "name")) or attribute(element, "literal")
    return name.rpartition(":")[2] or attribute(element, "qcode").rpartition(":")[2]


def _code(element: Element | None) -> str:
    """The term of a list of terms, however it is written: as a code, an address or in letters."""
    names = ("qcode", "uri", "literal")
    stated = next(filter(None, (attribute(element, name) for name in names)), "")
    return stated.replace("/", ":").rpartition(":")[2]


def _address(item: Element) -> str | None:
    links = [link for link in find_all(item, "itemMeta/link") if link.get("href")]
    web = [attribute(link, "href") for link in links if link.get("rel", "").endswith(_WEB)]
    ids = [words(other) for other in find_all(item, "contentMeta/altId")]
    pages = [
        attribute(remote, "href")
        for remote in find_all(item, "contentSet/remoteContent")
        if "html" in attribute(remote, "contenttype")
    ]
    return next(
        (url for url in [*web, *ids, *pages] if url.startswith(("http://", "https://"))), None
    )
