"""How well a sentence answers a question: words shared, kind of answer present, likeness."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.kinds import has_kind, unit_terms
from assistant.question import Question
from assistant.results import Passage
from assistant.words import STOP, content_terms, same_word
from ingest.embed import Embedder, Vectors
from ingest.lexical import terms
from ingest.sentences import sentences

# Chosen with benchmarks/answers.py on RealTimeQA questions; the figures are in docs/DECISIONS.md.
LIKE_FROM, LIKE_FULL = 0.45, 0.9  # cosine of two words: below, unrelated; from there on, the same
LIKE_MOST = 0.8  # a related word never counts as much as the word itself
# For words that are not said in the sentence but near it.
HEADLINE_SHARE, NEIGHBOUR_SHARE, PASSAGE_SHARE, ARTICLE_SHARE = 0.7, 0.55, 0.45, 0.4
UNIT_LIKE = 0.5  # how like the word for what is counted must be
CARRIED_SHARE = 0.4  # weight of a word that the question takes over from the one before
KIND_BONUS, KIND_MALUS = 0.18, 0.25
LIKENESS_WEIGHT, RANK_WEIGHT = 0.25, 0.15

_YEAR = re.compile(r"\b(?:1[6-9]|20)\d\d\b")
_PROPER = re.compile(r"(?<=[\w,;’'\"“(]\s)[\"“‘'(]?([A-ZÀ-Þ][\w’'-]+)")  # not at the start

AROUND = 500  # characters on either side of a passage that are read with it


@dataclass(frozen=True)
class Evidence:
    """A sentence with its worth as an answer."""

    passage: Passage
    start: int  # in the article
    end: int
    cover: float  # 0 to 1: how much of the question is said here or nearby in the passage
    context: float  # the same, with the rest of the article
    said: float  # 0 to 1: how much is said in the sentence itself
    unnamed: int  # proper names of the question that the article never mentions
    fits: bool  # a thing of the kind that is asked for stands in it
    score: float

    @property
    def text(self) -> str:
        return self.passage.article.text[self.start : self.end]


class Judge:
    """Judges sentences of passages as evidence for one question."""

    def __init__(
        self, question: Question, frequency: Callable[[str], int], chunks: int, words: Embedder
    ) -> None:
        self._question = question
        self._words = words
        self._weights = _weights(question, frequency, chunks)
        self._vector = words.question(question.topic)
        self._unit = unit_terms(question.topic)
        self._names = {t for name in _PROPER.findall(question.topic) for t in terms(name)}
        self._names &= self._weights.keys()

    def rank(self, passages: Sequence[Passage]) -> list[Evidence]:
        """Every sentence of `passages`, best first; a sentence in two passages stands once."""
        found: dict[tuple[str, int], Evidence] = {}
        alike = self._likeness(passages)
        for rank, passage in enumerate(passages):
            for evidence in self._of_passage(passage, 1.0 - rank / len(passages), alike):
                found.setdefault((evidence.passage.article_id, evidence.start), evidence)
        return sorted(found.values(), key=lambda evidence: -evidence.score)

    def topic(self, passages: Sequence[Passage], enough: float) -> Passage | None:
        """A passage of the article that the question is about: its headline and one of its
        sentences together say most of it. None when they say less than `enough`."""
        alike = self._likeness(passages)
        best = {e.passage.article_id: e for e in sorted(self.rank(passages), key=lambda e: e.cover)}
        titled = {
            key: self._share(content_terms(evidence.passage.title), alike)
            for key, evidence in best.items()
        }
        ranked = sorted(best, key=lambda key: -(titled[key] + best[key].cover))
        first = best[ranked[0]] if ranked else None
        return first.passage if first and first.cover >= enough else None

    def _share(self, words: Sequence[str], alike: Mapping[str, Mapping[str, float]]) -> float:
        """The share of the question that `words` say."""
        total = sum(self._weights.values()) or 1.0
        said = sum(weight * _match(term, words, alike) for term, weight in self._weights.items())
        return said / total

    def _of_passage(
        self, passage: Passage, standing: float, alike: Mapping[str, Mapping[str, float]]
    ) -> list[Evidence]:
        base = max(0, passage.start - AROUND)
        text = passage.article.text[base : passage.end + AROUND]
        spans = [(base + start, base + end) for start, end in sentences(text)]
        texts = [passage.article.text[start:end] for start, end in spans]
        there = [content_terms(text) for text in texts]
        vectors = self._words.passages(texts) @ self._vector if texts else np.zeros(0)
        around = _Around(content_terms(passage.title), there, content_terms(passage.article.text))
        unnamed = self._unnamed(around) + self._other_years(passage)
        found = []
        for position, (start, end) in enumerate(spans):
            if start < passage.start or end > passage.end:
                continue
            said, cover, context = self._coverage(position, around, alike)
            fits = self._fits(texts[position], there[position], alike)
            likeness = max(0.0, float(vectors[position]))
            score = context + LIKENESS_WEIGHT * likeness + RANK_WEIGHT * standing + 0.2 * said
            score += KIND_BONUS if fits else -KIND_MALUS
            found.append(
                Evidence(
                    passage,
                    start,
                    end,
                    cover,
                    context,
                    said,
                    unnamed,
                    fits,
                    score,
                )
            )
        return found

    def _coverage(
        self, position: int, around: _Around, alike: Mapping[str, Mapping[str, float]]
    ) -> tuple[float, float, float]:
        """The shares of the question said in the sentence, nearby too, in the article too."""
        total = sum(self._weights.values()) or 1.0
        said = cover = context = 0.0
        for term, weight in self._weights.items():
            here = _match(term, around.sentences[position], alike)
            near = max(
                (share * _match(term, words, alike) for share, words in around.of(position)),
                default=0.0,
            )
            far = ARTICLE_SHARE * _match(term, around.article, alike)
            said += weight * here
            cover += weight * max(here, near)
            context += weight * max(here, near, far)
        return said / total, cover / total, context / total

    def _unnamed(self, around: _Around) -> int:
        said = set(around.headline) | set(around.article)
        return sum(max((same_word(name, w) for w in said), default=0) == 0 for name in self._names)

    def _other_years(self, passage: Passage) -> int:
        """Years that the question names and the article neither names nor was published in."""
        article = passage.article
        known = f"{article.title} {article.text} {passage.published or ''}"
        return sum(year not in known for year in _YEAR.findall(self._question.topic))

    def _fits(
        self, text: str, there: Sequence[str], alike: Mapping[str, Mapping[str, float]]
    ) -> bool:
        asks = self._question.asks
        if asks == "number" and self._unit:
            counted = min(_match(term, there, alike) for term in self._unit) >= UNIT_LIKE
            return counted and has_kind(text, asks, self._question.topic)
        return has_kind(text, asks, self._question.topic)

    def _likeness(self, passages: Sequence[Passage]) -> Mapping[str, Mapping[str, float]]:
        """For each term of the question, the words of the passages that are like it."""
        words = sorted({word for passage in passages for word in _surface(passage)})
        asked = _surface_of(self._question)
        ours = {term: word for term, word in asked.items() if term in self._weights}
        if not words or not ours:
            return {}
        near = self._words.passages(list(ours.values())) @ self._words.passages(words).T
        return {term: _liked(words, row) for term, row in zip(ours, np.asarray(near), strict=True)}


@dataclass(frozen=True)
class _Around:
    """The words of a sentence's surroundings."""

    headline: Sequence[str]
    sentences: Sequence[Sequence[str]]
    article: Sequence[str]

    def of(self, position: int) -> list[tuple[float, Sequence[str]]]:
        near = [
            (NEIGHBOUR_SHARE if abs(other - position) == 1 else PASSAGE_SHARE, words)
            for other, words in enumerate(self.sentences)
            if other != position
        ]
        return [(HEADLINE_SHARE, self.headline), *near]


