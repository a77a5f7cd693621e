"""Articles handed to an archive's owner fare as those that are added where it is open."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ingest.archive.archive import Archive
from ingest.archive.embedding import Vectors
from ingest.archive.identity import Outcome
from ingest.archive.owner import Card
from ingest.archive.remote import (
    SERVED,
    Remote,
    RemoteArchive,
    from_bytes,
    item_json,
    item_of,
    to_bytes,
)
from ingest.article import Article, Moment, Visit, Withdrawn
from ingest.errors import EmbedderError
from ingest.run import ingest
from ingest.settings import Settings
from tests.conftest import HashEmbedder

Make = Callable[..., Article]
Write = Callable[[str, "str | bytes"], Path]


class Direct(Remote):
    """The owner without a way between: what is asked goes through JSON all the same."""

    def __init__(self, archive: Archive) -> None:
        super().__init__(Card(1, "", "here"), archive.folder)
        self.archive = archive
        self.asked: list[tuple[str, Any]] = []

    def call(self, path: str, options: Mapping[str, Any]) -> Any:
        sent = from_bytes(to_bytes(options))
        self.asked.append((path, sent))
        return from_bytes(to_bytes(SERVED[path.removeprefix("ingest/")](self.archive, **sent)))


@pytest.fixture
def owner(archive: Archive) -> Direct:
    return Direct(archive)


@pytest.fixture
def far(owner: Direct, settings: Settings) -> RemoteArchive:
    return RemoteArchive(owner, settings)


@pytest.fixture
def near(tmp_path: Path) -> Iterator[Archive]:
    """Another archive, open here, to compare with."""
    settings = Settings(archive=tmp_path / "near", _env_file=None)
    with Archive.open(settings, create=True, embedder=HashEmbedder()) as opened:
        yield opened


def full() -> Article:
    return Article(
        key="https://a.example/1", source="a.json", title="Zoë’s pier", text="Ünï\n\nсode 🗼",
        url="https://a.example/1?x=1", publisher="Post", authors=("Zoë A", "B, C"),
        dateline="QINGDAO", agency="Wire", credits="Photo: X", correction="Was 5.",
        copyright="© Post", language="en", section="World", kind="opinion",
        published=Moment("2023-07-16T09:10:00+08:00", "metadata"),
        updated=Moment("2023-07-17", "text"), revision=3, fetched="2024-01-01T00:00:00+00:00",
    )  # fmt: skip


@pytest.mark.parametrize(
    "item",
    [
        full(),
        Article("k", "s", "", ""),
        Article("k", "odd\udc80name", "t", "x"),
        Withdrawn("s", "k", 2),
        Withdrawn("s", "k"),
    ],
)
def test_what_is_handed_over_arrives_as_it_was(item: Article | Withdrawn) -> None:
    assert item_of(from_bytes(to_bytes(item_json(item)))) == item


def mixed(make: Make) -> list[Article | Withdrawn]:
    """New, the same, changed, a duplicate, withdrawn, an old copy of what was withdrawn."""
    return [
        make("One", "Ship one came."),
        make("Two", "Ship two came."),
        make("One", "Ship one came."),
        make("Two", "Ship two came and left."),
        make("One", "Ship one came.", key="another"),
        Withdrawn("test", "test#One"),
        make("One", "Ship one came."),
        make("Three", "Ship three came.", published="2023-07-16"),
    ]


@pytest.mark.parametrize("batch", [1, 2, 3, 256])
def test_outcomes_are_those_of_an_archive_that_is_open_here(
    batch: int, owner: Direct, settings: Settings, near: Archive, make_article: Make
) -> None:
    far = RemoteArchive(owner, settings, batch)
    expected = list(near.add(mixed(make_article)))
    assert list(far.add(mixed(make_article))) == expected
    assert {outcome.result for outcome in expected} >= {"added", "updated", "withdrawn"}
    assert far.counts() == near.counts() == near.catalog.counts()


def test_an_outcome_is_given_when_it_is_stored(
    far: RemoteArchive, archive: Archive, make_article: Make
) -> None:
    given = (make_article(f"Pier {i}", f"Pier number {i} opened.") for i in range(300))
    for number, outcome in enumerate(far.add(given), 1):
        assert outcome.result == "added"
        if number in (1, 256, 257, 300):
            assert archive.catalog.by_key(f"test#Pier {number - 1}")


class Noting(Remote):
    """An owner that notes how much it is handed, and stores nothing."""

    def __init__(self) -> None:
        super().__init__(Card(1, "", "here"), Path())
        self.sizes: list[int] = []

    def call(self, path: str, options: Mapping[str, Any]) -> Any:
        self.sizes.append(len(options["items"]))
        return {"outcomes": [("added", "")] * len(options["items"])}


def test_long_articles_go_by_fewer(settings: Settings, make_article: Make) -> None:
    owner = Noting()
    far = RemoteArchive(owner, settings)
    assert len(list(far.add(make_article(str(i), "x" * 1_500_000) for i in range(5)))) == 5
    assert len(list(far.add(make_article(str(i), "x") for i in range(300)))) == 300
    assert owner.sizes == [3, 2, 256, 44]


def test_nothing_to_add_asks_nothing(far: RemoteArchive, owner: Direct) -> None:
    assert list(far.add([])) == []
    assert owner.asked == []


class Failing(HashEmbedder):
    """Embeds until it meets the word."""

    def passages(self, texts: Any) -> Vectors:
        if any("reef" in text for text in texts):
            raise EmbedderError("The embedder failed.")
        return super().passages(texts)


def test_what_is_stored_before_an_error_is_told_before_it(
    settings: Settings, make_article: Make
) -> None:
    articles = [
        make_article("One", "Ship one."),
        Withdrawn("s", "none"),
        make_article("A reef", "The reef."),
        make_article("Four", "Ship four."),
    ]
    told: list[Outcome] = []
    with Archive.open(settings, create=True, embedder=Failing()) as archive:
        far = RemoteArchive(Direct(archive), settings)
        with pytest.raises(EmbedderError, match=r"^The embedder failed\.$"):
            told.extend(outcome for outcome in far.add(articles))
        assert archive.counts() == (1, 1)
    assert [outcome.result for outcome in told] == ["added", "withdrawn"]


def test_visits_are_kept_by_the_owner(far: RemoteArchive, archive: Archive) -> None:
    visit = Visit("https://a.example/feed", '"e"', None, "Sun, 16 Jul")
    assert far.visit(visit.source) is None
    far.note(visit)
    assert far.visit(visit.source) == archive.visit(visit.source) == visit


def test_a_run_reports_the_same(
    far: RemoteArchive, near: Archive, write: Write, tmp_path: Path
) -> None:
    lines = [{"id": i, "title": f"Pier {i}", "text": f"Ship {i % 7} came."} for i in range(300)]
    path = write("a.jsonl", "\n".join(map(json.dumps, lines)))
    bad = write("b.txt", b"\x00\x01" * 99)
    for _ in range(2):  # the second run finds all unchanged
        one, other = (ingest([path, bad, "missing"], store) for store in (far, near))
        assert one.as_json() | {"seconds": 0} == other.as_json() | {"seconds": 0}
        assert one.passed_over == other.passed_over


def test_a_stop_stores_what_was_read(far: RemoteArchive, archive: Archive, write: Write) -> None:
    lines = [{"id": i, "title": f"Pier {i}", "text": f"Ship {i} came."} for i in range(900)]
    stop = threading.Event()
    path = write("a.jsonl", "\n".join(map(json.dumps, lines)))
    report = ingest(path, far, stop=stop, progress=lambda state: stop.set())
    assert report.stopped
    assert 0 < report.added < 900
    assert report.articles == report.added == archive.counts()[0]
