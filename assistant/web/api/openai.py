"""OpenAI's chat interface under /v1, so that any client of it can ask the archive: messages become
a question with its history, an answer one text with its sources and notes.

A stream can only go on. So the text is sent as it grows, but for its last word and for a beginning
that may still become a refusal; the judgement of its sentences, which is known at the end, follows
as lines of their own. If what was sent turns out wrong, the whole answer follows.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from textwrap import shorten
from typing import Annotated, Any, cast

from fastapi import Depends, FastAPI
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.answer import Asking
from assistant.cite.composer import is_refusal
from assistant.cite.support import without_marks
from assistant.kept.told import quotes_text
from assistant.results import Answer
from assistant.web.api.asking import Answers, EventStream, asking, streamed, whole
from assistant.web.api.refusals import NotFoundError, answer_errors
from assistant.web.api.schemas import Filtered, Text
from assistant.web.site import Site
from ingest.errors import SettingError

_TEXTS = ("text", "input_text", "output_text", "refusal")
_ROLES = ("user", "assistant")  # the rest is instructions, which are ours, and results of tools


class Message(BaseModel):
    """One message; its content is a text, or parts."""

    role: str = Field(max_length=40)
    content: Text | list[dict[str, Any]] | None = None

    @property
    def text(self) -> str:
        """Raises:
        SettingError: it holds something else than text.
        """
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        texts = []
        for part in self.content:
            kind = str(part.get("type", ""))
            if kind not in _TEXTS:
                raise SettingError(
                    f"Only text can be read, no {kind[:40] or 'other'} parts. Send text."
                )
            text = part.get("text", part.get("refusal", ""))
            texts.append(text if isinstance(text, str) else "")
        return "\n".join(texts)


class ChatIn(Filtered):
    """A request; what is not named here is not looked at. The filters are Dateline's own."""

    model: Text = Field(default="", max_length=200)
    messages: list[Message] = Field(min_length=1, max_length=2000)
    stream: bool = False
    stream_options: dict[str, Any] | None = None
    research: bool = False


SOURCES = "\n\nSources:\n"
NOTES = "\n\n· "
CHECKED = "\n\nChecked afterwards:\n"
BEGINNING = 60  # characters that tell which sentence is meant
INSTEAD = "\n\nThis takes the place of what stands above:\n\n"
_SAYS = {"not found": "Not found in the source:", "uncited": "No source:"}
_FIRST = re.compile(r".+?[.!?](?=\s)|.+?\n", re.DOTALL)


def content_of(answer: Answer) -> str:
    """The text, its sources, its notes."""
    return answer.text + _after(answer)


def extras(answer: Answer) -> dict[str, object]:
    """What OpenAI's messages have no place for."""
    told: Mapping[str, object] = answer.as_json()
    return {name: told[name] for name in ("citations", "refused", "grade", "notes", "statements")}


def without_sources(content: str) -> str:
    """The text of an answer that a client sends back as history."""
    for begins in (SOURCES, NOTES, CHECKED):
        content = content.partition(begins)[0]
    return content.rpartition(INSTEAD)[2]


