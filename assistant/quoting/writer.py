"""Writes answers with sentences of the passages that were found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.question import About, Question, Turn, carry, understand
from assistant.quoting.about import about_article
from assistant.quoting.extracts import (
    Extract,
    extracts,
    is_overtaken,
    short_answer,
    sure,
    telling_headline,
)
from assistant.quoting.telling import differing, told
from assistant.reading.conflicts import find_conflict
from assistant.reading.evidence import Judge, is_told
from assistant.reading.matching import WordVectors
from assistant.reading.reader import load_reader
from assistant.reading.timeline import events_of
from assistant.reading.weights import ANSWERED, COUNTED, NEAR
from assistant.results import NOT_SURE, REFUSAL, Found, Grade, Passage, attribution
from assistant.words import STOP
from assistant.writing import Draft, Quote
from ingest.sentences import sentences

if TYPE_CHECKING:
    from ingest.archive import Archive
    from ingest.embed import Embedder

NAME = "quoting"
ENOUGH_TOPIC = 0.5  # of a question about an article must be said in that article
OVERVIEW = 3  # reports of which "What happened yesterday?" gets the beginning


@dataclass(frozen=True)
class QuotingWriter:
    """Answers with sentences of the passages."""

    archive: Archive
    words: Embedder  # of words: fast, and in the process
    name: str = NAME
    vectors: WordVectors = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "vectors", WordVectors(self.words))

    def standalone(self, question: str, history: Sequence[Turn]) -> Question:
        text, carried = carry(question, history)
        return understand(question, text, carried)

    def write(self, question: Question, found: Found) -> Iterator[Draft]:
        scoped = question.scope.latest or found.understood
        if scoped and not found.relaxed and all(term in STOP for term in question.terms):
            yield from _overview(found.passages)
        elif question.timeline:
            yield from told(events_of(question, found.passages, self._judge(question)))
        elif question.about:
            yield from self._about(question, question.about, found.passages)
        else:
            yield from self._answer(question, found)

    def _answer(self, question: Question, found: Found) -> Iterator[Draft]:
        ranked = self._judge(question).rank(found.passages, load_reader())
        sureness = sure(ranked, question.asks, found.filters.upper if found.filters.as_of else None)
        grade: Grade = (
            "answered" if sureness >= ANSWERED else "near" if sureness >= NEAR else "refused"
        )
        conflict = find_conflict(question, ranked) if sureness >= COUNTED else None
        grade = "answered" if conflict else grade
        yield Draft("", sure=sureness, grade=grade)
        if conflict:
            yield from differing(conflict)
        elif grade == "refused":
            yield Draft(REFUSAL)
        else:
            yield from _quoted(extracts(ranked, sureness), grade)

    def _judge(self, question: Question) -> Judge:
        return Judge.of(self.archive, question, self.words, self.vectors)

    def _about(
        self, question: Question, about: About, passages: Sequence[Passage]
    ) -> Iterator[Draft]:
        """Answer from the fields of the article that the question is about."""
        if question.terms:
            passage = self._judge(question).topic(passages, ENOUGH_TOPIC)
        else:  # "Who wrote the article?" is clear where there is only one
            only_one = len({passage.article_id for passage in passages}) == 1
            passage = passages[0] if only_one else None
        text = about_article(about, passage) if passage else None
        if passage and text:
            yield Draft(text + " ", quote=_lead(passage))
        else:
            yield Draft(REFUSAL)


def _quoted(found: Sequence[Extract], grade: Grade) -> Iterator[Draft]:
    short = short_answer(found[0].evidence) if grade == "answered" else None
    lead = f"{NOT_SURE}\n\n" if grade == "near" else f"{short}\n\n" if short else ""
    for extract in found:
        article = extract.evidence.passage.article
        headline = telling_headline(article, extract.text)
        said_by = attribution(article) + (f", “{headline}”" if headline else "")
        if is_overtaken(extract, found[0]):
            said_by = f"Earlier: {said_by}"
        quote = Quote(extract.evidence.passage, extract.start, extract.end, extract.marked)
        yield Draft(f"{lead}{said_by}: “{extract.text}” ", quote=quote, short=short)
        lead = "\n\n"


def _overview(passages: Sequence[Passage]) -> Iterator[Draft]:
    """What "What did Reuters report yesterday?" wants: how the reports begin, each by its own."""
    articles = {passage.article_id: passage for passage in reversed(passages)}
    first = [articles[key] for key in dict.fromkeys(p.article_id for p in passages)]
    for position, passage in enumerate(first[:OVERVIEW]):
        quote = _lead(passage)
        text = passage.article.text[quote.start : quote.end]
        gap = "\n\n" if position else ""
        yield Draft(f"{gap}{attribution(passage.article)}: “{text}” ", quote=quote)


def _lead(passage: Passage) -> Quote:
    """An article's first sentence stands for the article, not a caption above it."""
    text = passage.article.text
    spans = sentences(text) or [(passage.start, passage.end)]
    start, end = next((span for span in spans if is_told(text[slice(*span)])), spans[0])
    return Quote(passage, start, end)
