"""Whether what a sentence cites says what it claims: figures, names, dates, negation, wording."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np

from assistant.read.figures import figures_of
from assistant.results import Citation, Passage, Standing, Statement
from assistant.words import (
    CALENDAR,
    STOP,
    canonical,
    content_terms,
    form_of,
    matching,
    stem_of,
    words_of,
)
from ingest.archive.embedding import Embedder, Vectors
from ingest.article import Article
from ingest.sentences import Span, around, sentences
from ingest.vocabulary import CAPITALISED, MONTHS, WRITTEN_MONTH, YEAR, month_number

# A logistic fit on one half of 438 sentences of summaries with human votes (QAGS: Wang, Cho, Lewis,
# ACL 2020); figures of the other half in docs/DECISIONS.md.
WORDS, LIKENESS, PAIRS, BASE = 0.63, 3.58, 1.96, -4.31
NEGATED = -1.0  # where only one of both denies something
ENOUGH = 0.5
FEWEST = 4  # words of a claim: of "Qingdao." there is too little for a likelihood
TELLING = 3  # of its words that carry meaning, at least
AROUND = 400  # characters on either side of a quotation that are read with it

_NOT = re.compile(
    r"(?i)\b(?:not|no|never|none|nobody|nothing|neither|nor|without|den(?:y|ies|ied)|refus(?:e|es|ed)"
    r"|reject(?:s|ed)?|cannot|failed\s+to)\b|n[’']t\b"
)
_NAME = re.compile(rf"(?<![.!?:“\"]\s)(?<!^)(?<![“\"])\b{CAPITALISED}")
_DAY = re.compile(
    rf"(?i)\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m>{WRITTEN_MONTH})"
    rf"|\b(?P<n>{WRITTEN_MONTH})\s+(?P<e>\d{{1,2}})\b(?!,\d)"
)
_YES_NO = re.compile(r"(?i)^\s*(?:yes|no)\b[,.:;]?\s+(?!one\b)")
# What a sentence says of its source, not of the world.
_SOURCE = re.compile(
    r"(?i)^\s*(?:according\s+to|as)\b[^,]{1,60},\s*|\b(?:the\s+)?(?:report|article|passage|source)s?\s+"
    r"(?:says?|said|states?|stated|notes?|noted|adds?|added)\s+(?:that\s+)?"
    r"|,?\s*\breported\b(?:\s+that)?"
)


class Support:
    """Judges how well cited words support a sentence."""

    def __init__(self, words: Embedder) -> None:
        self._words = words

    def of(self, claim: str, cited: Sequence[Passage], asked: str = "") -> float:
        """0 to 1; 0 where a figure, a name or a date of the sentence stands in none of the sources.
        `ENOUGH` and more is support.

        `asked`: the question that it answers. "The mayor of Arl is Ida Berg" says two words more
        than "Who is the mayor of Arl?", and a source may say the rest otherwise.
        """
        claim = _dated(_SOURCE.sub(" ", _YES_NO.sub("", claim)))
        if not cited or not words_of(claim):
            return 0.0
        read = []  # with whole sentences around them, and the headline
        for each in cited:
            text = each.article.text
            left, right = around(sentences(text), each.start, each.end, AROUND)
            read.append(_dated(f"{each.title}\n{text[left:right]}"))
        # Words of the question may stand anywhere in the article; figures and days may not.
        articles = [each.article for each in cited]
        if _is_strange(added(claim, asked), articles, read) or _is_strange(
            claim, articles, [each.text for each in articles]
        ):
            return 0.0
        words, denies, pairs = words_of(claim), bool(_NOT.search(claim)), _neighbours(claim)
        wanted = {stem_of(word): word for word in words}
        wanted = {stem: word for stem, word in wanted.items() if stem not in STOP} or wanted
        question = {stem_of(word): word for word in words_of(asked)}
        question = {stem: word for stem, word in question.items() if stem not in STOP}
        known = set(map(canonical, question))
        new = [row for row, stem in enumerate(wanted) if canonical(stem) not in known]
        likely = 0.0
        for text in read:
            told = [text[start:end] for start, end in sentences(text)] or [text]
            matched = matching(wanted, list(map(words_of, told)), self._words)
            said = matched.mean(axis=0)
            if question and new:
                likely = max(likely, self._answering(question, matched[new], told, denies))
            best = int(np.argmax(said))
            denied = denies != bool(_NOT.search(told[best]))
            if matched[:, best].min() == 1:
                stretch = _in_order(list(wanted), told[best]) if len(wanted) >= TELLING else ""
                same = bool(stretch) and denies == bool(_NOT.search(stretch))
                if same or (len(words) < FEWEST and not denied):
                    return 1.0
            like = float(np.max(self._words.passages(told) @ self._words.question(claim)))
            window = _neighbours(" ".join(told[max(0, best - 1) : best + 2]))
            total = BASE + WORDS * float(said[best]) + LIKENESS * like
            total += PAIRS * (len(pairs & window) / max(1, len(pairs))) + NEGATED * denied
            likely = max(likely, 1 / (1 + math.exp(-total)))
        return likely

    def _answering(
        self, question: Mapping[str, str], new: Vectors, told: Sequence[str], denies: bool
    ) -> float:
        """How much of what a claim adds to a question one of the sentences says, word for word, and
        how much of the question it, those beside it and the headline (the first) say together.

        Args:
            new: how much of each term that the claim adds each sentence says.
        """
        adds = (new == 1).mean(axis=0)
        most = int(np.argmax(adds))
        if denies != bool(_NOT.search(told[most])):
            return 0.0
        near = [words_of(each) for each in (told[0], *told[max(0, most - 1) : most + 2])]
        about = matching(question, near, self._words).max(axis=1).mean()
        return float(adds[most] ** 2 * about)  # squared: half of what is new is no half a support


def added(claim: str, asked: str) -> str:
    """The words of a claim that the question which it answers does not have."""
    known = set(map(form_of, words_of(asked))) - set(map(form_of, CALENDAR))  # a day stays whole
    left = re.sub(r"[^\W\d_]+", lambda m: "" if form_of(m[0].lower()) in known else m[0], claim)
    return left if words_of(left) else claim


def _dated(text: str) -> str:
    """With each day as "January 25", however it was written."""
    return _DAY.sub(
        lambda m: f"{MONTHS[month_number(m['m'] or m['n']) - 1]} {int(m['d'] or m['e'])}", text
    )


def best_of(passage: Passage, claim: str) -> Passage:
    """The sentence of a passage that says most of `claim`."""
    text = passage.text
    spans = sentences(text) or [(0, len(text))]
    wanted = {canonical(term) for term in content_terms(claim)}
    figures, pairs = figures_of(claim), _neighbours(claim)

    def said(span: Span) -> float:
        told = text[span[0] : span[1]]
        there = {canonical(term) for term in content_terms(told)}
        same = sum(any(figure.same(other) for other in figures_of(told)) for figure in figures)
        # Of two that say as much, the shorter.
        return len(wanted & there) + 2 * same + len(pairs & _neighbours(told)) - 0.01 * len(there)

    start, end = (passage.start + at for at in max(spans, key=said))
    return replace(passage, start=start, end=end)


def _in_order(stems: Sequence[str], text: str) -> str:
    """The stretch of a text that says these words in this order; "" where it does not."""
    left, first, end = list(stems), -1, 0
    for word in re.finditer(r"[^\W_]+", text):
        if left and stem_of(word[0].lower()) == left[0]:
            first, end = word.start() if first < 0 else first, word.end()
            del left[0]
    return "" if left else text[first:end]


def _neighbours(text: str) -> set[tuple[str, str]]:
    return set(pairwise(words_of(text)))


def _is_strange(claim: str, articles: Sequence[Article], read: Sequence[str]) -> bool:
    """Whether a claim has a figure that none of the texts has, names somebody or something that
    neither they nor their heads name, or a day or a year that is neither in them nor follows."""
    known = [figure for text in read for figure in figures_of(text)]
    if any(not any(f.same(other) for other in known) for f in figures_of(claim)):
        return True
    heads = [
        " ".join(filter(None, (a.title, a.publisher, a.agency, a.byline, a.dateline)))
        for a in articles
    ]
    there = {form_of(word) for text in (*read, *heads) for word in words_of(text)}
    names = {word for found in _NAME.findall(_DAY.sub(" ", claim)) for word in words_of(found)}
    wanted = {stem_of(word) for word in names if word not in CALENDAR}
    if any(canonical(name) not in there for name in wanted - STOP):
        return True
    dates = [moment.day for a in articles for moment in (a.published, a.updated) if moment]
    said = " ".join(read)
    known_years = {str(each.year) for each in dates}
    years = re.findall(rf"\b{YEAR}\b", claim)
    if any(year not in said and year not in known_years for year in years):
        return True
    days, told = (
        {(int(m["d"] or m["e"]), month_number(m["m"] or m["n"])) for m in _DAY.finditer(text)}
        for text in (claim, said)
    )
    return any(not _follows(day, month, dates, said) for day, month in days - told)


def _follows(day: int, month: int, dates: Sequence[date], said: str) -> bool:
    """Whether a day follows from reports of these dates: "on Sunday" in one of Monday 17 July is
    16 July."""
    around = ((known.toordinal() - 7, known.toordinal() + 1) for known in dates)
    last = date.max.toordinal()
    near = (at for first, end in around for at in range(max(1, first), min(end, last) + 1))
    for each in map(date.fromordinal, near):
        if (each.day, each.month) == (day, month):
            return each in dates or f"{each:%A}" in said or "yesterday" in said.lower()
    return False


NOT_FOUND = "(not found in the source)"
NO_SOURCE = "(no source)"
MOST_SOURCED = 30  # statements for which a source is looked for; endless ones are no answer
FEWEST_CITED = 3  # the same, where it cites something
FEWEST_STATED = 4  # words of a statement beside others; "Yes." and "In short:" state nothing

_MARK = re.compile(r"(?<!\s)\s*\[(\d+)\]")
_ONLY_MARKS = re.compile(r"(?:\s*\[\d+\])+[\s.,;]*")


def without_marks(text: str) -> str:
    """A text without its [n]."""
    return _MARK.sub("", text)


def as_written(text: str) -> str:
    """A model's text without what was put into it on its sources."""
    return without_marks(text.replace(f" {NOT_FOUND}", "").replace(f" {NO_SOURCE}", ""))


