"""OpenAI's chat interface under /v1, so that any client of it can ask the archive."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.results import Answer
from assistant.web.api.asking import Asked, Events, growing, whole
from assistant.web.api.faults import NotFoundError, answer_errors, described
from assistant.web.api.messages import ChatIn, asked_of
from assistant.web.api.telling import Teller, content_of, extras
from assistant.web.site import Site

MODEL = "dateline"
_KINDS = {"busy": "rate_limit_error", "not_signed_in": "authentication_error"}
_OURS = ("archive_damaged", "archive_failed", "unexpected")


def make_openai(site: Site) -> FastAPI:
    """The application to mount at /v1."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    answer_errors(app, error_body)

    @app.get("/models")
    async def models() -> Response:
        return JSONResponse({"object": "list", "data": [_model()]})

    @app.get("/models/{name}")
    async def model(name: str) -> Response:
        _check_model(name)
        return JSONResponse(_model())

    @app.post("/chat/completions")
    async def complete(request: Request, given: ChatIn) -> Response:
        _check_model(given.model)
        asked = asked_of(given)
        if not given.stream:
            return JSONResponse(_completion(given, await whole(site, request, asked)))
        asked.check()
        usage = bool(given.stream_options and given.stream_options.include_usage)
        return await Events.of(site, request, _chunks(site, given, asked, usage))

    return app


def error_body(message: str, kind: str) -> Mapping[str, object]:
    """An error as OpenAI's clients read it."""
    shown = _KINDS.get(kind, "server_error" if kind in _OURS else "invalid_request_error")
    return {"error": {"message": message, "type": shown, "param": None, "code": kind}}


def _model() -> dict[str, object]:
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}


def _check_model(name: str) -> None:
    if name not in ("", MODEL):
        raise NotFoundError(f"There is no model {name[:60]!r} here. The one there is: {MODEL}.")


def _completion(given: ChatIn, answer: Answer) -> dict[str, object]:
    text = content_of(answer)
    message = {"role": "assistant", "content": text, "refusal": None, **extras(answer)}
    choice = {
        "index": 0, "message": message, "logprobs": None, "finish_reason": _finish(answer),
    }  # fmt: skip
    head = _head("chat.completion")
    return {**head, "choices": [choice], "usage": _usage(given, text)}


async def _chunks(
    site: Site, given: ChatIn, asked: Asked, usage: bool
) -> AsyncIterator[dict[str, str]]:
    """The chunks of a stream. What is sent stays true: see `Teller`."""
    head, teller, last = _head("chat.completion.chunk"), Teller(), None
    if usage:
        head["usage"] = None
    yield _chunk(head, {"role": "assistant", "content": ""})
    try:
        async for last in growing(site, asked):
            if text := teller.grown(last):
                yield _chunk(head, {"content": text})
        if last is not None:
            if text := teller.ended(last):
                yield _chunk(head, {"content": text})
            yield _chunk(head, extras(last), _finish(last))
        if usage:
            yield _data({**head, "choices": [], "usage": _usage(given, teller.sent)})
        yield {"data": "[DONE]"}
    except Exception as error:  # the edge: it is told in the stream
        _, kind, message = described(error)
        yield _data(error_body(message, kind))


def _head(kind: str) -> dict[str, Any]:
    key = f"chatcmpl-{secrets.token_hex(12)}"
    return {"id": key, "object": kind, "created": int(time.time()), "model": MODEL}


def _chunk(
    head: Mapping[str, object], delta: Mapping[str, object], finish: str | None = None
) -> dict[str, str]:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return _data({**head, "choices": [choice]})


def _data(value: Mapping[str, object]) -> dict[str, str]:
    return {"data": json.dumps(value, ensure_ascii=False)}


def _finish(answer: Answer) -> str:
    """ "length" is how clients know that an answer was cut."""
    return "stop" if answer.complete else "length"


def _usage(given: ChatIn, text: str) -> dict[str, int]:
    """Estimated: some four characters a token."""
    asked, told = sum(len(m.text) for m in given.messages) // 4 + 1, len(text) // 4 + 1
    return {"prompt_tokens": asked, "completion_tokens": told, "total_tokens": asked + told}