@dataclass
class Teller:
    """Says an answer piece by piece; `sent` is what was said."""

    sent: str = ""

    def grown(self, answer: Answer) -> str:
        """What may be said of an answer that is still growing."""
        if answer.complete or not answer.text.startswith(self.sent):
            return ""
        if not answer.citations:  # without a quote the first sentence shows whether it refuses
            first = _FIRST.match(answer.text)
            if first is None or is_refusal(first[0]):
                return ""
        safe = re.sub(r"\S*$", "", answer.text).rstrip()
        return self._said(safe[len(self.sent) :])

    def ended(self, answer: Answer) -> str:
        """The rest. What was sent had no marks for want of a source, and none of a source that was
        found at the end: these follow."""
        plain, later, position = "", [], 0
        for each in answer.statements:
            said = answer.text[each.start : each.end]
            mark = answer.text.rfind(" (", each.start, each.end)
            if each.found:
                lead, bare = "".join(f"[{n}]" for n in each.citations), without_marks(said)
            elif each.standing != "supported" and mark >= 0:
                lead, bare = _SAYS[each.standing], answer.text[each.start : mark]
            else:
                continue
            plain += answer.text[position : each.start] + bare
            later.append(f"{lead} “{shorten(bare, BEGINNING, placeholder=' …')}”")
            position = each.end
        plain += answer.text[position:]
        if answer.text.startswith(self.sent):
            rest = answer.text[len(self.sent) :]
        elif plain.startswith(self.sent):
            rest = f"{plain[len(self.sent) :]}{CHECKED}" + "\n".join(later)
        else:
            rest = INSTEAD + answer.text
        return self._said(rest + _after(answer))

    def _said(self, text: str) -> str:
        self.sent += text
        return text


def _after(answer: Answer) -> str:
    """Its sources and notes."""
    sources = SOURCES + quotes_text(answer.citations) if answer.citations else ""
    return sources + (NOTES + "\n· ".join(answer.notes) if answer.notes else "")


MODEL = "dateline"
_KINDS = {"busy": "rate_limit_error", "not_signed_in": "authentication_error"}
_OURS = ("archive_damaged", "archive_failed", "unexpected")


async def _growing(request: Request, given: ChatIn) -> AsyncIterator[Answers]:
    """The last message of the user is the question, what was said before it the history.

    Raises:
        SettingError: there is none, or something is not text.
    """
    _check_model(given.model)
    said = [message for message in given.messages if message.role in _ROLES]
    while said and said[-1].role != "user":
        said.pop()
    if not said:
        raise SettingError("There is no message of the user. The last one is the question.")
    history = tuple(
        (m.role, without_sources(m.text) if m.role == "assistant" else m.text) for m in said[:-1]
    )
    names = {*Filtered.model_fields, "research"}
    options = cast(Asking, {**given.model_dump(include=names), "history": history})
    async with asking(request, said[-1].text, options) as answers:
        yield answers


Growing = Annotated[Answers, Depends(_growing)]


def make_openai(site: Site) -> FastAPI:
    """The application to mount at /v1."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.site = site
    answer_errors(app, error_body)

    @app.get("/models")
    async def models() -> Response:
        return JSONResponse({"object": "list", "data": [_model()]})

    @app.get("/models/{name}")
    async def model(name: str) -> Response:
        _check_model(name)
        return JSONResponse(_model())

    @app.post("/chat/completions")
    async def complete(request: Request, given: ChatIn, growing: Growing) -> Response:
        if given.stream:
            return streamed(_chunks(given, growing), lambda *told: _data(error_body(*told)))
        answer = await whole(request, growing)
        text = content_of(answer)
        message = {"role": "assistant", "content": text, "refusal": None, **extras(answer)}
        choice = {
            "index": 0, "message": message, "logprobs": None, "finish_reason": _finish(answer),
        }  # fmt: skip
        head = _head("chat.completion")
        return JSONResponse({**head, "choices": [choice], "usage": _usage(given, text)})

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


async def _chunks(given: ChatIn, growing: Answers) -> EventStream:
    """The chunks of a stream. What is sent stays true: see `Teller`."""
    head, teller = _head("chat.completion.chunk"), Teller()
    usage = bool((given.stream_options or {}).get("include_usage"))
    if usage:
        head["usage"] = None
    yield _chunk(head, {"role": "assistant", "content": ""})
    async for answer in growing:
        if text := teller.grown(answer):
            yield _chunk(head, {"content": text})
    if text := teller.ended(answer):
        yield _chunk(head, {"content": text})
    yield _chunk(head, extras(answer), _finish(answer))
    if usage:
        yield _data({**head, "choices": [], "usage": _usage(given, teller.sent)})
    yield {"data": "[DONE]"}


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
