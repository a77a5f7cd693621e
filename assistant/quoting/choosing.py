"""The sentences that make an answer, and how sure it is that they hold it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.question import Asks
from assistant.reading.evidence import Evidence, is_told, repeats
from assistant.reading.matching import stem_of, words_of
from assistant.reading.weights import ALSO, MOST_SENTENCES, MOST_WORDS, sureness
from assistant.words import STOP, canonical
from ingest.article import Article
from ingest.filters import DAY
from ingest.sentences import sentences

# Kinds that a sentence either holds or does not.
STRICT: frozenset[Asks] = frozenset({"number", "money", "time", "duration", "measure"})
LONGEST_BEFORE = 500  # characters in which the sentence before stands
_POINTS_BACK = re.compile(
    r"[\"“‘(]?(?:he|she|it|they|his|her|its|their|this|these|those|both|neither)\b", re.IGNORECASE
)
_SAYS = re.compile(
    r"\bwhat\s(?:do|does|did|has|have|had)\s(.{1,60}?)\s(?:say|said|think|tell|told)\b", re.I
)
_NAME = re.compile(r"\b[A-ZÀ-Þ][^\W\d_]+")
TELLING = 2  # words of a headline that its sentences do not say


def sure(ranked: Sequence[Evidence], asks: Asks, now: int | None) -> float:
    """How sure it is that the best sentence's article holds the answer, 0 to 1.

    `now`: the second as of which the question is asked, if it says so.
    """
    if not ranked:
        return 0.0
    best = ranked[0]
    own = [e for e in ranked if e.passage.article_id == best.passage.article_id]
    facts = replace(
        best.facts,
        cover=max(e.facts.cover for e in own),
        like=max(e.facts.like for e in own),
        gap=min(e.facts.gap for e in own),
    )
    unfit = asks in STRICT and not any(e.fits for e in own)
    return sureness(facts, unfit, _days(best.passage.article, now))


def lacks_speaker(text: str, ranked: Sequence[Evidence]) -> bool:
    """Whether a question wants to know what somebody says whom the best article never names."""
    asked = _SAYS.search(text)
    names = {canonical(stem_of(word.lower())) for word in _NAME.findall(asked[1] if asked else "")}
    if not names or not ranked or not ranked[0].facts.unnamed:
        return False
    article = ranked[0].passage.article
    there = {canonical(stem_of(w)) for w in words_of(f"{article.title} {article.text}")}
    return not names & there


def choose(ranked: Sequence[Evidence], asks: Asks) -> list[Evidence]:
    """The sentences that answer, in reading order: the best, and others that are about as good,
    say something else, and leave the answer short."""
    good = [e for e in ranked if e.fits] if asks in STRICT else list(ranked)
    chosen: list[Evidence] = []
    for evidence in good:
        if len(chosen) == MOST_SENTENCES or (chosen and evidence.score < chosen[0].score - ALSO):
            break
        longer = _understandable(chosen, evidence)
        if not any(repeats(longer, other) for other in chosen) and _fits_in(chosen, longer):
            chosen.append(longer)
    first = {e.passage.article_id: i for i, e in reversed(list(enumerate(chosen)))}
    return sorted(chosen, key=lambda e: (first[e.passage.article_id], e.start))


def _understandable(chosen: Sequence[Evidence], evidence: Evidence) -> Evidence:
    """With the sentence before one that only a pronoun ties to who or what it is about, unless
    something of its article is quoted before it or there is no room."""
    article = evidence.passage.article_id
    known = any(e.passage.article_id == article and e.start < evidence.start for e in chosen)
    longer = evidence if known else with_before(evidence)
    return longer if _fits_in(chosen, longer) else evidence


def with_before(evidence: Evidence) -> Evidence:
    """The evidence with the sentence before it where it begins with a pronoun; else itself."""
    if not _POINTS_BACK.match(evidence.text):
        return evidence
    text = evidence.passage.article.text
    base = max(0, evidence.start - LONGEST_BEFORE)
    spans = sentences(text[base : evidence.start])
    if not spans or (base and len(spans) == 1):  # it may begin before
        return evidence
    if not is_told(text[base + spans[-1][0] : base + spans[-1][1]]):
        return evidence
    return replace(evidence, start=base + spans[-1][0])


def telling_headline(article: Article, texts: Sequence[str]) -> str | None:
    """The headline, where it tells something that the sentences quoted of it do not."""
    there = {canonical(stem_of(word)) for text in texts for word in words_of(text)}
    wanted = {canonical(stem_of(word)) for word in words_of(article.title)} - STOP
    return article.title if len(wanted - there) >= TELLING else None


def words_in(chosen: Sequence[Evidence]) -> int:
    """The words of sentences and of the headlines that are told with them."""
    articles = {e.passage.article_id: e.passage.article for e in chosen}
    count = sum(len(e.text.split()) for e in chosen)
    for key, article in articles.items():
        texts = [e.text for e in chosen if e.passage.article_id == key]
        count += len((telling_headline(article, texts) or "").split())
    return count


def _fits_in(chosen: Sequence[Evidence], more: Evidence) -> bool:
    return not chosen or words_in([*chosen, more]) <= MOST_WORDS


def _days(article: Article, now: int | None) -> int | None:
    """The age of an article in days; None where nobody knows or asks."""
    if now is None or article.published is None:
        return None
    return (now - article.published.epoch) // DAY
