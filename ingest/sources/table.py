"""CSV and TSV exports: the first row names the fields, every other one is an article."""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from itertools import chain, dropwhile, islice

from ingest.article import Failure, PassedOver
from ingest.errors import UnreadableError
from ingest.sources.fields import known_fields
from ingest.sources.files import ARTICLE_BYTES, SourceFile
from ingest.sources.records import Item, articles_of, is_utf16
from ingest.text import decode

_DELIMITERS = (",", ";", "\t", "|")
_HEAD_LINES = 20  # a header is one line, or a few where a name in quotes is broken
_STATED = re.compile(r'^"?sep=(.)"?\s*$', re.IGNORECASE)  # what Excel writes above the header
_BARE_RETURN = re.compile(r"(?<=\r)(?!\n)")
_NO_HEADER = (
    "its first row does not name a column with the article text "
    "(for example: title, text, publisher, published, url)"
)


def read(file: SourceFile) -> Iterator[Item]:
    """The articles of a table, read row by row; a bad row costs only itself.

    A table of a folder that holds no texts is passed over.

    Raises:
        UnreadableError: empty, or (when named) no column holds texts.
    """
    lines = dropwhile(lambda line: not line.strip(), _lines(file))
    head = list(islice(lines, _HEAD_LINES))
    if not head:
        raise UnreadableError("it is empty")
    if stated := _STATED.match(head[0]):
        delimiter, head = stated[1], head[1:]
    else:  # the one under which the header names most fields
        delimiter = max(_DELIMITERS, key=lambda delimiter: _score(head, delimiter))
    csv.field_size_limit(ARTICLE_BYTES)  # the library's own limit is shorter than long articles
    rows = csv.reader(chain(head, lines), delimiter=delimiter)
    header = next(_rows(rows), [])
    if isinstance(header, list) and _has_texts(header):
        yield from articles_of(file, _records(header, _rows(rows)))
    elif file.named:
        raise UnreadableError(_NO_HEADER)
    else:
        yield PassedOver(file.name)


def _lines(file: SourceFile) -> Iterator[str]:
    """The lines with their ends, which belong to a cell in quotes; never a whole large file."""
    with file.open() as stream:
        sample = stream.read(512)
    if is_utf16(sample):
        lines = _wide_lines(file, sample)
    else:
        lines = (decode(line, binary=True) for line in file.lines())
    for line in lines:
        for part in _BARE_RETURN.split(line) if "\r" in line[:-2] else [line]:
            yield part.replace("\0", "")  # which Python 3.10 refuses


def _wide_lines(file: SourceFile, sample: bytes) -> Iterator[str]:
    """The lines of UTF-16, whose zero bytes are on one side where it has no mark."""
    marked = sample[:2] in (BOM_UTF16_LE, BOM_UTF16_BE)
    little = sample[1::2].count(0) > sample[::2].count(0)
    encoding = "utf-16" if marked else "utf-16-le" if little else "utf-16-be"
    with TextIOWrapper(file.open(), encoding, errors="replace", newline="") as text:
        yield from iter(lambda: text.readline(ARTICLE_BYTES), "")


def _score(head: list[str], delimiter: str) -> tuple[bool, int, int]:
    header = next(_rows(csv.reader(head, delimiter=delimiter)), [])
    if isinstance(header, Failure):
        return False, 0, 0
    return _has_texts(header), len(known_fields(dict.fromkeys(header, "x"))), len(header)


def _has_texts(header: Iterable[str]) -> bool:
    return "text" in known_fields(dict.fromkeys(header, "x"))


def _rows(rows: Iterator[list[str]]) -> Iterator[list[str] | Failure]:
    """Every row; the reader goes on behind one that it cannot read."""
    while True:
        row: list[str] | Failure | None
        try:
            row = next(rows, None)
        except csv.Error as error:
            row = Failure("", f"the row cannot be read: {error}")
        if row is None:
            return
        yield row


def _records(
    header: list[str], rows: Iterable[list[str] | Failure]
) -> Iterator[tuple[str, object]]:
    """The cells under their names; of two columns with one name the first that is filled counts."""
    filled = (row for row in rows if isinstance(row, Failure) or any(map(str.strip, row)))
    for number, row in enumerate(filled, start=1):
        if isinstance(row, Failure):
            yield str(number), row
        elif any(cell.strip() for cell in row[len(header) :]):
            reason = f"the row has {len(row)} cells, the header {len(header)}"
            yield str(number), Failure("", reason)
        else:
            named = [(name, cell) for name, cell in zip(header, row, strict=False) if cell.strip()]
            yield str(number), dict(reversed(named))
