"""Errors as callers see them: a status, and one plain sentence. Never a traceback."""

from __future__ import annotations

import logging
import os
import sqlite3
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.door.guards import Body, error_body, refusal
from assistant.web.gate import BusyError
from ingest import errors
from ingest.text import one_line

log = logging.getLogger("dateline")
DAMAGED = "The archive's catalog cannot be read. Stop the chat and run: dateline doctor"
UNEXPECTED = "Something unexpected went wrong. What is stored is safe; ask again."
_PLAIN = {
    404: ("not_found", "There is nothing at this address."),
    405: ("invalid_request", "This address takes another method."),
    413: ("too_large", "That is too large. Send less at once."),
}


class NotFoundError(errors.DatelineError):
    """There is none of that name."""


class ForbiddenError(errors.DatelineError):
    """This caller may not do that."""


_STATUS: tuple[tuple[type[BaseException], int, str], ...] = (
    (BusyError, 429, "busy"),
    (NotFoundError, 404, "not_found"),
    (errors.NoArticleError, 404, "not_found"),
    (ForbiddenError, 403, "forbidden"),
    (errors.ModelError, 424, "model_failed"),
    (errors.EmbedderError, 424, "model_failed"),
    (errors.ArchiveInUseError, 409, "archive_in_use"),
    (errors.ArchiveError, 500, "archive_failed"),
    (errors.DatelineError, 400, "invalid_request"),
    (sqlite3.Error, 500, "archive_damaged"),
    (Exception, 500, "unexpected"),
)


def described(error: BaseException) -> tuple[int, str, str]:
    """(status, type, message) of an error; what is none of ours is logged and not told."""
    status, kind = next((s, k) for cls, s, k in _STATUS if isinstance(error, cls))
    if isinstance(error, errors.DatelineError):
        return status, kind, one_line(str(error))
    debug = error if os.environ.get("DATELINE_DEBUG") else None
    said = one_line(str(error))[:200]
    log.error("A request failed: %s: %s", type(error).__name__, said, exc_info=debug)
    return status, kind, DAMAGED if isinstance(error, sqlite3.Error) else UNEXPECTED


def answer_errors(app: FastAPI, body: Body = error_body) -> None:
    """Have `app` answer every error in the shape of `body`."""

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        no_json = first["loc"] == ("body",) and first["type"] != "missing"
        place = ".".join(str(part) for part in first["loc"][1:]) or "body"
        said = f"{place[:80]} cannot be used: {one_line(str(first['msg']))[:200]}."
        if first["type"] == "json_invalid" or no_json:
            said = "The body is no JSON object. Send one with Content-Type: application/json."
        return JSONResponse(body(said, "invalid_request"), 400)

    def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        other = "invalid_request", one_line(str(error.detail))
        kind, said = _PLAIN.get(error.status_code, other)
        return JSONResponse(body(said, kind), error.status_code, error.headers)

    def gone(request: Request, error: Exception) -> Response:
        return Response(status_code=400)  # nobody is there to read it

    app.add_exception_handler(ClientDisconnect, gone)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_middleware(Unexpected, body=body)


@dataclass(frozen=True)
class Unexpected:
    """Answers what nobody foresaw; otherwise the server would print a traceback."""

    app: ASGIApp
    body: Body = error_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] in ("http.response.start", "websocket.accept")
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except Exception as error:
            status, kind, message = described(error)
            busy = error if isinstance(error, BusyError) else None
            wait = {"Retry-After": f"{busy.retry_after:.0f}"} if busy else None
            if not started:
                await refusal(status, message, kind, wait, self.body)(scope, receive, send)
