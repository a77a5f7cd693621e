"""A question on its way to an answer, whole or as a stream of events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager
from typing import Any, TypeVar

from sse_starlette import EventSourceResponse
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from assistant.answer import Asking
from assistant.results import Answer
from assistant.web.api.refusals import described
from assistant.web.door.caller import caller_of
from assistant.web.site import Site

T = TypeVar("T")
Answers = AsyncIterator[Answer]  # growing
EventStream = AsyncGenerator[dict[str, str], None]  # server-sent events
Fault = Callable[[str, str], dict[str, str]]  # the event of a message and a type


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


async def whole(request: Request, growing: AsyncIterator[T]) -> T:
    """The last of what grows. Errors: those of `growing`, and as for `unless_gone`."""

    async def work() -> T:
        async for each in growing:
            last = each
        return last

    return await unless_gone(request, work())


async def unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What comes of `work`, which is cancelled when the client goes away.

    Raises:
        ClientDisconnect: it did.
    """

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    tasks = doing, _ = asyncio.create_task(work), asyncio.create_task(watch())
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            return doing.result()
        raise ClientDisconnect
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def event(name: str, data: object) -> dict[str, str]:
    """A server-sent event."""
    return {"event": name, "data": json.dumps(data, ensure_ascii=False)}


def fault_event(message: str, kind: str) -> dict[str, str]:
    return event("error", {"message": message, "type": kind})


def streamed(events: EventStream, fault: Fault = fault_event) -> Response:
    """A stream of events, the last of which is the `fault` where something goes wrong; comment
    lines keep the connection open."""

    async def told() -> EventStream:
        try:
            async with aclosing(events) as coming:
                async for each in coming:
                    yield each
        except Exception as error:  # the edge: it is told in the stream
            _, kind, message = described(error)
            yield fault(message, kind)

    return EventSourceResponse(told(), ping=15, sep="\n")
