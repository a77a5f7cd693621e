"""What harm a text could do to those who show it: addresses, images, markup."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

from markdown_it import MarkdownIt

# What plain paragraphs, lists and emphasis are made of; a cited number may be a link on the page.
PLAIN = frozenset("p br em strong ul ol li h1 h2 h3 h4 h5 h6 hr pre code blockquote".split())
_ADDRESS = re.compile(r"https?:|://|www\.|\b(?:javascript|data|vbscript|file|mailto):\S", re.I)
_MARKUP = re.compile(r"\]\(|!\[|[<>`]")
_RENDERER = MarkdownIt("commonmark", {"html": True})


def harms(text: str) -> list[str]:
    """Every address and piece of markup in it; also as it reads once letters are made plain ones
    and what cannot be seen is gone."""
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf")
    plain = unicodedata.normalize("NFKC", seen)
    return _ADDRESS.findall(plain) + _MARKUP.findall(text)


class Tags(HTMLParser):
    """The tags and the addresses of some HTML, as a browser would see them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: set[str] = set()
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses |= {v or "" for k, v in attrs if k in ("href", "src", "srcset", "action")}


def markdown(text: str) -> Tags:
    """The tags of a text in a Markdown renderer that lets HTML through, as most do."""
    return Tags(_RENDERER.render(text))
