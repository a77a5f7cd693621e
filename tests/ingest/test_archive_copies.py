"""Groups of wire copies in an archive: made, merged, left, and made anew after a crash."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ingest.archive import copies, database
from ingest.archive.archive import Archive
from ingest.archive.embedding import Embedder
from ingest.article import Article
from ingest.settings import Settings

Make = Callable[..., Article]
Groups = Callable[[Archive], "set[frozenset[str]]"]
_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu".split()


def report(name: str) -> list[str]:
    """Ten paragraphs that nobody else has."""
    chance = random.Random(name)
    return [
        " ".join("".join(chance.choices(_SYLLABLES, k=3)) for _ in range(40)) for _ in range(10)
    ]


def body(paragraphs: Sequence[str], without: int | None = None) -> str:
    return "\n\n".join(p for i, p in enumerate(paragraphs) if i != without)


@pytest.fixture
def carried(make_article: Make) -> Callable[..., Article]:
    """A publisher's copy of a report, by default without one paragraph."""

    def make(publisher: str | None, text: str = "", **fields: object) -> Article:
        key = str(fields.pop("key", publisher))
        text = text or body(report("flood"), without=len(key) % 10)
        return make_article(f"Flood in {key}", text, key=key, publisher=publisher, **fields)

    return make


def stories(archive: Archive) -> dict[str, str]:
    """The group of each article that has one."""
    sql = "SELECT id, story FROM articles WHERE story IS NOT NULL"
    return {row[0]: row[1] for row in archive.catalog.all(sql)}


@pytest.fixture
def groups() -> Groups:
    """The keys of the articles of each group; every group is named by one of its members."""

    def of(archive: Archive) -> set[frozenset[str]]:
        keys = {stored.id: stored.article.key for stored in archive.catalog.articles()}
        found: dict[str, set[str]] = {}
        for member, story in stories(archive).items():
            found.setdefault(story, set()).add(member)
        for story, members in found.items():
            assert story in members
            assert [c.article_id for c in archive.catalog.members(story)] != []
            assert {c.article_id for c in archive.catalog.members(story)} == members
        assert archive.catalog.one("SELECT 1 FROM articles WHERE compared = 0") is None
        return {frozenset(keys[i] for i in members) for members in found.values()}

    return of


def add(archive: Archive, *articles: Article) -> list[str]:
    return [outcome.id for outcome in archive.add(articles)]


def test_three_carriers_are_one_group_once_they_are_stored(
    archive: Archive, carried: Make, groups: Groups
) -> None:
    alone = carried("Ferry Times", body(report("ferry")))
    add(archive, carried("Pier"), alone, carried("Tide Post"))
    assert groups(archive) == {frozenset({"Pier", "Tide Post"})}
    add(archive, carried("Gull Bay News"))
    assert groups(archive) == {frozenset({"Pier", "Tide Post", "Gull Bay News"})}


def test_the_order_of_adding_makes_no_difference(
    archive: Archive, carried: Make, settings: Settings, tmp_path: Path, embedder: Embedder
) -> None:
    articles = [carried(name) for name in ("Pier", "Tide Post", "Gull Bay News")]
    ids = sorted(add(archive, *articles))
    elsewhere = settings.model_copy(update={"archive": tmp_path / "other"})
    with Archive.open(elsewhere, create=True, embedder=embedder) as other:
        for article in reversed(articles):
            add(other, article)
        assert stories(other) == stories(archive) == dict.fromkeys(ids, ids[0])


def test_a_copy_of_two_groups_makes_them_one(
    archive: Archive, carried: Make, groups: Groups
) -> None:
    text = report("long")
    early, late = body(text[:7]), body(text[3:])  # each within the whole, but not alike
    add(archive, carried("A", early), carried("B", early), carried("C", late), carried("D", late))
    assert groups(archive) == {frozenset("AB"), frozenset("CD")}
    add(archive, carried("E", body(text)))
    assert groups(archive) == {frozenset("ABCDE")}


