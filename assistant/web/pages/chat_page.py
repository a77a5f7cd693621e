"""The chat page: conversations at the left, the open one, and its sources at the right; the filters
that are set by hand, and what a click on a chip makes of them.

A page follows one answer: another that was stopped or left may still have states under way.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from assistant.kept.conversations import Conversation, Given
from assistant.web.door.caller import Caller, caller_of
from assistant.web.markup.answers import messages, row_markup, sources_markup
from assistant.web.markup.escaping import button
from assistant.web.pages.frame import PRIVATE, gr, head_markup, region
from assistant.web.pages.model_panel import ModelPanel, is_owner
from assistant.web.pages.showing import AS_SHOWN, EDITING, SENDABLE, Showing, Values
from assistant.web.site import Site
from assistant.web.talk import Talk
from assistant.write.quoting import NAME

Put = dict[Any, Any]  # components and their values
FIELDS = tuple(Given.__dataclass_fields__)  # the parts in which filters are set, and who answers


def given_by(*fields: Any) -> Given:
    """What the fields say, in the order of `FIELDS`."""
    *days, publishers, ignore, model, research = fields
    first, last, known = ((text or "").strip() or None for text in days)
    names = tuple(publishers or ()), tuple(ignore or ())
    return Given(first, last, known, *names, model or None, bool(research))


def filled(given: Given, shown: Given | None = None) -> Values:
    """Values that put filters into the fields, but for what is `shown` there: it may have been
    changed since."""
    return {
        name: list(value) if isinstance(value, tuple) else "" if value is None else value
        for name, value in vars(given).items()
        if shown is None or getattr(shown, name) != value
    }


_PATIENCE = 5.0  # seconds for the last state of an answer to be shown


@dataclass
class Following:
    """Of one page: the answer whose states it shows, by what is set once the last one was.

    `search` narrows its list of conversations; `editing`: the next question takes the place of the
    last; `whole`: a long conversation is drawn from its beginning.
    """

    answer: threading.Event | None = None
    search: str = ""
    editing: bool = False
    whole: bool = False

    @contextmanager
    def followed(self) -> Iterator[threading.Event]:
        """An answer's states are shown until the block ends, or until something else begins."""
        answer = self.answer = threading.Event()
        try:
            yield answer
        finally:
            answer.set()

    def leave(self) -> None:
        """Follow nothing, once what was under way has shown its last state, which would else be
        shown over what comes now. Blocks, so it is for a thread."""
        answer, self.answer = self.answer, None
        if answer:
            answer.wait(_PATIENCE)


