"""Whether the server does its work."""

from __future__ import annotations

import logging
import sqlite3
from importlib.metadata import version

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.web.access import is_stranger
from assistant.web.api.models import HealthOut
from assistant.web.site import Site
from ingest.errors import DatelineError

log = logging.getLogger("dateline")


def router(site: Site) -> APIRouter:
    """/health."""
    routes = APIRouter()

    @routes.get("/health", responses={200: {"model": HealthOut}, 503: {"model": HealthOut}})
    async def health(request: Request) -> Response:
        """Whether the archive can be read; cheap enough to be asked every second."""
        told = await run_in_threadpool(_told, site)
        shown = {"ok": told["ok"]} if is_stranger(request) else told
        return JSONResponse(shown, 200 if told["ok"] else 503)

    return routes


def _told(site: Site) -> dict[str, object]:
    told: dict[str, object] = {"ok": False, "version": version("dateline")}
    try:
        articles, chunks = site.assistant.archive.catalog.counts()
        told |= {"ok": True, "articles": articles, "chunks": chunks}
        told["model"] = site.assistant.writer().name
    except (DatelineError, sqlite3.Error) as error:
        log.warning("Not healthy: %s", error)
    return told
