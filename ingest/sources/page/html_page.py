"""Web pages: the article out of the page, its facts out of what the page says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import trafilatura
from lxml import etree

from ingest.article import Article
from ingest.errors import UnreadableError
from ingest.sources.fields import article_from_fields
from ingest.sources.files import SourceFile
from ingest.sources.page.metadata import page_fields
from ingest.sources.page.story import blocks, reason_it_is_none, story_text
from ingest.text import decode, one_line


def read(file: SourceFile) -> Iterator[Article]:
    """The one article of a saved page."""
    yield article_of_page(decode(file.data()), file.name, file.key, file.url)


def article_of_page(markup: str, source: str, key: str, url: str | None = None) -> Article:
    """The article of an HTML page, cleaned.

    Args:
        source: the path or address as given.
        key: what identifies the article when the page has no address.
        url: the address that the page was read from.

    Raises:
        UnreadableError: no article was found in the page.
    """
    tree = trafilatura.load_html(markup)
    if tree is None:
        raise UnreadableError("it is not an HTML page")
    fields = page_fields(tree, url)
    # Drop what nobody reads, once the facts are taken: the tree is copied several times yet.
    etree.strip_tags(tree, etree.Comment)
    etree.strip_elements(tree, "style", "svg", "iframe", with_tail=False)
    for script in tree.xpath("//script[not(@type='application/ld+json')]"):
        script.drop_tree()
    found = blocks(tree)
    lines = story_text(tree, found).split("\n")
    # The page's headline goes from above the text: metadata may state another wording.
    headings = {one_line(node.text_content()).casefold() for node in tree.xpath("//h1")}
    while len(lines) > 1 and (not lines[0].strip() or one_line(lines[0]).casefold() in headings):
        lines.pop(0)
    text = "\n".join(lines)
    if reason := reason_it_is_none(fields, text, found, tree):
        raise UnreadableError(reason)
    with suppress(UnreadableError):
        return article_from_fields({**fields, "text": text}, source, key)
    raise UnreadableError("no article was found in the page")
