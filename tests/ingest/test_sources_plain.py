"""Plain text and Markdown files."""

from __future__ import annotations

import gzip
import textwrap
from collections.abc import Callable

import pytest

from ingest.article import Article, Moment

Read = Callable[[str, "str | bytes"], Article]
Reason = Callable[[str, "str | bytes"], str]
STORY = "The harbour reopened on Sunday after ten years of repairs, officials said."
MORE = "Ships from three countries came to the pier, and the mayor gave a speech to the crews."
FRONT = """---
title: Harbour reopens
publisher: Pier Gazette
author: Ann Bay and Bo Reef
published: 2023-07-16T09:10:00+08:00
updated: 2023-07-17
url: https://piergazette.example/harbour
section: World
language: en
---
"""


def test_front_matter_fills_the_fields(article_of: Read) -> None:
    article = article_of("a.txt", f"{FRONT}\n{STORY}\n\n{MORE}\n")
    assert article.title == "Harbour reopens"
    assert article.publisher == "Pier Gazette"
    assert article.authors == ("Ann Bay", "Bo Reef")
    assert article.published == Moment("2023-07-16T09:10:00+08:00", "metadata")
    assert article.updated == Moment("2023-07-17", "metadata")
    assert article.url == article.key == "https://piergazette.example/harbour"
    assert (article.section, article.language) == ("World", "en")
    assert article.text == f"{STORY}\n\n{MORE}"


def test_without_front_matter_the_first_line_is_the_headline(article_of: Read) -> None:
    article = article_of("a.txt", f"Harbour reopens\n\n{STORY}\n\n{MORE}\n")
    assert (article.title, article.text) == ("Harbour reopens", f"{STORY}\n\n{MORE}")
    assert (article.publisher, article.url, article.authors) == (None, None, ())
    assert article.key.endswith("a.txt")


def test_a_text_without_a_date_is_undated(article_of: Read) -> None:
    article = article_of("a.txt", f"Harbour reopens\n\n{STORY}\n")
    assert (article.published, article.updated) == (None, None)


def test_a_published_line_dates_the_article(article_of: Read) -> None:
    article = article_of("a.txt", f"Harbour reopens\n\nPublished: 16 July 2023\n\n{STORY}\n")
    assert article.published == Moment("2023-07-16", "text")
    assert article.text == STORY


@pytest.mark.parametrize("day", ["03/04/2023", "July 2023", "2999-01-01", "0001-01-01", "soon"])
def test_a_doubtful_date_in_front_matter_is_none(day: str, article_of: Read) -> None:
    article = article_of("a.txt", f"---\npublished: '{day}'\n---\nHarbour reopens\n\n{STORY}\n")
    assert article.published is None


def test_a_date_in_the_address_dates_an_article_that_states_none(article_of: Read) -> None:
    front = "---\nurl: https://piergazette.example/2023/07/16/harbour\n---\n"
    article = article_of("a.txt", f"{front}Harbour reopens\n\n{STORY}\n")
    assert article.published == Moment("2023-07-16", "url")
    assert article.publisher == "piergazette.example"


def test_the_furniture_of_a_wire_story_becomes_fields(article_of: Read) -> None:
    article = article_of(
        "a.txt",
        "Harbour reopens\n\nBy Ann Bay\n\nPORT HAVEN, Norland (Harbour Wire) - "
        f"{STORY}\n\nAdvertisement\n\n{MORE}\n\n(Reporting by Ann Bay; Editing by Bo Reef)\n",
    )
    assert article.authors == ("Ann Bay",)
    assert (article.dateline, article.agency) == ("PORT HAVEN, Norland", "Harbour Wire")
    assert article.credits == "Reporting by Ann Bay; Editing by Bo Reef"
    assert article.text == f"{STORY}\n\n{MORE}"


def test_a_text_that_starts_with_a_paragraph_has_its_first_words_as_headline(
    article_of: Read,
) -> None:
    long = " ".join([STORY] * 4)
    article = article_of("a.txt", f"{long}\n\n{MORE}\n")
    assert article.title.endswith("…") and long.startswith(article.title[:-1])
    assert article.text == f"{long}\n\n{MORE}"


def test_the_headline_of_front_matter_wins_and_its_repetition_is_dropped(article_of: Read) -> None:
    article = article_of("a.txt", f"---\ntitle: Harbour reopens\n---\nHarbour Reopens\n\n{STORY}\n")
    assert (article.title, article.text) == ("Harbour reopens", STORY)


def test_lines_broken_at_a_fixed_width_are_joined_to_paragraphs(article_of: Read) -> None:
    story = f"{STORY} {MORE} {STORY}"
    broken = "\n".join(textwrap.wrap(story, 70))
    article = article_of("a.txt", f"Harbour reopens\n\n{broken}\n\n{broken}\n")
    assert article.text == f"{story}\n\n{story}"


