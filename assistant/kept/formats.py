"""Answers and conversations as text to paste: plain, Markdown, with footnotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal, get_args

from assistant.kept.conversations import Conversation, Told
from assistant.results import Citation
from ingest.errors import SettingError

Format = Literal["plain", "markdown", "footnotes"]
FORMATS: tuple[Format, ...] = get_args(Format)


def formatted(told: Told, how: str) -> str:
    """An answer with its citations.

    "plain": the text with [1], then the quotes; "markdown": the same with links; "footnotes": with
    Markdown's [^1] marks.

    Raises:
        SettingError: there is no such format.
    """
    return _WRITERS[checked_format(how)](told)


def checked_format(how: str) -> Format:
    """Raises:
    SettingError: there is no such format.
    """
    for known in FORMATS:
        if how == known:
            return known
    raise SettingError(f"There is no format {how[:40]!r}. Known: {', '.join(FORMATS)}.")


def conversation_text(conversation: Conversation, how: str) -> str:
    """A whole conversation; headings are Markdown's where the format is."""
    checked = checked_format(how)
    head = conversation.title if checked == "plain" else f"# {_literal(conversation.title)}"
    texts = [head]
    for place, turn in enumerate(conversation.turns, start=1):
        asked = f"Q: {turn.question}" if checked == "plain" else f"## {_literal(turn.question)}"
        said = formatted(turn.told, checked) if turn.told else turn.error or "(no answer)"
        text = f"{asked}\n\n{said}"
        if checked == "footnotes":  # a document has one row of footnotes
            text = re.sub(r"\[\^(\d+)\]", rf"[^{place}-\1]", text)
        texts.append(text)
    return "\n\n".join(texts) + "\n"


def _plain(told: Told) -> str:
    quotes = [f"[{c.number}] “{_line(c.quote)}” – {_attributed(c)}" for c in told.citations]
    return _joined([told.text, "\n".join(quotes), *told.notes])


def _markdown(told: Told) -> str:
    text = _with_marks(told, lambda n: rf"\[{n}\]")
    quotes = [
        f"{c.number}. “{_quote(c)}” – {_linked(c)}"
        for c in sorted(told.citations, key=lambda c: c.number)
    ]
    return _joined([text, "\n".join(quotes), *(f"*{_literal(note)}*" for note in told.notes)])


def _footnotes(told: Told) -> str:
    text = _with_marks(told, lambda n: f"[^{n}]")
    notes = [f"[^{c.number}]: “{_quote(c)}” – {_linked(c)}" for c in told.citations]
    return _joined([text, "\n".join(notes), *(f"*{_literal(note)}*" for note in told.notes)])


_WRITERS: dict[Format, Callable[[Told], str]] = {
    "plain": _plain, "markdown": _markdown, "footnotes": _footnotes,
}  # fmt: skip


def _with_marks(told: Told, write: Callable[[str], str]) -> str:
    """The text, literal but for its marks."""
    known = {str(citation.number) for citation in told.citations}
    pieces, position = [], 0
    for mark in re.finditer(r"\[(\d+)\]", told.text):
        if mark[1] in known:
            pieces += [_literal(told.text[position : mark.start()]), write(mark[1])]
            position = mark.end()
    return "".join([*pieces, _literal(told.text[position:])])


def _quote(citation: Citation) -> str:
    """The quote, the words that answer in bold."""
    before, words, after = (_literal(re.sub(r"\s+", " ", part)) for part in citation.split)
    marked = f"**{words}**" if words.strip() == words and words and (before or after) else words
    return f"{before}{marked}{after}".strip()


def _attributed(citation: Citation) -> str:
    return _joined([*_facts(citation, citation.title), citation.link or ""], ", ")


def _linked(citation: Citation) -> str:
    title = _literal(_line(citation.title))
    if citation.link and citation.link.lower().startswith(("http://", "https://")):
        title = f"[{title}](<{citation.link.replace('>', '%3E').replace('<', '%3C')}>)"
    return _joined(_facts(citation, title), ", ")


def _facts(citation: Citation, title: str) -> list[str]:
    outlet = citation.publisher or citation.agency or ""
    return [citation.byline or "", title, outlet, citation.day]


def _joined(parts: Sequence[str], between: str = "\n\n") -> str:
    return between.join(part for part in parts if part)


def _line(text: str) -> str:
    return " ".join(text.split())


def _literal(text: str) -> str:
    """Without signs that Markdown could give a meaning to."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!])", r"\\\1", text)
