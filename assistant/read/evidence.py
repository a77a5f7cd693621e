"""How well a sentence answers a question: what it says of the question, and what else it says."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.question.question import Question
from assistant.read.reader import UNREAD, Reader, Reading
from assistant.read.weights import (
    ARTICLE_SHARE,
    HEADLINE_SHARE,
    NEIGHBOUR_SHARE,
    PASSAGE_SHARE,
    Facts,
    score_of,
)
from assistant.results import Passage
from assistant.retrieve.ranking import CARRIED_SHARE, freshness, nearness
from assistant.words import (
    CALENDAR,
    STOP,
    canonical,
    form_of,
    matching,
    stem_of,
    words_of,
)
from ingest.archive.embedding import Embedder, Vectors
from ingest.archive.filters import Filters
from ingest.archive.word_index import terms
from ingest.sentences import Span, sentences
from ingest.vocabulary import CAPITALISED, YEAR

AROUND = 500  # characters on either side of a passage that are read with it
REPEATED = 0.7  # of the shorter one's words: two sentences say the same
LATEST = 2.5  # how much more an article's age counts where the question wants the latest
FEWEST = 3  # words of a sentence; without its full stop it is a heading or a caption
FEWEST_UNSTOPPED = 9

_PROPER = re.compile(rf"(?<=[\w,;’'\"“(]\s)[\"“‘'(]?({CAPITALISED})")  # not at the start


@dataclass(frozen=True)
class Evidence:
    """A sentence with its worth as an answer."""

    passage: Passage
    start: int  # in the article
    end: int
    facts: Facts
    score: float
    reading: Reading = UNREAD
    before: str = ""  # the sentence before it

    @property
    def text(self) -> str:
        return self.quote.text

    @property
    def quote(self) -> Passage:
        """The sentence alone."""
        return replace(self.passage, start=self.start, end=self.end)

    def answer(self, least: float) -> Span | None:
        """The likeliest words of the answer that it holds, as [start, end) of the article; None
        where the reader is not so sure of them. `least`: a logarithm."""
        span = self.reading.span(self.start, self.end)
        return span[:2] if span and self.facts.sure + span[2] >= least else None


class Judge:
    """Judges sentences of passages as evidence for one question."""

    def __init__(
        self, question: Question, frequency: Callable[[str], int], chunks: int, words: Embedder
    ) -> None:
        """`frequency`: in how many of the archive's `chunks` a term stands."""
        self._question = question
        self._embedder = words
        # How much each term of the question matters: its inverse frequency in the archive.
        shares = {term: 1.0 for term in question.terms if term not in STOP}
        shares = shares or dict.fromkeys(question.terms, 1.0)
        shares |= dict.fromkeys((*question.carried, *question.ignored), CARRIED_SHARE)
        self._weights = {
            term: share * math.log(1 + (chunks + 50) / (frequency(term) + 2))
            for term, share in shares.items()
        }
        # What a follow-up names takes the place of what was named before it.
        own, every = (
            {term for name in _PROPER.findall(text) for term in terms(name)}
            for text in (question.asked, question.topic)
        )
        own &= every  # an outlet that is named is a filter and stands there no more
        if own:
            for carried in every.intersection(question.carried) - own:
                self._weights.pop(carried, None)
        # Days and seasons are no names: an article may say them in other words.
        self._names = (own or every) & self._weights.keys() - set(map(stem_of, CALENDAR))
        self._names -= set(question.ignored)
        self._years = frozenset(re.findall(rf"\b{YEAR}\b", question.topic))

    def rank(self, passages: Sequence[Passage], reader: Reader | None = None) -> list[Evidence]:
        """Every sentence of `passages`, best first; a sentence in two passages stands once.

        `reader`: reads the passages; without one, sentences are told apart by their words alone.
        """
        read = [_Read(passage) for passage in passages]
        written = {stem_of(word): word for word in words_of(self._question.topic)}
        asked = {term: written.get(term, term) for term in self._weights}
        texts = [words for each in read for words in (*each.words, each.headline)]
        all_said = matching(asked, texts, self._embedder)
        readings = (
            reader.read(self._question.to_read, passages) if reader else [UNREAD] * len(passages)
        )
        dates = (passage.article.dated for passage in passages)
        newest = max((date.epoch for date in dates if date), default=0)
        ends = np.cumsum([len(each.words) + 1 for each in read])
        said_in = np.split(all_said, ends, axis=1)  # the last is empty
        found: dict[tuple[str, int], Evidence] = {}
        for place, (each, said, reading) in enumerate(zip(read, said_in, readings, strict=False)):
            standing, timely = 1.0 - place / len(passages), self._timely(each.passage, newest)
            for evidence in self._of_passage(each, said, reading, standing, timely):
                found.setdefault((evidence.passage.article_id, evidence.start), evidence)
        return sorted(found.values(), key=lambda evidence: -evidence.score)

    def topic(self, passages: Sequence[Passage], enough: float) -> Passage | None:
        """A passage of the article that the question is about: its headline and one of its
        sentences together say most of it. None when they say less than `enough`."""
        ranked = self.rank(passages)
        first = max(ranked, key=lambda e: e.facts.headline + e.facts.cover, default=None)
        return first.passage if first and first.facts.cover >= enough else None

    def _of_passage(
        self, read: _Read, said: Vectors, reading: Reading, standing: float, timely: float
    ) -> Iterator[Evidence]:
        """`said`: how much of each term each sentence says; in the last column, the headline."""
        here, headline = said[:, :-1], said[:, -1]
        beside = np.zeros_like(here)
        beside[:, 1:] = here[:, :-1]
        beside[:, :-1] = np.maximum(beside[:, :-1], here[:, 1:])
        near = np.maximum(here, NEIGHBOUR_SHARE * beside)
        if here.shape[1]:
            near = np.maximum(near, PASSAGE_SHARE * here.max(axis=1, keepdims=True))
        near = np.maximum(near, HEADLINE_SHARE * headline[:, np.newaxis])
        far = [canonical(term) in read.article for term in self._weights]
        anywhere = np.maximum(near, ARTICLE_SHARE * np.asarray(far, np.float32)[:, np.newaxis])
        weights = np.asarray(list(self._weights.values()), np.float32)
        weights /= weights.sum() or 1.0
        cover, context = near.T @ weights, anywhere.T @ weights
        gaps = (weights[:, np.newaxis] * (1 - near)).max(axis=0, initial=0.0)
        article = read.passage.article
        known = f"{article.title} {article.text} {read.passage.published or ''}"
        unnamed = sum(canonical(name) not in read.article for name in self._names)
        unnamed += sum(year not in known for year in self._years)
        names = {canonical(name) for name in self._names} & read.article
        years = self._years & read.stems
        above = set(map(form_of, read.headline))
        for i, ((start, end), text) in enumerate(zip(read.spans, read.texts, strict=True)):
            if start < read.passage.start or end > read.passage.end or not is_told(text):
                continue
            around = {word for words in read.words[max(0, i - 1) : i + 2] for word in words}
            there = above.union(map(form_of, around))
            facts = Facts(
                cover=float(cover[i]), context=float(context[i]), standing=standing,
                headline=float(headline @ weights), unnamed=unnamed, gap=float(gaps[i]),
                answers=reading.answers, within=reading.within(start, end),
                apart=len(names - there) + len(years - there), dated=bool(around & self._years),
                timely=timely,
            )  # fmt: skip
            before = read.texts[i - 1] if i else ""
            yield Evidence(read.passage, start, end, facts, score_of(facts), reading, before)

    def _timely(self, passage: Passage, newest: int) -> float:
        """How well the day of publication suits a question that names a time or wants the latest.
        `newest`: the second at which the newest of the passages was published."""
        scope, published = self._question.scope, passage.article.dated
        at = published.epoch if published else None
        if named := scope.of("time"):
            time = Filters(named.values[0] or None, named.values[1] or None)
            return nearness(at, time.lower, time.upper)
        return LATEST * freshness(at, newest) if scope.latest else 1.0


