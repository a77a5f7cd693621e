"""Web addresses: a page or file, a feed, or a sitemap, with all that these name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timezone

import trafilatura

from ingest.article import Article, Failure, Item, PassedOver, Seen, Unchanged, Visit, Withdrawn
from ingest.errors import FetchError, UnreadableError
from ingest.sources.fields import host_of
from ingest.sources.files import SourceFile, guarded, root_name
from ingest.text import decode
from ingest.web import addresses, lists
from ingest.web.fetcher import Fetcher, Robots
from ingest.web.lists import Entry, fill
from ingest.web.response import Fetched

ReadFile = Callable[[SourceFile], Iterator[Item]]

_OF_ONE = (".txt", ".md", ".markdown", ".pdf", ".docx")  # holds one article: its address is that's
_FEEDS = (
    "//link[@rel='alternate' and (@type='application/rss+xml' or @type='application/atom+xml')]"
    "/@href"
)


def _feed_of(fetched: Fetched) -> str:
    """The feed that a page names: whoever names a site's first page may want it."""
    tree = trafilatura.load_html(fetched.body)
    for feed in tree.xpath(_FEEDS)[:1] if tree is not None else []:
        with suppress(FetchError):
            return f"; its feed is {addresses.parse(str(feed), fetched.url)}"
    return ""


_MOST_SITEMAPS = 500  # of one address
_DEEPEST = 3  # sitemaps: an index of indexes of lists


@dataclass(frozen=True)
class Web:
    """What reading the web takes, and how much of it is wanted."""

    fetcher: Fetcher
    robots: Robots
    visit: Callable[[str], Visit | None]  # the last one to an address
    read_file: ReadFile  # for what is no page, feed or sitemap
    since: date | None = None  # entries that surely have not changed since are left out
    limit: int | None = None  # entries of one feed or sitemap that are read
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)

    def get(self, url: str) -> tuple[Fetched, Visit | None]:
        """What is at `url`, where its robots.txt allows it, and the last visit: 304 when it is as
        it was then.

        Raises:
            FetchError: it cannot be read, or may not.
        """
        visit = self.visit(url)
        etag, modified = (visit.etag, visit.modified) if visit else (None, None)
        check = self.robots.check
        return self.fetcher.fetch(url, etag=etag, modified=modified, check=check), visit


def read(address: str, web: Web) -> Iterator[Seen]:
    """Every article of a page, or of all entries of a feed or sitemap.

    Raises nothing for what cannot be read: each entry that fails is a Failure of its own.
    """
    for item in guarded(address, _Walk(web, address).address(address)):
        if isinstance(item, Article):
            item = replace(item, fetched=web.now().isoformat(timespec="seconds"))  # noqa: PLW2901
        yield item


