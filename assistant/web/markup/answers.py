"""Questions and answers as the messages of a chat, in Markdown with a few links, values that differ
as a table, events on a line; filters as chips, what can be asked next as buttons, and the list of
kept conversations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from assistant.kept.conversations import LISTED, Entry, Turn
from assistant.kept.told import Told
from assistant.results import MODEL_REFUSED, NEAR, NOT_SURE, Citation, Conflict
from assistant.web.markup.escaping import attribute, inert
from assistant.write.quoting import date_in_words
from ingest.text import many

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
            label = _button(f'data-act="change" {data}', f"Change filter: {shown}", escape(shown))
        remove = _button(f'class="dl-x" data-act="remove" {data}', f"Remove filter: {shown}", "×")
        markup += f'<span class="dl-chip">{label}{remove}</span>'
    for name in turns[-1].given.ignore:
        data = f'class="dl-x" data-act="restore" data-name="{attribute(name)}"'
        label = f"<span>{escape(name)} not read from the question</span>"
        back = _button(data, f"Use again: {name}", "↺")
        markup += f'<span class="dl-chip dl-off">{label}{back}</span>'
    return markup and f'<div class="dl-chips" role="group" aria-label="Filters">{markup}</div>'


def _button(data: str, label: str, shown: str) -> str:
    return f'<button type="button" {data} aria-label="{attribute(label)}">{shown}</button>'


def next_markup(questions: Iterable[str], label: str) -> str:
    """Questions that are asked with a click."""
    buttons = "".join(
        f'<button type="button" class="dl-next" data-act="ask" data-text="{attribute(text)}">'
        f"{escape(text)}</button>"
        for text in questions
    )
    return buttons and f'<div class="dl-nexts" role="group" aria-label="{label}">{buttons}</div>'


_FORMATS = {"markdown": "Markdown", "footnotes": "Footnotes", "plain": "Text", "json": "JSON"}


def export_markup() -> str:
    """The ways to take the conversation away."""
    buttons = "".join(
        f'<button type="button" class="dl-plain" data-export="{name}">{label}</button>'
        for name, label in _FORMATS.items()
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
_INERT_MARK = re.compile(r"&#91;(\d+)&#93;")
_LOOK = '<a class="dl-go" href="./archive">See what the archive holds, or add articles</a>'
_UNTOLD = "There is no answer yet. If none comes, ask again."
# What a click on the links under an answer does: page.js knows these names.
_ACTIONS = (
    ("copy-plain", "Copy"), ("copy-markdown", "Markdown"), ("copy-footnotes", "Footnotes"),
    ("good", "Good answer"), ("bad", "Bad answer"),
)  # fmt: skip


def messages(
    turns: Sequence[Turn], working: bool = False, ratings: Mapping[int, str] | None = None
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
            text += remarks_markup(turn.told, number) if turn.told else ""
            text = "\n\n".join(part for part in (text, inert(turn.error)) if part)
        elif turn.told:
            links = ""
            for name, label in _ACTIONS:
                said_of = f"{'✓ ' if name == (ratings or {}).get(number) else ''}{label}"
                at = f'href="#{name}-{number}" title="{said_of}"'
                links += f'<a class="dl-act" {at}>{said_of}</a> '
            text += remarks_markup(turn.told, number)
            text += f'\n\n<span class="dl-acts">{links}</span>'
        else:
            text = _UNTOLD
        said.append({"role": "user", "content": inert(turn.question)})
        said.append({"role": "assistant", "content": text})
    return said


def answer_markup(told: Told, turn: int) -> str:
    """The answer's text with its [n] as links into the sources panel, after the steps of a
    research, which are folded once there is a text."""
    pieces: list[str] = []
    if told.steps:
        steps = "".join(f"<li>{inert(' '.join(step.split()))}</li>" for step in told.steps)
        pieces.append(
            f'<details class="dl-steps"{"" if told.text else " open"}><summary>'
            f"Research: {many(len(told.steps), 'step')}</summary><ol>{steps}</ol></details>\n\n"
        )
    if told.timeline:
        return "".join([*pieces, _timeline_markup(told, turn)])
    known = {str(citation.number): citation for citation in told.citations}
    text, position = told.text, 0
    if (doubt := next((each for each in _DOUBTS if text.startswith(each)), None)) is not None:
        position = len(doubt)
        pieces.append(f'<span class="dl-note dl-unsure">{inert(doubt)}</span>')
    elif told.short and text.startswith(f"{told.short}\n\n"):
        position = len(told.short)
        pieces.append(f"<strong>{inert(told.short)}</strong>")
    elif told.conflict and text.startswith(_DIFFERING[told.conflict.relation]):
        position = len(text.partition("\n\n")[0])
        pieces.append(_conflict_markup(told, told.conflict, turn))
    for mark in _MARK.finditer(text, position):
        if citation := known.get(mark[1]):
            pieces.append(_quoting(text[position : mark.start()].rstrip(" "), citation))
            pieces.append(f" {_cite(turn, citation.number)}")
            position = mark.end()
    pieces.append(_between(text[position:]))
    return "".join(pieces) or "…"


_DIFFERING = {"superseded": "The figure changed", "disputed": "Reports differ"}
_DOUBTS = (NOT_SURE, MODEL_REFUSED)


def _conflict_markup(told: Told, conflict: Conflict, turn: int) -> str:
    """The values with their outlets and days, the oldest first."""
    rows = ""
    for place, each in enumerate(conflict.values, start=1):
        latest = conflict.relation == "superseded" and place == len(conflict.values)
        tag = ' <span class="dl-kind">latest</span>' if latest and told.complete else ""
        outlet, day = _reported(told, each.citation)
        rows += (
            f'<tr><th scope="row">{inert(each.value)}{tag}</th><td>{inert(outlet)}</td>'
            f"<td>{inert(day)}</td><td>{_cite(turn, each.citation)}</td></tr>"
        )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Value", "Outlet", "Day", "Source"))
    return (
        f'<table class="dl-values"><caption class="dl-note dl-differ">'
        f"{_DIFFERING[conflict.relation]}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    ).replace("\n", " ")


def _timeline_markup(told: Told, turn: int) -> str:
    """The events as points on a line; the date of each leads to its quote."""
    quotes = {citation.number: citation.quote for citation in told.citations}
    points = ""
    for day, number in told.timeline:
        cited = _cite(turn, number, f"{date_in_words(day)} ")
        by = inert(", ".join(_reported(told, number)))
        points += f'<li>{cited} <q>{inert(quotes[number])}</q> <span class="dl-by">{by}</span></li>'
    return f'<ol class="dl-line">{points}</ol>'.replace("\n", "<br>")


def _reported(told: Told, number: int) -> tuple[str, str]:
    """Whose report a citation is of, and of which day."""
    cited = next(citation for citation in told.citations if citation.number == number)
    source = next((s for s in told.sources if s.article_id == cited.article_id), None)
    kind = f" ({source.kind})" if source and source.kind else ""
    return f"{source.outlet if source else cited.publisher or '–'}{kind}", cited.day


def _cite(turn: int, number: int, lead: str = "") -> str:
    return (
        f'<a class="cite" href="#src-{turn}-{number}" title="source {number}">{lead}[{number}]</a>'
    )


# What a note begins with, and what is drawn beside it; those that begin otherwise have an "i".
_ICONS = (
    ("The newest source", "newest"), ("As of ", "as-of"), ("Note on [", "corrected"),
    *((each, "differ") for each in _DIFFERING.values()),
)  # fmt: skip


def remarks_markup(told: Told, turn: int) -> str:
    """The notes under an answer. Near articles stand among the sources, not here."""
    notes = [note for note in told.notes if not note.startswith(NEAR)]
    if told.refused and told.sources and not told.citations:
        notes.append("The sources show the nearest articles; they are no answer.")
    numbers = {citation.number for citation in told.citations}
    table, items = "", ""
    for note in notes:
        if told.conflict and note.startswith(_DIFFERING[told.conflict.relation]):
            table = f"\n\n{_conflict_markup(told, told.conflict, turn)}"  # of a model's answer
            continue
        icon = next((icon for begins, icon in _ICONS if note.startswith(begins)), "about")
        said = _INERT_MARK.sub(
            lambda mark: _cite(turn, int(mark[1])) if int(mark[1]) in numbers else mark[0],
            inert(" ".join(note.split())),
        )
        items += f'<li class="dl-note dl-{icon}">{said}</li>'
    listed = f'\n\n<ul class="dl-notes">{items}</ul>' if items else ""
    look = "" if told.sources or not told.refused else f"\n\n{_LOOK}"
    return f"{table}{listed}{look}"


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
