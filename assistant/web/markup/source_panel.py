"""The sources panel: each article of an answer once, with its quotes marked."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.kept.conversations import Piece, Source, Stretch, Turn
from assistant.results import NEAR
from assistant.web.markup.escaping import attribute, lines, outside

TURNS_SHOWN = 40


def sources_markup(turns: Sequence[Turn]) -> str:
    """The sources of a conversation, those of the last answer first."""
    sections = [_section(turn, number) for number, turn in enumerate(turns)]
    filled = [section for section in reversed(sections[-TURNS_SHOWN:]) if section]
    return "".join(filled) or '<p class="dl-quiet">The sources of each answer appear here.</p>'


def _section(turn: Turn, number: int) -> str:
    if turn.told is None or not turn.told.sources:
        return ""
    label = NEAR.rstrip(":") if turn.told.refused else "Sources"
    cards = "".join(_card(source, number) for source in turn.told.sources)
    return (
        f'<section class="dl-sources" aria-label="{attribute(f"{label}, question {number + 1}")}">'
        f'<h2 class="dl-asked">{label}: <q>{escape(turn.question)}</q></h2>{cards}</section>'
    )


def _card(source: Source, turn: int) -> str:
    quotes = [piece for stretch in source.stretches for piece in stretch.quotes]
    link = next((piece.link for piece in quotes if piece.link), source.url)
    stretches = "".join(_stretch(stretch, turn) for stretch in source.stretches)
    return (
        f'<article class="dl-source"><h3 class="dl-title">{outside(source.title, link)}</h3>'
        f"{_facts(source)}{stretches}{_ways(quotes)}{_more(source)}</article>"
    )


def _facts(source: Source) -> str:
    facts = [
        source.outlet, source.day, f"by {source.byline}" if source.byline else None, source.place,
        f"updated {source.updated}" if source.updated else None,
    ]  # fmt: skip
    kind = f'<span class="dl-kind">{escape(source.kind)}</span> ' if source.kind else ""
    told = [f'<p class="dl-facts">{kind}{escape(" · ".join(f for f in facts if f))}</p>']
    if source.also_in:
        told.append(f'<p class="dl-facts">also carried by {escape(", ".join(source.also_in))}</p>')
    if source.correction:
        told.append(f'<p class="dl-correction">Corrected: {escape(source.correction)}</p>')
    return "".join(told)


def _stretch(stretch: Stretch, turn: int) -> str:
    text = "".join(_piece(piece, turn) for piece in stretch.pieces)
    before, after = "" if stretch.opens else "… ", "" if stretch.closes else " …"
    return f"<blockquote>{before}{text}{after}</blockquote>"


def _piece(piece: Piece, turn: int) -> str:
    if piece.number is None:
        return lines(piece.text)
    number = piece.number
    return (
        f'<mark id="src-{turn}-{number}" tabindex="-1"><span class="dl-number">[{number}]</span> '
        f"{_answering(piece)}</mark>"
    )


def _answering(piece: Piece) -> str:
    """The words of a quote, those that answer in bold."""
    if piece.marked is None or piece.marked == (0, len(piece.text)):
        return lines(piece.text)
    start, end = piece.marked
    before, words, after = piece.text[:start], piece.text[start:end], piece.text[end:]
    return f"{lines(before)}<strong>{lines(words)}</strong>{lines(after)}"


def _ways(quotes: Sequence[Piece]) -> str:
    """The links that open the original at each quote."""
    ways = [outside(f"[{piece.number}]", piece.link) for piece in quotes if piece.link]
    return f'<p class="dl-open">Open the original at {" ".join(ways)}</p>' if ways else ""


def _more(source: Source) -> str:
    article = attribute(source.article_id)
    return (
        f'<details class="dl-more" data-article="{article}"><summary>More from this article'
        '</summary><div class="dl-whole" tabindex="0" role="region" aria-label="the whole article">'
        f'Loading …</div><p class="dl-open"><a href="./archive?article={article}">'
        "Facts and versions</a></p></details>"
    )