@dataclass
class _Walk:
    """One pass over an address and what it names."""

    web: Web
    start: str
    ended: bool = False  # by a limit
    read: int = 0  # entries
    met: int = 0  # entries, with those that were not read
    sitemaps: int = 0
    seen: set[str] = field(default_factory=set)  # identities of entries, addresses of sitemaps

    def address(self, url: str, depth: int = 0) -> Iterator[Seen]:
        """What is at an address. `depth`: how many sitemaps lie above it; only others may then."""
        fetched, visit = self.web.get(url)
        root = root_name(fetched.body) if fetched.kind == ".xml" else ""
        if fetched.status == 304:  # noqa: PLR2004
            yield Unchanged(url)
        elif root in lists.SITEMAP_ROOTS:
            self.sitemaps += 1
            self.seen.add(url)
            entries = lists.sitemap_entries(fetched.body, url, fetched.url)
            if root == "sitemapindex":
                # Never noted: as long as it stays the same, what it names may change.
                yield from self._below(entries, depth + 1)
            else:
                yield from self._list(url, fetched, entries)
        elif depth:
            raise UnreadableError("it is not a sitemap")
        elif root in lists.FEED_ROOTS:
            entries = lists.feed_entries(decode(fetched.body), url, url, fetched.url)
            yield from self._list(url, fetched, entries)
        else:
            yield from self._page(url, fetched, visit, "")

    def _list(self, name: str, fetched: Fetched, entries: Iterable[Entry]) -> Iterator[Seen]:
        """What the entries name, and the visit when nothing failed or was left out."""
        whole = True
        for item in self._entries(entries):
            whole = whole and not isinstance(item, (Failure, PassedOver))
            yield item
        if whole and not self.ended:
            yield Visit(name, fetched.etag, fetched.modified)

    def _below(self, entries: Iterable[Entry], depth: int) -> Iterator[Seen]:
        for entry in entries:
            if self.ended:
                return
            if entry.refused or entry.link is None or depth >= _DEEPEST:
                reason = entry.refused or f"it lies more than {_DEEPEST} sitemaps deep"
                yield Failure(entry.name, reason)
            elif old := self._too_old(entry):
                yield old
            elif entry.link not in self.seen:
                if self.sitemaps >= _MOST_SITEMAPS:
                    yield self._end(f"it names more than {_MOST_SITEMAPS} sitemaps")
                    return
                yield from guarded(entry.name, self.address(entry.link, depth))

    def _entries(self, entries: Iterable[Entry]) -> Iterator[Seen]:
        for entry in entries:
            if entry.identity and entry.identity in self.seen:
                continue
            self.seen.add(entry.identity)
            self.met += 1
            if self.met > lists.MOST_ENTRIES:
                yield self._end(f"it names more than {lists.MOST_ENTRIES:,} entries")
                return
            if old := self._too_old(entry):
                yield old
            elif self._is_known(entry):
                yield Unchanged(entry.name)
            elif self.web.limit is not None and self.read >= self.web.limit:
                self.ended = True
                return
            else:
                # Those that have not changed do not use up the limit: else it would never get on.
                found = False
                for item in guarded(entry.name, self._entry(entry)):
                    found = found or not isinstance(item, (Unchanged, Visit))
                    yield item
                self.read += found

    def _entry(self, entry: Entry) -> Iterator[Seen]:
        if entry.refused or not (entry.article or entry.link):
            reason = entry.refused or "the entry has neither a link nor a full text"
            yield Failure(entry.name, reason)
        elif entry.article:
            yield entry.article
        elif entry.link:
            fetched, visit = self.web.get(entry.link)
            for item in self._page(entry.link, fetched, visit, entry.stamp):
                if isinstance(item, Withdrawn):
                    reason = "it withdraws an article; only a source that you name may do that"
                    item = Failure(entry.name, reason)  # noqa: PLW2901
                yield fill(item, entry) if isinstance(item, Article) else item

    def _page(self, url: str, fetched: Fetched, visit: Visit | None, stamp: str) -> Iterator[Seen]:
        """The articles of a page or file, and the visit when there is one and nothing failed."""
        stamp = stamp or (visit.stamp if visit else "")
        if fetched.status == 304 and visit:  # noqa: PLR2004
            yield Unchanged(url)
            yield replace(visit, stamp=stamp)
            return
        if fetched.kind == ".xml" and root_name(fetched.body) in lists.ROOTS:
            raise UnreadableError("it is a list of articles, not an article")
        found: set[type[Seen]] = set()
        file = SourceFile.of_bytes(fetched.body, url, fetched.kind, fetched.url)
        for item in self.web.read_file(file):
            if isinstance(item, Failure) and fetched.kind == ".html":
                item = replace(item, reason=item.reason + _feed_of(fetched))  # noqa: PLW2901
            elif isinstance(item, Article) and fetched.kind in _OF_ONE and not item.url:
                # A file that names no address of its own has that at which it lies.
                publisher = item.publisher or host_of(fetched.url)
                item = replace(item, url=fetched.url, publisher=publisher)  # noqa: PLW2901
            found.add(type(item))
            yield item
        if Article in found and Failure not in found:
            yield Visit(url, fetched.etag, fetched.modified, stamp)

    def _is_known(self, entry: Entry) -> bool:
        """Whether an entry's page need not be asked for again.

        Without a date in the list, and without a way to ask whether it has changed, it is not:
        asking for every page of every list at every run would be a burden to the site.
        """
        visit = self.web.visit(entry.link) if entry.link and not entry.article else None
        if visit is None:
            return False
        if entry.stamp:
            return entry.stamp == visit.stamp
        return not (visit.etag or visit.modified)

    def _too_old(self, entry: Entry) -> PassedOver | None:
        since = self.web.since
        old = since and entry.day and entry.day < since
        return PassedOver(entry.name, f"it is older than {since}") if old else None

    def _end(self, reason: str) -> Failure:
        self.ended = True
        return Failure(self.start, f"{reason}; the rest is left out")
