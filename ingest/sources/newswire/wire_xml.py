"""The wires' XML (IPTC): NITF 3, and NewsML-G2, whose items may hold NITF.

XML from anywhere is parsed without entities and searched without regard to namespaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingest.article import Item, PassedOver
from ingest.byline import parse_byline
from ingest.errors import UnreadableError
from ingest.sources.fields import first_address
from ingest.sources.files import SourceFile
from ingest.sources.newswire.item import WireItem, item_of
from ingest.text import one_line

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

XML_BYTES = 64 * 1024 * 1024  # a message of a wire with all its items
_BLOCKS = frozenset(
    "p h1 h2 h3 h4 h5 h6 hl1 hl2 li dt dd blockquote bq pre tr div section article block ul ol dl "
    "table nitf-table body body.content body.end tagline br hr".split()
)
_NOT_TEXT = frozenset("media figure script style object img note media-caption head fn".split())
_CELLS = frozenset(("td", "th"))


def parse(file: SourceFile) -> Element:
    """The root element.

    Raises:
        UnreadableError: not XML, or XML with entities.
    """
    data = file.data(XML_BYTES)
    try:
        return fromstring(data)
    except DefusedXmlException as error:
        raise UnreadableError("it declares XML entities, which are not allowed") from error
    except (ParseError, ValueError, LookupError) as error:
        raise UnreadableError(f"it is not valid XML: {one_line(str(error))[:120]}") from error


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


def words(element: Element | None, path: str = "") -> str:
    """All text in it, or in the first element at a path, on one line; "" where there is none."""
    found = find(element, path) if path else element
    return one_line("".join(found.itertext())) if found is not None else ""


def attribute(element: Element | None, name: str) -> str:
    """An attribute's value, "" where there is none."""
    return (element.get(name) or "").strip() if element is not None else ""


def language_of(element: Element | None) -> str:
    """Its `xml:lang`."""
    return attribute(element, "{http://www.w3.org/XML/1998/namespace}lang")


def paragraphs(element: Element | None) -> str:
    """The text of NITF or XHTML, a line between paragraphs; no captions, no scripts."""
    text = "" if element is None else "".join(_pieces(element))
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


def read_nitf(file: SourceFile) -> Iterator[Item]:
    """The one item of a file."""
    yield item_of(nitf_item(parse(file)), file.name, file.name, file.key)


def nitf_item(nitf: Element) -> WireItem:
    """What a `nitf` element says of itself."""
    data = find(nitf, "head/docdata")
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
    head, publication = find(nitf, "body/body.head"), find(nitf, "head/pubdata")
    headline, dateline = find(head, "hedline"), find(head, "dateline")
    location = find(dateline, "location")
    places = [words(part) for part in location] if location is not None else []
    # The credits stand below the story: there they are looked for.
    tagline = words(nitf, "body/body.end/tagline")
    return WireItem(
        guid=guid,
        kind="text",
        status=status,
        embargo=release if release or status.lower() == "embargoed" else None,
        fields={
            "title": words(headline, "hl1") or words(headline) or words(nitf, "head/title"),
            "text": paragraphs(find(nitf, "body/body.content")) + (tagline and f"\n\n{tagline}"),
            "authors": _byline(head),
            "dateline": ", ".join(filter(None, places)) or words(location) or words(dateline),
            "language": language_of(nitf) or language_of(find(nitf, "body")),
            "section": attribute(publication, "position.section"),
            "kind": attribute(find(nitf, "head/tobject/tobject.property"), "tobject.property.type"),
            "url": attribute(publication, "ex-ref"),
        },
        provider=words(head, "distributor") or attribute(publication, "name"),
        holder=attribute(find(data, "doc.copyright"), "holder")
        or words(head, "rights/rights.owner"),
        note=" ".join(filter(None, notes)),
        created=(
            attribute(find(data, "date.issue"), "norm"),
            release,
            attribute(publication, "date.publication"),
            attribute(find(dateline, "story.date"), "norm"),
        ),
        version=attribute(find(data, "du-key"), "version"),
    )


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


_WEB = ("canonical", "permalink", "web")


