"""Looking through the archive, and removing from it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.printing import article_json
from assistant.versions import versions_json, versions_of
from assistant.web.access import caller_of
from assistant.web.api.faults import ForbiddenError, NotFoundError
from assistant.web.api.models import ArticleOut, ArticlesOut, RemovedOut
from assistant.web.site import Site
from assistant.web.uploads import shown_source
from ingest.archive import Archive
from ingest.browse import MOST, Browser, Choice

Limit = Annotated[int, Query(ge=1, le=MOST)]
Offset = Annotated[int, Query(ge=0, le=10**9)]
VISITOR = (
    "Everybody may come in here, so nobody may change the archive. Its owner can: on the command "
    "line, or by starting the chat with --auth."
)


def router(site: Site) -> APIRouter:
    """/articles and /articles/{id}."""
    routes = APIRouter(prefix="/articles")
    archive = site.assistant.archive

    @routes.get("", responses={200: {"model": ArticlesOut}})
    async def articles(  # noqa: PLR0917
        text: str = "",
        publisher: str | None = None,
        month: str | None = None,
        kind: str | None = None,
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> Response:
        """Articles by words of headline, publisher, byline or address, by publisher ("none":
        without), month ("2023-07", "none": undated) and kind."""
        choice = Choice(text, publisher or None, month or None, kind or None)
        return JSONResponse(await run_in_threadpool(_listed, archive, choice, limit, offset))

    @routes.get("/{article_id}", responses={200: {"model": ArticleOut}})
    async def article(article_id: str, versions: bool = False) -> Response:
        """One article whole; its id may be cut short where it stays unique."""
        return JSONResponse(await run_in_threadpool(_shown, archive, article_id, versions))

    @routes.delete("/{article_id}", responses={200: {"model": RemovedOut}})
    async def remove(request: Request, article_id: str) -> Response:
        """Remove an article for good; its id is given whole."""
        if not caller_of(request).may_change:
            raise ForbiddenError(VISITOR)
        removed = await run_in_threadpool(archive.remove, [article_id])
        if not removed:
            raise _missing(article_id)
        return JSONResponse({"removed": removed})

    return routes


def _listed(archive: Archive, choice: Choice, limit: int, offset: int) -> dict[str, object]:
    browser = Browser(archive.catalog)
    rows = browser.rows(choice, limit, offset)
    return {
        "articles": [row.as_json() | {"source": shown_source(row.source)} for row in rows],
        "total": browser.count(choice),
        "limit": limit,
        "offset": offset,
        "facets": asdict(browser.facets(choice)),
    }


def _shown(archive: Archive, given: str, versions: bool) -> dict[str, object]:
    found = archive.resolve(given)
    stored = next(iter(archive.catalog.articles([found])), None) if found else None
    if stored is None:
        raise _missing(given)
    more: dict[str, object] = {}
    if versions:
        all_of_it = versions_of(stored, archive.catalog.versions(stored.id))
        more = {"versions": versions_json(all_of_it)}
    told = article_json(stored, archive.catalog.copies(stored.id))
    return told | {"source": shown_source(stored.article.source)} | more


def _missing(given: str) -> NotFoundError:
    return NotFoundError(f"There is no single article {given[:40]!r}. GET /api/articles lists ids.")
