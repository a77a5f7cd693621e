"""The assistant: a question in, an answer with exact quotes out. The whole story is `_chain`."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from typing_extensions import TypedDict, Unpack

from assistant.cite.citer import harmless
from assistant.cite.composer import Composer, opening_notes, refusal, search_notes
from assistant.cite.support import Support, as_written, without_marks
from assistant.question.follow_ups import History, Turn, turns_of
from assistant.question.question import Question, checked, greets, is_courtesy, understand
from assistant.read import weights
from assistant.read.conflicts import Conflicting, find_conflict
from assistant.read.evidence import Evidence, Judge
from assistant.read.reader import load_reader
from assistant.read.timeline import Event, events_of
from assistant.results import (
    MODEL_REFUSED,
    NO_MODEL,
    UNSUPPORTED,
    UNSURE,
    WELCOME,
    Answer,
    Found,
    Passage,
)
from assistant.retrieve.finder import Clock, Finder, checked_names, local_now
from assistant.retrieve.ranking import make_reranker
from assistant.words import STOP
from assistant.write import quoting
from assistant.write.draft import Draft, Writer
from ingest.archive.archive import Archive
from ingest.archive.embedding import Embedder, StaticEmbedder
from ingest.archive.filters import Filters, make_filters
from ingest.errors import ModelError
from ingest.settings import Settings, load_settings
from ingest.text import one_line

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from assistant.retrieve.retriever import ArchiveRetriever

PASSAGES = 8  # given to the writer
LEFT_OUT = 300  # characters that are told of a text of a model's which no passage says
MANY_PASSAGES = 24  # for what many reports tell: a course of events, a summary


class Narrowing(TypedDict, total=False):
    """What may be looked at.

    since, until, as_of: days or times, inclusive; nothing later than `as_of` is used.
    publishers: only these, or agencies of these names.
    ignore: filters that are not to be read from the question: "time", "publisher", "without",
        "author", "kind", "phrase", "as_of" or "all".
    """

    since: str | date | None
    until: str | date | None
    as_of: str | date | None
    publishers: Sequence[str]
    ignore: Collection[str]


class Asking(Narrowing, total=False):
    """The options of `Assistant.ask` and `Assistant.stream`."""

    history: History
    model: str | None
    research: bool


@dataclass(frozen=True)
class Asked:
    """What goes into the chain."""

    question: str
    history: tuple[Turn, ...]
    filters: Filters
    ignore: frozenset[str]
    research: bool
    began: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Retrieved:
    """What is known once the archive was searched."""

    asked: Asked
    question: Question
    given: Filters  # those of the user, with an as-of moment of the question
    found: Found
    sureness: float = 1.0  # how sure it is that the passages answer, where a model is to write


class Assistant:
    """Answers questions from one archive. Safe to use from several threads."""

    def __init__(
        self,
        archive: Archive,
        writer: Writer | None = None,
        *,
        clock: Clock = local_now,
        reranker: object = None,
    ) -> None:
        """`writer` answers unless a question names another model; default: as the settings say.

        Args:
            clock: what "yesterday" and "last week" count from where no as-of moment is given.
            reranker: a LangChain document compressor or cross-encoder, or its "module:object";
                default: the settings'.

        Raises:
            SettingError: the reranker cannot be used.
        """
        self.archive = archive
        reranker = archive.settings.reranker if reranker is None else reranker
        self._finder = Finder(archive, clock, make_reranker(reranker) if reranker else None)
        # By model; None: the one that answers where no other is named.
        self._writers: dict[str | None, Writer] = {None: writer} if writer else {}

    @classmethod
    def open(cls, archive: str | Path | None = None, settings: Settings | None = None) -> Assistant:
        """Own an archive and answer from it; use `with`, or call `close`.

        Raises:
            ArchiveError: there is none at that place, it is in use, or it cannot be used.
            SettingError: a setting or a prompt cannot be used.
        """
        return cls(Archive.open(settings or load_settings(archive)))

    def ask(self, question: str, **options: Unpack[Asking]) -> Answer:
        """The whole answer. Options and errors are those of `stream`."""
        (answer,) = deque(self.stream(question, **options), maxlen=1)
        return answer

    def stream(
        self,
        question: str,
        *,
        history: History = (),
        model: str | None = None,
        research: bool = False,
        **narrowing: Unpack[Narrowing],
    ) -> Iterator[Answer]:
        """Growing answers; the last one is complete, or says in its notes why it is not.

        Args:
            history: earlier turns, oldest first: ("user", text) or {"role": …, "content": …}.
            model: another chat model than the settings', or "quoting".
            research: have the model search by itself, as often as it wants within the settings'
                bounds; `steps` of the growing answers tell what it does.
            narrowing: see `Narrowing`.

        Raises:
            SettingError: an argument cannot be used: at once, before any work is done.
            ModelError: the model's service failed before it gave any text.
        """
        filters, ignore = _narrowed(**narrowing)
        asked = Asked(checked(question), turns_of(history), filters, ignore, research)
        return self._answers(asked, model)

    def _answers(self, asked: Asked, model: str | None) -> Iterator[Answer]:
        # Once somebody reads: a writer takes a second to load, and a server reads in threads.
        for answer in self._chain(self.writer(model)).stream(asked):
            yield replace(answer, seconds=time.monotonic() - asked.began)

    def search(self, question: str, k: int = 10, **narrowing: Unpack[Narrowing]) -> Found:
        """The `k` best passages for a question, without an answer. Options: see `Narrowing`."""
        filters, ignore = _narrowed(**narrowing)
        asked = understand(checked(question))
        return self._finder.find(*self._finder.place(asked, filters, ignore), max(1, k))

    def retriever(self, **options: Any) -> ArchiveRetriever:
        """A LangChain retriever over the archive; options: `k` and those of `search`."""
        from assistant.retrieve.retriever import ArchiveRetriever

        return ArchiveRetriever(assistant=self, **options)

    def writer(self, model: str | None = None) -> Writer:
        """What writes the answers: the model of that name, or the settings'."""
        writers = self._writers  # `use` may put others there meanwhile
        if model not in writers:
            from assistant.write.service import default_model, load_writer

            settings = self.archive.settings
            name = model or default_model(settings) or quoting.NAME
            made = writers.get(name)
            if made is None and name == quoting.NAME:
                made = quoting.QuotingWriter(self._judge)
            writers[name] = writers[model] = made or load_writer(name, settings)
        return writers[model]

    def use(self, settings: Settings) -> None:
        """Answer by the model of these settings from now on."""
        self.archive.settings = settings
        self._writers = {}

    def close(self) -> None:
        self.archive.close()

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _chain(self, writer: Writer) -> Runnable[Asked, Answer]:
        """Question → standalone question → passages → text → cited answer."""
        from langchain_core.runnables import RunnableGenerator, RunnableLambda

        def retrieve(asked: Asked) -> Retrieved:
            text = asked.question
            alone = understand(text) if greets(text) else writer.standalone(text, asked.history)
            return self._retrieved(writer, asked, alone)

        def write(inputs: Iterator[Retrieved]) -> Iterator[Answer]:
            for retrieved in inputs:
                if retrieved.asked.research and not is_courtesy(retrieved.question):
                    yield from self._researched(writer, retrieved)
                else:
                    yield from self._write(writer, retrieved)

        return RunnableLambda(retrieve) | RunnableGenerator(write)

    def _retrieved(self, writer: Writer, asked: Asked, alone: Question) -> Retrieved:
        question, filters = self._finder.place(alone, asked.filters, asked.ignore)
        if is_courtesy(question):
            return Retrieved(asked, question, filters, Found(question.text, filters, ()))
        many = question.timeline or question.wide
        found = self._finder.find(question, filters, MANY_PASSAGES if many else PASSAGES)
        retrieved = Retrieved(asked, question, filters, found)
        if writer.name == quoting.NAME or many:
            return retrieved
        return self._best_first(retrieved, found.passages)

    def _researched(self, writer: Writer, retrieved: Retrieved) -> Iterator[Answer]:
        """The model goes on from the first search: its steps, then the answer from all it saw."""
        from assistant.write.model import ModelWriter
        from assistant.write.research import Research

        if not isinstance(writer, ModelWriter):
            yield from self._write(writer, retrieved, notes=(NO_MODEL,))
            return
        ignore = retrieved.asked.ignore

        def look(words: str, filters: Filters, k: int) -> Found:
            return self._finder.find(*self._finder.place(understand(words), filters, ignore), k)

        def events(words: str, filters: Filters) -> Sequence[Event]:
            question, filters = self._finder.place(understand(words), filters, ignore)
            found = self._finder.find(question, filters, MANY_PASSAGES)
            return events_of(question, found.passages, self._judge(question))

        found = retrieved.found
        research = Research(
            writer, retrieved.question, retrieved.given, list(found.passages),
            self.archive.settings, look, events,
        )  # fmt: skip
        growing = self._blank(writer, retrieved)
        for _ in research.run():
            yield replace(growing, steps=tuple(research.steps))
        seen = tuple(dict.fromkeys([*research.seen, *found.passages]))
        retrieved = self._best_first(retrieved, seen)
        drafts, steps = research.drafts(retrieved.found), tuple(research.steps)
        for answer in self._write(writer, retrieved, drafts):
            yield replace(answer, steps=steps)

    def _blank(self, writer: Writer, retrieved: Retrieved, notes: Sequence[str] = ()) -> Answer:
        """The answer before anything is written."""
        found = retrieved.found
        opening = opening_notes(self.archive, found)
        return Answer(
            question=retrieved.asked.question,
            standalone=retrieved.question.text,
            text="",
            filters=found.filters,
            citations=(),
            model=writer.name,
            notes=(*search_notes(retrieved.question), *opening, *notes),
            complete=False,
            passages=found.passages,
            understood=found.understood,
            relaxed=found.relaxed,
        )

    def _write(
        self,
        writer: Writer,
        retrieved: Retrieved,
        drafts: Iterable[Draft] | None = None,
        notes: Sequence[str] = (),
        least: float = weights.NEAR,
    ) -> Iterator[Answer]:
        """The answer from what was found; `drafts`: where it is written already; `least`: how sure
        it must be that the passages answer."""
        answer = self._blank(writer, retrieved, notes)
        if is_courtesy(retrieved.question):
            yield replace(answer, text=WELCOME, grade="refused", notes=(), complete=True)
            return
        if not answer.passages:
            yield refusal(answer)
            return
        question, quotes = retrieved.question, writer.name == quoting.NAME
        # Of "What did Reuters report in May?" no passage can be said to answer, or not to.
        fact = not (quotes or question.timeline or question.wide or STOP.issuperset(question.terms))

        def conflict(passages: Sequence[Passage]) -> Conflicting | None:  # quoting does it itself
            return find_conflict(question, lambda: self._ranked(question, passages))

        secrets = getattr(writer, "secrets", ())  # a model's service has some
        composer = Composer(answer, lambda: self._support, conflict, secrets, fact)
        for state in composer.answers(drafts or writer.write(question, retrieved.found)):
            if fact:
                sureness, grade, notes = retrieved.sureness, state.grade, state.notes
                bare = as_written(state.text)
                whole = state.complete and len(bare.split()) >= weights.FEWEST_READ
                says_else = (
                    whole and load_reader().answers(question.to_read, bare) < weights.SAYS_ELSE
                )
                if grade == "answered" and (sureness < least or says_else) and not state.conflict:
                    # What it says stands in the archive, and answers something else.
                    grade, notes = "near", (UNSURE, *notes)
                state = replace(state, grade=grade, notes=notes, confidence=sureness)  # noqa: PLW2901
            if not state.complete or state.grade == "answered" or quotes:
                yield state
                continue
            refused = state.grade == "refused" and drafts is None
            again = self._planned(writer, retrieved) if refused else None
            try:
                if again:
                    drafts = writer.write(again.question, again.found)
                    # What was refused at first is answered by what surely answers.
                    yield from self._write(writer, again, drafts, least=weights.ANSWERED)
                    continue
            except ModelError:  # what was said before stands
                pass
            yield self._quoted(state, composer, retrieved) or state

    def _planned(self, writer: Writer, retrieved: Retrieved) -> Retrieved | None:
        """What a model finds with other words, once it has refused; None where that is nothing
        new, or where it has planned the search already or cannot."""
        from assistant.write.model import ModelWriter

        before = retrieved.question
        if not isinstance(writer, ModelWriter) or writer.plans == "never" or before.queries:
            return None
        plan = writer.plan(before.text, (), time.monotonic() - retrieved.asked.began)
        if plan is None:
            return None
        question = replace(before, queries=plan.queries, wishes=plan.wishes, seconds=plan.seconds)
        asked = replace(retrieved.asked, filters=retrieved.given)
        again = self._retrieved(writer, asked, question)
        known = {(each.article_id, each.start) for each in retrieved.found.passages}
        new = [p for p in again.found.passages if (p.article_id, p.start) not in known]
        return again if new else None

    def _quoted(self, given: Answer, model: Composer, retrieved: Retrieved) -> Answer | None:
        """Where quoting takes the archive's own words for an answer: these, with a model's refusal
        or in the place of its text, of which no source says anything. Else None."""
        if any(each.standing == "supported" for each in given.statements):
            return None
        quoted = self.writer(quoting.NAME).write(retrieved.question, retrieved.found)
        drafts = [draft for draft in quoted if draft.quote or draft.grade]
        if all(draft.grade != "answered" for draft in drafts):
            return None
        lead = next(at for at, draft in enumerate(drafts) if draft.quote)
        if given.grade == "refused":
            drafts[lead] = replace(drafts[lead], text=f"{MODEL_REFUSED}\n\n{drafts[lead].text}")
        quotes = Composer(model.blank, lambda: self._support, lambda _: None, notes=model.notes)
        *_, whole = quotes.answers(drafts)
        if given.grade == "refused":
            return replace(whole, grade="near", short=None)
        bare, said = "", as_written(given.text)
        while bare != said:  # a mark within a mark, or one in characters that stand for others
            bare, said = said, harmless(without_marks(one_line(said)))
        note = f"{UNSUPPORTED} “{shorten(said, LEFT_OUT, placeholder=' …')}”"
        return replace(whole, model=quoting.NAME, notes=(note, *whole.notes))

    def _best_first(self, retrieved: Retrieved, passages: Sequence[Passage]) -> Retrieved:
        """With the passages in the order in which a model with little room or time should read
        them, and how sure it is that they answer."""
        found, ranked = retrieved.found, self._ranked(retrieved.question, passages)
        best = tuple(dict.fromkeys([*(each.passage for each in ranked), *passages]))
        sureness = quoting.sure(ranked, found.filters.upper if found.filters.as_of else None)
        return replace(retrieved, found=replace(found, passages=best), sureness=sureness)

    def _ranked(self, question: Question, passages: Sequence[Passage]) -> list[Evidence]:
        """Every sentence of the passages, read, best first."""
        return self._judge(question).rank(passages, load_reader())

    def _judge(self, question: Question) -> Judge:
        _, chunks = self.archive.catalog.counts()
        return Judge(question, self.archive.lexical.frequency, chunks, self._words)

    @cached_property
    def _support(self) -> Support:
        return Support(self._words)

    @cached_property
    def _words(self) -> Embedder:
        """The quoting default compares single words: always the static embedder's work."""
        own = self.archive.embedder_name == StaticEmbedder.name
        return self.archive.embedder if own else StaticEmbedder()


def _narrowed(
    publishers: Sequence[str] = (), ignore: Collection[str] = (), **bounds: str | date | None
) -> tuple[Filters, frozenset[str]]:
    """The filters, and the names of those that are not to be read from the question."""
    # A single name is one publisher, not a sequence of letters.
    names = (publishers,) if isinstance(publishers, str) else tuple(publishers)
    return make_filters(**bounds, publishers=names), checked_names(ignore)
