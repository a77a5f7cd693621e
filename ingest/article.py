"""The nouns of the archive: Moment, Article, Failure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

Origin = Literal["metadata", "feed", "url", "text", "guess"]
"""Where a day was read; "guess" is shown as "about", and no filter goes by it."""
Kind = Literal["news", "opinion", "analysis", "live"]

_TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|mc_[ce]id|cmpid|ito|ref_src|at_(?:medium|campaign)|smid|xtor|wt_mc|srnd|outputtype)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened, as exactly as the source said it and no more.

    `iso` is an ISO 8601 day ("2023-07-16") or time ("2023-07-16T09:10:00+08:00").
    """

    iso: str
    origin: Origin

    @staticmethod
    def of(iso: str | None, origin: Origin) -> Moment | None:
        return Moment(iso, origin) if iso else None

    @property
    def epoch(self) -> int:
        """Seconds since 1970 of its first instant; a time without a zone is taken as UTC."""
        return epoch_of(self.iso)

    @property
    def day(self) -> date:
        """The day as printed by the source, in the source's own zone."""
        return date.fromisoformat(self.iso[:10])


def epoch_of(iso: str) -> int:
    """Seconds since 1970 of the first instant of an ISO day or time."""
    moment = datetime.fromisoformat(iso)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp())


def sought_at(iso: str) -> int:
    """The second that filters and order go by: that of `epoch_of`, but within the printed day.

    An article of 10 July 00:00 in Rome is found on 10 July, although it is the 9th in UTC.
    """
    first = epoch_of(iso[: len("2023-07-16")])
    return min(max(epoch_of(iso), first), first + 86_399)


@dataclass(frozen=True, slots=True)
class Article:
    """One article as read and cleaned. `text` is what quotes are taken from, to the letter."""

    key: str  # what makes it the same article when it is read again: its address, or file and id
    source: str  # the path or address as given
    title: str
    text: str
    url: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    dateline: str | None = None  # the place a report is filed from
    agency: str | None = None
    credits: str | None = None
    correction: str | None = None  # what the publisher says was wrong before, or what update it is
    copyright: str | None = None
    language: str | None = None
    section: str | None = None
    kind: Kind = "news"
    published: Moment | None = None
    updated: Moment | None = None
    revision: int | None = None  # of a wire item; a lower one never replaces a higher one
    fetched: str | None = None  # never a publication date

    @property
    def byline(self) -> str | None:
        return ", ".join(self.authors) or None

    @property
    def dated(self) -> Moment | None:
        """`published`, unless that is a guess: what filters, order and "earlier" go by."""
        guessed = self.published and self.published.origin == "guess"
        return None if guessed else self.published

    @property
    def text_hash(self) -> str:
        """Equal for texts that differ in white space only."""
        return _digest(" ".join(self.text.split()))

    @property
    def content_hash(self) -> str:
        """Equal when nothing that a reader sees has changed."""
        fields = [self.title, self.publisher, self.byline, self.dateline, self.agency, self.credits]
        if self.correction:  # archives made before there were any keep their hashes
            fields.append(self.correction)
        dates = tuple(moment.iso if moment else None for moment in (self.published, self.updated))
        return _digest(repr((tuple(fields), dates, self.kind, self.text_hash)))


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that was not stored, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Something that holds no article to store, and is no failure: nobody named it, or it is not
    wanted. `reason` is empty for a file of a folder without articles."""

    source: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A publisher's word that an article is void: what has this key leaves the archive."""

    source: str
    key: str
    revision: int | None = None  # what has a higher one is not void


Item = Article | Failure | PassedOver | Withdrawn  # what a source holds


@dataclass(frozen=True, slots=True)
class Visit:
    """An address that was read, so that it is not asked for in vain. It comes behind all of its
    items: when they are stored, it may be noted."""

    source: str  # the address as it was asked for
    etag: str | None = None
    modified: str | None = None  # Last-Modified, as sent
    stamp: str = ""  # what the feed or sitemap stated as its date, to the letter


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An address that has not changed since the last visit."""

    source: str


Seen = Item | Unchanged | Visit  # what a run sees of its sources


def article_id(article: Article) -> str:
    """A short stable id: of the address where there is one, else of the first text.

    The same article gets the same id on every machine, wherever its file lies.
    """
    named = normal_url(article.url) if article.url else article.title + article.text_hash
    return _digest(named)[:12]


def normal_url(url: str) -> str:
    """The address without what does not change the page: fragment, tracking, letter case of host.

    >>> normal_url("HTTPS://Example.org/a/?utm_source=x&id=3#top")
    'https://example.org/a?id=3'
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    given = [part for part in parts.query.split("&") if part]
    query = "&".join(part for part in given if not _TRACKING.match(part.partition("=")[0]))
    path = parts.path.rstrip("/")
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), path, query, ""))


def address_key(url: str) -> str:
    """What two addresses of one page share: `normal_url` without "www." and whether it is safe.

    >>> address_key("http://www.example.org/a/?id=3")
    'https://example.org/a?id=3'
    """
    return re.sub(r"^https?://(?:www\d?\.)?", "https://", normal_url(url))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
