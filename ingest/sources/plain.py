"""Plain text and Markdown: the first line is the headline; front matter gives fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import yaml

from ingest.article import Article
from ingest.clean import is_rubbish
from ingest.errors import UnreadableError
from ingest.sources.fields import HEADLINE, article_from_fields, first_words
from ingest.sources.files import SourceFile
from ingest.text import decode, one_line, sanitize, unwrapped

_SENTENCE_ENDS = '.!?…”"»)。'
_MARKS = re.compile(r"(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\n]{0,2000}\)")
_HEADING = re.compile(r"^(?:#{1,6}|>)\s+", re.MULTILINE)


class _Plain(yaml.SafeLoader):
    """Without aliases: a few lines of them stand for gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not allowed")
        return super().compose_node(parent, index)


def read(file: SourceFile) -> Iterator[Article]:
    """The one article of a text file."""
    text = sanitize(decode(file.data()))
    fields: Mapping[str, object] = {}
    if match := re.match(r"\ufeff?---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", text, re.DOTALL):
        try:
            loaded = yaml.load(match[1], _Plain)  # noqa: S506  a safe loader with less
        except Exception as error:  # the constructors of YAML's types raise whatever they like
            problem = "its front matter between the --- lines is not valid YAML"
            raise UnreadableError(problem) from error
        if isinstance(loaded, dict):
            fields, text = {str(name): value for name, value in loaded.items()}, text[match.end() :]
    if file.kind in (".md", ".markdown"):
        text = _MARKS.sub("", _HEADING.sub("", _LINK.sub(r"\1", text)))
    title, body = _headline(text, one_line(str(fields.get("title") or "")))
    # Without a blank line in it each line is a paragraph.
    body = unwrapped(body) if re.search(r"\S\s*\n\s*\n", body) else body
    yield article_from_fields({**fields, "title": title, "text": body}, file.name, file.key)


def _headline(text: str, title: str) -> tuple[str, str]:
    """(headline, the rest); a text that starts with a paragraph has its first words as headline."""
    text = "\n".join(line for line in text.split("\n") if not is_rubbish(line)).strip()
    if not text:
        raise UnreadableError("it holds no text")
    head, _, rest = text.partition("\n")
    if title:
        return title, text
    if rest and len(head.strip()) <= HEADLINE:
        return head.strip(), rest
    if not rest and head[-1] not in _SENTENCE_ENDS:
        raise UnreadableError("it holds a headline but no article text")
    return first_words(head), text
