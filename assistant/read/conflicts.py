"""Reports that give different values for the same thing: which hold, and which were overtaken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.question.question import Question
from assistant.read.counting import Wanted, counted
from assistant.read.evidence import Evidence
from assistant.read.figures import Figure
from assistant.read.timeline import event_date
from assistant.results import Relation
from assistant.words import CALENDAR
from ingest.archive.filters import DAY
from ingest.sentences import sentences

SAME_STORY = 120 * DAY  # seconds within which reports are of one event
LATER = DAY // 2  # seconds after which another value is news and no contradiction
NEAR_TOPIC = 0.5  # of the best article's share of the question that another one must say
MOST_VALUES = 4

BEFORE = 300  # characters in which the sentence before a bare figure stands
SMALL, LARGE = 10, 50  # less than ten of what is fifty or more is a part of it
DAILY = frozenset({"marched", "arrested"})  # what may happen again on another day
AT_LEAST = 2  # times: "more than 100" does not deny 150
FARTHEST = 20  # times: values that differ by more are not of one thing

_NAME = re.compile(r"(?<!^)(?<![.!?“\"]\s)\b[A-ZÀ-Þ][\w’-]+")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_SOME = frozenset("children women girls boys babies".split())
_SPEAKERS = re.compile(
    r"\b(?:organi[sz]ers|police|ministry|unions?|government|officials|army|rebels|opposition"
    r"|authorities|council|doctors)\b",
    re.IGNORECASE,
)
_SPEAKS = re.compile(
    r"\b(?:said|says|counted|put|puts|estimat\w+|spoke|according|gave|gives|announced|maintain\w+)\b",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"\b(?:said|says|count(?:ed|s)|put|puts|estimat\w+|spoke|recorded|rated|measured|maintain\w+"
    r"|report(?:ed|s)|according|gave|gives|confirmed|announced|organi[sz]ers|police|ministry)\b",
    re.IGNORECASE,
)
# Just before a figure: it is no count, or one of something more.
_PERHAPS = re.compile(r"\b(?:could|may|might|would|feared|fears)\b.{0,60}$", re.IGNORECASE)
_PERHAPS_MONEY = re.compile(_PERHAPS.pattern + r"|\b(?:another|further|additional)\s+$", re.I)
_REVISED = re.compile(
    r"\b(?:revis\w+|rais(?:ed|es|ing)|lower(?:ed|s)|reduc\w+|correct\w+|ris(?:en|es|ing)|rose|climb\w+"
    r"|up\sfrom|down\sfrom|increased|cut)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"\bseveral\b|s\sof\s", re.IGNORECASE)
_RANGE_AFTER = re.compile(r"\s?[-–]\s?\d|\s(?:to|or)\s\d")
_RANGE_BEFORE = re.compile(
    r"\d\s?[-–]\s?$|(?<!from\s)\b\d[\d,.]*\s(?:to|or)\s$|\bbetween\s(?:\S+\sand\s)?$",
    re.IGNORECASE,
)
_LONG_AGO = re.compile(r"\b(?:last|previous)\syear\b|\byears\s(?:ago|earlier|before)\b", re.I)
_RATE = re.compile(
    r"\b(?:per|each|every)\s(?:day|week|month|year)\b"
    r"|\bin\sthe\s(?:past|last)\s(?:24\shours|day|week|month)\b",
    re.IGNORECASE,
)
_QUARTER = re.compile(r"\b(?:first|second|third|fourth)(?=\s(?:quarter|half)\b)", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:last\s(?:week|month|year)|earlier|previous(?:ly)?|initial(?:ly)?|at\sfirst|had\s(?:\w+\s)?(?:given|said|spoken|put"
    r"|reported|been\sput))\b",
    re.IGNORECASE,
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
    def published_at(self) -> int | None:
        published = self.evidence.passage.article.published
        return published.epoch if published else None


@dataclass(frozen=True)
class Conflicting:
    """Claims with different values, the oldest first, one of each value."""

    relation: Relation
    claims: tuple[Claim, ...]


def find_conflict(question: Question, ranked: Sequence[Evidence]) -> Conflicting | None:
    """The different values that sentences give for what is asked; None where they agree."""
    wanted = Wanted.of(question)
    if wanted is None or not wanted.disputable:
        return None
    claims = list(_claims(wanted, ranked))
    if not claims:
        return None
    values = _values(_spoken(_of_one_story(wanted, claims, ranked)))
    if len(values) < 2:  # noqa: PLR2004
        return None
    ordered = sorted(values, key=_order)[-MOST_VALUES:]
    return Conflicting(_relation(ordered), tuple(ordered))


def _claims(wanted: Wanted, ranked: Sequence[Evidence]) -> Iterator[Claim]:
    fewest = min(evidence.facts.unnamed for evidence in ranked) if ranked else 0
    for evidence in ranked:
        if evidence.facts.unnamed > fewest or _is_apart(evidence) or _of_another_year(evidence):
            continue
        figures = [
            figure
            for figure in counted(wanted, evidence.text, _before(evidence))
            if _is_definite(evidence.text, figure)
            and not _is_part(wanted, figure)
            and not (_PERHAPS_MONEY if figure.unit else _PERHAPS).search(
                evidence.text[: figure.start]
            )
        ]
        figures.sort(key=lambda figure: _is_from(evidence.text, figure))  # "from 195 to 323"
        if figures:
            yield Claim(evidence, figures[0], bool(_PAST.search(evidence.text)))
        for figure in figures[1:]:
            if _is_from(evidence.text, figure) or _spoken_twice(evidence.text):
                yield Claim(evidence, figure, _is_from(evidence.text, figure))


def _is_definite(text: str, figure: Figure) -> bool:
    """Whether a figure can be contradicted: no "several hundred", no end of "30 to 40"."""
    if _VAGUE.search(text[figure.start : figure.end]) or _RATE.search(text):
        return False
    upwards = _RANGE_AFTER.match(text[figure.end :]) and not _is_from(text, figure)
    return not (upwards or _RANGE_BEFORE.search(text[: figure.start]))


def _is_part(wanted: Wanted, figure: Figure) -> bool:
    """Whether only some of the people that a question asks for are counted."""
    return bool({word.lower() for word in figure.what[:2]} & _SOME - wanted.names)


def _is_apart(evidence: Evidence) -> bool:
    """Whether a sentence may be of something else: the question's names are not near, and others
    are there."""
    if not evidence.facts.apart:
        return False
    names = {name.lower() for name in _NAME.findall(evidence.text)}
    return evidence.facts.apart > 1 or bool(names - CALENDAR)


def _of_another_year(evidence: Evidence) -> bool:
    """Whether a sentence tells of a year long past that the question does not name."""
    published = evidence.passage.article.published
    if published is None:
        return False
    if _LONG_AGO.search(evidence.text) and not evidence.facts.dated:
        return True
    years = {int(year) for year in _YEAR.findall(evidence.text)}
    return bool(years) and max(years) < published.day.year - 1 and not evidence.facts.dated


def _before(evidence: Evidence) -> str:
    """The sentence before, as far as it stands near."""
    text = evidence.passage.article.text[max(0, evidence.start - BEFORE) : evidence.start]
    spans = sentences(text)
    return text[slice(*spans[-1])] if spans else ""


def _is_from(text: str, figure: Figure) -> bool:
    return bool(re.search(r"\bfrom\s(?:[^\W\d]+\s){0,2}$", text[: figure.start]))


def _of_one_story(
    wanted: Wanted, claims: Sequence[Claim], ranked: Sequence[Evidence]
) -> list[Claim]:
    """Those that are as much on the topic as the best one, of its time and of its size."""
    told: dict[str, float] = {}
    for evidence in ranked:
        key = evidence.passage.article_id
        told[key] = max(told.get(key, 0.0), evidence.facts.context)
    first = claims[0]
    enough = NEAR_TOPIC * told[first.evidence.passage.article_id]
    return [
        claim
        for claim in claims
        if told[claim.evidence.passage.article_id] >= enough
        and _near(claim, first)
        and _of_one_time(wanted, claim, first)
        and _comparable(claim.figure, first.figure)
    ]


def _of_one_time(wanted: Wanted, one: Claim, other: Claim) -> bool:
    """Whether no other quarter of a year is told of, nor another day's crowd or arrests."""
    texts = [claim.evidence.text for claim in (one, other)]
    quarters = [{word.lower() for word in _QUARTER.findall(text)} for text in texts]
    if all(quarters) and not quarters[0] & quarters[1]:
        return False
    days = [_day(claim) for claim in (one, other)] if wanted.event in DAILY else []
    return not all(days) or len(set(days)) <= 1


