"""The embedded default: answers by quoting. No model, no key, no network.

An answer is extracts, runs of neighbouring sentences of one article with the words that answer
marked, graded by how sure it is that they do; conflicts and timelines, each piece with the quote
behind it; or, of an article itself, its fields.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.question.follow_ups import Turn, carry
from assistant.question.question import About, Question
from assistant.read import weights
from assistant.read.conflicts import Conflicting, find_conflict
from assistant.read.evidence import Evidence, Judge, is_told, repeats
from assistant.read.reader import load_reader
from assistant.read.timeline import Event, events_of
from assistant.results import (
    BEGINNINGS,
    NOT_SURE,
    REFUSAL,
    Found,
    Grade,
    Passage,
    attribution,
    date_in_words,
    day_in_words,
    first_of_each,
    outlet,
)
from assistant.words import STOP, form_of, words_of
from assistant.write.draft import Draft
from ingest.archive.filters import DAY
from ingest.article import Article
from ingest.sentences import Span, sentences
from ingest.text import letters

FEWEST_EVENTS = 2  # one alone is no course of events
_JOIN = {"superseded": ", later ", "disputed": " against "}
_LEAD = {"superseded": "The figure changed: ", "disputed": "Reports differ: "}


def differing(conflict: Conflicting) -> Iterator[Draft]:
    """The values with their outlets and times, then the words of each."""
    for position, claim in enumerate(conflict.claims):
        join = _JOIN[conflict.relation] if position else _LEAD[conflict.relation]
        quote = claim.evidence.quote
        text = f"{join}{claim.value} ({attribution(quote.article, brief=True)}) "
        yield Draft(text, quote, claim.marked, value=claim.value, relation=conflict.relation)
    # Two values may stand in one sentence.
    once = {(c.evidence.passage.article_id, c.evidence.start): c for c in conflict.claims}
    for claim in once.values():
        quote = claim.evidence.quote
        text = f"\n\n{attribution(quote.article)}: “{quote.text}” "
        yield Draft(text, quote, claim.marked)


def told(events: Sequence[Event]) -> Iterator[Draft]:
    """One line for each event: its date, the words, and who published them when."""
    if len(events) < FEWEST_EVENTS:
        yield Draft(REFUSAL)
        return
    for position, event in enumerate(events):
        quote, gap = event.evidence.quote, "\n\n" if position else ""
        by = attribution(quote.article, brief=True)
        text = f"{gap}{date_in_words(event.date)}: “{quote.text}” ({by}) "
        yield Draft(text, quote, date=event.date)


def beginnings(
    reports: Sequence[Passage], lead: str = "", grade: Grade | None = None
) -> Iterator[Draft]:
    """How the reports begin, the first one after `lead`."""
    for report in reports:
        quote = _lead(report)
        yield Draft(f"{lead}{attribution(quote.article)}: “{quote.text}” ", quote, grade=grade)
        lead = "\n\n"


def about_article(about: About, passage: Passage) -> str | None:
    """The answer to a question about an article itself; None when its fields do not hold it."""
    article = passage.article
    title, reported = f"“{article.title}”", outlet(article)
    by = f" ({attribution(article)})" if reported or article.published else ""
    day, source = day_in_words(article), f" by {reported}" if reported else ""
    undated = f"{title}{by} carries no publication date: it is undated in the archive."
    names = [", ".join(article.authors[:-1]), *article.authors[-1:]]
    authors = " and ".join(filter(None, names))
    answers: dict[About, tuple[object, str]] = {
        "author": (article.authors, f"{authors} wrote {title}{by}."),
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


TELLING = 2  # words of a headline that its sentences do not say
SHORT = math.log(0.65)  # how likely it must be that words are the answer to be named or marked
SHORT_WORDS = 8  # that it has at most


@dataclass(frozen=True)
class Extract:
    """A sentence with what is quoted for it; `marked` bounds the words in it that answer."""

    evidence: Evidence
    quote: Passage
    marked: Span

    def overlaps(self, other: Passage) -> bool:
        """Whether words of the same article stand in both."""
        same = self.quote.article_id == other.article_id
        return same and self.quote.start < other.end and other.start < self.quote.end


def sure(ranked: Sequence[Evidence], now: int | None) -> float:
    """How sure it is that the best sentence's extract is the answer, 0 to 1.

    `now`: the second as of which the question is asked, if it says so.
    """
    if not ranked:
        return 0.0
    best = ranked[0]
    own = [e.facts for e in ranked if e.passage.article_id == best.passage.article_id]
    facts = replace(best.facts, cover=max(f.cover for f in own), gap=min(f.gap for f in own))
    published = best.passage.article.dated
    age = None if now is None or published is None else (now - published.epoch) // DAY
    return weights.sureness_of(facts, max(evidence.facts.answers for evidence in ranked), age)


def extracts(ranked: Sequence[Evidence], sureness: float, latest: bool = False) -> list[Extract]:
    """The best sentences with what stands around them, as long as they are about as good as the
    first and say something else; of those that surely answer the latest first. `latest`: that is
    asked for and was counted in their ranks."""
    also = weights.ALSO if sureness >= weights.SURELY else weights.ALSO_UNSURE
    chosen: list[Extract] = []
    for evidence in ranked:
        if len(chosen) == weights.MOST_EXTRACTS or evidence.score < ranked[0].score - also:
            break
        if evidence.facts.gap > ranked[0].facts.gap + weights.LACKS:
            continue  # the bridge is no answer beside the tunnel that was asked for
        if any(repeats(evidence, each.evidence) for each in chosen):
            continue
        if any(each.overlaps(evidence.quote) for each in chosen):
            continue  # it stands there already
        found = extract(evidence, ranked)
        if any(each.overlaps(found.quote) for each in chosen):
            found = replace(found, quote=evidence.quote)
        chosen.append(found)

    def late_first(extract: Extract) -> tuple[bool, int]:
        published = extract.evidence.passage.article.dated
        if published is None or short_answer(extract.evidence) is None:
            return True, 0  # what does not surely answer stays where it is, after what does
        return False, -published.day.toordinal()

    return chosen if latest else sorted(chosen, key=late_first)


def is_overtaken(extract: Extract, first: Extract) -> bool:
    """Whether it gives another answer than the first one, and gave it on an earlier day."""
    before, after = (e.evidence.passage.article.dated for e in (extract, first))
    if before is None or after is None or before.day >= after.day:
        return False
    one, other = (set(words_of(short_answer(e.evidence) or "")) for e in (extract, first))
    return bool(one and other) and not (one <= other or other <= one)


def extract(evidence: Evidence, ranked: Sequence[Evidence]) -> Extract:
    """A sentence with those of its article that are nearly as good and near, then with what follows
    and precedes them until there are enough words."""
    text = evidence.passage.article.text
    spans = sentences(text)
    place = {start: at for at, (start, _) in enumerate(spans)}
    marked = evidence.answer(SHORT) or (evidence.start, evidence.end)
    if evidence.start not in place:
        return Extract(evidence, evidence.quote, marked)
    told = [is_told(text[slice(*span)]) for span in spans]
    words = [len(text[slice(*span)].split()) for span in spans]
    first = last = place[evidence.start]
    for other in ranked:
        if other.score < evidence.score - weights.NEARLY:
            break
        if other.passage.article_id == evidence.passage.article_id and other.start in place:
            run = slice(min(first, place[other.start]), max(last, place[other.start]) + 1)
            if sum(words[run]) <= weights.MOST_WORDS and all(told[run]):
                first, last = run.start, run.stop - 1
    for step in (1, -1):
        while sum(words[first : last + 1]) < weights.LEAST_WORDS:
            at = last + 1 if step > 0 else first - 1
            if not 0 <= at < len(spans) or not told[at]:
                break
            if sum(words[first : last + 1]) + words[at] > weights.LONGEST:
                break
            first, last = min(first, at), max(last, at)
    quote = replace(evidence.passage, start=spans[first][0], end=spans[last][1])
    return Extract(evidence, quote, marked)


def short_answer(evidence: Evidence) -> str | None:
    """The words that the reader takes for the answer, where they are few and it is sure of them."""
    opinion = evidence.passage.article.kind == "opinion"  # nobody's view stands there as a fact
    span = None if opinion else evidence.answer(SHORT)
    words = evidence.passage.article.text[slice(*span)].strip(" ,;:–—-") if span else ""
    return words if span and len(words.split()) <= SHORT_WORDS else None


def telling_headline(article: Article, text: str) -> str | None:
    """The headline, where it tells something that a text quoted of it does not."""
    there, wanted = (set(map(form_of, words_of(each))) for each in (text, article.title))
    return article.title if len(wanted - STOP - there) >= TELLING else None


NAME = "quoting"
ENOUGH_TOPIC = 0.5  # of a question about an article must be said in that article
BEGUN = 6  # reports that stand for a summary
OVERVIEW = 3  # reports of which "What happened yesterday?" gets the beginning


@dataclass(frozen=True)
class QuotingWriter:
    """Answers with sentences of the passages."""

    judge: Callable[[Question], Judge]
    name: str = NAME

    def standalone(self, question: str, history: Sequence[Turn]) -> Question:
        return carry(question, history)

    def write(self, question: Question, found: Found) -> Iterator[Draft]:
        scoped = question.scope.latest or found.understood
        if scoped and not found.relaxed and all(term in STOP for term in question.terms):
            # "What did Reuters report yesterday?" wants how the reports begin, each by its own.
            yield from beginnings(first_of_each(found.passages)[:OVERVIEW])
        elif question.timeline:
            yield from told(events_of(question, found.passages, self.judge(question)))
        elif question.wide:
            yield from self._beginnings(question, found)
        elif question.about:
            if question.terms:
                about = self.judge(question).topic(found.passages, ENOUGH_TOPIC)
            else:  # "Who wrote the article?" is clear where there is only one
                articles = first_of_each(found.passages)
                about = articles[0] if len(articles) == 1 else None
            text = about_article(question.about, about) if about else None
            if about and text:
                yield Draft(f"{text} ", _lead(about), grade="answered")
            else:
                yield Draft(REFUSAL)
        else:
            yield from self._answer(question, found)

    def _beginnings(self, question: Question, found: Found) -> Iterator[Draft]:
        """How the reports on a topic begin, the oldest first; a summary needs a model."""
        ranked = self.judge(question).rank(found.passages)
        on_topic = {e.passage.article_id for e in ranked if e.facts.cover >= ENOUGH_TOPIC}
        reports = first_of_each(p for p in found.passages if p.article_id in on_topic)[:BEGUN]
        chosen = sorted(reports, key=lambda p: p.article.dated.epoch if p.article.dated else 0)
        yield from beginnings(chosen, f"{BEGINNINGS}\n\n", "near") if chosen else [Draft(REFUSAL)]

    def _answer(self, question: Question, found: Found) -> Iterator[Draft]:
        ranked = self.judge(question).rank(found.passages, load_reader())
        sureness = sure(ranked, found.filters.upper if found.filters.as_of else None)
        conflict = find_conflict(question, lambda: ranked) if sureness >= weights.COUNTED else None
        wanted = frozenset(map(letters, question.scope.values("author")))
        theirs = ranked and wanted & frozenset(map(letters, ranked[0].passage.article.authors))
        grade: Grade = "near" if theirs or sureness >= weights.NEAR else "refused"
        if conflict or sureness >= weights.ANSWERED:
            grade = "answered"
        yield Draft("", sure=sureness, grade=grade)
        if conflict:
            yield from differing(conflict)
        elif grade == "refused":
            yield Draft(REFUSAL)
        else:
            quoted = extracts(ranked, sureness, question.scope.latest)
            short = short_answer(quoted[0].evidence) if grade == "answered" else None
            lead = f"{NOT_SURE}\n\n" if grade == "near" else f"{short}\n\n" if short else ""
            for extract in quoted:
                quote = extract.quote
                headline = telling_headline(quote.article, quote.text)
                said_by = attribution(quote.article) + (f", “{headline}”" if headline else "")
                if is_overtaken(extract, quoted[0]):
                    said_by = f"Earlier: {said_by}"
                text = f"{lead}{said_by}: “{quote.text}” "
                yield Draft(text, quote, extract.marked, short=short)
                lead = "\n\n"


def _lead(passage: Passage) -> Passage:
    """An article's first sentence stands for the article, not a caption above it."""
    text = passage.article.text
    spans = sentences(text) or [(passage.start, passage.end)]
    start, end = next((span for span in spans if is_told(text[slice(*span)])), spans[0])
    return replace(passage, start=start, end=end)
