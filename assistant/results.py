"""What is given back: Passage, Found, Citation, Answer; all of it frozen, all of it printable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.question.scope import Finding
from ingest.archive.filters import Filters
from ingest.article import Article, Moment
from ingest.vocabulary import MONTHS

REFUSAL = "The archive does not hold the answer."
NOT_SURE = "Not sure that this answers it. The nearest that the archive says:"
WELCOME = "Ask what the articles here report: what happened, who said so, and when."
NEAR = "Not an answer, but near:"  # how a note starts that names a near article


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

    def as_json(self) -> dict[str, object]:
        names = ("article_id", "title", "publisher", "published", "url", "text", "start", "end")
        return {name: getattr(self, name) for name in names} | {
            "score": round(self.score, 4),
            "also_in": list(self.also_in),
        }


@dataclass(frozen=True)
class Found:
    """The passages found for a question, best first.

    `filters` are those in force; `understood` are those of them that the question named, `relaxed`
    what it named and what would have left nothing.
    """

    question: str
    filters: Filters
    passages: tuple[Passage, ...]
    seconds: float = 0.0
    understood: tuple[Finding, ...] = ()
    relaxed: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The object that `dateline search --json` prints."""
        return {
            "question": self.question,
            "filters": filters_json(self.filters, self.understood, self.relaxed),
            "passages": [passage.as_json() for passage in self.passages],
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class Citation:
    """Exact words of an article: `quote == article.text[start:end]`.

    `marked` bounds those of them that answer, `article.text[slice(*marked)]`, where that is known.
    """

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

    @property
    def split(self) -> tuple[str, str, str]:
        """The quote before the marked words, these, and the quote after them."""
        start, end = self.marked or (self.end, self.end)
        start, end = start - self.start, end - self.start
        return self.quote[:start], self.quote[start:end], self.quote[end:]

    def as_json(self) -> dict[str, object]:
        names = (name for name in self.__dataclass_fields__ if name not in ("agency", "marked"))
        start, end = self.marked or (None, None)
        return {name: getattr(self, name) for name in names} | {
            "marked_start": start,
            "marked_end": end,
        }


Standing = Literal["supported", "not found", "uncited"]
Relation = Literal["superseded", "disputed"]
Grade = Literal["answered", "near", "refused"]
"""How well a question is answered; "near": what is quoted is close to it, and nobody says more."""


@dataclass(frozen=True)
class Statement:
    """A sentence of an answer, `answer.text[start:end]`, and what stands behind it.

    `citations` are the numbers that it names; `support`, 0 to 1, is how well they say the same.
    """

    start: int
    end: int
    citations: tuple[int, ...]
    standing: Standing
    support: float

    def as_json(self) -> dict[str, object]:
        return {
            "start": self.start,
            "end": self.end,
            "citations": list(self.citations),
            "standing": self.standing,
            "support": round(self.support, 3),
        }


@dataclass(frozen=True)
class Value:
    """What one report gives for what is asked: the figure as it writes it, and its citation."""

    value: str
    citation: int
    publisher: str | None
    published: str | None  # ISO 8601

    def as_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class Conflict:
    """Different values for the same thing, the oldest first.

    "superseded": the last one took the place of the others; "disputed": they stand against each
    other.
    """

    relation: Relation
    values: tuple[Value, ...]

    @property
    def current(self) -> str | None:
        """The value that holds now; None where that is disputed."""
        return self.values[-1].value if self.relation == "superseded" else None

    def as_json(self) -> dict[str, object]:
        values = [value.as_json() for value in self.values]
        return {"relation": self.relation, "current": self.current, "values": values}


@dataclass(frozen=True)
class Entry:
    """An event of a timeline: its date, "2023-09-10", "2023-09" or "2023", and what tells of it."""

    date: str
    text: str
    citation: int

    def as_json(self) -> dict[str, object]:
        return {"date": self.date, "text": self.text, "citation": self.citation}


@dataclass(frozen=True)
class Answer:
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

    @property
    def as_of(self) -> str | None:
        return self.filters.as_of

    @property
    def refused(self) -> bool:
        """Whether no answer is given: what is near is none."""
        return self.grade != "answered"

    def as_json(self) -> dict[str, object]:
        """The object that `dateline ask --json` prints."""
        return {
            "question": self.question,
            "standalone": self.standalone,
            "answer": self.text,
            "refused": self.refused,
            "grade": self.grade,
            "short": self.short,
            "as_of": self.as_of,
            "filters": filters_json(self.filters, self.understood, self.relaxed),
            "citations": [citation.as_json() for citation in self.citations],
            "model": self.model,
            "notes": list(self.notes),
            "statements": [statement.as_json() for statement in self.statements],
            "confidence": None if self.confidence is None else round(self.confidence, 3),
            "conflict": self.conflict.as_json() if self.conflict else None,
            "timeline": [entry.as_json() for entry in self.timeline],
            "seconds": round(self.seconds, 3),
        }


def outlet(article: Article) -> str | None:
    """Who reported it: the publisher, with the agency when it is another; or the agency."""
    if article.publisher and article.agency and article.agency != article.publisher:
        return f"{article.publisher} ({article.agency})"
    return article.publisher or article.agency


def attribution(article: Article) -> str:
    """ "Northern Ledger, 7 February 2023, from Ankara"; what is not known is left out. Opinion is
    its author's: "Jo Hale (opinion), Northern Ledger, 7 February 2023"."""
    author = f"{article.byline or 'unsigned'} (opinion)" if article.kind == "opinion" else None
    place = f"from {article.dateline}" if article.dateline else None
    parts = (author, outlet(article), day_in_words(article), place)
    return ", ".join(part for part in parts if part) or f"“{article.title}”"


def day_in_words(article: Article) -> str | None:
    """ "7 February 2023", or None for an undated article."""
    return day_of(article.published) if article.published else None


def day_of(moment: Moment) -> str:
    """ "7 February 2023"."""
    day = moment.day
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def filters_json(
    filters: Filters, understood: Sequence[Finding] = (), relaxed: Sequence[Finding] = ()
) -> dict[str, object]:
    """The filters in force; what of them comes from the question, what of that is preferred and no
    filter, with the values that it stands for, and what was relaxed."""
    preferred = {f.name: list(f.values) for f in understood if is_preferred(f, filters)}
    lists = ("publishers", "without", "authors", "kinds", "phrases")
    return {
        "since": filters.since,
        "until": filters.until,
        "as_of": filters.as_of,
        **{name: list(getattr(filters, name)) for name in lists},
        "understood": _by_name(understood),
        "preferred": preferred,
        "relaxed": _by_name(relaxed),
    }


def is_preferred(finding: Finding, filters: Filters) -> bool:
    """Whether what the question names is only preferred, since no filter holds it."""
    held = {
        "time": filters.since or filters.until,
        "author": filters.authors,
        "publisher": filters.publishers or not finding.is_wish,
        "phrase": set(finding.values) <= set(filters.phrases),
    }
    return not held.get(finding.name, True)


def _by_name(findings: Sequence[Finding]) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for each in findings:
        said.setdefault(each.name, []).extend(each.words)
    return said
