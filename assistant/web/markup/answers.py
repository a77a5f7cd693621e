"""Questions and answers as the messages of a chat, in Markdown with a few links, values that differ
as a table, events on a line; its sources, each article once, with its quotes marked; filters as
chips, what can be asked next as buttons, and the list of kept conversations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from assistant.kept.conversations import LISTED, Conversation, Entry, Turn
from assistant.kept.told import Source, Stretch, Told
from assistant.results import MODEL_REFUSED, NEAR, NOT_SURE, Citation, Conflict, date_in_words
from assistant.web.markup.escaping import button, inert, lines, outside
from ingest.text import many

_CALLED = {
    "time": "", "publisher": "by", "without": "not by", "author": "written by",
    "kind": "kind", "phrase": "with the words",
}  # fmt: skip
# What can be set by hand: the panel in which, and what stands there while nothing is set.
_PANELS = {
    "time": ("dl-when", "any time"), "publisher": ("dl-outlets", "all outlets"),
    "as_of": ("dl-known", "as of"),
}  # fmt: skip


def row_markup(now: Conversation) -> str:
    """The row under the question box: the filters of the last question, each to be changed or
    removed (page.js shows in them what is set by hand), who answers, and what can be done with the
    conversation."""
    last = now.turns[-1] if now.turns else Turn("")
    named: dict[str, str] = {}
    for each in last.told.understood if last.told else ():
        shown = ", ".join(each.values)
        if each.name == "time":  # days will do, and one day is no range
            shown = " to ".join(dict.fromkeys(value[:10] for value in each.values if value))
        said = f"{_CALLED[each.name]} {shown}{' (preferred)' if each.preferred else ''}"
        named[each.name] = said.strip()
    if last.told and last.told.as_of and not last.given.as_of:
        named["as_of"] = f"as of {last.told.as_of}"
    chips = ""
    for name, (panel, empty) in _PANELS.items():
        shown = named.pop(name, "")
        act = "change" if shown else ""
        chips += (
            f'<span class="dl-chip" data-of="{panel}" data-named="{escape(shown)}" '
            f'data-empty="{empty}">'
            f"{button(shown or empty, act=act, data_name=name, popovertarget=panel)}"
            f"{_change('×', 'remove', name, f'Remove filter: {shown}')}</span>"
        )
    for name, shown in named.items():
        remove = _change("×", "remove", name, f"Remove filter: {shown}")
        chips += f'<span class="dl-chip"><span>{escape(shown)}</span>{remove}</span>'
    for name in last.given.ignore:
        back = _change("↺", "restore", name, f"Use again: {name}")
        said = f"<span>{escape(name)} not read from the question</span>"
        chips += f'<span class="dl-chip dl-off">{said}{back}</span>'
    does = ""
    for act, title in (("again", "Ask again"), ("edit", "Edit last question")) if now.turns else ():
        does += button("", act=act, id=f"dl-{act}", title=title, aria_label=title)
    return (
        f'<div id="dl-filters" role="group" aria-label="Filters">{chips}</div>'
        f"{button('Model', popovertarget='dl-models')}{does}"
    )


def _change(sign: str, act: str, name: str, label: str) -> str:
    return button(sign, "dl-x", act, data_name=name, aria_label=label)


def next_markup(questions: Iterable[str], label: str) -> str:
    """Questions that are asked with a click."""
    buttons = "".join(button(text, "dl-next", "ask", data_text=text) for text in questions)
    return buttons and f'<div class="dl-nexts" role="group" aria-label="{label}">{buttons}</div>'


def shelf_markup(entries: Sequence[Entry], current: str = "", search: str = "") -> str:
    """The conversations, the last changed first; `current` is the one that is open."""
    items = ""
    for entry in entries:
        key, title = escape(entry.id), escape(entry.title)
        here = "true" if entry.id == current else ""
        about = {"title": f"last changed {entry.changed_at[:10]}", "aria_current": here}
        items += (
            f'<li data-id="{key}">{button(entry.title, "dl-entry", "open", **about)}'
            f'<details class="dl-tools"><summary aria-label="Change: {title}">⋯</summary>'
            f'<form data-act="rename"><input type="text" name="title" value="{title}" '
            'maxlength="200" required pattern=".*\\S.*" title="A name of at least one letter" '
            f'aria-label="Name of the conversation"><button type="submit">Rename</button></form>'
            f"{button('Delete', 'dl-delete', 'delete', data_sure='Really delete?')}</details></li>"
        )
    nothing = "No conversation has these words." if search else "Conversations are kept here."
    body = f'<ul class="dl-entries">{items}</ul>' if items else f'<p class="dl-quiet">{nothing}</p>'
    if len(entries) >= LISTED:
        body += f'<p class="dl-quiet">The newest {LISTED}. Search finds older ones.</p>'
    return f'<nav aria-label="Conversations" data-current="{escape(current)}">{body}</nav>'


_MARK = re.compile(r"\[(\d+)\]")
_INERT_MARK = re.compile(r"&#91;(\d+)&#93;")
_LOOK = '<a class="dl-go" href="./archive">See what the archive holds, or add articles</a>'
_UNTOLD = "There is no answer yet. If none comes, ask again."
# What a click on the links under an answer and in its menu does: page.js knows these names.
_ACTIONS = (("copy-plain", "Copy"), ("good", "Good answer"), ("bad", "Bad answer"))
_MENU = (
    ("copy-markdown", "Copy as Markdown"), ("copy-footnotes", "Copy with footnotes"),
    ("export-plain", "Export all as text"), ("export-markdown", "Export all as Markdown"),
    ("export-footnotes", "Export all with footnotes"), ("export-json", "Export all as JSON"),
)  # fmt: skip


DRAWN, STEP = 30, 10


def drawn_from(turns: Sequence[Turn], whole: bool) -> int:
    """The first turn that is drawn. It moves by steps, since all is drawn anew when it does."""
    return 0 if whole or len(turns) <= DRAWN + STEP else (len(turns) - DRAWN) // STEP * STEP


def messages(
    turns: Sequence[Turn], working: bool = False, ratings: Mapping[int, str] | None = None,
    whole: bool = False,
) -> list[dict[str, str]]:  # fmt: skip
    """A conversation as Gradio's chatbot takes it.

    Args:
        working: the last turn is still growing.
        ratings: turn → "good" or "bad", where its answer was judged.
        whole: with what is too far back to be drawn at first.
    """
    first = drawn_from(turns, whole)
    more = f'<a class="dl-act" href="#whole-{first}">Show the {first} questions before</a>'
    said = [{"role": "assistant", "content": more}] if first else []
    for number, turn in enumerate(turns[first:], first):
        grows = working and number == len(turns) - 1
        parts = [answer_markup(turn.told, number)] if turn.told else []
        if turn.told and not grows:
            parts[0] += remarks_markup(turn.told, number)
        if turn.error and not grows:
            parts.append(inert(turn.error))
        elif turn.told and not grows:
            acts = ""
            for name, label in _ACTIONS:
                shown = f"{'✓ ' if name == (ratings or {}).get(number) else ''}{label}"
                acts += f'<a class="dl-act" href="#{name}-{number}" title="{shown}">{shown}</a> '
            menu = "".join(f'<a class="dl-act" href="#{n}-{number}">{of}</a> ' for n, of in _MENU)
            menu = f'<details class="dl-menu"><summary>Copy or export</summary>{menu}</details>'
            parts.append(f'<div class="dl-acts">{acts}{menu}</div>')
        text = "\n\n".join(parts) or ("…" if grows else _UNTOLD)
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
    if doubt := next((each for each in (NOT_SURE, MODEL_REFUSED) if text.startswith(each)), ""):
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
    pieces.append(inert(text[position:]))
    return "".join(pieces) or "…"


_DIFFERING = {"superseded": "The figure changed", "disputed": "Reports differ"}


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
    return f"{(source and source.outlet) or cited.publisher or '–'}{kind}", cited.day


def _cite(turn: int, n: int, lead: str = "") -> str:
    return f'<a class="cite" href="#src-{turn}-{n}" title="source {n}">{lead}[{n}]</a>'


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


def _quoting(text: str, citation: Citation) -> str:
    """Text before a mark, the words of its quote that answer in bold."""
    before, words, after = citation.split
    lead, found, rest = text.rpartition(citation.quote)
    if not found:
        return inert(text)
    told, gap, by = lead.rpartition("\n\n")
    shown, quote = inert(lead), inert(citation.quote)
    if by.endswith(": “") and citation.publisher and citation.publisher in by:
        shown = f'{inert(told)}{gap}<span class="dl-by">{inert(by[:-2])}</span> “'
    if words and (before or after):
        quote = f"{inert(before)}<strong>{inert(words)}</strong>{inert(after)}"
    return f"{shown}{quote}{inert(rest)}"


def sources_markup(turns: Sequence[Turn], whole: bool = False) -> str:
    """The sources of the answers that are drawn: what is there stays where it stands."""
    sections, first = [], drawn_from(turns, whole)
    for number, turn in enumerate(turns[first:], first):
        if turn.told is not None and turn.told.sources:
            label = NEAR.rstrip(":") if turn.told.refused else "Sources"
            cards = "".join(_card(source, number) for source in turn.told.sources)
            sections.append(
                f'<section class="dl-sources" id="sources-{number}" '
                f'aria-label="{label}, question {number + 1}"><h2 class="dl-asked">'
                f"{label}: <q>{escape(turn.question)}</q></h2>{cards}</section>"
            )
    return "".join(sections) or '<p class="dl-quiet">The sources of each answer appear here.</p>'


def _card(source: Source, turn: int) -> str:
    quotes = [piece for stretch in source.stretches for piece in stretch.quotes]
    link = next((piece.link for piece in quotes if piece.link), source.url)
    facts = [
        source.outlet, source.day, f"by {source.byline}" if source.byline else None, source.place,
        f"updated {source.updated}" if source.updated else None,
    ]  # fmt: skip
    kind = f'<span class="dl-kind">{escape(source.kind)}</span> ' if source.kind else ""
    told = f'<p class="dl-facts">{kind}{escape(" · ".join(f for f in facts if f))}</p>'
    if source.also_in:
        told += f'<p class="dl-facts">also carried by {escape(", ".join(source.also_in))}</p>'
    if source.correction:
        told += f'<p class="dl-correction">Corrected: {escape(source.correction)}</p>'
    told += "".join(_stretch(stretch, turn) for stretch in source.stretches)
    if ways := [outside(f"[{piece.number}]", piece.link) for piece in quotes if piece.link]:
        told += f'<p class="dl-open">Open the original at {" ".join(ways)}</p>'
    article = escape(source.article_id)
    return (
        f'<article class="dl-source"><h3 class="dl-title">{outside(source.title, link)}</h3>{told}'
        f'<details class="dl-more" data-article="{article}"><summary>More from this article'
        '</summary><div class="dl-whole" tabindex="0" role="region" aria-label="the whole article">'
        f'Loading …</div><p class="dl-open"><a href="./archive?article={article}">'
        "Facts and versions</a></p></details></article>"
    )


def _stretch(stretch: Stretch, turn: int) -> str:
    """Quoted words with what stands around them; those of a quote that answer are bold."""
    text = ""
    for piece in stretch.pieces:
        words = lines(piece.text)
        if piece.marked is not None and piece.marked != (0, len(piece.text)):
            start, end = piece.marked
            before, bold, after = piece.text[:start], piece.text[start:end], piece.text[end:]
            words = f"{lines(before)}<strong>{lines(bold)}</strong>{lines(after)}"
        if piece.number is not None:
            words = (
                f'<mark id="src-{turn}-{piece.number}" tabindex="-1">'
                f'<span class="dl-number">[{piece.number}]</span> {words}</mark>'
            )
        text += words
    before, after = "" if stretch.opens else "… ", "" if stretch.closes else " …"
    return f"<blockquote>{before}{text}{after}</blockquote>"
