"""Words of questions and of news: what carries meaning, which are one, how much a text says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from ingest.archive.embedding import Embedder, Vectors
from ingest.archive.word_index import terms
from ingest.vocabulary import MONTHS, WEEKDAYS

# What a question asks with, as alternatives of a pattern. "Why?" alone asks of what was said.
ASKING = (
    "who|whom|whose|what|which|when|where|how|is|are|was|were|did|does|do|has|have|had|can|could"
    "|will|would"
)
_STOP = """
a about above after again against all also am an and any are as at be because been before being
below between both but by can could did do does doing down during each few for from further had has
have having he her here hers him his how i if in into is it its itself just me more most my no nor
not of off on once only or other our out over own same she should so some such than that the their
them then there these they this those through to too under until up very was we were what when where
which while who whom whose why will with would you your s t tell us please say said says according
give know find show happen happened article report reported story news many much long far
big large tall high old deep wide take took taken taking get got make made makes making use used let
put set one latest newest recent recently currently lately nowadays
""".split()
STOP = frozenset(stem for word in _STOP for stem in terms(word)) | frozenset(_STOP)

# Days, months and feasts: capitalised, but no names of somebody or somewhere.
CALENDAR = frozenset(
    [name.lower() for name in (*WEEKDAYS, *MONTHS)] + "new year years day christmas easter".split()
)


@lru_cache(maxsize=10_000)
def unaccented(word: str) -> str:
    """In lower case, without accents."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@lru_cache(maxsize=20_000)
def stem_of(word: str) -> str:
    """The index's term for a word; "" for none."""
    found = terms(word)
    return found[0] if found else ""


def form_of(word: str) -> str:
    """One stem for all the forms of a word."""
    return canonical(stem_of(word))


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case, in order, as tantivy's simple tokenizer splits them."""
    return re.findall(r"[^\W_]+", text.lower())


def content_terms(text: str) -> list[str]:
    """The stems that carry meaning, in order, each once; all stems when none does."""
    found = list(dict.fromkeys(terms(text)))
    return [term for term in found if term not in STOP] or found


@lru_cache(maxsize=100_000)
def canonical(stem: str) -> str:
    """One stem for the forms of a word that a suffix stemmer leaves apart: of "sank" and "sunk",
    "sink". Of a word with two meanings the verb's ("fell", "rose"), which news means more often."""
    from lemminflect import getAllLemmas

    lemmas = getAllLemmas(stem)
    others = (lemma for kind in ("VERB", "NOUN") for lemma in lemmas.get(kind, ()))
    return next((terms(lemma)[0] for lemma in others if lemma != stem and terms(lemma)), stem)


# Chosen with benchmarks/answers.py on RealTimeQA questions; the figures are in docs/DECISIONS.md.
LIKE_FROM, LIKE_FULL = 0.45, 0.9  # cosine of two words: below, unrelated; from there on, the same
LIKE_MOST = 0.8  # a related word never counts as much as the word itself
LIKE_LETTERS = 3  # of a word that is compared by its vector; figures never are


def matching(
    asked: Mapping[str, str], texts: Sequence[Sequence[str]], embedder: Embedder
) -> Vectors:
    """How much of each term of a question each text says: 1 for the word itself, less for a like
    one, 0 for none.

    Args:
        asked: the question's terms, each with the word it comes from.
        texts: the words of each text.
        embedder: one that is fast, for single words.

    Returns:
        float32 [terms, texts].
    """
    words = list(dict.fromkeys(word for text in texts for word in text))
    forms = [form_of(word) for word in words]
    pairs = np.zeros((len(asked), len(words) + 1), np.float32)  # the last, for texts without words
    for row, term in enumerate(asked):
        pairs[row, :-1] = [form == canonical(term) for form in forms]
    surface = list(asked.values())
    rows = [i for i, word in enumerate(surface) if _comparable(word)]
    columns = [i for i, word in enumerate(words) if _comparable(word) and stem_of(word) not in STOP]
    if rows and columns:
        ours = embedder.passages([surface[i] for i in rows])
        theirs = embedder.passages([words[i] for i in columns])
        like = np.clip((ours @ theirs.T - LIKE_FROM) / (LIKE_FULL - LIKE_FROM), 0, 1) * LIKE_MOST
        grid = np.ix_(rows, columns)
        pairs[grid] = np.maximum(pairs[grid], like)
    places = {word: i for i, word in enumerate(words)}
    best = np.zeros((len(asked), len(texts)), np.float32)
    for column, text in enumerate(texts):
        said = [places[word] for word in text] or [len(words)]
        best[:, column] = pairs[:, said].max(axis=1)
    return best


def _comparable(word: str) -> bool:
    return len(word) >= LIKE_LETTERS and word.isalpha()
