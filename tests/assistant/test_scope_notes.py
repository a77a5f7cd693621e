"""What is said of the filters that a question named: notes and JSON, in scripts and the shell."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Assistant
from assistant.cite.composer import scope_notes
from assistant.question.scope import Finding
from assistant.results import Found
from ingest.archive.archive import Archive
from ingest.archive.filters import Filters
from ingest.article import Article
from ingest.settings import Settings
from tests.shell import dateline

NOW = datetime(2023, 7, 19, 12, tzinfo=timezone.utc)
LISTS = ("publishers", "without", "authors", "kinds", "phrases")


def articles(make_article: Callable[..., Article]) -> list[Article]:
    return [
        make_article("Pier falls", "The pier fell in the storm on Tuesday. Nobody was hurt.", publisher="Tide Post", published="2023-07-18"),
        make_article("Ferry sinks", "The ferry sank off the pier, and nobody will sail her again.", publisher="Harbour Gazette", published="2023-05-03", authors=("Jane Doe",)),
        make_article("The dam must go", "The dam must go, for it leaks.", publisher="Tide Post", published="2022-01-10", kind="opinion", authors=("Jo Roe",)),
        make_article("Bell tolls", "The bell tolled.", publisher="Gull Bay News"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def assistant(read_only: Callable[..., Archive], make_article: Callable[..., Article]) -> Assistant:
    return Assistant(read_only(articles(make_article)), clock=lambda: NOW)


# Said of the sources once they are cited, whatever was searched.
OF_SOURCES = ("The newest source is of", "1 source has no date", "[1] is opinion, not news")


def said(answer: Answer) -> str:
    return "\n".join(note for note in answer.notes if not note.startswith("Not an answer"))


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("Who was hurt when the pier fell yesterday?", "Preferred as the question says: published from 2023-07-18 to 2023-07-18 (“yesterday”)."),
        ("What happened yesterday?", "Searched as the question says: published from 2023-07-18 to 2023-07-18 (“yesterday”)."),
        ("What has sunk since May 2023?", "Preferred as the question says: published from 2023-05-01 (“since May 2023”)."),
        ("What did the Tide Post report on the pier?", "Searched as the question says: by “Tide Post”."),
        ("Which outlets other than the Tide Post reported on the pier?", "Searched as the question says: not by “Tide Post”."),
        ("Which articles by Jane Doe mention the ferry?", "Preferred as the question says: written by “Jane Doe”."),
        ("Which op-eds tell of the dam?", "Preferred as the question says: kind “opinion”."),
        ("What “must go”?", "Preferred as the question says: with the words “must go”."),
        ("What did the Tide Post report on the pier yesterday?", "Searched as the question says: by “Tide Post”.\nPreferred as the question says: published from 2023-07-18 to 2023-07-18 (“yesterday”)."),
        ("What did Le Monde say of the pier?", "The archive holds nothing by Le Monde."),
        ("What did Le Monde and the Tide Post say of the pier?", "Searched as the question says: by “Tide Post”.\nThe archive holds nothing by Le Monde."),
        ("What did the Gull Bay News say of the bell yesterday?", "Searched as the question says: by “Gull Bay News”.\nNothing fits “yesterday” here: the time was not kept to."),
        ("Who said “no more eels” of the pier?", "Nothing fits “no more eels” here: the wording was not kept to."),
        ("Any live updates on the pier?", "Nothing fits “live updates” here: the kind of article was not kept to."),
        ("Why did the pier fall?", ""),
    ],
)  # fmt: skip
def test_an_answer_says_how_the_question_was_searched(
    assistant: Assistant, question: str, note: str
) -> None:
    notes = said(assistant.ask(question)).split("\n")
    scope = [line for line in notes if "left out" not in line and not line.startswith(OF_SOURCES)]
    assert "\n".join(scope) == note
    of_sources = [line.startswith(OF_SOURCES) for line in notes]
    assert of_sources == sorted(of_sources)  # they come after those of the search
    assert scope_notes(assistant.search(question)) == tuple(note.split("\n") if note else ())


def test_notes_name_all_of_a_filters_values() -> None:
    sources = Finding("publisher", ("A", "B"), ("A and B",), missing=("C", "D"))
    found = Found("?", Filters(), (), understood=(sources,))
    assert scope_notes(found) == (
        "Searched as the question says: by “A”, “B”.",
        "The archive holds nothing by C.",
        "The archive holds nothing by D.",
    )


def test_filters_in_the_json_are_those_in_force(assistant: Assistant) -> None:
    question = "What did the Tide Post and Le Monde report on the pier yesterday?"
    for told in (assistant.ask(question).as_json(), assistant.search(question).as_json()):
        assert told["filters"] == {
            "since": None, "until": None, "as_of": None,
            "publishers": ["Tide Post"], "without": [], "authors": [], "kinds": [], "phrases": [],
            "understood": {"publisher": ["the Tide Post and Le Monde"], "time": ["yesterday"]},
            "preferred": {"time": ["2023-07-18", "2023-07-18"]}, "relaxed": {},
        }  # fmt: skip


def test_what_was_relaxed_is_in_the_json_and_not_in_force(assistant: Assistant) -> None:
    told: Any = assistant.search("What did the Gull Bay News say of “eels” yesterday?").as_json()
    assert told["filters"]["publishers"] == ["Gull Bay News"]
    assert (told["filters"]["since"], told["filters"]["phrases"]) == (None, [])
    assert told["filters"]["relaxed"] == {"time": ["yesterday"], "phrase": ["eels"]}


def test_all_phrases_are_in_the_json(assistant: Assistant) -> None:
    told: Any = assistant.search("Who said the dam “must go”, and that it “leaks”?").as_json()
    assert told["filters"]["understood"] == {"phrase": ["must go", "leaks"]}


def test_lists_hold_what_the_question_names(assistant: Assistant) -> None:
    text = "Which op-ed by Jo Roe says the dam “must go”, other than in the Harbour Gazette?"
    told: Any = assistant.search(text).as_json()
    assert told["filters"]["preferred"] == {
        "author": ["Jo Roe"], "kind": ["opinion"], "phrase": ["must go"],
    }  # fmt: skip
    json.dumps(told)
    assert assistant.search(text).passages[0].title == "The dam must go"


def test_what_is_ignored_is_neither_understood_nor_relaxed(assistant: Assistant) -> None:
    question = "What did the Gull Bay News say of “eels” yesterday?"
    for ignore in (["all"], ["time", "phrase", "publisher"]):
        answer = assistant.ask(question, ignore=ignore)
        assert (answer.understood, answer.relaxed) == ((), ())
        assert "Searched as" not in said(answer) and "kept to" not in said(answer)


def test_streaming_says_the_filters_from_the_first_piece_on(assistant: Assistant) -> None:
    pieces = list(assistant.stream("Who was hurt when the pier fell yesterday?"))
    assert all(piece.notes[0].startswith("Preferred as the question says") for piece in pieces)


def test_a_retriever_ignores_what_it_is_told_to(assistant: Assistant) -> None:
    question = "What did the Tide Post report on the pier?"
    assert len(assistant.retriever().invoke(question)) == 2
    assert len(assistant.retriever(ignore=("publisher",)).invoke(question)) == 4


# The shell --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same articles in an archive with the embedder of the settings."""
    where = tmp_path_factory.mktemp("scope") / "archive"

    def make(title: str, text: str, **fields: Any) -> Article:
        from ingest.article import Moment

        day = fields.pop("published", None)
        moment = Moment(day, "metadata") if day else None
        return Article(f"k#{title}", "s", title, text, published=moment, **fields)

    with Archive.open(Settings(archive=where, _env_file=None), create=True) as archive:
        list(archive.add(articles(make)))
    return where


