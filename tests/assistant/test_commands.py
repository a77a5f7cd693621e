"""What each command leaves behind: text or one JSON object, remarks, an exit code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant import commands
from assistant.answer import Assistant
from assistant.commands import Printed
from assistant.kept.feedback import FeedbackBook, Judged
from ingest.archive.archive import Archive
from ingest.archive.owner import Card
from ingest.archive.remote import Remote
from ingest.article import Article
from ingest.errors import ArchiveError, ArchiveInUseError, SettingError
from ingest.settings import Settings, load_settings
from tests.archives import copied

Make = Callable[..., Article]


@pytest.fixture
def piers(archive: Archive, make_article: Make) -> Archive:
    """An archive of two articles, one of which was changed."""
    told = [make_article("Pier 1", "Ship one came.", published="2023-07-16"),
            make_article("Pier 2", "Ship two came."),
            make_article("Pier 2", "Ship two came and left.")]  # fmt: skip
    list(archive.add(told))
    return archive


@pytest.fixture
def ids(piers: Archive) -> list[str]:
    return [stored.id for stored in piers.catalog.articles()]


def objects(printed: Printed) -> dict[str, list[dict[str, object]]]:
    assert printed.err == ""
    assert printed.out.endswith("}\n")
    found: dict[str, list[dict[str, object]]] = json.loads(printed.out)
    return found


def test_articles_are_listed(piers: Archive, ids: list[str]) -> None:
    lines = commands.list_articles(piers).out.splitlines()
    assert [line.split()[0] for line in lines] == ids
    rows = objects(commands.list_articles(piers, as_json=True))["articles"]
    assert [row["article_id"] for row in rows] == ids


def test_an_empty_archive_says_how_to_fill_it(archive: Archive) -> None:
    assert "dateline ingest" in commands.list_articles(archive).out


def test_an_article_is_shown_with_its_versions(piers: Archive, ids: list[str]) -> None:
    assert "Ship one came." in commands.show(piers, ids[0][:6]).out
    assert "came and left" in commands.show(piers, ids[1], versions=True).out
    shown = objects(commands.show(piers, ids[1], versions=True, as_json=True))
    assert [version["version"] for version in shown["versions"]] == [1, 2]
    assert "versions" not in objects(commands.show(piers, ids[1], as_json=True))


@pytest.mark.parametrize("given", ["", " ", "nosuch", "%", "a" * 100_000])
def test_an_id_that_is_none_is_an_error(given: str, piers: Archive) -> None:
    with pytest.raises(ArchiveError, match="no single article") as caught:
        commands.show(piers, given)
    assert len(str(caught.value)) < 200


def test_what_is_removed_and_what_is_not_there(piers: Archive, ids: list[str]) -> None:
    printed = commands.remove(piers, [ids[0], "nosuch", ids[0]])
    assert printed == Printed("1 removed.\n", "failed: nosuch: there is no such article\n", code=1)
    printed = commands.remove(piers, [ids[1]], as_json=True)
    assert (json.loads(printed.out), printed.code) == ({"removed": [ids[1]], "missing": []}, 0)


def test_a_short_id_is_not_removed_and_the_whole_one_is_told(
    piers: Archive, ids: list[str]
) -> None:
    done = commands.remove(piers, [ids[0][:-2]])
    assert done.code == 1 and ids[0] in done.err and "whole" in done.err
    assert piers.catalog.holds(ids[0])


def test_feedback_is_listed_newest_first(piers: Archive) -> None:
    book = FeedbackBook(piers.catalog)
    assert "no feedback" in commands.feedback(piers).out
    book.keep(Judged("Which ship?", "Ship one\n[1]", "quoting"), "good")
    book.keep(Judged("When?", "Monday", "m"), "bad", "It was Sunday", "zoë")
    rows = objects(commands.feedback(piers, as_json=True))["feedback"]
    assert [row["rating"] for row in rows] == ["bad", "good"]
    assert list(rows[0]) == ["id", "rating", "reason", "question", "answer", "model", "user",
                             "given_at"]  # fmt: skip
    text = commands.feedback(piers).out
    assert text.startswith("bad, ") and "by zoë" in text and "It was Sunday" in text
    assert "Which ship?" not in commands.feedback(piers, rating="bad").out
    assert objects(commands.feedback(piers, since="2999-01-01", as_json=True)) == {"feedback": []}
    with pytest.raises(SettingError, match="soon"):
        commands.feedback(piers, since="soon")


def test_an_open_archive_is_examined_where_it_is(piers: Archive) -> None:
    printed = commands.doctor(piers)
    assert printed.code == 0 and "2 of 2 sampled chunks found" in printed.out
    report = json.loads(commands.doctor(piers, as_json=True).out)
    assert report["healthy"] and not report["repaired"]


def test_damage_in_an_open_archive_is_exit_code_1(piers: Archive) -> None:
    piers.vectors.clear()
    printed = commands.doctor(piers)
    assert printed.code == 1 and "vector index: damaged" in printed.out


def test_an_open_archive_is_not_repaired(piers: Archive) -> None:
    with pytest.raises(ArchiveInUseError):
        commands.doctor(piers, repair=True)


@pytest.fixture
def sample(sample_archive: Archive) -> Assistant:
    return Assistant(sample_archive)


def test_a_question_is_answered_as_text_and_as_json(sample: Assistant) -> None:
    question = "Which port did the Chinese flotilla leave?"
    printed = commands.ask(sample, question)
    assert "[1] “A Chinese naval flotilla" in printed.out
    assert (printed.err, printed.code) == ("", 0)
    answer = json.loads(commands.ask(sample, question, as_json=True, as_of="2023-08-01").out)
    assert answer["as_of"] == "2023-08-01" and "Qingdao" in answer["answer"]


def test_passages_are_found_as_text_and_as_json(sample: Assistant) -> None:
    assert commands.search(sample, "flotilla", k=2).out.count("flotilla") >= 2
    assert len(json.loads(commands.search(sample, "flotilla", k=2, as_json=True).out)["passages"])


def test_commands_are_done_by_name(sample: Assistant) -> None:
    assert commands.run_open(sample, "list", {"as_json": False}).out.count("\n") == 62
    assert commands.run_open(sample, "search", {"question": "flotilla"}).code == 0
    assert {"ask", "search", "list", "show", "remove", "feedback", "doctor"} == commands.NAMES


@pytest.fixture
def settings_of_a_copy(sample_folder: Path, tmp_path: Path) -> Iterator[Settings]:
    yield load_settings(copied(sample_folder, tmp_path / "copy"))


def test_an_archive_that_nobody_has_is_opened_here_and_closed(
    settings_of_a_copy: Settings,
) -> None:
    settings = settings_of_a_copy
    for name, options in (
        ("list", {}),
        ("search", {"question": "flotilla"}),
        ("doctor", {"repair": False, "as_json": False}),
    ):
        assert commands.run(settings, name, options).code == 0
    Archive.open(settings).close()


def test_an_archive_that_another_has_is_an_error(sample: Assistant, sample_folder: Path) -> None:
    for name in ("list", "search", "doctor"):
        options = {"question": "x"} if name == "search" else {}
        if name == "doctor":
            options = {"repair": False, "as_json": False}
        with pytest.raises(ArchiveInUseError, match="in use"):
            commands.run(load_settings(sample_folder), name, options)


class Noting(Remote):
    """An owner that notes what it is asked."""

    def __init__(self) -> None:
        super().__init__(Card("127.0.0.1", 1, "", "http://127.0.0.1:7860"), Path("a"))
        self.asked: list[tuple[str, dict[str, object]]] = []

    def call(self, path: str, options: object) -> dict[str, object]:
        self.asked.append((path, dict(options)))  # type: ignore[call-overload]
        return {"out": "done\n", "err": "remark\n", "code": 1}


def test_a_command_is_handed_to_the_owner_as_it_was_given() -> None:
    owner = Noting()
    assert commands.run_there(owner, "ask", {"question": "x", "model": None}) == Printed(
        "done\n", "remark\n", 1
    )
    assert owner.asked == [("command/ask", {"question": "x", "model": None})]


def test_a_repair_is_not_handed_over() -> None:
    owner = Noting()
    with pytest.raises(ArchiveInUseError, match="Stop it first"):
        commands.run_there(owner, "doctor", {"repair": True, "as_json": False})
    assert owner.asked == []
