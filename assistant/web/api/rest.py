"""REST under /api, described by /api/openapi.json."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from importlib.metadata import version
from itertools import islice
from typing import Annotated, Any, Literal, cast
from urllib.parse import quote

from fastapi import Body, Depends, FastAPI, Path, Query
from fastapi.responses import PlainTextResponse
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from assistant.answer import Asking
from assistant.kept.conversations import Conversation, Turn, conversation_text
from assistant.kept.feedback import Rating, Verdicts
from assistant.kept.told import Format, formatted
from assistant.results import AnswerJson, Found, FoundJson
from assistant.web.api import schemas
from assistant.web.api.article_routes import add_articles
from assistant.web.api.asking import (
    Answers,
    EventStream,
    asking,
    event,
    streamed,
    unless_gone,
    whole,
)
from assistant.web.api.refusals import NotFoundError, answer_errors
from assistant.web.door.caller import USER, caller_of
from assistant.web.door.guards import ErrorJson
from assistant.web.site import Site
from ingest.errors import DatelineError

log = logging.getLogger("dateline")
_STATUSES: dict[int, str] = {
    400: "Something in the request cannot be used.",
    401: "Nobody is signed in.",
    413: "The request is too large.",
    424: "The language model's service failed.",
    429: "There is no room at the moment; Retry-After says when to come back.",
    500: "A fault of the server.",
}
_DESCRIPTION = "Ask a news archive in plain language; get answers with exact quotes."


def make_rest(site: Site) -> FastAPI:
    """The application to mount at /api. It has no page of documents: those load from elsewhere."""
    faults: dict[int | str, dict[str, Any]] = {
        status: {"model": ErrorJson, "description": said} for status, said in _STATUSES.items()
    }
    app = FastAPI(
        title="Dateline", version=version("dateline"), description=_DESCRIPTION,
        docs_url=None, redoc_url=None, openapi_url="/openapi.json", responses=faults,
        redirect_slashes=False,
    )  # fmt: skip
    app.state.site = site
    answer_errors(app)
    for add in (add_questions, add_articles, add_feedback, add_conversations):
        add(app, site)

    @app.get("/health", responses={503: {"model": schemas.HealthJson}})
    def health(request: Request, response: Response) -> schemas.HealthJson:
        """Whether the archive can be read; cheap enough to be asked every second."""
        told: schemas.HealthJson = {"ok": False, "version": version("dateline")}
        try:
            told["articles"], told["chunks"] = site.service.archive.catalog.counts()
            told["ok"] = True
            told["model"] = site.service.assistant.writer().name
        except (DatelineError, sqlite3.Error) as error:
            log.warning("Not healthy: %s", error)
        response.status_code = 200 if told["ok"] else 503
        # Of a stranger, whom the door lets through for this alone, the name is None.
        return told if request.scope.get(USER, "") is not None else {"ok": told["ok"]}

    return app


_EVENTS = {
    200: {
        "description": "Events: `step` for each step of a research, `delta` and `replace` while "
        "the text grows, then `answer` (the whole object) or `error`.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


async def _growing(request: Request, given: schemas.AskIn) -> AsyncIterator[Answers]:
    """What is made in a turn that lasts until the response has been sent."""
    options = cast(Asking, given.model_dump(exclude={"question"}))
    async with asking(request, given.question, options) as answers:
        yield answers


Growing = Annotated[Answers, Depends(_growing)]


def add_questions(app: FastAPI, site: Site) -> None:
    """/ask, /ask/stream and /search."""

    @app.post("/ask")
    async def ask(request: Request, growing: Growing) -> AnswerJson:
        """The answer to a question, with exact quotes, or the statement that there is none."""
        return (await whole(request, growing)).as_json()

    @app.post("/ask/stream", responses=_EVENTS)  # type: ignore[arg-type]
    async def stream(growing: Growing) -> Response:
        """The answer while it grows, as server-sent events.

        Each `delta` goes on after the text so far; a `replace` takes the place of all of it.
        """
        return streamed(_events(growing))

    @app.post("/search")
    async def search(request: Request, given: schemas.SearchIn) -> FoundJson:
        """The passages that fit a question best, without an answer."""

        def found() -> Found:
            return site.service.assistant.search(**given.model_dump())

        told = await unless_gone(request, site.gate.once(caller_of(request), found))
        return told.as_json()


def changes(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The event, if any, that leads from one state of a text to the next.

    >>> list(changes("They left", "They left Qingdao")), list(changes("They", "None"))
    ([('delta', ' Qingdao')], [('replace', 'None')])
    """
    if after.startswith(before):
        if len(after) > len(before):
            yield "delta", after[len(before) :]
    else:
        yield "replace", after


