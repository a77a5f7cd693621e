"""The interfaces for programs: REST under /api, OpenAI's under /v1."""

from __future__ import annotations

from fastapi import FastAPI

from assistant.web.api.openai import make_openai
from assistant.web.api.rest import make_rest
from assistant.web.site import Site

__all__ = ["add_api"]


def add_api(app: FastAPI, site: Site) -> None:
    """Mount both, before anything that is mounted at /."""
    app.mount("/api", make_rest(site))
    app.mount("/v1", make_openai(site))
