"""Extracts: runs of neighbouring sentences of one article, with the words that answer marked; and
how sure it is that they do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.question import Asks
from assistant.reading.evidence import Evidence, is_told, repeats
from assistant.reading.matching import stem_of, words_of
from assistant.reading.weights import (
    LITTLE,
    MOST_EXTRACTS,
    MUCH,
    SURELY,
    Shown,
    sureness_of,
)
from assistant.words import STOP, canonical
from ingest.article import Article
from ingest.filters import DAY
from ingest.sentences import Span, sentences

# Kinds that a sentence either holds or does not.
STRICT: frozenset[Asks] = frozenset({"number", "money", "time", "duration", "measure"})
AROUND = 900  # characters on either side of a sentence in which its neighbours stand
TELLING = 2  # words of a headline that its sentences do not say
SHORT = math.log(0.65)  # how likely it must be that words are the answer to be named or marked
SHORT_WORDS = 8  # that it has at most


@dataclass(frozen=True)
class Extract:
    """`evidence.passage.article.text[start:end]`; `marked` bounds the words in it that answer."""

    evidence: Evidence
    start: int
    end: int
    marked: Span

    @property
    def text(self) -> str:
        return self.evidence.passage.article.text[self.start : self.end]


def sure(ranked: Sequence[Evidence], asks: Asks, now: int | None) -> float:
    """How sure it is that the best sentence's extract is the answer, 0 to 1.

    `now`: the second as of which the question is asked, if it says so.
    """
    if not ranked:
        return 0.0
    best = ranked[0]
    own = [e.facts for e in ranked if e.passage.article_id == best.passage.article_id]
    facts = replace(
        best.facts,
        cover=max(facts.cover for facts in own),
        like=max(facts.like for facts in own),
        gap=min(facts.gap for facts in own),
    )
    published = best.passage.article.published
    age = None if now is None or published is None else (now - published.epoch) // DAY
    unfit = asks in STRICT and not any(each.fits for each in own)
    return sureness_of(facts, age, unfit)


def extracts(ranked: Sequence[Evidence], sureness: float) -> list[Extract]:
    """The best sentences with what stands around them, as long as they are about as good as the
    first and say something else; of those that surely answer the latest first."""
    shown = LITTLE if sureness >= SURELY else MUCH
    chosen: list[Extract] = []
    for evidence in ranked:
        if len(chosen) == MOST_EXTRACTS or evidence.score < ranked[0].score - shown.also:
            break
        if any(repeats(evidence, each.evidence) for each in chosen):
            continue
        own = [e for e in chosen if e.evidence.passage.article_id == evidence.passage.article_id]
        if any(each.start < evidence.end and evidence.start < each.end for each in own):
            continue  # it stands there already
        found = extract(evidence, ranked, shown)
        if any(each.start < found.end and found.start < each.end for each in own):
            found = replace(found, start=evidence.start, end=evidence.end)
        chosen.append(found)
    return sorted(chosen, key=lambda each: _late_first(each.evidence))


def _late_first(evidence: Evidence) -> tuple[bool, int]:
    """A sorting key: what does not surely answer stays where it is, after what does."""
    published = evidence.passage.article.published
    if short_answer(evidence) is None or published is None:
        return True, 0
    return False, -published.day.toordinal()


def is_overtaken(extract: Extract, first: Extract) -> bool:
    """Whether it gives another answer than the first one, and gave it on an earlier day."""
    before, after = (e.evidence.passage.article.published for e in (extract, first))
    if before is None or after is None or before.day >= after.day:
        return False
    one, other = (set(words_of(short_answer(e.evidence) or "")) for e in (extract, first))
    return bool(one and other) and not (one <= other or other <= one)


def extract(evidence: Evidence, ranked: Sequence[Evidence], shown: Shown) -> Extract:
    """A sentence with those of its article that are nearly as good and near, then with what follows
    and precedes them until there are enough words."""
    text = evidence.passage.article.text
    base = max(0, evidence.start - AROUND)
    spans = [(base + a, base + b) for a, b in sentences(text[base : evidence.end + AROUND])]
    spans = [span for span in spans if span[0] > base or not base]  # no cut sentence
    place = {start: at for at, (start, _) in enumerate(spans)}
    if evidence.start not in place:
        return Extract(evidence, evidence.start, evidence.end, _marked(evidence))
    told = [is_told(text[slice(*span)]) for span in spans]
    words = [len(text[slice(*span)].split()) for span in spans]
    first = last = place[evidence.start]
    for other in ranked:
        if other.score < evidence.score - shown.nearly:
            break
        if other.passage.article_id == evidence.passage.article_id and other.start in place:
            run = slice(min(first, place[other.start]), max(last, place[other.start]) + 1)
            if sum(words[run]) <= shown.most and all(told[run]):
                first, last = run.start, run.stop - 1
    for step in (1, -1):
        while sum(words[first : last + 1]) < shown.least:
            at = last + 1 if step > 0 else first - 1
            if not 0 <= at < len(spans) or not told[at]:
                break
            if sum(words[first : last + 1]) + words[at] > MUCH.most:
                break
            first, last = min(first, at), max(last, at)
    return Extract(evidence, spans[first][0], spans[last][1], _marked(evidence))


def short_answer(evidence: Evidence) -> str | None:
    """The words that the reader takes for the answer, where they are few and it is sure of them."""
    span = evidence.reading.span(evidence.start, evidence.end)
    opinion = evidence.passage.article.kind == "opinion"  # nobody's view stands there as a fact
    if span is None or opinion or evidence.facts.sure + span[2] < SHORT:
        return None
    words = evidence.passage.article.text[span[0] : span[1]].strip(" ,;:–—-")
    return words if len(words.split()) <= SHORT_WORDS else None


def telling_headline(article: Article, text: str) -> str | None:
    """The headline, where it tells something that a text quoted of it does not."""
    there = {canonical(stem_of(word)) for word in words_of(text)}
    wanted = {canonical(stem_of(word)) for word in words_of(article.title)} - STOP
    return article.title if len(wanted - there) >= TELLING else None


def _marked(evidence: Evidence) -> Span:
    """The likeliest words of the answer, or the sentence where the reader is not sure of any."""
    span = evidence.reading.span(evidence.start, evidence.end)
    if span is None or evidence.facts.sure + span[2] < SHORT:
        return evidence.start, evidence.end
    return span[0], span[1]
