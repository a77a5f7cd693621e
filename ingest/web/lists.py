"""Lists of articles: feeds (RSS, Atom and RDF, from the web or saved to a file) and sitemaps; what
their entries say of an article that lies elsewhere.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from ingest.article import Article, Failure, Moment, normal_url
from ingest.byline import parse_byline
from ingest.dates import parse_moment
from ingest.errors import FetchError, UnreadableError
from ingest.sources.fields import article_from_fields, host_of, markup_text
from ingest.sources.files import SourceFile
from ingest.sources.newswire.wire_xml import local
from ingest.text import decode, one_line, sanitize
from ingest.web import addresses

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

FEED_ROOTS = ("rss", "feed", "rdf")  # in lower case
SITEMAP_ROOTS = ("urlset", "sitemapindex")
ROOTS = (*FEED_ROOTS, *SITEMAP_ROOTS)
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
class Entry:
    """One entry of a feed or sitemap: what it states of its article, whose own word is better."""

    name: str  # for reports: its address, else "feed-address:7"
    link: str | None
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: Moment | None = None
    updated: Moment | None = None
    language: str | None = None
    publisher: str | None = None
    stamp: str = ""  # its stated date, to the letter
    day: date | None = None  # the last day on which it surely changed
    article: Article | None = None  # when the feed holds its full text
    refused: str | None = None  # why its link is not followed

    @property
    def identity(self) -> str:
        return normal_url(self.link) if self.link else self.article.key if self.article else ""


def fill(article: Article, entry: Entry) -> Article:
    """`article` with what its entry states where it says nothing itself. A feed's date beats an
    address's."""
    unnamed = article.text.startswith(article.title.removesuffix("…"))
    unsaid = article.published is None or article.published.origin == "url"
    nameless = article.publisher in (None, host_of(article.url or ""))
    return replace(
        article,
        title=(entry.title if unnamed else None) or article.title,
        authors=article.authors or entry.authors,
        published=(entry.published if unsaid else None) or article.published,
        updated=article.updated or entry.updated,
        language=article.language or entry.language,
        publisher=(entry.publisher if nameless else None) or article.publisher,
    )


def moment(value: object, language: str | None = None) -> Moment | None:
    """The date that an entry states, when it is certain."""
    return Moment.of(parse_moment(value, language or ""), "feed")


def latest(*moments: Moment | None) -> date | None:
    return max((moment.day for moment in moments if moment), default=None)


def line(value: object) -> str | None:
    """A title or name: one line without markup, which is often escaped once too often."""
    if not isinstance(value, str):
        return None
    text = sanitize(value)
    return one_line(markup_text(text) if _MARKUP.search(text) else text) or None


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


