"""From a writer's drafts to the answer: marks become citations, and sentences are checked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant.cite.citer import Citer, harmless
from assistant.cite.support import (
    ENOUGH,
    Support,
    added,
    best_of,
    checked_statements,
    sourced,
)
from assistant.question.question import Question
from assistant.question.scope import Finding, Name
from assistant.read.conflicts import Conflicting
from assistant.read.reader import load_reader
from assistant.results import (
    NEAR,
    REFUSAL,
    Answer,
    Citation,
    Conflict,
    Entry,
    Found,
    Passage,
    Statement,
    Value,
    attribution,
    date_in_words,
    first_of_each,
    outlet,
)
from assistant.words import canonical, content_terms
from assistant.write.draft import Draft
from assistant.write.quoting import differing
from assistant.write.stream import begun, is_no_word
from ingest.archive.archive import Archive
from ingest.archive.filters import outlet_key
from ingest.article import epoch_of
from ingest.errors import ModelError
from ingest.text import redact

_LEADS: dict[Name, str] = {
    "publisher": "by", "without": "not by", "author": "written by", "kind": "kind",
    "phrase": "with the words",
}  # fmt: skip
_CALLED: dict[Name, str] = {
    "time": "time", "publisher": "publisher", "without": "publisher to leave out",
    "author": "author", "kind": "kind of article", "phrase": "wording",
}  # fmt: skip


def scope_notes(found: Found) -> tuple[str, ...]:
    """The filters that the question named: those in force, and those that were left out."""
    said: dict[str, list[str]] = {"Searched": [], "Preferred": []}
    for finding in found.understood:
        lead = "Preferred" if finding.is_wish else "Searched"
        if finding.name == "time":
            ends = zip(("from", "to"), finding.values, strict=True)
            days = " ".join(f"{name} {day}" for name, day in ends if day)
            said[lead].append(f"published {days} ({_quoted(finding.words)})")
        else:
            said[lead].append(f"{_LEADS[finding.name]} {_quoted(finding.values)}")
    notes = [
        f"{lead} as the question says: {'; '.join(each)}." for lead, each in said.items() if each
    ]
    for finding in found.relaxed:
        if finding.missing and not any(finding.values):
            notes.append(f"The archive holds nothing by {', '.join(finding.missing)}.")
        else:
            words, called = _quoted(finding.words), _CALLED[finding.name]
            notes.append(f"Nothing fits {words} here: the {called} was not kept to.")
    missing = (name for each in found.understood for name in each.missing)
    notes += (f"The archive holds nothing by {name}." for name in missing)
    return tuple(notes)


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in dict.fromkeys(words))


def search_notes(question: Question) -> tuple[str, ...]:
    """What was searched for in place of words that the archive spells otherwise, and besides."""
    notes = []
    if question.respelled:
        put = ", ".join(
            f"“{harmless(new)}” instead of “{harmless(old)}”" for old, new in question.respelled
        )
        notes.append(f"Searched for {put}, as the archive spells it.")
    if question.queries:
        planned = _quoted([harmless(query) for query in question.queries])
        notes.append(f"Searched besides, as the model planned: {planned}.")
    return tuple(notes)


def opening_notes(archive: Archive, found: Found) -> tuple[str, ...]:
    """What is known before anything is written: what is searched, as of when, without what."""
    notes = scope_notes(found)
    said = {name for each in found.understood for name in each.values}
    known = set(map(outlet_key, archive.names.outlets))
    notes += tuple(
        f"The archive holds nothing by {harmless(name)}."  # set by hand
        for name in found.filters.publishers
        if name not in said and outlet_key(name) not in known
    )
    if as_of := found.filters.as_of:
        notes += (f"As of {date_in_words(as_of[:10])}: nothing published later was used.",)
    undated = archive.catalog.undated() if found.filters.timed else 0
    left_out = (
        (undated, "undated", "nobody can say when they were published"),
        (archive.catalog.changed_later(found.filters), "later changed",
         "nobody can say what they said then"),
    )  # fmt: skip
    return notes + tuple(
        f"{count} {what} article{'s were' if count > 1 else ' was'} left out: {why}."
        for count, what, why in left_out
        if count
    )


def closing_notes(
    answer: Answer, citations: Sequence[Citation], statements: Sequence[Statement]
) -> tuple[str, ...]:
    """What is known of the sources once they are cited: how fresh, corrected, opinion, support."""
    if not citations:
        return ("No source is cited: nothing in this answer was checked.",)
    return (
        *freshest(citations),
        *about_sources(answer.passages, citations),
        *unheard(answer.understood, citations),
        *unsupported(statements),
    )


def freshest(citations: Sequence[Citation]) -> tuple[str, ...]:
    """The newest of the dated sources, and how many have no date."""
    dated = [c for c in citations if c.published and c.published_from != "guess"]
    undated = len({c.article_id for c in citations}) - len({c.article_id for c in dated})
    without = f"{undated} source{'s have' if undated > 1 else ' has'} no date" if undated else ""
    if not dated:
        return (f"{without}: nobody can say how fresh this is.",)
    newest = max(dated, key=lambda citation: epoch_of(citation.published or ""))
    by = harmless(newest.publisher or newest.agency or "")
    said = f"The newest source is of {newest.day}{f' ({by})' if by else ''}"
    return (f"{said}; {without}." if without else f"{said}.",)


def about_sources(passages: Sequence[Passage], citations: Iterable[Citation]) -> tuple[str, ...]:
    """The publishers' notes on the articles that are cited, and which are opinion, and whose: each
    once, with the first number that cites it."""
    articles = {passage.article_id: passage.article for passage in passages}
    first: dict[str, int] = {}
    for citation in citations:
        first.setdefault(citation.article_id, citation.number)
    notes = []
    for key, number in first.items():
        article = articles[key]
        if article.correction:
            notes.append(f"Note on [{number}]: {harmless(article.correction)}")
        if article.kind == "opinion":
            author = harmless(article.byline or outlet(article) or "its author")
            notes.append(f"[{number}] is opinion, not news: the view of {author}.")
    return tuple(notes)


def unheard(understood: Sequence[Finding], citations: Sequence[Citation]) -> tuple[str, ...]:
    """Which of the outlets that a question compares are not heard."""
    heard = {outlet_key(name) for c in citations for name in (c.publisher, c.agency) if name}
    compared = [each.groups for each in understood if each.name == "publisher"]
    return tuple(
        f"Nothing on it by {names[0]} is cited."
        for groups in compared
        for names in groups
        if len(groups) > 1 and not heard & set(map(outlet_key, names))
    )


def unsupported(statements: Sequence[Statement]) -> tuple[str, ...]:
    """How many sentences were given a source, how many have none, and how many a wrong one."""
    counts = Counter(each.standing for each in statements)
    of = f"of {len(statements)} sentences"
    notes = []
    if found := sum(each.found for each in statements):
        notes.append(f"The source of {found} {of} was found by Dateline, not named by the model.")
    if counts["not found"]:
        notes.append(f"{counts['not found']} {of} not found in the source that is cited for it.")
    if counts["uncited"]:
        notes.append(f"{counts['uncited']} {of} without a source.")
    return tuple(notes)


MOST_NEAR = 3  # articles shown with a refusal
TELLING = 8  # characters of a key's beginning that are not shown either


@dataclass
class Composer:
    """Puts one answer together.

    Args:
        blank: the answer before anything was written, with the passages it may cite.
        support: made when a sentence is to be checked; quotes need no check.
        conflict: finds different values among passages, where a model wrote the answer.
        secrets: what must not stand in an answer, whatever a model says.
        fact: whether it answers a plain question, and tells no course of events and no summary.
    """

    blank: Answer
    support: Callable[[], Support]
    conflict: Callable[[Sequence[Passage]], Conflicting | None]
    secrets: Sequence[str] = ()
    fact: bool = False
    _citer: Citer = field(init=False)
    _known: Answer = field(init=False)  # the answer so far, but for its text, notes and citations
    _quoted: str = ""
    _raw: str = ""
    _cut: str | None = None
    notes: list[str] = field(default_factory=list)  # of the writer, and of what sources differ in
    _statements: list[Statement] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._citer, self._known = Citer(self.blank.passages), self.blank

    def answers(self, drafts: Iterable[Draft]) -> Iterator[Answer]:
        """Growing answers; the last one is whole.

        Raises:
            ModelError: the writer gave nothing that can be used.
        """
        for draft in drafts:
            if draft.shown is not None:
                self._citer.passages = self.blank.passages[: draft.shown]
            if draft.quote:
                self._quote(draft, self._citer.cite(draft.quote, draft.marked))
            else:
                self._raw += draft.text
            known = self._known
            self._known = replace(
                known, grade=draft.grade or known.grade, short=draft.short or known.short,
                confidence=known.confidence if draft.sure is None else draft.sure,
            )  # fmt: skip
            self._cut = draft.cut or self._cut
            self.notes += [draft.note] if draft.note else []
            if draft.text or draft.quote:
                text = self._quoted + self._shown(final=False)
                yield replace(self._known, text=text, citations=self._citer.citations)
        yield self._whole()

    def _quote(self, draft: Draft, citation: Citation) -> None:
        # All but the quote is made harmless: a publisher's name may be hostile, too.
        before, quote, after = draft.text.partition(citation.quote)
        text = f"{harmless(before)}{quote}{harmless(after)}"
        start = len(self._quoted) + len(text) - len(text.lstrip())
        self._quoted += f"{text}[{citation.number}]"
        said = Statement(start, len(self._quoted), (citation.number,), "supported", 1.0)
        self._statements.append(said)
        self._value(draft)
        if draft.date:
            entry = Entry(draft.date, citation.quote, citation.number)
            self._known = replace(self._known, timeline=(*self._known.timeline, entry))

    def _shown(self, final: bool) -> str:
        """Without secrets, and without what may be the beginning of one while more may come. One
        that may be a word ("ollama", which local servers take for a key) is left alone."""
        text = self._citer.render(self._raw, final=final)
        secrets = [secret.strip() for secret in self.secrets if is_no_word(secret.strip())]
        held = begun(text, secrets)
        if final and held < TELLING:
            return redact(text, secrets)
        return redact(text[: len(text) - held], secrets) + ("…" if final else "")

    def _whole(self) -> Answer:
        text = self._quoted + self._shown(final=True)
        citations = self._citer.citations
        if not text:
            raise ModelError(f"The model {self.blank.model} gave no usable answer. Ask again.")
        if is_refusal(text) or (not citations and is_refusal(re.split(r"[.\n]", text)[0])):
            return refusal(self._known, self.notes)
        known = {passage.article_id: passage for passage in self.blank.passages}

        def judge(claim: str, cited: Sequence[Citation]) -> float:
            words = [replace(known[c.article_id], start=c.start, end=c.end) for c in cited]
            return self.support().of(claim, words, self.blank.standalone)

        statements = tuple(self._statements)
        if not statements:
            statements = checked_statements(text, citations, judge)
            text, statements = sourced(text, statements, self._source)
            named = {number for each in statements for number in each.citations}
            citations = tuple(c for c in self._citer.citations if c.number in named)
        if citations and not self._statements and (found := self.conflict(self._citer.passages)):
            # A model's sources give different values, which it may not have told.
            told = ((draft.text, self._value(draft)) for draft in differing(found))
            said = "".join(f"{words}[{number}]" for words, number in told if number)
            self.notes += [f"{said}."] if said else []
            citations = self._citer.citations
        answer = self._known
        held = any(each.standing == "supported" for each in statements)
        if not (held and citations) and not self._cut:
            answer = replace(answer, grade="near")  # what no source says is no answer
        notes = [*answer.notes, *closing_notes(answer, citations, statements), *self.notes]
        if self._cut:
            notes.append(f"Incomplete: {self._cut}")
        return replace(
            answer, text=text, citations=citations, notes=tuple(notes), complete=not self._cut,
            statements=statements,
        )  # fmt: skip

    def _source(self, claim: str) -> tuple[int, float] | None:
        """A citation of a passage that supports a claim, and how well; None where none does. Of
        several the one that says most of what the claim adds to the question, and of those the one
        that answers a plain question best, as the reader reads it."""
        asked = self.blank.standalone
        news = added(claim, asked)
        new = {canonical(term) for term in content_terms(news)}
        passages = self._citer.passages
        quotes = [*dict.fromkeys(best_of(each, w) for each in passages for w in (claim, news))]
        supports = {quote: self.support().of(claim, [quote], asked) for quote in quotes}

        def said(quote: Passage) -> tuple[int, float]:
            there = {canonical(term) for term in content_terms(quote.text)}
            plain = load_reader().answers(asked, quote.text) if self.fact else supports[quote]
            return len(new & there), plain

        held = [quote for quote in quotes if supports[quote] >= ENOUGH]
        best = max(held, key=said, default=None)
        return (self._citer.cite(best).number, supports[best]) if best else None

    def _value(self, draft: Draft) -> int | None:
        """Keeps a value of a conflict; the number of its citation."""
        if not (draft.quote and draft.value and draft.relation):
            return None
        cited = self._citer.cite(draft.quote)
        value = Value(draft.value, cited.number, cited.publisher, cited.published)
        before = self._known.conflict.values if self._known.conflict else ()
        current = value.value if draft.relation == "superseded" else None
        conflict = Conflict(draft.relation, (*before, value), current)
        self._known = replace(self._known, conflict=conflict)
        return cited.number


def is_refusal(text: str) -> bool:
    """Whether a text is the refusal, give or take marks of quotation, emphasis or a passage."""
    said = re.sub(r"\s*\[\d+\]", "", text).strip(" \n\t\"'“”.*_")
    return said.casefold() == REFUSAL.rstrip(".").casefold()


def refusal(answer: Answer, notes: Sequence[str] = ()) -> Answer:
    """The answer that there is none, with the nearest articles."""
    nearest = first_of_each(answer.passages)[:MOST_NEAR]
    named = (harmless(f"{NEAR} “{p.title}” ({attribution(p.article)})") for p in nearest)
    return replace(
        answer, text=REFUSAL, grade="refused", short=None, citations=(),
        notes=(*answer.notes, *notes, *named), complete=True, near=nearest,
    )  # fmt: skip
