"""The sources of an answer as readers see them: each article once, with all its quotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.results import Answer, Citation, Passage, day_in_words, day_of, outlet
from ingest.sentences import Span, sentences

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
        return tuple(_source(passage, [_whole(passage)]) for passage in answer.near)
    passages: dict[str, Passage] = {}
    for passage in answer.passages:
        passages.setdefault(passage.article_id, passage)
    cited: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        cited.setdefault(citation.article_id, []).append(citation)
    return tuple(
        _source(passages[article_id], _stretches(passages[article_id].article.text, citations))
        for article_id, citations in cited.items()
        if article_id in passages
    )


def _source(passage: Passage, stretches: Iterable[Stretch]) -> Source:
    article = passage.article
    changed = article.updated and article.updated.iso != passage.published
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
        updated=day_of(article.updated) if article.updated and changed else None,
        correction=article.correction,
        stretches=tuple(stretches),
    )


def _whole(passage: Passage) -> Stretch:
    opens, closes = passage.start == 0, passage.end >= len(passage.article.text)
    return Stretch((Piece(passage.text),), opens, closes)


def _stretches(text: str, citations: Sequence[Citation]) -> Iterator[Stretch]:
    """The quotes within the sentences around them; what meets is one stretch."""
    bounds = [(start, end) for start, end in sentences(text)]
    ordered = sorted(citations, key=lambda each: (each.start, each.end))
    group: list[Citation] = []
    left = right = 0
    for citation in ordered:
        first, last = _around(bounds, citation)
        if group and first <= right:
            right = max(right, last)
        else:
            if group:
                yield _stretch(text, left, right, group)
            group, left, right = [], first, last
        group.append(citation)
    if group:
        yield _stretch(text, left, right, group)


def _around(bounds: Sequence[tuple[int, int]], citation: Citation) -> tuple[int, int]:
    near = [
        (left, right)
        for left, right in bounds
        if right > citation.start - AROUND and left < citation.end + AROUND
    ]
    first = min([citation.start, *(left for left, _ in near)])
    return first, max([citation.end, *(right for _, right in near)])


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
