"""The floors under the understanding of questions. Raise them, never lower them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks import questions

# Read when this is imported: the settings of the machine are hidden from tests.
DATA = os.environ.get("DATELINE_DATA")

EXACT = 0.93  # of the 233 rows with a gold set; GPT-3.5: .931


def rows(name: str) -> questions.Questions:
    found = Path(DATA or "", name, questions.FILE)
    if not DATA or not found.is_file():
        pytest.skip(f"DATELINE_DATA names no folder with {name}/{questions.FILE}")
    return questions.read(found)


def test_publishers_are_found_and_none_is_invented() -> None:
    asked = rows("multihop-questions")
    assert sum(bool(row["publishers"]) for row in asked) == 233
    found = questions.sources(asked, questions.dateline(questions.known_outlets(asked)))
    assert found.gold >= EXACT
    assert found.named == 1.0
    assert found.invented == 0


@pytest.mark.parametrize("name", ["multihop-questions", "realtimeqa"])
def test_no_time_is_read_where_no_word_is_of_time(name: str) -> None:
    asked = rows(name)
    assert any(map(questions.has_period, asked))
    assert list(questions.false_periods(asked)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Cnbc | World Business News Leader", "CNBC's report"),
        ("FOX News - Health", "according to Fox News"),
        ("CBSSports.com", "the CBS Sports article"),
        ("The Verge", "as Verge says"),
    ],
)
def test_a_name_is_seen_in_its_forms(name: str, text: str) -> None:
    assert questions.is_named(name, text)


@pytest.mark.parametrize(("name", "text"), [("The Age", "at that age"), ("Wired", "rewired")])
def test_a_word_is_not_taken_for_a_name(name: str, text: str) -> None:
    assert not questions.is_named(name, text)
