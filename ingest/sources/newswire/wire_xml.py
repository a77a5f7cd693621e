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
_LANGUAGE = "@{http://www.w3.org/XML/1998/namespace}lang"
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


def told(element: Element, *places: str) -> str:
    """The words of the first of some places that has any, on one line: "head/title" is the text of
    an element, "head/pubdata@name" an attribute of one."""
    for place in places:
        path, _, name = place.partition("@")
        for found in element.findall(path or "."):
            if said := one_line(found.get(name, "") if name else "".join(found.itertext())):
                return said
    return ""


def paragraphs(element: Element) -> str:
    """The text of NITF or XHTML, in which the end of a line is but a space."""
    return markup_text(" ".join(tostring(element, encoding="unicode", method="html").split()))


def read_nitf(file: SourceFile) -> Iterator[Item]:
    """The one item of a file."""
    yield item_of(nitf_item(parse(file)), file.name, file.name, file.key)


def nitf_item(nitf: Element) -> WireItem:
    """What a `nitf` element says of itself."""
    data, head, publication = "head/docdata", "body/body.head", "head/pubdata"
    status = told(nitf, f"{data}@management-status")
    # The release, in case it is still to come; an embargoed item without one has no end.
    release = told(nitf, f"{data}/date.release@norm")
    # The identifier, with its register where it is a plain number; else the key of the story.
    guid, register = told(nitf, f"{data}/doc-id@id-string"), told(nitf, f"{data}/doc-id@regsrc")
    if guid and register and ":" not in guid:
        guid = f"{register}:{guid}"
    correction = told(nitf, f"{data}/correction@info")
    notes = [f"Correction: {correction}" if correction else ""]
    notes += [told(message, "@info", ".") for message in nitf.findall(f"{data}/ed-msg")]
    location = f"{head}/dateline/location"
    places = ", ".join(_all(nitf, f"{location}/*"))
    holder = told(nitf, f"{data}/doc.copyright@holder", f"{head}/rights/rights.owner")
    # The credits stand below the story: there they are looked for.
    text = [
        *map(paragraphs, nitf.findall("body/body.content")),
        told(nitf, "body/body.end/tagline"),
    ]
    return WireItem(
        guid=guid or told(nitf, f"{data}/du-key@key"),
        kind="text",
        status=status,
        embargo=release if release or status.lower() == "embargoed" else None,
        fields={
            "title": told(nitf, f"{head}/hedline/hl1", f"{head}/hedline", "head/title"),
            "text": "\n\n".join(filter(None, text)),
            "authors": _byline(nitf.findall(f"{head}/byline")),
            "dateline": places or told(nitf, location, f"{head}/dateline"),
            "language": told(nitf, _LANGUAGE, f"body{_LANGUAGE}"),
            "section": told(nitf, f"{publication}@position.section"),
            "kind": told(nitf, "head/tobject/tobject.property@tobject.property.type"),
            "url": told(nitf, f"{publication}@ex-ref"),
            "copyright": holder,
        },
        provider=told(nitf, f"{head}/distributor", f"{publication}@name") or holder,
        note=" ".join(filter(None, notes)),
        created=(
            told(nitf, f"{data}/date.issue@norm"),
            release,
            told(nitf, f"{publication}@date.publication"),
            told(nitf, f"{head}/dateline/story.date@norm"),
        ),
        version=told(nitf, f"{data}/du-key@version"),
    )


def _byline(bylines: Sequence[Element]) -> object:
    """The persons named, else the words of the byline without the function of its author."""
    people = [name for line in bylines for name in _all(line, "person")]
    if people:
        return people
    for function in (function for line in bylines for function in line.findall("byttl")):
        behind = function.tail
        function.clear()
        function.tail = behind
    return " and ".join(filter(None, (told(line, ".").strip(" ,") for line in bylines)))


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
        guid=told(item, "@guid"),
        kind=_code(item, "itemMeta/itemClass"),
        status=_code(item, "itemMeta/pubStatus"),
        embargo=told(item, "itemMeta/embargoed") if is_embargoed else None,
        fields=_newsml_fields(item),
        provider=_party(item, "itemMeta/provider") or _party(item, "rightsInfo/copyrightHolder"),
        located=told(item, "contentMeta/located/name"),
        note=" ".join(_all(item, "itemMeta/edNote")),
        signals=tuple(_code(signal, "") for signal in item.findall("itemMeta/signal")),
        created=(told(item, "contentMeta/contentCreated"), told(item, "itemMeta/firstCreated")),
        version=told(item, "@version"),
        version_created=told(item, "itemMeta/versionCreated", "contentMeta/contentModified"),
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
    headline = next((told(one, ".") for one in (*main, *headlines)), "")
    plain = ("".join(data.itertext()) for data in item.findall("contentSet/inlineData"))
    persons = [name for name in _all(item, "contentMeta/creator/name") if parse_byline(name)[0]]
    links = item.findall("itemMeta/link")
    pages = item.findall("contentSet/remoteContent")
    addresses = [
        *(link.get("href", "") for link in links if link.get("rel", "").endswith(_WEB)),
        *_all(item, "contentMeta/altId"),
        *(page.get("href", "") for page in pages if "html" in page.get("contenttype", "")),
    ]
    said = {
        "title": headline
        or held.get("title")
        or told(item, "itemMeta/title", "contentMeta/slugline"),
        "text": held.get("text") or next(filter(str.strip, plain), ""),
        "authors": " and ".join(_all(item, "contentMeta/by")) or persons,
        "dateline": told(item, "contentMeta/dateline"),
        "language": told(item, "contentMeta/language@tag", _LANGUAGE),
        "kind": told(item, "contentMeta/genre/name") or _code(item, "contentMeta/genre"),
        "url": first_address(address.strip() for address in addresses),
        "copyright": _party(item, "rightsInfo/copyrightHolder")
        or told(item, "rightsInfo/copyrightNotice"),
    }
    return {**held, **{name: value for name, value in said.items() if value}}


def _all(element: Element, path: str) -> list[str]:
    return list(filter(None, (told(one, ".") for one in element.findall(path))))


def _party(item: Element, path: str) -> str:
    """The name of an organisation; a code of a list that is not at hand is its last resort."""
    return told(item, f"{path}/name", f"{path}@literal", f"{path}@qcode").rpartition(":")[2]


def _code(item: Element, path: str) -> str:
    """The term of a list of terms, however it is written: as a code, an address or in letters."""
    return told(item, f"{path}@qcode", f"{path}@uri", f"{path}@literal")
