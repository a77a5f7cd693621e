"""The assistant: a question in, an answer with exact quotes out. The whole story is `_chain`."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from typing_extensions import TypedDict, Unpack

from assistant.cite.composer import Composer, opening_notes, refusal, spelling_notes
from assistant.cite.support import Support
from assistant.question.follow_ups import History, Turn, turns_of
from assistant.question.question import Question, checked, is_courtesy, understand
from assistant.read.conflicts import Conflicting, find_conflict
from assistant.read.evidence import Judge
from assistant.read.figures import Wanted
from assistant.read.reader import load_reader
from assistant.results import MODEL_REFUSED, WELCOME, Answer, Found, Passage
from assistant.retrieve.finder import Clock, Finder, checked_names, local_now
from assistant.words import WordVectors
from assistant.write import quoting
from assistant.write.draft import Writer
from ingest.archive.archive import Archive
from ingest.archive.embedding import Embedder, StaticEmbedder
from ingest.archive.filters import Filters, make_filters
from ingest.settings import Settings, load_settings

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from assistant.retrieve.ranking import Reranker
    from assistant.retrieve.retriever import ArchiveRetriever

PASSAGES = 8  # given to the writer
TIMELINE_PASSAGES = 24  # for a course of events, which many reports tell


class Narrowing(TypedDict, total=False):
    """The options of `Assistant.search`; `Assistant.stream` explains them."""

    since: str | date | None
    until: str | date | None
    as_of: str | date | None
    publishers: Sequence[str]
    ignore: Collection[str]


class Asking(Narrowing, total=False):
    """The options of `Assistant.ask` and `Assistant.stream`."""

    history: History
    model: str | None


@dataclass(frozen=True)
class Asked:
    """What goes into the chain."""

    question: str
    history: tuple[Turn, ...]
    filters: Filters
    ignore: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Retrieved:
    """What is known once the archive was searched."""

    asked: Asked
    question: Question
    found: Found


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
            reranker: a LangChain document compressor or cross-encoder; default: the settings'.

        Raises:
            SettingError: the reranker cannot be used.
        """
        self.archive = archive
        self._finder = Finder(archive, clock, _reranker(archive.settings, reranker))
        self._writers: dict[str, Writer] = {}
        self._writer = writer
        self._words: Embedder | None = None
        self._support: Support | None = None

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
        answer = None
        for answer in self.stream(question, **options):  # noqa: B007
            pass
        assert answer is not None
        return answer

    def stream(
        self,
        question: str,
        *,
        history: History = (),
        since: str | date | None = None,
        until: str | date | None = None,
        as_of: str | date | None = None,
        publishers: Sequence[str] = (),
        ignore: Collection[str] = (),
        model: str | None = None,
    ) -> Iterator[Answer]:
        """Growing answers; the last one is complete, or says in its notes why it is not.

        Args:
            history: earlier turns, oldest first: ("user", text) or {"role": …, "content": …}.
            since, until, as_of: days or times, inclusive; nothing later than `as_of` is used.
            publishers: only these, or agencies of these names.
            ignore: filters that are not to be read from the question: "time", "publisher",
                "without", "author", "kind", "phrase", "as_of" or "all".
            model: another chat model than the settings', or "quoting".

        Raises:
            SettingError: an argument cannot be used.
            ModelError: the model's service failed before it gave any text.
        """
        filters = make_filters(since, until, as_of, _names(publishers))
        asked = Asked(checked(question), turns_of(history), filters, checked_names(ignore))
        started = time.monotonic()
        for answer in self._chain(self.writer(model)).stream(asked):
            yield replace(answer, seconds=time.monotonic() - started)

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        since: str | date | None = None,
        until: str | date | None = None,
        as_of: str | date | None = None,
        publishers: Sequence[str] = (),
        ignore: Collection[str] = (),
    ) -> Found:
        """The `k` best passages for a question, without an answer. Options: as for `stream`."""
        filters = make_filters(since, until, as_of, _names(publishers))
        asked, filters = self._finder.known_then(understand(checked(question)), filters, ignore)
        placed = self._finder.place(asked, filters, ignore)
        return self._finder.find(placed, filters, max(1, k))

    def retriever(self, **options: Any) -> ArchiveRetriever:
        """A LangChain retriever over the archive; options: `k` and those of `search`."""
        from assistant.retrieve.retriever import ArchiveRetriever

        return ArchiveRetriever(assistant=self, **options)

    def writer(self, model: str | None = None) -> Writer:
        """What writes the answers: the model of that name, or the settings'."""
        if model is None and self._writer is not None:
            return self._writer
        from assistant.write.service import default_model, load_writer

        name = model or default_model(self.archive.settings) or quoting.NAME
        if name not in self._writers:
            settings = self.archive.settings
            self._writers[name] = (
                quoting.QuotingWriter(self.archive, self._word_embedder())
                if name == quoting.NAME
                else load_writer(name, settings)
            )
        if model is None:
            self._writer = self._writers[name]
        return self._writers[name]

    def close(self) -> None:
        self.archive.close()

    def __enter__(self) -> Assistant:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _chain(self, writer: Writer) -> Runnable[Asked, Answer]:
        """Question → standalone question → passages → text → cited answer."""
        from langchain_core.runnables import RunnableGenerator, RunnableLambda

        def retrieve(asked: Asked) -> Retrieved:
            alone = writer.standalone(asked.question, asked.history)
            question, filters = self._finder.known_then(alone, asked.filters, asked.ignore)
            question = self._finder.place(question, filters, asked.ignore)
            k = TIMELINE_PASSAGES if question.timeline else PASSAGES
            return Retrieved(asked, question, self._finder.find(question, filters, k))

        def write(inputs: Iterator[Retrieved]) -> Iterator[Answer]:
            for retrieved in inputs:
                yield from self._write(writer, retrieved)

        return RunnableLambda(retrieve) | RunnableGenerator(write)

    def _write(self, writer: Writer, retrieved: Retrieved) -> Iterator[Answer]:
        found = retrieved.found
        answer = Answer(
            question=retrieved.asked.question,
            standalone=retrieved.question.text,
            text="",
            filters=found.filters,
            citations=(),
            model=writer.name,
            notes=(*spelling_notes(retrieved.question), *opening_notes(self.archive, found)),
            complete=False,
            passages=found.passages,
            understood=found.understood,
            relaxed=found.relaxed,
        )
        if is_courtesy(retrieved.question.asked):
            yield replace(
                answer,
                text=WELCOME,
                grade="refused",
                notes=(),
                passages=(),
                complete=True,
            )
            return
        if not found.passages:
            yield refusal(answer)
            return
        key = self.archive.settings.openai_api_key
        question = retrieved.question
        composer = Composer(
            answer,
            self._checker,
            lambda passages: self._conflict(question, passages),
            (key.get_secret_value(),) if key else (),
        )
        for state in composer.answers(writer.write(question, found)):
            refused = state.complete and state.grade == "refused" and writer.name != quoting.NAME
            yield self._with_extracts(state, answer, retrieved) if refused else state

    def _with_extracts(self, refused: Answer, blank: Answer, retrieved: Retrieved) -> Answer:
        """A model's refusal; with the archive's words where quoting takes them for an answer."""
        quoted = self.writer(quoting.NAME).write(retrieved.question, retrieved.found)
        drafts = [draft for draft in quoted if draft.quote or draft.grade]
        if all(draft.grade != "answered" for draft in drafts):
            return refused
        lead = next(at for at, draft in enumerate(drafts) if draft.quote)
        drafts[lead] = replace(drafts[lead], text=f"{MODEL_REFUSED}\n\n{drafts[lead].text}")
        *_, whole = Composer(blank, self._checker, lambda _: None).answers(drafts)
        return replace(whole, grade="near", short=None)

    def _conflict(self, question: Question, passages: Sequence[Passage]) -> Conflicting | None:
        """Different values that passages give for what is asked; quoting finds them by itself."""
        wanted = Wanted.of(question)
        if wanted is None or not wanted.disputable:
            return None
        words = self._word_embedder()
        judge = Judge.of(self.archive, question, WordVectors(words))
        return find_conflict(question, judge.rank(passages, load_reader()))

    def _checker(self) -> Support:
        if self._support is None:
            self._support = Support(self._word_embedder())
        return self._support

    def _word_embedder(self) -> Embedder:
        """The quoting default compares single words: always the static embedder's work."""
        if self._words is None:
            own = self.archive.embedder_name == StaticEmbedder.name
            self._words = self.archive.embedder if own else StaticEmbedder()
        return self._words


def _reranker(settings: Settings, given: object) -> Reranker | None:
    from assistant.retrieve.ranking import load_reranker, make_reranker

    if given is not None:
        return make_reranker(given)
    return load_reranker(settings.reranker) if settings.reranker else None


def _names(publishers: Sequence[str]) -> tuple[str, ...]:
    """A single name is one publisher, not a sequence of letters."""
    return (publishers,) if isinstance(publishers, str) else tuple(publishers)
