"""Conversations as they are kept: what was asked, with which filters, and what was told, with its
sources as readers see them, each article once with all its quotes.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import cache
from typing import TYPE_CHECKING

from assistant.results import (
    Answer,
    Citation,
    Conflict,
    Passage,
    day_in_words,
    day_of,
    is_preferred,
    outlet,
)
from ingest.archive.database import Database
from ingest.errors import SettingError
from ingest.sentences import Span, sentences

if TYPE_CHECKING:
    from pydantic import TypeAdapter

AROUND = 240  # characters of the article shown on either side of a quote, to whole sentences


@dataclass(frozen=True)
class Piece:
    """Words of an article; a quote where `number` is its citation's, with the link that opens the
    original at these words, and `marked`, the part of the text that answers."""

    text: str
    number: int | None = None
    link: str | None = None
    marked: Span | None = None


@dataclass(frozen=True)
class Stretch:
    """A stretch of an article in pieces, whole sentences together; `opens`, `closes`: whether the
    article begins and ends with it."""

    pieces: tuple[Piece, ...]
    opens: bool = False
    closes: bool = False

    @property
    def quotes(self) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.number is not None)


@dataclass(frozen=True)
class Source:
    """An article that an answer quotes or, with a refusal, that is near."""

    article_id: str
    title: str
    url: str | None
    outlet: str | None
    day: str  # "16 July 2023", or "undated"
    byline: str | None
    place: str | None
    kind: str | None  # None for plain news
    also_in: tuple[str, ...]
    updated: str | None
    correction: str | None
    stretches: tuple[Stretch, ...]


def sources_of(answer: Answer) -> tuple[Source, ...]:
    """The articles that are cited, in the order of their first numbers; where none is and the
    answer is a refusal, those that are near."""
    if answer.refused and not answer.citations:
        return tuple(_source(passage, [_whole(passage)]) for passage in answer.near)
    passages: dict[str, Passage] = {}
    for passage in answer.passages:
        passages.setdefault(passage.article_id, passage)
    cited: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        cited.setdefault(citation.article_id, []).append(citation)
    return tuple(
        _source(passages[article_id], _stretches(passages[article_id].article.text, citations))
        for article_id, citations in cited.items()
        if article_id in passages
    )


def _source(passage: Passage, stretches: Iterable[Stretch]) -> Source:
    article = passage.article
    changed = article.updated and article.updated.iso != passage.published
    return Source(
        article_id=passage.article_id,
        title=article.title,
        url=article.url,
        outlet=outlet(article),
        day=day_in_words(article) or "undated",
        byline=article.byline,
        place=article.dateline,
        kind=article.kind if article.kind != "news" else None,
        also_in=passage.also_in,
        updated=day_of(article.updated) if article.updated and changed else None,
        correction=article.correction,
        stretches=tuple(stretches),
    )


def _whole(passage: Passage) -> Stretch:
    opens, closes = passage.start == 0, passage.end >= len(passage.article.text)
    return Stretch((Piece(passage.text),), opens, closes)


def _stretches(text: str, citations: Sequence[Citation]) -> Iterator[Stretch]:
    """The quotes within the sentences around them; what meets is one stretch."""
    bounds = [(start, end) for start, end in sentences(text)]
    ordered = sorted(citations, key=lambda each: (each.start, each.end))
    group: list[Citation] = []
    left = right = 0
    for citation in ordered:
        first, last = _around(bounds, citation)
        if group and first <= right:
            right = max(right, last)
        else:
            if group:
                yield _stretch(text, left, right, group)
            group, left, right = [], first, last
        group.append(citation)
    if group:
        yield _stretch(text, left, right, group)


def _around(bounds: Sequence[tuple[int, int]], citation: Citation) -> tuple[int, int]:
    near = [
        (left, right)
        for left, right in bounds
        if right > citation.start - AROUND and left < citation.end + AROUND
    ]
    first = min([citation.start, *(left for left, _ in near)])
    return first, max([citation.end, *(right for _, right in near)])


def _stretch(text: str, left: int, right: int, group: Sequence[Citation]) -> Stretch:
    pieces, position = [], left
    for citation in group:
        start = max(position, citation.start)  # of two quotes that overlap the first has the words
        pieces.append(Piece(text[position:start]))
        first, last = citation.marked or (start, start)
        marked = (first - start, last - start) if start <= first < last else None
        told = text[start : citation.end]
        pieces.append(Piece(told, citation.number, citation.link, marked))
        position = max(position, citation.end)
    pieces.append(Piece(text[position:right]))
    filled = tuple(piece for piece in pieces if piece.text or piece.number is not None)
    return Stretch(filled, left == 0, right >= len(text))


TITLE = 80  # characters of the first question that name a conversation
LISTED = 200  # conversations that are listed at once
KEPT = 500  # turns of a conversation that can be kept


@dataclass(frozen=True)
class Given:
    """The filters set by hand, as `Assistant.stream` takes them: days or times, names, and what not
    to read from the question."""

    since: str | None = None
    until: str | None = None
    as_of: str | None = None
    publishers: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True)
class Understood:
    """A filter that was read from the question: its name, its values, and the words it stood in;
    whether it is only preferred."""

    name: str
    values: tuple[str, ...]
    words: tuple[str, ...]
    preferred: bool = False


@dataclass(frozen=True)
class Told:
    """An answer as it is kept and shown: without the articles themselves. `timeline`: the dates of
    its events, each with the number of the citation that tells it."""

    text: str
    refused: bool
    complete: bool
    citations: tuple[Citation, ...]
    sources: tuple[Source, ...]
    notes: tuple[str, ...]
    understood: tuple[Understood, ...]
    model: str
    seconds: float
    as_of: str | None = None  # the moment in force, set by hand or named by the question
    short: str | None = None
    conflict: Conflict | None = None
    timeline: tuple[tuple[str, int], ...] = ()

    @staticmethod
    def of(answer: Answer) -> Told:
        """What is kept of an answer, whole or still growing."""
        understood = (
            Understood(f.name, f.values, f.words, is_preferred(f, answer.filters))
            for f in answer.understood
        )
        return Told(
            answer.text, answer.refused, answer.complete, answer.citations, sources_of(answer),
            answer.notes, tuple(understood), answer.model, answer.seconds, answer.as_of,
            answer.short, answer.conflict,
            tuple((event.date, event.citation) for event in answer.timeline),
        )  # fmt: skip


@dataclass(frozen=True)
class Turn:
    """One question and what came of it: an answer, an error in plain words, or nothing yet.
    `asked_at`: ISO 8601, UTC."""

    question: str
    given: Given = Given()
    told: Told | None = None
    error: str | None = None
    suggestions: tuple[str, ...] = ()
    asked_at: str = ""


@dataclass(frozen=True)
class Entry:
    """A conversation as it is listed. `changed_at`: ISO 8601, UTC."""

    id: str
    title: str
    changed_at: str


@dataclass(frozen=True)
class Conversation:
    """A conversation with its turns, oldest first. `id` is "" until it is kept."""

    id: str = ""
    title: str = ""
    turns: tuple[Turn, ...] = ()

    def history(self) -> list[tuple[str, str]]:
        """The turns as `Assistant.stream` takes them."""
        said: list[tuple[str, str]] = []
        for turn in self.turns:
            said.append(("user", turn.question))
            if turn.told and turn.told.text:
                said.append(("assistant", turn.told.text))
        return said

    def with_last(self, turn: Turn) -> Conversation:
        """With another last turn."""
        return replace(self, turns=(*self.turns[:-1], turn))

    def without_last(self) -> Conversation:
        return replace(self, turns=self.turns[:-1])


class Conversations:
    """The kept conversations of an archive's users. Safe to use from several threads.

    Nobody reaches another user's: a foreign id is as good as none.
    """

    def __init__(self, catalog: Database) -> None:
        self._catalog = catalog

    def listed(self, user: str, search: str = "") -> list[Entry]:
        """A user's conversations, the last changed first; those whose title or questions hold all
        words of `search`."""
        sql = """SELECT id, title, changed_at, (SELECT group_concat(question, ' ') FROM turns
                 WHERE conversation = c.id) AS asked FROM conversations c WHERE user = ?
                 ORDER BY changed_at DESC, id"""
        words = search.casefold().split()  # SQLite folds ASCII letters only
        found = []
        for row in self._catalog.all(sql, user):
            told = f"{row['title']} {row['asked'] or ''}".casefold()
            if all(word in told for word in words):
                found.append(Entry(row["id"], row["title"], row["changed_at"]))
        return found[:LISTED]

    def get(self, user: str, conversation: str) -> Conversation | None:
        """A conversation of that user, with its turns."""
        sql = "SELECT title FROM conversations WHERE id = ? AND user = ?"
        row = self._catalog.one(sql, conversation, user)
        if row is None:
            return None
        records = self._catalog.all(
            "SELECT record FROM turns WHERE conversation = ? ORDER BY number", conversation
        )
        return Conversation(conversation, row["title"], tuple(_turn(r["record"]) for r in records))

    def keep(self, user: str, conversation: Conversation) -> Conversation:
        """Keep the last turn, and the conversation where it is new; turns beyond it go.

        Raises:
            SettingError: it is another user's, or has more turns than can be kept.
        """
        if len(conversation.turns) > KEPT:
            raise SettingError(f"A conversation has at most {KEPT} turns. Start a new one.")
        kept = conversation if conversation.id else _begun(conversation)
        with self._catalog.writing() as db:
            first = 0 if _write_entry(db, user, kept) else len(kept.turns) - 1
            db.execute(
                "DELETE FROM turns WHERE conversation = ? AND number >= ?",
                (kept.id, len(kept.turns)),
            )
            for number, turn in list(enumerate(kept.turns))[max(0, first) :]:
                values = (kept.id, number, turn.question, _record(turn))
                db.execute("INSERT OR REPLACE INTO turns VALUES (?, ?, ?, ?)", values)
        return kept

    def rename(self, user: str, conversation: str, title: str) -> bool:
        """Give it another title; False where the user has no such conversation.

        Raises:
            SettingError: the title is empty.
        """
        if not (title := _line(title)):
            raise SettingError("A conversation needs a name. Give it at least one letter.")
        sql = "UPDATE conversations SET title = ? WHERE id = ? AND user = ?"
        return self._done(sql, title, conversation, user)

    def delete(self, user: str, conversation: str) -> bool:
        """Delete it for good; False where the user has no such conversation."""
        return self._done("DELETE FROM conversations WHERE id = ? AND user = ?", conversation, user)

    def _done(self, sql: str, *values: object) -> bool:
        with self._catalog.writing() as db:
            return db.execute(sql, values).rowcount > 0


def _write_entry(db: sqlite3.Connection, user: str, kept: Conversation) -> bool:
    """Whether it is a new one, or one that was deleted meanwhile."""
    now = datetime.now(timezone.utc).isoformat(timespec="microseconds")
    owner = db.execute("SELECT user FROM conversations WHERE id = ?", (kept.id,)).fetchone()
    if owner is None:
        values = (kept.id, user, kept.title, now)
        db.execute("INSERT INTO conversations VALUES (?, ?, ?, ?)", values)
    elif owner["user"] != user:
        raise SettingError("This conversation is not yours. Start a new one.")
    else:
        db.execute("UPDATE conversations SET changed_at = ? WHERE id = ?", (now, kept.id))
    return owner is None


def _begun(conversation: Conversation) -> Conversation:
    first = next(iter(conversation.turns), Turn(""))
    title = _line(first.question) or "Conversation"
    return replace(conversation, id=secrets.token_urlsafe(12), title=title)


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TITLE else f"{line[: TITLE - 1].rstrip()}…"


def _record(turn: Turn) -> str:
    return _adapter().dump_json(turn).decode()


def _turn(record: str) -> Turn:
    turn: Turn = _adapter().validate_json(record)
    return turn


@cache
def _adapter() -> TypeAdapter[Turn]:
    from pydantic import TypeAdapter

    return TypeAdapter(Turn)
