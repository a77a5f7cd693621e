"""XML files of every kind: the root element says which reader they are for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ingest.article import PassedOver
from ingest.errors import UnreadableError
from ingest.sources.files import SourceFile
from ingest.sources.newswire import newsml, nitf
from ingest.sources.newswire.item import Item, root_name
from ingest.web import feed

Reader = Callable[[SourceFile], Iterator[Item]]

# By the root's name without its namespace.
ROOTS: Mapping[str, Reader] = {
    "rss": feed.read_file,
    "feed": feed.read_file,
    "RDF": feed.read_file,
    "nitf": nitf.read,
    "newsItem": newsml.read,
    "newsMessage": newsml.read,
    "packageItem": newsml.read,
}


def read(file: SourceFile) -> Iterator[Item]:
    """What the reader for the root element finds. Other XML of a folder is passed over.

    Raises:
        UnreadableError: not XML, XML with entities, or (when named) of a kind without a reader.
    """
    name = root_name(file)
    if name in ROOTS:
        yield from ROOTS[name](file)
    elif file.named:
        known = ", ".join(sorted(ROOTS))
        raise UnreadableError(f"its root element <{name[:60]}> is none that can be read: {known}")
    else:
        yield PassedOver(file.name)
