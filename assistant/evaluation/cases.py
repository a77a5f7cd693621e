"""Files of gold questions: one JSON object a line, a question and what is expected of its answer;
and how texts and timelines are compared with that.

docs/COMMANDS.md describes the keys. A bad line costs only itself.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StrictBool, TypeAdapter, ValidationError

from assistant.question.follow_ups import turns_of
from assistant.question.question import checked
from ingest.archive.filters import make_filters
from ingest.article import normal_url
from ingest.errors import SettingError, UnreadableError
from ingest.text import decode, one_line

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


Relation = Literal["superseded", "disputed", "none"]

_LINES = "Write one JSON object a line."


def _telling(text: str) -> str:
    if not plain(text, articles=True):
        raise SettingError(f"{text[:40]!r} has no letter or figure to look for. Write words.")
    return text


Telling = Annotated[str, AfterValidator(_telling)]
Name = Annotated[str, Field(pattern=r"\S")]
Address = Annotated[str, AfterValidator(normal_url)]


@dataclass(frozen=True)
class Event:
    """An event that a timeline has to tell: its ISO day, month or year, and words that tell it."""

    date: Name
    says: tuple[Telling, ...] = ()


@dataclass(frozen=True)
class Also:
    """A further report: its value, which stands in for a missing one, and its article, which may be
    cited as well."""

    value: str = ""
    article: str = ""


@dataclass(frozen=True)
class Case:
    """A question, what is handed to it, and what is expected of its answer: a line of the file."""

    line: int
    question: Annotated[str, AfterValidator(checked)]
    kind: str | None = None
    unanswerable: StrictBool = False
    answers: tuple[Telling, ...] = ()
    articles: tuple[Name, ...] = ()
    urls: tuple[Address, ...] = ()
    values: tuple[Telling, ...] = ()
    also: tuple[Also, ...] = ()
    relation: Relation | None = None
    events: tuple[Event, ...] = ()
    as_of: str | None = None
    since: str | None = None
    until: str | None = None
    publishers: tuple[Name, ...] = ()
    history: Annotated[tuple[Any, ...], AfterValidator(turns_of)] = ()

    @property
    def gold(self) -> tuple[str, ...]:
        """Ids and addresses (as `normal_url` has them) of the articles that hold the answer."""
        return (*self.articles, *self.urls)

    @property
    def options(self) -> dict[str, Any]:
        """What `Assistant.stream` is given with the question."""
        names = ("history", "since", "until", "as_of", "publishers")
        options = {name: getattr(self, name) for name in names}
        # Beside values they say who reported each of them, and filter nothing.
        return {**options, "publishers": ()} if self.values else options


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


_CASE = TypeAdapter(Case)


def _case(number: int, line: str) -> Case:
    try:
        # null is the same as a key that is not there.
        record = json.loads(line, object_hook=lambda told: {
            name: value for name, value in told.items() if value is not None
        })  # fmt: skip
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        raise SettingError(f"it is no JSON object. {_LINES}")
    try:
        case = _CASE.validate_python({**record, "line": number})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise SettingError(f"its {place!r} cannot be used: {one_line(first['msg'])}.") from None
    make_filters(case.since, case.until, case.as_of, case.publishers)
    if case.unanswerable and (case.answers or case.values or case.events):
        raise SettingError("it is unanswerable and says what to answer. Leave one of them out.")
    return case
