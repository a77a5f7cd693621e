"""The whole of ingesting: sources in, report out. Files are read by several processes, addresses
one by one; the archive may be open here or in another process.
"""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from typing_extensions import NotRequired, TypedDict

from ingest.archive.archive import Archive
from ingest.archive.embedding import Embedder
from ingest.archive.filters import make_filters
from ingest.archive.remote import RemoteArchive, owner_of
from ingest.article import Article, Failure, PassedOver, Seen, Unchanged, Visit, Withdrawn
from ingest.settings import load_settings
from ingest.sources.readers import files
from ingest.sources.workers import FileReader

if TYPE_CHECKING:
    from ingest.web.sites import Web

Store = Archive | RemoteArchive  # takes articles: one that is open here, or its owner's


def is_address(name: str) -> bool:
    """Whether a source is an address, not a path; some schemes are refused later."""
    return re.match(r"[a-z][a-z0-9+.-]*://", name, re.IGNORECASE) is not None


class FailureJson(TypedDict):
    """An input that was not stored, and why."""

    source: str
    reason: str


class ReportJson(TypedDict):
    """The object of `dateline ingest --json`. `withdrawn`, `older` and `stopped` are in it only
    when there is something to say."""

    added: int
    updated: int
    unchanged: int
    duplicates: int
    failed: list[FailureJson]
    articles: int
    chunks: int
    seconds: float
    withdrawn: NotRequired[int]
    older: NotRequired[int]
    stopped: NotRequired[bool]


@dataclass
class Report:
    """Where a run stands, handed to the progress callback after every article; and what it did and
    what the archive holds, once it has ended."""

    done: int = 0  # articles
    files: int = 0  # begun
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    withdrawn: int = 0
    older: int = 0  # known to be published before `since`, and so left out
    failed: list[Failure] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)
    articles: int = 0  # this and what follows: once the run has ended
    chunks: int = 0
    seconds: float = 0.0
    stopped: bool = False

    def as_json(self) -> ReportJson:
        told = asdict(self) | {"seconds": round(self.seconds, 3)}
        seldom = ("withdrawn", "older", "stopped")
        names = (name for name in ReportJson.__annotations__ if told[name] or name not in seldom)
        return cast("ReportJson", {name: told[name] for name in names})


def ingest(
    sources: Sequence[str | Path] | str | Path,
    archive: str | Path | Store | None = None,
    *,
    since: date | str | None = None,
    limit: int | None = None,
    allow_private: bool = False,
    progress: Callable[[Report], None] | None = None,
    stop: threading.Event | None = None,
    embedder: Embedder | None = None,
) -> Report:
    """Read, clean, chunk, embed and store the articles of `sources`.

    Args:
        sources: files, folders, patterns, zip archives or web addresses; "-" is standard input.
        archive: its folder (made when missing), or one that is open; default: the settings'.
            Where a running chat has that folder open, the articles are handed to the chat.
        since: leave out what is known to be published before this day (a date, "2023-07-16").
        limit: read at most so many articles of each source.
        allow_private: also fetch from addresses of the user's own network.
        progress: called after every article.
        stop: when it is set, what has been read is stored and the run ends.
        embedder: instead of the one that the settings name; only for an archive given by folder.

    Returns:
        A report; bad inputs are in its `failed` and stop nothing.

    Raises:
        DatelineError: the archive or the embedder cannot be used, or `since` is no day.
    """
    names = [sources] if isinstance(sources, (str, Path)) else list(sources)
    first = make_filters(since).since  # a day or a time
    day = date.fromisoformat(first[: len("2023-07-16")]) if first else None
    stop = stop or threading.Event()
    opened: AbstractContextManager[Store]
    if archive is not None and not isinstance(archive, (str, Path)):
        opened = nullcontext(archive)
    else:
        settings = load_settings(archive)
        # An owner embeds with its own embedder: one that is given means the archive is wanted here.
        owner = owner_of(settings.archive) if embedder is None else None
        if owner is not None:
            opened = nullcontext(RemoteArchive(owner, settings))
        else:
            opened = Archive.open(settings, create=True, embedder=embedder)
    with opened as store:
        show = progress or (lambda state: None)
        return _Run(store, day, limit, allow_private, show, stop).ingest(map(str, names))


@dataclass
class _Run:
    """One run over some sources into an open archive."""

    archive: Store
    since: date | None
    limit: int | None  # articles of each source
    allow_private: bool
    show: Callable[[Report], None]
    stop: threading.Event
    state: Report = field(default_factory=Report)
    handed: int = 0  # articles and withdrawals given to the archive
    noted: deque[tuple[int, Visit]] = field(default_factory=deque)  # once so many are stored

    def ingest(self, names: Iterable[str]) -> Report:
        started = time.monotonic()
        for stored, outcome in enumerate(self.archive.add(self._articles(names)), start=1):
            name = "duplicates" if outcome.result == "duplicate" else outcome.result
            setattr(self.state, name, getattr(self.state, name) + 1)
            self.state.done += 1
            self._note_visits(stored)
            self.show(self.state)
        self._note_visits(self.handed)
        self.state.seconds = time.monotonic() - started
        self.state.articles, self.state.chunks = self.archive.counts()
        self.state.stopped = self.stop.is_set()
        return self.state

    def _articles(self, names: Iterable[str]) -> Iterator[Article | Withdrawn]:
        """What is to be stored; the rest goes into the state."""
        state, since, last = self.state, self.since, ""
        for item in self.gather(names):
            if item.source != last and not item.source.startswith(f"{last}:"):  # "file:7": a record
                last, state.files = item.source, state.files + 1
            if isinstance(item, Failure):
                state.failed.append(item)
            elif isinstance(item, PassedOver):
                state.passed_over.append(item)
            elif isinstance(item, Visit):
                self.noted.append((self.handed, item))
            elif isinstance(item, Unchanged):
                state.unchanged += 1
            else:
                published = item.published if isinstance(item, Article) else None
                if since and published and published.day < since:
                    state.older += 1
                else:
                    self.handed += 1
                    yield item
            if self.stop.is_set():
                return

    def gather(self, names: Iterable[str]) -> Iterator[Seen]:
        """The items of all sources in order; files named one after the other are read together.

        Raises nothing for bad input: each input that cannot be read is a Failure of its own.
        """
        web: Web | None = None
        with closing(FileReader()) as reader:
            for is_web, group in itertools.groupby(names, is_address):
                if is_web:
                    from ingest.web import fetcher, sites

                    if web is None:
                        fetch = fetcher.Fetcher(
                            allow_private=self.allow_private,
                            delay=self.archive.settings.fetch_delay,
                            user_agent=self.archive.settings.user_agent,
                        )
                        robots, visit = fetcher.Robots(fetch), self.archive.visit
                        web = sites.Web(
                            fetch, robots, visit, lambda file: reader.read([file]), self.since,
                            self.limit,
                        )  # fmt: skip
                    for address in group:
                        yield from sites.read(address, web)
                elif self.limit is None:
                    yield from reader.read(itertools.chain.from_iterable(map(files, group)))
                else:
                    for name in group:
                        read = 0
                        for item in reader.read(files(name)):
                            read += isinstance(item, Article)
                            yield item
                            if read >= self.limit:
                                break

    def _note_visits(self, stored: int) -> None:
        """A visit is noted when all that came before it is stored: else it might be lost."""
        while self.noted and self.noted[0][0] <= stored:
            self.archive.note(self.noted.popleft()[1])
