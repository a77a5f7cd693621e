"""The archive page: articles put in, looked at and removed; how many, when, by whom; health."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from assistant.web.api.article_routes import VISITOR
from assistant.web.api.refusals import ForbiddenError
from assistant.web.door.caller import Caller, caller_of
from assistant.web.intake import SAMPLE, store_uploads, take_in, web_addresses
from assistant.web.markup.article_list import (
    article_markup,
    choices,
    months_markup,
    report_markup,
    table_markup,
)
from assistant.web.pages.frame import PRIVATE, gr, head_markup, region
from assistant.web.site import Site
from assistant.web.talk import plain
from ingest.archive.browse import NEWEST, Choice
from ingest.errors import NoArticleError
from ingest.report import done_in_words
from ingest.text import many

SIZE = 50  # rows of a page
Values = tuple[Any, ...]
_ADD = '<button type="button" popovertarget="dl-adding">Add articles</button>'
_STOPPED = "<p>Stopped. What was stored stays stored.</p>", gr.update(visible=False)


class ArchivePage:
    """What the page of a site shows, and what its events do."""

    def __init__(self, site: Site) -> None:
        self._service = site.service

    def build(self, page: gr.Blocks) -> None:
        """The page, in the Blocks that are open."""
        head = gr.HTML(elem_id="dl-head", padding=False)
        with gr.Row(elem_id="dl-row"):
            with gr.Column(elem_id="dl-middle"):
                for_visitors = gr.HTML(elem_id="dl-visitor", padding=False)
                with gr.Row(elem_id="dl-narrow"):
                    text = gr.Textbox(
                        label="Search articles", max_lines=1, show_label=False, elem_id="dl-find",
                        placeholder="Search headline, publisher, agency, byline, link", value="",
                    )  # fmt: skip
                    publisher = _dropdown("Publisher", "All publishers")
                    month = _dropdown("Month", "All months")
                    kind = _dropdown("Kind", "All kinds")
                    check = gr.Button("Check the archive", size="sm", elem_id="dl-check")
                    opener = gr.HTML(_ADD, padding=False, elem_id="dl-opener")
                with gr.Column(elem_id="dl-adding", elem_classes="dl-drop"):
                    files = gr.File(
                        label="Drop files here", file_count="multiple", elem_id="dl-files",
                        height=150,
                    )  # fmt: skip
                    addresses = gr.Textbox(
                        label="Addresses of pages, feeds or sitemaps, one a line", lines=3,
                        placeholder="https://paper.example/feed.xml", elem_id="dl-addresses",
                    )  # fmt: skip
                    add = gr.Button(
                        "Add these addresses", variant="primary", size="sm", elem_id="dl-add"
                    )
                    sample = gr.Button("Try the sample articles", size="sm", elem_id="dl-sample")
                report = gr.HTML(elem_id="dl-report", padding=False)
                stop = gr.Button("Stop adding", size="sm", visible=False, elem_id="dl-stop")
                health = gr.HTML(elem_id="dl-health", padding=False)
                months = region(elem_id="dl-plot")
                table = region(elem_id="dl-articles")
            with gr.Column(elem_id="dl-right"):
                article = region(elem_id="dl-view")
        order = gr.State(NEWEST)
        fields = [text, publisher, month, kind, order]
        shown = [table, months, publisher, month, kind]
        # What is typed is told by "change" alone; of a choice that would also tell our own updates.
        for changed in (text.change, publisher.input, month.input, kind.input):
            changed(self._shown, fields, shown, trigger_mode="always_last", **PRIVATE)
        for part in (table, months, article):
            part.click(self._act, fields, [*shown, article, report, order], **PRIVATE)
        adding: list[Any] = [
            event(self._add, given, [report, stop], **PRIVATE)
            for event, given in (
                (files.upload, [files]),
                (add.click, [files, addresses]),
                (sample.click, [files, addresses, gr.State(True)]),
            )
        ]
        stop.click(lambda: _STOPPED, None, [report, stop], cancels=adding, **PRIVATE)
        adding[0].then(lambda: None, None, files, **PRIVATE)  # else they are sent again next time
        for event in adding:
            event.then(self._shown, fields, shown, **PRIVATE)
        check.click(self._health, None, health, **PRIVATE)
        loaded = page.load(self._loaded, None, [head, article, opener, for_visitors], **PRIVATE)
        loaded.then(self._shown, fields, shown, **PRIVATE)

    def _loaded(self, request: gr.Request) -> Values:
        """The head, the article that the address names, and whether articles can be added."""
        who, key = caller_of(request), request.query_params.get("article", "")
        head = head_markup("Archive", self._service.assistant.writer().name, who)
        why = "" if who.may_change else f'<p class="dl-quiet">{VISITOR}</p>'
        opener = gr.update(visible=who.may_change)
        return head, self._article(who, key) if key else "", opener, why

    def _shown(self, request: gr.Request, *fields: str) -> Values:
        return self._page(caller_of(request), Choice(*fields))

    def _page(self, who: Caller, choice: Choice, offset: int = 0) -> Values:
        """The table, the bars, and the choices of publisher, month and kind."""
        try:
            found = self._service.browse(choice, SIZE, offset)
            if not found.articles and found.total:  # the last page is gone
                found = self._service.browse(choice, SIZE, (found.total - 1) // SIZE * SIZE)
            facets = found.facets
            return (
                table_markup(found, choice, who.may_change),
                months_markup(facets.months, choice.month or ""),
                gr.update(choices=choices(facets.publishers, "All publishers", "no publisher")),
                gr.update(choices=choices(facets.months, "All months", "undated")),
                gr.update(choices=choices(facets.kinds, "All kinds", "")),
            )
        except Exception as error:  # the edge: it is shown in the table's place
            return (_failed(error), "", gr.skip(), gr.skip(), gr.skip())

    def _act(self, request: gr.Request, event: gr.EventData, *fields: str) -> Values:
        """An article is looked at, left or removed; another month, order or page is wanted."""
        who, choice, act, value = caller_of(request), Choice(*fields), event.act, str(event.value)
        article = report = gr.skip()
        if act in ("view", "close"):
            article = self._article(who, str(event.id)) if act == "view" else ""
            return (*(gr.skip(),) * 5, article, report, choice.order)
        if act == "remove" and not who.may_change:
            report = f"<p>{VISITOR}</p>"
        elif act == "remove":
            ids = [str(event.id)] if event.id else [str(each) for each in event.picked]
            removed = self._service.remove(ids).removed
            report = f'<p role="status">{many(len(removed), "article")} removed.</p>'
            article = ""
        elif act == "month":
            choice = replace(choice, month=value)
        elif act == "sort":
            choice = replace(choice, order=value)
        offset = int(value or 0) if act in ("remove", "page") else 0
        table, bars, publishers, months, kinds = self._page(who, choice, offset)
        if act == "month":
            months["value"] = value
        return table, bars, publishers, months, kinds, article, report, choice.order

    def _article(self, who: Caller, article_id: str) -> str:
        try:
            return article_markup(self._service.show(article_id, versions=True), who.may_change)
        except NoArticleError:
            return "<p>This article is no longer in the archive.</p>"
        except Exception as error:  # the edge: it is shown in the article's place
            return _failed(error)

    async def _add(
        self, request: gr.Request, files: list[str] | None, text: str = "", sample: bool = False
    ) -> AsyncIterator[Values]:
        """Progress, and the report at the end, of the files, the addresses or the sample."""
        who = caller_of(request)
        try:
            if not who.may_change:
                raise ForbiddenError(VISITOR)
            yield "<p>Reading …</p>", gr.update(visible=True)
            given: Sequence[str | Path] = [SAMPLE]
            if files and not sample:
                folder = self._service.archive.folder
                given = await run_in_threadpool(store_uploads, folder, who.user, map(Path, files))
            elif not sample:
                given = web_addresses((text or "").splitlines())
            async with aclosing(take_in(self._service.archive, given)) as states:
                async for state in states:
                    told = escape(done_in_words(state))
                    yield f"<p>Reading … {told}</p>", gr.update(visible=True)
            yield report_markup(state), gr.update(visible=False)
        except Exception as error:  # the edge: it is shown on the page
            yield _failed(error), gr.update(visible=False)

    def _health(self) -> str:
        try:
            lines = self._service.health().as_text().splitlines()
        except Exception as error:  # the edge: it is shown on the page
            return _failed(error)
        return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _dropdown(name: str, every: str) -> gr.Dropdown:
    key = f"dl-{name.lower()}"
    return gr.Dropdown([(every, "")], value="", label=name, show_label=False, elem_id=key)


def _failed(error: Exception) -> str:
    return f"<p>{escape(plain(error))}</p>"
