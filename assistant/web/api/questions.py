"""Asking and searching."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.results import Answer, Found
from assistant.web.access import caller_of
from assistant.web.api.asking import Asked, Events, growing, unless_gone, whole
from assistant.web.api.faults import described
from assistant.web.api.models import AnswerOut, AskIn, FoundOut, SearchIn
from assistant.web.site import Site

_EVENTS = {
    200: {
        "description": "Events: `delta` and `replace` while the text grows, then `answer` (the "
        "whole object) or `error`.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


def router(site: Site) -> APIRouter:
    """/ask, /ask/stream and /search."""
    routes = APIRouter()

    @routes.post("/ask", responses={200: {"model": AnswerOut}})
    async def ask(request: Request, given: AskIn) -> Response:
        """The answer to a question, with exact quotes, or the statement that there is none."""
        answer = await whole(site, request, asked_of(given))
        return JSONResponse(answer.as_json())

    @routes.post("/ask/stream", responses=_EVENTS)  # type: ignore[arg-type]
    async def stream(request: Request, given: AskIn) -> Response:
        """The answer while it grows, as server-sent events.

        Each `delta` goes on after the text so far; a `replace` takes the place of all of it.
        """
        asked = asked_of(given)
        asked.check()
        return await Events.of(site, request, _events(site, asked))

    @routes.post("/search", responses={200: {"model": FoundOut}})
    async def search(request: Request, given: SearchIn) -> Response:
        """The passages that fit a question best, without an answer."""
        found = await unless_gone(request, lambda: _found(site, request, given))
        return JSONResponse(found.as_json())

    return routes


def asked_of(given: AskIn) -> Asked:
    return Asked(
        given.question,
        tuple((turn.role, turn.content) for turn in given.history),
        given.since or None,
        given.until or None,
        given.as_of or None,
        tuple(given.publishers),
        tuple(given.ignore),
        given.model or None,
    )


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


async def _events(site: Site, asked: Asked) -> AsyncIterator[dict[str, str]]:
    text, last = "", None
    try:
        async for last in growing(site, asked):
            for name, changed in changes(text, last.text):
                yield _event(name, {"text": changed})
            text = last.text
        if isinstance(last, Answer):
            yield _event("answer", last.as_json())
    except Exception as error:  # the edge: it is told in the stream
        _, kind, message = described(error)
        yield _event("error", {"message": message, "type": kind})


async def _found(site: Site, request: Request, given: SearchIn) -> Found:
    options = given.model_dump(exclude={"question"})

    def search() -> Iterator[Found]:
        yield site.assistant.search(given.question, **options)

    async with site.gate.turn(caller_of(request)):
        found = [each async for each in site.gate.stepped(search())]
    return found[0]


def _event(name: str, data: object) -> dict[str, str]:
    return {"event": name, "data": json.dumps(data, ensure_ascii=False)}
