"""Asking and searching: one question on its way, checked, let through the gate, given up when
nobody listens any more.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from typing import TypeVar, cast

import anyio
from fastapi import APIRouter
from sse_starlette import EventSourceResponse
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from assistant.answer import Asking
from assistant.question.follow_ups import turns_of
from assistant.question.question import checked
from assistant.results import Answer, AnswerJson, Found, FoundJson
from assistant.retrieve.finder import checked_names
from assistant.web.api.models import AskIn, SearchIn
from assistant.web.api.refusals import described
from assistant.web.door.caller import caller_of
from assistant.web.site import Site
from assistant.write.quoting import NAME
from ingest.archive.filters import make_filters
from ingest.errors import SettingError

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """A question and its options."""

    question: str
    options: Asking

    def check(self) -> None:
        """Raises:
        SettingError: something of it cannot be used, known before any work is done.
        """
        options = self.options
        checked(self.question)
        turns_of(options.get("history", ()))
        checked_names(options.get("ignore", ()))
        bounds = options.get("since"), options.get("until"), options.get("as_of")
        make_filters(*bounds, tuple(options.get("publishers", ())))
        model = options.get("model")
        if model not in (None, NAME):
            raise SettingError(f"The model {model[:40]!r} cannot be chosen here. Say quoting "
                               "or leave it out.")  # fmt: skip


async def whole(site: Site, request: Request, asked: Asked) -> Answer:
    """The whole answer.

    Raises:
        BusyError: there is no room for it.
        DatelineError: as for `Assistant.stream`.
    """
    asked.check()

    async def work() -> Answer:
        async with site.gate.turn(caller_of(request)):
            answers = [answer async for answer in growing(site, asked)]
        return answers[-1]

    return await unless_gone(request, work)


async def growing(site: Site, asked: Asked) -> AsyncGenerator[Answer, None]:
    """Growing answers, made within a turn that the caller has."""
    answers = site.service.stream(asked.question, **asked.options)
    async with aclosing(site.gate.stepped(answers)) as steps:
        async for answer in steps:
            yield answer


async def unless_gone(request: Request, work: Callable[[], Awaitable[T]]) -> T:
    """What comes of `work`, which is cancelled when the client goes away.

    Raises:
        ClientDisconnect: it did.
    """
    done: list[T] = []
    failed: Exception | None = None
    async with anyio.create_task_group() as group:
        group.start_soon(_watch, request, group.cancel_scope)
        try:
            done.append(await work())
        except Exception as error:  # raised below, since a group would wrap it
            failed = error
        group.cancel_scope.cancel()
    if failed is not None:
        raise failed
    if not done:
        raise ClientDisconnect
    return done[0]


async def _watch(request: Request, scope: anyio.CancelScope) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


class Events(EventSourceResponse):
    """A stream of events that holds a turn at the gate until it ends, however it ends."""

    def __init__(
        self, events: AsyncIterator[dict[str, str]], held: AsyncExitStack, sep: str = "\n"
    ) -> None:
        super().__init__(events, ping=15, sep=sep)
        self._events = events
        self._held = held

    @classmethod
    async def of(
        cls, site: Site, request: Request, events: AsyncIterator[dict[str, str]]
    ) -> Events:
        """Raises:
        BusyError: there is no room.
        """
        held = AsyncExitStack()
        await held.enter_async_context(site.gate.turn(caller_of(request)))
        return cls(events, held)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                close = getattr(self._events, "aclose", None)
                if close is not None:
                    await close()
                await self._held.aclose()


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

    @routes.post("/ask")
    async def ask(request: Request, given: AskIn) -> AnswerJson:
        """The answer to a question, with exact quotes, or the statement that there is none."""
        return (await whole(site, request, asked_of(given))).as_json()

    @routes.post("/ask/stream", responses=_EVENTS)  # type: ignore[arg-type]
    async def stream(request: Request, given: AskIn) -> Response:
        """The answer while it grows, as server-sent events.

        Each `delta` goes on after the text so far; a `replace` takes the place of all of it.
        """
        asked = asked_of(given)
        asked.check()
        return await Events.of(site, request, _events(site, asked))

    @routes.post("/search")
    async def search(request: Request, given: SearchIn) -> FoundJson:
        """The passages that fit a question best, without an answer."""

        def passages() -> Iterator[Found]:
            yield site.service.search(**given.model_dump())

        async def work() -> Found:
            async with site.gate.turn(caller_of(request)):
                found = [each async for each in site.gate.stepped(passages())]
            return found[0]

        return (await unless_gone(request, work)).as_json()

    return routes


def asked_of(given: AskIn) -> Asked:
    told = given.model_dump(exclude={"question"})
    return Asked(given.question, cast(Asking, {**told, "model": given.model or None}))


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


def event(name: str, data: object) -> dict[str, str]:
    """A server-sent event."""
    return {"event": name, "data": json.dumps(data, ensure_ascii=False)}


async def _events(site: Site, asked: Asked) -> AsyncIterator[dict[str, str]]:
    text, last = "", None
    try:
        async for last in growing(site, asked):
            for name, changed in changes(text, last.text):
                yield event(name, {"text": changed})
            text = last.text
        if isinstance(last, Answer):
            yield event("answer", last.as_json())
    except Exception as error:  # the edge: it is told in the stream
        _, kind, message = described(error)
        yield event("error", {"message": message, "type": kind})
