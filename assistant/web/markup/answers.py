"""Questions and answers as the messages of a chat, in Markdown with a few links; their filters as
chips, what can be asked next as buttons, and the list of kept conversations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from types import MappingProxyType

from assistant.kept.conversations import LISTED, Entry, Turn
from assistant.kept.told import Told
from assistant.results import NEAR, Citation
from assistant.web.markup.escaping import attribute, inert

_CALLED = {
    "time": "published", "publisher": "by", "without": "not by", "author": "written by",
    "kind": "kind", "phrase": "with the words",
}  # fmt: skip
_HAND = {"since": "since", "until": "until", "as_of": "as of"}
_EDITABLE = ("time", "publisher", *_HAND, "publishers")


def _chips(turn: Turn) -> list[tuple[str, str, str]]:
    """The filters that were set by hand, then those that the question named: the name, what is
    taken away with it, and what is shown."""
    given, told = turn.given, turn.told
    by_hand = ((name, getattr(given, name), said) for name, said in _HAND.items())
    chips = [(name, value, f"{said} {value}") for name, value, said in by_hand if value]
    chips += [("publishers", each, f"by {each}") for each in given.publishers]
    if told is None:
        return chips
    for each in told.understood:
        shown = ", ".join(each.values)
        if each.name == "time":  # days will do, and one day is no range
            days = [value[:10] for value in each.values]
            shown = " to ".join(dict.fromkeys(day for day in days if day)) or ", ".join(days)
        label = f"{_CALLED[each.name]} {shown}{' (preferred)' if each.preferred else ''}"
        chips.append((each.name, each.name, label))
    if told.as_of and not given.as_of:
        chips.append(("as_of", "as_of", f"as of {told.as_of}"))
    return chips


def chips_markup(turns: Sequence[Turn]) -> str:
    """The filters of the last question, each to be changed or removed."""
    if not turns:
        return ""
    markup = ""
    for name, value, shown in _chips(turns[-1]):
        data = f'data-name="{attribute(name)}" data-value="{attribute(value)}"'
        label = f"<span>{escape(shown)}</span>"
        if name in _EDITABLE:
            told = attribute(f"Change filter: {shown}")
            label = (
                f'<button type="button" data-act="change" {data} aria-label="{told}">'
                f"{escape(shown)}</button>"
            )
        told = attribute(f"Remove filter: {shown}")
        markup += (
            f'<span class="dl-chip">{label}<button type="button" class="dl-x" data-act="remove" '
            f'{data} aria-label="{told}">×</button></span>'
        )
    for name in turns[-1].given.ignore:
        label = f"{name} not read from the question"
        markup += (
            f'<span class="dl-chip dl-off"><span>{escape(label)}</span><button type="button" '
            f'class="dl-x" data-act="restore" data-name="{attribute(name)}" data-value="" '
            f'aria-label="{attribute(f"Use again: {name}")}">↺</button></span>'
        )
    if not markup:
        return ""
    return f'<div class="dl-chips" role="group" aria-label="Filters">{markup}</div>'


def next_markup(questions: Iterable[str], label: str) -> str:
    """Questions that are asked with a click."""
    buttons = "".join(
        f'<button type="button" class="dl-next" data-act="ask" data-text="{attribute(text)}">'
        f"{escape(text)}</button>"
        for text in questions
    )
    if not buttons:
        return ""
    return f'<div class="dl-nexts" role="group" aria-label="{label}">{buttons}</div>'


def export_markup() -> str:
    """The ways to take the conversation away."""
    formats = (
        ("markdown", "Markdown"),
        ("footnotes", "Footnotes"),
        ("plain", "Text"),
        ("json", "JSON"),
    )
    buttons = "".join(
        f'<button type="button" class="dl-plain" data-export="{name}">{label}</button>'
        for name, label in formats
    )
    return (
        '<details class="dl-menu"><summary>Export</summary>'
        f'<div class="dl-exports" role="group" aria-label="Export">{buttons}</div></details>'
    )


def shelf_markup(entries: Sequence[Entry], current: str = "", search: str = "") -> str:
    """The conversations, the last changed first; `current` is the one that is open."""
    items = ""
    for entry in entries:
        key, title = attribute(entry.id), attribute(entry.title)
        here = ' aria-current="true"' if entry.id == current else ""
        items += (
            f'<li data-id="{key}"><button type="button" class="dl-entry" data-act="open"{here}>'
            f"{escape(entry.title)}</button>"
            f'<details class="dl-tools"><summary aria-label="Change: {title}">⋯</summary>'
            f'<form data-act="rename"><input type="text" name="title" value="{title}" '
            'maxlength="200" required pattern=".*\\S.*" title="A name of at least one letter" '
            f'aria-label="Name of the conversation"><button type="submit">Rename</button></form>'
            '<button type="button" class="dl-delete" data-act="delete" '
            'data-sure="Really delete?">Delete</button></details></li>'
        )
    nothing = "No conversation has these words." if search else "Conversations are kept here."
    body = f'<ul class="dl-entries">{items}</ul>' if items else f'<p class="dl-quiet">{nothing}</p>'
    if len(entries) >= LISTED:
        body += f'<p class="dl-quiet">The newest {LISTED}. Search finds older ones.</p>'
    return f'<nav aria-label="Conversations" data-current="{attribute(current)}">{body}</nav>'


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
        text = answer_markup(turn.told, number) if turn.told else ""
        if grows:
            text = text or "…"
        elif turn.error:
            text += remarks_markup(turn.told) if turn.told else ""
            text = "\n\n".join(part for part in (text, inert(turn.error)) if part)
        elif turn.told:
            links = (
                f'<a class="dl-act" href="#{name}-{number}">'
                f"{'✓ ' if name == ratings.get(number) else ''}{label}</a>"
                for name, label in _ACTIONS
            )
            text += remarks_markup(turn.told)
            text += f'\n\n<span class="dl-acts">{" ".join(links)}</span>'
        else:
            text = _UNTOLD
        said.append({"role": "user", "content": inert(turn.question)})
        said.append({"role": "assistant", "content": text})
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
            pieces.append(
                f' <a class="cite" href="#src-{turn}-{mark[1]}" title="source {mark[1]}">'
                f"[{mark[1]}]</a>"
            )
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


def _between(text: str) -> str:
    """Text beside a mark or bold words keeps its distance from them."""
    before, after = (" " if edge == " " else "" for edge in (text[:1], text[-1:]))
    return f"{before}{inert(text)}{after}" if text.strip() else before


def _quoting(text: str, citation: Citation) -> str:
    """Text before a mark, the words of its quote that answer in bold."""
    before, words, after = citation.split
    lead, found, rest = text.rpartition(citation.quote)
    if not found:
        return _between(text)
    told, gap, by = lead.rpartition("\n\n")
    if by.endswith(": “") and citation.publisher and citation.publisher in by:
        shown = f'{inert(told)}{gap}<span class="dl-by">{inert(by[:-2])}</span> “'
    else:
        shown = _between(lead)
    if words and (before or after):
        quote = f"{_between(before)}<strong>{inert(words)}</strong>{_between(after)}"
    else:
        quote = inert(citation.quote)
    return f"{shown}{quote}{_between(rest)}"
