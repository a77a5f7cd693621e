"""Files of gold questions: one JSON object a line, a question and what is expected of its answer;
and how texts and timelines are compared with that.

docs/COMMANDS.md describes the keys. A bad line costs only itself.
"""

from __future__ import annotations

import json
import math
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from assistant.question.follow_ups import Turn, turns_of
from assistant.question.question import checked
from ingest.archive.filters import make_filters
from ingest.article import normal_url
from ingest.errors import SettingError, UnreadableError
from ingest.text import decode

_ARTICLES = frozenset({"a", "an", "the"})


def plain(text: str, articles: bool = False) -> str:
    """The words that are compared: no letter case, punctuation and citation marks, no articles
    unless they are wanted.

    >>> plain("The U.S. spent $1,200.50[1] – 40 per cent.")
    'us spent $ 1200.50 40 %'
    """
    text = re.sub(r"\[\d+\]", " ", text)  # "[1]" must not answer "How many? 1"
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", text)  # of initials
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)  # of thousands
    text = re.sub(r"\bper ?cent\b", "%", text)
    words = re.findall(r"\d+(?:\.\d+)+|[^\W_]+|[%$€£¥]", text)
    return " ".join(word for word in words if articles or word not in _ARTICLES)


def contains(text: str, wanted: Iterable[str]) -> bool:
    """Whether one of the `wanted` stands in `text` as whole words: "820" does not in "1,820"."""
    for each in wanted:
        articles = not plain(each)  # "A" is the whole of an answer: which vitamin?
        words = plain(each, articles)
        if words and f" {words} " in f" {plain(text, articles)} ":
            return True
    return False


def in_order(places: Iterable[Sequence[int]]) -> bool:
    """Whether a place can be picked from each that is none before the one picked ahead of it.

    `places`: for each event in the order expected, where it is told, ascending; none is passed by.
    """
    last = 0
    for told in filter(None, places):
        later = [place for place in told if place >= last]
        if not later:
            return False
        last = later[0]
    return True


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` (over 0 to 1) of the values do not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


Relation = Literal["superseded", "disputed", "none"]
RELATIONS = get_args(Relation)

_LINES = "Write one JSON object a line."
_TEXTS = "a list of texts that are not empty"
_TURNS = 'a list of ["user" or "assistant", "text"]'
_EVENTS = 'a list of {"date": "2023-07-16", "says": ["one word of it", …]}'


@dataclass(frozen=True)
class Event:
    """An event that a timeline has to tell: its ISO day, month or year, and words that tell it."""

    date: str
    says: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """A question, what is handed to it, and what is expected of its answer.

    `gold` are ids and addresses (as `normal_url` has them) of the articles that hold the answer;
    `also_gold` those that may be cited as well. `also_values` stand in for a missing value.
    """

    line: int
    question: str
    kind: str | None = None
    unanswerable: bool = False
    answers: tuple[str, ...] = ()
    gold: tuple[str, ...] = ()
    also_gold: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    also_values: tuple[str, ...] = ()
    relation: Relation | None = None
    events: tuple[Event, ...] = ()
    as_of: str | None = None
    since: str | None = None
    until: str | None = None
    publishers: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()

    @property
    def options(self) -> dict[str, Any]:
        """What `Assistant.stream` is given with the question."""
        names = ("history", "since", "until", "as_of", "publishers")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Unscored:
    """A line that gave no answer to score, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class Sheet:
    """The questions of a file and its bad lines."""

    file: str
    cases: tuple[Case, ...]
    bad: tuple[Unscored, ...] = ()


def read_sheet(file: str | Path) -> Sheet:
    """The questions of a file, or of standard input for "-".

    Raises:
        SettingError: it cannot be read, or there is nothing in it.
    """
    try:
        text = decode(sys.stdin.buffer.read() if str(file) == "-" else Path(file).read_bytes())
    except (OSError, ValueError, UnreadableError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SettingError(
            f"The questions {str(file)!r} cannot be read: {reason}. Name a file of JSON lines, "
            "or - for standard input."
        ) from None
    cases: list[Case] = []
    bad: list[Unscored] = []
    # Not splitlines: JSON texts may hold the other line ends as they are.
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if not line.strip():
            continue
        try:
            cases.append(_case(number, line))
        except SettingError as error:
            bad.append(Unscored(number, str(error)))
    if not cases and not bad:
        raise SettingError(f"The file {str(file)!r} holds no questions. {_LINES}")
    return Sheet(str(file), tuple(cases), tuple(bad))


def _case(number: int, line: str) -> Case:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise SettingError(f"it is no JSON object. {_LINES}")
    record = _Record(found)
    also = record.each("also", dict, 'a list of {"value", "publisher", "article"}')
    events = [_Record(each) for each in record.each("events", dict, _EVENTS)]
    values, relation = record.texts("values"), record.text("relation")
    question = record.text("question") or ""
    if not question.strip():
        raise SettingError("it has no question. Give one under 'question'.")
    if relation not in (None, *RELATIONS):
        raise SettingError(f"its 'relation' must be one of {', '.join(RELATIONS)}.")
    if not all(each.text("date") for each in events):
        raise SettingError(f"its 'events' must be {_EVENTS}.")
    case = Case(
        line=number,
        question=checked(question),
        kind=record.text("kind"),
        unanswerable=record.one("unanswerable", bool, "true or false") or False,
        answers=record.texts("answers"),
        gold=(*record.texts("articles"), *map(normal_url, record.texts("urls"))),
        also_gold=tuple(_Record(each).text("article") or "" for each in also),
        values=values,
        also_values=tuple(_Record(each).text("value") or "" for each in also),
        relation=cast("Relation | None", relation),
        events=tuple(Event(each.text("date") or "", each.texts("says")) for each in events),
        as_of=record.text("as_of"),
        since=record.text("since"),
        until=record.text("until"),
        # Beside values they say who reported each of them, and filter nothing.
        publishers=() if values else record.texts("publishers"),
        history=turns_of(record.each("history", object, _TURNS)),
    )
    make_filters(case.since, case.until, case.as_of, case.publishers)
    if case.unanswerable and (case.answers or case.values or case.events):
        raise SettingError("it is unanswerable and says what to answer. Leave one of them out.")
    for text in (*case.answers, *case.values, *(word for e in case.events for word in e.says)):
        if not plain(text, articles=True):
            raise SettingError(f"{text[:40]!r} has no letter or figure to look for. Write words.")
    return case


@dataclass(frozen=True)
class _Record:
    """The object of a line; null is the same as a key that is not there."""

    given: Mapping[str, Any]

    def one(self, name: str, kind: type[Any], form: str) -> Any:
        value = self.given.get(name)
        if value is not None and not isinstance(value, kind):
            raise SettingError(f"its {name!r} must be {form}.")
        return value

    def each(self, name: str, kind: type[Any], form: str) -> tuple[Any, ...]:
        values = self.one(name, list, form) or ()
        if not all(isinstance(value, kind) for value in values):
            raise SettingError(f"its {name!r} must be {form}.")
        return tuple(values)

    def text(self, name: str) -> str | None:
        return self.one(name, str, "a text") or None

    def texts(self, name: str) -> tuple[str, ...]:
        found = self.each(name, str, _TEXTS)
        if not all(text.strip() for text in found):
            raise SettingError(f"its {name!r} must be {_TEXTS}.")
        return found
