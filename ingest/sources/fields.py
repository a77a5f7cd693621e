"""The names people give to the fields of an article, and one Article made of them.

Programs write properties into documents, too: only those count that a person has meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree, html

from ingest.article import Article, Moment, address_key
from ingest.byline import parse_byline
from ingest.clean import clean, kind_of
from ingest.dates import day_of_url, parse_moment
from ingest.errors import UnreadableError
from ingest.text import letters, one_line, sanitize

# Names are compared in lower case without "_", "-" and spaces; the first that has a value wins.
NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline", "head", "headlinemain", "name"),
    "text": ("text", "body", "content", "articlebody", "fulltext", "maintext", "articletext",
             "article", "story", "bodytext", "contentoriginal"),
    "publisher": ("publisher", "source", "outlet", "sourcename", "newspaper", "publication",
                  "sitename", "site", "provider", "medium"),
    "published": ("published", "publishedat", "datepublished", "publicationdate", "publishdate",
                  "publisheddate", "pubdate", "firstpublished", "date", "datetime", "timestamp"),
    "updated": ("updated", "updatedat", "datemodified", "modified", "modifiedat", "lastmodified",
                "dateupdated"),
    "url": ("url", "link", "weburl", "canonicalurl", "canonical", "permalink", "href", "uri"),
    "authors": ("authors", "author", "byline", "creator", "writer", "by"),
    "agency": ("agency", "wire", "newsagency"),
    "dateline": ("dateline", "place", "datelineplace"),
    "language": ("language", "lang", "inlanguage"),
    "section": ("section", "category", "desk", "topic", "articlesection"),
    "kind": ("kind", "type", "genre"),
    "correction": ("correction", "corrections", "correctionnote"),
    "copyright": ("copyright", "copyrightholder", "rights"),
    "id": ("id", "guid", "uuid", "articleid"),
}  # fmt: skip
TEXT = 10 * 1024 * 1024  # characters; no article is longer
HEADLINE = 250  # characters; a longer first line is the story's first paragraph
_HTML = re.compile(
    r"</?(?:p|div|br|span|a|strong|em|h\d|ul|li|blockquote)\b[^<>]{0,2000}>", re.IGNORECASE
)
# Of HTML and of NITF.
_BLOCKS = "p div br li h1 h2 h3 h4 h5 h6 hl2 blockquote bq pre dt dd tr block section".split()
_NOT_TEXT = "script style figure media object note fn".split()


def article_from_fields(fields: Mapping[str, object], source: str, key: str) -> Article:
    """The article that a record, front matter or a page's metadata describes, cleaned.

    Args:
        fields: under any of the names of NAMES.
        source: the path or address as given, for reports.
        key: what identifies the article when it has no address of its own.

    Raises:
        UnreadableError: no text, none but what cleaning takes out, or too much.
    """
    found = known_fields(fields)
    text = _text(found.get("text"))
    if len(text) > TEXT:
        raise UnreadableError(f"it holds more than {TEXT // 1024 // 1024} MB of text")
    url = _line(found.get("url"))
    if url and not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
        url = None
    # A list names each author by itself: "Laurie Post" is no agency there.
    stated = found.get("authors")
    listed = isinstance(stated, (list, tuple))
    authors: dict[str, str] = {}
    agency = None
    for line in filter(None, map(_line, stated if isinstance(stated, (list, tuple)) else [stated])):
        persons, named = parse_byline(line)
        agency = agency or (named if persons or not listed else None)
        for name in persons or (() if named and not listed else (line,)):
            authors.setdefault(letters(name), name)
    language = _line(found.get("language"))
    published = _moment(found.get("published"), language)
    if published is None and url:
        published = Moment.of(day_of_url(url), "url")
    article = Article(
        key=address_key(url) if url else key,
        source=source,
        title=_line(found.get("title")) or first_words(text),
        text=text,
        url=url,
        publisher=_line(found.get("publisher")) or (host_of(url) if url else None),
        authors=tuple(authors.values()),
        agency=_line(found.get("agency")) or agency,
        dateline=_line(found.get("dateline")),
        correction=_line(found.get("correction")),
        copyright=_line(found.get("copyright")),
        language=language,
        section=_line(found.get("section")),
        kind=kind_of(_line(found.get("kind")), _line(found.get("section")), url),
        published=published,
        updated=_moment(found.get("updated"), language),
    )
    article = clean(article)
    if not any(map(str.isalnum, article.text)):
        raise UnreadableError("it holds no article text")
    return article


def known_fields(fields: Mapping[str, object]) -> dict[str, object]:
    """`fields` under Dateline's own names; of several names for one thing the first filled wins."""
    plain = plain_names(fields)
    found: dict[str, object] = {}
    for ours, names in NAMES.items():
        value = next((plain[name] for name in names if plain.get(name) not in (None, "", [])), None)
        if value is not None:
            found[ours] = value
    return found


