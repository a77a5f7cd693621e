"""What makes a sentence the answer, and an answer good enough: every constant of quoting.

Fitted on RealTimeQA questions whose evidence article is not known and on one half of questions in
people's own words, told on the other half and on RealTimeQA questions whose evidence is known; see
docs/DECISIONS.md. `make bench DATA=…` measures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

# What a word counts that is not said in the sentence but near it.
HEADLINE_SHARE, NEIGHBOUR_SHARE, PASSAGE_SHARE, ARTICLE_SHARE = 0.7, 0.55, 0.45, 0.4
UNIT_LIKE = 0.7  # how like the word for what is counted must be


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
    gap: float = 0.0  # what the weightiest word counts that is said nowhere near
    answers: float = 0.0  # the reader's logit of "this passage answers"
    within: float = 0.0  # logarithm of the probability that its answer begins there
    apart: int = 0  # names and years that stand in the article, but not near
    dated: bool = False  # a year of the question is said near
    timely: float = 1.0  # published when the question wants it to be

    @property
    def sure(self) -> float:
        """Logarithm of the probability that the passage answers, says the reader."""
        return -math.log1p(math.exp(-self.answers))


@dataclass(frozen=True)
class Shown:
    """How much is shown. An extract has `least` words where its article goes on; up to `most` it
    runs to further sentences worth up to `nearly` less than its own; an extract of another article
    is added where its sentence is worth up to `also` less than the first's."""

    least: int
    most: int
    nearly: float
    also: float


# A listwise softmax over the sentences of a question, for the one that holds the answer.
WEIGHTS: Mapping[str, float] = {
    "cover": 3.4, "context": 2.8, "like": 1.2, "standing": 1.9, "fits": 2.0, "new": 0.8,
    "unnamed": -0.2, "sure": 1.0, "within": 0.8, "timely": 2.0,
}  # fmt: skip

# A logistic fit: is the best extract the answer, or only near?
SURE: Mapping[str, float] = {
    "cover": 2.41, "like": 1.48, "headline": 1.1, "unnamed": -0.49, "gap": -3.36, "answers": 0.33,
    "timely": 0.8,
}  # fmt: skip
# Age: for each step of log(1 + days). Known: where an as-of moment is given, age tells more (.67 by
# the fit, raised by .6 by hand: docs/DECISIONS.md).
# Unfit: nothing of the kind that is asked for stands in the article.
SURE_BASE, SURE_AGE, SURE_KNOWN, SURE_UNFIT = -2.35, -0.41, 1.28, -2.17
USUAL_AGE = math.log(8)  # a week, where nobody has said as of when the question is asked
OLDEST = 365  # days; what is older is as good as this
MOST_UNNAMED = 2

# Gates of an answer: how sure it must be to be one, and to be shown as near.
ANSWERED, NEAR = 0.53, 0.15
COUNTED = 0.06  # the same, where several sentences count what is asked for

# Extracts: the less sure an answer is, the more is shown.
MOST_EXTRACTS = 3
SURELY = 0.63  # how sure an answer must be to show little
LITTLE, MUCH = Shown(20, 40, 0.5, 1.1), Shown(75, 95, 4.0, 4.0)


def score_of(facts: Facts) -> float:
    """The worth of a sentence, comparable within one question."""
    return sum(weight * float(getattr(facts, name)) for name, weight in WEIGHTS.items())


def sureness_of(facts: Facts, days: int | None, unfit: bool = False) -> float:
    """How sure it is that a sentence's extract is the answer, 0 to 1.

    Args:
        days: age of the article at the as-of moment; None where no such moment is given.
        unfit: no sentence of the article holds a thing of the kind that is asked for.
    """
    age = USUAL_AGE if days is None else math.log1p(min(max(0, days), OLDEST))
    total = SURE_BASE + SURE_AGE * age + SURE_KNOWN * (days is not None)
    total += SURE_UNFIT * unfit
    for name, weight in SURE.items():
        value = float(getattr(facts, name))
        total += weight * (min(value, MOST_UNNAMED) if name == "unnamed" else value)
    return 1 / (1 + math.exp(-total))
