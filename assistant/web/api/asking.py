"""A question on its way to an answer, whole or as a stream of events."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import TypeVar

import anyio
from sse_starlette import EventSourceResponse
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from assistant.answer import Asking
from assistant.results import Answer
from assistant.web.door.caller import caller_of
from assistant.web.site import Site

T = TypeVar("T")
Answers = AsyncIterator[Answer]  # growing
EventStream = AsyncGenerator[dict[str, str], None]  # server-sent events


@asynccontextmanager
async def asking(request: Request, question: str, options: Asking) -> AsyncIterator[Answers]:
    """Growing answers, made in a turn that the caller has until the block ends.

    Raises:
        SettingError: something cannot be used, known before any work is done.
        BusyError: there is no room.
    """
    site: Site = request.app.state.site
    answers = site.service.assistant.stream(question, **options)
    async with site.gate.turn(caller_of(request)), aclosing(site.gate.stepped(answers)) as growing:
        yield growing


async def whole(request: Request, growing: Answers) -> Answer:
    """The whole answer. Errors: as for `unless_gone` and `Assistant.stream`."""

    async def work() -> Answer:
        return [answer async for answer in growing][-1]

    return await unless_gone(request, work)


async def unless_gone(request: Request, work: Callable[[], Awaitable[T]]) -> T:
    """What comes of `work`, which is cancelled when the client goes away.

    Raises:
        ClientDisconnect: it did.
    """
    done: list[T] = []
    failed: Exception | None = None
    async with anyio.create_task_group() as group:

        async def watch() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass
            group.cancel_scope.cancel()

        group.start_soon(watch)
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


def streamed(events: EventStream) -> Response:
    """A stream of events; comment lines keep the connection open."""
    return EventSourceResponse(events, ping=15, sep="\n")


def event(name: str, data: object) -> dict[str, str]:
    """A server-sent event."""
    return {"event": name, "data": json.dumps(data, ensure_ascii=False)}
