"""What makes a sentence the answer, and an answer good enough: every constant of quoting.

Fitted on RealTimeQA questions whose evidence article is not known and told on those whose is; see
docs/DECISIONS.md. `make bench DATA=…` measures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

# What a word counts that is not said in the sentence but near it.
HEADLINE_SHARE, NEIGHBOUR_SHARE, PASSAGE_SHARE, ARTICLE_SHARE = 0.7, 0.55, 0.45, 0.4
UNIT_LIKE = 0.7  # how like the word for what is counted must be
CARRIED_SHARE = 0.4  # weight of a word that the question takes over from the one before


@dataclass(frozen=True)
class Facts:
    """What is known of a sentence as an answer; 0 to 1 unless said otherwise."""

    cover: float  # how much of the question is said there, nearby or in the headline
    context: float  # with what the rest of the article says
    like: float  # cosine of sentence and question
    standing: float  # 1 for the first passage found
    fits: float  # 1 where a thing of the kind that is asked for stands in it
    new: float  # names and figures that the question does not name
    headline: float  # how much of the question the headline says
    unnamed: int  # proper names and years of the question that the article never mentions
    apart: int  # those that stand in the article, but not near
    dated: bool  # a year of the question is said near
    gap: float = 0.0  # what the weightiest word counts that is said nowhere near


@dataclass(frozen=True)
class Sureness:
    """What each fact counts for being sure; `unfit`: nothing of the asked kind is there; `age`: for
    each step of log(1 + days)."""

    cover: float
    like: float
    headline: float
    unnamed: float
    unfit: float
    age: float
    gap: float
    base: float


# A listwise softmax over the sentences of a question, for the one that holds the answer.
WEIGHTS: Mapping[str, float] = {
    "cover": 4.6, "context": 3.9, "like": 2.1, "standing": 1.6, "fits": 2.9, "new": 1.2,
    "unnamed": -0.4,
}  # fmt: skip

# A logistic fit: does the article of the best sentence hold the answer, or is it only near?
SURE = Sureness(
    cover=4.8, like=1.6, headline=1.5, unnamed=-0.8, unfit=-3.3, age=-0.42, gap=-4.9, base=-2.0
)
USUAL_AGE = math.log(8)  # a week, where nobody has said as of when the question is asked
OLDEST = 365  # days; what is older is as good as this
MOST_UNNAMED = 2

# Gates of an answer.
ENOUGH = 0.55  # how sure it must be
ENOUGH_COUNTED = 0.2  # the same, where several sentences count what is asked for
ALSO = 2.0  # by how much another sentence may be worth less than the best
MOST_SENTENCES = 4
MOST_WORDS = 76  # of sentences and of headlines that are told with them


def score_of(facts: Facts) -> float:
    """The worth of a sentence, comparable within one question."""
    return sum(weight * float(getattr(facts, name)) for name, weight in WEIGHTS.items())


def sureness(facts: Facts, unfit: bool, days: int | None) -> float:
    """How sure it is that an article holds the answer, 0 to 1.

    Args:
        facts: the best of each fact that one of its sentences has.
        unfit: no sentence of it holds a thing of the kind that is asked for.
        days: age of the article at the as-of moment; None where no such moment is given.
    """
    age = USUAL_AGE if days is None else math.log1p(min(max(0, days), OLDEST))
    total = (
        SURE.base + SURE.cover * facts.cover + SURE.like * facts.like
        + SURE.headline * facts.headline + SURE.unnamed * min(facts.unnamed, MOST_UNNAMED)
        + SURE.unfit * unfit + SURE.age * age + SURE.gap * facts.gap
    )  # fmt: skip
    return 1 / (1 + math.exp(-total))
