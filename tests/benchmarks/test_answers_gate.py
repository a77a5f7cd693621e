"""The floors under answers and their checks. Raise them, never lower them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import answers, ingesting, questions, support
from ingest.archive.archive import Archive
from ingest.settings import Settings

# Read when this is imported: the settings of the machine are hidden from tests.
DATA = os.environ.get("DATELINE_DATA")

CONTAINED = 0.59  # of the answerable questions, with the answer's very words
WORDS = 60
FALSE_REFUSALS = 0.11
REFUSED = 0.79
BALANCED = 0.70  # accuracy of the support check on the half that it was not fitted on


def source(*parts: str) -> Path:
    found = Path(DATA or "", *parts)
    if not DATA or not found.is_file():
        pytest.skip(f"DATELINE_DATA names no folder with {'/'.join(parts)}")
    return found


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    articles = source("realtimeqa", "articles.jsonl.gz")
    folder = tmp_path_factory.mktemp("answers") / "archive"
    ingesting.table(articles, folder)
    with Archive.open(Settings(archive=folder, _env_file=None)) as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_answers_are_found_and_what_cannot_be_known_is_refused(archive: Archive) -> None:
    asked = answers.ask(archive, questions.read(source("realtimeqa", questions.FILE)))
    assert len(asked.gold) == 105
    assert asked.contained >= CONTAINED
    assert asked.words <= WORDS
    assert asked.false_refusals <= FALSE_REFUSALS
    assert asked.refused >= REFUSED


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_every_quote_is_the_stored_text(archive: Archive) -> None:
    given, quotes, wrong = answers.inexact(
        archive, questions.read(source("realtimeqa", questions.FILE))
    )
    assert given >= 2000
    assert quotes > given
    assert wrong == 0


def test_the_support_check_agrees_with_people() -> None:
    rows = support.read(source("faithfulness", support.FILE))
    score = support.scorer()
    at = support.threshold(score, rows[::2])
    assert support.balanced(score, rows[1::2], at) >= BALANCED


def test_a_higher_threshold_refuses_no_less() -> None:
    blank = {"question": "", "standalone": "", "text": "", "filters": None, "citations": ()}
    given = [
        answers.Answer(**blank, model="m", confidence=sure)  # type: ignore[arg-type]
        for sure in (0.2, 0.5, 0.9, None)
    ]
    asked = answers.Asked([(["x"], answer) for answer in given], given)
    rows = answers.curve(asked, (0.1, 0.4, 0.95))
    assert [row[1] for row in rows] == [0.25, 0.5, 1.0]
    assert [row[1:] for row in rows] == [(row[2], row[1]) for row in rows]
