"""What is given back: Passage, Found, Citation, Answer; all of it frozen, all of it printable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Literal, Protocol, TypeVar, cast

from typing_extensions import TypedDict

from assistant.question.scope import Finding
from ingest.archive.filters import Filters
from ingest.article import Article, Moment, Origin
from ingest.vocabulary import MONTHS

REFUSAL = "The archive does not hold the answer."
NOT_SURE = "Not sure that this answers it. The nearest that the archive says:"
MODEL_REFUSED = "The model did not find the answer. The nearest that the archive says:"
UNSUPPORTED = "Answered by quoting. No passage was found that says what the model said:"
UNSURE = "Not sure that this answers the question."
NO_MODEL = "Research needs a chat model: answered by quoting, from one search."
WELCOME = "Ask what the articles here report: what happened, who said so, and when."
BEGINNINGS = "Without a model there is no summary. How the reports on it begin:"
NEAR = "Not an answer, but near:"  # how a note starts that names a near article


class Result(Protocol):
    """What a command gives, whoever asked: an object for programs, a text for people."""

    @property
    def complete(self) -> bool:
        """Whether all of it was done and is well; else the command's exit code says so."""
        return not self.failed

    @property
    def failed(self) -> Sequence[str]:
        """What could not be done and why, a line each."""
        return ()

    def as_json(self) -> Mapping[str, object]:
        """The object that the command prints with --json, and that programs are sent."""

    def as_text(self) -> str:
        """What the command prints without --json."""


T = TypeVar("T")


def shaped(shape: type[T], source: object, **told: object) -> T:
    """The object of that shape: what is not told here is the source's own."""
    own = {n: told[n] if n in told else getattr(source, n) for n in shape.__annotations__}
    return cast(T, {name: _as_json(each) for name, each in own.items()})


def _as_json(value: Any) -> object:
    if isinstance(value, tuple):
        return [_as_json(each) for each in value]
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Moment):
        return value.iso
    if hasattr(value, "as_json"):
        return value.as_json()
    if is_dataclass(value):
        return {each.name: _as_json(getattr(value, each.name)) for each in fields(value)}
    return value


class PassageJson(TypedDict):
    """A passage that was found: the article's text from `start` to `end`."""

    article_id: str
    title: str
    publisher: str | None
    published: str | None
    url: str | None
    text: str
    start: int
    end: int
    score: float
    also_in: list[str]


@dataclass(frozen=True)
class Passage:
    """A stretch of an article that was found: `text == article.text[start:end]`."""

    article_id: str
    article: Article = field(repr=False)
    start: int
    end: int
    score: float  # 0 to 1 and comparable within one search only
    also_in: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def title(self) -> str:
        return self.article.title

    @property
    def publisher(self) -> str | None:
        return self.article.publisher

    @property
    def published(self) -> str | None:
        return self.article.published.iso if self.article.published else None

    @property
    def url(self) -> str | None:
        return self.article.url

    def as_json(self) -> PassageJson:
        return shaped(PassageJson, self)


