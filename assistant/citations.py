"""From [n] in a model's text to exact quotes, while the text is still coming in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.results import Citation, Passage, make_citation
from assistant.words import content_terms, same_word
from assistant.writing import Quote
from ingest.sentences import Span, sentences

_MARK = re.compile(
    r"\s*(?:\[|【)(?:passages?\s+)?(\d+(?:\s*(?:,|;|and|-|–)\s*\d+)*)(?:\]|】)", re.I
)
_OPEN_MARK = re.compile(r"\s*(?:\[|【)[^\]】\n]{0,40}$")  # perhaps the start of a mark
_URL = re.compile(
    r"(?:https?|ftp)://\S*|\b(?:javascript|data|file):\S+", re.IGNORECASE
)  # a model may not link
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL | re.IGNORECASE)
_MOST = 20  # numbers that one mark may name


@dataclass
class Citer:
    """Gives every distinct quote a number of its own, in the order of first use.

    Numbers that stand for no passage vanish. The same text gives the same numbers whether it comes
    at once or in pieces.
    """

    passages: Sequence[Passage]
    _quotes: dict[tuple[str, int, int], Citation] = field(default_factory=dict)
    _spans: dict[tuple[int, str], Span] = field(default_factory=dict)

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(self._quotes.values())

    def cite(self, quote: Quote) -> Citation:
        """The citation of a quote, the same one whenever it is the same quote."""
        key = (quote.passage.article_id, quote.start, quote.end)
        if key not in self._quotes:
            number = len(self._quotes) + 1
            self._quotes[key] = make_citation(number, quote.passage, quote.start, quote.end)
        return self._quotes[key]

    def render(self, raw: str, final: bool = False) -> str:
        """The model's text so far with its marks renumbered. A mark that may go on is held back."""
        raw = _THOUGHT.sub("", raw)
        if not final:
            raw = _OPEN_MARK.sub("", raw)
        pieces: list[str] = []
        position = 0
        for mark in _MARK.finditer(raw):
            pieces.append(raw[position : mark.start()])
            pieces.append(self._marks(raw[: mark.start()], mark[1]))
            position = mark.end()
        return self._without_strangers(_URL.sub("", "".join([*pieces, raw[position:]]))).strip()

    def _without_strangers(self, text: str) -> str:
        """Without marks that came about only when others were taken out: "[[77]2]" → "[2]"."""
        known = {str(citation.number) for citation in self._quotes.values()}
        while True:
            rest = _MARK.sub(lambda mark: mark[0] if mark[1] in known else "", text)
            if rest == text:
                return text
            text = rest

    def _marks(self, before: str, numbers: str) -> str:
        claim = _claim(before)
        cited = [self._cite_number(n, claim) for n in _numbers(numbers)]
        shown = dict.fromkeys(citation.number for citation in cited if citation)
        return "".join(f" [{number}]" for number in shown)

    def _cite_number(self, number: int, claim: str) -> Citation | None:
        if not 1 <= number <= len(self.passages):
            return None
        passage = self.passages[number - 1]
        if (number, claim) not in self._spans:
            self._spans[number, claim] = best_span(passage, claim)
        return self.cite(Quote(passage, *self._spans[number, claim]))


def best_span(passage: Passage, claim: str) -> Span:
    """The sentence of the passage that says most of `claim`, as [start, end) of the article."""
    spans = sentences(passage.text) or [(0, len(passage.text))]
    wanted = content_terms(claim)
    start, end = max(spans, key=lambda span: _said(passage.text[span[0] : span[1]], wanted))
    return passage.start + start, passage.start + end


def _said(text: str, wanted: Sequence[str]) -> float:
    there = content_terms(text)
    said = sum(max((same_word(term, other) for other in there), default=0.0) for term in wanted)
    return said - 0.01 * len(there)  # of two that say as much, the shorter


def _claim(before: str) -> str:
    """The sentence that a mark belongs to: the last one before it."""
    text = _MARK.sub("", before).rstrip()
    spans = sentences(text)
    return text[spans[-1][0] : spans[-1][1]] if spans else ""


def _numbers(text: str) -> list[int]:
    numbers: list[int] = []
    for part in re.split(r"\s*(?:,|;|and)\s*", text):
        ends = [int(end) for end in re.split(r"\s*[-–]\s*", part) if end and len(end) < 4]  # noqa: PLR2004
        if len(ends) == 2 and 0 <= ends[1] - ends[0] <= _MOST:  # noqa: PLR2004
            numbers.extend(range(ends[0], ends[1] + 1))
        else:
            numbers.extend(ends)
    return numbers[:_MOST]