def test_when_the_link_is_removed_the_groups_part_again(
    archive: Archive, carried: Make, groups: Groups
) -> None:
    text = report("long")
    early, late = body(text[:7]), body(text[3:])
    add(archive, carried("A", early), carried("B", early), carried("C", late), carried("D", late))
    [link] = add(archive, carried("E", body(text)))
    archive.remove([link])
    assert groups(archive) == {frozenset("AB"), frozenset("CD")}


def test_copies_of_one_publisher_are_no_group_but_join_one(
    archive: Archive, carried: Make, groups: Groups
) -> None:
    add(archive, carried("Pier", key="one"), carried("The Pier", key="second"))
    assert groups(archive) == set()
    add(archive, carried("Tide Post"))
    assert groups(archive) == {frozenset({"one", "second", "Tide Post"})}


def test_a_text_that_nobody_is_known_to_have_published_is_no_copy(
    archive: Archive, carried: Make, groups: Groups
) -> None:
    add(archive, carried("Pier"), carried(None, key="nobody's"))
    assert groups(archive) == set()


def test_short_texts_and_live_pages_make_no_group(
    archive: Archive, carried: Make, groups: Groups
) -> None:
    add(archive, *(carried(name, "The harbour reopened on Sunday.") for name in ("A", "B")))
    add(archive, carried("C", kind="live"), carried("D", kind="live"), carried("E"))
    assert groups(archive) == set()


def test_an_article_that_is_rewritten_leaves_its_group_and_may_come_back(
    archive: Archive, carried: Make, groups: Groups
) -> None:
    add(archive, *(carried(name) for name in ("Pier", "Tide Post", "Gull Bay News")))
    add(archive, carried("Pier", body(report("something else"))))
    assert groups(archive) == {frozenset({"Tide Post", "Gull Bay News"})}
    add(archive, carried("Pier", body(report("flood"), without=9) + "\n\nUpdated by the desk."))
    assert groups(archive) == {frozenset({"Pier", "Tide Post", "Gull Bay News"})}


def test_a_group_of_one_is_none(archive: Archive, carried: Make, groups: Groups) -> None:
    add(archive, carried("Pier"), carried("Tide Post"))
    add(archive, carried("Pier", body(report("something else"))))
    assert groups(archive) == set()


def test_another_publisher_of_the_same_text_changes_the_group(
    archive: Archive, carried: Make, groups: Groups
) -> None:
    add(archive, carried("Pier"), carried("Tide Post"))
    add(archive, carried("Pier", key="Tide Post"))
    assert groups(archive) == set()


def test_removing_the_article_that_names_a_group_renames_it(
    archive: Archive, carried: Make, groups: Groups
) -> None:
    ids = add(archive, *(carried(name) for name in ("Pier", "Tide Post", "Gull Bay News")))
    [story] = set(stories(archive).values())
    archive.remove([story])
    left = sorted(set(ids) - {story})
    assert stories(archive) == dict.fromkeys(left, left[0])
    assert len(groups(archive)) == 1
    archive.remove([left[0]])
    assert groups(archive) == set()
    assert archive.catalog.members(story) == archive.catalog.copies(left[1]) == []
    assert archive.catalog.all("SELECT DISTINCT article_id FROM bands") != []
    archive.remove([left[1]])
    assert archive.catalog.all("SELECT * FROM bands") == []


def test_the_others_of_a_group_come_in_order_of_publication(
    archive: Archive, carried: Make
) -> None:
    ids = add(
        archive,
        carried("Pier", published="2023-03-05"),
        carried("Tide Post"),
        carried("Gull Bay News", published="2023-03-04"),
    )
    assert [c.publisher for c in archive.catalog.copies(ids[1])] == ["Gull Bay News", "Pier"]
    assert [c.publisher for c in archive.catalog.copies(ids[2])] == ["Pier", "Tide Post"]
    assert archive.catalog.copies("no such id") == []


