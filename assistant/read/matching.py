"""Which words of a text say which terms of a question: all pairs at once, as one matrix."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from assistant.words import STOP, canonical, same_word
from ingest.archive.embedding import Embedder, Vectors
from ingest.archive.word_index import terms

# Chosen with benchmarks/answers.py on RealTimeQA questions; the figures are in docs/DECISIONS.md.
LIKE_FROM, LIKE_FULL = 0.45, 0.9  # cosine of two words: below, unrelated; from there on, the same
LIKE_MOST = 0.8  # a related word never counts as much as the word itself
LIKE_LETTERS = 3  # of a word that is compared by its vector; figures never are
WORDS_KEPT = 10_000  # vectors of words, 10 MB

_WORD = re.compile(r"[^\W_]+")  # as tantivy's simple tokenizer splits


@lru_cache(maxsize=20_000)
def stem_of(word: str) -> str:
    """The index's term for a word; "" for none."""
    found = terms(word)
    return found[0] if found else ""


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case, in order."""
    return _WORD.findall(text.lower())


class WordVectors:
    """Vectors of single words, each made once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: dict[str, Vectors] = {}

    def of(self, words: Sequence[str]) -> Vectors:
        """float32 [len(words), dimension]."""
        known = {word: self._kept[word] for word in words if word in self._kept}
        new = list(dict.fromkeys(word for word in words if word not in known))
        if new:
            known |= dict(zip(new, self._embedder.passages(new), strict=True))
            if len(self._kept) > WORDS_KEPT:
                self._kept = {}
            self._kept |= known
        return np.stack([known[word] for word in words])


def matching(
    asked: Mapping[str, str], texts: Sequence[Sequence[str]], vectors: WordVectors
) -> Vectors:
    """How much of each term of a question each text says: 1 for the word itself, less for a like
    one, 0 for none.

    Args:
        asked: the question's terms, each with the word it comes from.
        texts: the words of each text.

    Returns:
        float32 [terms, texts].
    """
    words = list(dict.fromkeys(word for text in texts for word in text))
    stems = [stem_of(word) for word in words]
    forms = [canonical(stem) for stem in stems]
    pairs = np.zeros((len(asked), len(words) + 1), np.float32)  # the last, for texts without words
    for row, term in enumerate(asked):
        form = canonical(term)
        for column, stem in enumerate(stems):
            if stem and (forms[column] == form or stem.endswith(term) or term.endswith(stem)):
                pairs[row, column] = same_word(term, stem)
    surface = list(asked.values())
    rows = [i for i, word in enumerate(surface) if _comparable(word)]
    columns = [i for i, word in enumerate(words) if _comparable(word) and stems[i] not in STOP]
    if rows and columns:
        ours = vectors.of([surface[i] for i in rows])
        theirs = vectors.of([words[i] for i in columns])
        like = np.clip((ours @ theirs.T - LIKE_FROM) / (LIKE_FULL - LIKE_FROM), 0, 1) * LIKE_MOST
        grid = np.ix_(rows, columns)
        pairs[grid] = np.maximum(pairs[grid], like)
    if not texts:
        return np.zeros((len(asked), 0), np.float32)
    places = {word: i for i, word in enumerate(words)}
    within = [[places[word] for word in text] or [len(words)] for text in texts]
    starts = np.cumsum([0, *(len(each) for each in within[:-1])])
    every = pairs[:, np.concatenate([np.asarray(each) for each in within])]
    best: Vectors = np.maximum.reduceat(every, starts, axis=1)  # the best word of each text
    return best


def _comparable(word: str) -> bool:
    return len(word) >= LIKE_LETTERS and word.isalpha()


def says(term: str, stems: Iterable[str]) -> float:
    """How much of a term a set of stems says, by form alone."""
    return max((same_word(term, stem) for stem in stems), default=0.0)
