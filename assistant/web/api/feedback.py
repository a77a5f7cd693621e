"""What people thought of answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.feedback import Judged
from assistant.web.access import caller_of
from assistant.web.api.models import FeedbackIn, FeedbackOut, KeptOut
from assistant.web.site import Site

Limit = Annotated[int, Query(ge=1, le=10_000)]


def router(site: Site) -> APIRouter:
    """/feedback."""
    routes = APIRouter(prefix="/feedback")
    book = site.feedback

    @routes.post("", status_code=201, responses={201: {"model": KeptOut}})
    async def keep(request: Request, given: FeedbackIn) -> Response:
        """Keep a verdict on an answer."""
        judged = Judged(given.question, given.answer, given.model)
        user = caller_of(request).user
        await run_in_threadpool(book.keep, judged, given.rating, given.reason, user)
        return JSONResponse({"kept": True}, 201)

    @routes.get("", responses={200: {"model": FeedbackOut}})
    async def verdicts(
        request: Request, rating: str | None = None, since: str | None = None, limit: Limit = 100
    ) -> Response:
        """Your own verdicts, the newest first; where nobody signs in, all of them."""
        user = caller_of(request).user

        def listed() -> list[dict[str, object]]:
            own = (v for v in book.all(rating, since) if user in ("", v.user))
            return [verdict.as_json() for _, verdict in zip(range(limit), own, strict=False)]

        return JSONResponse({"feedback": await run_in_threadpool(listed)})

    return routes
