"""Both pages in one Gradio app."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from typing import Any

from assistant.results import Result
from assistant.web.door.caller import caller_of
from assistant.web.pages.archive_page import ArchivePage
from assistant.web.pages.chat_page import ChatPage
from assistant.web.pages.frame import gr
from assistant.web.site import Site
from assistant.web.talk import plain


def build_pages(site: Site) -> gr.Blocks:
    """The chat, and the archive at `/archive`."""

    async def ask(request: gr.Request, question: str) -> dict[str, Any]:
        """Answer a question; the object that `dateline ask --json` prints."""
        return await _told(site, request, lambda: site.service.ask(question))

    async def search(request: gr.Request, question: str, k: int = 10) -> dict[str, Any]:
        """Find passages; the object that `dateline search --json` prints."""
        return await _told(site, request, lambda: site.service.search(question, k))

    pages: gr.Blocks
    with gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True) as pages:
        ChatPage(site).build(pages)
        # What scripts may call with `gradio_client`; it waits its turn, too.
        gr.api(ask, api_name="ask")  # type: ignore[attr-defined]
        gr.api(search, api_name="search")  # type: ignore[attr-defined]
    with pages.route("Archive", "/archive", show_in_navbar=False):
        ArchivePage(site).build(pages)
    return pages


async def _told(site: Site, request: gr.Request, work: Callable[[], Result]) -> dict[str, Any]:
    try:
        async with (
            site.gate.turn(caller_of(request)),
            aclosing(site.gate.stepped(do() for do in (work,))) as done,
        ):
            return dict((await anext(done)).as_json())
    except Exception as error:  # the edge: no traceback leaves it
        raise gr.Error(plain(error), print_exception=False) from error
