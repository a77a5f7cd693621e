"""The page's server: FastAPI around Gradio, for what Gradio does not guard by itself."""

from __future__ import annotations

import ipaddress
import signal
import socket
import sys
from importlib import resources

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.answer import Assistant
from assistant.prompts import check_prompts
from assistant.web.page import build_page, style
from ingest.archive import Archive
from ingest.errors import SettingError
from ingest.run import ingest
from ingest.settings import Settings

# Gradio's own page needs inline script and eval; nothing may be fetched from elsewhere.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "frame-src 'none'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]", "::1")
UPLOAD_LIMIT = 1024  # bytes; the page takes no files


class SafeHeaders:
    """Adds the protective headers to every response, and lets streams stream."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, guarded)


def make_app(
    assistant: Assistant, host: str = "127.0.0.1", auth: tuple[str, str] | None = None
) -> FastAPI:
    """The web application. `host` is where it listens: other Host headers are refused."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    if is_loopback(host):
        hosts = [*_LOOPBACK_NAMES, host]
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    app.add_middleware(SafeHeaders)
    import gradio as gr

    page = build_page(assistant)
    page.queue(default_concurrency_limit=8, max_size=64)
    gr.mount_gradio_app(
        app, page, path="/", auth=auth, footer_links=[], show_error=False, allowed_paths=[],
        max_file_size=UPLOAD_LIMIT, ssr_mode=False, enable_monitoring=False, run_history=False,
        mcp_server=False, **style(),
    )  # fmt: skip
    return app


def serve(settings: Settings, host: str, port: int, auth: str | None, sample: bool = False) -> None:
    """Serve the chat until it is stopped. `sample`: an empty archive gets the sample articles.

    Raises:
        SettingError: the port is taken, or another machine could come in without a password.
        DatelineError: the archive or the model cannot be used.
    """
    if not is_loopback(host) and auth is None:
        raise SettingError(
            f"On {host} other machines can reach the chat. Give --auth user:password, or listen on "
            "127.0.0.1."
        )
    check_prompts()
    listener = _listen(host, port)
    name, _, password = (auth or "").partition(":")
    with listener, Assistant(Archive.open(settings, create=True)) as assistant:
        if sample and assistant.archive.catalog.counts() == (0, 0):
            ingest([str(resources.files("seeds").joinpath("articles"))], assistant.archive)
        assistant.writer()
        assistant.search("warm up")
        app = make_app(assistant, host, (name, password) if auth else None)
        print(f"Dateline is at http://{_shown(host)}:{port} – Ctrl-C stops it.", flush=True)
        _run(app, listener)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


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


def _run(app: FastAPI, listener: socket.socket) -> None:
    import uvicorn

    # uvicorn raises the signal again once it has shut down; the archive must still be closed then.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    config = uvicorn.Config(
        app, log_level="warning", timeout_graceful_shutdown=3, server_header=False
    )
    uvicorn.Server(config).run(sockets=[listener])


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
