"""The assistant: a question in, an answer with exact quotes out. The whole story is `_chain`."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from assistant import quoting
from assistant.citations import Citer
from assistant.history import History, turns_of
from assistant.notes import corrected, left_out, scope_notes
from assistant.question import Question, Turn, checked, understand
from assistant.results import NEAR, REFUSAL, Answer, Found, Passage, attribution
from assistant.retrieval import Clock, Finder, checked_names, local_now
from assistant.writing import Draft, Writer
from ingest.archive import Archive
from ingest.embed import Embedder, StaticEmbedder
from ingest.errors import ModelError
from ingest.filters import Filters, make_filters
from ingest.settings import Settings, load_settings

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from assistant.reranking import Reranker
    from assistant.retriever import ArchiveRetriever

PASSAGES = 8  # given to the writer
MOST_NEAR = 3  # articles shown with a refusal


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

    @classmethod
    def open(cls, archive: str | Path | None = None, settings: Settings | None = None) -> Assistant:
        """Own an archive and answer from it; use `with`, or call `close`.

        Raises:
            ArchiveError: there is none at that place, it is in use, or it cannot be used.
            SettingError: a setting or a prompt cannot be used.
        """
        return cls(Archive.open(settings or load_settings(archive)))

    def ask(self, question: str, **options: Any) -> Answer:
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
                "without", "author", "kind", "phrase" or "all".
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
        asked = self._finder.place(understand(checked(question)), filters, ignore)
        return self._finder.find(asked, filters, max(1, k))

    def retriever(self, **options: Any) -> ArchiveRetriever:
        """A LangChain retriever over the archive; options: `k` and those of `search`."""
        from assistant.retriever import ArchiveRetriever

        return ArchiveRetriever(assistant=self, **options)

    def writer(self, model: str | None = None) -> Writer:
        """What writes the answers: the model of that name, or the settings'."""
        if model is None and self._writer is not None:
            return self._writer
        from assistant.model import default_model, load_writer

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
            question = self._finder.place(alone, asked.filters, asked.ignore)
            return Retrieved(asked, question, self._finder.find(question, asked.filters, PASSAGES))

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
            refused=False,
            filters=found.filters,
            citations=(),
            model=writer.name,
            notes=scope_notes(found) + left_out(self.archive, found.filters),
            complete=False,
            passages=found.passages,
            understood=found.understood,
            relaxed=found.relaxed,
        )
        if not found.passages:
            yield _refusal(answer)
            return
        yield from _cited(answer, writer.write(retrieved.question, found))

    def _word_embedder(self) -> Embedder:
        """The quoting default compares single words: always the static embedder's work."""
        if self._words is None:
            own = self.archive.embedder_name == StaticEmbedder.name
            self._words = self.archive.embedder if own else StaticEmbedder()
        return self._words


def _cited(answer: Answer, drafts: Iterable[Draft]) -> Iterator[Answer]:
    """The growing answer with its marks turned into citations."""
    citer = Citer(answer.passages)
    quoted, raw, cut = "", "", None
    for draft in drafts:
        if draft.quote is None:
            raw += draft.text
        else:
            quoted += f"{draft.text}[{citer.cite(draft.quote).number}]"
        cut = draft.cut or cut
        yield replace(answer, text=quoted + citer.render(raw), citations=citer.citations)
    text = quoted + citer.render(raw, final=True)
    if not text:
        raise ModelError(f"The model {answer.model} gave no usable answer. Ask again.")
    if is_refusal(text) or (not citer.citations and is_refusal(text[: len(REFUSAL) + 4])):
        yield _refusal(answer)
        return
    notes = [*answer.notes, *corrected(answer.passages, citer.citations)]
    if cut:
        notes.append(f"Incomplete: {cut}")
    elif not citer.citations:
        notes.append("No source is cited: nothing in this answer was checked.")
    yield replace(
        answer, text=text, citations=citer.citations, notes=tuple(notes), complete=not cut
    )


def is_refusal(text: str) -> bool:
    """Whether a text is the refusal, give or take quotation and emphasis marks and letter case."""
    return text.strip(" \n\t\"'“”.*_").casefold() == REFUSAL.rstrip(".").casefold()


def _refusal(answer: Answer) -> Answer:
    near: dict[str, Passage] = {}
    for passage in answer.passages:
        near.setdefault(passage.article_id, passage)
    nearest = tuple(near.values())[:MOST_NEAR]
    notes = tuple(
        f"{NEAR} “{passage.title}” ({attribution(passage.article)})" for passage in nearest
    )
    return replace(
        answer,
        text=REFUSAL,
        refused=True,
        citations=(),
        notes=answer.notes + notes,
        complete=True,
        near=nearest,
    )


def _reranker(settings: Settings, given: object) -> Reranker | None:
    from assistant.reranking import load_reranker, make_reranker

    if given is not None:
        return make_reranker(given)
    return load_reranker(settings.reranker) if settings.reranker else None


def _names(publishers: Sequence[str]) -> tuple[str, ...]:
    """A single name is one publisher, not a sequence of letters."""
    return (publishers,) if isinstance(publishers, str) else tuple(publishers)
