"""Answers and sources as HTML. Every text that comes from outside is escaped here, once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from assistant.results import NEAR, Answer, Citation, Passage, day_in_words, outlet
from ingest.sentences import sentences

_ACTIVE = re.compile(r"[^\w\s]|_")  # all that Markdown or HTML could give a meaning to
_MARK = re.compile(r"\[(\d+)\]")
_AROUND = 320  # characters of the article shown on either side of a quote


def inert(text: str) -> str:
    """`text` for a Markdown renderer that shows it letter for letter.

    Each punctuation mark becomes a character reference, which no Markdown syntax can be made of.

    >>> inert("*a* <b>")
    '&#42;a&#42; &#60;b&#62;'
    """
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(_ACTIVE.sub(lambda found: f"&#{ord(found[0])};", line) for line in lines)


def answer_markup(answer: Answer, turn: int) -> str:
    """The answer's text with its [n] as links into the sources panel."""
    known = {str(citation.number) for citation in answer.citations}
    pieces: list[str] = []
    position = 0
    for mark in _MARK.finditer(answer.text):
        if mark[1] in known:
            pieces.append(_between(answer.text[position : mark.start()].rstrip(" ")))
            pieces.append(_cite(turn, mark[1]))
            position = mark.end()
    pieces.append(_between(answer.text[position:]))
    return "".join(pieces) or "…"


def _between(text: str) -> str:
    """Text after a mark keeps its distance from it."""
    return f" {inert(text)}" if text[:1] == " " else inert(text)


def remarks_markup(answer: Answer) -> str:
    """The notes under an answer. Near articles stand among the sources, not here."""
    notes = [note for note in answer.notes if not note.startswith(NEAR)]
    if answer.near:
        notes.append("The sources show the nearest articles; they are no answer.")
    return "".join(f"\n\n{inert(note)}" for note in notes)


def sources_markup(answers: Sequence[Answer]) -> str:
    """The sources of a conversation, those of the last answer first."""
    sections = [_section(answer, turn) for turn, answer in enumerate(answers)]
    filled = [section for section in reversed(sections) if section]
    return "".join(filled) or '<p class="dl-quiet">The sources of each answer appear here.</p>'


def error_markup(message: str) -> str:
    return inert(message)


def _cite(turn: int, number: str) -> str:
    return f' <a class="cite" href="#src-{turn}-{number}" title="source {number}">[{number}]</a>'


def _section(answer: Answer, turn: int) -> str:
    cards = [_card(answer, citation, turn) for citation in answer.citations]
    cards += [_near_card(passage) for passage in answer.near]
    if not cards:
        return ""
    label = NEAR.rstrip(":") if answer.refused else "Sources"
    head = f'<h3 class="dl-asked">{label}: <q>{escape(answer.question)}</q></h3>'
    return f'<section class="dl-sources">{head}{"".join(cards)}</section>'


def _card(answer: Answer, citation: Citation, turn: int) -> str:
    passage = next(p for p in answer.passages if p.article_id == citation.article_id)
    anchor = f"src-{turn}-{citation.number}"
    return (
        f'<article class="dl-source" id="{anchor}" tabindex="-1">'
        f'<span class="dl-number" aria-hidden="true">{citation.number}</span>'
        f"{_headline(citation.title, citation.link)}{_facts(passage)}"
        f"<blockquote>{_marked(passage.article.text, citation.start, citation.end)}</blockquote>"
        "</article>"
    )


def _near_card(passage: Passage) -> str:
    text = escape(" ".join(passage.text.split()))
    return (
        f'<article class="dl-source">{_headline(passage.title, passage.url)}{_facts(passage)}'
        f"<blockquote>{text}</blockquote></article>"
    )


def _headline(title: str, link: str | None) -> str:
    text = escape(title)
    if link and link.lower().startswith(("http://", "https://")):
        target = 'target="_blank" rel="noopener noreferrer"'
        text = f'<a href="{escape(link, quote=True)}" {target}>{text}</a>'
    return f'<h4 class="dl-title">{text}</h4>'


def _facts(passage: Passage) -> str:
    article = passage.article
    facts = [
        outlet(article),
        day_in_words(article) or "undated",
        f"by {article.byline}" if article.byline else None,
        article.dateline,
        article.kind if article.kind != "news" else None,
    ]
    return f'<p class="dl-facts">{escape(" · ".join(fact for fact in facts if fact))}</p>'


def _marked(text: str, start: int, end: int) -> str:
    """The quoted words marked, within the whole sentences around them."""
    left, right = _window(text, start, end)
    before, quote, after = text[left:start], text[start:end], text[end:right]
    lead, tail = ("… " if left else ""), (" …" if right < len(text) else "")
    return f"{lead}{_lines(before)}<mark>{_lines(quote)}</mark>{_lines(after)}{tail}"


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    inside = [
        (left, right)
        for left, right in sentences(text)
        if right > start - _AROUND and left < end + _AROUND
    ]
    return min([start, *(left for left, _ in inside)]), max([end, *(right for _, right in inside)])


def _lines(text: str) -> str:
    return re.sub(r"\n+", "<br>", escape(text))
