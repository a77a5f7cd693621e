"""Reports that give different values for the same thing: which hold, and which were overtaken."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.question.question import Question
from assistant.read.evidence import Evidence
from assistant.read.figures import Figure, Wanted, counted
from assistant.read.timeline import SAME_STORY, event_date
from assistant.results import Relation
from assistant.words import CALENDAR
from ingest.archive.filters import DAY
from ingest.sentences import Span
from ingest.vocabulary import YEAR

LATER = DAY // 2  # seconds after which another value is news and no contradiction
MOST_VALUES = 4
LEAST_SURE = math.log(0.09)  # that one of the passages answers; of sample conflicts .097 at least

BEFORE = 300  # characters of the sentence before that may say what a bare figure counts
SMALL = 10  # below, a count must stand in the words that the reader takes for the answer
DAILY = frozenset({"marched", "arrested"})  # what may happen again on another day
AT_LEAST = 2  # times: "more than 100" does not deny 150
FARTHEST = 20  # times: values that differ by more are not of one thing

_NAME = re.compile(r"(?<!^)(?<![.!?“\"]\s)\b[A-ZÀ-Þ][\w’-]+")
_SPEAKS = re.compile(
    r"(?i)\b(?:said|says|counts|counted|puts?|estimat\w+|spoke|according|gave|gives|announced"
    r"|maintain\w+|recorded|rated|measured|report(?:ed|s)|confirmed)\b"
)
# Just before a figure: it is no count, or the end of "30 to 40".
_UNSURE_BEFORE = re.compile(
    r"(?i)\b(?:could|may|might|would|feared|fears)\b.{0,60}$|\d\s?[-–]\s?$"
    r"|(?<!from\s)\b\d[\d,.]*\s(?:to|or)\s$|\bbetween\s(?:\S+\sand\s)?$"
)
_LONG_AGO = re.compile(r"\b(?:last|previous)\syear\b|\byears\s(?:ago|earlier|before)\b", re.I)
_QUARTER = re.compile(r"\b(?:first|second|third|fourth)(?=\s(?:quarter|half)\b)", re.IGNORECASE)
_PAST = re.compile(
    r"(?i)\b(?:last\s(?:week|month|year)|earlier|previous(?:ly)?|initial(?:ly)?|at\sfirst|had\s(?:\w+\s)?(?:given|said|spoken|put"
    r"|reported|been\sput))\b"
)


@dataclass(frozen=True)
class Claim:
    """A sentence that gives a value. `past`: it tells what was said before."""

    evidence: Evidence
    figure: Figure
    past: bool = False

    @property
    def value(self) -> str:
        """As the sentence writes it."""
        return self.evidence.text[self.figure.start : self.figure.end]

    @property
    def marked(self) -> Span:
        """Where the figure stands in the article."""
        start = self.evidence.start
        return start + self.figure.start, start + self.figure.end

    @property
    def published_at(self) -> int | None:
        published = self.evidence.passage.article.dated
        return published.epoch if published else None

    @property
    def order(self) -> tuple[int, bool, int]:
        """A sorting key, the oldest first."""
        at = self.published_at
        return (at if at is not None else -(2**40), not self.past, self.evidence.start)

    def agrees(self, other: Claim) -> bool:
        """Whether both may be true: "more than 1,000" and, of the same time, "about 1,500"."""
        if self.figure.same(other.figure):
            return True
        low, high = sorted((self, other), key=lambda claim: claim.figure.value)
        near = abs((self.published_at or 0) - (other.published_at or 0)) < LATER
        few = high.figure.value <= low.figure.value * AT_LEAST and high.figure.bound != "most"
        return near and few and low.figure.bound == "least"


@dataclass(frozen=True)
class Conflicting:
    """Claims with different values, the oldest first, one of each value."""

    relation: Relation
    claims: tuple[Claim, ...]


def find_conflict(question: Question, rank: Callable[[], Sequence[Evidence]]) -> Conflicting | None:
    """The different values that the sentences of `rank` give for what is asked; None where they
    agree, or where no figure is asked for, which is known before they are ranked."""
    wanted = Wanted.of(question)
    if wanted is None:
        return None
    ranked = rank()
    claims = list(_claims(wanted, ranked))
    if not claims:
        return None
    articles: set[str] = set()
    groups: list[list[Claim]] = []  # those of one value each
    for claim in claims:
        key = claim.evidence.passage.article_id
        if not _of_one_story(claims[0], claim, wanted):
            continue
        # Further figures of an article that nobody is said to give count parts.
        if key in articles and not claim.past and not _SPEAKS.search(claim.evidence.text):
            continue
        articles.add(key)
        group = next((group for group in groups if group[0].agrees(claim)), None)
        if group is None:
            groups.append([claim])
        else:
            group.append(claim)
    # The first report of each value, in a sentence of its own time if there is one.
    values = [min(group, key=lambda claim: (claim.past, claim.order)) for group in groups]
    surest = max(claim.evidence.facts.sure for claim in values)
    if len(values) < 2 or surest < LEAST_SURE:  # noqa: PLR2004
        return None
    values = sorted(values, key=lambda claim: claim.order)[-MOST_VALUES:]
    before, last = values[-2:]
    if last.evidence.passage.article_id == before.evidence.passage.article_id:
        overtaken = before.past
    else:  # all claims have a date, or none has
        overtaken = (last.published_at or 0) - (before.published_at or 0) >= LATER
    return Conflicting("superseded" if overtaken else "disputed", tuple(values))


def _claims(wanted: Wanted, ranked: Sequence[Evidence]) -> Iterator[Claim]:
    fewest = min((evidence.facts.unnamed for evidence in ranked), default=0)
    for evidence in ranked:
        text, facts, article = evidence.text, evidence.facts, evidence.passage.article
        # The question's names are not near, and others are there: it may be of something else.
        others = {name.lower() for name in _NAME.findall(text)} - CALENDAR
        if facts.unnamed > fewest or (facts.apart and others):
            continue
        if article.dated and not facts.dated:  # of a year long past that is not asked for?
            years = [int(year) for year in re.findall(rf"\b{YEAR}\b", text)]
            latest = max(years, default=article.dated.day.year)
            if _LONG_AGO.search(text) or latest < article.dated.day.year - 1:
                continue
        before = evidence.before[-BEFORE:]
        figures = [f for f in counted(wanted, text, before) if _is_definite(wanted, text, f)]
        # Small figures are everywhere: "a child under the age of 2" is none of the injured. They
        # count where they stand in the words that the reader takes for the answer.
        first, last = (at - evidence.start for at in evidence.answer(LEAST_SURE) or (0, 0))
        figures = [
            f for f in figures
            if f.value >= SMALL or wanted.unit or (first < f.end and f.start < last)
        ]  # fmt: skip
        figures.sort(key=lambda figure: _is_from(text, figure))  # "from 195 to 323"
        if figures:
            yield Claim(evidence, figures[0], bool(_PAST.search(text)))
        # Whether two are said to have counted; of what one says, two figures are parts.
        several = len(_SPEAKS.findall(text)) > 1
        for figure in figures[1:]:
            past = _is_from(text, figure)
            if past or several:
                yield Claim(evidence, figure, past)


def _is_definite(wanted: Wanted, text: str, figure: Figure) -> bool:
    """Whether a figure can be contradicted: no "several hundred", no end of "30 to 40", nothing
    that is feared, nor only some of the people that are asked for."""
    said = " ".join(text[figure.start : figure.end].lower().split())
    if "several" in said or "s of " in said:
        return False
    before, after = text[: figure.start], text[figure.end :]
    if _UNSURE_BEFORE.search(before):
        return False
    return not re.match(r"\s?[-–]\s?\d|\s(?:to|or)\s\d", after) or _is_from(text, figure)


def _is_from(text: str, figure: Figure) -> bool:
    return bool(re.search(r"\bfrom\s(?:[^\W\d]+\s){0,2}$", text[: figure.start]))


def _of_one_story(one: Claim, other: Claim, wanted: Wanted) -> bool:
    """Whether two claims are of one time and of one size: no other quarter of a year is told of,
    nor another day's crowd or arrests."""
    when, then = one.published_at, other.published_at
    if (when is None) != (then is None) or abs((when or 0) - (then or 0)) > SAME_STORY:
        return False
    small, large = sorted((abs(one.figure.value), abs(other.figure.value)))
    if one.figure.unit != other.figure.unit or small * FARTHEST < large:
        return False
    times, others = (_times(claim.evidence, wanted) for claim in (one, other))
    return not times or not others or bool(times & others)


def _times(evidence: Evidence, wanted: Wanted) -> set[str]:
    """What tells its time from another: a quarter of a year; of a crowd or arrests, the day."""
    found = {word.lower() for word in _QUARTER.findall(evidence.text)}
    published = evidence.passage.article.dated
    day = event_date(evidence.text, published.day if published else None)
    if wanted.event in DAILY and day and not day.said and len(day.iso) == len("2023-01-01"):
        found.add(day.iso)
    return found
