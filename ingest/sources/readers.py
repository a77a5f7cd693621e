"""Where articles come from: one module for each kind of source.

To add a kind of file, write a reader and name its endings in `READERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ingest.article import Failure, Item, PassedOver
from ingest.errors import UnreadableError
from ingest.sources import plain, records
from ingest.sources.document import docx, mail, pdf
from ingest.sources.files import SourceFile, files_of
from ingest.sources.newswire import wire_xml
from ingest.sources.page import html_page as page
from ingest.web import lists

Reader = Callable[[SourceFile], Iterator[Item]]

# Readers of XML by the name of the root without its namespace.
XML_ROOTS: Mapping[str, Reader] = {
    "rss": lists.read_feed,
    "feed": lists.read_feed,
    "RDF": lists.read_feed,
    "nitf": wire_xml.read_nitf,
    "newsItem": wire_xml.read_newsml,
    "newsMessage": wire_xml.read_newsml,
    "packageItem": wire_xml.read_newsml,
}


def read_xml(file: SourceFile) -> Iterator[Item]:
    """What the reader for the root element finds. Other XML of a folder is passed over.

    Raises:
        UnreadableError: not XML, XML with entities, or (when named) of a kind without a reader.
    """
    name = wire_xml.root_name(file)
    if name in XML_ROOTS:
        yield from XML_ROOTS[name](file)
    elif file.named:
        known = ", ".join(sorted(XML_ROOTS))
        raise UnreadableError(f"its root element <{name[:60]}> is none that can be read: {known}")
    else:
        yield PassedOver(file.name)


READERS: Mapping[str, Reader] = {
    ".txt": plain.read,
    ".text": plain.read,
    ".md": plain.read,
    ".markdown": plain.read,
    ".html": page.read,
    ".htm": page.read,
    ".xhtml": page.read,
    ".json": records.read_json,
    ".jsonl": records.read_lines,
    ".ndjson": records.read_lines,
    ".csv": records.read_table,
    ".tsv": records.read_table,
    ".pdf": pdf.read,
    ".docx": docx.read,
    ".eml": mail.read_message,
    ".mhtml": mail.read_page,
    ".mht": mail.read_page,
    ".xml": read_xml,
    ".nitf": read_xml,
    ".newsml": read_xml,
}


def read(source: str) -> Iterator[Item]:
    """Every article of a file, folder, pattern or zip archive, and what could not be read.

    Raises nothing for bad input: each unreadable file or record is a Failure of its own.
    """
    for found in files(source):
        if isinstance(found, Failure):
            yield found
        else:
            yield from read_file(found)


def files(source: str) -> Iterator[SourceFile | Failure]:
    """The files that `read(source)` opens."""
    return files_of(source, READERS)


def read_file(file: SourceFile) -> Iterator[Item]:
    """Every article of one file; whatever is wrong with it is a Failure and stops nothing."""
    try:
        yield from READERS[file.kind](file)
    except UnreadableError as error:
        yield Failure(file.name, str(error))
    except MemoryError:
        yield Failure(file.name, "it does not fit into memory")
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        yield Failure(file.name, f"it cannot be read: {reason}")
    except Exception as error:  # a hostile file may break a parser of others; it costs itself only
        yield Failure(file.name, f"it cannot be read: {type(error).__name__}: {str(error)[:120]}")