def test_many_carriers_cost_few_comparisons(
    archive: Archive, carried: Make, groups: Groups, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []
    real = copies.are_copies
    monkeypatch.setattr(copies, "are_copies", lambda a, b: compared.append(1) or real(a, b))
    add(archive, *(carried(f"Paper {i}") for i in range(30)))
    assert len(groups(archive).pop()) == 30
    assert len(compared) <= 3 * 30


def test_a_crash_between_writing_and_comparing_is_finished_on_opening(
    settings: Settings,
    embedder: Embedder,
    carried: Make,
    groups: Groups,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Archive.open(settings, create=True, embedder=embedder) as archive:
        add(archive, carried("Pier"))
        with monkeypatch.context() as patched:
            patched.setattr(copies, "recover", _killed)
            with pytest.raises(KeyboardInterrupt):
                add(archive, carried("Tide Post"))
        assert archive.catalog.one("SELECT 1 FROM articles WHERE compared = 0")
    with Archive.open(settings, embedder=embedder) as archive:
        assert groups(archive) == {frozenset({"Pier", "Tide Post"})}
        assert archive.catalog.pending_count() == 0


def test_a_crash_within_comparing_leaves_all_of_it_to_do(
    settings: Settings,
    embedder: Embedder,
    carried: Make,
    groups: Groups,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Archive.open(settings, create=True, embedder=embedder) as archive:
        with monkeypatch.context() as patched:
            patched.setattr(copies, "_link", _killed)
            with pytest.raises(KeyboardInterrupt):
                add(archive, carried("Pier"), carried("Tide Post"))
        assert archive.catalog.all("SELECT * FROM bands") == []
    with Archive.open(settings, embedder=embedder) as archive:
        assert groups(archive) == {frozenset({"Pier", "Tide Post"})}


def test_other_rules_have_everything_compared_anew(
    settings: Settings,
    embedder: Embedder,
    carried: Make,
    groups: Groups,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Archive.open(settings, create=True, embedder=embedder) as archive:
        add(archive, carried("Pier"), carried("Tide Post"))
    with monkeypatch.context() as patched:
        patched.setattr(copies, "rules", lambda: "other")
        patched.setattr(copies, "are_copies", lambda one, other: False)
        with Archive.open(settings, embedder=embedder) as archive:
            assert groups(archive) == set()
    with Archive.open(settings, embedder=embedder) as archive:
        assert groups(archive) == {frozenset({"Pier", "Tide Post"})}


def test_an_archive_of_the_first_schema_is_grouped_when_it_is_opened(
    settings: Settings, embedder: Embedder, carried: Make, groups: Groups
) -> None:
    with Archive.open(settings, create=True, embedder=embedder) as archive:
        add(archive, carried("Pier"), carried("Tide Post"))
    _to_first_schema(settings.archive / "catalog.sqlite3")
    with Archive.open(settings, embedder=embedder) as archive:
        assert groups(archive) == {frozenset({"Pier", "Tide Post"})}


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def _to_first_schema(path: Path) -> None:
    """The same articles in a catalog as the first schema made it."""
    db = sqlite3.connect(path)
    tables = ("meta", "articles", "chunks")
    for table in tables:
        db.execute(f"CREATE TEMP TABLE old_{table} AS SELECT * FROM main.{table}")
    db.execute("DELETE FROM old_meta WHERE name = 'copies'")
    db.execute("PRAGMA foreign_keys = OFF")
    for table in (
        "bands",
        "withdrawals",
        "feedback",
        "turns",
        "conversations",
        "visits",
        "removals",
        "versions",
        "chunks",
        "articles",
        "meta",
    ):
        db.execute(f"DROP TABLE main.{table}")
    db.executescript(database._STEPS[0])
    for table in tables:
        names = ", ".join(row[1] for row in db.execute(f"PRAGMA main.table_info({table})"))
        db.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM old_{table}")
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()