def _day(claim: Claim) -> str | None:
    """When it happened, where its sentence says so."""
    published = claim.evidence.passage.article.published
    found = event_date(claim.evidence.text, published.day if published else None)
    return None if found is None or found.said or len(found.iso) < len("2023-01-01") else found.iso


def _comparable(one: Figure, other: Figure) -> bool:
    if one.unit != other.unit:
        return False
    small, large = sorted((abs(one.value), abs(other.value)))
    return small * FARTHEST >= large and not (small < SMALL and large >= LARGE)


def _spoken(claims: Sequence[Claim]) -> list[Claim]:
    """Without further figures of an article that nobody is said to give: they count parts."""
    kept: list[Claim] = []
    for claim in claims:
        own = [
            c for c in kept if c.evidence.passage.article_id == claim.evidence.passage.article_id
        ]
        if not own or claim.past or _attributed(claim.evidence.text):
            kept.append(claim)
    return kept


def _spoken_twice(text: str) -> bool:
    """Whether two are said to have counted; of what one says, two figures are parts."""
    speakers = {found.lower() for found in _SPEAKERS.findall(text)}
    return len(speakers) > 1 or len(_SPEAKS.findall(text)) > 1


def _attributed(text: str) -> bool:
    """Whether a sentence says who counted."""
    return bool(_COUNTS.search(text))


