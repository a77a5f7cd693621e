"""A writer that says what a test tells it to, and the interfaces for programs around it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.answer import Assistant
from assistant.question.follow_ups import Turn
from assistant.question.question import Question, understand
from assistant.results import Found
from assistant.web.api.openai import make_openai
from assistant.web.api.rest import make_rest
from assistant.web.door.door import guard
from assistant.web.door.users import Access
from assistant.web.gate import Gate
from assistant.web.site import Site
from assistant.write.deadline import limited
from assistant.write.draft import Draft
from ingest.archive.archive import Archive
from ingest.errors import ModelError

HOME = "http://127.0.0.1:7860"
QUESTION = "Which port did the Chinese flotilla leave?"


@dataclass
class Scripted:
    """Says its pieces one by one; `stalls` after them as a model's service may; then `fails`."""

    pieces: Sequence[str] = ("They left ", "Qingdao [1].")
    stalls: bool = False
    fails: Exception | None = None
    name: str = "scripted"
    heard: list[tuple[str, Sequence[Turn]]] = field(default_factory=list)
    begun: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def standalone(self, question: str, history: Sequence[Turn]) -> Question:
        self.heard.append((question, tuple(history)))
        return understand(question)

    def write(self, question: Question, found: Found) -> Iterator[Draft]:
        self.begun.set()
        try:
            yield Draft("", shown=len(found.passages))
            yield from map(Draft, self.pieces)
            if self.stalls:
                yield from limited(_never, 3600)
            if self.fails:
                raise self.fails
        finally:
            self.ended.set()


def _never() -> Iterator[Draft]:
    threading.Event().wait(3600)
    yield Draft("")


def model_error() -> ModelError:
    return ModelError("The service of the model scripted cannot be reached.")


def site_of(archive: Archive, writer: Scripted | None = None, gate: Gate | None = None) -> Site:
    return Site(Assistant(archive, writer), gate)


def app_of(site: Site, access: Access | None = None) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    guard(app, access or Access())
    app.mount("/api", make_rest(site))
    app.mount("/v1", make_openai(site))
    return app


def client_of(site: Site, access: Access | None = None) -> TestClient:
    return TestClient(app_of(site, access), base_url=HOME, client=("127.0.0.1", 5))


def events_of(text: str) -> list[tuple[str, str]]:
    """(event, data) of server-sent events."""
    events = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line.partition(": ") for line in block.split("\n") if line and line[0] != ":"]
        told = {name: value for name, _, value in lines}
        if told:
            events.append((told.get("event", "message"), told["data"]))
    return events
