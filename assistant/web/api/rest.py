"""REST under /api, described by /api/openapi.json."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI

from assistant.web.api import articles, conversations, feedback, health, intake, questions
from assistant.web.api.faults import answer_errors
from assistant.web.api.models import FaultOut
from assistant.web.site import Site

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
        status: {"model": FaultOut, "description": said} for status, said in _STATUSES.items()
    }
    app = FastAPI(
        title="Dateline", version=version("dateline"), description=_DESCRIPTION,
        docs_url=None, redoc_url=None, openapi_url="/openapi.json", responses=faults,
        redirect_slashes=False,
    )  # fmt: skip
    answer_errors(app)
    parts: list[APIRouter] = [
        questions.router(site), articles.router(site), intake.router(site),
        feedback.router(site), conversations.router(site), health.router(site),
    ]  # fmt: skip
    for part in parts:
        app.include_router(part)
    return app