def plain_names(fields: Mapping[str, Any]) -> dict[str, Any]:
    """`fields` under their names as these are compared: letters and figures, in lower case."""
    return {re.sub(r"[\W_]", "", str(name)).lower(): value for name, value in fields.items()}


def host_of(url: str) -> str | None:
    """The publisher's domain, for an article that does not name its publisher."""
    match = re.match(r"https?://(?:[^/@]*@)?(?:www\d?\.|m\.|edition\.|amp\.)?([^/:?#]+)", url, re.I)
    return match[1].lower() if match else None


def first_address(names: Iterable[str]) -> str | None:
    """The first of them that is an address of the web."""
    return next((name for name in names if name.startswith(("http://", "https://"))), None)


def strip_html(text: str) -> str:
    """Text without markup when it has any; each block becomes a paragraph."""
    return markup_text(text) if _HTML.search(text) else text


def markup_text(markup: str) -> str:
    """The words of HTML or of the like, a blank line between blocks; no captions, no scripts."""
    try:
        root = html.fragment_fromstring(markup, create_parent="div")
    except (etree.ParserError, ValueError):
        return _HTML.sub(" ", markup)
    etree.strip_elements(root, *_NOT_TEXT, with_tail=False)
    for element in root.iter(*_BLOCKS):
        element.tail = "\n\n" + (element.tail or "")
        if element.tag != "br":
            element.text = "\n\n" + (element.text or "")
    for cell in root.xpath(".//td|.//th"):
        if cell.getnext() is not None:
            cell.tail = " | "
    return re.sub(r"\n\s*\n+", "\n\n", root.text_content()).strip()


def first_words(text: str, limit: int = 100) -> str:
    """A headline for a text that has none."""
    line = text.split("\n", 1)[0]
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0] + "…"


def _text(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return "\n\n".join(filter(None, map(_text, value)))
    if isinstance(value, Mapping):
        return _text(value.get("text") or value.get("content") or "")
    return sanitize(strip_html(sanitize(value))) if isinstance(value, str) else ""


def _line(value: object) -> str | None:
    """One line of text out of "x", {"name": "x"} or ["x", …]."""
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("title") or value.get("@id")
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return one_line(strip_html(str(value))) or None
    return None


def _moment(value: object, language: str | None) -> Moment | None:
    if isinstance(value, Moment):
        return value
    return Moment.of(parse_moment(value, language or ""), "metadata")


# Programs fill the title with the name of the file or of nothing, and the author with the owner
# of the computer.
_NO_TITLE = re.compile(
    r"^(?:microsoft \w+\s*-.*|untitled.*|unbenannt.*|(?:new |my )?(?:document|doc|presentation|"
    r"slide|layout|page|print|scan|dokument)[\s_-]*\d*|powerpoint.*|word[\s-]?(?:document|dokument)"
    r"|\S*[\d_]\S*|.*\.(?:docx?|dotx?|pdf|html?|indd|qxp|qxd|txt|odt|rtf|pages|xml|tmp|p65|cdr|ai))$",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"\b(?:microsoft|office|user|admin\w*|owner|author|unknown|python|docx|default|guest|pc|laptop|"
    r"desktop|scanner|acrobat|adobe|word|writer|libreoffice|canon|xerox|epson|ricoh|hp|server|"
    r"workstation|windows|mac|apple|chrome|firefox|benutzer)\b",
    re.IGNORECASE,
)


def real_title(value: object) -> str | None:
    """A headline that a person wrote into the properties, or None."""
    title = one_line(value) if isinstance(value, str) else ""
    return title if len(title) > 3 and not _NO_TITLE.match(title) else None  # noqa: PLR2004


def real_authors(value: object) -> tuple[str, ...]:
    """The persons among the authors in the properties."""
    line = one_line(value) if isinstance(value, str) else ""
    return () if _NO_AUTHOR.search(line) else parse_byline(line)[0]
