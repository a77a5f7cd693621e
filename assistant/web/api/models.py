"""What goes in and out under /api, typed: for the OpenAPI description and for checking input.

The objects that go out are those of the command line's --json.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_TEXT = 100_000  # characters of a text that somebody sends; a body is limited besides
_QUESTION = "Which port did the Chinese flotilla leave?"
_DAY = Field(default=None, max_length=40, examples=["2023-07-16"])


# JSON can hold halves of letters, which nothing can be made of.
Text = Annotated[str, AfterValidator(lambda text: text.encode("utf-8", "ignore").decode())]


_STRICT = ConfigDict(extra="forbid")  # "publisher" for "publishers" would filter nothing


class Turn(BaseModel):
    """An earlier turn of the conversation."""

    role: Literal["user", "assistant"]
    content: Text = Field(max_length=_TEXT)


class Filtered(BaseModel):
    """A question with filters. Days and times are inclusive, as of `dateline ask`."""

    question: Text = Field(max_length=_TEXT, examples=[_QUESTION])
    since: Text | None = _DAY
    until: Text | None = _DAY
    as_of: Text | None = Field(default=None, max_length=40, examples=["2023-07-20"])
    publishers: list[Text] = Field(default=[], max_length=100)
    ignore: list[Text] = Field(default=[], max_length=100)


class AskIn(Filtered):
    """A question. `model`: "quoting", or left out for the settings' model."""

    model_config = _STRICT
    history: list[Turn] = Field(default=[], max_length=1000)
    model: Text | None = Field(default=None, max_length=100)


class SearchIn(Filtered):
    """A search for passages; `k` is how many."""

    model_config = _STRICT
    k: int = Field(default=10, ge=1, le=1000)


class IngestIn(BaseModel):
    """Addresses of pages, feeds or sitemaps."""

    model_config = _STRICT
    addresses: list[Text] = Field(
        min_length=1, max_length=100, examples=[["https://paper.example/feed.xml"]]
    )
    since: Text | None = _DAY
    limit: int | None = Field(default=None, ge=1)


class FeedbackIn(BaseModel):
    """A verdict on an answer."""

    model_config = _STRICT
    question: Text = Field(max_length=_TEXT, examples=[_QUESTION])
    answer: Text = Field(max_length=_TEXT)
    rating: Literal["good", "bad"]
    reason: Text = Field(default="", max_length=_TEXT)
    model: Text = Field(default="", max_length=100)


class Out(BaseModel):
    """An object that goes out; it may gain keys."""

    model_config = ConfigDict(extra="allow")


class CitationOut(Out):
    """Exact words of an article: its text from `start` to `end`; those that answer are marked."""

    number: int
    article_id: str
    title: str
    publisher: str | None
    byline: str | None
    published: str | None
    url: str | None
    quote: str
    start: int
    end: int
    link: str | None
    marked_start: int | None
    marked_end: int | None


class StatementOut(Out):
    """A sentence of the answer, and what stands behind it."""

    start: int
    end: int
    citations: list[int]
    standing: Literal["supported", "not found", "uncited"]
    support: float


class FiltersOut(Out):
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


class AnswerOut(Out):
    """The object of `dateline ask --json`."""

    question: str
    standalone: str
    answer: str
    refused: bool
    grade: Literal["answered", "near", "refused"]
    short: str | None
    as_of: str | None
    filters: FiltersOut
    citations: list[CitationOut]
    statements: list[StatementOut]
    model: str
    notes: list[str]
    confidence: float | None
    conflict: dict[str, object] | None
    timeline: list[dict[str, object]]
    seconds: float


class PassageOut(Out):
    """A passage that was found."""

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


class FoundOut(Out):
    """The object of `dateline search --json`."""

    question: str
    filters: FiltersOut
    passages: list[PassageOut]
    seconds: float


class RowOut(Out):
    """An article in a list."""

    article_id: str
    title: str
    publisher: str | None
    published: str | None
    url: str | None
    source: str
    kind: str
    version: int


class FacetOut(Out):
    """A value that narrows the list, and how many articles it would leave."""

    value: str
    label: str
    count: int


class ArticlesOut(Out):
    """Articles, newest first, undated last. `total`: how many there are altogether."""

    articles: list[RowOut]
    total: int
    limit: int
    offset: int
    facets: dict[str, list[FacetOut]]


class ArticleOut(Out):
    """The object of `dateline show --json`."""

    article_id: str
    title: str
    text: str
    publisher: str | None
    published: str | None
    updated: str | None
    url: str | None
    source: str
    kind: str
    version: int


class FailureOut(Out):
    """An input that was not stored."""

    source: str
    reason: str


class ReportOut(Out):
    """The object of `dateline ingest --json`."""

    added: int
    updated: int
    unchanged: int
    duplicates: int
    failed: list[FailureOut]
    articles: int
    chunks: int
    seconds: float


class RemovedOut(Out):
    """What was removed."""

    removed: list[str]


class VerdictOut(Out):
    """A kept verdict."""

    id: int
    rating: Literal["good", "bad"]
    reason: str
    question: str
    answer: str
    model: str
    user: str
    given_at: str


class FeedbackOut(Out):
    """Verdicts, newest first."""

    feedback: list[VerdictOut]


class KeptOut(Out):
    """A verdict was kept."""

    kept: bool


class HealthOut(Out):
    """Whether the archive can be read. Whoever is not signed in is told `ok` only."""

    ok: bool
    articles: int | None = None
    chunks: int | None = None
    model: str | None = None
    version: str | None = None


class Fault(BaseModel):
    """What is wrong, in a plain sentence, and which kind of error it is."""

    message: str
    type: str


class FaultOut(BaseModel):
    """Every error."""

    error: Fault
