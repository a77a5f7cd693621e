"""Questions and answers as the messages of a chat, in Markdown with a few links."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from assistant.conversations import Told, Turn
from assistant.results import NEAR, Citation
from assistant.web.markup.text import inert

_MARK = re.compile(r"\[(\d+)\]")
_LOOK = '<a class="dl-go" href="./archive">See what the archive holds, or add articles</a>'
_NONE: Mapping[int, str] = MappingProxyType({})
_UNTOLD = "There is no answer yet. If none comes, ask again."
# What a click on the links under an answer does: page.js knows these names.
_ACTIONS = (
    ("copy-plain", "Copy"), ("copy-markdown", "Markdown"), ("copy-footnotes", "Footnotes"),
    ("good", "Good answer"), ("bad", "Bad answer"),
)  # fmt: skip


def messages(
    turns: Sequence[Turn], working: bool = False, ratings: Mapping[int, str] = _NONE
) -> list[dict[str, str]]:
    """A conversation as Gradio's chatbot takes it.

    Args:
        working: the last turn is still growing.
        ratings: turn → "good" or "bad", where its answer was judged.
    """
    said = []
    for number, turn in enumerate(turns):
        grows = working and number == len(turns) - 1
        said.append({"role": "user", "content": inert(turn.question)})
        said.append(
            {"role": "assistant", "content": _turn_markup(turn, number, grows, ratings.get(number))}
        )
    return said


def answer_markup(told: Told, turn: int) -> str:
    """The answer's text with its [n] as links into the sources panel."""
    known = {str(citation.number): citation for citation in told.citations}
    pieces: list[str] = []
    position = 0
    if told.short and told.text.startswith(f"{told.short}\n\n"):
        position = len(told.short)
        pieces.append(f"<strong>{inert(told.short)}</strong>")
    for mark in _MARK.finditer(told.text):
        if citation := known.get(mark[1]):
            pieces.append(_quoting(told.text[position : mark.start()].rstrip(" "), citation))
            pieces.append(_cite(turn, mark[1]))
            position = mark.end()
    pieces.append(_between(told.text[position:]))
    return "".join(pieces) or "…"


def remarks_markup(told: Told) -> str:
    """The notes under an answer. Near articles stand among the sources, not here."""
    notes = [note for note in told.notes if not note.startswith(NEAR)]
    if told.refused and told.sources and not told.citations:
        notes.append("The sources show the nearest articles; they are no answer.")
    said = "".join(f"\n\n{inert(note)}" for note in notes)
    return said if told.sources or not told.refused else f"{said}\n\n{_LOOK}"


def _turn_markup(turn: Turn, number: int, grows: bool, rating: str | None) -> str:
    text = answer_markup(turn.told, number) if turn.told else ""
    if grows:
        return text or "…"
    if turn.told:
        text += remarks_markup(turn.told)
    if turn.error:
        return "\n\n".join(part for part in (text, inert(turn.error)) if part)
    return text + (_actions(number, rating) if turn.told else _UNTOLD)


def _actions(number: int, rating: str | None) -> str:
    links = (
        f'<a class="dl-act" href="#{name}-{number}">{"✓ " if name == rating else ""}{label}</a>'
        for name, label in _ACTIONS
    )
    return f'\n\n<span class="dl-acts">{" ".join(links)}</span>'


def _between(text: str) -> str:
    """Text beside a mark or bold words keeps its distance from them."""
    before, after = (" " if edge == " " else "" for edge in (text[:1], text[-1:]))
    return f"{before}{inert(text)}{after}" if text.strip() else before


def _quoting(text: str, citation: Citation) -> str:
    """Text before a mark, the words of its quote that answer in bold."""
    before, words, after = citation.split
    lead, found, rest = text.rpartition(citation.quote)
    if not found or not words or not (before or after):
        return _between(text)
    return f"{_between(lead + before)}<strong>{inert(words)}</strong>{_between(after + rest)}"


def _cite(turn: int, number: str) -> str:
    return f' <a class="cite" href="#src-{turn}-{number}" title="source {number}">[{number}]</a>'
