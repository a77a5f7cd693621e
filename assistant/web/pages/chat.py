"""The chat page: conversations at the left, the open one, and its sources at the right."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from assistant.conversations import Conversation, Given
from assistant.web.access.caller import Caller, caller_of
from assistant.web.markup.chips import export_markup
from assistant.web.pages.filters import Hand, by_hand, filled, given_by, restored, without
from assistant.web.pages.following import Following
from assistant.web.pages.frame import PRIVATE, gr, region
from assistant.web.pages.showing import SENDABLE, Growing, Showing, Values, same
from assistant.web.site import Site
from assistant.web.talk import Talk

_FORM = (gr.skip(),) * 6  # values of `Hand.outputs` that change nothing
_NOTHING = (gr.skip(),) * (9 + 6)  # the same of `Parts.all`, too


def build_chat(site: Site, page: gr.Blocks) -> None:
    """Fill the Blocks that are open with the chat page."""
    ChatPage(site).build(page)


@dataclass(frozen=True)
class Parts:
    """The components that show a conversation, in the order of `Showing.values`."""

    conversation: gr.State
    chat: gr.Chatbot
    panel: gr.HTML
    chips: gr.HTML
    nexts: gr.HTML
    shelf: gr.HTML
    box: gr.Textbox
    editing: gr.State
    notice: gr.HTML

    def all(self) -> list[Any]:
        return [getattr(self, name) for name in self.__dataclass_fields__]


@dataclass(frozen=True)
class Page:
    """A page that asks: who, what it shows, which answer it follows, what its list searches for."""

    request: gr.Request
    shown: Conversation
    following: Following
    search: str


class ChatPage:
    """The parts of a site's chat page, and what its events do."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._talk = Talk(site.assistant, site.conversations, site.gate)
        self._showing = Showing(site)

    def build(self, page: gr.Blocks) -> None:
        """The page, in the Blocks that are open."""
        head = gr.HTML(elem_id="dl-head", padding=False)
        with gr.Row(elem_id="dl-row"):
            with gr.Column(scale=2, min_width=200, elem_id="dl-left"):
                new, search, shelf = _left()
            with gr.Column(scale=5, min_width=320, elem_id="dl-middle"):
                chat, chips = _chatbot(), region(elem_id="dl-filters")
                notice, box = region(elem_id="dl-notice"), _question_box()
                nexts = region(elem_id="dl-nexts")
                with gr.Row(elem_id="dl-buttons"):
                    again = gr.Button("Ask again", size="sm", elem_id="dl-again")
                    edit = gr.Button("Edit last question", size="sm", elem_id="dl-edit")
                    gr.HTML(export_markup(), elem_id="dl-export", padding=False)
                hand = Hand.build()
            with gr.Column(scale=4, min_width=280, elem_id="dl-right"):
                panel = gr.HTML(elem_id="dl-panel", padding=False)
        state, editing, following = gr.State(Conversation()), gr.State(False), gr.State(Following())
        parts = Parts(state, chat, panel, chips, nexts, shelf, box, editing, notice)
        asked = [state, following, search]
        events = self._wire_asking(parts, hand, asked, again)
        self._wire_shelf(parts, hand, new, asked, events)
        edited = [parts.box, parts.editing, parts.notice]
        edit.click(self._showing.edit, [parts.conversation], edited, **PRIVATE)
        notice.click(self._showing.edited, None, edited, **PRIVATE)
        self._wire_load(page, parts, hand, head)

    def _wire_asking(
        self, parts: Parts, hand: Hand, asked: list[Any], again: gr.Button
    ) -> list[Any]:
        inputs = [*asked, *hand.fields()]
        outputs = [*parts.all(), *hand.outputs()]
        events: list[Any] = [
            parts.box.submit(self._ask, [parts.box, parts.editing, *inputs], outputs, **PRIVATE),
            parts.nexts.click(self._ask_next, inputs, outputs, **PRIVATE),
            parts.chips.click(self._chip, inputs, outputs, **PRIVATE),
            again.click(self._ask_again, inputs, outputs, **PRIVATE),
            hand.apply.click(self._ask_again, inputs, outputs, **PRIVATE),
        ]
        parts.box.stop(self._stop, asked, parts.all(), cancels=events, **PRIVATE)
        for event in events:
            event.success(None, None, parts.box, js=SENDABLE, **PRIVATE)
        return events

    def _wire_shelf(
        self, parts: Parts, hand: Hand, new: gr.Button, asked: list[Any], events: list[Any]
    ) -> None:
        outputs = [*parts.all(), *hand.outputs()]
        inputs, search = [parts.editing, *asked], asked[-1]
        # What is being answered stops where another conversation is opened, and is kept so far.
        new.click(self._new, inputs, outputs, cancels=events, **PRIVATE)
        parts.shelf.select(self._open, inputs, outputs, cancels=events, **PRIVATE)
        parts.shelf.click(self._change_entry, inputs, outputs, **PRIVATE)
        search.change(
            self._search, [search, parts.conversation], parts.shelf, trigger_mode="always_last",
            **PRIVATE,
        )  # fmt: skip

    def _wire_load(self, page: gr.Blocks, parts: Parts, hand: Hand, head: gr.HTML) -> None:
        outputs = [head, *parts.all(), *hand.outputs()]
        loaded = page.load(self._load, None, outputs, **PRIVATE)
        welcomed = [parts.chat, hand.publishers, parts.nexts, parts.shelf]
        loaded.then(self._welcome, [parts.conversation], welcomed, **PRIVATE)

    async def _ask(
        self, request: gr.Request, question: str, editing: bool, now: Conversation,
        following: Following, search: str, *fields: Any,
    ) -> AsyncIterator[Values]:  # fmt: skip
        """What stands in the question box; in place of the last question where that is edited."""
        if not question.strip():
            yield (*same(now, editing=False), *_FORM)
            return
        given = replace(given_by(*fields), ignore=())
        page = Page(request, now, following, search)
        async for values in self._told(page, question, given, instead=editing, clear=True):
            yield values

    async def _ask_next(
        self, request: gr.Request, event: gr.EventData, now: Conversation, following: Following,
        search: str, *fields: Any,
    ) -> AsyncIterator[Values]:  # fmt: skip
        """A question that was suggested."""
        given = replace(given_by(*fields), ignore=())
        page = Page(request, now, following, search)
        async for values in self._told(page, str(event.text), given):
            yield values

    async def _ask_again(
        self,
        request: gr.Request,
        now: Conversation,
        following: Following,
        search: str,
        *fields: Any,
    ) -> AsyncIterator[Values]:
        """The last question, with the filters as they are set now."""
        if not now.turns:
            yield (*same(now), *_FORM)
            return
        question, given = now.turns[-1].question, given_by(*fields)
        page = Page(request, now, following, search)
        async for values in self._told(page, question, given, instead=True):
            yield values

    async def _chip(
        self, request: gr.Request, event: gr.EventData, now: Conversation, following: Following,
        search: str, *fields: Any,
    ) -> AsyncIterator[Values]:  # fmt: skip
        """A chip was removed or taken back, which asks again; or is to be changed by hand."""
        given, name = given_by(*fields), str(event.name)
        if not now.turns:
            yield (*same(now), *_FORM)
            return
        last = now.turns[-1]
        if event.act == "change":
            yield (*same(now), *filled(by_hand(given, name, last), is_open=True))
            return
        back = event.act == "restore"
        changed = restored(given, name) if back else without(given, name, str(event.value))
        page = Page(request, now, following, search)
        async for values in self._told(page, last.question, changed, instead=True):
            yield values

    async def _told(
        self, page: Page, question: str, given: Given, *, instead: bool = False, clear: bool = False
    ) -> AsyncIterator[Values]:
        """The states of the page while a question is answered, and once it is; none once it shows
        something else."""
        who, now, first = caller_of(page.request), page.shown, True
        growing = Growing(clear, self._showing.ratings(now))
        asked = self._talk.ask(who, now, question, given, instead)
        with page.following.followed() as number:
            async with aclosing(asked) as states:
                async for now in states:
                    if page.following.is_left(number):
                        return
                    shelf = self._showing.listed(who, now, page.search) if first else None
                    yield (*growing.values(now, shelf), *(filled(given) if first else _FORM))
                    first = False
            yield (
                *self._showing.answered(now, self._showing.listed(who, now, page.search)),
                *_FORM,
            )

    def _stop(
        self, request: gr.Request, now: Conversation, following: Following, search: str
    ) -> Values:
        following.leave()
        who = caller_of(request)
        now = self._talk.stopped(who, now)
        return self._showing.values(now, self._showing.listed(who, now, search))

    def _load(self, request: gr.Request) -> Values:
        """The conversation that the page's address names.

        Without one the page is empty as it is: to empty it would undo what is typed or asked
        before this comes.
        """
        who = caller_of(request)
        now = self._showing.kept(who, request.query_params.get("conversation", ""))
        shown = self._opened(who, now) if now.turns else _NOTHING
        return self._showing.head(who), *shown

    def _welcome(self, request: gr.Request, now: Conversation) -> Values:
        return self._showing.welcome(caller_of(request), now)

    def _open(
        self, request: gr.Request, event: gr.EventData, editing: bool, now: Conversation,
        following: Following, search: str,
    ) -> Values:  # fmt: skip
        following.leave()
        who = caller_of(request)
        self._talk.stopped(who, now)
        return self._opened(who, self._showing.kept(who, str(event.id)), search, editing)

    def _new(
        self, request: gr.Request, editing: bool, now: Conversation, following: Following,
        search: str,
    ) -> Values:  # fmt: skip
        following.leave()
        who = caller_of(request)
        self._talk.stopped(who, now)
        return self._opened(who, Conversation(), search, editing)

    def _change_entry(
        self, request: gr.Request, event: gr.EventData, editing: bool, now: Conversation,
        following: Following, search: str,
    ) -> Values:  # fmt: skip
        """A conversation is renamed or deleted."""
        who, key, kept = caller_of(request), str(event.id), self._site.conversations
        if event.act == "rename" and (title := str(event.fields.get("title", "")).strip()):
            kept.rename(who.user, key, title)
        elif event.act == "delete":
            kept.delete(who.user, key)
            if key == now.id:
                following.begin()  # its answer need not be waited for: it is not kept
                return self._opened(who, Conversation(), search, editing)
        return (*same(now, self._showing.listed(who, now, search)), *_FORM)

    def _search(self, request: gr.Request, search: str, now: Conversation) -> str:
        return self._showing.listed(caller_of(request), now, search)

    def _opened(
        self, who: Caller, now: Conversation, search: str = "", editing: bool = False
    ) -> Values:
        given = now.turns[-1].given if now.turns else Given()
        shelf = self._showing.listed(who, now, search)
        return (*self._showing.values(now, shelf, clear=editing), *filled(given))


def _left() -> tuple[gr.Button, gr.Textbox, gr.HTML]:
    new = gr.Button("New conversation", size="sm", elem_id="dl-new")
    search = gr.Textbox(
        label="Search conversations", placeholder="Search conversations", show_label=False,
        max_lines=1, elem_id="dl-search",
    )  # fmt: skip
    return new, search, region(elem_id="dl-shelf")


def _chatbot() -> gr.Chatbot:
    return gr.Chatbot(
        label="Conversation", elem_id="dl-chat", height="54vh", placeholder="",
        latex_delimiters=[], buttons=[], allow_tags=False, group_consecutive_messages=False,
        feedback_options=None, autoscroll=False,
    )  # fmt: skip


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        label="Question", show_label=False, placeholder="Ask the archive …", lines=1, max_lines=5,
        submit_btn=True, stop_btn=False, autofocus=True, elem_id="dl-question",
    )  # fmt: skip
