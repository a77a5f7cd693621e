"""The versions of an article: what each said, and what the next one changed."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.article import Article
from ingest.rows import Stored
from ingest.sentences import sentences

Version = tuple[int, Article]


def versions_of(stored: Stored, earlier: Sequence[Version]) -> list[Version]:
    """All versions, the oldest first, the present one last."""
    return [*earlier, (stored.version, stored.article)]


def versions_json(versions: Sequence[Version]) -> list[dict[str, object]]:
    """The list under "versions" of `dateline show --versions --json`."""
    return [
        {
            "version": number,
            "title": article.title,
            "published": article.published.iso if article.published else None,
            "updated": article.updated.iso if article.updated else None,
            "correction": article.correction,
            "text": article.text,
        }
        for number, article in versions
    ]


def versions_text(versions: Sequence[Version]) -> str:
    """Each version with its dates and note, and the sentences that it dropped and added."""
    if len(versions) == 1:
        return "There is one version only."
    blocks = [_head(*versions[0])]
    for (_, before), (number, after) in pairwise(versions):
        blocks.append("\n".join([_head(number, after), *_changes(before, after)]))
    return "\n\n".join(blocks)


def _head(number: int, article: Article) -> str:
    dates = (
        ("published", article.published.iso if article.published else "undated"),
        ("updated", article.updated.iso if article.updated else None),
    )
    when = ", ".join(f"{name} {date}" for name, date in dates if date)
    note = f"\n  note: {article.correction}" if article.correction else ""
    return f"version {number}: {article.title} ({when}){note}"


def _changes(before: Article, after: Article) -> Iterator[str]:
    old, new = told_sentences(before), told_sentences(after)
    changed = False
    for line in difflib.ndiff(old, new):
        if line.startswith(("- ", "+ ")):
            changed = True
            yield f"  {line[0]} {line[2:]}"
    if not changed:
        yield "  (the text is the same)"


def told_sentences(article: Article) -> list[str]:
    """The headline and the sentences, one each."""
    text = article.text
    return [article.title, *(text[start:end].strip() for start, end in sentences(text))]
