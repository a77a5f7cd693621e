"""The entries of feeds and sitemaps: what these say of an article that lies elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from ingest.article import Article, Moment, normal_url
from ingest.clean import parse_byline
from ingest.dates import parse_moment
from ingest.sources.fields import host_of, strip_html
from ingest.text import one_line, sanitize

_GENERIC = re.compile(
    r"""^(?:the|our|all)?\W*(?:latest|top|recent|breaking|world|local|daily|main|full)?\W*
    (?:rss|atom|feeds?|news|stories|headlines|articles|posts|updates|home(?:page)?|blog|index|latest
    |untitled|sitemap)*\W*(?:feed|rss|atom)?$""",
    re.IGNORECASE | re.VERBOSE,
)
_SECTION = re.compile(r"\s[-–—|»>:·]+\s|:\s|RSS", re.IGNORECASE)  # "The Post - World"
_NAME_LENGTH = 60
_EMAIL = re.compile(r"[<(\[]?[^\s<(\[]{0,100}@[^\s>)\]]{0,100}[>)\]]?")
_MARKUP = re.compile(r"<[a-z/!]|&#?\w+;", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What an entry states of its article; the article's own word is better."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    published: Moment | None = None
    updated: Moment | None = None
    language: str | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed or sitemap."""

    name: str  # for reports: its address, else "feed-address:7"
    link: str | None
    facts: Facts = Facts()
    stamp: str = ""  # its stated date, to the letter
    day: date | None = None  # the last day on which it surely changed
    article: Article | None = None  # when the feed holds its full text
    refused: str | None = None  # why its link is not followed

    @property
    def identity(self) -> str:
        return normal_url(self.link) if self.link else self.article.key if self.article else ""


def fill(article: Article, facts: Facts) -> Article:
    """`article` with `facts` where it says nothing itself. A feed's date beats an address's."""
    unnamed = article.text.startswith(article.title.removesuffix("…"))
    unsaid = article.published is None or article.published.origin == "url"
    nameless = article.publisher in (None, host_of(article.url or ""))
    return replace(
        article,
        title=(facts.title if unnamed else None) or article.title,
        authors=article.authors or facts.authors,
        published=(facts.published if unsaid else None) or article.published,
        updated=article.updated or facts.updated,
        language=article.language or facts.language,
        publisher=(facts.publisher if nameless else None) or article.publisher,
    )


def moment(value: object) -> Moment | None:
    """The date that an entry states, when it is certain."""
    iso = parse_moment(value)
    return Moment(iso, "feed") if iso else None


def latest(*moments: Moment | None) -> date | None:
    """The last of the days that are known."""
    return max((moment.day for moment in moments if moment), default=None)


def line(value: object) -> str | None:
    """A title or name: one line without markup, which is often escaped once too often."""
    if not isinstance(value, str):
        return None
    text = sanitize(value)
    return one_line(plain(text) if _MARKUP.search(text) else text) or None


def plain(markup: str) -> str:
    """The words of sanitized HTML; each block becomes a paragraph."""
    return strip_html(f"<div>{markup}</div>")


def names_of(people: list[object]) -> tuple[str, ...]:
    """The authors among names and bylines; their e-mail addresses are left out."""
    found: list[str] = []
    for person in people:
        name = one_line(_EMAIL.sub(" ", person) if isinstance(person, str) else "").strip("()<> ")
        authors, agency = parse_byline(line(name) or "")
        if authors or (name and not agency):
            found += authors or (line(name) or name,)
    return tuple(dict.fromkeys(found))


def publisher_of(title: str | None) -> str | None:
    """The publisher that a feed's title names; None for "Latest news" and "The Post - World"."""
    if not title or len(title) > _NAME_LENGTH or _GENERIC.match(title) or _SECTION.search(title):
        return None
    return title
