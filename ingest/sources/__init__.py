"""Where articles come from: one module for each kind of source.

To add a kind of file, write a reader and name its endings in `READERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ingest.article import Article, Failure, PassedOver, Withdrawn
from ingest.errors import UnreadableError
from ingest.sources import page, plain, records
from ingest.sources.files import SourceFile, walk

Item = Article | Failure | PassedOver | Withdrawn
Reader = Callable[[SourceFile], Iterator[Item]]

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
}


def read(source: str) -> Iterator[Item]:
    """Every article of a file or of the folders below `source`, and what could not be read.

    Raises nothing for bad input: each unreadable file or record is a Failure of its own.
    """
    for found in _files(source):
        if isinstance(found, Failure):
            yield found
        else:
            yield from _read_file(found)


def count_files(source: str) -> int:
    """How many files `read(source)` will open; for a progress bar."""
    return sum(isinstance(found, SourceFile) for found in _files(source))


def _files(source: str) -> Iterator[SourceFile | Failure]:
    if source.startswith(("http://", "https://")):
        yield Failure(source, "web addresses cannot be read yet; save the page and ingest the file")
    else:
        yield from walk(Path(source), source, READERS)


def _read_file(file: SourceFile) -> Iterator[Item]:
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
