"""CSV and TSV exports."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.article import Article, Failure, Item, Moment, PassedOver
from ingest.errors import UnreadableError
from ingest.sources import records
from ingest.sources.files import SourceFile

Read = Callable[["str | Path"], list[Item]]
Write = Callable[[str, "str | bytes"], Path]
ArticleOf = Callable[[str, "str | bytes"], Article]
Reason = Callable[[str, "str | bytes"], str]
STORY = (
    "The harbour reopened on Sunday after ten years of repairs, and ships from three countries "
    "came to the pier, officials of Port Haven said."
)
HEADER = ["id", "Title", "Text", "Publisher", "Published", "URL"]
ROW = ["7", "Harbour; reopens", STORY, "Pier Gazette", "2023-07-16", "https://pier.example/a"]


def csv_of(*rows: list[str], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def only(items: list[Item]) -> Article:
    [item] = items
    assert isinstance(item, Article), item
    return item


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_header_names_the_fields(
    delimiter: str, encoding: str, write: Write, read: Read
) -> None:
    data = csv_of(HEADER, ROW, delimiter=delimiter).encode(encoding)
    article = only(read(write("a.csv", data)))
    assert (article.title, article.text) == ("Harbour; reopens", STORY)
    assert (article.publisher, article.url) == ("Pier Gazette", "https://pier.example/a")
    assert article.published == Moment("2023-07-16", "metadata")


def test_other_encodings_are_guessed_as_anywhere(article_of: ArticleOf) -> None:
    text = f"{STORY} The café is open."
    data = csv_of(["title", "text"], ["Häfen", text]).encode("cp1252")
    assert (article_of("a.csv", data).title, article_of("a.csv", data).text) == ("Häfen", text)


def test_tsv_and_gzip_are_read(article_of: ArticleOf) -> None:
    data = csv_of(HEADER, ROW, delimiter="\t")
    assert article_of("a.tsv", data).text == STORY
    assert article_of("a.csv.gz", gzip.compress(data.encode())).text == STORY


def test_a_cell_may_have_lines_quotes_and_delimiters(article_of: ArticleOf) -> None:
    text = f'{STORY}\n\n"We waited," she said; "long, long."\r\nThen the ferry came.'
    assert article_of("a.csv", csv_of(["title", "text"], ["H", text])).text == text.replace(
        "\r", ""
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(end: str, write: Write, read: Read) -> None:
    data = csv_of(["id", "text"], ["1", STORY], ["2", f"{STORY} Again."]).replace("\r\n", end)
    assert [item.key[-2:] for item in read(write("a.csv", data)) if isinstance(item, Article)] == [
        "#1", "#2",
    ]  # fmt: skip


def test_excels_line_above_the_header_states_the_delimiter(article_of: ArticleOf) -> None:
    data = "sep=;\r\n" + csv_of(HEADER, ROW, delimiter=";")
    assert article_of("a.csv", data).text == STORY


def test_empty_lines_are_nothing(write: Write, read: Read) -> None:
    data = "\r\n\r\n" + csv_of(HEADER, ROW, ["", "", "", "", "", ""], []) + "\r\n"
    assert only(read(write("a.csv", data))).text == STORY


def test_of_two_columns_for_a_field_the_filled_one_is_used(article_of: ArticleOf) -> None:
    data = csv_of(["text", "text", "headline", "title"], ["", STORY, "Harbour", ""])
    article = article_of("a.csv", data)
    assert (article.title, article.text) == ("Harbour", STORY)


def test_a_bad_row_costs_only_itself(write: Write, read: Read) -> None:
    rows = [
        ["1", "A", STORY],
        ["2", "B"],
        ["3", "C", f"{STORY} 3", "more"],
        ["4", "D", f"{STORY} 4"],
    ]
    path = write("a.csv", csv_of(["id", "title", "text"], *rows))
    first, short, long, last = read(path)
    assert isinstance(first, Article) and isinstance(last, Article)
    assert short == Failure(f"{path}:2", "the record holds no article text")
    assert long == Failure(f"{path}:3", "the row has 4 cells, the header 3")


def test_a_cell_too_long_for_an_article_costs_its_row(
    write: Write, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "ARTICLE_BYTES", 1000)
    rows = [["1", STORY], ["2", "harbour " * 200], ["3", f"{STORY} Again."]]
    path = write("a.csv", csv_of(["id", "text"], *rows))
    first, failure, last = read(path)
    assert isinstance(first, Article) and isinstance(last, Article)
    assert isinstance(failure, Failure) and failure.source == f"{path}:2"


def test_the_same_id_for_different_texts_is_a_failure(write: Write, read: Read) -> None:
    data = csv_of(["id", "text"], ["1", STORY], ["1", f"{STORY} Again."])
    _, failure = read(write("a.csv", data))
    assert isinstance(failure, Failure) and "same id" in failure.reason


@pytest.mark.parametrize("content", ["year,rain\n2023,7\n", "Harbour\n", '"', "a;b\n"])
def test_a_table_without_texts_is_passed_over_in_a_folder_and_fails_when_named(
    content: str, write: Write, read: Read, reason_of: Reason
) -> None:
    reason = reason_of("a.csv", content)
    assert reason.startswith("its first row does not name a column with the article text")
    path = write("a.csv", content)
    assert read(path.parent) == [PassedOver(str(path))]


@pytest.mark.parametrize("content", ["", "\n \n", b"\xff\xfe", "title,text\n"])
def test_an_empty_table_says_so(content: str | bytes, reason_of: Reason) -> None:
    assert reason_of("a.csv", content) == "it is empty"


def test_a_table_is_not_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = 0

    def lines(_: SourceFile) -> Iterator[bytes]:
        nonlocal taken
        yield b"id,text\n"
        while True:
            taken += 1
            yield f'{taken},"{STORY} {taken}"\n'.encode()

    monkeypatch.setattr(SourceFile, "lines", lines)
    items = records.read_table(SourceFile.of_bytes(b"id,text\n", "a.csv", ".csv"))
    assert [type(next(items)) for _ in range(5)] == [Article] * 5
    assert taken < 100


words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8)
cells = st.lists(
    words | st.sampled_from([",", ";", '"', "|", "a;b", 'say "x"']), min_size=1, max_size=9
)


@given(cells, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["utf-8", "utf-16"]))
def test_any_cell_comes_back(words: list[str], delimiter: str, encoding: str) -> None:
    text = f"{STORY} {' '.join(words)} and so on."
    data = csv_of(["id", "title", "text"], ["1", "Harbour", text], delimiter=delimiter)
    file = SourceFile.of_bytes(data.encode(encoding), "a.csv", ".csv")
    [article] = records.read_table(file)
    assert isinstance(article, Article) and article.text == text


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"title,text\n", b"\xff\xfet\0e\0x\0t\0\n\0"])
)
def test_arbitrary_bytes_raise_nothing_else(data: bytes, head: bytes) -> None:
    with suppress(UnreadableError, EOFError):  # the latter of a gzip file that ends in its header
        list(records.read_table(SourceFile.of_bytes(head + data, "a.csv", ".csv")))
