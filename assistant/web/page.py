"""The chat page: a conversation on the left, its sources on the right."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import islice
from typing import Any

from assistant.answer import Assistant
from assistant.quoting import NAME
from assistant.results import Answer
from assistant.web.markup import (
    answer_markup,
    error_markup,
    inert,
    remarks_markup,
    sources_markup,
)
from ingest.errors import DatelineError
from ingest.quiet import no_telemetry

no_telemetry()
import gradio as gr  # noqa: E402  telemetry must be off before

EXAMPLES = 4
TURNS_SHOWN = 20  # in the sources panel
QUOTING = "Answers by quoting: no language model is set."


@dataclass(frozen=True)
class Turn:
    """One question and what came of it."""

    question: str
    answer: Answer | None = None
    error: str | None = None

    def markup(self, number: int) -> str:
        if self.error:
            return error_markup(self.error)
        if self.answer is None:
            return "…"
        text = answer_markup(self.answer, number)
        return text + remarks_markup(self.answer) if _ended(self.answer) else text


Turns = tuple[Turn, ...]


def build_page(assistant: Assistant) -> gr.Blocks:
    """The page for one assistant."""
    page: gr.Blocks
    with gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True) as page:
        turns = gr.State(())
        gr.HTML(_head(assistant), elem_id="dl-head", padding=False)
        with gr.Row(elem_id="dl-row"):
            with gr.Column(scale=3, min_width=320):
                chat = _chatbot(assistant)
                box = _question_box()
                buttons = _example_buttons(assistant)
                clear = gr.Button("Clear conversation", size="sm", elem_id="dl-clear")
            with gr.Column(scale=2, min_width=280):
                panel = gr.HTML(sources_markup(()), elem_id="dl-panel", padding=False)
        _wire(assistant, turns, chat, box, panel, buttons, clear)
        _publish(assistant)
    return page


def style() -> dict[str, Any]:
    """What is given to Gradio when the page is mounted: theme, style sheet, script."""
    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
    theme = gr.themes.Default(font=fonts, font_mono=["ui-monospace", "monospace"])
    script = _resource("page.js")
    return {"theme": theme, "css": _resource("page.css"), "head": f"<script>{script}</script>"}


def example_questions(assistant: Assistant) -> list[str]:
    """Questions of `seeds/questions.jsonl` that this archive answers, also without a model."""
    found: list[str] = []
    for line in resources.files("seeds").joinpath("questions.jsonl").read_text("utf-8").split("\n"):
        question = json.loads(line) if line.strip() else {}
        ids = question.get("articles") or [""]
        if not question.get("as_of") and all(map(assistant.archive.catalog.holds, ids)):
            found.append(question["question"])
    step = max(1, len(found) // EXAMPLES)
    spread = (question for first in range(step) for question in found[first::step])
    answered = (each for each in spread if not assistant.ask(each, model=NAME).refused)
    return list(islice(answered, EXAMPLES))


def _wire(  # noqa: PLR0917
    assistant: Assistant,
    turns: gr.State,
    chat: gr.Chatbot,
    box: gr.Textbox,
    panel: gr.HTML,
    buttons: Sequence[gr.Button],
    clear: gr.Button,
) -> None:
    outputs = [turns, chat, panel, box]

    def answer(question: str, before: Turns) -> Iterator[tuple[Any, ...]]:
        yield from _answered(assistant, question, before)

    private: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    events: list[Any] = [box.submit(answer, [box, turns], outputs, **private)]
    events += [button.click(answer, [button, turns], outputs, **private) for button in buttons]
    box.stop(None, None, None, cancels=events, api_visibility="private")
    clear.click(
        lambda: ((), [], sources_markup(()), gr.update(value="")),
        None, outputs, cancels=events, api_visibility="private",
    )  # fmt: skip


def _answered(assistant: Assistant, question: str, before: Turns) -> Iterator[tuple[Any, ...]]:
    """The state of the page after every piece of the answer."""
    if not question.strip():
        yield before, _messages(before), _panel(before), ""
        return
    yield _state(before, Turn(question))
    try:
        for answer in assistant.stream(question, history=_history(before)):
            yield _state(before, Turn(question, answer))
    except DatelineError as error:
        yield _state(before, Turn(question, error=str(error)))


def _state(before: Turns, last: Turn) -> tuple[Any, ...]:
    turns = (*before, last)
    return turns, _messages(turns), _panel(turns), ""


def _messages(turns: Turns) -> list[dict[str, str]]:
    messages = []
    for number, turn in enumerate(turns):
        messages.append({"role": "user", "content": inert(turn.question)})
        messages.append({"role": "assistant", "content": turn.markup(number)})
    return messages


def _panel(turns: Turns) -> str:
    blank = Answer("", "", "", False, _no_filters(), (), "")
    answers = [turn.answer or blank for turn in turns]
    hidden = max(0, len(answers) - TURNS_SHOWN)
    return sources_markup([blank] * hidden + answers[hidden:])


def _history(turns: Turns) -> list[tuple[str, str]]:
    history = []
    for turn in turns:
        history.append(("user", turn.question))
        if turn.answer:
            history.append(("assistant", turn.answer.text))
    return history


def _ended(answer: Answer) -> bool:
    return answer.complete or any(note.startswith("Incomplete") for note in answer.notes)


def _publish(assistant: Assistant) -> None:
    def ask(question: str) -> dict[str, Any]:
        """Answer a question; the object that `dateline ask --json` prints."""
        try:
            return assistant.ask(question).as_json()
        except DatelineError as error:
            raise gr.Error(str(error), print_exception=False) from error

    gr.api(ask, api_name="ask")  # type: ignore[attr-defined]


def _chatbot(assistant: Assistant) -> gr.Chatbot:
    articles, _ = assistant.archive.catalog.counts()
    welcome = (
        f"Ask about the {articles:,} articles of this archive."
        if articles
        else "The archive is empty. Stop the chat, then add articles: dateline ingest FILES"
    )
    return gr.Chatbot(
        label="Conversation", elem_id="dl-chat", height="60vh", placeholder=inert(welcome),
        latex_delimiters=[], buttons=["copy"], allow_tags=False, group_consecutive_messages=False,
    )  # fmt: skip


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        label="Question", show_label=False, placeholder="Ask the archive …", lines=1, max_lines=5,
        submit_btn=True, stop_btn=True, autofocus=True, elem_id="dl-question",
    )  # fmt: skip


def _example_buttons(assistant: Assistant) -> list[gr.Button]:
    with gr.Row(elem_id="dl-examples"):
        return [gr.Button(text, size="sm") for text in example_questions(assistant)]


def _head(assistant: Assistant) -> str:
    name = assistant.writer().name
    says = QUOTING if name == "quoting" else f"Answers by the model {name}."
    return f"<h1>Dateline</h1><p id='dl-model'>{says.replace('<', '&lt;')}</p>"


def _no_filters() -> Any:
    from ingest.filters import Filters

    return Filters()


def _resource(name: str) -> str:
    return resources.files("assistant.web").joinpath(name).read_text("utf-8")