def read_newsml(file: SourceFile) -> Iterator[Item]:
    """Every item of a message, each a row of its own; or the item of a file."""
    root = parse(file)
    items = [root]
    if local(root) == "newsMessage":
        items = [item for held in find_all(root, "itemSet") for item in held if local(item)]
    if not items:
        raise UnreadableError("the message holds no items")
    for number, element in enumerate(items, start=1):
        name = file.name if len(items) == 1 else f"{file.name}:{number}"
        if local(element) == "newsItem":
            yield item_of(newsml_item(element), name, name, f"{file.key}#{number}")
        else:
            yield PassedOver(name, f"a {local(element)} is no article")


def newsml_item(item: Element) -> WireItem:
    """What a `newsItem` says of itself; what it leaves out is taken from the NITF it holds."""
    meta, content = find(item, "itemMeta"), find(item, "contentMeta")
    embargo = find(meta, "embargoed")
    return WireItem(
        guid=attribute(item, "guid"),
        kind=_code(find(meta, "itemClass")),
        status=_code(find(meta, "pubStatus")),
        embargo=None if embargo is None else words(embargo),
        fields=_newsml_fields(item),
        provider=_party(find(meta, "provider")),
        holder=_party(find(item, "rightsInfo/copyrightHolder")),
        notice=words(item, "rightsInfo/copyrightNotice"),
        located=words(content, "located/name"),
        note=" ".join(map(words, find_all(meta, "edNote"))),
        signals=tuple(map(_code, find_all(meta, "signal"))),
        created=(words(content, "contentCreated"), words(meta, "firstCreated")),
        version=attribute(item, "version"),
        version_created=words(meta, "versionCreated") or words(content, "contentModified"),
    )


def _newsml_fields(item: Element) -> dict[str, object]:
    meta, content = find(item, "itemMeta"), find(item, "contentMeta")
    # The document in the item: NITF or XHTML, the first where there are several.
    inline = [child for held in find_all(item, "contentSet/inlineXML") for child in held]
    documents = (child for child in inline if local(child) in ("nitf", "html", "body", "div"))
    inner = next(documents, None)
    held = dict(nitf_item(inner).fields) if inner is not None and local(inner) == "nitf" else {}
    headlines = find_all(content, "headline")
    # The main one: others have a role such as "sub" or "short".
    main = [one for one in headlines if not one.get("role") or one.get("role", "").endswith("main")]
    headline = words(next(iter([*main, *headlines]), None))
    plain = ("".join(data.itertext()) for data in find_all(item, "contentSet/inlineData"))
    bylines = list(filter(None, map(words, find_all(content, "by"))))
    creators = (words(creator, "name") for creator in find_all(content, "creator"))
    persons = [name for name in creators if parse_byline(name)[0]]
    links = find_all(item, "itemMeta/link")
    web = [attribute(link, "href") for link in links if link.get("rel", "").endswith(_WEB)]
    ids = [words(other) for other in find_all(item, "contentMeta/altId")]
    pages = [
        attribute(remote, "href")
        for remote in find_all(item, "contentSet/remoteContent")
        if "html" in attribute(remote, "contenttype")
    ]
    told = {
        "title": headline or held.get("title") or words(meta, "title"),
        "text": held.get("text")
        or paragraphs(inner)
        or next((text for text in plain if text.strip()), ""),
        "authors": " and ".join(bylines) or persons,
        "dateline": words(content, "dateline"),
        "language": attribute(find(content, "language"), "tag") or language_of(item),
        "kind": words(content, "genre/name") or _code(find(content, "genre")),
        "url": first_address([*web, *ids, *pages]),
    }
    told["title"] = told["title"] or words(content, "slugline")
    return {**held, **{name: value for name, value in told.items() if value}}


def _party(element: Element | None) -> str:
    """The name of an organisation; a code of a list that is not at hand is its last resort."""
    name = words(element, "name") or attribute(element, "literal")
    return name.rpartition(":")[2] or attribute(element, "qcode").rpartition(":")[2]


def _code(element: Element | None) -> str:
    """The term of a list of terms, however it is written: as a code, an address or in letters."""
    names = ("qcode", "uri", "literal")
    return next(filter(None, (attribute(element, name) for name in names)), "")