def test_long_lines_are_paragraphs_of_their_own(article_of: Read) -> None:
    long = f"{STORY} {MORE}"
    article = article_of("a.txt", f"Harbour reopens\n{long}\n{MORE}\n")
    assert article.text == f"{long}\n{MORE}"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028"])
def test_any_line_ends_are_read(end: str, article_of: Read) -> None:
    article = article_of("a.txt", f"{FRONT}\n{STORY}\n\n{MORE}\n".replace("\n", end))
    assert (article.publisher, article.text) == ("Pier Gazette", f"{STORY}\n\n{MORE}")


def test_markdown_loses_its_marks(article_of: Read) -> None:
    article = article_of(
        "a.md",
        "# Harbour reopens\n\n**The harbour** reopened on *Sunday*, the "
        "[Pier Gazette](https://piergazette.example) reported.\n\n## The ships\n\n"
        "> We waited for ten years.\n\n![A ship](ship.png)\n\nThe file snake_case_name stayed.\n",
    )
    assert article.title == "Harbour reopens"
    assert article.text == (
        "The harbour reopened on Sunday, the Pier Gazette reported.\n\nThe ships\n\n"
        "We waited for ten years.\n\nA ship\n\nThe file snake_case_name stayed."
    )


def test_markdown_has_front_matter_too(article_of: Read) -> None:
    article = article_of("a.md", f"{FRONT}\n# Harbour reopens\n\n{STORY}\n")
    assert (article.title, article.text) == ("Harbour reopens", STORY)
    assert article.published == Moment("2023-07-16T09:10:00+08:00", "metadata")


def test_a_plain_text_keeps_what_would_be_marks_in_markdown(article_of: Read) -> None:
    article = article_of("a.txt", f"Harbour reopens\n\n*{STORY}* [sic](a)\n")
    assert article.text == f"*{STORY}* [sic](a)"


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("a.txt", "utf-8-sig"), ("a.txt", "utf-16"), ("a.txt", "utf-16-le"), ("a.txt", "utf-16-be"),
     ("a.txt", "cp1252"), ("a.md", "utf-16"), ("a.text", "utf-8"), ("a.markdown", "cp1252")],
)  # fmt: skip
def test_any_usual_encoding_is_read(name: str, encoding: str, article_of: Read) -> None:
    text = f"{FRONT}\nThe café “Pier” reopened.\n\n{MORE}\n"
    article = article_of(name, text.encode(encoding))
    assert article.text == f"The café “Pier” reopened.\n\n{MORE}"
    assert article.publisher == "Pier Gazette"


@pytest.mark.parametrize("name", ["a.txt.gz", "a.md.gz", "a.TXT.GZ", "packed.txt"])
def test_a_gzipped_file_is_read(name: str, article_of: Read) -> None:
    packed = gzip.compress(f"{FRONT}\n{STORY}\n".encode())
    assert article_of(name, packed).text == STORY


@pytest.mark.parametrize("odd", [b"\x00", b"\xed\xa0\x80", b"\x07", b"\xff"], ids=repr)
def test_odd_bytes_in_a_text_cost_nothing_else(odd: bytes, article_of: Read) -> None:
    body = f"{STORY}\n\n{MORE}"
    article = article_of("a.txt", b"Harbour" + odd + f" reopens\n\n{body}\n".encode())
    assert article.title.startswith("Harbour") and article.title.endswith("reopens")
    assert not set(article.title) & set("\0\x07\ud800")
    assert article.text == body


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 40, "binary"),
        (b"Harbour reopens\n", "no article text"),
        (b"Advertisement\n\nSubscribe\n", "no text"),
        (b"Harbour reopens\n\nAdvertisement\n", "no article text"),
        (b"---\ntitle: [\n---\nHarbour\n\nIt reopened.\n", "not valid YAML"),
        (b"---\npublished: 2023-13-45\n---\nHarbour\n\nIt reopened.\n", "not valid YAML"),
        (b"---\ntitle: Harbour reopens\n---\n", "no text"),
        (
            gzip.compress(b"Harbour\n\nIt reopened.\n" * 99, mtime=0)[:-9],
            "compressed data are damaged",
        ),
        (b"\x1f\x8bthis is no gzip stream", "compressed data are damaged"),
        (b"Harbour reopens\n\n" + b"It is open. " * 900_000, "larger than"),
        (gzip.compress(b"It is open. " * 900_000, mtime=0), "decompression bomb"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unusable_file_is_one_failure_with_its_reason(
    content: bytes, reason: str, reason_of: Reason
) -> None:
    assert reason in reason_of("a.txt", content)


def test_a_rule_at_the_top_is_no_front_matter(article_of: Read) -> None:
    article = article_of("a.txt", f"Harbour reopens\n\n---\nnot: fields\n---\n\n{STORY}\n")
    assert article.title == "Harbour reopens"
    assert article.text.endswith(STORY)


def test_front_matter_that_is_no_mapping_is_text(article_of: Read) -> None:
    article = article_of("a.txt", f"---\njust words\n---\n{STORY}\n\n{MORE}\n")
    assert "just words" in article.text