def first_of_each(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """The first passage of each article."""
    found: dict[str, Passage] = {}
    for passage in passages:
        found.setdefault(passage.article_id, passage)
    return tuple(found.values())


class FiltersJson(TypedDict):
    """The filters in force; `understood`: those of the question, `preferred`: the values of those
    that are no filters but wishes, `relaxed`: those not kept to."""

    since: str | None
    until: str | None
    as_of: str | None
    publishers: list[str]
    without: list[str]
    authors: list[str]
    kinds: list[str]
    phrases: list[str]
    understood: dict[str, list[str]]
    preferred: dict[str, list[str]]
    relaxed: dict[str, list[str]]


class FoundJson(TypedDict):
    """The object of `dateline search --json`."""

    question: str
    filters: FiltersJson
    passages: list[PassageJson]
    seconds: float


@dataclass(frozen=True)
class Found(Result):
    """The passages found for a question, best first. `filters` are those in force; `understood` are
    those of them that the question named, `relaxed` what it named and would have left nothing."""

    question: str
    filters: Filters
    passages: tuple[Passage, ...]
    seconds: float = 0.0
    understood: tuple[Finding, ...] = ()
    relaxed: tuple[Finding, ...] = ()

    def as_json(self) -> FoundJson:
        return shaped(FoundJson, self, filters=filters_json(self))

    def as_text(self) -> str:
        from assistant.printing import found_text

        return found_text(self)


class CitationJson(TypedDict):
    """Exact words of an article: its text from `start` to `end`; those that answer are marked."""

    number: int
    article_id: str
    title: str
    publisher: str | None
    byline: str | None
    published: str | None
    published_from: Origin | None
    url: str | None
    quote: str
    start: int
    end: int
    link: str | None
    marked_start: int | None
    marked_end: int | None


@dataclass(frozen=True)
class Citation:
    """Exact words of an article: `quote == article.text[start:end]`. `marked` bounds those of them
    that answer, `article.text[slice(*marked)]`, where that is known."""

    number: int
    article_id: str
    title: str
    publisher: str | None
    byline: str | None
    published: str | None  # ISO 8601, or None for an undated article
    url: str | None
    quote: str
    start: int
    end: int
    link: str | None  # the address, made to open at the quoted words
    agency: str | None = None
    marked: tuple[int, int] | None = None
    published_from: Origin | None = None

    @property
    def day(self) -> str:
        """ "7 February 2023", "about 7 February 2023" for a guess, or "undated"."""
        origin = self.published_from or "metadata"
        return day_of(Moment(self.published, origin)) if self.published else "undated"

    @property
    def split(self) -> tuple[str, str, str]:
        """The quote before the marked words, these, and the quote after them."""
        start, end = self.marked or (self.end, self.end)
        start, end = start - self.start, end - self.start
        return self.quote[:start], self.quote[start:end], self.quote[end:]

    def as_json(self) -> CitationJson:
        start, end = self.marked or (None, None)
        return shaped(CitationJson, self, marked_start=start, marked_end=end)


Standing = Literal["supported", "not found", "uncited"]
Relation = Literal["superseded", "disputed"]
Grade = Literal["answered", "near", "refused"]
"""How well a question is answered; "near": what is said may not answer it, or has no source."""


@dataclass(frozen=True)
class Statement:
    """A sentence of an answer, `answer.text[start:end]`. `citations` are the numbers that it names;
    `support`, 0 to 1, is how well they say the same; `found`: the source was found for it, where
    the model named none or one that does not say it."""

    start: int
    end: int
    citations: tuple[int, ...]
    standing: Standing
    support: float
    found: bool = False


@dataclass(frozen=True)
class Value:
    """What one report gives for what is asked: the figure as it writes it, and its citation."""

    value: str
    citation: int
    publisher: str | None
    published: str | None  # ISO 8601


@dataclass(frozen=True)
class Conflict:
    """Different values for the same thing, the oldest first. "superseded": the last one took the
    place of the others and is `current`; "disputed": they stand against each other."""

    relation: Relation
    values: tuple[Value, ...]
    current: str | None = None  # the value that holds now


@dataclass(frozen=True)
class Entry:
    """An event of a timeline: its date, "2023-09-10", "2023-09" or "2023", and what tells of it."""

    date: str
    text: str
    citation: int


class AnswerJson(TypedDict):
    """The object of `dateline ask --json`."""

    question: str
    standalone: str
    answer: str
    refused: bool
    grade: Grade
    short: str | None
    as_of: str | None
    filters: FiltersJson
    citations: list[CitationJson]
    model: str
    notes: list[str]
    statements: list[Statement]
    confidence: float | None
    conflict: Conflict | None
    timeline: list[Entry]
    steps: list[str]
    seconds: float


@dataclass(frozen=True)
class Answer(Result):
    """An answer as far as it is known; while it is streaming, `complete` is False."""

    question: str
    standalone: str
    text: str
    filters: Filters
    citations: tuple[Citation, ...]
    model: str
    grade: Grade = "answered"
    short: str | None = None  # the answer in a few words of the first citation
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    complete: bool = True
    passages: tuple[Passage, ...] = field(default=(), repr=False)  # what the answer was made from
    near: tuple[Passage, ...] = field(default=(), repr=False)  # shown with a refusal; no answer
    understood: tuple[Finding, ...] = ()  # filters that the question named, in force
    relaxed: tuple[Finding, ...] = ()  # filters that it named and that would have left nothing
    statements: tuple[Statement, ...] = ()  # the sentences, each checked; of a whole answer only
    confidence: float | None = None  # 0 to 1; None where the writer does not say
    conflict: Conflict | None = None  # where sources give different values
    timeline: tuple[Entry, ...] = ()  # where a course of events was asked for
    steps: tuple[str, ...] = ()  # what a research did, in its order

    @property
    def as_of(self) -> str | None:
        return self.filters.as_of

    @property
    def refused(self) -> bool:
        """Whether no answer is given: what is near is none."""
        return self.grade != "answered"

    def as_json(self) -> AnswerJson:
        return shaped(AnswerJson, self, answer=self.text, filters=filters_json(self))

    def as_text(self) -> str:
        from assistant.printing import answer_text

        return answer_text(self)


def outlet(article: Article) -> str | None:
    """Who reported it: the publisher, with the agency when it is another; or the agency."""
    if article.publisher and article.agency and article.agency != article.publisher:
        return f"{article.publisher} ({article.agency})"
    return article.publisher or article.agency


def attribution(article: Article, brief: bool = False) -> str:
    """ "Northern Ledger, 7 February 2023, from Ankara"; what is not known is left out. Opinion is
    its author's: "Jo Hale (opinion), Northern Ledger, 7 February 2023". `brief`: without the place,
    and "undated" where it is."""
    author = f"{article.byline or 'unsigned'} (opinion)" if article.kind == "opinion" else None
    place = f"from {article.dateline}" if article.dateline and not brief else None
    day = day_in_words(article) or ("undated" if brief else None)
    parts = (author, outlet(article), day, place)
    return ", ".join(part for part in parts if part) or f"“{article.title}”"


def day_in_words(article: Article) -> str | None:
    """ "7 February 2023", or None for an undated article."""
    return day_of(article.published) if article.published else None


def day_of(moment: Moment) -> str:
    """ "7 February 2023", of a guess "about 7 February 2023"."""
    about = "about " if moment.origin == "guess" else ""
    return f"{about}{date_in_words(moment.iso[:10])}"


def date_in_words(iso: str) -> str:
    """ "10 September 2023", "September 2023" or "2023"."""
    year, *rest = iso.split("-")
    month = MONTHS[int(rest[0]) - 1] if rest else ""
    day = str(int(rest[1])) if len(rest) > 1 else ""
    return " ".join(part for part in (day, month, year) if part)


def filters_json(searched: Found | Answer) -> FiltersJson:
    """The filters in force, with what the question had to do with them."""

    def by_name(findings: Sequence[Finding]) -> dict[str, list[str]]:
        names = dict.fromkeys(each.name for each in findings)
        return {n: [word for f in findings if f.name == n for word in f.words] for n in names}

    preferred = {f.name: list(f.values) for f in searched.understood if f.is_wish}
    return shaped(
        FiltersJson, searched.filters, understood=by_name(searched.understood),
        preferred=preferred, relaxed=by_name(searched.relaxed),
    )  # fmt: skip
