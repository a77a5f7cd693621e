"""Which files a source stands for: patterns, zip archives, standard input; and bytes without a name."""

from __future__ import annotations

import gzip
import io
import json
import os
import struct
import sys
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.article import Article, Failure, Item
from ingest.sources.files import (
    EXPORT_BYTES,
    ZIP_FILES,
    SourceFile,
    files_of,
    kind_of,
    printable,
    sniff,
)
from ingest.sources.readers import READERS

Write = Callable[[str, "str | bytes"], Path]
Read = Callable[["str | Path"], list[Item]]
TEXT = "Ferry sails again\n\nThe ferry from Port Ellery sailed again on Monday, with forty sheep.\n"
PAGE = (
    "<!DOCTYPE html><html><head><title>Ferry sails again</title></head><body><article><h1>Ferry sails "
    "again</h1><p>The ferry from Port Ellery sailed again on Monday, with forty sheep on board.</p>"
    "<p>Nobody had asked for a refund, the master said, and the sheep had paid nothing.</p>"
    "</article></body></html>"
)  # fmt: skip
RECORD = {
    "title": "Ferry sails again",
    "text": "The ferry sailed again on Monday, with forty sheep.",
}


def packed(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive with these files."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return into.getvalue()


def titles(items: list[Item]) -> list[str]:
    assert all(isinstance(item, Article) for item in items), items
    return [item.title for item in items if isinstance(item, Article)]


def names(items: list[Item], below: Path) -> list[str]:
    return [str(Path(item.source).relative_to(below)) for item in items]


def only_failure(items: list[Item]) -> Failure:
    [item] = items
    assert isinstance(item, Failure), item
    return item


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.txt", ["a.txt", "b.txt"]),
        ("?.txt", ["a.txt", "b.txt"]),
        ("[a].txt", ["a.txt"]),
        ("[!a].txt", ["b.txt"]),
        ("sub/*/*.txt", ["sub/deep/d.txt"]),
        ("**/*.txt", ["a.txt", "b.txt", "sub/c.txt", "sub/deep/d.txt"]),
        ("s*", ["sub/c.txt", "sub/deep/d.txt"]),
        ("*", ["a.txt", "b.txt", "sub/c.txt", "sub/deep/d.txt"]),
    ],
)
def test_a_pattern_stands_for_the_files_that_match(
    pattern: str, found: list[str], write: Write, read: Read
) -> None:
    for name in ("sub/deep/d.txt", "sub/c.txt", "b.txt", "a.txt", ".hidden.txt", "e.png"):
        write(name, TEXT)
    folder = write("a.txt", TEXT).parent
    assert names(read(f"{folder}/{pattern}"), folder) == found


@pytest.mark.parametrize("pattern", ["*.txt", "none/**/*", "[z].txt", "**/*.pdf"])
def test_a_pattern_without_a_match_is_one_failure(pattern: str, tmp_path: Path, read: Read) -> None:
    failure = only_failure(read(f"{tmp_path}/{pattern}"))
    assert failure.source == f"{tmp_path}/{pattern}"
    assert failure.reason == "no file matches this pattern"


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(write: Write, read: Read) -> None:
    write("a.txt", TEXT)
    assert names(read(write("[a].txt", TEXT)), write("a.txt", TEXT).parent) == ["[a].txt"]


def test_a_relative_pattern_gives_relative_names(
    write: Write, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write("sub/a.txt", TEXT).parents[1])
    assert [item.source for item in read("s*/*.txt")] == ["sub/a.txt"]


