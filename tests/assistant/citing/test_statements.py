"""Which sentences an answer is made of, what each cites, and where a remark on it goes."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cite.support import NO_SOURCE, NOT_FOUND, checked_statements, sourced
from assistant.results import Citation

WORDS = {"not found": NOT_FOUND, "uncited": NO_SOURCE, "supported": ""}


def citation(number: int) -> Citation:
    return Citation(number, f"a{number}", "T", "P", None, None, None, "q", 0, 1, None)


KNOWN = [citation(number) for number in range(1, 5)]


class Judge:
    """Finds unsupported what says "wrong"; notes all that it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[int, ...]]] = []

    def __call__(self, claim: str, cited: Sequence[Citation]) -> float:
        self.asked.append((claim, tuple(c.number for c in cited)))
        return 0.2 if "wrong" in claim else 0.9


def told(text: str) -> list[tuple[str, tuple[int, ...]]]:
    """The statements with what each cites."""
    return [(text[s.start : s.end], s.citations) for s in checked_statements(text, KNOWN, Judge())]


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("The dam broke on Monday [1].", [("The dam broke on Monday [1].", (1,))]),
        ("The dam broke on Monday. [1]", [("The dam broke on Monday. [1]", (1,))]),
        ("The dam broke. [1] The wall held. [2]", [("The dam broke. [1]", (1,)), ("The wall held. [2]", (2,))]),
        ("The dam broke. [1][2]. The wall held [3].", [("The dam broke. [1][2].", (1, 2)), ("The wall held [3].", (3,))]),
        ("The dam [1] and the wall [2] broke.", [("The dam [1] and the wall [2] broke.", (1, 2))]),
        ("The dam broke [2] [1] [2].", [("The dam broke [2] [1] [2].", (2, 1))]),
        ("The dam broke [1]\nThe wall held [2]", [("The dam broke [1]", (1,)), ("The wall held [2]", (2,))]),
        ("“The dam broke,” he said. “It was old.” [1]", [("“The dam broke,” he said.", ()), ("“It was old.” [1]", (1,))]),
        ("Gen. Lee met Mr. Doe at 5 p.m. in Washington, D.C. on Monday [1]. It rained [2].", [("Gen. Lee met Mr. Doe at 5 p.m. in Washington, D.C. on Monday [1].", (1,)), ("It rained [2].", (2,))]),
        ("It cost $3.5m, or 2.5 per cent [1]!", [("It cost $3.5m, or 2.5 per cent [1]!", (1,))]),
        ("Two things are known:\n- The dam broke [1].\n- The wall held [2].", [("- The dam broke [1].", (1,)), ("- The wall held [2].", (2,))]),
        ("1. The dam broke [1].\n2. The wall held [2].", [("The dam broke [1].", (1,)), ("The wall held [2].", (2,))]),
        ("Yes. The dam broke on Monday [1].", [("The dam broke on Monday [1].", (1,))]),
        ("In short: the reports say this:\nThe dam broke [1].", [("The dam broke [1].", (1,))]),
        ("What broke the old dam? The rain did [1].", [("The rain did [1].", (1,))]),
        ("Nobody knows why the dam broke.", [("Nobody knows why the dam broke.", ())]),
        ("Qingdao [1].", [("Qingdao [1].", (1,))]),
        ("The dam broke on Monday [9].", [("The dam broke on Monday [9].", ())]),
        ("The dam broke on Monday [9] [2].", [("The dam broke on Monday [9] [2].", (2,))]),
        ("[1] The dam broke on Monday.", [("[1] The dam broke on Monday.", (1,))]),
        ("", []),
        ("  \n ", []),
    ],
)  # fmt: skip
def test_each_sentence_is_a_statement_with_its_own_marks(
    text: str, statements: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert told(text) == statements


def test_the_judge_sees_the_claim_without_marks_and_all_that_it_cites() -> None:
    judge = Judge()
    checked_statements("The dam [2] broke  [1]. It rained on and on.", KNOWN, judge)
    assert judge.asked == [("The dam broke.", (2, 1))]


@pytest.mark.parametrize(
    ("text", "standing", "support"),
    [
        ("The dam broke [1].", "supported", 0.9),
        ("The dam is wrong [1].", "not found", 0.2),
        ("The dam broke on Monday.", "uncited", 0.0),
    ],
)
def test_what_stands_behind_a_statement(text: str, standing: str, support: float) -> None:
    (statement,) = checked_statements(text, KNOWN, Judge())
    assert (statement.standing, statement.support) == (standing, support)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The dam broke [1].", "The dam broke [1]."),
        ("All of it is wrong [1].", f"All of it is wrong [1]. {NOT_FOUND}"),
        ("It is wrong. [1] It rained [2].", f"It is wrong. [1] {NOT_FOUND} It rained [2]."),
        ("Yes. The dam broke on Monday.", f"Yes. The dam broke on Monday. {NO_SOURCE}"),
        ("It is wrong [1]\nThe dam broke on Monday", f"It is wrong [1] {NOT_FOUND}\nThe dam broke on Monday {NO_SOURCE}"),
    ],
)  # fmt: skip
def test_what_is_not_held_is_marked_right_behind_it(text: str, shown: str) -> None:
    assert sourced(text, checked_statements(text, KNOWN, Judge()), lambda _: None)[0] == shown


_PIECES = st.sampled_from(
    ["The dam broke", "it is wrong", "Gen. Lee", " and ", " [1]", "[2]", " [7]", ".", "!", "?",
     ":", ";", ",", " ", "\n", "\n- ", "“", "”", "Yes", "It rained on and on", "…", "3.5", "港口。"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_statements_follow_each_other_and_move_with_the_remarks(text: str) -> None:
    statements = checked_statements(text, KNOWN, Judge())
    ends = [end for each in statements for end in (each.start, each.end)]
    assert ends == sorted(ends) and all(0 <= end <= len(text) for end in ends)
    shown, moved = sourced(text, statements, lambda _: None)
    assert len(moved) == len(statements)
    for before, after in zip(statements, moved, strict=True):
        word = WORDS[after.standing]
        piece = shown[after.start : after.end]
        assert (
            piece.endswith(word)
            and piece.removesuffix(f" {word}" if word else "") == (text[before.start : before.end])
        )
        assert (before.citations, before.support) == (after.citations, after.support)
    assert re.sub(f" {re.escape(NOT_FOUND)}| {re.escape(NO_SOURCE)}", "", shown) == text


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_every_known_mark_is_in_a_statement(text: str) -> None:
    statements = checked_statements(text, KNOWN, Judge())
    inside = "".join(text[each.start : each.end] for each in statements)
    assert re.findall(r"\[[1-4]\]", inside) == re.findall(r"\[[1-4]\]", text)
