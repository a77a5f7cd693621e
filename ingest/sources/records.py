"""Exports of articles under whatever field names: JSON, which may be ninjs, and tables (CSV, TSV),
whose first row names the fields.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping
from io import TextIOWrapper
from itertools import chain, dropwhile, islice

from ingest.article import Failure, Item, PassedOver
from ingest.errors import UnreadableError
from ingest.sources.fields import article_from_fields, known_fields
from ingest.sources.files import ARTICLE_BYTES, EXPORT_BYTES, SourceFile
from ingest.sources.newswire.item import is_ninjs, item_of, ninjs_item
from ingest.text import decode, one_line

_LISTS = ("articles", "items", "results", "docs", "documents", "stories", "data", "hits")
_ZEROS = 0.3  # of the bytes; a text that has more is UTF-16
_DELIMITERS = (",", ";", "\t", "|")
_HEAD_LINES = 20  # a header is one line, or a few where a name in quotes is broken
_NO_HEADER = (
    "its first row does not name a column with the article text "
    "(for example: title, text, publisher, published, url)"
)


def read_json(file: SourceFile) -> Iterator[Item]:
    """The articles of a JSON document: an object, a list, or an object that holds a list."""
    text = decode(file.data(EXPORT_BYTES))
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:  # also of a number with thousands of digits
        if str(error).startswith("Extra data"):
            yield from read_lines(file)
            return
        line = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableError(f"it is not valid JSON: {_what(error)}{line}") from error
    records = document if isinstance(document, list) else [document]
    if isinstance(document, Mapping) and not _like_article(document):
        lists = (held for name in _LISTS if isinstance(held := document.get(name), list))
        records = next(lists, records)
    yield from articles_of(file, ((f"{i}", record) for i, record in enumerate(records, start=1)))


def read_lines(file: SourceFile) -> Iterator[Item]:
    """The articles of a file with a JSON object on each line; a bad line costs only itself."""
    yield from articles_of(file, _parsed_lines(file))


def read_table(file: SourceFile) -> Iterator[Item]:
    """The articles of a table, read row by row; a bad row costs only itself.

    A table of a folder that holds no texts is passed over.
    """
    whole = (
        part.replace("\0", "")  # which Python 3.10 refuses
        for line in _lines(file)  # whose ends belong to a cell in quotes
        for part in (re.split(r"(?<=\r)(?!\n)", line) if "\r" in line[:-2] else [line])
    )
    lines = dropwhile(lambda line: not line.strip(), whole)
    head = list(islice(lines, _HEAD_LINES))
    if not head:
        raise UnreadableError("it is empty")
    if stated := re.match(r'"?sep=(.)"?\s*$', head[0], re.IGNORECASE):  # as Excel writes it
        delimiter, head = stated[1], head[1:]
    else:  # the one under which the header names most fields

        def score(delimiter: str) -> tuple[bool, int]:
            named = _named(next(_rows(csv.reader(head, delimiter=delimiter)), []))
            return "text" in named, len(named)

        delimiter = max(_DELIMITERS, key=score)
    csv.field_size_limit(ARTICLE_BYTES)  # the library's own limit is shorter than long articles
    rows = csv.reader(chain(head, lines), delimiter=delimiter)
    header = next(_rows(rows), [])
    if isinstance(header, list) and "text" in _named(header):
        yield from articles_of(file, _records(header, rows))
    elif file.named:
        raise UnreadableError(_NO_HEADER)
    else:
        yield PassedOver(file.name)


def _named(header: list[str] | Failure) -> Mapping[str, object]:
    return known_fields({} if isinstance(header, Failure) else dict.fromkeys(header, "x"))


def _parsed_lines(file: SourceFile) -> Iterator[tuple[str, object]]:
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip():
            continue
        try:
            yield str(number), json.loads(line)
        except (ValueError, RecursionError) as error:
            yield str(number), Failure("", f"the line is not valid JSON: {_what(error)}")


def _lines(file: SourceFile) -> Iterator[str]:
    """The lines with their ends, in whatever encoding; never a whole large file."""
    with file.open() as stream:
        sample = stream.read(512)
    marked = sample.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    if not marked and sample.count(0) <= len(sample) * _ZEROS:
        yield from (decode(line, binary=True) for line in file.lines())
        return
    # Lines of UTF-16 cannot be told apart byte by byte: half of the bytes are zeros, on one side.
    little = sample[1::2].count(0) > sample[::2].count(0)
    encoding = "utf-16" if marked else "utf-16-le" if little else "utf-16-be"
    with TextIOWrapper(file.open(), encoding, errors="replace", newline="") as text:
        for line in iter(lambda: text.readline(ARTICLE_BYTES), ""):
            yield line
            if len(line) == ARTICLE_BYTES:
                return  # no article is so long: it is something else


def _rows(rows: Iterator[list[str]]) -> Iterator[list[str] | Failure]:
    """Every row; the reader goes on behind one that it cannot read."""
    while True:
        try:
            yield next(rows)
        except StopIteration:  # noqa: PERF203  each row by itself, so that the next one is read
            return
        except csv.Error as error:
            yield Failure("", f"the row cannot be read: {error}")


def _records(header: list[str], rows: Iterator[list[str]]) -> Iterator[tuple[str, object]]:
    """The cells under their names; of two columns with one name the first that is filled counts."""
    filled = (row for row in _rows(rows) if isinstance(row, Failure) or any(map(str.strip, row)))
    for number, row in enumerate(filled, start=1):
        if isinstance(row, Failure):
            yield str(number), row
        elif any(cell.strip() for cell in row[len(header) :]):
            reason = f"the row has {len(row)} cells, the header {len(header)}"
            yield str(number), Failure("", reason)
        else:
            named = [(name, cell) for name, cell in zip(header, row, strict=False) if cell.strip()]
            yield str(number), dict(reversed(named))


def articles_of(file: SourceFile, records: Iterator[tuple[str, object]]) -> Iterator[Item]:
    """Articles of numbered records. A file of a folder without any article is passed over.

    Args:
        records: (number, record); a record is a mapping, or a Failure that has no source yet.
    """
    seen: dict[str, str] = {}
    any_article = False
    waiting: list[Failure] = []
    for number, record in records:
        item = _article(file, number, record, seen)
        any_article = any_article or not isinstance(item, Failure) or _like_article(record)
        if isinstance(item, Failure) and not any_article:
            waiting.append(item)
            continue
        yield from waiting
        waiting.clear()
        yield item
    if any_article:
        return
    if file.named or any("not valid JSON" in failure.reason for failure in waiting):
        yield from waiting or [Failure(file.name, "it is empty")]
    else:
        yield PassedOver(file.name)


def _article(  # noqa: PLR0911  one return for each way to fail
    file: SourceFile, number: str, record: object, seen: dict[str, str]
) -> Item:
    name = f"{file.name}:{number}"
    if isinstance(record, Failure):
        return Failure(name, record.reason)
    if not isinstance(record, Mapping):
        return Failure(name, "the record is not a JSON object")
    try:
        if is_ninjs(record):
            return item_of(ninjs_item(record), file.name, name, f"{file.key}#{number}")
        key = f"{file.key}#{_identity(record)}"
        article = article_from_fields(record, file.name, key)
    except UnreadableError as error:
        return Failure(name, str(error).replace("it holds", "the record holds"))
    except Exception as error:  # whatever a hostile record does costs that record only
        reason = one_line(str(error))[:120]
        return Failure(name, f"the record has a value that cannot be read: {reason}")
    if article.key == key and seen.setdefault(key, article.text_hash) != article.text_hash:
        return Failure(name, f"another article of this file has the same id {_identity(record)!r}")
    return article


def _identity(record: Mapping[str, object]) -> str:
    """What tells a record from the others of its file: its id; else headline, publisher and date;
    else its text."""
    found = known_fields(record)
    if "id" in found:
        return one_line(str(found["id"]))
    if "title" in found:
        parts = (found.get(name) for name in ("publisher", "title", "published"))
        return one_line(" ".join(str(part) for part in parts if part is not None))
    return hashlib.sha256(repr(found.get("text")).encode("utf-8", "replace")).hexdigest()


def _like_article(record: object) -> bool:
    if not isinstance(record, Mapping):
        return False
    return "text" in known_fields(record) or is_ninjs(record)


def _what(error: Exception) -> str:
    return str(getattr(error, "msg", error)).removesuffix(" at")
