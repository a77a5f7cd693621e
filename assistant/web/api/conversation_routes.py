"""`/api/conversations`: a caller's kept conversations, to copy, export and judge; and what people
thought of answers.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field, TypeAdapter

from assistant.kept.conversations import Conversation, Entry, Turn
from assistant.kept.feedback import REASON, Judged, Verdicts
from assistant.kept.formats import Format, conversation_text, formatted
from assistant.web.api.models import FeedbackIn, KeptJson
from assistant.web.api.refusals import NotFoundError
from assistant.web.door.caller import caller_of
from assistant.web.site import Site

Number = Annotated[int, Path(ge=0, description="The turn's place, from 0.")]
_ENDINGS = {"plain": "txt", "markdown": "md", "footnotes": "md", "json": "json"}
_GONE = "There is no such conversation of yours."


class Listed(BaseModel):
    """A user's conversations, the last changed first."""

    conversations: list[Entry]


class Rename(BaseModel):
    """Another name for a conversation."""

    title: str = Field(max_length=500)


class Verdict(BaseModel):
    """What somebody thinks of an answer."""

    rating: Literal["good", "bad"]
    reason: str = Field(default="", max_length=REASON)


def router(site: Site) -> APIRouter:
    """The routes below `/conversations`."""
    routes = APIRouter(prefix="/conversations")
    kept = site.conversations

    @routes.get("")
    def list_conversations(request: Request, search: str = "") -> Listed:
        """A user's conversations; `search`: words of their titles or questions."""
        return Listed(conversations=kept.listed(caller_of(request).user, search[:200]))

    @routes.get("/{conversation}")
    def get_conversation(request: Request, conversation: str) -> Conversation:
        """A conversation with its turns, their answers and sources."""
        return _conversation(site, request, conversation)

    @routes.patch("/{conversation}", status_code=204)
    def rename_conversation(request: Request, conversation: str, wanted: Rename) -> None:
        """Give it another name."""
        if not kept.rename(caller_of(request).user, conversation, wanted.title):
            raise NotFoundError(_GONE)

    @routes.delete("/{conversation}", status_code=204)
    def delete_conversation(request: Request, conversation: str) -> None:
        """Delete it for good."""
        if not kept.delete(caller_of(request).user, conversation):
            raise NotFoundError(_GONE)

    @routes.get("/{conversation}/export")
    def export_conversation(
        request: Request,
        conversation: str,
        format: Format | Literal["json"] = "markdown",  # noqa: A002
    ) -> Response:
        """The conversation as a file."""
        found = _conversation(site, request, conversation)
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

    @routes.get("/{conversation}/turns/{number}", response_class=PlainTextResponse)
    def copy_answer(
        request: Request,
        conversation: str,
        number: Number,
        format: Format = "plain",  # noqa: A002
    ) -> str:
        """An answer with its citations, as text to paste."""
        turn = _turn(_conversation(site, request, conversation), number)
        return formatted(turn.told, format) if turn.told else turn.error or ""

    @routes.post("/{conversation}/turns/{number}/feedback", status_code=204)
    def judge_answer(request: Request, conversation: str, number: Number, verdict: Verdict) -> None:
        """Keep what the user thinks of an answer; a second verdict takes the first one's place."""
        turn = _turn(_conversation(site, request, conversation), number)
        told = turn.told
        text, model = (told.text, told.model) if told else (turn.error or "", "")
        judged = Judged(turn.question, text, model, conversation, number)
        site.feedback.keep(judged, verdict.rating, verdict.reason, caller_of(request).user)

    return routes


def _conversation(site: Site, request: Request, key: str) -> Conversation:
    found = site.conversations.get(caller_of(request).user, key)
    if found is None:
        raise NotFoundError(_GONE)
    return found


def _turn(conversation: Conversation, number: int) -> Turn:
    if number >= len(conversation.turns):
        raise NotFoundError("There is no such turn in this conversation.")
    return conversation.turns[number]


Limit = Annotated[int, Query(ge=1, le=10_000)]


def feedback_router(site: Site) -> APIRouter:
    """/feedback."""
    routes = APIRouter(prefix="/feedback")

    @routes.post("", status_code=201)
    def keep(request: Request, given: FeedbackIn) -> KeptJson:
        """Keep a verdict on an answer."""
        judged = Judged(given.question, given.answer, given.model)
        site.feedback.keep(judged, given.rating, given.reason, caller_of(request).user)
        return {"kept": True}

    @routes.get("")
    def verdicts(
        request: Request, rating: str | None = None, since: str | None = None, limit: Limit = 100
    ) -> Verdicts:
        """Your own verdicts, the newest first; where nobody signs in, all of them."""
        user = caller_of(request).user
        given = site.service.feedback(rating, since).feedback
        return Verdicts(tuple(islice((each for each in given if user in ("", each.user)), limit)))

    return routes
