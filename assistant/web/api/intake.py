"""Putting articles in."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.web.access import caller_of
from assistant.web.api.articles import VISITOR
from assistant.web.api.asking import unless_gone
from assistant.web.api.faults import ForbiddenError, described
from assistant.web.api.models import IngestIn, ReportOut
from assistant.web.intake import store_uploads, take_in, web_addresses
from assistant.web.site import Site
from ingest.errors import SettingError
from ingest.run import Progress, Report

States = AsyncGenerator[Progress | Report, None]
_REPORT = {
    200: {
        "model": ReportOut,
        "description": "The report; with `Accept: text/event-stream` events: `progress`, then "
        "`report` or `error`.",
    }
}
_NAMES = ("added", "updated", "unchanged", "duplicate", "withdrawn")


def router(site: Site) -> APIRouter:
    """/ingest and /ingest/files."""
    routes = APIRouter(prefix="/ingest")
    archive = site.assistant.archive

    @routes.post("", responses=_REPORT)  # type: ignore[arg-type]
    async def addresses(request: Request, given: IngestIn) -> Response:
        """Read pages, feeds and sitemaps of the web."""
        _check(request)
        sources = web_addresses(given.addresses)
        return await _answer(request, take_in(archive, sources, given.since or None, given.limit))

    @routes.post("/files", responses=_REPORT)  # type: ignore[arg-type]
    async def files(
        request: Request,
        files: Annotated[list[UploadFile], File(description="Articles, in any known format.")],
        since: Annotated[str | None, Form()] = None,
    ) -> Response:
        """Keep the files with the archive and read them. One of a name that is there is a new
        version of it."""
        _check(request)
        kept = await _kept(archive.folder, caller_of(request).user, files)
        return await _answer(request, take_in(archive, kept, since or None))

    return routes


def _check(request: Request) -> None:
    if not caller_of(request).may_change:
        raise ForbiddenError(VISITOR)


async def _kept(archive: Path, user: str, files: Sequence[UploadFile]) -> list[Path]:
    given = [(file.filename or "", file.file) for file in files]
    if not given:
        raise SettingError("There is no file in the request. Send some under the name files.")
    return await run_in_threadpool(store_uploads, archive, user, given)


async def _answer(request: Request, states: States) -> Response:
    """The report, or events. What is wrong from the start is an error of its own in both."""
    wants_events = "text/event-stream" in request.headers.get("accept", "")
    if not wants_events:
        return JSONResponse((await unless_gone(request, lambda: _last(states))).as_json())
    return EventSourceResponse(_events(states), ping=15, sep="\n")


async def _last(states: States) -> Report:
    report: Report | None = None
    async with aclosing(states) as running:
        async for state in running:
            report = state if isinstance(state, Report) else report
    assert report is not None
    return report


async def _events(states: States) -> AsyncIterator[dict[str, str]]:
    try:
        async with aclosing(states) as running:
            async for state in running:
                if isinstance(state, Report):
                    yield _event("report", state.as_json())
                else:
                    yield _event("progress", _progress(state))
    except Exception as error:  # the edge: it is told in the stream
        _, kind, message = described(error)
        yield _event("error", {"message": message, "type": kind})


def _progress(state: Progress) -> dict[str, object]:
    results = {name: state.results[name] for name in _NAMES}
    return {"done": state.done, "files": state.files, "failed": len(state.failed), **results}


def _event(name: str, data: object) -> dict[str, str]:
    return {"event": name, "data": json.dumps(data, ensure_ascii=False)}
