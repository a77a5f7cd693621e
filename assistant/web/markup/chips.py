"""The filters of a question as chips, and the questions that can be asked next as buttons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from assistant.conversations import Given, Turn, Understood
from assistant.web.markup.text import attribute

_CALLED = {
    "time": "published", "publisher": "by", "without": "not by", "author": "written by",
    "kind": "kind", "phrase": "with the words",
}  # fmt: skip
_HAND = {"since": "since", "until": "until", "as_of": "as of"}
_EDITABLE = ("time", "publisher", *_HAND, "publishers")


@dataclass(frozen=True)
class Chip:
    """A filter in force. `name` is the question's or the hand's; `value` what is taken away."""

    name: str
    value: str
    label: str


def chips_of(turn: Turn) -> list[Chip]:
    """The filters that were set by hand, then those that the question named."""
    chips = list(_by_hand(turn.given))
    if turn.told:
        chips += [_understood(each) for each in turn.told.understood]
        if turn.told.as_of and not turn.given.as_of:
            chips.append(Chip("as_of", "as_of", f"as of {turn.told.as_of}"))
    return chips


def chips_markup(turns: Sequence[Turn]) -> str:
    """The filters of the last question, each to be changed or removed."""
    if not turns:
        return ""
    chips = "".join(map(_chip, chips_of(turns[-1])))
    ignored = "".join(map(_ignored, turns[-1].given.ignore))
    if not chips and not ignored:
        return ""
    return f'<div class="dl-chips" role="group" aria-label="Filters">{chips}{ignored}</div>'


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
    return f'<div class="dl-exports" role="group" aria-label="Export">Export: {buttons}</div>'


def _by_hand(given: Given) -> Iterator[Chip]:
    for name, said in _HAND.items():
        if value := getattr(given, name):
            yield Chip(name, value, f"{said} {value}")
    for publisher in given.publishers:
        yield Chip("publishers", publisher, f"by {publisher}")


def _understood(filter_: Understood) -> Chip:
    values = [value[:10] for value in filter_.values] if filter_.name == "time" else filter_.values
    shown = " to ".join(dict.fromkeys(v for v in values if v)) if filter_.name == "time" else ""
    label = f"{_CALLED[filter_.name]} {shown or ', '.join(values)}"
    return Chip(filter_.name, filter_.name, label)


def _chip(chip: Chip) -> str:
    name, value = attribute(chip.name), attribute(chip.value)
    data = f'data-name="{name}" data-value="{value}"'
    label = f"<span>{escape(chip.label)}</span>"
    if chip.name in _EDITABLE:
        told = attribute(f"Change filter: {chip.label}")
        label = (
            f'<button type="button" data-act="change" {data} aria-label="{told}">'
            f"{escape(chip.label)}</button>"
        )
    told = attribute(f"Remove filter: {chip.label}")
    return (
        f'<span class="dl-chip">{label}<button type="button" class="dl-x" data-act="remove" '
        f'{data} aria-label="{told}">×</button></span>'
    )


def _ignored(name: str) -> str:
    label = f"{name} not read from the question"
    return (
        f'<span class="dl-chip dl-off"><span>{escape(label)}</span><button type="button" '
        f'class="dl-x" data-act="restore" data-name="{attribute(name)}" data-value="" '
        f'aria-label="{attribute(f"Use again: {name}")}">↺</button></span>'
    )