class ChatPage:
    """The parts of a site's chat page by their names, and what its events do."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._talk = Talk(site)
        self._showing = Showing(site)
        self._models = ModelPanel(site)
        self._parts: dict[str, Any] = {}

    def build(self, page: gr.Blocks) -> None:
        """The page, in the Blocks that are open."""
        parts, models = self._parts, self._models
        parts["head"] = gr.HTML(elem_id="dl-head", padding=False)
        with gr.Row(elem_id="dl-row"):
            with gr.Column(scale=2, min_width=200, elem_id="dl-left"):
                new = region(button("New conversation", "dl-plain", "open", id="dl-new"))
                search = gr.Textbox(
                    label="Search conversations", placeholder="Search conversations",
                    show_label=False, max_lines=1, elem_id="dl-search",
                )  # fmt: skip
                parts["shelf"] = region(elem_id="dl-shelf")
            with gr.Column(scale=5, min_width=320, elem_id="dl-middle"):
                parts["chat"] = gr.Chatbot(
                    label="Conversation", show_label=False, elem_id="dl-chat", height="100%",
                    placeholder="", latex_delimiters=[], buttons=[], allow_tags=False,
                    autoscroll=False, group_consecutive_messages=False, feedback_options=None,
                )  # fmt: skip
                parts["notice"] = region(elem_id="dl-notice")
                parts["nexts"] = region(elem_id="dl-nexts")
                parts["box"] = gr.Textbox(
                    label="Question", show_label=False, placeholder="Ask the archive …",
                    max_lines=5, submit_btn=True, autofocus=True, elem_id="dl-question",
                )  # fmt: skip
                parts["row"] = region(row_markup(Conversation()), elem_id="dl-buttons")
                with gr.Column(elem_id="dl-when", elem_classes="dl-drop"):
                    parts["since"] = _day("Published since", "dl-since")
                    parts["until"] = _day("Published until", "dl-until")
                with gr.Column(elem_id="dl-outlets", elem_classes="dl-drop"):
                    parts["publishers"] = gr.Dropdown(
                        [], label="Publishers", multiselect=True, elem_id="dl-publishers"
                    )
                with gr.Column(elem_id="dl-known", elem_classes="dl-drop"):
                    parts["as_of"] = _day("As of (nothing later is used)", "dl-as-of")
                parts["model"], parts["research"] = models.build()
            with gr.Column(scale=4, min_width=280, elem_id="dl-right"):
                parts["panel"] = gr.HTML(sources_markup(()), elem_id="dl-panel", padding=False)
        parts["now"], parts["ignore"] = gr.State(Conversation()), gr.State(())
        self._wire(page, new, search)

    def _wire(self, page: gr.Blocks, new: Any, search: Any) -> None:
        parts, every, following = self._parts, list(self._parts.values()), gr.State(Following())
        inputs = [parts["now"], following]
        sent = [*inputs, *map(parts.get, FIELDS)]
        shown: dict[str, Any] = {**PRIVATE, "js": AS_SHOWN}
        asking: list[Any] = [
            parts["box"].submit(self._ask, [parts["box"], *sent], every, **shown),
            parts["nexts"].click(self._act, sent, every, **shown),
            parts["row"].click(self._act, sent, every, **shown),
        ]
        for event in asking:
            event.success(None, None, parts["box"], js=SENDABLE, **PRIVATE)
        parts["box"].stop(self._stop, inputs, every, cancels=asking, **PRIVATE)
        parts["notice"].click(self._edited, following, [parts["box"], parts["notice"]], **PRIVATE)
        # What is being answered stops where another conversation is opened, and is kept so far.
        for part in (new, parts["shelf"]):
            part.select(self._open, inputs, every, cancels=asking, **PRIVATE)
        parts["shelf"].click(self._change_entry, inputs, every, **PRIVATE)
        search.change(
            self._search, [search, *inputs], parts["shelf"], trigger_mode="always_last", **PRIVATE
        )
        loaded = page.load(self._load, following, every, **PRIVATE)
        for event in (loaded, self._models.kept):
            event.then(self._models.shown, None, self._models.parts, **PRIVATE)
        self._models.kept.then(self._head, None, parts["head"], **PRIVATE)
        welcomed = loaded.then(lambda: self._put(**self._showing.welcome()), None, every, **PRIVATE)
        found = welcomed.then(self._showing.find_examples, None, None, **PRIVATE)
        found.then(self._begin, [parts["now"]], [parts["nexts"], parts["shelf"]], **PRIVATE)

    def _put(self, **values: Any) -> Put:
        """Values of parts by their names, as Gradio takes them; the others stay as they are."""
        return {self._parts[name]: value for name, value in values.items()}

    async def _ask(
        self, request: gr.Request, question: str, now: Conversation, following: Following,
        *fields: Any,
    ) -> AsyncIterator[Put]:  # fmt: skip
        """What stands in the question box; in place of the last question where that is edited."""
        shown, instead = given_by(*fields), following.editing
        if not question.strip():
            following.editing = False
            yield self._put(notice="")
            return
        asked = question, replace(shown, ignore=()), shown
        async for values in self._told(request, now, following, *asked, instead, clear=True):
            yield values

    async def _act(
        self, request: gr.Request, event: gr.EventData, now: Conversation, following: Following,
        *fields: Any,
    ) -> AsyncIterator[Put]:  # fmt: skip
        """A suggested question is asked, or the last one again, with the filters as they are set
        now or as a chip makes them; or it is to be edited, or a chip to be changed by hand."""
        given = shown = given_by(*fields)
        act, name, last = event.act, str(event.name), now.turns[-1] if now.turns else None
        question = last.question if last else ""
        if act == "edit" and last:
            following.editing = True
            yield self._put(box=gr.update(value=question), notice=EDITING)
            return
        if act == "ask":
            question, given = str(event.text), replace(given, ignore=())
        elif act == "change" and last:
            given = given.taken_over(name, last.told)
        elif act == "remove":
            given = given.without(name)
        elif act == "restore":  # the question may name it again
            given = replace(given, ignore=tuple(each for each in given.ignore if each != name))
        if act == "change" or not question:
            yield self._put(now=now, **filled(given, shown))
            return
        asked = question, given, shown, act != "ask"
        async for values in self._told(request, now, following, *asked):
            yield values

    async def _told(
        self, request: gr.Request, before: Conversation, following: Following, question: str,
        given: Given, shown: Given, instead: bool, clear: bool = False,
    ) -> AsyncIterator[Put]:  # fmt: skip
        """The states of the page while a question is answered, and once it is; none once it shows
        something else."""
        if given.model != NAME and not is_owner(request):
            given = replace(given, model=None)
        who, now, following.editing = caller_of(request), before, False
        ratings, whole = self._showing.ratings(now), following.whole
        more: dict[str, Any] = {"value": ""} if clear else {}
        box = gr.update(submit_btn=False, stop_btn=True, **more)
        form: Values = {**filled(given, shown), "box": box, "nexts": "", "notice": ""}
        last: Values = {}
        asked = self._talk.ask(who, now, question, given, instead)
        with following.followed() as answer:
            async with aclosing(asked) as states:
                async for now in states:
                    if following.answer is not answer:
                        return
                    if not last:
                        form["shelf"] = self._showing.listed(who, now, following.search)
                    panel, row = sources_markup(now.turns, whole), row_markup(now)
                    drawn = {**form, "panel": panel, "row": row}
                    # Only what has changed, since all of it is redrawn.
                    changed = {name: each for name, each in drawn.items() if last.get(name) != each}
                    chat, last = messages(now.turns, True, ratings, whole), drawn
                    yield self._put(now=now, chat=chat, **changed)
            values = self._showing.values(who, now, following.search, whole)
            del values["box"]  # the page does `SENDABLE` once that is shown
            yield self._put(**values)

    def _edited(self, following: Following) -> tuple[str, str]:
        following.editing = False
        return "", ""

    def _stop(self, request: gr.Request, now: Conversation, following: Following) -> Put:
        following.leave()
        who = caller_of(request)
        now = self._talk.stopped(who, now)
        return self._put(**self._showing.values(who, now, following.search, following.whole))

    def _load(self, request: gr.Request, following: Following) -> Put:
        """The conversation that the page's address names, and the question that it prepares.

        Without one the page is empty as it is: to empty it would undo what is typed or asked
        before this comes.
        """
        who, asked = caller_of(request), request.query_params
        following.whole = "whole" in asked
        now = self._showing.kept(who, asked.get("conversation", ""))
        shown = self._opened(who, now, following) if now.turns else {}
        if question := asked.get("question", ""):
            shown |= self._put(box=gr.update(value=question))
        return {**shown, **self._put(head=self._head(request))}

    def _head(self, request: gr.Request) -> str:
        name = self._site.service.assistant.writer().name
        return head_markup("Chat", name, caller_of(request))

    def _begin(self, request: gr.Request, now: Conversation) -> Any:
        """What can be asked first and the list of conversations; what is asked has its own."""
        shelf = self._showing.listed(caller_of(request), now)
        return gr.skip() if now.turns else self._put(nexts=self._showing.nexts(now), shelf=shelf)

    def _open(
        self, request: gr.Request, event: gr.EventData, now: Conversation, following: Following
    ) -> Put:
        following.leave()
        who, following.whole = caller_of(request), False
        self._talk.stopped(who, now)
        return self._opened(who, self._showing.kept(who, str(event.id)), following)

    def _change_entry(
        self, request: gr.Request, event: gr.EventData, now: Conversation, following: Following
    ) -> Put:
        """A conversation is renamed or deleted."""
        who, key, kept = caller_of(request), str(event.id), self._site.conversations
        if event.act == "rename" and (title := str(event.fields.get("title", "")).strip()):
            kept.rename(who.user, key, title)
        elif event.act == "delete":
            kept.delete(who.user, key)
            if key == now.id:
                following.answer = None  # its answer need not be waited for: it is not kept
                return self._opened(who, Conversation(), following)
        return self._put(shelf=self._showing.listed(who, now, following.search))

    def _search(
        self, request: gr.Request, search: str, now: Conversation, following: Following
    ) -> str:
        following.search = search
        return self._showing.listed(caller_of(request), now, search)

    def _opened(self, who: Caller, now: Conversation, following: Following) -> Put:
        clear, following.editing = following.editing, False
        values = self._showing.values(who, now, following.search, following.whole, clear)
        return self._put(**values, **filled(now.turns[-1].given if now.turns else Given()))


def _day(label: str, key: str) -> gr.Textbox:
    return gr.Textbox(
        label=label, placeholder="2023-07-16", max_lines=1, elem_id=key, elem_classes="dl-day"
    )
