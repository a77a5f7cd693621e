"""Which articles a question may use: a time range, an as-of moment, publishers, kinds, authors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timezone

from dateutil import parser

from ingest.article import Article, Kind, epoch_of
from ingest.errors import SettingError
from ingest.text import sanitize

DAY = 86_400  # seconds
_NOISE = re.compile(r"^the\s+|['’]s\b|[^\w]+", re.IGNORECASE)


@dataclass(frozen=True)
class Filters:
    """Bounds are ISO days or times, inclusive; a day is the one that an article is dated.

    `as_of` excludes whatever was published later, and whatever was changed later: what it said then
    is not what it says now. Undated articles satisfy no bound: nobody can
    say that they are not later. `publishers` stands for agencies, too; what one of `without` has
    published or supplied is out. `articles` are ids, None stands for all: `Archive.holding` finds
    those of `phrases`.
    """

    since: str | None = None
    until: str | None = None
    as_of: str | None = None
    publishers: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    phrases: tuple[str, ...] = ()
    articles: frozenset[str] | None = None

    @property
    def lower(self) -> int | None:
        """First second that is in, or None."""
        return epoch_of(self.since) if self.since else None

    @property
    def upper(self) -> int | None:
        """First second that is out, or None."""
        ends = [_end(bound) for bound in (self.until, self.as_of) if bound]
        return min(ends) if ends else None

    @property
    def empty(self) -> bool:
        """Whether the range ends before it begins."""
        return self.lower is not None and self.upper is not None and self.lower >= self.upper

    @property
    def known_until(self) -> int | None:
        """First second that is unknown as of `as_of`: what was changed then or later is out."""
        return _end(self.as_of) if self.as_of else None

    def knows(self, article: Article) -> bool:
        """Whether an article was there at an as-of time of day, to the second in every zone. What
        is indexed lies within the article's own day, which may be a few hours off."""
        if not self.as_of or len(self.as_of) == len("2023-07-16"):
            return True
        moments = filter(None, (article.published, article.updated))
        return all(moment.epoch < _end(self.as_of) for moment in moments)

    @property
    def timed(self) -> bool:
        return self.lower is not None or self.upper is not None


def make_filters(
    since: str | date | None = None,
    until: str | date | None = None,
    as_of: str | date | None = None,
    publishers: tuple[str, ...] = (),
) -> Filters:
    """Filters from what a user gave.

    Raises:
        SettingError: a date cannot be read, or `since` is after `until`.
    """
    filters = Filters(
        _bound("since", since), _bound("until", until), _bound("as-of", as_of),
        tuple(filter(None, (sanitize(name).strip() for name in publishers))),
    )  # fmt: skip
    if filters.empty:
        ends = min(filter(None, (filters.until, filters.as_of)), key=_end)
        raise SettingError(
            f"The time range is empty: it starts on {filters.since} and ends on {ends}. "
            "Give an earlier start or a later end."
        )
    return filters


def moment_of(bound: str) -> datetime:
    """The last second of a bound: of its day, or the time itself."""
    return datetime.fromtimestamp(_end(bound) - 1, timezone.utc)


def outlet_key(name: str) -> str:
    """The same for "The BBC", "BBC" and "bbc's".

    >>> outlet_key("The Verge's") == outlet_key("verge")
    True
    """
    return _NOISE.sub("", name.strip().casefold()) or name.casefold()


def _bound(name: str, value: str | date | None) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = value.strip()
    try:
        # ISO only: a bound that is misread silently loses articles.
        moment = parser.isoparse(text)
        if len(text) < len("2023-07-16"):
            raise ValueError(text)
        if len(text) == len("2023-07-16"):
            return moment.date().isoformat()
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).isoformat()
    except (ValueError, OverflowError) as error:
        raise SettingError(
            f"The {name} date {value[:40]!r} cannot be read. Write it as 2023-07-16."
        ) from error


def _end(bound: str) -> int:
    return epoch_of(bound) + (DAY if len(bound) == len("2023-07-16") else 1)