def test_a_link_among_the_matches_does_not_lead_out(
    write: Write, read: Read, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text(TEXT)
    folder = write("a.txt", TEXT).parent
    (folder / "b.txt").symlink_to(tmp_path / "secret.txt")
    one, other = read(f"{folder}/*.txt")
    assert isinstance(one, Article)
    assert isinstance(other, Failure) and "leads out of the folder" in other.reason


class Input:
    """A stand-in for sys.stdin."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def mail() -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "Ida Holm <ida@packet.example>", "Ferry sails again"
    message["Date"] = "Sat, 03 Jul 2021 09:10:00 +0200"
    message.set_content(TEXT)
    return bytes(message)


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(), ("\ufeff" + TEXT).encode(), PAGE.encode(), ("\n \n" + PAGE).encode(),
        json.dumps(RECORD).encode(), json.dumps([RECORD]).encode(), mail(),
        f'title,text\n"{RECORD["title"]}","{RECORD["text"]}"\n'.encode(),
        packed({"a.txt": TEXT}), packed({"sub/a.html": PAGE}),
    ],
    ids=["text", "marked text", "page", "indented page", "json", "json list", "mail", "csv", "zip",
         "zip of a page"],
)  # fmt: skip
def test_standard_input_may_be_of_any_kind(
    data: bytes, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Input(data))
    [item] = read("-")
    assert isinstance(item, Article), item
    assert item.title == "Ferry sails again"
    assert item.source.startswith("standard input")


@pytest.mark.parametrize(
    "data",
    [
        "".join(json.dumps(RECORD) + "\n" for _ in range(2)).encode(),
        gzip.compress(TEXT.encode(), mtime=0),
        gzip.compress(PAGE.replace("><", ">\n<").encode(), mtime=0),
        gzip.compress((json.dumps(RECORD) + "\n").encode() * 2, mtime=0),
        gzip.compress(json.dumps(RECORD).encode(), mtime=0),
    ],
    ids=["json lines", "packed text", "packed page", "packed lines", "packed json"],
)
def test_standard_input_of_lines_or_compressed_is_read(
    data: bytes, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Input(data))
    assert set(titles(read("-"))) == {"Ferry sails again"}


def test_standard_input_is_the_same_article_again_and_another_when_it_differs(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = []
    for text in (TEXT, TEXT, TEXT + "More.\n"):
        monkeypatch.setattr(sys, "stdin", Input(text.encode()))
        [item] = read("-")
        assert isinstance(item, Article)
        keys.append(item.key)
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize("data", [b"", b" \n ", b"\x00\x01\x02" * 99])
def test_standard_input_without_text_is_one_failure(
    data: bytes, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Input(data))
    assert only_failure(read("-")).source == "standard input"


def test_the_files_of_a_zip_archive_are_read(write: Write, read: Read) -> None:
    path = write(
        "a.zip", packed({"b.txt": TEXT, "sub/deep/a.html": PAGE, "c.json": json.dumps(RECORD)})
    )
    items = read(path)
    assert len(titles(items)) == 3
    assert [item.source.split(":")[0] for item in items] == [
        f"{path}/{name}" for name in ("b.txt", "sub/deep/a.html", "c.json")
    ]


def test_hidden_and_unknown_members_are_skipped(write: Write, read: Read) -> None:
    members = {"a.txt": TEXT, ".b.txt": TEXT, "__MACOSX/a.txt": TEXT, "__MACOSX/._a.txt": b"\0\5",
               ".git/c.txt": TEXT, "sub/.d/e.txt": TEXT, "a.png": b"\x89PNG", "README": TEXT, "sub/": ""}  # fmt: skip
    path = write("a.zip", packed(members))
    assert [item.source for item in read(path)] == [f"{path}/a.txt"]


def test_a_compressed_file_inside_an_archive_is_read(write: Write, read: Read) -> None:
    path = write("a.zip", packed({"a.txt.gz": gzip.compress(TEXT.encode()), "b.jsonl.gz":
                 gzip.compress(json.dumps(RECORD).encode())}, zipfile.ZIP_STORED))  # fmt: skip
    assert titles(read(path)) == ["Ferry sails again"] * 2


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])  # fmt: skip
def test_every_usual_packing_is_read(method: int, write: Write, read: Read) -> None:
    assert titles(read(write("a.zip", packed({"a.txt": TEXT}, method)))) == ["Ferry sails again"]


def test_an_archive_in_an_archive_is_a_failure_and_stops_nothing(write: Write, read: Read) -> None:
    path = write("a.zip", packed({"a.txt": TEXT, "b.zip": packed({"c.txt": TEXT}), "d.txt": TEXT}))
    one, nested, other = read(path)
    assert isinstance(one, Article) and isinstance(other, Article)
    assert isinstance(nested, Failure)
    assert (nested.source, nested.reason[:30]) == (
        f"{path}/b.zip",
        "an archive inside an archive i",
    )


def test_an_encrypted_member_is_a_failure_and_stops_nothing(write: Write, read: Read) -> None:
    data = bytearray(packed({"a.txt": TEXT, "b.txt": TEXT}, zipfile.ZIP_STORED))
    central = data.index(b"PK\x01\x02")
    data[6] |= 1  # the flag of the first file, before it and …
    data[central + 8] |= 1  # … in the directory
    failure, article = read(write("a.zip", bytes(data)))
    assert isinstance(failure, Failure) and "encrypted" in failure.reason
    assert isinstance(article, Article)


WHOLE = packed({"a.txt": TEXT * 50, "b.txt": TEXT})


@pytest.mark.parametrize(
    "data",
    [WHOLE[:-10], WHOLE[: len(WHOLE) // 2], b"PK\x03\x04" + b"\0" * 99, b"no archive", b"PK\x05\x06" + b"\xff" * 18],
    ids=["no end", "half", "header only", "no archive", "false end"],
)  # fmt: skip
def test_a_damaged_archive_is_one_failure(data: bytes, write: Write, read: Read) -> None:
    failure = only_failure(read(write("a.zip", data)))
    assert "its zip archive is damaged" in failure.reason


def test_an_empty_zip_file_is_one_failure(write: Write, read: Read) -> None:
    assert only_failure(read(write("a.zip", b""))).reason


def test_a_damaged_member_costs_itself_only(write: Write, read: Read) -> None:
    data = bytearray(packed({"a.txt": TEXT, "b.txt": TEXT}, zipfile.ZIP_STORED))
    data[data.index(b"Ferry")] ^= 0xFF  # no longer what its checksum says
    failure, article = read(write("a.zip", bytes(data)))
    assert isinstance(failure, Failure) and "damaged" in failure.reason
    assert isinstance(article, Article)


def test_two_members_of_one_name_are_both_read(write: Write, read: Read) -> None:
    into = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(into, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a.txt", TEXT)
        archive.writestr("a.txt", TEXT.replace("Ferry", "Tender"))
    assert titles(read(write("a.zip", into.getvalue()))) == [
        "Ferry sails again",
        "Tender sails again",
    ]


def bomb_of_one_file() -> bytes:
    return packed({"a.txt": b"\0" * 150_000_000})


def bomb_of_overlapping_files() -> bytes:
    """Many entries of the directory that all name the same packed bytes."""
    data = packed({"a.txt": b"sheep " * 2_000_000})
    central, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    count = 60
    entries = data[central:end] * count
    tail = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(entries), central, 0)
    return data[:central] + entries + tail


@pytest.mark.parametrize("make", [bomb_of_one_file, bomb_of_overlapping_files])
def test_a_bomb_is_one_failure(make: Callable[[], bytes], write: Write, read: Read) -> None:
    failure = only_failure(read(write("a.zip", make())))
    assert "decompression bomb" in failure.reason


def test_an_archive_of_far_too_many_files_is_one_failure(write: Write, read: Read) -> None:
    one = packed({"a.txt": ""}, zipfile.ZIP_STORED)
    central, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    count = ZIP_FILES + 1
    entries = one[central:end] * count
    where = central + len(entries)
    end64 = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, len(entries), central)  # fmt: skip
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, where, 1)
    tail = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, len(entries), central, 0)
    failure = only_failure(read(write("a.zip", one[:central] + entries + end64 + locator + tail)))
    assert "100,001 files" in failure.reason


def test_a_member_that_unpacks_to_more_than_it_says_is_a_failure(write: Write, read: Read) -> None:
    data = bytearray(packed({"a.txt": b"\0" * 50_000_000, "b.txt": TEXT}))
    for at in (22, data.index(b"PK\x01\x02") + 24):  # its size, unpacked
        data[at : at + 4] = struct.pack("<I", 1000)
    failure, article = read(write("a.zip", bytes(data)))
    assert isinstance(failure, Failure)
    assert isinstance(article, Article)


@pytest.mark.parametrize(
    "name",
    ["../../a.txt",
     "/etc/a.txt", "C:\\news\\a.txt", "sub//a.txt", "a\nb.txt", "größe.txt", "…/a.txt"],
)  # fmt: skip
def test_odd_names_of_members_are_names_only(
    name: str, write: Write, read: Read, tmp_path: Path
) -> None:
    before = sorted(tmp_path.rglob("*.txt"))
    path = write("a.zip", packed({name: TEXT}))
    [item] = read(path)
    assert isinstance(item, Article), item
    assert item.source.startswith(f"{path}/")
    assert item.key.startswith(str(path.resolve()))
    assert sorted(tmp_path.rglob("*.txt")) == before


def test_a_hidden_step_up_hides_nothing(write: Write, read: Read) -> None:
    """Some tools pack files as ./a.txt."""
    assert titles(read(write("a.zip", packed({"./a.txt": TEXT})))) == ["Ferry sails again"]


def test_a_members_name_that_is_no_utf8_is_readable_in_reports(write: Write, read: Read) -> None:
    data = packed({"aXb.txt": TEXT}).replace(b"aXb.txt", b"a\xe9b.txt")
    [item] = read(write("a.zip", data))
    assert isinstance(item, Article)
    assert item.source.encode()


def test_a_members_key_is_the_same_wherever_its_archive_is_named_from(
    write: Write, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("a.zip", packed({"a.txt": TEXT, "sub/a.txt": TEXT}))
    monkeypatch.chdir(path.parent)
    absolute, relative = read(path), read("a.zip")
    assert [i.key for i in absolute if isinstance(i, Article)] == [  # type: ignore[comparison-overlap]
        i.key for i in relative if isinstance(i, Article)
    ]
    assert len({i.key for i in absolute if isinstance(i, Article)}) == 2


def test_an_archive_is_found_in_a_folder_and_by_a_pattern(write: Write, read: Read) -> None:
    path = write("sub/a.zip", packed({"a.txt": TEXT}))
    for source in (path.parent, f"{path.parent}/*.zip"):
        assert titles(read(source)) == ["Ferry sails again"]


HUGE = 4 * 1024**3


@pytest.mark.parametrize("name", ["a.json", "a.txt", "a.html", "a.eml", "a.xml", "a.md", "a.pdf", "a.docx"])  # fmt: skip
def test_a_huge_file_is_one_failure_and_is_not_read(name: str, write: Write, read: Read) -> None:
    path = write(name, b"")
    os.truncate(path, HUGE)
    tracemalloc.start()
    try:
        failure = only_failure(read(path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "larger than" in failure.reason or name == "a.xml"
    assert peak < 64 * 1024**2


def test_a_line_as_long_as_a_file_of_lines_is_read_in_pieces(write: Write, read: Read) -> None:
    path = write("a.jsonl", json.dumps(RECORD) + "\n")
    with path.open("ab") as stream:
        stream.write(b"[" + b" " * 50_000_000 + b"]\n" + json.dumps(RECORD).encode() + b"\n")
    tracemalloc.start()
    try:
        one, failure, other = read(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(one, Article) and isinstance(failure, Failure) and isinstance(other, Article)
    assert failure.source == f"{path}:2"
    assert peak < 80 * 1024**2


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_a_huge_file_of_lines_is_one_failure(name: str, write: Write, read: Read) -> None:
    path = write(name, b"")
    os.truncate(path, 2 * EXPORT_BYTES)
    tracemalloc.start()
    try:
        items = read(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [type(item) for item in items] == [Failure]
    assert peak < 128 * 1024**2


@pytest.mark.parametrize(
    ("name", "data"),
    [("ferry", TEXT), ("page", PAGE), ("record", json.dumps(RECORD)), ("archive", packed({"a.txt": TEXT})),
     ("mail", mail())],
)  # fmt: skip
def test_a_named_file_without_an_ending_is_read_as_what_it_is(
    name: str, data: str | bytes, write: Write, read: Read
) -> None:
    assert titles(read(write(name, data))) == ["Ferry sails again"]


@pytest.mark.parametrize("name", [".gz", "page.gz"])
def test_a_compressed_file_without_an_ending_of_its_own_is_one_item(
    name: str, write: Write, read: Read
) -> None:
    [item] = read(write(name, gzip.compress(TEXT.encode())))
    assert item.source.endswith(name)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", ".txt"), (b"Ferry sails again\n\nOn Monday", ".txt"), (b"%PDF-1.7\n", ".pdf"),
        (b'{"title": 1}', ".json"), (b"[1, 2]", ".json"), (b" \n\t{", ".json"), (b"\xef\xbb\xbf{", ".json"),
        (b"<!DOCTYPE html>", ".html"), (b"<!doctype HTML PUBLIC", ".html"), (b"<html lang='en'>", ".html"),
        (b"<HTML>", ".html"), (b"<?xml version='1.0'?><html xmlns='x'>", ".html"), (b"<!-- x --><html>", ".html"),
        (b"<?xml version='1.0'?><rss>", ".xml"), (b"<rss version='2.0'>", ".xml"), (b"<nitf>", ".xml"),
        (b"<newsItem xmlns='x'>", ".xml"), (b"<3 is a heart", ".html"),
        (packed({"a.txt": TEXT}), ".zip"), (packed({"[Content_Types].xml": "", "word/document.xml": ""}), ".docx"),
        (b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n\r\nText", ".eml"),
        (b"Received: x\n by y\nDate: z\nFrom: a\n\nText", ".eml"),
        (b"MIME-Version: 1.0\r\nFrom: <Saved>\r\nContent-Type: multipart/related;\r\n type=x\r\n\r\n", ".mhtml"),
        (b"Title: A\nDate: b\nPlace: c\n\nText", ".txt"), (b"From: a\n\nText", ".txt"),
        (b"title,text\na,b\n", ".csv"), (b"id;headline;body\n", ".csv"), (b"id\ttitle\ttext\r\n", ".csv"),
        (b"title\ntext\n", ".txt"),
        (b"a,b,c\n1,2,3\n", ".txt"),
    ],
)  # fmt: skip
def test_the_kind_of_bytes_is_told_by_how_they_begin(head: bytes, kind: str) -> None:
    assert sniff(head) == kind


@pytest.mark.parametrize(
    "line", ["The title of the book, he said, is long.\n", "Content with its lot, the isle votes no\n",
             "Body found on the quay, police say\n"],
)  # fmt: skip
def test_a_story_whose_first_line_has_a_comma_is_no_table(line: str) -> None:
    assert sniff(line.encode()) == ".txt"


def test_a_story_from_standard_input_with_a_comma_in_its_headline_is_read(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = "Body found on the quay, police say\n\nA body was found on Monday, with a sheep beside it.\n"
    monkeypatch.setattr(sys, "stdin", Input(story.encode()))
    assert titles(read("-")) == ["Body found on the quay, police say"]


@given(st.one_of(st.binary(max_size=80), st.text(max_size=60).map(str.encode)))
@settings(deadline=None, database=None, max_examples=300)
def test_any_bytes_are_of_a_kind_that_can_be_read(head: bytes) -> None:
    assert sniff(head) in {*READERS, ".zip"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.txt", ".txt"), ("a.JSON.gz", ".json"), ("a.b.HTML", ".html"), ("a", ""), (".txt", ""),
     ("a.gz", ""), ("a.", ""), ("a.txt.gz.gz", ".gz"), ("sub.d/a", ""), ("a.tar.gz", ".tar")],
)  # fmt: skip
def test_the_ending_of_a_name_says_its_kind(name: str, kind: str) -> None:
    assert kind_of(name) == kind


@given(st.text(max_size=30))
@settings(deadline=None, database=None, max_examples=100)
def test_any_source_gives_files_or_failures(source: str) -> None:
    if source.strip("/.\\") in ("", "-", "~") or source.startswith("/"):
        return
    assert all(isinstance(found, (SourceFile, Failure)) for found in files_of(source, READERS))


def test_a_name_of_bytes_is_shown_as_text() -> None:
    assert printable(os.fsdecode(b"a\xe9.txt")) == "a\\xe9.txt"
    assert printable("größe.txt") == "größe.txt"
