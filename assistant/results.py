"""What is given back: Passage, Found, Citation, Answer; all of it frozen, all of it printable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote as percent

from assistant.question import Finding
from ingest.article import Article
from ingest.filters import Filters

REFUSAL = "The archive does not hold the answer."
NEAR = "Not an answer, but near:"  # how a note starts that names a near article

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_FRAGMENT_WORDS = 5  # at either end of a text fragment


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
    """Exact words of an article: `quote == article.text[start:end]`."""

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

    def as_json(self) -> dict[str, object]:
        names = [name for name in self.__dataclass_fields__ if name != "agency"]
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Answer:
    """An answer as far as it is known; while it is streaming, `complete` is False."""

    question: str
    standalone: str
    text: str
    refused: bool
    filters: Filters
    citations: tuple[Citation, ...]
    model: str
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    complete: bool = True
    passages: tuple[Passage, ...] = field(default=(), repr=False)  # what the answer was made from
    near: tuple[Passage, ...] = field(default=(), repr=False)  # shown with a refusal; no answer
    understood: tuple[Finding, ...] = ()  # filters that the question named, in force
    relaxed: tuple[Finding, ...] = ()  # filters that it named and that would have left nothing

    @property
    def as_of(self) -> str | None:
        return self.filters.as_of

    def as_json(self) -> dict[str, object]:
        """The object that `dateline ask --json` prints."""
        return {
            "question": self.question,
            "standalone": self.standalone,
            "answer": self.text,
            "refused": self.refused,
            "as_of": self.as_of,
            "filters": filters_json(self.filters, self.understood, self.relaxed),
            "citations": [citation.as_json() for citation in self.citations],
            "model": self.model,
            "notes": list(self.notes),
            "seconds": round(self.seconds, 3),
        }


def make_citation(number: int, passage: Passage, start: int, end: int) -> Citation:
    """The citation of `article.text[start:end]`."""
    article = passage.article
    quote = article.text[start:end]
    return Citation(
        number=number,
        article_id=passage.article_id,
        title=article.title,
        publisher=article.publisher,
        byline=article.byline,
        published=passage.published,
        url=article.url,
        quote=quote,
        start=start,
        end=end,
        link=quote_link(article.url, quote),
        agency=article.agency,
    )


def quote_link(url: str | None, quote: str) -> str | None:
    """The address with a text fragment, which makes browsers scroll to the quoted words.

    https://wicg.github.io/scroll-to-text-fragment/: `#:~:text=start,end`, percent-encoded, with
    "-" and "," encoded too because they are syntax there.
    """
    if not url:
        return None
    words = quote.split()
    if len(words) <= 2 * _FRAGMENT_WORDS:
        fragment = _encoded(" ".join(words))
    else:
        first, last = words[:_FRAGMENT_WORDS], words[-_FRAGMENT_WORDS:]
        fragment = f"{_encoded(' '.join(first))},{_encoded(' '.join(last))}"
    return f"{url.split('#', 1)[0]}#:~:text={fragment}"


def outlet(article: Article) -> str | None:
    """Who reported it: the publisher, with the agency when it is another; or the agency."""
    if article.publisher and article.agency and article.agency != article.publisher:
        return f"{article.publisher} ({article.agency})"
    return article.publisher or article.agency


def attribution(article: Article) -> str:
    """ "Northern Ledger, 7 February 2023"; what is not known is left out."""
    parts = (outlet(article), day_in_words(article))
    return ", ".join(part for part in parts if part) or f"“{article.title}”"


def day_in_words(article: Article) -> str | None:
    """ "7 February 2023", or None for an undated article."""
    if article.published is None:
        return None
    day = article.published.day
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def filters_json(
    filters: Filters, understood: Sequence[Finding] = (), relaxed: Sequence[Finding] = ()
) -> dict[str, object]:
    """The filters in force; which of them come from the question, and which of its were relaxed."""
    lists = ("publishers", "without", "authors", "kinds", "phrases")
    return {
        "since": filters.since,
        "until": filters.until,
        "as_of": filters.as_of,
        **{name: list(getattr(filters, name)) for name in lists},
        "understood": _by_name(understood),
        "relaxed": _by_name(relaxed),
    }


def _by_name(findings: Sequence[Finding]) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for each in findings:
        said.setdefault(each.name, []).extend(each.words)
    return said


def _encoded(words: str) -> str:
    return percent(words, safe="").replace("-", "%2D")
