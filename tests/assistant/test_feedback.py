from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.kept.feedback import REASON, FeedbackBook, Verdicts
from ingest.archive.catalog import Catalog
from ingest.errors import SettingError

ANSWER: dict[str, Any] = {
    "question": "Which port?", "answer": "Qingdao [1].", "model": "quoting",
    "conversation": "c1", "turn": 0,
}  # fmt: skip
ALONE: dict[str, Any] = {"question": "Q?", "answer": "A.", "model": "quoting"}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[FeedbackBook]:
    catalog = Catalog(tmp_path / "catalog.sqlite3")
    yield FeedbackBook(catalog)
    catalog.close()


def test_a_verdict_is_kept_with_its_answer(book: FeedbackBook) -> None:
    book.keep("bad", "  The port is wrong. ", **ANSWER, user="jo")
    (kept,) = book.all()
    assert Verdicts((kept,)).as_json() == {"feedback": ({
        "id": kept.id, "rating": "bad", "reason": "The port is wrong.", "question": "Which port?",
        "answer": "Qingdao [1].", "model": "quoting", "user": "jo", "given_at": kept.given_at,
    },)}  # fmt: skip
    assert kept.given_at.endswith("+00:00")


def test_a_second_verdict_on_the_same_turn_takes_the_first_ones_place(book: FeedbackBook) -> None:
    book.keep("bad", "wrong", **ANSWER, user="jo")
    book.keep("good", **ANSWER, user="jo")
    book.keep("bad", **ANSWER, user="mo")
    assert [(each.user, each.rating) for each in book.all()] == [("mo", "bad"), ("jo", "good")]


def test_the_verdicts_of_a_conversation_name_turn_and_answer(book: FeedbackBook) -> None:
    book.keep("bad", **ANSWER)
    book.keep("good", **{**ANSWER, "answer": "Two [1].", "turn": 3})
    book.keep("good", **{**ANSWER, "conversation": "c2"})
    book.keep("good", **ALONE)
    assert book.of("c1") == {0: ("bad", "Qingdao [1]."), 3: ("good", "Two [1].")}
    assert book.of("c3") == {}


def test_verdicts_without_a_conversation_are_all_kept(book: FeedbackBook) -> None:
    for _ in range(2):
        book.keep("good", **ALONE)
    assert len(list(book.all())) == 2


def test_they_can_be_narrowed(book: FeedbackBook) -> None:
    book.keep("bad", **ANSWER, user="jo")
    book.keep("good", **ANSWER, user="mo")
    assert [each.rating for each in book.all("good")] == ["good"]
    assert not list(book.all(since="2999-01-01"))
    assert len(list(book.all(since="2000-01-01"))) == 2


def test_a_reason_has_an_end(book: FeedbackBook) -> None:
    book.keep("bad", "x" * (REASON + 5), **ANSWER)
    assert len(next(book.all()).reason) == REASON


def test_what_cannot_be_used_is_said(book: FeedbackBook) -> None:
    with pytest.raises(SettingError):
        list(book.all(since="yesterday"))
