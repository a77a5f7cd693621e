"""What commands print of answers, passages and articles: as text for a terminal and as JSON."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

from typing_extensions import NotRequired, TypedDict

from assistant.cite.composer import scope_notes
from assistant.results import Answer, Found, Result, attribution, outlet, shaped
from ingest.archive.browse import Row
from ingest.archive.copies import Carrier
from ingest.archive.rows import Stored
from ingest.article import Article, Origin
from ingest.sentences import sentences

WIDTH = 96
Version = tuple[int, Article]


@dataclass(frozen=True)
class Listed(Result):
    """The articles of an archive, newest first."""

    articles: Sequence[Row]

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def as_text(self) -> str:
        if not self.articles:
            return "The archive is empty. Add articles with: dateline ingest FILES"
        return "\n".join(
            f"{row.article_id}  {(row.published or 'undated')[:10]:10}  "
            f"{row.publisher or '–'}: {row.title}"
            for row in self.articles
        )


class CopyJson(TypedDict):
    """Another article that carries the same report."""

    article_id: str
    publisher: str | None
    published: str | None


class VersionJson(TypedDict):
    """What an article said at some time."""

    version: int
    title: str
    published: str | None
    updated: str | None
    correction: str | None
    text: str


class ArticleJson(TypedDict):
    """The object of `dateline show --json`. `versions`, the oldest first, where they are asked
    for."""

    article_id: str
    title: str
    byline: str | None
    publisher: str | None
    dateline: str | None
    agency: str | None
    credits: str | None
    correction: str | None
    copyright: str | None
    published: str | None
    published_from: Origin | None
    updated: str | None
    updated_from: Origin | None
    fetched: str | None
    url: str | None
    source: str
    kind: str
    section: str | None
    language: str | None
    version: int
    copies: list[CopyJson]
    text: str
    versions: NotRequired[list[VersionJson]]


@dataclass(frozen=True)
class Shown(Result):
    """An article with who else carries it, and all its versions, the present one last, where they
    are asked for."""

    stored: Stored
    copies: Sequence[Carrier] = ()
    versions: Sequence[Version] = ()

    def as_json(self) -> ArticleJson:
        article = self.stored.article
        told = shaped(
            ArticleJson, article, article_id=self.stored.id, version=self.stored.version,
            published_from=article.published and article.published.origin,
            updated_from=article.updated and article.updated.origin,
            copies=[shaped(CopyJson, copy) for copy in self.copies],
            versions=[shaped(VersionJson, each, version=n) for n, each in self.versions],
        )  # fmt: skip
        if not self.versions:
            del told["versions"]
        return told

    def as_text(self) -> str:
        if self.versions:
            return versions_text(self.versions)
        stored, article = self.stored, self.stored.article
        carried = ", ".join(copy.publisher or copy.article_id for copy in self.copies)
        facts = (
            ("by", article.byline),
            ("from", outlet(article)),
            ("place", article.dateline),
            ("published", article.published.iso if article.published else "undated"),
            ("updated", article.updated and article.updated.iso),
            ("kind", article.kind if article.kind != "news" else None),
            ("note", article.correction),
            ("credits", article.credits),
            ("link", article.url),
            ("source", article.source),
            ("id", f"{stored.id}, version {stored.version}"),
            ("copies", f"also carried by {carried}" if carried else None),
        )
        head = "\n".join(f"{name:>9}  {value}" for name, value in facts if value)
        body = "\n".join(wrapped(line) for line in article.text.split("\n"))
        return f"{article.title}\n\n{head}\n\n{body}"


def versions_text(versions: Sequence[Version]) -> str:
    """Each version with its dates and note, and the sentences that it dropped and added."""
    if len(versions) == 1:
        return "There is one version only."
    blocks = [_head(*versions[0])]
    for (_, before), (number, after) in pairwise(versions):
        lines = [f"  {sign} {sentence}" for sign, sentence in changes(before, after)]
        lines = lines or ["  (the text is the same)"]
        blocks.append("\n".join([_head(number, after), *lines]))
    return "\n\n".join(blocks)


def _head(number: int, article: Article) -> str:
    when = f"published {article.published.iso if article.published else 'undated'}"
    when += f", updated {article.updated.iso}" if article.updated else ""
    note = f"\n  note: {article.correction}" if article.correction else ""
    return f"version {number}: {article.title} ({when}){note}"


def changes(before: Article, after: Article) -> Iterator[tuple[str, str]]:
    """("-", a sentence that went) and ("+", one that came); the headline is one, too."""
    old, new = (
        [each.title, *(each.text[start:end].strip() for start, end in sentences(each.text))]
        for each in (before, after)
    )
    return ((line[0], line[2:]) for line in difflib.ndiff(old, new) if line[0] in "-+")


@dataclass(frozen=True)
class Removed(Result):
    """What was removed; `missing`: the ids that are not there, and why."""

    removed: Sequence[str]
    missing: Sequence[tuple[str, str]]

    @property
    def failed(self) -> Sequence[str]:
        return [f"{given}: {why}" for given, why in self.missing]

    def as_json(self) -> dict[str, object]:
        return {"removed": self.removed, "missing": [given for given, _ in self.missing]}

    def as_text(self) -> str:
        return f"{len(self.removed)} removed."


def answer_text(answer: Answer) -> str:
    """The answer, its sources, with the quotes that it does not give itself, and its notes."""
    blocks = [wrapped(paragraph) for paragraph in answer.text.split("\n")]
    quotes = []
    for cited in answer.citations:
        about = "about " if cited.published_from == "guess" else ""
        by = (cited.publisher or cited.agency, f"{about}{cited.published or 'undated'}")
        source = f"{cited.title} ({', '.join(filter(None, by))})"
        before, words, after = cited.split
        told = [] if cited.quote in answer.text else [f"“{cited.quote}”"]
        told += [f"→ “{words}”"] if words and (before or after) else []
        first, *more = *told, source
        lines = [wrapped(first, f"[{cited.number}] "), *(wrapped(each, "    ") for each in more)]
        quotes.append("\n".join([*lines, *([f"    {cited.link}"] if cited.link else [])]))
    notes = [wrapped(note, "· ") for note in answer.notes]
    steps = [wrapped(step, "› ") for step in answer.steps]
    parts = ("\n".join(steps), "\n".join(blocks), "\n\n".join(quotes), "\n".join(notes))
    return "\n\n".join(part for part in parts if part)


def found_text(found: Found) -> str:
    """What was understood, and the passages, best first."""
    blocks = ["\n".join(wrapped(note, "· ") for note in scope_notes(found))]
    for number, passage in enumerate(found.passages, start=1):
        head = f"{number}. {passage.title} ({attribution(passage.article)}, {passage.article_id})"
        blocks.append(f"{wrapped(head)}\n{wrapped(' '.join(passage.text.split()), '   ')}")
    if not found.passages:
        blocks.append("Nothing in the archive fits these words and filters.")
    return "\n\n".join(block for block in blocks if block)


def wrapped(text: str, lead: str = "") -> str:
    """The text in lines of a terminal, the first after its lead and the others below it."""
    return textwrap.fill(
        text, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead),
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
