"""The chat page: conversations at the left, the open one, and its sources at the right."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from assistant.conversations import Conversation, Given
from assistant.web.access.caller import Caller, caller_of
from assistant.web.markup.answers import messages
from assistant.web.markup.chips import chips_markup, export_markup, next_markup
from assistant.web.markup.shelf import shelf_markup
from assistant.web.markup.sources import sources_markup
from assistant.web.pages.examples import Examples
from assistant.web.pages.filters import Hand, by_hand, filled, given_by, restored, without
from assistant.web.pages.frame import PRIVATE, gr, head_markup, region
from assistant.web.site import Site
from assistant.web.talk import Talk, plain

Values = tuple[Any, ...]
OUTLETS = 500  # publishers to choose from
_FORM = 6  # values of `Hand.outputs`
_SENDS = gr.update(submit_btn=True, stop_btn=False)
_EMPTY = "The archive is empty. [Add articles on the archive page.](./archive)"


def build_chat(site: Site, page: gr.Blocks) -> None:
    """Fill the Blocks that are open with the chat page."""
    ChatPage(site).build(page)


@dataclass(frozen=True)
class Parts:
    """The components that show a conversation, in the order of `ChatPage.shown`."""

    conversation: gr.State
    chat: gr.Chatbot
    panel: gr.HTML
    chips: gr.HTML
    nexts: gr.HTML
    shelf: gr.HTML
    box: gr.Textbox
    editing: gr.State

    def all(self) -> list[Any]:
        return [getattr(self, name) for name in self.__dataclass_fields__]


class ChatPage:
    """What the page of a site shows, and what its events do."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._talk = Talk(site.assistant, site.conversations, site.gate)
        self._examples = Examples(site.assistant)

    def build(self, page: gr.Blocks) -> None:
        """The page, in the Blocks that are open."""
        head = gr.HTML(elem_id="dl-head", padding=False)
        with gr.Row(elem_id="dl-row"):
            with gr.Column(scale=2, min_width=200, elem_id="dl-left"):
                new, search, shelf = _left()
            with gr.Column(scale=5, min_width=320, elem_id="dl-middle"):
                chat = _chatbot()
                chips, nexts = region(elem_id="dl-filters"), region(elem_id="dl-nexts")
                box = _question_box()
                with gr.Row(elem_id="dl-buttons"):
                    again = gr.Button("Ask again", size="sm", elem_id="dl-again")
                    edit = gr.Button("Edit last question", size="sm", elem_id="dl-edit")
                    gr.HTML(export_markup(), elem_id="dl-export", padding=False)
                hand = Hand.build()
            with gr.Column(scale=4, min_width=280, elem_id="dl-right"):
                panel = gr.HTML(elem_id="dl-panel", padding=False)
        parts = Parts(
            gr.State(Conversation()), chat, panel, chips, nexts, shelf, box, gr.State(False)
        )
        self._wire_asking(parts, hand, again, edit)
        self._wire_shelf(parts, hand, new, search)
        outputs = [head, *parts.all(), *hand.outputs()]
        loaded = page.load(self._load, None, outputs, **PRIVATE)
        loaded.then(lambda: (self._welcome(), gr.update(choices=self._outlets())), None,
                    [chat, hand.publishers], **PRIVATE)  # fmt: skip

    def _wire_asking(self, parts: Parts, hand: Hand, again: gr.Button, edit: gr.Button) -> None:
        inputs = [parts.conversation, *hand.fields()]
        outputs = [*parts.all(), *hand.outputs()]
        events: list[Any] = [
            parts.box.submit(self._ask, [parts.box, parts.editing, *inputs], outputs, **PRIVATE),
            parts.nexts.click(self._ask_next, inputs, outputs, **PRIVATE),
            parts.chips.click(self._chip, inputs, outputs, **PRIVATE),
            again.click(self._ask_again, inputs, outputs, **PRIVATE),
            hand.apply.click(self._ask_again, inputs, outputs, **PRIVATE),
        ]
        parts.box.stop(self._stop, [parts.conversation], parts.all(), cancels=events, **PRIVATE)
        edit.click(_edit, [parts.conversation], [parts.box, parts.editing], **PRIVATE)

    def _wire_shelf(self, parts: Parts, hand: Hand, new: gr.Button, search: gr.Textbox) -> None:
        outputs = [*parts.all(), *hand.outputs()]
        new.click(self._new, None, outputs, **PRIVATE)
        parts.shelf.click(self._shelf, [parts.conversation, search], outputs, **PRIVATE)
        search.change(
            self._search, [search, parts.conversation], parts.shelf, trigger_mode="always_last",
            **PRIVATE,
        )  # fmt: skip

    async def _ask(
        self, request: gr.Request, question: str, editing: bool, now: Conversation, *fields: Any
    ) -> AsyncIterator[Values]:
        """What stands in the question box; in place of the last question where that is edited."""
        if question.strip():
            given = replace(given_by(*fields), ignore=())
            async for values in self._told(now, question, given, request, instead=editing):
                yield values

    async def _ask_next(
        self, request: gr.Request, event: gr.EventData, now: Conversation, *fields: Any
    ) -> AsyncIterator[Values]:
        """A question that was suggested."""
        given = replace(given_by(*fields), ignore=())
        async for values in self._told(now, str(event.text), given, request):
            yield values

    async def _ask_again(
        self, request: gr.Request, now: Conversation, *fields: Any
    ) -> AsyncIterator[Values]:
        """The last question, with the filters as they are set now."""
        if now.turns:
            last, given = now.turns[-1], given_by(*fields)
            async for values in self._told(now, last.question, given, request, instead=True):
                yield values

    async def _chip(
        self, request: gr.Request, event: gr.EventData, now: Conversation, *fields: Any
    ) -> AsyncIterator[Values]:
        """A chip was removed or taken back, which asks again; or is to be changed by hand."""
        given, name = given_by(*fields), str(event.name)
        if event.act == "change":
            yield (*_same(now), *filled(by_hand(given, name, now.turns[-1]), is_open=True))
            return
        change = restored(given, name) if event.act == "restore" else None
        changed = change or without(given, name, str(event.value))
        last = now.turns[-1]
        async for values in self._told(now, last.question, changed, request, instead=True):
            yield values

    async def _told(
        self,
        shown: Conversation,
        question: str,
        given: Given,
        request: gr.Request,
        *,
        instead: bool = False,
    ) -> AsyncIterator[Values]:
        """The states of the page while a question is answered, and once it is."""
        who, now, form = caller_of(request), shown, filled(given)
        async with aclosing(self._talk.ask(who, shown, question, given, instead)) as states:
            async for now in states:
                yield (*self._shown(now, None, working=True), *form)
                form = [gr.skip()] * len(form)
        yield (*self._shown(now, self._listed(who, now)), *form)

    def _stop(self, request: gr.Request, now: Conversation) -> Values:
        who = caller_of(request)
        now = self._talk.stopped(who, now)
        return self._shown(now, self._listed(who, now))

    def _load(self, request: gr.Request) -> Values:
        """The conversation that the page's address names, or a new one."""
        who = caller_of(request)
        key = request.query_params.get("conversation", "")
        now = self._site.conversations.get(who.user, key) or Conversation()
        head = head_markup("Chat", self._site.assistant.writer().name, who.user)
        return head, *self._opened(who, now)

    def _welcome(self) -> Any:
        articles, _ = self._site.assistant.archive.catalog.counts()
        return gr.update(placeholder=_welcome(articles))

    def _shelf(
        self, request: gr.Request, event: gr.EventData, now: Conversation, search: str
    ) -> Values:
        """A conversation is opened, renamed or deleted."""
        who, key, kept = caller_of(request), str(event.id), self._site.conversations
        if event.act == "open":
            now = kept.get(who.user, key) or Conversation()
            return self._opened(who, now, search)
        if event.act == "rename":
            title = str(event.fields.get("title", ""))
            if title.strip():
                kept.rename(who.user, key, title)
        elif event.act == "delete":
            kept.delete(who.user, key)
            if key == now.id:
                return self._opened(who, Conversation(), search)
        return (*_same(now, self._listed(who, now, search)), *[gr.skip()] * _FORM)

    def _new(self, request: gr.Request) -> Values:
        return self._opened(caller_of(request), Conversation())

    def _search(self, request: gr.Request, search: str, now: Conversation) -> str:
        return self._listed(caller_of(request), now, search)

    def _opened(self, who: Caller, now: Conversation, search: str = "") -> Values:
        given = now.turns[-1].given if now.turns else Given()
        return (*self._shown(now, self._listed(who, now, search)), *filled(given))

    def _shown(self, now: Conversation, shelf: str | None, working: bool = False) -> Values:
        """The values of `Parts`; `shelf` None leaves it as it is."""
        return (
            now,
            messages(now.turns, working),
            sources_markup(now.turns),
            chips_markup(now.turns),
            "" if working else self._nexts(now),
            gr.skip() if shelf is None else shelf,
            gr.update(value="", submit_btn=False, stop_btn=True) if working else _SENDS,
            False,
        )

    def _listed(self, who: Caller, now: Conversation, search: str = "") -> str:
        try:
            entries = self._site.conversations.listed(who.user, search)
        except Exception as error:  # the edge: it is shown in the list's place
            return f'<p class="dl-quiet">{escape(plain(error))}</p>'
        return shelf_markup(entries, now.id, search)

    def _nexts(self, now: Conversation) -> str:
        """Examples at first, then what the archive can answer next."""
        if not now.turns:
            return next_markup(self._examples.questions(), "Examples")
        return next_markup(now.turns[-1].suggestions, "Ask next")

    def _outlets(self) -> list[str]:
        return list(self._site.assistant.archive.names.outlets[:OUTLETS])


