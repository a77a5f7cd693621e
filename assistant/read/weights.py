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


@dataclass(frozen=True)
class Facts:
    """What is known of a sentence as an answer; 0 to 1 unless said otherwise."""

    cover: float  # how much of the question is said there, nearby or in the headline
    context: float  # with what the rest of the article says
    standing: float  # 1 for the first passage found
    headline: float  # how much of the question the headline says
    unnamed: int  # proper names and years of the question that the article never mentions
    gap: float = 0.0  # what the weightiest word counts that is said nowhere near
    answers: float = 0.0  # the reader's logit of "this passage answers"
    within: float = 0.0  # logarithm of the probability that its answer begins there
    apart: int = 0  # names and years that stand in the article, but not near
    dated: bool = False  # a year of the question is said near
    timely: float = 1.0  # published when the question wants it; the latest counts up to 2.5

    @property
    def sure(self) -> float:
        """Logarithm of the probability that the passage answers, says the reader."""
        return -math.log1p(math.exp(-self.answers))


# A listwise softmax over the sentences of a question, for the one that holds the answer.
WEIGHTS: Mapping[str, float] = {
    "cover": 2.7, "context": 2.1, "standing": 2.0, "sure": 0.8, "within": 0.53, "timely": 1.4,
}  # fmt: skip

# A logistic fit: is the best extract the answer, or only near? Unnamed was doubled by hand: names
# that are nowhere in the article are rare in what it was fitted on.
SURE: Mapping[str, float] = {"cover": 3.95, "gap": -0.52, "answers": 0.13, "unnamed": -0.8}
# Most: the reader's highest logit of any passage. Age: for each step of log(1 + days). Known: where
# an as-of moment is given, age tells more (.48 by the fit, raised by hand: docs/DECISIONS.md).
SURE_BASE, SURE_MOST, SURE_AGE, SURE_KNOWN = -2.29, 0.47, -0.43, 1.38
USUAL_AGE = math.log(8)  # a week, where nobody has said as of when the question is asked
OLDEST = 365  # days; what is older is as good as this
MOST_UNNAMED = 2

# Gates of an answer: how sure it must be to be one, and to be shown as near.
ANSWERED, NEAR = 0.45, 0.09
COUNTED = 0.05  # the same, where several sentences count what is asked for
# The reader's logit below which a model's own words say something else than what is asked for; a
# name alone, of fewer words than `FEWEST_READ`, is nothing that it was taught to read. Chosen on
# what one small model said, all of it looked at.
SAYS_ELSE, FEWEST_READ = -5.0, 4

# Extracts. One has `LEAST_WORDS` where its article goes on, and runs to more sentences worth up to
# `NEARLY` less than its own while it has at most `MOST_WORDS`; no sentence makes it longer than
# `LONGEST`. Several short ones hold the answer more often than a long one:
# another is added where its sentence is worth up to `ALSO` less than the first's, and where it does
# not lack a word of the question that the first has, one that counts `LACKS` of all.
MOST_EXTRACTS = 3
LEAST_WORDS, MOST_WORDS, LONGEST, NEARLY = 20, 40, 95, 2.0
SURELY = 0.75  # how sure an answer must be to show little beside it
ALSO, ALSO_UNSURE = 0.6, 2.0
LACKS = 0.3


def score_of(facts: Facts) -> float:
    """The worth of a sentence, comparable within one question."""
    return sum(weight * float(getattr(facts, name)) for name, weight in WEIGHTS.items())


def sureness_of(facts: Facts, most: float, days: int | None) -> float:
    """How sure it is that a sentence's extract is the answer, 0 to 1.

    Args:
        most: the highest `answers` of all passages that were read.
        days: age of the article at the as-of moment; None where no such moment is given.
    """
    age = USUAL_AGE if days is None else math.log1p(min(max(0, days), OLDEST))
    total = SURE_BASE + SURE_MOST * most + SURE_AGE * age + SURE_KNOWN * (days is not None)
    for name, weight in SURE.items():
        value = float(getattr(facts, name))
        total += weight * (min(value, MOST_UNNAMED) if name == "unnamed" else value)
    return 1 / (1 + math.exp(-total))
