"""The chat page: conversations at the left, the open one, and its sources at the right; the filters
that are set by hand, and what a click on a chip makes of them.

A page follows one answer: another that was stopped or left may still have states under way.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.kept.conversations import Conversation, Given, Turn
from assistant.web.door.caller import Caller, caller_of
from assistant.web.markup.answers import export_markup
from assistant.web.pages.frame import PRIVATE, gr, region
from assistant.web.pages.model_panel import ModelPanel, choices, is_owner
from assistant.web.pages.showing import AS_SHOWN, SENDABLE, Growing, Showing, Values, same
from assistant.web.site import Site
from assistant.web.talk import Talk
from assistant.write.quoting import NAME


@dataclass(frozen=True)
class Hand:
    """The fields of the filter form, who answers and how. `ignore` has none: chips fill it."""

    form: gr.Accordion
    model: gr.Dropdown
    research: gr.Checkbox
    since: gr.Textbox
    until: gr.Textbox
    as_of: gr.Textbox
    publishers: gr.Dropdown
    ignore: gr.State
    apply: gr.Button

    @staticmethod
    def build(models: list[tuple[str, str]]) -> Hand:
        """The form, in the Blocks that are open. `models`: who may answer, as the picker has it."""
        ignore, more = gr.State(()), len(models) > 1
        # A conversation may have been answered by a model that is there no longer.
        model = gr.Dropdown(
            models, value="", label="Answers by", show_label=False, allow_custom_value=True,
            elem_id="dl-pick", visible=more,
        )  # fmt: skip
        research = gr.Checkbox(
            label="Research", elem_id="dl-research", container=False, visible=more
        )
        with gr.Accordion("Filters", open=False, elem_id="dl-hand", elem_classes="dl-drop") as form:
            with gr.Row():
                since = _day("Published since", "dl-since")
                until = _day("Published until", "dl-until")
                as_of = _day("As of (nothing later is used)", "dl-as-of")
            publishers = gr.Dropdown(
                [], label="Publishers", multiselect=True, elem_id="dl-publishers"
            )
            apply = gr.Button("Ask again with these filters", size="sm", elem_id="dl-apply")
        return Hand(form, model, research, since, until, as_of, publishers, ignore, apply)

    def fields(self) -> list[Any]:
        """What `given_by` reads, in its order."""
        filters = [self.since, self.until, self.as_of, self.publishers, self.ignore]
        return [self.model, self.research, *filters]

    def outputs(self) -> list[Any]:
        """What `filled` fills, in its order."""
        return [self.form, *self.fields()]


def given_by(
    model: str, research: bool, since: str, until: str, as_of: str, publishers: list[str],
    ignore: Any,
) -> Given:  # fmt: skip
    """What the fields say."""
    days = [(text or "").strip() or None for text in (since, until, as_of)]
    names = tuple(publishers or ())
    more = tuple(ignore or ()), model or None, bool(research)
    return Given(days[0], days[1], days[2], names, *more)


def filled(given: Given, *, is_open: bool | None = None) -> list[Any]:
    """Updates that put filters into the form."""
    form = gr.skip() if is_open is None else gr.update(open=is_open)
    days = [gr.update(value=day or "") for day in (given.since, given.until, given.as_of)]
    answers = [gr.update(value=given.model or ""), gr.update(value=given.research)]
    return [form, *answers, *days, gr.update(value=list(given.publishers)), given.ignore]


def without(given: Given, name: str, value: str) -> Given:
    """Filters once a chip was removed: one of the hand's, or one that the question named, of which
    `value` is the name."""
    if name == "publishers":
        return replace(given, publishers=tuple(p for p in given.publishers if p != value))
    if name in ("since", "until", "as_of") and value != name:
        none: dict[str, Any] = {name: None}
        return replace(given, **none)
    return replace(given, ignore=tuple(dict.fromkeys((*given.ignore, name))))


def by_hand(given: Given, name: str, turn: Turn) -> Given:
    """Filters with what the question named taken over by hand, to be changed there."""
    if name == "as_of" and turn.told and not given.as_of:
        return replace(given, as_of=turn.told.as_of)
    named = next((f for f in turn.told.understood if f.name == name), None) if turn.told else None
    if named is None:
        return given
    given = without(given, name, name)
    if name == "time":
        since, until = (value[:10] or None for value in named.values)
        return replace(given, since=since, until=until)
    return replace(given, publishers=tuple(v for v in named.values if v))


def _day(label: str, key: str) -> gr.Textbox:
    return gr.Textbox(
        label=label, placeholder="2023-07-16", max_lines=1, elem_id=key, elem_classes="dl-day",
        min_width=120,
    )  # fmt: skip


_PATIENCE = 5.0  # seconds for the last state of an answer to be shown
_STEP = 0.02


@dataclass
class Following:
    """Of one page. Each thing that is begun, stopped or opened on it gets the next number."""

    number: int = 0
    running: set[int] = field(default_factory=set)  # answers whose states are being shown

    @contextmanager
    def followed(self) -> Iterator[int]:
        """An answer's states are shown until the block ends; the answer's number."""
        number = self.begin()
        self.running.add(number)
        try:
            yield number
        finally:
            self.running.discard(number)

    def leave(self) -> None:
        """Follow nothing, once what was under way has shown its last state, which would else be
        shown over what comes now. Blocks, so it is for a thread."""
        number = self.begin()
        ends = time.monotonic() + _PATIENCE
        while any(each < number for each in tuple(self.running)) and time.monotonic() < ends:
            time.sleep(_STEP)

    def begin(self) -> int:
        """The number of what begins now; what began before is followed no longer."""
        self.number += 1
        return self.number

    def is_left(self, number: int) -> bool:
        """Whether something has begun since."""
        return number != self.number


_FORM = (gr.skip(),) * 8  # values of `Hand.outputs` that change nothing
_NOTHING = (gr.skip(),) * (9 + 8)  # the same of `Parts.all`, too


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


_NEW = (
    '<button type="button" id="dl-new" class="dl-plain" data-act="open">New conversation</button>'
)
_BOX = list(Parts.__dataclass_fields__).index("box")


class ChatPage:
    """The parts of a site's chat page, and what its events do."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._talk = Talk(site.service, site.conversations, site.gate)
        self._showing = Showing(site)

    def build(self, page: gr.Blocks) -> None:
        """The page, in the Blocks that are open."""
        head = gr.HTML(elem_id="dl-head", padding=False)
        with gr.Row(elem_id="dl-row"):
            with gr.Column(scale=2, min_width=200, elem_id="dl-left"):
                new = region(_NEW)
                search = gr.Textbox(
                    label="Search conversations", placeholder="Search conversations",
                    show_label=False, max_lines=1, elem_id="dl-search",
                )  # fmt: skip
                shelf = region(elem_id="dl-shelf")
            with gr.Column(scale=5, min_width=320, elem_id="dl-middle"):
                chat = gr.Chatbot(
                    label="Conversation", show_label=False, elem_id="dl-chat", height="100%",
                    placeholder="", latex_delimiters=[], buttons=[], allow_tags=False,
                    autoscroll=False, group_consecutive_messages=False, feedback_options=None,
                )  # fmt: skip
                notice = region(elem_id="dl-notice")
                nexts = region(elem_id="dl-nexts")
                box = gr.Textbox(
                    label="Question", show_label=False, placeholder="Ask the archive …", lines=1,
                    max_lines=5, submit_btn=True, stop_btn=False, autofocus=True,
                    elem_id="dl-question",
                )  # fmt: skip
                with gr.Row(elem_id="dl-buttons"):
                    hand = Hand.build(choices(self._site))
                    chips = region(elem_id="dl-filters")
                    models = ModelPanel(self._site)
                    owners = models.build()
                    again = gr.Button("Ask again", size="sm", elem_id="dl-again")
                    edit = gr.Button("Edit last question", size="sm", elem_id="dl-edit")
                    gr.HTML(export_markup(), elem_id="dl-export", padding=False)
            with gr.Column(scale=4, min_width=280, elem_id="dl-right"):
                gr.Button("Close sources", size="sm", elem_id="dl-shut")
                panel = gr.HTML(elem_id="dl-panel", padding=False)
        state, editing, following = gr.State(Conversation()), gr.State(False), gr.State(Following())
        parts = Parts(state, chat, panel, chips, nexts, shelf, box, editing, notice)
        asked = [state, following, search]
        events = self._wire_asking(parts, hand, asked, again)
        self._wire_shelf(parts, hand, new, asked, events)
        edited = [parts.box, parts.editing, parts.notice]
        edit.click(self._showing.edit, [parts.conversation], edited, **PRIVATE)
        notice.click(self._showing.edited, None, edited, **PRIVATE)
        loaded = page.load(self._load, None, [head, *parts.all(), *hand.outputs()], **PRIVATE)
        answers = [head, hand.model, hand.research, owners]
        models.kept.then(self._answers, None, answers, **PRIVATE)
        loaded.then(self._owned, None, [hand.model, owners], **PRIVATE)
        welcomed = loaded.then(
            self._showing.welcome, None, [parts.chat, hand.publishers], **PRIVATE
        )
        welcomed.then(self._begin, [parts.conversation], [parts.nexts, parts.shelf], **PRIVATE)

    def _wire_asking(
        self, parts: Parts, hand: Hand, asked: list[Any], again: gr.Button
    ) -> list[Any]:
        inputs = [*asked, *hand.fields()]
        outputs = [*parts.all(), *hand.outputs()]
        shown: dict[str, Any] = {**PRIVATE, "js": AS_SHOWN}
        events: list[Any] = [
            parts.box.submit(self._ask, [parts.box, parts.editing, *inputs], outputs, **shown),
            parts.nexts.click(self._ask_next, inputs, outputs, **shown),
            parts.chips.click(self._chip, inputs, outputs, **shown),
            again.click(self._ask_again, inputs, outputs, **shown),
            hand.apply.click(self._ask_again, inputs, outputs, **shown),
        ]
        parts.box.stop(self._stop, asked, parts.all(), cancels=events, **PRIVATE)
        for event in events:
            event.success(None, None, parts.box, js=SENDABLE, **PRIVATE)
        return events

    def _wire_shelf(
        self, parts: Parts, hand: Hand, new: gr.HTML, asked: list[Any], events: list[Any]
    ) -> None:
        outputs = [*parts.all(), *hand.outputs()]
        inputs, search = [parts.editing, *asked], asked[-1]
        # What is being answered stops where another conversation is opened, and is kept so far.
        for part in (new, parts.shelf):
            part.select(self._open, inputs, outputs, cancels=events, **PRIVATE)
        parts.shelf.click(self._change_entry, inputs, outputs, **PRIVATE)
        search.change(
            self._search, [search, parts.conversation], parts.shelf, trigger_mode="always_last",
            **PRIVATE,
        )  # fmt: skip

    async def _ask(
        self, request: gr.Request, question: str, editing: bool, now: Conversation,
        following: Following, search: str, *fields: Any,
    ) -> AsyncIterator[Values]:  # fmt: skip
        """What stands in the question box; in place of the last question where that is edited."""
        if not question.strip():
            yield (*same(now, editing=False), *_FORM)
            return
        given = replace(given_by(*fields), ignore=())
        page = request, now, following, search
        async for values in self._told(*page, question, given, instead=editing, clear=True):
            yield values

    async def _ask_next(
        self, request: gr.Request, event: gr.EventData, now: Conversation, following: Following,
        search: str, *fields: Any,
    ) -> AsyncIterator[Values]:  # fmt: skip
        """A question that was suggested."""
        given = replace(given_by(*fields), ignore=())
        page = request, now, following, search
        async for values in self._told(*page, str(event.text), given):
            yield values

    async def _ask_again(
        self, request: gr.Request, now: Conversation, following: Following, search: str,
        *fields: Any,
    ) -> AsyncIterator[Values]:  # fmt: skip
        """The last question, with the filters as they are set now."""
        if not now.turns:
            yield (*same(now), *_FORM)
            return
        question, given = now.turns[-1].question, given_by(*fields)
        page = request, now, following, search
        async for values in self._told(*page, question, given, instead=True):
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
        if event.act == "restore":  # the question may name it again
            changed = replace(given, ignore=tuple(e for e in given.ignore if e != name))
        else:
            changed = without(given, name, str(event.value))
        page = request, now, following, search
        async for values in self._told(*page, last.question, changed, instead=True):
            yield values

    async def _told(
        self, request: gr.Request, shown: Conversation, following: Following, search: str,
        question: str, given: Given, *, instead: bool = False, clear: bool = False,
    ) -> AsyncIterator[Values]:  # fmt: skip
        """The states of the page while a question is answered, and once it is; none once it shows
        something else."""
        if given.model != NAME and not is_owner(request):
            given = replace(given, model=None)
        who, now, first = caller_of(request), shown, True
        growing = Growing(clear, self._showing.ratings(now))
        asked = self._talk.ask(who, now, question, given, instead)
        with following.followed() as number:
            async with aclosing(asked) as states:
                async for now in states:
                    if following.is_left(number):
                        return
                    shelf = self._showing.listed(who, now, search) if first else None
                    form = filled(given, is_open=False) if first else _FORM
                    yield *growing.values(now, shelf), *form
                    first = False
            shelf = self._showing.listed(who, now, search)
            yield *self._showing.values(now, shelf, box=gr.skip()), *_FORM

    def _stop(
        self, request: gr.Request, now: Conversation, following: Following, search: str
    ) -> Values:
        following.leave()
        who = caller_of(request)
        now = self._talk.stopped(who, now)
        return self._showing.values(now, self._showing.listed(who, now, search))

    def _load(self, request: gr.Request) -> Values:
        """The conversation that the page's address names, and the question that it prepares.

        Without one the page is empty as it is: to empty it would undo what is typed or asked
        before this comes.
        """
        who = caller_of(request)
        now = self._showing.kept(who, request.query_params.get("conversation", ""))
        shown = [*(self._opened(who, now) if now.turns else _NOTHING)]
        if question := request.query_params.get("question", ""):
            shown[_BOX] = gr.update(value=question)
        return self._showing.head(who), *shown

    def _owned(self, request: gr.Request) -> Values:
        """The models that the caller may choose, and the panel where it is the owner's."""
        own = is_owner(request)
        return gr.update(choices=choices(self._site, own)), gr.update(visible=own)

    def _answers(self, request: gr.Request) -> Values:
        """The same once another model is kept, and who answers now."""
        found = choices(self._site, is_owner(request))
        more = len(found) > 1
        picker = gr.update(choices=found, value="", visible=more)
        head = self._showing.head(caller_of(request))
        return head, picker, gr.update(visible=more), gr.skip()

    def _begin(self, request: gr.Request, now: Conversation) -> Values:
        return self._showing.begin(caller_of(request), now)

    def _open(
        self, request: gr.Request, event: gr.EventData, editing: bool, now: Conversation,
        following: Following, search: str,
    ) -> Values:  # fmt: skip
        following.leave()
        who = caller_of(request)
        self._talk.stopped(who, now)
        return self._opened(who, self._showing.kept(who, str(event.id)), search, editing)

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
