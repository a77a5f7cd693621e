"""The embedded default: answers by quoting. No model, no key, no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.evidence import Evidence, Judge
from assistant.question import About, Question, Turn, carry, understand
from assistant.results import REFUSAL, Found, Passage, attribution, day_in_words, outlet
from assistant.words import STOP
from assistant.writing import Draft, Quote
from ingest.sentences import sentences

if TYPE_CHECKING:
    from ingest.archive import Archive
    from ingest.embed import Embedder

NAME = "quoting"
# Chosen with benchmarks/answers.py on RealTimeQA questions; the figures are in docs/DECISIONS.md.
ENOUGH = 0.6  # of the question must be said in one sentence of the article and around it
ENOUGH_CONTEXT = 0.4  # of the question must be said in the answering sentence and its article
ENOUGH_SAID = 0.12  # of the question must be said in the answering sentence itself
ENOUGH_TOPIC = 0.5  # of a question about an article must be said in that article
ALSO = 0.72  # of the best score, for a second and third sentence
UNNAMED = 0  # proper names of the question that the article may leave out
FITTING = 0.55  # of the best score, for a sentence with the kind of thing that is asked for
MOST_SENTENCES = 3
MOST_WORDS = 75
# Kinds that a sentence either holds or does not.
STRICT = ("number", "money", "time", "duration", "measure")
RARE = ("money", "duration", "measure")  # kinds that seldom stand in a sentence by chance


@dataclass(frozen=True)
class QuotingWriter:
    """Answers with sentences of the passages."""

    archive: Archive
    words: Embedder  # of words: fast, and in the process
    name: str = NAME

    def standalone(self, question: str, history: Sequence[Turn]) -> Question:
        text, carried = carry(question, history)
        return understand(question, text, carried)

    def write(self, question: Question, found: Found) -> Iterator[Draft]:
        judge = self._judge(question)
        scoped = question.scope.latest or found.understood
        if scoped and not found.relaxed and all(term in STOP for term in question.terms):
            yield from _overview(found.passages)
        elif question.about:
            yield from self._about(question, question.about, judge, found.passages)
        else:
            yield from _quoted(choose(question, judge.rank(found.passages)))

    def _judge(self, question: Question) -> Judge:
        _, chunks = self.archive.catalog.counts()
        return Judge(question, self.archive.lexical.frequency, chunks, self.words)

    def _about(
        self, question: Question, about: About, judge: Judge, passages: Sequence[Passage]
    ) -> Iterator[Draft]:
        """Answer from the fields of the article that the question is about."""
        if question.terms:
            passage = judge.topic(passages, ENOUGH_TOPIC)
        else:  # "Who wrote the article?" is clear where there is only one
            only_one = len({passage.article_id for passage in passages}) == 1
            passage = passages[0] if only_one else None
        text = about_article(about, passage) if passage else None
        if passage and text:
            yield Draft(text + " ", quote=_lead(passage))
        else:
            yield Draft(REFUSAL)


def choose(question: Question, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The sentences that answer, in reading order; none when they do not hold the answer."""
    on_topic = {e.passage.article_id for e in ranked if e.cover >= ENOUGH and e.unnamed <= UNNAMED}
    good = [e for e in ranked if e.passage.article_id in on_topic and _answers(question, e)]
    fitting = [evidence for evidence in good if evidence.fits]
    if not good:
        return []
    if fitting and fitting[0].score >= FITTING * good[0].score:
        good = fitting
    chosen = good[:1]
    for evidence in good[1:]:
        if len(chosen) == MOST_SENTENCES or evidence.score < ALSO * chosen[0].score:
            break
        words = sum(len(e.text.split()) for e in chosen) + len(evidence.text.split())
        if words <= MOST_WORDS and not any(_repeats(evidence, other) for other in chosen):
            chosen.append(evidence)
    first = {e.passage.article_id: i for i, e in reversed(list(enumerate(chosen)))}
    return sorted(chosen, key=lambda e: (first[e.passage.article_id], e.start))


def about_article(about: About, passage: Passage) -> str | None:
    """The answer to a question about an article itself; None when its fields do not hold it."""
    article = passage.article
    title, reported = f"“{article.title}”", outlet(article)
    by = f" ({attribution(article)})" if reported or article.published else ""
    day, source = day_in_words(article), f" by {reported}" if reported else ""
    undated = f"{title}{by} carries no publication date: it is undated in the archive."
    answers: dict[About, tuple[object, str]] = {
        "author": (article.authors, f"{_and(article.authors)} wrote {title}{by}."),
        "editor": (article.credits, f"The credits of {title}{by} say: {article.credits}."),
        "outlet": (reported, f"{title} was reported by {reported}."),
        "dateline": (article.dateline, f"{title}{by} was filed from {article.dateline}."),
        "title": (title, f"The headline is {title}{by}."),
        "published": (title, f"{title} was published{source} on {day}." if day else undated),
    }
    known, text = answers[about]
    if about == "author" and not known:
        known, text = answers["outlet"]
    return text if known else None


def _answers(question: Question, evidence: Evidence) -> bool:
    if question.asks in STRICT and not evidence.fits:
        return False
    if evidence.said < ENOUGH_SAID and not (question.asks in RARE and evidence.fits):
        return False
    return evidence.context >= ENOUGH_CONTEXT


def _repeats(one: Evidence, other: Evidence) -> bool:
    """Whether a sentence says what is said already, as the copies of one wire report do."""
    mine, theirs = (set(e.text.casefold().split()) for e in (one, other))
    return len(mine & theirs) > 0.7 * min(len(mine), len(theirs))


def _quoted(chosen: Sequence[Evidence]) -> Iterator[Draft]:
    if not chosen:
        yield Draft(REFUSAL)
    for position, evidence in enumerate(chosen):
        gap = "\n\n" if position else ""
        said_by = attribution(evidence.passage.article)
        quote = Quote(evidence.passage, evidence.start, evidence.end)
        yield Draft(f"{gap}{said_by}: “{evidence.text}” ", quote=quote)


def _overview(passages: Sequence[Passage]) -> Iterator[Draft]:
    """What "What did Reuters report yesterday?" wants: how the reports begin, each by its own."""
    articles = {passage.article_id: passage for passage in reversed(passages)}
    first = [articles[key] for key in dict.fromkeys(p.article_id for p in passages)]
    for position, passage in enumerate(first[:MOST_SENTENCES]):
        quote = _lead(passage)
        text = passage.article.text[quote.start : quote.end]
        gap = "\n\n" if position else ""
        yield Draft(f"{gap}{attribution(passage.article)}: “{text}” ", quote=quote)


def _lead(passage: Passage) -> Quote:
    """An article's first sentence stands for the article."""
    start, end = next(iter(sentences(passage.article.text)), (passage.start, passage.end))
    return Quote(passage, start, end)


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
