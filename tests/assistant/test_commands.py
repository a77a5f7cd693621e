"""What each command gives: a text, one JSON object, what failed, whether all is well."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant import commands
from assistant.commands import COMMANDS, Reply, Service
from assistant.kept.feedback import FeedbackBook
from assistant.results import Result
from ingest.archive.archive import Archive
from ingest.archive.browse import Choice
from ingest.archive.owner import Card
from ingest.archive.remote import Remote
from ingest.article import Article
from ingest.errors import ArchiveInUseError, NoArticleError, SettingError
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
def service(piers: Archive) -> Service:
    return Service(piers)


@pytest.fixture
def ids(piers: Archive) -> list[str]:
    return [stored.id for stored in piers.catalog.articles()]


def objects(result: Result) -> dict[str, list[dict[str, object]]]:
    """What --json prints."""
    assert result.complete and not result.failed
    found: dict[str, list[dict[str, object]]] = json.loads(json.dumps(result.as_json()))
    return found


def test_articles_are_listed(service: Service, ids: list[str]) -> None:
    lines = service.articles().as_text().splitlines()
    assert [line.split()[0] for line in lines] == ids
    rows = objects(service.articles())["articles"]
    assert [row["article_id"] for row in rows] == ids
    assert list(rows[0]) == ["article_id", "title", "publisher", "published", "url", "source",
                             "kind", "version", "chunks"]  # fmt: skip


def test_an_empty_archive_says_how_to_fill_it(archive: Archive) -> None:
    assert "dateline ingest" in Service(archive).articles().as_text()


def test_an_article_is_shown_with_its_versions(service: Service, ids: list[str]) -> None:
    assert "Ship one came." in service.show(ids[0][:6]).as_text()
    assert "came and left" in service.show(ids[1], versions=True).as_text()
    shown = objects(service.show(ids[1], versions=True))
    assert [version["version"] for version in shown["versions"]] == [1, 2]
    assert "versions" not in objects(service.show(ids[1]))


@pytest.mark.parametrize("given", ["", " ", "nosuch", "%", "a" * 100_000])
def test_an_id_that_is_none_is_an_error(given: str, service: Service) -> None:
    with pytest.raises(NoArticleError, match="no single article") as caught:
        service.show(given)
    assert len(str(caught.value)) < 200


def test_what_is_removed_and_what_is_not_there(service: Service, ids: list[str]) -> None:
    done = service.remove([ids[0], "nosuch", ids[0]])
    assert (done.as_text(), done.complete) == ("1 removed.", False)
    assert done.failed == ["nosuch: there is no such article"]
    done = service.remove([ids[1]])
    assert (done.as_json(), done.complete) == ({"removed": [ids[1]], "missing": []}, True)
    done = service.remove(["nosuch", "nosuch"])
    assert done.as_json() == {"removed": [], "missing": ["nosuch", "nosuch"]}


def test_a_short_id_is_not_removed_and_the_whole_one_is_told(
    service: Service, ids: list[str]
) -> None:
    done = service.remove([ids[0][:-2]])
    [failed] = done.failed
    assert not done.complete and ids[0] in failed and "whole" in failed
    assert service.archive.catalog.holds(ids[0])


def test_feedback_is_listed_newest_first(service: Service) -> None:
    book = FeedbackBook(service.archive.catalog)
    assert "no feedback" in service.feedback().as_text()
    book.keep("good", question="Which ship?", answer="Ship one\n[1]", model="quoting")
    book.keep("bad", "It was Sunday", question="When?", answer="Monday", model="m", user="zoë")
    rows = objects(service.feedback())["feedback"]
    assert [row["rating"] for row in rows] == ["bad", "good"]
    assert list(rows[0]) == ["id", "rating", "reason", "question", "answer", "model", "user",
                             "given_at"]  # fmt: skip
    text = service.feedback().as_text()
    assert text.startswith("bad, ") and "by zoë" in text and "It was Sunday" in text
    assert "Which ship?" not in service.feedback(rating="bad").as_text()
    assert objects(service.feedback(since="2999-01-01")) == {"feedback": []}
    with pytest.raises(SettingError, match="soon"):
        service.feedback(since="soon")


def test_articles_are_browsed(service: Service, ids: list[str]) -> None:
    found = service.browse(Choice("pier"), limit=1, offset=1)
    assert [row.article_id for row in found.articles] == ids[1:]
    assert (found.total, found.limit, found.offset) == (2, 1, 1)
    assert [facet.count for facet in found.facets.kinds] == [2]


def test_an_open_archive_is_examined_where_it_is(service: Service) -> None:
    found = service.health()
    assert found.complete and "2 of 2 sampled chunks found" in found.as_text()
    report = found.as_json()
    assert report["healthy"] and not report["repaired"]


def test_damage_in_an_open_archive_is_not_complete(service: Service) -> None:
    service.archive.vectors.clear()
    found = service.health()
    assert not found.complete and "vector index: damaged" in found.as_text()


def test_an_open_archive_is_not_repaired(service: Service) -> None:
    with pytest.raises(ArchiveInUseError, match="Stop the chat"):
        service.health(repair=True)


@pytest.fixture
def sample(sample_archive: Archive) -> Service:
    return Service(sample_archive)


def test_a_question_is_answered_as_text_and_as_json(sample: Service) -> None:
    question = "Which port did the Chinese flotilla leave?"
    answer = sample.assistant.ask(question)
    assert "\n[1] Chinese flotilla sails" in answer.as_text()
    assert answer.complete and not answer.failed
    told = sample.assistant.ask(question, as_of="2023-08-01").as_json()
    assert told["as_of"] == "2023-08-01" and "Qingdao" in told["answer"]


def test_passages_are_found_as_text_and_as_json(sample: Service) -> None:
    found = sample.assistant.search("flotilla", k=2)
    assert found.as_text().count("flotilla") >= 2
    assert len(found.as_json()["passages"])


def test_commands_are_done_by_name(sample: Service) -> None:
    assert len(sample.do("list", {}).as_text().splitlines()) == 62
    assert sample.do("search", {"question": "flotilla"}).complete
    assert {"ask", "search", "list", "show", "remove", "feedback", "doctor"} == set(COMMANDS)


def test_lists_load_no_assistant(sample: Service) -> None:
    sample.articles()
    assert "assistant" not in vars(sample)


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
        ("doctor", {"repair": False}),
    ):
        assert commands.run(settings, name, options).complete
    Archive.open(settings).close()


def test_an_archive_that_another_has_is_an_error(sample: Service, sample_folder: Path) -> None:
    for name in ("list", "search", "doctor"):
        options = {"question": "x"} if name == "search" else {}
        if name == "doctor":
            options = {"repair": False}
        with pytest.raises(ArchiveInUseError, match="in use"):
            commands.run(load_settings(sample_folder), name, options)


class Noting(Remote):
    """An owner that notes what it is asked."""

    def __init__(self) -> None:
        super().__init__(Card(1, "", "http://127.0.0.1:7860"), Path("a"))
        self.asked: list[tuple[str, dict[str, object]]] = []

    def call(self, path: str, options: object) -> dict[str, object]:
        self.asked.append((path, dict(options)))  # type: ignore[call-overload]
        return {"json": {"done": 1}, "text": "done", "failed": ["it"], "complete": False}


def test_a_command_is_handed_to_the_owner_as_it_was_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    owner = Noting()
    monkeypatch.setattr(commands, "owner_of", lambda _: owner)
    reply = commands.run(load_settings(tmp_path), "ask", {"question": "x", "model": None})
    assert (reply.as_json(), reply.as_text()) == ({"done": 1}, "done")
    assert (reply.failed, reply.complete) == (["it"], False)
    assert reply == Reply.of(reply)
    assert owner.asked == [("command/ask", {"question": "x", "model": None})]
