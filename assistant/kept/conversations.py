"""Conversations as they are kept: what was asked, with which filters, and what was told."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

from pydantic import TypeAdapter

from assistant.kept.told import Format, Told, formatted, literal
from ingest.archive.database import Database
from ingest.errors import SettingError

TITLE = 80  # characters of the first question that name a conversation
LISTED = 200  # conversations that are listed at once
KEPT = 500  # turns of a conversation that can be kept


@dataclass(frozen=True)
class Given:
    """What is set by hand, as `Assistant.stream` takes it: days or times, names, what not to read
    from the question, who answers and how."""

    since: str | None = None
    until: str | None = None
    as_of: str | None = None
    publishers: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    model: str | None = None
    research: bool = False

    def without(self, name: str) -> Given:
        """Once a filter (`scope.NAMES` or "as_of") is not wanted: what is set by hand goes, else
        the question's is not read."""
        if parts := self._by_hand(name):
            none: dict[str, Any] = {each: getattr(Given(), each) for each in parts}
            return replace(self, **none)
        return replace(self, ignore=tuple(dict.fromkeys((*self.ignore, name))))

    def taken_over(self, name: str, told: Told | None) -> Given:
        """With what a question named set by hand, to be changed there, where nothing is."""
        if told is None or self._by_hand(name):
            return self
        if name == "as_of":
            return replace(self, as_of=told.as_of)
        named = next((each.values for each in told.understood if each.name == name), ())
        if name == "time" and named:
            since, until = (value[:10] or None for value in named)
            return replace(self, since=since, until=until)
        return replace(self, publishers=tuple(value for value in named if value))

    def _by_hand(self, name: str) -> list[str]:
        """The parts that stand for a filter and hold something."""
        parts = {"time": ("since", "until"), "publisher": ("publishers",), "as_of": ("as_of",)}
        return [part for part in parts.get(name, ()) if getattr(self, part)]


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


def conversation_text(conversation: Conversation, how: Format) -> str:
    """A whole conversation; headings are Markdown's where the format is."""
    plain = how == "plain"
    texts = [conversation.title if plain else f"# {literal(conversation.title)}"]
    for place, turn in enumerate(conversation.turns, start=1):
        asked = f"Q: {turn.question}" if plain else f"## {literal(turn.question)}"
        said = formatted(turn.told, how) if turn.told else turn.error or "(no answer)"
        text = f"{asked}\n\n{said}"
        if how == "footnotes":  # a document has one row of footnotes
            text = re.sub(r"\[\^(\d+)\]", rf"[^{place}-\1]", text)
        texts.append(text)
    return "\n\n".join(texts) + "\n"


@dataclass(frozen=True)
class Conversations:
    """The kept conversations of an archive's users. Safe to use from several threads.

    Nobody reaches another user's: a foreign id is as good as none.
    """

    catalog: Database

    def listed(self, user: str, search: str = "") -> list[Entry]:
        """A user's conversations, the last changed first; those whose title or questions hold all
        words of `search`."""
        sql = """SELECT id, title, changed_at, (SELECT group_concat(question, ' ') FROM turns
                 WHERE conversation = c.id) AS asked FROM conversations c WHERE user = ?
                 ORDER BY changed_at DESC, id"""
        words = search.casefold().split()  # SQLite folds ASCII letters only
        found = []
        for row in self.catalog.all(sql, user):
            told = f"{row['title']} {row['asked'] or ''}".casefold()
            if all(word in told for word in words):
                found.append(Entry(row["id"], row["title"], row["changed_at"]))
        return found[:LISTED]

    def get(self, user: str, conversation: str) -> Conversation | None:
        """A conversation of that user, with its turns."""
        sql = "SELECT title FROM conversations WHERE id = ? AND user = ?"
        row = self.catalog.one(sql, conversation, user)
        if row is None:
            return None
        sql = "SELECT record FROM turns WHERE conversation = ? ORDER BY number"
        kept = self.catalog.all(sql, conversation)
        turns = tuple(_TURN.validate_json(each["record"]) for each in kept)
        return Conversation(conversation, row["title"], turns)

    def keep(self, user: str, conversation: Conversation) -> Conversation:
        """Keep the last turn, and the conversation where it is new; turns beyond it go.

        Raises:
            SettingError: it is another user's, or has more turns than can be kept.
        """
        if len(conversation.turns) > KEPT:
            raise SettingError(f"A conversation has at most {KEPT} turns. Start a new one.")
        kept = conversation
        if not kept.id:
            first = next(iter(kept.turns), Turn(""))
            title = _line(first.question) or "Conversation"
            kept = replace(kept, id=secrets.token_urlsafe(12), title=title)
        now = datetime.now(timezone.utc).isoformat(timespec="microseconds")
        with self.catalog.writing() as db:
            owner = db.execute("SELECT user FROM conversations WHERE id = ?", (kept.id,)).fetchone()
            if owner and owner["user"] != user:
                raise SettingError("This conversation is not yours. Start a new one.")
            sql = """INSERT INTO conversations VALUES (?, ?, ?, ?)
                     ON CONFLICT (id) DO UPDATE SET changed_at = excluded.changed_at"""
            db.execute(sql, (kept.id, user, kept.title, now))
            beyond = "DELETE FROM turns WHERE conversation = ? AND number >= ?"
            db.execute(beyond, (kept.id, len(kept.turns)))
            for number, turn in list(enumerate(kept.turns))[-1 if owner else 0 :]:
                record = _TURN.dump_json(turn).decode()
                sql = "INSERT OR REPLACE INTO turns VALUES (?, ?, ?, ?)"
                db.execute(sql, (kept.id, number, turn.question, record))
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
        with self.catalog.writing() as db:
            return db.execute(sql, values).rowcount > 0


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TITLE else f"{line[: TITLE - 1].rstrip()}…"


_TURN = TypeAdapter(Turn)
