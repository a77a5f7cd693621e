"""The statements of an answer: each sentence, what it cites, and whether that supports it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant.citing.support import ENOUGH
from assistant.results import Citation, Standing, Statement
from assistant.words import STOP, content_terms
from ingest.sentences import Span, sentences

NOT_FOUND = "(not found in the source)"
NO_SOURCE = "(no source)"
FEWEST_CITED = 3  # the same, where it cites something
FEWEST = 4  # words of a statement; "Yes." and "In short:" state nothing by themselves

_MARK = re.compile(r"(?<!\s)\s*\[(\d+)\]")
_ONLY_MARKS = re.compile(r"(?:\s*\[\d+\])+[\s.,;]*")
_LEADS_ON = re.compile(r"[:?]\s*$")

Judge = Callable[[str, Sequence[Citation]], float]


def checked_statements(
    text: str, citations: Sequence[Citation], judge: Judge
) -> tuple[Statement, ...]:
    """The statements of a text with [n] marks, each judged by the citations that it names.

    `judge` gives 0 to 1 for a claim without its marks, and what it cites.
    """
    known = {citation.number: citation for citation in citations}
    found = (_statement(text, span, known, judge) for span in _spans(text))
    return tuple(each for each in found if each)


def marked(text: str, statements: Sequence[Statement]) -> tuple[str, tuple[Statement, ...]]:
    """The text with a word after each statement that its sources do not hold, and the statements at
    their new places."""
    pieces: list[str] = []
    moved: list[Statement] = []
    position = shift = 0
    for each in statements:
        pieces.append(text[position : each.end])
        position = each.end
        said = {"not found": f" {NOT_FOUND}", "uncited": f" {NO_SOURCE}"}.get(each.standing, "")
        pieces.append(said)
        moved.append(replace(each, start=each.start + shift, end=each.end + shift + len(said)))
        shift += len(said)
    return "".join([*pieces, text[position:]]), tuple(moved)


def _statement(
    text: str, span: Span, known: Mapping[int, Citation], judge: Judge
) -> Statement | None:
    start, end = span
    numbers = tuple(dict.fromkeys(int(n) for n in _MARK.findall(text[start:end])))
    cited = [known[number] for number in numbers if number in known]
    claim = " ".join(_MARK.sub("", text[start:end]).split())
    if not cited and (len(claim.split()) < FEWEST or _LEADS_ON.search(claim)):
        return None
    if not cited:
        return Statement(start, end, (), "uncited", 0.0)
    support = ENOUGH if _says_nothing(claim) else judge(claim, cited)
    standing: Standing = "supported" if support >= ENOUGH else "not found"
    return Statement(start, end, tuple(c.number for c in cited), standing, support)


def _says_nothing(claim: str) -> bool:
    """Whether there is nothing in a claim that could be looked for: "Yes"."""
    return len(claim.split()) < FEWEST_CITED and all(t in STOP for t in content_terms(claim))


def _spans(text: str) -> list[Span]:
    """The sentences; marks after a full stop belong to the sentence before them."""
    spans: list[Span] = []
    for start, end in sentences(text):
        lead = _ONLY_MARKS.match(text, start, end) if spans else None
        if lead:
            spans[-1] = (spans[-1][0], start + len(lead[0].rstrip()))
        begins = lead.end() if lead else start
        if begins < end:
            spans.append((begins, end))
    return spans