class _Read:
    """A passage with what stands around it, in sentences."""

    def __init__(self, passage: Passage) -> None:
        text = passage.article.text
        base = max(0, passage.start - AROUND)
        near = sentences(text[base : passage.end + AROUND])
        self.passage = passage
        self.spans = [(base + start, base + end) for start, end in near]  # in the article
        self.texts = [text[start:end] for start, end in self.spans]
        self.words = list(map(words_of, self.texts))
        self.headline = words_of(passage.title)
        # Of the whole article and its headline; then one for all the forms of a word.
        self.stems = frozenset(map(stem_of, {*words_of(text), *self.headline}))
        self.article = frozenset(map(canonical, self.stems))


def repeats(one: Evidence, other: Evidence) -> bool:
    """Whether a sentence says what is said already, as the copies of one wire report do."""
    mine, theirs = (set(e.text.casefold().split()) for e in (one, other))
    return len(mine & theirs) > REPEATED * min(len(mine), len(theirs))


def is_told(text: str) -> bool:
    """Whether a line tells something: no heading, caption or credit, no question."""
    words, last = len(text.split()), text.rstrip("\"'”’)]")[-1:]
    if words < FEWEST or last == "?":
        return False
    return words >= FEWEST_UNSTOPPED or last in tuple(".!…。！")
