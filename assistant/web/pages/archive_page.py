"""The archive page: articles put in, looked at and removed; how many, when, by whom; health."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from html import escape
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from assistant.web.api.article_routes import VISITOR
from assistant.web.api.refusals import ForbiddenError
from assistant.web.door.caller import Caller, caller_of
from assistant.web.intake import store_uploads, take_in, web_addresses
from assistant.web.markup.article_list import (
    article_markup,
    choices,
    plot_markup,
    progress_markup,
    report_markup,
    table_markup,
)
from assistant.web.pages.frame import PRIVATE, gr, head_markup, region
from assistant.web.site import Site
from assistant.web.talk import plain
from ingest.archive.browse import Browser, Choice, Facet
from ingest.errors import NoArticleError
from ingest.run import Report
from ingest.text import many

SIZE = 50  # rows of a page
Values = tuple[Any, ...]


class ArchivePage:
    """What the page of a site shows, and what its events do."""

    def __init__(self, site: Site) -> None:
        self._service = site.service
        self._archive = site.service.archive

    def build(self, page: gr.Blocks) -> None:
        """The page, in the Blocks that are open."""
        head = gr.HTML(elem_id="dl-head", padding=False)
        for_visitors = gr.HTML(elem_id="dl-visitor", padding=False)
        with gr.Column() as adding_part:
            adding = self._build_adding()
        gr.HTML("<h2>Articles</h2>", padding=False)
        with gr.Row():
            text = gr.Textbox(
                label="Search headline, publisher, agency, byline, link",
                max_lines=1,
                elem_id="dl-find",
            )
            publisher = gr.Dropdown(
                [("All publishers", "")], value="", label="Publisher", elem_id="dl-publisher"
            )
            month = gr.Dropdown([("All months", "")], value="", label="Month", elem_id="dl-month")
            kind = gr.Dropdown([("All kinds", "")], value="", label="Kind", elem_id="dl-kind")
        plot = gr.HTML(elem_id="dl-plot", padding=False)
        article = region(elem_id="dl-view")
        table = region(elem_id="dl-articles")
        fields = [text, publisher, month, kind]
        shown = [table, plot, publisher, month, kind]
        gr.HTML("<h2>Health</h2>", padding=False)
        check = gr.Button("Check the archive", size="sm", elem_id="dl-check")
        health = gr.HTML(elem_id="dl-health", padding=False)
        # What is typed is told by "change" alone; of a choice that would also tell our own updates.
        for changed in (text.change, publisher.input, month.input, kind.input):
            changed(self._shown, fields, shown, trigger_mode="always_last", **PRIVATE)
        table.click(self._act, fields, [*shown, article], **PRIVATE)
        article.click(lambda: "", None, article, **PRIVATE)
        for event in adding:
            event.then(self._shown, fields, shown, **PRIVATE)
        check.click(self._health, None, health, **PRIVATE)
        greeted = [head, article, adding_part, for_visitors]
        loaded = page.load(self._loaded, None, greeted, **PRIVATE)
        loaded.then(self._shown, fields, shown, **PRIVATE)

    def _build_adding(self) -> list[Any]:
        """Where files and addresses are given; gives back the events that take them in."""
        gr.HTML("<h2>Add articles</h2>", padding=False)
        with gr.Row():
            files = gr.File(
                label="Drop files here", file_count="multiple", elem_id="dl-files", height=190
            )
            with gr.Column():
                addresses = gr.Textbox(
                    label="Addresses of pages, feeds or sitemaps, one a line", lines=4,
                    placeholder="https://paper.example/feed.xml", elem_id="dl-addresses",
                )  # fmt: skip
                add = gr.Button("Add these addresses", variant="primary", elem_id="dl-add")
                stop = gr.Button("Stop adding", size="sm", visible=False, elem_id="dl-stop")
        report = gr.HTML(elem_id="dl-report", padding=False)
        adding: list[Any] = [
            files.upload(self._add_files, [files], [report, stop], **PRIVATE),
            add.click(self._add_addresses, [addresses], [report, stop], **PRIVATE),
        ]
        stop.click(_stopped, None, [report, stop], cancels=adding, **PRIVATE)
        adding[0].then(lambda: None, None, files, **PRIVATE)  # else they are sent again next time
        return adding

    def _loaded(self, request: gr.Request) -> Values:
        """The head, the article that the address names, and whether articles can be added."""
        who, key = caller_of(request), request.query_params.get("article", "")
        head = head_markup("Archive", self._service.assistant.writer().name, who)
        why = "" if who.may_change else f'<p class="dl-quiet">{VISITOR}</p>'
        return head, self._article(key) if key else "", gr.update(visible=who.may_change), why

    def _shown(
        self, request: gr.Request, text: str, publisher: str, month: str, kind: str
    ) -> Values:
        return self._page(caller_of(request), _choice(text, publisher, month, kind))

    def _page(self, who: Caller, choice: Choice, offset: int = 0) -> Values:
        """The table, the plot, and the choices of publisher, month and kind."""
        try:
            found = self._service.browse(choice, SIZE, offset)
            if not found.articles and found.total:  # the last page is gone
                last = (found.total - 1) // SIZE * SIZE
                found = self._service.browse(choice, SIZE, last)
            facets = found.facets
            return (
                table_markup(found, choice != Choice(), who.may_change),
                plot_markup(Browser(self._archive.catalog).days(choice)),
                _options(facets.publishers, "All publishers", "no publisher"),
                _options(facets.months, "All months", "undated"),
                _options(facets.kinds, "All kinds", ""),
            )
        except Exception as error:  # the edge: it is shown in the table's place
            return (_failed(error), "", gr.skip(), gr.skip(), gr.skip())

    def _act(self, request: gr.Request, event: gr.EventData, *fields: str) -> Values:
        """A row is looked at or removed, or another page of the table is wanted."""
        who, choice, kept = caller_of(request), _choice(*fields), (gr.skip(),) * 5
        if event.act == "view":
            return (*kept, self._article(str(event.id)))
        if event.act == "remove":
            if not who.may_change:
                return (*kept, f"<p>{VISITOR}</p>")
            ids = [str(event.id)] if event.id else [str(each) for each in event.picked]
            removed = self._service.remove(ids).removed
            told = f'<p role="status">{many(len(removed), "article")} removed.</p>'
            return (*self._page(who, choice, int(event.value or 0)), told)
        return (*self._page(who, choice, int(event.value or 0)), gr.skip())

    def _article(self, article_id: str) -> str:
        try:
            return article_markup(self._service.show(article_id, versions=True))
        except NoArticleError:
            return "<p>This article is no longer in the archive.</p>"
        except Exception as error:  # the edge: it is shown in the article's place
            return _failed(error)

    async def _add_files(self, request: gr.Request, files: list[str]) -> AsyncIterator[Values]:
        who = caller_of(request)
        given = [Path(file) for file in files or []]
        async for values in self._added(
            who, lambda: store_uploads(self._archive.folder, who.user, given)
        ):
            yield values

    async def _add_addresses(self, request: gr.Request, text: str) -> AsyncIterator[Values]:
        async for values in self._added(
            caller_of(request), lambda: web_addresses((text or "").splitlines())
        ):
            yield values

    async def _added(
        self, who: Caller, sources: Callable[[], Sequence[str | Path]]
    ) -> AsyncIterator[Values]:
        """Progress, and the report at the end."""
        try:
            if not who.may_change:
                raise ForbiddenError(VISITOR)
            yield "<p>Reading …</p>", gr.update(visible=True)
            given = await run_in_threadpool(sources)
            async with aclosing(take_in(self._archive, given)) as states:
                async for state in states:
                    if isinstance(state, Report):
                        yield report_markup(state), gr.update(visible=False)
                    else:
                        yield progress_markup(state), gr.update(visible=True)
        except Exception as error:  # the edge: it is shown on the page
            yield _failed(error), gr.update(visible=False)

    def _health(self) -> str:
        try:
            lines = self._service.health().as_text().splitlines()
        except Exception as error:  # the edge: it is shown on the page
            return _failed(error)
        return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _choice(text: str, publisher: str, month: str, kind: str) -> Choice:
    return Choice(text or "", publisher or None, month or None, kind or None)


def _options(facets: tuple[Facet, ...], every: str, none: str) -> Any:
    return gr.update(choices=choices(facets, every, none))


def _stopped() -> Values:
    return "<p>Stopped. What was stored stays stored.</p>", gr.update(visible=False)


def _failed(error: Exception) -> str:
    return f"<p>{escape(plain(error))}</p>"
