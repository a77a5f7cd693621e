"""REST under /api, described by /api/openapi.json; and whether the server does its work."""

from __future__ import annotations

import logging
import sqlite3
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from assistant.web.api import article_routes, conversation_routes, question_routes
from assistant.web.api.models import HealthJson
from assistant.web.api.refusals import answer_errors
from assistant.web.door.caller import is_stranger
from assistant.web.door.guards import ErrorJson
from assistant.web.site import Site
from ingest.errors import DatelineError

log = logging.getLogger("dateline")
_STATUSES: dict[int, str] = {
    400: "Something in the request cannot be used.",
    401: "Nobody is signed in.",
    413: "The request is too large.",
    424: "The language model's service failed.",
    429: "There is no room at the moment; Retry-After says when to come back.",
    500: "A fault of the server.",
}
_DESCRIPTION = "Ask a news archive in plain language; get answers with exact quotes."


def make_rest(site: Site) -> FastAPI:
    """The application to mount at /api. It has no page of documents: those load from elsewhere."""
    faults: dict[int | str, dict[str, Any]] = {
        status: {"model": ErrorJson, "description": said} for status, said in _STATUSES.items()
    }
    app = FastAPI(
        title="Dateline", version=version("dateline"), description=_DESCRIPTION,
        docs_url=None, redoc_url=None, openapi_url="/openapi.json", responses=faults,
        redirect_slashes=False,
    )  # fmt: skip
    answer_errors(app)
    for part in (
        question_routes.router(site), article_routes.router(site),
        article_routes.intake_router(site), conversation_routes.feedback_router(site),
        conversation_routes.router(site),
    ):  # fmt: skip
        app.include_router(part)

    @app.get("/health", responses={503: {"model": HealthJson}})
    def health(request: Request, response: Response) -> HealthJson:
        """Whether the archive can be read; cheap enough to be asked every second."""
        told: HealthJson = {"ok": False, "version": version("dateline")}
        try:
            told["articles"], told["chunks"] = site.service.archive.catalog.counts()
            told["ok"] = True
            told["model"] = site.service.assistant.writer().name
        except (DatelineError, sqlite3.Error) as error:
            log.warning("Not healthy: %s", error)
        response.status_code = 200 if told["ok"] else 503
        return {"ok": told["ok"]} if is_stranger(request) else told

    return app
