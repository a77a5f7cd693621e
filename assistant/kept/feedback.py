"""What people thought of answers: thumbs with a reason, kept in the archive's catalog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timezone
from typing import Literal

from assistant.results import Result
from ingest.archive.database import Database
from ingest.archive.filters import make_filters

Rating = Literal["good", "bad"]
REASON = 2_000  # characters that are kept of a reason


@dataclass(frozen=True)
class Feedback:
    """A kept verdict. `given_at` is ISO 8601 in UTC; `user` is "" where nobody signs in."""

    id: int
    rating: Rating
    reason: str
    question: str
    answer: str
    model: str
    user: str
    given_at: str


@dataclass(frozen=True)
class Verdicts(Result):
    """The object of `dateline feedback --json`: verdicts, newest first."""

    feedback: tuple[Feedback, ...]

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def as_text(self) -> str:
        """Each verdict with its question, the reason given and what was answered."""
        from assistant.printing import wrapped

        blocks = []
        for each in self.feedback:
            by = f" by {each.user}" if each.user else ""
            lines = [f"{each.rating}, {each.given_at}{by}, answered by {each.model}"]
            facts = (("question", each.question), ("reason", each.reason), ("answer", each.answer))
            told = ((name, " ".join(value.split())) for name, value in facts)
            lines += [wrapped(value, f"{name:>9}  ") for name, value in told if value]
            blocks.append("\n".join(lines))
        return "\n\n".join(blocks) or "There is no feedback that fits."


@dataclass(frozen=True)
class FeedbackBook:
    """The verdicts of an archive. Safe to use from several threads."""

    catalog: Database

    def keep(
        self, rating: Rating, reason: str = "", *, question: str, answer: str, model: str,
        user: str = "", conversation: str | None = None, turn: int | None = None,
    ) -> None:  # fmt: skip
        """Keep a verdict on an answer, and in which conversation it stands; another one of the same
        user on the same turn takes its place."""
        names = "user, conversation, turn, rating, reason, question, answer, model, given_at"
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        reason = reason.strip()[:REASON]
        values = (user, conversation, turn, rating, reason, question, answer, model, now)
        with self.catalog.writing() as db:
            marks = ", ".join("?" * len(values))
            db.execute(f"INSERT OR REPLACE INTO feedback ({names}) VALUES ({marks})", values)

    def of(self, conversation: str) -> dict[int, tuple[str, str]]:
        """turn → (rating, the answer that it is about), of the verdicts in a conversation."""
        sql = "SELECT turn, rating, answer FROM feedback WHERE conversation = ? AND turn NOT NULL"
        rows = self.catalog.all(sql, conversation)
        return {row["turn"]: (row["rating"], row["answer"]) for row in rows}

    def all(self, rating: Rating | None = None, since: str | None = None) -> Iterator[Feedback]:
        """Verdicts, the newest first; `since` is a day or a time, ISO 8601.

        Raises:
            SettingError: `since` is no date.
        """
        lower = make_filters(since).lower
        start = datetime.fromtimestamp(lower or 0, timezone.utc).isoformat(timespec="seconds")
        columns = ", ".join(each.name for each in fields(Feedback))
        sql = f"""SELECT {columns} FROM feedback WHERE (?1 IS NULL OR rating = ?1)
                  AND given_at >= ?2 ORDER BY id DESC"""
        return (Feedback(**dict(row)) for row in self.catalog.all(sql, rating, start))
