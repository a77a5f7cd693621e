"""Addresses of Gradio's that nothing here uses, and that can only do harm: they are not there."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.web.access.refusing import refuse

# Fetching from other servers, keeping states on the disk, editing the program, watching its users.
CLOSED = (
    "/proxy=", "/gradio_api/proxy=", "/gradio_api/deep_link", "/gradio_api/process_recording",
    "/gradio_api/vibe-", "/gradio_api/undo-vibe-", "/gradio_api/dev/", "/gradio_api/profiling/",
    "/gradio_api/run-history/", "/gradio_api/runs", "/monitoring",
)  # fmt: skip


class Closed:
    """Answers 404 for them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] == "http" and path.startswith(CLOSED):
            said = "There is nothing at this address."
            await refuse(scope, receive, send, status=404, message=said, kind="not_found")
        else:
            await self._app(scope, receive, send)
