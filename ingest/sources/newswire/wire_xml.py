"""The wires' XML (IPTC): NITF 3, and NewsML-G2, whose items may hold NITF.

XML from anywhere is parsed without entities, and namespaces make no difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingest.article import Item, PassedOver
from ingest.byline import parse_byline
from ingest.errors import UnreadableError
from ingest.sources.fields import first_address, markup_text
from ingest.sources.files import SourceFile
from ingest.sources.newswire.item import WireItem, item_of
from ingest.text import one_line

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

XML_BYTES = 64 * 1024 * 1024  # a message of a wire with all its items
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_WEB = ("canonical", "permalink", "web")  # how relations of links to pages end


def parse(file: SourceFile) -> Element:
    """The root element; no name in it has a namespace.

    Raises:
        UnreadableError: not XML, or XML with entities.
    """
    data = file.data(XML_BYTES)
    try:
        root = fromstring(data)
    except DefusedXmlException as error:
        raise UnreadableError("it declares XML entities, which are not allowed") from error
    except (ParseError, ValueError, LookupError) as error:
        raise UnreadableError(f"it is not valid XML: {one_line(str(error))[:120]}") from error
    for element in root.iter():
        element.tag = local(element)
    return root


def local(element: Element) -> str:
    """Its name without the namespace; "" of a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def words(element: Element, path: str = ".") -> str:
    """All text in the first element at a path, on one line; "" where there is none."""
    found = element.find(path)
    return one_line("".join(found.itertext())) if found is not None else ""


def attribute(element: Element, path: str, name: str) -> str:
    """An attribute of the first element at a path; "" where there is none."""
    found = element.find(path)
    return (found.get(name) or "").strip() if found is not None else ""


def paragraphs(element: Element) -> str:
    """The text of NITF or XHTML, in which the end of a line is but a space."""
    return markup_text(" ".join(tostring(element, encoding="unicode", method="html").split()))


def read_nitf(file: SourceFile) -> Iterator[Item]:
    """The one item of a file."""
    yield item_of(nitf_item(parse(file)), file.name, file.name, file.key)


def nitf_item(nitf: Element) -> WireItem:
    """What a `nitf` element says of itself."""
    data, head, publication = "head/docdata", "body/body.head", "head/pubdata"
    status = attribute(nitf, data, "management-status")
    # The release, in case it is still to come; an embargoed item without one has no end.
    release = attribute(nitf, f"{data}/date.release", "norm")
    # The identifier, with its register where it is a plain number; else the key of the story.
    guid = attribute(nitf, f"{data}/doc-id", "id-string")
    register = attribute(nitf, f"{data}/doc-id", "regsrc")
    if not guid:
        guid = attribute(nitf, f"{data}/du-key", "key")
    elif register and ":" not in guid:
        guid = f"{register}:{guid}"
    correction = attribute(nitf, f"{data}/correction", "info")
    notes = [f"Correction: {correction}" if correction else ""]
    notes += [attribute(one, ".", "info") or words(one) for one in nitf.findall(f"{data}/ed-msg")]
    location = f"{head}/dateline/location"
    places = ", ".join(filter(None, map(words, nitf.findall(f"{location}/*"))))
    # The credits stand below the story: there they are looked for.
    told = [
        *map(paragraphs, nitf.findall("body/body.content")),
        words(nitf, "body/body.end/tagline"),
    ]
    return WireItem(
        guid=guid,
        kind="text",
        status=status,
        embargo=release if release or status.lower() == "embargoed" else None,
        fields={
            "title": words(nitf, f"{head}/hedline/hl1")
            or words(nitf, f"{head}/hedline")
            or words(nitf, "head/title"),
            "text": "\n\n".join(filter(None, told)),
            "authors": _byline(nitf.findall(f"{head}/byline")),
            "dateline": places or words(nitf, location) or words(nitf, f"{head}/dateline"),
            "language": attribute(nitf, ".", _LANGUAGE) or attribute(nitf, "body", _LANGUAGE),
            "section": attribute(nitf, publication, "position.section"),
            "kind": attribute(nitf, "head/tobject/tobject.property", "tobject.property.type"),
            "url": attribute(nitf, publication, "ex-ref"),
        },
        provider=words(nitf, f"{head}/distributor") or attribute(nitf, publication, "name"),
        holder=attribute(nitf, f"{data}/doc.copyright", "holder")
        or words(nitf, f"{head}/rights/rights.owner"),
        note=" ".join(filter(None, notes)),
        created=(
            attribute(nitf, f"{data}/date.issue", "norm"),
            release,
            attribute(nitf, publication, "date.publication"),
            attribute(nitf, f"{head}/dateline/story.date", "norm"),
        ),
        version=attribute(nitf, f"{data}/du-key", "version"),
    )


