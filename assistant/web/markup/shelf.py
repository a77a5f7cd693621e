"""The list of kept conversations."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.conversations import LISTED, Entry
from assistant.web.markup.text import attribute


def shelf_markup(entries: Sequence[Entry], current: str = "", search: str = "") -> str:
    """The conversations, the last changed first; `current` is the one that is open."""
    items = "".join(_item(entry, entry.id == current) for entry in entries)
    nothing = "No conversation has these words." if search else "Conversations are kept here."
    body = f'<ul class="dl-entries">{items}</ul>' if items else f'<p class="dl-quiet">{nothing}</p>'
    if len(entries) >= LISTED:
        body += f'<p class="dl-quiet">The newest {LISTED}. Search finds older ones.</p>'
    return f'<nav aria-label="Conversations" data-current="{attribute(current)}">{body}</nav>'


def _item(entry: Entry, is_current: bool) -> str:
    key, title = attribute(entry.id), attribute(entry.title)
    here = ' aria-current="true"' if is_current else ""
    return (
        f'<li data-id="{key}"><button type="button" class="dl-entry" data-act="open"{here}>'
        f"{escape(entry.title)}</button>"
        f'<details class="dl-tools"><summary aria-label="Change: {title}">⋯</summary>'
        f'<form data-act="rename"><input type="text" name="title" value="{title}" maxlength="200" '
        'required pattern=".*\\S.*" title="A name of at least one letter" '
        f'aria-label="Name of the conversation"><button type="submit">Rename</button></form>'
        '<button type="button" class="dl-delete" data-act="delete" '
        'data-sure="Really delete?">Delete</button></details></li>'
    )
