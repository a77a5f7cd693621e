"""Looking through the archive, putting articles in, and removing from it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Annotated, Any

from fastapi import FastAPI, File, Form, Query, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from assistant.printing import ArticleJson
from assistant.web.api.asking import EventStream, event, streamed, whole
from assistant.web.api.refusals import ForbiddenError, NotFoundError
from assistant.web.api.schemas import IngestIn, RemovedJson
from assistant.web.door.caller import caller_of
from assistant.web.intake import shown_source, store_uploads, take_in, web_addresses
from assistant.web.site import Site
from ingest.archive.browse import MOST, Browsed, Choice
from ingest.errors import SettingError
from ingest.run import Report, ReportJson

Limit = Annotated[int, Query(ge=1, le=MOST)]
Offset = Annotated[int, Query(ge=0, le=10**9)]
States = AsyncGenerator[Report, None]
_REPORT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The report; with `Accept: text/event-stream` events: `progress`, then "
        "`report` or `error`.",
    }
}
_NAMES = ("done", "files", "added", "updated", "unchanged", "withdrawn")
VISITOR = (
    "Everybody may come in here, so nobody may change the archive. Its owner can: on the command "
    "line, or by starting the chat with --auth."
)


def add_articles(app: FastAPI, site: Site) -> None:
    """/articles, /articles/{id}, /ingest and /ingest/files."""
    service = site.service

    @app.get("/articles")
    def articles(  # noqa: PLR0917
        text: str = "",
        publisher: str | None = None,
        month: str | None = None,
        kind: str | None = None,
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> Browsed:
        """Articles by words of headline, publisher, byline or address, by publisher ("none":
        without), month ("2023-07", "none": undated) and kind."""
        found = service.browse(Choice(text, publisher, month, kind), limit, offset)
        rows = (replace(row, source=shown_source(row.source)) for row in found.articles)
        return replace(found, articles=tuple(rows))

    @app.get("/articles/{article_id}")
    def article(article_id: str, versions: bool = False) -> ArticleJson:
        """One article whole; its id may be cut short where it stays unique."""
        told = service.show(article_id, versions=versions).as_json()
        return {**told, "source": shown_source(told["source"])}

    @app.delete("/articles/{article_id}")
    def remove(request: Request, article_id: str) -> RemovedJson:
        """Remove an article for good; its id is given whole."""
        _check(request)
        done = service.remove([article_id])
        if done.failed:
            raise NotFoundError(done.failed[0])
        return {"removed": list(done.removed)}

    @app.post("/ingest", response_model=ReportJson, responses=_REPORT)
    async def addresses(request: Request, given: IngestIn) -> Response | ReportJson:
        """Read pages, feeds and sitemaps of the web."""
        _check(request)
        sources = web_addresses(given.addresses)
        states = take_in(service.archive, sources, given.since or None, given.limit)
        return await _answer(request, states)

    @app.post("/ingest/files", response_model=ReportJson, responses=_REPORT)
    async def files(
        request: Request,
        files: Annotated[list[UploadFile], File(description="Articles, in any known format.")],
        since: Annotated[str | None, Form()] = None,
    ) -> Response | ReportJson:
        """Keep the files with the archive and read them. One of a name that is there is a new
        version of it."""
        _check(request)
        given = [(file.filename or "", file.file) for file in files]
        if not given:
            raise SettingError("There is no file in the request. Send some under the name files.")
        folder, user = service.archive.folder, caller_of(request).user
        kept = await run_in_threadpool(store_uploads, folder, user, given)
        return await _answer(request, take_in(service.archive, kept, since or None))


def _check(request: Request) -> None:
    if not caller_of(request).may_change:
        raise ForbiddenError(VISITOR)


async def _answer(request: Request, states: States) -> Response | ReportJson:
    """The report, or events. What is wrong from the start is an error of its own in both."""
    if "text/event-stream" in request.headers.get("accept", ""):
        return streamed(_events(states))
    async with aclosing(states) as running:
        return (await whole(request, running)).as_json()


async def _events(states: States) -> EventStream:
    async with aclosing(states) as running:
        async for state in running:
            told = {name: getattr(state, name) for name in _NAMES}
            told |= {"failed": len(state.failed), "duplicate": state.duplicates}
            yield event("progress", told)
    yield event("report", state.as_json())
