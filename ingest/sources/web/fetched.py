"""One thing from the web: a page's article, or what a file at an address holds."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from dataclasses import replace

import trafilatura

from ingest.article import Article, Failure, PassedOver, Withdrawn
from ingest.errors import FetchError, UnreadableError
from ingest.fetch import urls
from ingest.fetch.answer import Fetched
from ingest.sources.fields import host_of
from ingest.sources.files import SourceFile

Found = Article | Failure | PassedOver | Withdrawn
ReadFile = Callable[[SourceFile], Iterator[Found]]

_OF_ONE = (".txt", ".md", ".markdown", ".pdf", ".docx")  # holds one article: its address is that's
_FEEDS = (
    "//link[@rel='alternate' and (@type='application/rss+xml' or @type='application/atom+xml')]"
    "/@href"
)


def items_of(fetched: Fetched, source: str, read_file: ReadFile) -> Iterator[Found]:
    """The articles of a page or file. `source`: the address as it was given.

    Raises:
        UnreadableError: there is none, and why.
    """
    data = fetched.body
    if fetched.kind not in (".xml", ".pdf", ".docx"):
        data = codecs.BOM_UTF8 + fetched.text.encode("utf-8", "replace")
    for item in read_file(SourceFile.of_bytes(data, source, fetched.kind, fetched.url)):
        if isinstance(item, Failure) and fetched.kind == ".html":
            raise UnreadableError(_with_feed(item.reason, fetched))
        is_one = isinstance(item, Article) and fetched.kind in _OF_ONE
        yield _at(item, fetched.url) if is_one and isinstance(item, Article) else item


def _at(article: Article, url: str) -> Article:
    """A file that names no address of its own has that at which it lies."""
    if article.url:
        return article
    return replace(article, url=url, publisher=article.publisher or host_of(url))


def _with_feed(reason: str, fetched: Fetched) -> str:
    """Whoever names a site's first page may want its feed."""
    feed = _feed_of(fetched.text, fetched.url)
    return f"{reason}; its feed is {feed}" if feed else reason


def _feed_of(markup: str, url: str) -> str | None:
    tree = trafilatura.load_html(markup)
    found = tree.xpath(_FEEDS) if tree is not None else []
    try:
        return str(urls.parse(urls.join(url, str(found[0])))) if found else None
    except FetchError:
        return None
