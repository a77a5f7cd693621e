"""XML from anywhere: parsed without entities, searched without regard to namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, EntitiesForbidden
from defusedxml.ElementTree import fromstring, iterparse

from ingest.errors import UnreadableError
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
