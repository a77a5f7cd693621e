"""Both pages in one Gradio app."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from assistant.web.pages.archive import build_archive
from assistant.web.pages.chat import build_chat
from assistant.web.pages.frame import gr
from assistant.web.site import Site
from assistant.web.talk import plain
from ingest.errors import DatelineError


def build_pages(site: Site) -> gr.Blocks:
    """The chat, and the archive at `/archive`."""
    pages: gr.Blocks
    with gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True) as pages:
        build_chat(site, pages)
        _publish(site)
    with pages.route("Archive", "/archive", show_in_navbar=False):
        build_archive(site, pages)
    return pages


def _publish(site: Site) -> None:
    """The endpoints that scripts may call with `gradio_client`."""

    def ask(question: str) -> dict[str, Any]:
        """Answer a question; the object that `dateline ask --json` prints."""
        return _guarded(lambda: site.assistant.ask(question).as_json())

    def search(question: str, k: int = 10) -> dict[str, Any]:
        """Find passages; the object that `dateline search --json` prints."""
        return _guarded(lambda: site.assistant.search(question, k).as_json())

    gr.api(ask, api_name="ask")  # type: ignore[attr-defined]
    gr.api(search, api_name="search")  # type: ignore[attr-defined]


def _guarded(call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return call()
    except DatelineError as error:
        raise gr.Error(str(error), print_exception=False) from error
    except Exception as error:  # the edge: no traceback leaves it
        raise gr.Error(plain(error), print_exception=False) from error