_FULL_LENGTH, _FULL_PARAGRAPHS = 1000, 3  # what has neither is a teaser
_CUT = re.compile(
    r"""(?:…|\.\.\.|\[(?:…|\.\.\.|&hellip;)\]
    |(?:read|see|view)\ (?:more|on|the\ (?:full|whole|rest)\b.{0,60})
    |(?:continue|keep)\ reading.{0,60}|full\ (?:story|article))\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_FOOTER = re.compile(r"\n\s*The post .{1,300} (?:appeared first|first appeared) on .{1,200}\s*$")
_LINK_LENGTH = 300  # characters of a link that are shown in a report
_ENTITIES = "it declares XML entities, which are not allowed"


def read_feed(file: SourceFile) -> Iterator[Article | Failure]:
    """The articles that a saved feed holds in full; nothing is fetched."""
    for number, entry in enumerate(feed_entries(decode(file.data()), file.name, file.key), start=1):
        if entry.article:
            yield replace(entry.article, source=file.name)
        else:
            reason = "the entry holds no full text; ingest the feed's address instead"
            yield Failure(f"{file.name}:{number}", reason)


def feed_entries(text: str, name: str, key: str, base: str = "") -> Iterator[Entry]:
    """The entries of a feed, in its order.

    Args:
        name: of the feed, for reports; an entry without a link is "name:7".
        key: what identifies the feed, for entries without a link.
        base: the address that relative links go out from.

    Raises:
        UnreadableError: it is no feed, or declares XML entities.
    """
    if "<!entity" in text.lower():
        raise UnreadableError(_ENTITIES)
    import feedparser

    headers = {"content-location": base, "content-type": "application/xml; charset=utf-8"}
    parsed: Mapping[str, Any] = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),  # bytes alone would be tried as a file name
        response_headers=headers,
        resolve_relative_uris=False,  # within texts; only their words are kept, …
        sanitize_html=False,  # … which our own readers see to
    )
    if not parsed["entries"] and not parsed.get("version"):
        raise UnreadableError("it is not a feed that can be read")
    publisher = publisher_of(line(parsed["feed"].get("title")))
    language = line(parsed["feed"].get("language"))
    is_rdf = parsed.get("version") in ("rss090", "rss10")
    links = Counter(raw.get("link") for raw in parsed["entries"])
    for number, raw in enumerate(parsed["entries"], start=1):
        try:
            entry = _feed_entry(raw, f"{name}:{number}", publisher, language, is_rdf)
            own = one_line(str(raw.get("id") or entry.title or number))
            article = _full_article(raw, entry, name, f"{key}#{own}")
            # Entries that share a link, such as that of a live page, are told apart by their ids.
            if article and links[raw.get("link")] > 1 and raw.get("id"):
                article = replace(article, key=f"{article.key}#{own}")
            entry = replace(entry, article=article)
        except Exception as error:  # a hostile entry costs itself only
            reason = f"the entry cannot be read: {type(error).__name__}"
            entry = Entry(f"{name}:{number}", None, refused=reason)
        yield entry


def _feed_entry(
    raw: Mapping[str, Any], name: str, publisher: str | None, language: str | None, is_rdf: bool
) -> Entry:
    """`name`: what it goes by where it has no address."""
    link = (raw.get("feedburner_origlink") or raw.get("link") or "").strip() or None
    # As written; feedparser would give the one for want of the other.
    dates = ("published", "updated")
    stated = [one_line(str(raw[each]))[:100] if each in raw else "" for each in dates]
    published, updated = (moment(each, language) for each in stated)
    if is_rdf and published is None:  # its only date is dc:date, which feedparser takes for that …
        published, updated = updated, None  # … of the last change
    people = [person.get("name") for person in raw.get("authors") or []]
    return Entry(
        name=one_line(link)[:_LINK_LENGTH] if link else name,
        link=link,
        title=line(raw.get("title")),
        # One alone as it is written: feedparser cuts long addresses in two.
        authors=names_of(people if len(people) > 1 else [raw.get("author")]),
        published=published,
        updated=updated if updated != published else None,
        language=language,
        publisher=publisher,
        stamp=stated[1] or stated[0],
        day=latest(published, updated),
    )


def _full_article(raw: Mapping[str, Any], entry: Entry, name: str, key: str) -> Article | None:
    """The article that an entry holds in full; `name`, `key`: where it has no address."""
    summary = {"value": raw.get("summary"), "brief": True}
    for content in (*(raw.get("content") or []), summary):
        value = sanitize(str(content.get("value") or ""))
        text = sanitize(value if content.get("type") == "text/plain" else markup_text(value))
        text = _FOOTER.sub("", text).rstrip()
        paragraphs = sum(bool(part.strip()) for part in text.split("\n"))
        marks = (len(text) >= _FULL_LENGTH, paragraphs >= _FULL_PARAGRAPHS)
        long = all(marks) if "brief" in content else any(marks)  # descriptions are mostly teasers
        if long and not _CUT.search(text[-200:]):
            fields = {"title": entry.title, "text": text, "url": entry.link}
            with suppress(UnreadableError):
                return fill(article_from_fields(fields, entry.link or name, key), entry)
    return None


MOST_ENTRIES = 50_000  # of one address, with all sitemaps below it
_OTHER_HOST = "it lies on another host than the sitemap that names it"


def sitemap_entries(body: bytes, name: str, url: str) -> Iterator[Entry]:
    """The entries of a sitemap, in its order; those before a damaged place are given.

    Args:
        name: its address as given; an entry without an address is "name:7".
        url: where it was in the end. Entries on other hosts than these two are refused.

    Raises:
        UnreadableError: its XML is damaged, or declares entities.
    """
    hosts = {addresses.parse(address).host for address in (name, url)}
    number = 0
    try:
        for _, element in iterparse(io.BytesIO(body)):
            if local(element) in ("url", "sitemap"):
                number += 1
                yield _entry(element, f"{name}:{number}", hosts)
                element.clear()  # no tree is kept, however large the file is
    except DefusedXmlException as error:
        raise UnreadableError(_ENTITIES) from error
    except (ParseError, ValueError, LookupError) as error:
        raise UnreadableError(f"its XML is damaged: {error}") from error


def _entry(place: Element, name: str, hosts: Collection[str]) -> Entry:
    """`name`: what it goes by where it has no address."""
    # Its own alone: pictures have a <loc> of their own.
    link, lastmod, day, title, publisher, language = (
        (place.findtext(path) or "").strip()
        for path in (
            "{*}loc", "{*}lastmod", "{*}news/{*}publication_date", "{*}news/{*}title",
            "{*}news/{*}publication/{*}name", "{*}news/{*}publication/{*}language",
        )
    )  # fmt: skip
    refused = None if link else "the entry has no address"
    try:
        if link and addresses.parse(link).host not in hosts:
            refused = _OTHER_HOST
    except FetchError as error:
        refused = str(error)
    published = moment(day)  # lastmod says when the file changed, not the article
    return Entry(
        name=one_line(link)[:_LINK_LENGTH] if link else name,
        link=link or None,
        title=line(title),
        published=published,
        language=line(language),
        publisher=publisher_of(line(publisher)),
        stamp=(lastmod or day)[:100],
        day=latest(moment(lastmod), published),
        refused=refused,
    )
