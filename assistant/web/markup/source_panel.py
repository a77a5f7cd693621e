"""The sources panel: each article of an answer once, with its quotes marked."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.kept.conversations import Turn
from assistant.kept.told import Source, Stretch
from assistant.results import NEAR
from assistant.web.markup.escaping import attribute, lines, outside

TURNS_SHOWN = 40


def sources_markup(turns: Sequence[Turn]) -> str:
    """The sources of a conversation, answer by answer: what is there stays where it stands."""
    sections = []
    for number, turn in list(enumerate(turns))[-TURNS_SHOWN:]:
        if turn.told is not None and turn.told.sources:
            label = NEAR.rstrip(":") if turn.told.refused else "Sources"
            cards = "".join(_card(source, number) for source in turn.told.sources)
            sections.append(
                f'<section class="dl-sources" '
                f'aria-label="{attribute(f"{label}, question {number + 1}")}"><h2 class="dl-asked">'
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
    article = attribute(source.article_id)
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
        if piece.number is None:
            text += lines(piece.text)
            continue
        words = lines(piece.text)
        if piece.marked is not None and piece.marked != (0, len(piece.text)):
            start, end = piece.marked
            before, bold, after = piece.text[:start], piece.text[start:end], piece.text[end:]
            words = f"{lines(before)}<strong>{lines(bold)}</strong>{lines(after)}"
        text += (
            f'<mark id="src-{turn}-{piece.number}" tabindex="-1">'
            f'<span class="dl-number">[{piece.number}]</span> {words}</mark>'
        )
    before, after = "" if stretch.opens else "… ", "" if stretch.closes else " …"
    return f"<blockquote>{before}{text}{after}</blockquote>"