Judge = Callable[[str, Sequence[Citation]], float]


def checked_statements(
    text: str, citations: Sequence[Citation], judge: Judge
) -> tuple[Statement, ...]:
    """The statements of a text with [n] marks, each judged by the citations that it names.

    `judge` gives 0 to 1 for a claim without its marks, and what it cites.
    """
    known = {citation.number: citation for citation in citations}
    spans: list[Span] = []
    for start, end in sentences(text):
        # Marks after a full stop belong to the sentence before them.
        lead = _ONLY_MARKS.match(text, start, end) if spans else None
        if lead:
            spans[-1] = (spans[-1][0], start + len(lead[0].rstrip()))
        begins = lead.end() if lead else start
        if begins < end:
            spans.append((begins, end))
    found: list[Statement] = []
    for start, end in spans:
        numbers = dict.fromkeys(int(n) for n in _MARK.findall(text[start:end]))
        cited = [known[number] for number in numbers if number in known]
        words = without_marks(text[start:end]).split()
        claim = " ".join(words)
        if cited:
            empty = len(words) < FEWEST_CITED and _is_empty(claim)
            support = ENOUGH if empty else judge(claim, cited)
            standing: Standing = "supported" if support >= ENOUGH else "not found"
            found.append(Statement(start, end, tuple(c.number for c in cited), standing, support))
        elif not claim.endswith((":", "?")) and (
            len(words) >= FEWEST_STATED or (len(spans) == 1 and not _is_empty(claim))
        ):
            found.append(Statement(start, end, (), "uncited", 0.0))
    return tuple(found)


