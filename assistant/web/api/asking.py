"""A question on its way to an answer, whole or as a stream of events."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from typing import TypeVar

import anyio
from sse_starlette import EventSourceResponse
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from assistant.answer import Asking
from assistant.question.follow_ups import turns_of
from assistant.question.question import checked
from assistant.results import Answer
from assistant.retrieve.finder import checked_names
from assistant.web.door.caller import caller_of
from assistant.web.site import Site
from assistant.write.quoting import NAME
from ingest.archive.filters import make_filters
from ingest.errors import SettingError

T = TypeVar("T")
EventStream = AsyncGenerator[dict[str, str], None]  # server-sent events


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


class Events(EventSourceResponse):
    """A stream of events that holds a turn at the gate until it ends, however it ends."""

    def __init__(self, events: EventStream, held: AsyncExitStack) -> None:
        super().__init__(events, ping=15, sep="\n")
        self._held = held

    @classmethod
    async def of(cls, site: Site, request: Request, events: EventStream) -> Events:
        """Raises:
        BusyError: there is no room.
        """
        held = AsyncExitStack()
        await held.enter_async_context(site.gate.turn(caller_of(request)))
        held.push_async_callback(events.aclose)
        return cls(events, held)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await self._held.aclose()


def event(name: str, data: object) -> dict[str, str]:
    """A server-sent event."""
    return {"event": name, "data": json.dumps(data, ensure_ascii=False)}