def _byline(bylines: Sequence[Element]) -> object:
    """The persons named, else the words of the byline without the function of its author."""
    people = [words(person) for line in bylines for person in line.findall("person")]
    if people:
        return people
    for function in (function for line in bylines for function in line.findall("byttl")):
        behind = function.tail
        function.clear()
        function.tail = behind
    return " and ".join(filter(None, (words(line).strip(" ,") for line in bylines)))


def read_newsml(file: SourceFile) -> Iterator[Item]:
    """Every item of a message, each a row of its own; or the item of a file."""
    root = parse(file)
    items = root.findall("itemSet/*") if root.tag == "newsMessage" else [root]
    if not items:
        raise UnreadableError("the message holds no items")
    for number, element in enumerate(items, start=1):
        name = file.name if len(items) == 1 else f"{file.name}:{number}"
        if element.tag == "newsItem":
            yield item_of(newsml_item(element), name, name, f"{file.key}#{number}")
        else:
            yield PassedOver(name, f"a {element.tag} is no article")


def newsml_item(item: Element) -> WireItem:
    """What a `newsItem` says of itself; what it leaves out is taken from the NITF it holds."""
    is_embargoed = item.find("itemMeta/embargoed") is not None
    return WireItem(
        guid=attribute(item, ".", "guid"),
        kind=_code(item, "itemMeta/itemClass"),
        status=_code(item, "itemMeta/pubStatus"),
        embargo=words(item, "itemMeta/embargoed") if is_embargoed else None,
        fields=_newsml_fields(item),
        provider=_party(item, "itemMeta/provider"),
        holder=_party(item, "rightsInfo/copyrightHolder"),
        notice=words(item, "rightsInfo/copyrightNotice"),
        located=words(item, "contentMeta/located/name"),
        note=" ".join(map(words, item.findall("itemMeta/edNote"))),
        signals=tuple(_code(signal) for signal in item.findall("itemMeta/signal")),
        created=(words(item, "contentMeta/contentCreated"), words(item, "itemMeta/firstCreated")),
        version=attribute(item, ".", "version"),
        version_created=words(item, "itemMeta/versionCreated")
        or words(item, "contentMeta/contentModified"),
    )


def _newsml_fields(item: Element) -> dict[str, object]:
    # The document in the item: NITF or XHTML, the first where there are several.
    inline = item.findall("contentSet/inlineXML/*")
    inner = next((one for one in inline if one.tag in ("nitf", "html", "body", "div")), None)
    held: dict[str, object] = {}
    if inner is not None:
        held = dict(nitf_item(inner).fields if inner.tag == "nitf" else {"text": paragraphs(inner)})
    headlines = item.findall("contentMeta/headline")
    # The main one: others have a role such as "sub" or "short".
    main = [one for one in headlines if not one.get("role") or one.get("role", "").endswith("main")]
    headline = next(map(words, (*main, *headlines)), "")
    plain = ("".join(data.itertext()) for data in item.findall("contentSet/inlineData"))
    bylines = filter(None, map(words, item.findall("contentMeta/by")))
    creators = map(words, item.findall("contentMeta/creator/name"))
    links = item.findall("itemMeta/link")
    pages = item.findall("contentSet/remoteContent")
    addresses = [
        *(link.get("href", "") for link in links if link.get("rel", "").endswith(_WEB)),
        *map(words, item.findall("contentMeta/altId")),
        *(page.get("href", "") for page in pages if "html" in page.get("contenttype", "")),
    ]
    told = {
        "title": headline
        or held.get("title")
        or words(item, "itemMeta/title")
        or words(item, "contentMeta/slugline"),
        "text": held.get("text") or next(filter(str.strip, plain), ""),
        "authors": " and ".join(bylines) or [name for name in creators if parse_byline(name)[0]],
        "dateline": words(item, "contentMeta/dateline"),
        "language": attribute(item, "contentMeta/language", "tag")
        or attribute(item, ".", _LANGUAGE),
        "kind": words(item, "contentMeta/genre/name") or _code(item, "contentMeta/genre"),
        "url": first_address(address.strip() for address in addresses),
    }
    return {**held, **{name: value for name, value in told.items() if value}}


def _party(item: Element, path: str) -> str:
    """The name of an organisation; a code of a list that is not at hand is its last resort."""
    name = words(item, f"{path}/name") or attribute(item, path, "literal")
    return name.rpartition(":")[2] or attribute(item, path, "qcode").rpartition(":")[2]


def _code(item: Element, path: str = ".") -> str:
    """The term of a list of terms, however it is written: as a code, an address or in letters."""
    names = ("qcode", "uri", "literal")
    return next(filter(None, (attribute(item, path, name) for name in names)), "")