async def _events(growing: Answers) -> EventStream:
    text, steps = "", 0
    async for answer in growing:
        for step in answer.steps[steps:]:
            yield event("step", {"text": step})
        for name, changed in changes(text, answer.text):
            yield event(name, {"text": changed})
        text, steps = answer.text, len(answer.steps)
    yield event("answer", answer.as_json())


Number = Annotated[int, Path(ge=0, description="The turn's place, from 0.")]
_GONE = "There is no such conversation of yours."


def kept_conversation(request: Request, conversation: str) -> Conversation:
    found = request.app.state.site.conversations.get(caller_of(request).user, conversation)
    if found is None:
        raise NotFoundError(_GONE)
    return cast(Conversation, found)


Kept = Annotated[Conversation, Depends(kept_conversation)]


def kept_turn(found: Kept, number: Number) -> Turn:
    if number >= len(found.turns):
        raise NotFoundError("There is no such turn in this conversation.")
    return found.turns[number]


KeptTurn = Annotated[Turn, Depends(kept_turn)]
Exported = Format | Literal["json"]
_ENDINGS = {"plain": "txt", "markdown": "md", "footnotes": "md", "json": "json"}
Limit = Annotated[int, Query(ge=1, le=10_000)]
Title = Annotated[str, Body(embed=True, max_length=500)]


def add_conversations(app: FastAPI, site: Site) -> None:
    """The routes below `/conversations`."""
    kept = site.conversations

    @app.get("/conversations")
    def list_conversations(request: Request, search: str = "") -> schemas.Listed:
        """A user's conversations; `search`: words of their titles or questions."""
        return schemas.Listed(conversations=kept.listed(caller_of(request).user, search[:200]))

    @app.get("/conversations/{conversation}")
    def get_conversation(found: Kept) -> Conversation:
        """A conversation with its turns, their answers and sources."""
        return found

    @app.patch("/conversations/{conversation}", status_code=204)
    def rename_conversation(request: Request, conversation: str, title: Title) -> None:
        """Give it another name."""
        if not kept.rename(caller_of(request).user, conversation, title):
            raise NotFoundError(_GONE)

    @app.delete("/conversations/{conversation}", status_code=204)
    def delete_conversation(request: Request, conversation: str) -> None:
        """Delete it for good."""
        if not kept.delete(caller_of(request).user, conversation):
            raise NotFoundError(_GONE)

    @app.get("/conversations/{conversation}/export")
    def export_conversation(found: Kept, format: Exported = "markdown") -> Response:  # noqa: A002
        """The conversation as a file."""
        if format == "json":
            text = TypeAdapter(Conversation).dump_json(found, indent=2).decode()
            kind = "application/json"
        else:
            text = conversation_text(found, format)
            kind = "text/plain" if format == "plain" else "text/markdown"
        ending = _ENDINGS[format]
        stem = re.sub(r"[^\w -]+", "", found.title).strip()[:60] or "conversation"
        name = f"{stem}.{ending}"
        plain = name.encode("ascii", "ignore").decode().strip() or f"conversation.{ending}"
        named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
        return Response(text, media_type=kind, headers={"Content-Disposition": named})

    @app.get("/conversations/{conversation}/turns/{number}", response_class=PlainTextResponse)
    def copy_answer(turn: KeptTurn, format: Format = "plain") -> str:  # noqa: A002
        """An answer with its citations, as text to paste."""
        return formatted(turn.told, format) if turn.told else turn.error or ""

    @app.post("/conversations/{conversation}/turns/{number}/feedback", status_code=204)
    def judge_answer(
        request: Request, found: Kept, turn: KeptTurn, number: Number, verdict: schemas.Verdict
    ) -> None:
        """Keep what the user thinks of an answer; a second verdict takes the first one's place."""
        told = turn.told
        text, model = (told.text, told.model) if told else (turn.error or "", "")
        site.feedback.keep(
            **verdict.model_dump(), question=turn.question, answer=text, model=model,
            user=caller_of(request).user, conversation=found.id, turn=number,
        )  # fmt: skip


def add_feedback(app: FastAPI, site: Site) -> None:
    """/feedback."""

    @app.post("/feedback", status_code=201)
    def keep(request: Request, given: schemas.FeedbackIn) -> schemas.KeptJson:
        """Keep a verdict on an answer."""
        site.feedback.keep(**given.model_dump(), user=caller_of(request).user)
        return {"kept": True}

    @app.get("/feedback")
    def verdicts(
        request: Request, rating: Rating | Literal[""] = "", since: str | None = None,
        limit: Limit = 100,
    ) -> Verdicts:  # fmt: skip
        """Your own verdicts, the newest first; where nobody signs in, all of them."""
        user = caller_of(request).user
        given = site.service.feedback(rating or None, since).feedback
        return Verdicts(tuple(islice((each for each in given if user in ("", each.user)), limit)))