def _same(now: Conversation, shelf: str | None = None) -> Values:
    """The values of `Parts` that change nothing, but for the list of conversations."""
    kept = gr.skip()
    return (now, kept, kept, kept, kept, kept if shelf is None else shelf, kept, kept)


def _edit(now: Conversation) -> tuple[Any, bool]:
    """The last question back in the box."""
    if not now.turns:
        return gr.skip(), False
    return gr.update(value=now.turns[-1].question), True


def _welcome(articles: int) -> str:
    return f"Ask about the {articles:,} articles of this archive." if articles else _EMPTY


def _left() -> tuple[gr.Button, gr.Textbox, gr.HTML]:
    new = gr.Button("New conversation", size="sm", elem_id="dl-new")
    search = gr.Textbox(
        label="Search conversations", placeholder="Search conversations", show_label=False,
        max_lines=1, elem_id="dl-search",
    )  # fmt: skip
    return new, search, region(elem_id="dl-shelf")


def _chatbot() -> gr.Chatbot:
    return gr.Chatbot(
        label="Conversation", elem_id="dl-chat", height="56vh", placeholder="",
        latex_delimiters=[], buttons=[], allow_tags=False, group_consecutive_messages=False,
        feedback_options=None,
    )  # fmt: skip


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        label="Question", show_label=False, placeholder="Ask the archive …", lines=1, max_lines=5,
        submit_btn=True, stop_btn=False, autofocus=True, elem_id="dl-question",
    )  # fmt: skip
