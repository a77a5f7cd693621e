"""Every item of every source, wherever it is: files by several processes, addresses one by one."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from ingest.article import Article
from ingest.reading import FileReader, read_files
from ingest.settings import Settings
from ingest.sources import files
from ingest.visits import Item, Visits

if TYPE_CHECKING:
    from ingest.sources.web.reader import Web

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True)
class Wanted:
    """How much of the sources is wanted."""

    since: date | None = None
    limit: int | None = None  # articles of each source
    allow_private: bool = False


def gather(
    names: Iterable[str], wanted: Wanted, visits: Visits, settings: Settings
) -> Iterator[Item]:
    """The items of all sources in their order. Files named one after the other are read together.

    Raises nothing for bad input: each input that cannot be read is a Failure of its own.
    """
    with closing(_Addresses(wanted, visits, settings)) as addresses:
        yield from _gathered(names, wanted, addresses)


def _gathered(names: Iterable[str], wanted: Wanted, addresses: _Addresses) -> Iterator[Item]:
    for is_web, group in itertools.groupby(names, is_address):
        if is_web:
            yield from itertools.chain.from_iterable(map(addresses.read, group))
        elif wanted.limit is None:
            yield from read_files(itertools.chain.from_iterable(map(files, group)))
        else:
            for name in group:
                yield from _at_most(wanted.limit, read_files(files(name)))


def is_address(name: str) -> bool:
    """Whether a source is an address, not a path; some schemes are refused later."""
    return _ADDRESS.match(name) is not None


def _at_most(limit: int, items: Iterator[Item]) -> Iterator[Item]:
    read = 0
    for item in items:
        if isinstance(item, Article):
            read += 1
        yield item
        if read >= limit:
            return


class _Addresses:
    """Reads addresses; what that takes is made when the first one is read."""

    def __init__(self, wanted: Wanted, visits: Visits, settings: Settings) -> None:
        self._wanted = wanted
        self._visits = visits
        self._settings = settings
        self._files = FileReader()

    def close(self) -> None:
        self._files.close()

    def read(self, address: str) -> Iterator[Item]:
        from ingest.sources.web import reader

        yield from reader.read(address, self._web)

    @cached_property
    def _web(self) -> Web:
        from ingest.fetch.fetcher import Fetcher
        from ingest.fetch.robots import Robots
        from ingest.sources.web.reader import Web

        fetcher = Fetcher(
            allow_private=self._wanted.allow_private,
            delay=self._settings.fetch_delay,
            user_agent=self._settings.user_agent,
        )
        robots, since, limit = Robots(fetcher), self._wanted.since, self._wanted.limit
        return Web(fetcher, robots, self._visits, self._files.read, since, limit)
