"""Which files a source has: named ones, folders, links, pipes, sizes."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from ingest.article import Article, Failure, Item, Moment
from ingest.errors import UnreadableError
from ingest.sources.files import SourceFile, files_of
from ingest.sources.readers import READERS

Read = Callable[["str | Path"], list[Item]]
Write = Callable[[str, "str | bytes"], Path]
STORY = "Harbour reopens\n\nThe harbour reopened on Sunday after ten years of repairs.\n"
SEEDS = Path(str(resources.files("seeds")))


def names(items: list[Item]) -> list[str]:
    assert all(isinstance(item, Article) for item in items), items
    return [Path(item.source).name for item in items]


def test_a_folder_gives_the_files_below_it_in_order(write: Write, read: Read) -> None:
    for name in ("b.txt", "a.txt", "sub/c.txt", "sub/deeper/d.md", "z.txt"):
        write(name, STORY)
    folder = write("e.txt", STORY).parent
    assert names(read(folder)) == ["a.txt", "b.txt", "e.txt", "c.txt", "d.md", "z.txt"]


def test_files_of_other_kinds_in_a_folder_are_skipped(write: Write, read: Read) -> None:
    for name in ("a.png", "a.doc", "a", "a.py", "a.tar.gz", "a.gz", "a.xyz"):
        write(name, b"\x00\x01\x02")
    folder = write("a.txt", STORY).parent
    assert names(read(folder)) == ["a.txt"]


@pytest.mark.parametrize("name", ["a.png", "a.tar.gz", "a.xyz", "a.doc"])
def test_a_named_file_of_another_kind_is_a_failure(name: str, write: Write, read: Read) -> None:
    path = write(name, STORY)
    [failure] = read(path)
    assert isinstance(failure, Failure)
    assert failure.source == str(path)
    assert ".jsonl" in failure.reason


@pytest.mark.parametrize("name", ["A.TXT", "a.Txt", "a.b.c.txt", "a.TXT.GZ", "U.S. harbour.txt"])
def test_an_ending_counts_in_any_case(name: str, write: Write, read: Read) -> None:
    assert names(read(write(name, STORY))) == [name]


@pytest.mark.parametrize("kind", sorted(READERS))
def test_every_kind_is_found_in_a_folder_also_compressed(kind: str, write: Write) -> None:
    folder = write(f"a{kind}", STORY).parent
    write(f"b{kind}.gz", gzip.compress(STORY.encode()))
    found = list(files_of(str(folder), READERS))
    assert [file.kind for file in found if isinstance(file, SourceFile)] == [kind, kind]


def test_hidden_files_and_folders_are_skipped(write: Write, read: Read) -> None:
    for name in (".a.txt", ".git/b.txt", "sub/.c.txt", "sub/.cache/d.txt"):
        write(name, STORY)
    folder = write("a.txt", STORY).parent
    assert names(read(folder)) == ["a.txt"]


def test_a_hidden_file_is_read_when_it_is_named(write: Write, read: Read) -> None:
    assert names(read(write(".a.txt", STORY))) == [".a.txt"]


def test_a_link_to_a_folder_is_not_followed(write: Write, read: Read, tmp_path: Path) -> None:
    folder = write("a.txt", STORY).parent
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b.txt").write_text(STORY)
    (folder / "link").symlink_to(outside)
    (folder / "circle").symlink_to(folder)
    assert names(read(folder)) == ["a.txt"]


def test_a_link_to_a_folder_is_followed_when_it_is_named(
    write: Write, read: Read, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(write("a.txt", STORY).parent)
    assert names(read(link)) == ["a.txt"]


def test_a_link_to_a_file_is_read_and_a_broken_one_is_a_failure(write: Write, read: Read) -> None:
    path = write("a.txt", STORY)
    (path.parent / "b.txt").symlink_to(path)
    (path.parent / "c.txt").symlink_to(path.parent / "gone.txt")
    (path.parent / "d.txt").symlink_to(path.parent / "d.txt")
    one, other, *broken = read(path.parent)
    assert isinstance(one, Article) and isinstance(other, Article)
    assert one.key == other.key
    assert [type(item) for item in broken] == [Failure, Failure]


def test_a_link_out_of_the_folder_is_not_followed(write: Write, read: Read, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(STORY)
    folder = write("a.txt", STORY).parent
    (folder / "b.txt").symlink_to(secret)
    one, other = read(folder)
    assert isinstance(one, Article)
    assert isinstance(other, Failure) and "leads out of the folder" in other.reason


def test_a_pipe_in_a_folder_is_a_failure(write: Write, read: Read) -> None:
    folder = write("a.txt", STORY).parent
    os.mkfifo(folder / "b.txt")
    one, other = read(folder)
    assert isinstance(one, Article)
    assert other == Failure(str(folder / "b.txt"), "it is not a regular file")


def test_a_named_pipe_is_a_failure(tmp_path: Path, read: Read) -> None:
    pipe = tmp_path / "a.txt"
    os.mkfifo(pipe)
    assert read(pipe) == [Failure(str(pipe), "it is not a regular file")]


@pytest.mark.parametrize("name", ["missing.txt", "missing", "a\0b.txt", ""])
def test_a_missing_path_is_a_failure(name: str, read: Read, tmp_path: Path) -> None:
    [failure] = read(str(tmp_path / name) if name else str(tmp_path / "missing/deep/er.txt"))
    assert isinstance(failure, Failure)
    assert failure.reason == "there is no such file or folder"


def test_a_path_too_long_for_a_file_is_a_failure(read: Read) -> None:
    [failure] = read("x" * 5000 + ".txt")
    assert isinstance(failure, Failure)
    assert "cannot be read" in failure.reason


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no /proc here")
@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.json", "a.jsonl"])
def test_a_file_that_gives_an_error_is_a_failure(name: str, tmp_path: Path, read: Read) -> None:
    path = tmp_path / name
    path.symlink_to("/proc/self/mem")  # opens, and cannot be read from its start
    [failure] = read(path)
    assert isinstance(failure, Failure)
    assert failure.source == str(path)
    assert "it cannot be read" in failure.reason


def test_an_empty_folder_holds_nothing(tmp_path: Path, read: Read) -> None:
    assert read(tmp_path) == []


def test_one_bad_file_of_a_folder_stops_nothing(write: Write, read: Read) -> None:
    for name, content in {
        "a.txt": b"", "b.txt": b"\x00\x01" * 99, "c.json": b"{", "d.html": b"", "f.txt.gz": b"\x1f\x8b",
        "g.txt": b"Harbour reopens\n\n" + b"It is open. " * 900_000,
    }.items():  # fmt: skip
        write(name, content)
    folder = write("e.txt", STORY).parent
    items = read(folder)
    assert [Path(item.source).name for item in items] == [
        "a.txt", "b.txt", "c.json", "d.html", "e.txt", "f.txt.gz", "g.txt",
    ]  # fmt: skip
    assert [type(item) for item in items].count(Failure) == 6


def test_a_file_is_the_same_from_wherever_it_is_named(
    write: Write, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("sub/a.txt", STORY)
    monkeypatch.chdir(path.parent)
    [absolute], [relative], [round_about] = read(path), read("a.txt"), read("../sub/a.txt")
    assert isinstance(absolute, Article)
    assert isinstance(relative, Article)
    assert isinstance(round_about, Article)
    assert absolute.key == relative.key == round_about.key
    assert relative.source == "a.txt"


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("size", "fits"), [(9, True), (10, True), (11, False)])
def test_a_file_is_read_up_to_its_limit(size: int, fits: bool, packed: bool, write: Write) -> None:
    data = b"x" * size
    path = write("a.txt", gzip.compress(data) if packed else data)
    file = SourceFile.of_path(path, "a")
    if fits:
        assert file.data(limit=10) == data
    else:
        with pytest.raises(UnreadableError, match="larger"):
            file.data(limit=10)


def test_the_sample_articles_are_read_without_a_failure(read: Read) -> None:
    items = read(SEEDS / "articles")
    assert len(items) > 20
    assert all(isinstance(item, Article) for item in items)


def test_sample_articles_that_state_no_date_are_undated(read: Read) -> None:
    items = read(SEEDS / "articles")
    undated = [i for i in items if isinstance(i, Article) and i.published is None]
    assert sorted(Path(item.source).name for item in undated) == [
        "baltimore-key-bridge-collapse.txt", "eclipse-crowds-north-america.html",
        "titan-submersible-debris.txt", "tonga-eruption-aid-ships.txt",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "authors", "dateline", "agency", "credited"),
    [
        ("argentina-win-world-cup.txt", ("Rafael Dunmore",), "LUSAIL, Qatar", "HW", True),
        ("baltimore-key-bridge-collapse.txt", ("Theodora Pickering",), "BALTIMORE", None, False),
        ("luna-25-lost.txt", ("Piers Lockhart",), "MOSCOW", "Harbour Wire", True),
        ("queen-elizabeth-ii-dies.txt", ("Imogen Castellane",), "LONDON", "Harbour Wire", True),
        ("russia-china-naval-drill-qingdao.txt", ("Lydia Marchetto",), "QINGDAO, China",
         "Harbour Wire", True),
        ("silicon-valley-bank-closed.txt", ("Cordelia Vance",), "SANTA CLARA, California", None,
         False),
        ("titan-submersible-debris.txt", ("Warren Ashdown",), "BOSTON", "Harbour Wire", True),
        ("tonga-eruption-aid-ships.txt", ("Hana Whitcombe",), "WELLINGTON", "HW", True),
        ("turkey-syria-earthquake-emergency.txt", ("Daoud Ferris", "Selma Orhan"), "ANKARA", "HW",
         True),
    ],
)  # fmt: skip
def test_the_furniture_of_the_sample_wire_stories_is_in_their_fields(
    name: str,
    authors: tuple[str, ...],
    dateline: str,
    agency: str | None,
    credited: bool,
    read: Read,
) -> None:
    [article] = read(SEEDS / "articles" / name)
    assert isinstance(article, Article)
    assert (article.authors, article.dateline, article.agency) == (authors, dateline, agency)
    assert bool(article.credits) == credited
    assert dateline not in article.text.split("\n")[0]


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("argentina-win-world-cup.txt", Moment("2022-12-18", "text")),
        ("luna-25-lost.txt", Moment("2023-08-20T14:05:00+03:00", "metadata")),
        ("tonga-eruption-aid-ships.txt", None),
    ],
)
def test_sample_stories_are_dated_by_what_they_state(
    name: str, published: Moment | None, read: Read
) -> None:
    [article] = read(SEEDS / "articles" / name)
    assert isinstance(article, Article)
    assert article.published == published
