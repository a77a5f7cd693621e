"""The page's server: FastAPI around Gradio, for what Gradio does not guard by itself."""

from __future__ import annotations

import asyncio
import ctypes
import socket
import warnings
from collections.abc import Sequence
from contextlib import suppress

import anyio.to_thread
import uvicorn
from fastapi import FastAPI

from assistant.answer import Assistant
from assistant.mcp import mcp_over_http
from assistant.web.api.openai import make_openai
from assistant.web.api.rest import make_rest
from assistant.web.desk import desk
from assistant.web.door.caller import USER
from assistant.web.door.door import guard
from assistant.web.door.guards import UPLOAD
from assistant.web.door.users import Access, check_binding, users_of
from assistant.web.gate import RUNNING, WAITING
from assistant.web.intake import SAMPLE
from assistant.web.site import Site
from assistant.web.waiting import leave_on_sigterm, opened, refuse_second
from assistant.write.prompts import check_prompts
from ingest.errors import SettingError
from ingest.run import ingest
from ingest.settings import Settings

_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h
TRIM = 20  # ticks of the server, ten a second, between two times
# For what blocks: those who are answered or wait to be, and a few more. Each thread has a
# connection to the catalog, with its cache.
THREADS = RUNNING + WAITING + 4
LEAVE = 3  # seconds for what is being answered when the server is stopped
EVENTS, EVENTS_WAITING = 32, 128  # of the pages; what is dear about them goes through the gate


def make_app(assistant: Assistant, access: Access | None = None) -> FastAPI:
    """The web application. `access` says who may use it; by default whoever is at this machine."""
    site, access = Site(assistant), access or Access()
    routes, lifespan = mcp_over_http(site)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.router.routes.extend(routes)
    app.state.site = site
    guard(app, access)
    app.mount("/api", make_rest(site))
    app.mount("/v1", make_openai(site))
    from assistant.web.pages.frame import build_pages, gr, style

    pages = build_pages(site)
    pages.queue(default_concurrency_limit=EVENTS, max_size=EVENTS_WAITING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there is no rendering on the server; none was wanted
        gr.mount_gradio_app(
            app, pages, path="/", auth_dependency=lambda request: request.scope.get(USER),
            footer_links=[], show_error=False, allowed_paths=[], max_file_size=UPLOAD,
            ssr_mode=False, enable_monitoring=False, run_history=False, mcp_server=False, **style(),
        )  # fmt: skip
    return app


def serve(
    settings: Settings,
    host: str,
    port: int,
    *,
    auth: str | None = None,
    sample: bool = False,
    no_auth: bool = False,
    names: Sequence[str] = (),
) -> None:
    """Serve the chat until it is stopped. `sample`: an empty archive gets the sample articles.

    Args:
        auth: "user:password", or the path of a users file.
        no_auth: let everybody in, also from other machines.
        names: other host names that the server is reached by.

    Raises:
        ArchiveInUseError: a chat of this archive is open already. Anything else that has it, or
            damage to its catalog, is told on the page until it is over.
        SettingError: the port is taken, or another machine could come in without a password.
        DatelineError: the archive or the model cannot be used.
    """
    check_binding(host, auth, no_auth)
    access = Access(host, users_of(auth), tuple(names))
    check_prompts()
    few_arenas()
    refuse_second(settings)
    listener = _listen(host, port)
    with listener, Assistant(opened(settings, listener, access)) as assistant:
        if sample and assistant.archive.catalog.counts() == (0, 0):
            ingest([SAMPLE], assistant.archive)
        assistant.writer()
        assistant.search("warm up")
        app = make_app(assistant, access=access)
        # By which this machine reaches itself.
        reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
        address = f"http://{f'[{reached}]' if ':' in reached else reached}:{port}"
        others = "" if reached == host else " and at this machine's other addresses"
        with desk(app.state.site.service, address):
            print(f"Dateline is at {address}{others} – Ctrl-C stops it.", flush=True)
            leave_on_sigterm()
            Server(app, app.state.site).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
    except OSError as error:
        listener.close()
        raise SettingError(
            f"The chat cannot listen on {host}:{port}: {error.strerror or error}. "
            "Choose another port with --port (make chat: PORT=…)."
        ) from error
    return listener


class Server(uvicorn.Server):
    """Tells what is being answered to stop, before it waits for it."""

    def __init__(self, app: FastAPI, site: Site) -> None:
        config = uvicorn.Config(
            app, log_level="warning", timeout_graceful_shutdown=LEAVE, server_header=False
        )
        super().__init__(config)
        self._site = site

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        await super().startup(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Gives freed memory back to the system now and then; only where malloc is glibc's."""
        if counter % TRIM == 0:
            with suppress(OSError, AttributeError):
                await asyncio.to_thread(ctypes.CDLL("libc.so.6").malloc_trim, 0)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._site.gate.close()
        await super().shutdown(sockets)


def few_arenas() -> None:
    """Have glibc's malloc keep two heaps instead of one or two for each thread, of which it hardly
    gives anything back: 50 to 90 MB less for a busy chat. Elsewhere nothing is done."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(_ARENA_MAX, 2)
