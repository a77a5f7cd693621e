"""An answer as one text: with its sources and notes, at once or piece by piece.

A stream can only go on. So the text is sent as it grows, but for its last word and for a beginning
that may still become a refusal; the judgement of its sentences, which is known at the end, follows
as lines of their own. If what was sent turns out wrong, the whole answer follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.composing import is_refusal
from assistant.results import Answer, Citation, Statement, day_of
from ingest.article import Moment

SOURCES = "\n\nSources:\n"
NOTES = "\n\n· "
INSTEAD = "\n\nThis takes the place of what stands above:\n\n"
LONGEST = 300  # characters of a quote in the list of sources; `citations` has all of it
_SAYS = {"not found": "Not found in the source:", "uncited": "No source:"}
_FIRST = re.compile(r".+?[.!?](?=\s)|.+?\n", re.DOTALL)
_WORD = re.compile(r"\S*$")


def content_of(answer: Answer) -> str:
    """The text, its sources, its notes."""
    return answer.text + "".join(_after(answer))


def extras(answer: Answer) -> dict[str, object]:
    """What OpenAI's messages have no place for."""
    told = answer.as_json()
    return {name: told[name] for name in ("citations", "refused", "grade", "notes", "statements")}


def without_sources(content: str) -> str:
    """The text of an answer that a client sends back as history."""
    return content.partition(SOURCES)[0].partition(NOTES)[0].rpartition(INSTEAD)[2]


@dataclass
class Teller:
    """Says an answer piece by piece; `sent` is what was said."""

    sent: str = ""
    _astray: bool = False  # what was sent is no longer how the text begins

    def grown(self, answer: Answer) -> str:
        """What may be said of an answer that is still growing."""
        self._astray = self._astray or not answer.text.startswith(self.sent)
        if self._astray or answer.complete or _may_be_refusal(answer):
            return ""
        safe = _WORD.sub("", answer.text).rstrip()
        return self._said(safe[len(self.sent) :])

    def ended(self, answer: Answer) -> str:
        """The rest."""
        if answer.text.startswith(self.sent):
            rest = answer.text[len(self.sent) :]
        elif (plain := _unmarked(answer)).startswith(self.sent):
            rest = plain[len(self.sent) :] + "".join(_judged(answer))
        else:
            rest = INSTEAD + answer.text
        return self._said(rest + "".join(_after(answer)))

    def _said(self, text: str) -> str:
        self.sent += text
        return text


def _may_be_refusal(answer: Answer) -> bool:
    """Whether nothing yet shows that it is an answer: no quote, and no first sentence."""
    first = _FIRST.match(answer.text)
    return not answer.citations and (first is None or is_refusal(first[0]))


def _unmarked(answer: Answer) -> str:
    """The text without what was put after the sentences that lack a source."""
    pieces, position = [], 0
    for start, end, _ in _lacking(answer):
        pieces.append(answer.text[position:start])
        position = end
    return "".join([*pieces, answer.text[position:]])


def _judged(answer: Answer) -> Iterator[str]:
    lines = [
        f"{_SAYS[s.standing]} “{answer.text[s.start : start]}”" for start, _, s in _lacking(answer)
    ]
    if lines:
        yield "\n\n" + "\n".join(lines)


def _lacking(answer: Answer) -> Iterator[tuple[int, int, Statement]]:
    """Where a mark stands for want of a source: its start, its end, and the statement."""
    for each in answer.statements:
        start = answer.text.rfind(" (", each.start, each.end)
        if each.standing != "supported" and start >= 0:
            yield start, each.end, each


def _after(answer: Answer) -> Iterator[str]:
    if answer.citations:
        yield SOURCES + "\n".join(map(_source, answer.citations))
    if answer.notes:
        yield NOTES + "\n· ".join(answer.notes)


def _source(citation: Citation) -> str:
    quote = " ".join(citation.quote.split())
    quote = quote if len(quote) <= LONGEST else f"{quote[:LONGEST].rsplit(' ', 1)[0]} …"
    day = day_of(Moment(citation.published, "metadata")) if citation.published else "undated"
    facts = (
        citation.byline, citation.title, citation.publisher or citation.agency, day, citation.link,
    )  # fmt: skip
    return f"[{citation.number}] “{quote}” – {', '.join(fact for fact in facts if fact)}"
