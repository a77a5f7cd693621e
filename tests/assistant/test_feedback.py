from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.kept.feedback import REASON, FeedbackBook, Judged, Verdicts
from ingest.archive.catalog import Catalog
from ingest.errors import SettingError

ANSWER = Judged("Which port?", "Qingdao [1].", "quoting", "c1", 0)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[FeedbackBook]:
    catalog = Catalog(tmp_path / "catalog.sqlite3")
    yield FeedbackBook(catalog)
    catalog.close()


def test_a_verdict_is_kept_with_its_answer(book: FeedbackBook) -> None:
    book.keep(ANSWER, "bad", "  The port is wrong. ", "jo")
    (kept,) = book.all()
    assert Verdicts((kept,)).as_json() == {"feedback": ({
        "id": kept.id, "rating": "bad", "reason": "The port is wrong.", "question": "Which port?",
        "answer": "Qingdao [1].", "model": "quoting", "user": "jo", "given_at": kept.given_at,
    },)}  # fmt: skip
    assert kept.given_at.endswith("+00:00")


def test_a_second_verdict_on_the_same_turn_takes_the_first_ones_place(book: FeedbackBook) -> None:
    book.keep(ANSWER, "bad", "wrong", "jo")
    book.keep(ANSWER, "good", "", "jo")
    book.keep(ANSWER, "bad", "", "mo")
    assert [(each.user, each.rating) for each in book.all()] == [("mo", "bad"), ("jo", "good")]


def test_the_verdicts_of_a_conversation_name_turn_and_answer(book: FeedbackBook) -> None:
    book.keep(ANSWER, "bad")
    book.keep(Judged("How many?", "Two [1].", "quoting", "c1", 3), "good")
    book.keep(Judged("Why?", "Because.", "quoting", "c2", 1), "good")
    book.keep(Judged("Q?", "A.", "quoting"), "good")
    assert book.of("c1") == {0: ("bad", "Qingdao [1]."), 3: ("good", "Two [1].")}
    assert book.of("c3") == {}


def test_verdicts_without_a_conversation_are_all_kept(book: FeedbackBook) -> None:
    for _ in range(2):
        book.keep(Judged("Q?", "A.", "quoting"), "good")
    assert len(list(book.all())) == 2


def test_they_can_be_narrowed(book: FeedbackBook) -> None:
    book.keep(ANSWER, "bad", user="jo")
    book.keep(ANSWER, "good", user="mo")
    assert [each.rating for each in book.all("good")] == ["good"]
    assert not list(book.all(since="2999-01-01"))
    assert len(list(book.all(since="2000-01-01"))) == 2


def test_a_reason_has_an_end(book: FeedbackBook) -> None:
    book.keep(ANSWER, "bad", "x" * (REASON + 5))
    assert len(next(book.all()).reason) == REASON


@pytest.mark.parametrize(("rating", "since"), [("fine", None), (None, "yesterday")])
def test_what_cannot_be_used_is_said(
    book: FeedbackBook, rating: str | None, since: str | None
) -> None:
    with pytest.raises(SettingError):
        list(book.all(rating, since))
