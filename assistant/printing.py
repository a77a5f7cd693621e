"""Answers, passages, articles and their versions as text for a terminal and as JSON."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.cite.composer import scope_notes
from assistant.results import Answer, Citation, Found, Passage, attribution, outlet
from ingest.article import Article
from ingest.sentences import sentences
from ingest.text import many

if TYPE_CHECKING:
    from assistant.kept.feedback import Feedback
    from ingest.archive.copies import Carrier
    from ingest.archive.doctor import Examination
    from ingest.archive.health import IndexHealth
    from ingest.archive.rows import Stored

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


WIDTH = 96


def answer_text(answer: Answer) -> str:
    """The answer, its quotes and its notes."""
    blocks = [_wrapped(paragraph) for paragraph in answer.text.split("\n")]
    quotes = [_citation_text(citation) for citation in answer.citations]
    notes = [_wrapped(note, "· ") for note in answer.notes]
    parts = ["\n".join(blocks), "\n\n".join(quotes), "\n".join(notes)]
    return "\n\n".join(part for part in parts if part)


def found_text(found: Found) -> str:
    """What was understood, and the passages, best first."""
    notes = "\n".join(_wrapped(note, "· ") for note in scope_notes(found))
    if not found.passages:
        nothing = "Nothing in the archive fits these words and filters."
        return f"{notes}\n\n{nothing}" if notes else nothing
    passages = [_passage_text(i, p) for i, p in enumerate(found.passages, start=1)]
    return "\n\n".join([notes, *passages] if notes else passages)


def listed_json(articles: Iterable[Stored], chunks: Mapping[str, int]) -> list[dict[str, object]]:
    """The rows of `dateline list --json`."""
    return [
        {
            "article_id": stored.id,
            "title": stored.article.title,
            "publisher": stored.article.publisher,
            "published": _iso(stored),
            "url": stored.article.url,
            "source": stored.article.source,
            "chunks": chunks.get(stored.id, 0),
        }
        for stored in articles
    ]


def listed_text(rows: Sequence[Mapping[str, object]]) -> str:
    if not rows:
        return "The archive is empty. Add articles with: dateline ingest FILES"
    return "\n".join(
        f"{row['article_id']}  {str(row['published'] or 'undated')[:10]:10}  "
        f"{row['publisher'] or '–'}: {row['title']}"
        for row in rows
    )


def article_json(stored: Stored, copies: Sequence[Carrier] = ()) -> dict[str, object]:
    """The object of `dateline show --json`."""
    article = stored.article
    plain = ("title", "byline", "publisher", "dateline", "agency", "credits", "correction",
             "copyright")  # fmt: skip
    rest = ("fetched", "url", "source", "kind", "section", "language")
    return {
        "article_id": stored.id,
        **{name: getattr(article, name) for name in plain},
        "published": _iso(stored),
        "published_from": article.published.origin if article.published else None,
        "updated": article.updated.iso if article.updated else None,
        "updated_from": article.updated.origin if article.updated else None,
        **{name: getattr(article, name) for name in rest},
        "version": stored.version,
        "copies": [
            {name: getattr(copy, name) for name in ("article_id", "publisher", "published")}
            for copy in copies
        ],
        "text": article.text,
    }


def article_text(stored: Stored, copies: Sequence[Carrier] = ()) -> str:
    article = stored.article
    carried = ", ".join(copy.publisher or copy.article_id for copy in copies)
    facts = (
        ("by", article.byline),
        ("from", outlet(article)),
        ("place", article.dateline),
        ("published", _iso(stored) or "undated"),
        ("updated", article.updated.iso if article.updated else None),
        ("kind", article.kind if article.kind != "news" else None),
        ("note", article.correction),
        ("credits", article.credits),
        ("link", article.url),
        ("source", article.source),
        ("id", f"{stored.id}, version {stored.version}"),
        ("copies", f"also carried by {carried}" if carried else None),
    )
    head = "\n".join(f"{name:>9}  {value}" for name, value in facts if value)
    body = "\n".join(_wrapped(line) for line in article.text.split("\n"))
    return f"{article.title}\n\n{head}\n\n{body}"


def feedback_text(verdicts: Sequence[Feedback]) -> str:
    """Each verdict with its question, the reason given and what was answered."""
    if not verdicts:
        return "There is no feedback that fits."
    return "\n\n".join(map(_verdict_text, verdicts))


def health_text(report: Examination) -> str:
    lines = [
        f"{many(report.articles, 'article')} in {many(report.chunks, 'chunk')}, "
        f"embedder {report.embedder}.",
        _index_text("word index", report.health.lexical),
        _index_text("vector index", report.health.vectors),
    ]
    if report.repaired:
        lines.append("Both indexes were made anew from the catalog.")
    if not report.health.healthy:
        lines.append("Make the indexes anew with: dateline doctor --repair")
    return "\n".join(lines)


def _index_text(name: str, health: IndexHealth) -> str:
    if health.problem:
        return f"{name}: damaged ({health.problem})"
    state = "healthy" if health.healthy else "damaged"
    return (
        f"{name}: {state}, {health.found:,} of {health.sampled:,} sampled chunks found, "
        f"{health.held:,} of {health.expected:,} held"
    )


def _verdict_text(verdict: Feedback) -> str:
    by = f" by {verdict.user}" if verdict.user else ""
    head = f"{verdict.rating}, {verdict.given_at}{by}, answered by {verdict.model}"
    facts = (
        ("question", verdict.question),
        ("reason", verdict.reason),
        ("answer", verdict.answer),
    )
    lines = [
        _wrapped(" ".join(value.split()), f"{name:>9}  ") for name, value in facts if value.strip()
    ]
    return "\n".join([head, *lines])


def _citation_text(citation: Citation) -> str:
    parts = (citation.publisher or citation.agency, citation.published or "undated")
    source = f"{citation.title} ({', '.join(part for part in parts if part)})"
    lines = [_wrapped(f"“{citation.quote}”", f"[{citation.number}] "), _wrapped(source, "    ")]
    before, words, after = citation.split
    if words and (before or after):
        lines.insert(1, _wrapped(f"→ “{words}”", "    "))
    return "\n".join([*lines, f"    {citation.link}"] if citation.link else lines)


def _passage_text(number: int, passage: Passage) -> str:
    head = f"{number}. {passage.title} ({attribution(passage.article)}, {passage.article_id})"
    return f"{_wrapped(head)}\n{_wrapped(' '.join(passage.text.split()), '   ')}"


def _iso(stored: Stored) -> str | None:
    return stored.article.published.iso if stored.article.published else None


def _wrapped(text: str, lead: str = "") -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead),
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