def _weights(question: Question, frequency: Callable[[str], int], chunks: int) -> dict[str, float]:
    """How much each term of the question matters: its inverse frequency in the archive."""
    wanted = {term: 1.0 for term in question.terms if term not in STOP}
    wanted = wanted or dict.fromkeys(question.terms, 1.0)
    wanted |= dict.fromkeys(question.carried, CARRIED_SHARE)
    return {
        term: share * math.log(1 + (chunks + 50) / (frequency(term) + 2))
        for term, share in wanted.items()
    }


def _match(term: str, words: Sequence[str], alike: Mapping[str, Mapping[str, float]]) -> float:
    best = max((same_word(term, word) for word in words), default=0.0)
    if best >= LIKE_MOST:
        return best
    near = alike.get(term, {})
    return max(best, max((near.get(word, 0.0) for word in words), default=0.0))


def _liked(words: Sequence[str], row: Vectors) -> dict[str, float]:
    """stem → how alike, for the words that are alike at all."""
    scaled = np.clip((row - LIKE_FROM) / (LIKE_FULL - LIKE_FROM), 0, 1) * LIKE_MOST
    found: dict[str, float] = {}
    for index in np.flatnonzero(scaled).tolist():
        for stem in terms(words[index]):
            found[stem] = max(found.get(stem, 0.0), float(scaled[index]))
    return found


def _surface(passage: Passage) -> set[str]:
    return {word.lower() for word in re.findall(r"[^\W\d_]{3,}", f"{passage.title} {passage.text}")}


def _surface_of(question: Question) -> dict[str, str]:
    """stem → the word as the question writes it."""
    return {
        stem: word.lower()
        for word in re.findall(r"[^\W\d_]{3,}", question.topic)
        for stem in terms(word)
    }
