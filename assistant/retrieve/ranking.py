"""What makes one article, and one passage of it, better than another: every weight of search.

Articles are ranked by their best chunk (FINDING), then all chunks of the best articles compete to
be shown (SHOWING). A part of a score is 0 to 1. The weights of the first step were fitted on 105
RealTimeQA questions (listwise softmax, five-fold cross-validation) and rounded, those of the second
were tried on 978; the figures stand in docs/DECISIONS.md and are measured by `make bench`. What was
found may then be sorted anew by a reranker of the user's.
"""

from __future__ import annotations

import logging
import math
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.results import Passage
from ingest.archive.catalog import ChunkRow
from ingest.archive.filters import DAY
from ingest.archive.word_index import WordWeights
from ingest.errors import SettingError

Recency = Literal["none", "mild", "strong"]
Scores = dict[int, float]  # by chunk id


@dataclass(frozen=True)
class Weights:
    """What each part counts; `words` are weights inside the word index."""

    words: WordWeights
    likeness: float  # cosine of question and passage
    opening: float  # news tells the most important first


FINDING = Weights(
    WordWeights(coverage=0.2, headline=0.2, body=0.13, order=0.29), likeness=0.12, opening=0.06
)
SHOWING = Weights(
    WordWeights(coverage=0.17, body=0.16, headline=0.16, order=0.28), likeness=0.13, opening=0.1
)
CARRIED_SHARE = 0.4  # of its rarity that a word of an earlier question counts
OWN = 0.43  # what a passage counts by itself, beside its article
WISHED = 0.3  # what it adds to an article to be of the time or the author that the question names
# Days in which half of that is left, after a time that is named, for news comes late, and before.
AFTERWARDS, BEFOREHAND = 14, 7
RECENCY: Mapping[Recency, float] = {"none": 0.0, "mild": 0.23, "strong": 0.34}
MOST = 1.0 + max(RECENCY.values()) + OWN  # what all of it can come to
HALF_LIVES = (10, 30, 120)  # days: interest in a story falls fast at first and then slowly


def text_scores(
    rows: Mapping[int, ChunkRow],
    words: Mapping[int, float],
    likeness: Mapping[int, float],
    weights: Weights,
) -> Scores:
    """How well each chunk fits the question. `words`: scores with `weights.words`; `likeness`:
    cosines."""
    return {
        i: words.get(i, 0.0)
        + weights.likeness * max(0.0, likeness.get(i, 0.0))
        + (weights.opening if row.start == 0 else 0.0)
        for i, row in rows.items()
    }


def article_scores(
    rows: Mapping[int, ChunkRow],
    fits: Mapping[int, float],
    now: int | None,
    recency: Recency,
    wished: Mapping[int, float],
) -> Scores:
    """What each chunk makes of its article. Without `now`, a second, age does not count. `wished`:
    how far its article is what the question prefers, 0 to 1."""
    return {
        i: fits[i]
        + RECENCY[recency] * freshness(row.published_at, now)
        + WISHED * wished.get(i, 0.0)
        for i, row in rows.items()
    }


def freshness(published_at: int | None, now: int | None) -> float:
    """1 for what is published at `now`, towards 0 with age; 0 for an undated article."""
    if published_at is None or now is None:
        return 0.0
    days = max(0, now - published_at) / DAY
    interest = [math.pow(0.5, days / half) for half in HALF_LIVES]
    return sum(interest) / len(interest)


def nearness(published_at: int | None, lower: int | None, upper: int | None) -> float:
    """1 for what is published in [lower, upper) (seconds), less with the days from it to that; 0
    without a date."""
    if published_at is None:
        return 0.0
    if upper is not None and published_at >= upper:
        return math.pow(0.5, 1 + (published_at - upper) / DAY / AFTERWARDS)
    if lower is not None and published_at < lower:
        return math.pow(0.5, 1 + (lower - published_at) / DAY / BEFOREHAND)
    return 1.0


log = logging.getLogger("dateline")
DEPTH = 30  # passages that are sorted anew
MOST_MAKERS = 3  # a function may make a class that makes one


@dataclass(frozen=True)
class Reranker:
    """A LangChain document compressor or a cross-encoder of the user's."""

    name: str
    model: Any


def make_reranker(given: object) -> Reranker:
    """The reranker that is given, by itself or as "module:object".

    The object is a LangChain `BaseDocumentCompressor` or a cross-encoder (anything with
    `score([(question, text), …])`), or a function without arguments that makes one.

    Raises:
        SettingError: it cannot be imported or made, or it is neither.
    """
    name = given if isinstance(given, str) else "reranker"
    try:
        model = pkgutil.resolve_name(given) if isinstance(given, str) else given
        for _ in range(MOST_MAKERS):
            model = model if _is_one(model) or not callable(model) else model()
    except Exception as error:  # it is the user's and may raise anything
        raise SettingError(
            f"The reranker {name!r} cannot be used: {str(error)[:200]}. DATELINE_RERANKER is the "
            "module:object of one, or of a function without arguments that makes one."
        ) from error
    if not _is_one(model):
        raise SettingError(
            f"The reranker {name!r} is neither a LangChain document compressor nor a cross-encoder."
        )
    return Reranker(name, model)


def _is_one(model: object) -> bool:
    able = hasattr(model, "compress_documents") or hasattr(model, "score")
    return able and not isinstance(model, type)


def reranked(reranker: Reranker, question: str, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages in the reranker's order, without those that it drops. Where it fails they stay
    as they are: an answer is worth more than its order."""
    from langchain_core.documents import Document

    places = dict(enumerate(passages))
    documents = [
        Document(f"{passage.title}\n{passage.text}", metadata={"place": place})
        for place, passage in places.items()
    ]
    try:
        if hasattr(reranker.model, "compress_documents"):
            kept = reranker.model.compress_documents(documents, question)
            order = [document.metadata["place"] for document in kept]
        else:
            scores = reranker.model.score([(question, each.page_content) for each in documents])
            order = sorted(places, key=lambda place: -float(scores[place]))
        return tuple(places[place] for place in dict.fromkeys(order))
    except Exception as error:
        log.warning("The reranker %s failed (%s); it is not used.", reranker.name, error)
        return tuple(passages)
