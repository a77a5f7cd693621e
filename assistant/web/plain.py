"""Pages that work before and without Gradio: signing in, waiting for the archive."""

from __future__ import annotations

from importlib import resources
from string import Template


def plain_page(title: str, body: str, head: str = "", width: str = "22rem") -> str:
    """A whole page around `body`, which is HTML, as is `head`; nothing in it is fetched."""
    text = resources.files("assistant.web").joinpath("plain.html").read_text("utf-8")
    return Template(text).substitute(title=title, body=body, head=head, width=width)
