"""Texts from outside made harmless: for Markdown, for HTML, for addresses, on buttons."""

from __future__ import annotations

import re
from html import escape

_ACTIVE = re.compile(r"[^\w\s]|_")  # all that Markdown or HTML could give a meaning to


def inert(text: str) -> str:
    """`text` for a Markdown renderer that shows it letter for letter.

    Each punctuation mark becomes a character reference, which no Markdown syntax can be made of.

    >>> inert("*a* <b>")
    '&#42;a&#42; &#60;b&#62;'
    """
    single = re.sub(r"[^\S\n]+", " ", text)  # several before a line are a list or code
    return _ACTIVE.sub(lambda found: f"&#{ord(found[0])};", single)


def outside(text: str, address: str | None) -> str:
    """`text`, escaped, as a link to a page of the web where `address` is one."""
    if not address or not address.lower().startswith(("http://", "https://")):
        return escape(text)
    safe = escape(address)
    return f'<a href="{safe}" target="_blank" rel="noopener noreferrer">{escape(text)}</a>'


def lines(text: str) -> str:
    """Escaped, with its line breaks."""
    return re.sub(r"\n+", "<br>", escape(text))


def button(shown: str, kind: str = "", act: str = "", **more: object) -> str:
    """A button that tells an act and its data, as tells.js reads them; `more`: other attributes."""
    named = {"class": kind, "data-act": act, **{n.replace("_", "-"): v for n, v in more.items()}}
    given = "".join(f' {name}="{escape(str(each))}"' for name, each in named.items() if each != "")
    return f'<button type="button"{given}>{escape(shown)}</button>'
