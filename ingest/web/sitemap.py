"""Sitemaps: the pages of a site, with what news sitemaps say of them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from xml.etree.ElementTree import ParseError

from ingest.errors import FetchError, UnreadableError
from ingest.text import one_line
from ingest.web import addresses
from ingest.web.feed import Entry, Facts, latest, line, moment, publisher_of

ROOTS = ("urlset", "sitemapindex")
MOST_ENTRIES = 50_000  # of one address, with all sitemaps below it
_OTHER_HOST = "it lies on another host than the sitemap that names it"
_LOC_LENGTH = 300  # characters of an address that are shown in a report
# (parent, name) of the elements that are read; pictures have a <loc> of their own.
_READ = {
    ("url", "loc"), ("url", "lastmod"), ("sitemap", "loc"), ("sitemap", "lastmod"),
    ("news", "title"), ("news", "publication_date"), ("publication", "name"),
    ("publication", "language"),
}  # fmt: skip


@dataclass(frozen=True)
class Sitemap:
    """A sitemap as far as it could be read."""

    is_index: bool
    entries: tuple[Entry, ...]
    damage: str | None = None  # what ended it early


def parse(body: bytes, name: str, url: str) -> Sitemap:
    """The entries of a sitemap; what follows upon a damaged place is lost, what precedes it not.

    Args:
        name: its address as given; an entry without an address is "name:7".
        url: where it was in the end. Entries on other hosts than these two are refused.

    Raises:
        UnreadableError: it is no sitemap, or declares XML entities.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import XMLParser

    target = _Target()
    parser = XMLParser(target=target)
    damage = None
    try:
        parser.feed(body)
        parser.close()
    except DefusedXmlException as error:
        raise UnreadableError("it declares XML entities, which are not allowed") from error
    except (ParseError, ValueError, LookupError) as error:
        damage = f"its XML is damaged: {error}"
    if target.root not in ROOTS:
        raise UnreadableError(damage or "it is not a sitemap")
    hosts = set()
    for address in (name, url):
        with suppress(FetchError):
            hosts.add(addresses.parse(address).host)
    found = []
    for number, place in enumerate(target.places, start=1):
        link = place.get("loc") or None
        refused = None if link else "the entry has no address"
        try:
            if link and addresses.parse(link).host not in hosts:
                refused = _OTHER_HOST
        except FetchError as error:
            refused = str(error)
        modified, published = (moment(place.get(at)) for at in ("lastmod", "publication_date"))
        entry = Entry(
            name=one_line(link)[:_LOC_LENGTH] if link else f"{name}:{number}",
            link=link,
            facts=Facts(
                title=line(place.get("title")),
                published=published,  # lastmod says when the file changed, not the article
                language=line(place.get("language")),
                publisher=publisher_of(line(place.get("name"))),
            ),
            stamp=(place.get("lastmod") or place.get("publication_date") or "")[:100],
            day=latest(modified, published),
            refused=refused,
        )
        found.append(entry)
    return Sitemap(target.root == "sitemapindex", tuple(found), damage)


@dataclass
class _Target:
    """Takes the parser's events: no tree is built, however large the file is."""

    root: str = ""
    places: list[dict[str, str]] = field(default_factory=list)
    _path: list[str] = field(default_factory=list)
    _text: list[str] | None = None

    def start(self, tag: str, _: object) -> None:
        name = tag.rpartition("}")[2]
        parent = self._path[-1] if self._path else ""
        self.root = self.root or name
        self._path.append(name)
        if name in ("url", "sitemap") and parent == self.root:
            self.places.append({})
        self._text = [] if self.places and (parent, name) in _READ else None

    def data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, _: str) -> None:
        name = self._path.pop()
        if self._text is not None:
            self.places[-1].setdefault(name, "".join(self._text).strip())
        self._text = None

    def close(self) -> None:
        pass
