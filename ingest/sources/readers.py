"""Where articles come from: one module for each kind of source.

To add a kind of file, write a reader and name its endings in `ENDINGS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ingest.article import Failure, Item, PassedOver
from ingest.errors import UnreadableError
from ingest.sources import plain, records
from ingest.sources.document import docx, mail, pdf
from ingest.sources.files import SourceFile, files_of, guarded, root_name
from ingest.sources.newswire import wire_xml
from ingest.sources.page import html_page as page
from ingest.web import lists

# Raises UnreadableError, with the reason, for a file that is not of its kind or holds no article.
Reader = Callable[[SourceFile], Iterator[Item]]

# Readers of XML by the name of the root without its namespace, in lower case.
XML_ROOTS: Mapping[str, Reader] = {
    **dict.fromkeys(lists.FEED_ROOTS, lists.read_feed),
    "nitf": wire_xml.read_nitf,
    **dict.fromkeys(("newsitem", "newsmessage", "packageitem"), wire_xml.read_newsml),
}


def read_xml(file: SourceFile) -> Iterator[Item]:
    """What the reader for the root element finds. Other XML of a folder is passed over."""
    name = root_name(file.beginning()) or wire_xml.parse(file).tag.lower()
    if name in XML_ROOTS:
        yield from XML_ROOTS[name](file)
    elif file.named:
        known = ", ".join(sorted(XML_ROOTS))
        raise UnreadableError(f"its root element <{name[:60]}> is none that can be read: {known}")
    else:
        yield PassedOver(file.name)


ENDINGS: Mapping[Reader, str] = {
    plain.read: ".txt .text .md .markdown",
    page.read: ".html .htm .xhtml",
    records.read_json: ".json",
    records.read_lines: ".jsonl .ndjson",
    records.read_table: ".csv .tsv",
    pdf.read: ".pdf",
    docx.read: ".docx",
    mail.read_message: ".eml",
    mail.read_page: ".mhtml .mht",
    read_xml: ".xml .nitf .newsml",
}
READERS = {ending: reader for reader, endings in ENDINGS.items() for ending in endings.split()}


def files(source: str) -> Iterator[SourceFile | Failure]:
    """The files that can be read of a file, folder, pattern or zip archive."""
    return files_of(source, READERS)


def read_file(file: SourceFile) -> Iterator[Item]:
    """Every article of one file; whatever is wrong with it is a Failure and stops nothing."""
    return guarded(file.name, READERS[file.kind](file))
