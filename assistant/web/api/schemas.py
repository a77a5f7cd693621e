"""What goes in under /api, typed and checked. What goes out are the objects of the command line's
--json, which stand beside the results; here are those that only REST has.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from typing_extensions import NotRequired, TypedDict

from assistant.kept.conversations import Entry
from assistant.kept.feedback import REASON, Rating

_TEXT = 100_000  # characters of a text that somebody sends; a body is limited besides
_DAY = Field(default=None, max_length=40, examples=["2023-07-16"])
# JSON can hold halves of letters, which nothing can be made of.
Text = Annotated[str, AfterValidator(lambda text: text.encode("utf-8", "ignore").decode())]
_ASKED = "Which port did the Chinese flotilla leave?"
Question = Annotated[Text, Field(max_length=_TEXT, examples=[_ASKED])]
_STRICT = ConfigDict(extra="forbid")  # "publisher" for "publishers" would filter nothing


class Turn(BaseModel):
    """An earlier turn of the conversation."""

    role: Literal["user", "assistant"]
    content: Text = Field(max_length=_TEXT)


class Filtered(BaseModel):
    """What is asked with filters. Days and times are inclusive, as of `dateline ask`."""

    since: Text | None = _DAY
    until: Text | None = _DAY
    as_of: Text | None = Field(default=None, max_length=40, examples=["2023-07-20"])
    publishers: list[Text] = Field(default=[], max_length=100)
    ignore: list[Text] = Field(default=[], max_length=100)


class AskIn(Filtered):
    """A question. `model`: "quoting", or left out for the settings' model; `research`: whether it
    searches by itself, as often as it needs to."""

    model_config = _STRICT
    question: Question
    history: list[Turn] = Field(default=[], max_length=1000)
    model: Literal["quoting"] | None = None
    research: bool = False


class SearchIn(Filtered):
    """A search for passages; `k` is how many."""

    model_config = _STRICT
    question: Question
    k: int = Field(default=10, ge=1, le=1000)


class IngestIn(BaseModel):
    """Addresses of pages, feeds or sitemaps."""

    model_config = _STRICT
    addresses: list[Text] = Field(
        min_length=1, max_length=100, examples=[["https://paper.example/feed.xml"]]
    )
    since: Text | None = _DAY
    limit: int | None = Field(default=None, ge=1)


class Verdict(BaseModel):
    """What somebody thinks of an answer."""

    rating: Rating
    reason: Text = Field(default="", max_length=REASON)


class FeedbackIn(Verdict):
    """A verdict with the answer that it is about."""

    model_config = _STRICT
    question: Question
    answer: Text = Field(max_length=_TEXT)
    reason: Text = Field(default="", max_length=_TEXT)
    model: Text = Field(default="", max_length=100)


class Listed(BaseModel):
    """A user's conversations, the last changed first."""

    conversations: list[Entry]


class RemovedJson(TypedDict):
    """What was removed."""

    removed: list[str]


class KeptJson(TypedDict):
    """A verdict was kept."""

    kept: bool


class HealthJson(TypedDict):
    """Whether the archive can be read. Whoever is not signed in is told `ok` only."""

    ok: bool
    version: NotRequired[str]
    articles: NotRequired[int]
    chunks: NotRequired[int]
    model: NotRequired[str]