def _is_empty(claim: str) -> bool:
    """Whether there is nothing in it that could be looked for, as in "Yes"."""
    return all(term in STOP for term in content_terms(claim))


def sourced(
    text: str,
    statements: Sequence[Statement],
    find: Callable[[str], tuple[int, float] | None],
) -> tuple[str, tuple[Statement, ...]]:
    """The text and its statements with a source for those that name none, or one that does not say
    it, and a word after each that is left without. `find`: the number of a citation that supports a
    claim, and how well; None for none."""
    marks = {"not found": f" {NOT_FOUND}", "uncited": f" {NO_SOURCE}"}
    whole, position = "", 0
    placed: list[Statement] = []
    for each in statements:
        words, found = text[each.start : each.end], each
        claim = without_marks(words).rstrip()
        wants = each.standing != "supported" and len(placed) < MOST_SOURCED
        if better := find(" ".join(claim.split())) if wants else None:
            number, support = better
            stop = claim[-1:] if claim[-1:] in ".!" else ""
            words = f"{claim.removesuffix(stop)} [{number}]{stop}"
            found = Statement(0, 0, (number,), "supported", support, found=True)
        words += marks.get(found.standing, "")
        whole += text[position : each.start]
        placed.append(replace(found, start=len(whole), end=len(whole) + len(words)))
        whole += words
        position = each.end
    return whole + text[position:], tuple(placed)
