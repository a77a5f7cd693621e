"""Elements of a page: what they say, how they are called, and what stands around the headline."""

from __future__ import annotations

from lxml.html import HtmlElement

from ingest.byline import LINE
from ingest.text import one_line

_RAW = 1000  # characters of white space and all
_BEFORE, _AFTER = 15, 60  # elements before and after a headline that stand near to it


def around(heading: HtmlElement | None) -> set[HtmlElement]:
    """What holds the headline."""
    return set() if heading is None else set(heading.iterancestors())


def near(tree: HtmlElement, heading: HtmlElement | None) -> list[HtmlElement]:
    """The elements about a headline, nearest first; what stands after it comes before what stands
    as far above it."""
    order = [node for node in tree.iter() if isinstance(node.tag, str)]
    if heading is None or heading not in order:
        return []
    place = order.index(heading)
    places = range(max(0, place - _BEFORE), min(len(order), place + _AFTER))
    ranked = sorted(places, key=lambda i: i - place if i > place else 1.5 * (place - i))
    return [order[i] for i in ranked if i != place]


def line_of(node: HtmlElement) -> str:
    """The node's text when it is short; of a longer one what stands in it directly, if short."""
    text = node.get("content") or " ".join(node.itertext())
    if len(text) > LINE and len(text := " ".join(text.split())) > LINE:
        text = " ".join(filter(None, (node.text, *(child.tail for child in node))))
    text = one_line(text) if len(text) <= _RAW else ""
    return text if len(text) <= LINE else ""


def names(node: HtmlElement) -> str:
    """Its class and id."""
    return f"{node.get('class') or ''} {node.get('id') or ''}"
