"""From [n] in a model's text to exact quotes, while the text is still coming in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.citing.links import quote_link
from assistant.citing.safe import harmless
from assistant.citing.support import best_span
from assistant.results import Citation, Passage
from assistant.writing import Quote
from ingest.sentences import Span, sentences

_MARK = re.compile(
    r"(?<!\s)\s*(?:\[|【)(?:passages?\s+)?(\d+(?:\s*(?:,|;|and|-|–)\s*\d+)*)(?:\]|】)", re.I
)
_OPEN_MARK = re.compile(r"(?<!\s)\s*(?:\[|【)[^\]】\n]{0,40}$")  # perhaps the start of a mark
_OPEN_REFERENCE = re.compile(r"&[#\w;]{0,24}$")  # perhaps the start of &lt;
LONGEST_CLAIM = 2000  # characters before a mark that are looked at
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
            made = make_citation(number, quote.passage, quote.start, quote.end)
            self._quotes[key] = replace(made, marked=quote.marked)
        return self._quotes[key]

    def render(self, raw: str, final: bool = False) -> str:
        """The model's text so far with its marks renumbered. What may go on as one is held back."""
        raw = harmless(raw if final else _OPEN_REFERENCE.sub("", raw))
        if not final:
            raw = _OPEN_MARK.sub("", raw)
        pieces: list[str] = []
        position = 0
        for mark in _MARK.finditer(raw):
            pieces.append(raw[position : mark.start()])
            pieces.append(self._marks(raw[: mark.start()], mark[1]))
            position = mark.end()
        return self._without_strangers("".join([*pieces, raw[position:]])).strip()

    def _without_strangers(self, text: str) -> str:
        """Without marks and addresses that came about only when marks were taken out, as in
        "[[77]2]" and "https:/[77]/evil.example"."""
        known = {str(citation.number) for citation in self._quotes.values()}
        while True:
            rest = harmless(_MARK.sub(lambda mark: mark[0] if mark[1] in known else "", text))
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
            start, end = best_span(passage.text, claim)
            self._spans[number, claim] = (passage.start + start, passage.start + end)
        return self.cite(Quote(passage, *self._spans[number, claim]))


def make_citation(number: int, passage: Passage, start: int, end: int) -> Citation:
    """The citation of `article.text[start:end]`."""
    article = passage.article
    return Citation(
        number=number,
        article_id=passage.article_id,
        title=article.title,
        publisher=article.publisher,
        byline=article.byline,
        published=passage.published,
        url=article.url,
        quote=article.text[start:end],
        start=start,
        end=end,
        link=quote_link(article, start, end),
        agency=article.agency,
    )


def _claim(before: str) -> str:
    """The sentence that a mark belongs to: the last one before it."""
    text = _MARK.sub("", before[-LONGEST_CLAIM:]).rstrip()
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
