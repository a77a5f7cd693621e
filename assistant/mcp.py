"""Tools for other assistants over the Model Context Protocol: by stdio, or over HTTP at /mcp."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Annotated, Any

import anyio
from fastapi import FastAPI
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant import commands
from assistant.results import Result
from assistant.web.door.caller import Caller, caller_of
from assistant.web.site import Site
from assistant.write.quoting import NAME
from ingest.archive.catalog import require_archive
from ingest.edge import json_text
from ingest.errors import DatelineError, SettingError
from ingest.settings import Settings
from ingest.text import one_line

Run = Callable[[str, Mapping[str, Any]], Result]
Object = Annotated[CallToolResult, dict[str, Any]]  # an object, and the same as text

INSTRUCTIONS = (
    "Dateline answers questions from an archive of news articles. Every quote it gives stands in "
    "an article letter for letter. Use `ask` for an answer with numbered exact quotes, `research` "
    "for one that takes several searches, `search` "
    "for the passages themselves, `show` to read an article whole. When the archive does not hold "
    'the answer, `refused` is true: say so instead of guessing; with the `grade` "near" what is '
    "said comes close to it, or has no source."
)

Question = Annotated[str, Field(description="A question or words to look for, in plain language.")]
Since = Annotated[
    str | None, Field(description="Only articles published on this day (2023-07-16) or later.")
]
Until = Annotated[str | None, Field(description="Only articles published on this day or before.")]
AsOf = Annotated[
    str | None,
    Field(description="Answer as on this day: nothing published or changed later is used."),
]
Publishers = Annotated[
    list[str] | None, Field(description="Only these publishers or agencies; none: all.")
]
Ignore = Annotated[
    list[str] | None,
    Field(description="Filters not to be read from the question: time, publisher, without, "
                      "author, kind, phrase or all."),
]  # fmt: skip
Count = Annotated[int, Field(ge=1, le=100, description="How many passages.")]
Model = Annotated[
    str | None, Field(description='Another chat model than the settings\', or "quoting".')
]
ArticleId = Annotated[
    str, Field(description="An article_id from `ask` or `search`; may be cut short.")
]
Versions = Annotated[bool, Field(description="Also what each earlier version said.")]


def make_mcp_server(run: Run) -> MCPServer[Any]:
    """A server whose tools are done by `run`: a command's name and options in, its result out."""
    server: MCPServer[Any] = MCPServer(
        "dateline", title="Dateline", version=version("dateline"), instructions=INSTRUCTIONS,
        log_level="WARNING",
    )  # fmt: skip
    reading = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    tools = _Tools(run)
    for tool in (tools.search, tools.ask, tools.research, tools.show):
        server.add_tool(tool, annotations=reading)
    return server


def serve_stdio(settings: Settings) -> None:
    """Serve on standard input and output until the input ends.

    Raises:
        ArchiveError: there is no archive.
    """
    require_archive(settings.archive.expanduser())
    server = make_mcp_server(each_time(settings))
    failed: list[BaseException] = []

    def run() -> None:
        try:
            server.run()
        except BaseException as error:
            # The first of a group: a reader that went away is known by its BrokenPipeError.
            while group := getattr(error, "exceptions", ()):
                error = group[0]
            failed.append(error)

    # A thread that waits for input cannot be interrupted; a daemon's at least holds nothing up.
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


def each_time(settings: Settings) -> Run:
    """Opens the archive for each call, so that other commands have it in between; where a chat
    has it, the chat does the call."""
    # Calls come in several threads, and one can have it open.
    return partial(commands.run, settings, opening=threading.Lock())


@dataclass(frozen=True)
class _Tools:
    """What assistants can call; their names and descriptions are read from here."""

    run: Run

    def search(
        self, *, question: Question, k: Count = 10, since: Since = None, until: Until = None,
        as_of: AsOf = None, publishers: Publishers = None, ignore: Ignore = None,
    ) -> Object:  # fmt: skip
        """Find the passages of the archive that fit a question best, each with its article,
        publisher, date, link and exact place in the text."""
        return self._result(
            "search", question=question, k=k, since=since, until=until, as_of=as_of,
            publishers=publishers or [], ignore=ignore or [],
        )  # fmt: skip

    def ask(
        self, *, question: Question, since: Since = None, until: Until = None, as_of: AsOf = None,
        publishers: Publishers = None, ignore: Ignore = None, model: Model = None,
    ) -> Object:  # fmt: skip
        """Answer a question from the archive, with numbered exact quotes, who reported them and
        when; or say that the archive does not hold the answer."""
        return self._result(
            "ask", question=question, since=since, until=until, as_of=as_of,
            publishers=publishers or [], ignore=ignore or [], model=model,
        )  # fmt: skip

    def research(
        self, *, question: Question, since: Since = None, until: Until = None, as_of: AsOf = None,
        publishers: Publishers = None,
    ) -> Object:  # fmt: skip
        """Have the archive's own chat model search as often as it needs to and read on, for
        questions that one search cannot answer. Gives what `ask` gives; `steps` says what it did.
        Takes minutes."""
        return self._result(
            "ask", question=question, since=since, until=until, as_of=as_of,
            publishers=publishers or [], research=True,
        )  # fmt: skip

    def show(self, article_id: ArticleId, versions: Versions = False) -> Object:
        """Give one article of the archive whole, with everything that is known about it."""
        return self._result("show", article_id=article_id, versions=versions)

    def _result(self, name: str, **options: Any) -> CallToolResult:
        try:
            found = dict(self.run(name, options).as_json())
        except DatelineError as error:
            # Not raised: the library would put its own words before the sentence.
            said = TextContent(type="text", text=one_line(str(error)))
            return CallToolResult(content=[said], is_error=True)
        told = TextContent(type="text", text=json_text(found))
        return CallToolResult(content=[told], structured_content=found)


PATH = "/mcp"
_caller: ContextVar[Caller] = ContextVar("caller")  # of the request that a tool is called by
Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


def mcp_over_http(site: Site) -> tuple[list[Any], Lifespan]:
    """Its routes, and the lifespan that they need."""

    def run(name: str, options: Mapping[str, Any]) -> Result:
        """Do a tool's work, in the thread that the server made for it, when it is its turn."""
        if options.get("model") not in (None, NAME):
            raise SettingError(f'Only the model of the settings and "{NAME}" can be asked here.')
        work = partial(site.service.do, name, options)
        return anyio.from_thread.run(site.gate.once, _caller.get(), work)

    server = make_mcp_server(run)
    web = server.streamable_http_app(
        streamable_http_path=PATH, stateless_http=True, json_response=True,
        # Host and Origin are looked at by our own guard, for everything that is served.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )  # fmt: skip

    async def noting(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        _caller.set(caller_of(HTTPConnection(scope)))
        await app(scope, receive, send)

    for route in web.routes:
        route.app = partial(noting, route.app)  # type: ignore[attr-defined]

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with server.session_manager.run():
            yield

    return list(web.routes), lifespan