QUESTION = "What did the Tide Post report on the pier on 18 July 2023?"


@pytest.mark.parametrize(
    ("options", "understood", "passages"),
    [
        ([], {"publisher", "time"}, 2),
        (["--ignore", "time"], {"publisher"}, 2),
        (["--ignore", "time", "--ignore", "publisher"], set(), 4),
        (["--ignore", "all"], set(), 4),
        (["--publisher", "Gull Bay News", "--ignore", "time"], set(), 1),
    ],
)
def test_search_in_the_shell_ignores_what_it_is_told_to(
    folder: Path, options: list[str], understood: set[str], passages: int
) -> None:
    done = dateline("search", QUESTION, "--json", *options, "--archive", str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert set(found["filters"]["understood"]) == understood
    assert len(found["passages"]) == passages
    assert set(LISTS) < set(found["filters"])


def test_ask_in_the_shell_says_how_it_searched(folder: Path) -> None:
    done = dateline("ask", QUESTION, "--archive", str(folder))
    assert done.returncode == 0
    assert "· Searched as the question says: by “Tide Post”." in done.stdout
    assert "· Preferred as the question says: published from 2023-07-18" in done.stdout
    ignoring = dateline("ask", QUESTION, "--ignore", "all", "--archive", str(folder)).stdout
    assert "Searched as" not in ignoring and "Preferred as" not in ignoring


def test_an_unknown_filter_to_ignore_is_one_line_in_the_shell(folder: Path) -> None:
    for command in ("ask", "search"):
        done = dateline(command, QUESTION, "--ignore", "weather", "--archive", str(folder))
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1 and "'weather'" in done.stderr


def test_search_in_the_shell_says_how_it_searched(folder: Path) -> None:
    done = dateline("search", QUESTION, "--archive", str(folder))
    assert "1. Pier falls" in done.stdout
    assert "Searched as the question says" in done.stdout
