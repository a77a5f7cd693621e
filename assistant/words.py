"""Words of questions and of news: what carries meaning, and which forms are one word."""

from __future__ import annotations

from functools import lru_cache

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

_COMPOUND = 4  # letters that the shorter word of a compound must have


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


@lru_cache(maxsize=10_000)
def same_word(one: str, other: str) -> float:
    """1 for forms of one word, 0.8 for a compound and its head (warship, ship), else 0."""
    if one == other or canonical(one) == canonical(other):
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) >= _COMPOUND and long.endswith(short):
        return 0.8
    return 0.0