def _near(one: Claim, other: Claim) -> bool:
    if one.published_at is None or other.published_at is None:
        return one.evidence.passage.article_id == other.evidence.passage.article_id
    return abs(one.published_at - other.published_at) <= SAME_STORY


def _values(claims: Sequence[Claim]) -> list[Claim]:
    """One claim for each value: the first report of it, in a sentence of its own time if there is
    one."""
    groups: list[list[Claim]] = []
    for claim in claims:
        group = next((g for g in groups if _agree(g[0], claim)), None)
        if group is None:
            groups.append([claim])
        else:
            group.append(claim)
    return [min(group, key=lambda claim: (claim.past, _order(claim))) for group in groups]


def _agree(one: Claim, other: Claim) -> bool:
    """Whether both may be true: "more than 1,000" and, of the same time, "about 1,500"."""
    if one.figure.same(other.figure):
        return True
    low, high = sorted((one, other), key=lambda claim: claim.figure.value)
    if low.figure.unit != high.figure.unit or low.figure.bound != "least":
        return False
    near = high.figure.value <= low.figure.value * AT_LEAST and high.figure.bound != "most"
    return near and abs((one.published_at or 0) - (other.published_at or 0)) < LATER


def _order(claim: Claim) -> tuple[int, bool, int]:
    at = claim.published_at
    return (at if at is not None else -(2**40), not claim.past, claim.evidence.start)


def _relation(claims: Sequence[Claim]) -> Relation:
    """Whether the last value took the place of the others, or stands against them."""
    last, before = claims[-1], claims[-2]
    if last.evidence.passage.article_id == before.evidence.passage.article_id:
        revised = before.past or _REVISED.search(last.evidence.text)
        return "superseded" if revised else "disputed"
    if last.published_at is None or before.published_at is None:
        return "disputed"
    return "superseded" if last.published_at - before.published_at >= LATER else "disputed"
