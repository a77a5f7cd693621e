"""What makes an article the same as one that the archive holds, and what became of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ingest.article import Article, article_id
from ingest.text import letters

if TYPE_CHECKING:
    from ingest.archive.catalog import Catalog
    from ingest.archive.rows import Stored

Result = Literal["added", "updated", "unchanged", "duplicate", "withdrawn"]
TOLD = 1 / 3  # of a headline's words stand in the text of its article, as a rule over two thirds
_ALIKE = 0.8  # of the words of two texts are the same where one is a version of the other
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")


@dataclass(frozen=True)
class Outcome:
    result: Result
    id: str  # of the article itself, or of the one it is a duplicate of; "" when there is none


def classify(catalog: Catalog, article: Article) -> Outcome:
    """What storing `article` would do: by its key, which is the address, and by its text."""
    if catalog.is_void(article.key, article.revision):
        return Outcome("withdrawn", "")
    known = catalog.by_key(article.key)
    if known is not None:
        same = article.content_hash == known.article.content_hash
        if same or _is_earlier(article, known.article):
            return Outcome("unchanged", known.id)
        # An export may hold an article's versions one after the other; a file is as it is.
        had = catalog.had_content(known.id, article.content_hash)
        return Outcome("unchanged" if had and not _is_file(article) else "updated", known.id)
    for other in catalog.with_text(article.text_hash):
        stated = (article.publisher, other.article.publisher)
        # Equal text that two publishers carry is two articles.
        carriers = {name.casefold() for name in stated if name is not None}
        if len(carriers) <= 1 and _same_story(article, other.article):
            # A copy that says who published it takes the place of one that does not.
            named = article.publisher and not other.article.publisher
            return Outcome("updated" if named else "duplicate", other.id)
    if (known := _elsewhere(catalog, article)) and not _is_earlier(article, known.article):
        had = catalog.had_content(known.id, article.content_hash)
        return Outcome("unchanged" if had else "updated", known.id)
    new = article_id(article)
    if catalog.holds(new):  # an old version of another file had this very text
        new = article_id(Article(article.key, "", article.key, article.text))
    return Outcome("added", new)


def marks(catalog: Catalog, article: Article) -> set[str]:
    """What must not be touched twice in a batch: keys and texts, old texts too."""
    known = catalog.by_key(article.key)
    old = {known.article.text_hash} if known else set()
    page = article.key.partition("?")[0]
    return {article.key, article.text_hash, f"{page} {letters(article.title)}"} | old


def _elsewhere(catalog: Catalog, article: Article) -> Stored | None:
    """The same article under an address that differs in what follows the "?": whether that
    names another page or only who links to it is for the text to say."""
    if not article.url:
        return None
    mine = set(article.text.casefold().split())
    for one in catalog.at_page(article.key.partition("?")[0], article.title):
        theirs = set(one.article.text.casefold().split())
        if len(mine & theirs) / max(1, len(mine | theirs)) >= _ALIKE:
            return one
    return None


def _is_earlier(article: Article, than: Article) -> bool:
    """Whether a version comes after a later one, as wire items in a folder may."""
    if article.revision is not None and than.revision is not None:
        return article.revision < than.revision
    if article.updated is None or than.updated is None or _is_file(article):
        return False
    return article.updated.epoch < than.updated.epoch


def _is_file(article: Article) -> bool:
    """Whether the article is a file of its own, not a record or a page with an address."""
    return Path(article.key).is_absolute() and "#" not in article.key


def _same_story(one: Article, other: Article) -> bool:
    """Whether equal text makes these one article: not when it is a notice of the site's that stands
    where the text should be, and each headline tells of something else."""
    if letters(one.title) == letters(other.title):
        return True
    words = set(_LONG_WORD.findall(one.title.casefold()))
    there = words & set(_LONG_WORD.findall(one.text.casefold()))
    return bool(words) and len(there) >= TOLD * len(words)
