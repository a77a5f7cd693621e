"""What the pages share: Gradio without telemetry, the theme, style sheet and script, the head; and
both in one app."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from importlib import resources
from typing import Any

from assistant.results import Result
from assistant.web.door.caller import Caller, caller_of
from assistant.web.site import Site
from assistant.web.talk import plain
from assistant.write.quoting import NAME
from ingest.settings import no_telemetry

no_telemetry()
import gradio as gr  # noqa: E402  telemetry must be off before

__all__ = ["PRIVATE", "build_pages", "gr", "head_markup", "region", "style"]


def _resource(name: str) -> str:
    return resources.files("assistant.web.pages").joinpath(name).read_text("utf-8")


QUOTING = "Answers by quoting: no language model is set."
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
# A click in one of our own regions tells what was meant and with what.
TELLS = _resource("tells.js")

_SKIP = '<a class="dl-skip" href="#dl-question">To the question</a>'
_LEAVE = '<form method="post" action="./logout"><button>Sign out</button></form>'
_DRAWER = (
    '<button type="button" class="dl-drawer" aria-label="{0}" title="{0}" aria-controls="{1}" '
    'aria-expanded="false"></button>'
)


def style() -> dict[str, Any]:
    """What is given to Gradio when the pages are mounted: theme, style sheet, script."""
    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
    theme = gr.themes.Default(font=fonts, font_mono=["ui-monospace", "monospace"])
    # Without it browsers send the origin of our own forms as "null", which is refused.
    head = f'<meta name="referrer" content="same-origin"><script>{_resource("page.js")}</script>'
    return {"theme": theme, "css": _resource("page.css"), "head": head}


def head_markup(page: str, model: str, who: Caller) -> str:
    """The head of a page: the name, the ways to the other page, who answers, who is signed in."""
    says = QUOTING if model == NAME else f"Answers by the model {model}."
    here = ' aria-current="page"'
    links = "".join(
        f'<a href="{address}"{here if name == page else ""}>{name}</a>'
        for name, address in (("Chat", "./"), ("Archive", "./archive"))
    )
    leave = _LEAVE if who.user and not who.is_visitor else ""
    panes = (("Conversations", "dl-left"), ("Sources", "dl-right"))
    left, right = (_DRAWER.format(*pane) if page == "Chat" else "" for pane in panes)
    skip = _SKIP if page == "Chat" else ""
    return (
        f'<header class="dl-top">{skip}{left}<h1>Dateline</h1>'
        f'<nav aria-label="Pages">{links}</nav><p id="dl-model">{escape(says)}</p>'
        f"{leave}{right}</header>"
        '<div id="dl-status" role="status" aria-live="polite"></div>'
    )


def region(value: str = "", **options: Any) -> gr.HTML:
    """A part of the page that is HTML of our own and tells what is clicked in it."""
    return gr.HTML(value, padding=False, js_on_load=TELLS, **options)


def build_pages(site: Site) -> gr.Blocks:
    """The chat, and the archive at `/archive`, in one Gradio app."""
    from assistant.web.pages.archive_page import ArchivePage
    from assistant.web.pages.chat_page import ChatPage

    async def ask(request: gr.Request, question: str) -> dict[str, Any]:
        """Answer a question; the object that `dateline ask --json` prints."""
        return await _told(site, request, lambda: site.service.assistant.ask(question))

    async def search(request: gr.Request, question: str, k: int = 10) -> dict[str, Any]:
        """Find passages; the object that `dateline search --json` prints."""
        return await _told(site, request, lambda: site.service.assistant.search(question, k))

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
        return dict((await site.gate.once(caller_of(request), work)).as_json())
    except Exception as error:  # the edge: no traceback leaves it
        raise gr.Error(plain(error), print_exception=False) from error
