"""From a writer's drafts to the answer: marks become citations, sentences are checked, notes are
added. While it grows, every state of it could be shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant.citing import Citer, Support, checked_statements, marked
from assistant.citing.safe import harmless
from assistant.citing.support import CitedWords
from assistant.notes import closing_notes
from assistant.quoting.telling import differing
from assistant.reading.conflicts import Conflicting
from assistant.results import (
    NEAR,
    REFUSAL,
    Answer,
    Citation,
    Conflict,
    Entry,
    Grade,
    Passage,
    Relation,
    Statement,
    Value,
    attribution,
)
from assistant.writing import Draft, Quote
from ingest.errors import ModelError
from ingest.redact import redact

MOST_NEAR = 3  # articles shown with a refusal
_MARKS = re.compile(r"\s*\[\d+\]")
_SURELY, _PERHAPS = 12, 6  # characters of a secret that is no word; with a figure in it


@dataclass
class Composer:
    """Puts one answer together.

    Args:
        blank: the answer before anything was written, with the passages it may cite.
        support: made when a sentence is to be checked; quotes need no check.
        conflict: finds different values among passages, where a model wrote the answer.
        secrets: what must not stand in an answer, whatever a model says.
    """

    blank: Answer
    support: Callable[[], Support]
    conflict: Callable[[Sequence[Passage]], Conflicting | None]
    secrets: Sequence[str] = ()
    _citer: Citer = field(init=False)
    _quoted: str = ""
    _raw: str = ""
    _cut: str | None = None
    _notes: list[str] = field(default_factory=list)
    _statements: list[Statement] = field(default_factory=list)
    _sure: float | None = None
    _grade: Grade = "answered"
    _short: str | None = None
    _relation: Relation | None = None
    _values: list[Value] = field(default_factory=list)
    _entries: list[Entry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._citer = Citer(self.blank.passages)

    def answers(self, drafts: Iterable[Draft]) -> Iterator[Answer]:
        """Growing answers; the last one is whole.

        Raises:
            ModelError: the writer gave nothing that can be used.
        """
        for draft in drafts:
            self._take(draft)
            if draft.text or draft.quote:
                text = self._quoted + self._shown(final=False)
                yield replace(self._graded, text=text, citations=self._citer.citations)
        yield self._whole()

    @property
    def _graded(self) -> Answer:
        return replace(self.blank, grade=self._grade, short=self._short, confidence=self._sure)

    def _take(self, draft: Draft) -> None:
        if draft.shown is not None:
            self._citer.passages = self.blank.passages[: draft.shown]
        if draft.quote is None:
            self._raw += draft.text
        else:
            start = len(self._quoted)
            citation = self._citer.cite(draft.quote)
            number = citation.number
            text = _around(draft.text, citation.quote)
            self._quoted += f"{text}[{number}]"
            start += len(text) - len(text.lstrip())
            said = Statement(start, len(self._quoted), (number,), "supported", 1.0)
            self._statements.append(said)
            if draft.value:
                self._value(draft.value, draft.quote)
            if draft.date:
                self._entries.append(Entry(draft.date, citation.quote, number))
        self._cut = draft.cut or self._cut
        self._relation = draft.relation or self._relation
        self._sure = draft.sure if draft.sure is not None else self._sure
        self._grade = draft.grade or self._grade
        self._short = draft.short or self._short
        if draft.note:
            self._notes.append(draft.note)

    def _shown(self, final: bool) -> str:
        """Without secrets, and without what may be the beginning of one while more may come."""
        text = self._citer.render(self._raw, final=final)
        secrets = [secret.strip() for secret in self.secrets if _is_no_word(secret.strip())]
        begun = 0 if final else max((_begun(text, secret) for secret in secrets), default=0)
        return redact(text[: len(text) - begun], secrets)

    def _whole(self) -> Answer:
        text = self._quoted + self._shown(final=True)
        citations = self._citer.citations
        if not text:
            raise ModelError(f"The model {self.blank.model} gave no usable answer. Ask again.")
        answer = self._graded
        if is_refusal(text) or (not citations and is_refusal(re.split(r"[.\n]", text)[0])):
            return refusal(answer, self._notes)
        statements = self._statements or list(checked_statements(text, citations, self._judged))
        text, placed = marked(text, statements)
        if citations and not self._statements:
            self._notes += self._differing()
            citations = self._citer.citations
        notes = [*answer.notes, *closing_notes(answer, citations, placed), *self._notes]
        if self._cut:
            notes.append(f"Incomplete: {self._cut}")
        return replace(
            answer, text=text, citations=citations, notes=tuple(notes), complete=not self._cut,
            statements=placed, timeline=tuple(self._entries),
            conflict=Conflict(self._relation, tuple(self._values)) if self._relation else None,
        )  # fmt: skip

    def _differing(self) -> list[str]:
        """The note that a model's sources give different values, each with its citation."""
        found = self.conflict(self._citer.passages)
        said = ""
        for draft in differing(found) if found else ():
            if draft.value and draft.quote:
                said += f"{draft.text}[{self._value(draft.value, draft.quote)}]"
                self._relation = draft.relation
        return [f"{said}."] if said else []

    def _value(self, value: str, quote: Quote) -> int:
        """Keeps a value of a conflict; the number of its citation."""
        cited = self._citer.cite(quote)
        self._values.append(Value(value, cited.number, cited.publisher, cited.published))
        return cited.number

    def _judged(self, claim: str, cited: Sequence[Citation]) -> float:
        articles = {passage.article_id: passage.article for passage in self.blank.passages}
        words = [CitedWords(articles[c.article_id], c.start, c.end) for c in cited]
        return self.support().of(claim, words)


def is_refusal(text: str) -> bool:
    """Whether a text is the refusal, give or take marks of quotation, emphasis or a passage."""
    said = _MARKS.sub("", text).strip(" \n\t\"'“”.*_")
    return said.casefold() == REFUSAL.rstrip(".").casefold()


def refusal(answer: Answer, notes: Sequence[str] = ()) -> Answer:
    """The answer that there is none, with the nearest articles."""
    near: dict[str, Passage] = {}
    for passage in answer.passages:
        near.setdefault(passage.article_id, passage)
    nearest = tuple(near.values())[:MOST_NEAR]
    named = (
        harmless(f"{NEAR} “{passage.title}” ({attribution(passage.article)})")
        for passage in nearest
    )
    return replace(
        answer, text=REFUSAL, grade="refused", short=None, citations=(),
        notes=(*answer.notes, *notes, *named), complete=True, near=nearest,
    )  # fmt: skip


def _around(text: str, quote: str) -> str:
    """A draft with all but its quote made harmless: a publisher's name may be hostile, too."""
    before, said, after = text.partition(quote)
    return f"{harmless(before)}{said}{harmless(after)}"


def _is_no_word(secret: str) -> bool:
    """A key such as "local", which servers without keys take, is left to the language."""
    return len(secret) >= (_PERHAPS if any(c.isdigit() for c in secret) else _SURELY)


def _begun(text: str, secret: str) -> int:
    """How many of the last characters are the first of a secret."""
    longest = min(len(text), len(secret) - 1)
    return next((n for n in range(longest, 0, -1) if text.endswith(secret[:n])), 0)
