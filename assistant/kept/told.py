"""An answer as it is kept and shown, with its sources; and as text to paste."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.results import (
    Answer,
    Citation,
    Conflict,
    Passage,
    day_in_words,
    day_of,
    first_of_each,
    outlet,
)
from ingest.sentences import Span, around, sentences
from ingest.text import one_line

AROUND = 240  # characters of the article shown on either side of a quote, to whole sentences


@dataclass(frozen=True)
class Piece:
    """Words of an article; a quote where `number` is its citation's, with the link that opens the
    original at these words, and `marked`, the part of the text that answers."""

    text: str
    number: int | None = None
    link: str | None = None
    marked: Span | None = None


@dataclass(frozen=True)
class Stretch:
    """A stretch of an article in pieces, whole sentences together; `opens`, `closes`: whether the
    article begins and ends with it."""

    pieces: tuple[Piece, ...]
    opens: bool = False
    closes: bool = False

    @property
    def quotes(self) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.number is not None)


@dataclass(frozen=True)
class Source:
    """An article that an answer quotes or, with a refusal, that is near."""

    article_id: str
    title: str
    url: str | None
    outlet: str | None
    day: str  # "16 July 2023", or "undated"
    byline: str | None
    place: str | None
    kind: str | None  # None for plain news
    also_in: tuple[str, ...]
    updated: str | None
    correction: str | None
    stretches: tuple[Stretch, ...]


def sources_of(answer: Answer) -> tuple[Source, ...]:
    """The articles that are cited, in the order of their first numbers; where none is and the
    answer is a refusal, those that are near."""
    if answer.refused and not answer.citations:
        return tuple(
            _source(each, [_stretch(each.article.text, each.start, each.end, ())])
            for each in answer.near
        )
    passages = {passage.article_id: passage for passage in first_of_each(answer.passages)}
    cited: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        cited.setdefault(citation.article_id, []).append(citation)
    return tuple(
        _source(passages[article_id], _stretches(passages[article_id].article.text, citations))
        for article_id, citations in cited.items()
        if article_id in passages
    )


def _source(passage: Passage, stretches: Iterable[Stretch]) -> Source:
    article, updated = passage.article, passage.article.updated
    return Source(
        article_id=passage.article_id,
        title=article.title,
        url=article.url,
        outlet=outlet(article),
        day=day_in_words(article) or "undated",
        byline=article.byline,
        place=article.dateline,
        kind=article.kind if article.kind != "news" else None,
        also_in=passage.also_in,
        updated=day_of(updated) if updated and updated.iso != passage.published else None,
        correction=article.correction,
        stretches=tuple(stretches),
    )


def _stretches(text: str, citations: Sequence[Citation]) -> list[Stretch]:
    """The quotes within the sentences around them; what meets is one stretch."""
    spans, groups = sentences(text), list[tuple[int, int, list[Citation]]]()
    for citation in sorted(citations, key=lambda each: (each.start, each.end)):
        left, right = around(spans, citation.start, citation.end, AROUND)
        group: list[Citation] = []
        if groups and left <= groups[-1][1]:
            left, end, group = groups.pop()
            right = max(end, right)
        groups.append((left, right, [*group, citation]))
    return [_stretch(text, *group) for group in groups]


def _stretch(text: str, left: int, right: int, group: Sequence[Citation]) -> Stretch:
    pieces, position = [], left
    for citation in group:
        start = max(position, citation.start)  # of two quotes that overlap the first has the words
        pieces.append(Piece(text[position:start]))
        first, last = citation.marked or (start, start)
        marked = (first - start, last - start) if start <= first < last else None
        told = text[start : citation.end]
        pieces.append(Piece(told, citation.number, citation.link, marked))
        position = max(position, citation.end)
    pieces.append(Piece(text[position:right]))
    filled = tuple(piece for piece in pieces if piece.text or piece.number is not None)
    return Stretch(filled, left == 0, right >= len(text))


@dataclass(frozen=True)
class Understood:
    """A filter that was read from the question: its name, its values, and the words it stood in;
    whether it is only preferred."""

    name: str
    values: tuple[str, ...]
    words: tuple[str, ...]
    preferred: bool = False


@dataclass(frozen=True)
class Told:
    """An answer as it is kept and shown: without the articles themselves. `timeline`: the dates of
    its events, each with the number of the citation that tells it; `steps`: what a research did."""

    text: str
    refused: bool
    complete: bool
    citations: tuple[Citation, ...]
    sources: tuple[Source, ...]
    notes: tuple[str, ...]
    understood: tuple[Understood, ...]
    model: str
    seconds: float
    as_of: str | None = None  # the moment in force, set by hand or named by the question
    short: str | None = None
    conflict: Conflict | None = None
    timeline: tuple[tuple[str, int], ...] = ()
    steps: tuple[str, ...] = ()

    @staticmethod
    def of(answer: Answer) -> Told:
        """What is kept of an answer, whole or still growing."""
        understood = (Understood(f.name, f.values, f.words, f.is_wish) for f in answer.understood)
        return Told(
            answer.text, answer.refused, answer.complete, answer.citations, sources_of(answer),
            answer.notes, tuple(understood), answer.model, answer.seconds, answer.as_of,
            answer.short, answer.conflict,
            tuple((event.date, event.citation) for event in answer.timeline), answer.steps,
        )  # fmt: skip


Format = Literal["plain", "markdown", "footnotes"]


def formatted(told: Told, how: Format) -> str:
    """An answer with its citations.

    "plain": the text with [1], then the quotes; "markdown": the same with links; "footnotes": with
    Markdown's [^1] marks.
    """
    remarks = (*told.notes, *(f"Research: {step}" for step in told.steps))
    if how == "plain":
        return _joined([told.text, quotes_text(told.citations), *remarks])
    mark, lead = (r"\[{}\]", "{}. ") if how == "markdown" else ("[^{}]", "[^{}]: ")
    marks = {f"[{c.number}]": mark.format(c.number) for c in told.citations}
    text = "".join(marks.get(p) or literal(p) for p in re.split(r"(\[\d+\])", told.text))
    quotes = [f"{lead.format(c.number)}{_sourced(c)}" for c in told.citations]
    return _joined([text, "\n".join(quotes), *(f"*{literal(each)}*" for each in remarks)])


def quotes_text(citations: Iterable[Citation]) -> str:
    """Each quote and its source with the link, a line each."""
    return "\n".join(
        f"[{c.number}] “{one_line(c.quote)}” – {_joined((*_facts(c, c.title), c.link), ', ')}"
        for c in citations
    )


def _sourced(citation: Citation) -> str:
    """The quote, the words that answer in bold, and its source with a link, as Markdown."""
    before, words, after = (literal(re.sub(r"\s+", " ", part)) for part in citation.split)
    marked = f"**{words}**" if words.strip() == words and words and (before or after) else words
    quote = f"{before}{marked}{after}".strip()
    title = literal(one_line(citation.title))
    if citation.link and citation.link.lower().startswith(("http://", "https://")):
        title = f"[{title}](<{citation.link.replace('>', '%3E').replace('<', '%3C')}>)"
    return f"“{quote}” – {_joined(_facts(citation, title), ', ')}"


def _facts(citation: Citation, title: str) -> list[str]:
    outlet = citation.publisher or citation.agency or ""
    return [citation.byline or "", title, outlet, citation.day]


def _joined(parts: Sequence[str | None], between: str = "\n\n") -> str:
    return between.join(part for part in parts if part)


def literal(text: str) -> str:
    """Without signs that Markdown could give a meaning to."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!])", r"\\\1", text)
