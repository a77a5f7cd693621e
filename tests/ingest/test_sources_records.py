"""JSON and JSON lines."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.article import Article, Failure, Item, Moment, PassedOver

Read = Callable[["str | Path"], list[Item]]
Write = Callable[[str, "str | bytes"], Path]
ArticleOf = Callable[[str, "str | bytes"], Article]
Reason = Callable[[str, "str | bytes"], str]
STORY = (
    "The harbour reopened on Sunday after ten years of repairs, and ships from three countries "
    "came to the pier, officials of Port Haven said."
)


def story(number: int) -> dict[str, object]:
    return {"id": number, "title": f"Harbour {number}", "text": f"{STORY} It was day {number}."}


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def texts(items: list[Item]) -> list[str]:
    assert all(isinstance(item, Article) for item in items), items
    return [item.text for item in items if isinstance(item, Article)]


def test_a_json_object_is_an_article(article_of: ArticleOf) -> None:
    article = article_of(
        "a.json",
        json.dumps(
            {
                "title": "Harbour reopens",
                "text": STORY,
                "publisher": "Pier Gazette",
                "authors": ["Ann Bay", "Bo Reef"],
                "published": "2023-07-16T09:10:00+08:00",
                "updated": "2023-07-17",
                "agency": "Harbour Wire",
                "dateline": "PORT HAVEN",
                "section": "World",
                "language": "en",
            }
        ),
    )
    assert (article.title, article.text) == ("Harbour reopens", STORY)
    assert (article.publisher, article.agency) == ("Pier Gazette", "Harbour Wire")
    assert article.authors == ("Ann Bay", "Bo Reef")
    assert article.published == Moment("2023-07-16T09:10:00+08:00", "metadata")
    assert article.updated == Moment("2023-07-17", "metadata")
    assert (article.dateline, article.section, article.language) == ("PORT HAVEN", "World", "en")


def test_a_json_list_is_several_articles(write: Write, read: Read) -> None:
    items = read(write("a.json", json.dumps([story(1), story(2)])))
    assert texts(items) == [story(1)["text"], story(2)["text"]]


@pytest.mark.parametrize(
    "name", ["articles", "items", "results", "docs", "documents", "stories", "data", "hits"]
)
def test_a_json_object_may_wrap_the_list(name: str, write: Write, read: Read) -> None:
    wrapped = {"status": "ok", "total": 2, name: [story(1), story(2)]}
    assert len(texts(read(write("a.json", json.dumps(wrapped))))) == 2


def test_json_lines_are_articles_and_blank_ones_are_nothing(write: Write, read: Read) -> None:
    content = lines(story(1)) + "\n  \n" + lines(story(2))
    for name in ("a.jsonl", "a.ndjson", "a.json"):
        assert len(texts(read(write(name, content)))) == 2


NAMES = [
    ("title", "Harbour", ["title", "headline", "Head", "Head-Line", "head_line", "name", "TITLE"]),
    ("text", STORY, ["text", "body", "content", "articleBody", "article_body", "full_text",
                     "Full Text", "maintext", "article_text", "article", "story", "body_text"]),
    ("publisher", "Pier Gazette", ["publisher", "source", "outlet", "source_name", "newspaper",
                                   "publication", "site_name", "site", "provider", "medium"]),
    ("published", "2023-07-16", ["published", "publishedAt", "published_at", "datePublished",
                                 "date_published", "publication_date", "publish_date",
                                 "published date", "pubDate", "pub-date", "first_published",
                                 "date", "Date", "datetime", "timestamp"]),
    ("updated", "2023-07-16", ["updated", "updated_at", "dateModified", "modified", "modified_at",
                               "last_modified", "date_updated"]),
    ("url", "https://pier.example/a", ["url", "link", "webUrl", "web_url", "canonical_url",
                                       "canonical", "permalink", "href", "uri"]),
    ("authors", "Ann Bay", ["authors", "author", "byline", "creator", "writer", "by"]),
    ("agency", "Harbour Wire", ["agency", "wire", "news_agency"]),
    ("dateline", "PORT HAVEN", ["dateline", "place", "dateline_place"]),
    ("language", "en", ["language", "lang", "inLanguage"]),
    ("section", "World", ["section", "category", "desk", "topic", "articleSection"]),
    ("kind", "opinion", ["kind", "type", "genre"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [(field, value, name) for field, value, names in NAMES for name in names],
)
def test_a_field_may_have_any_usual_name(
    field: str, value: str, name: str, article_of: ArticleOf
) -> None:
    base = {} if field == "text" else {"text": STORY}
    article = article_of("a.json", json.dumps({**base, name: value}))
    found = getattr(article, field)
    if isinstance(found, Moment):
        found = found.iso
    assert found == ((value,) if field == "authors" else value)


@pytest.mark.parametrize("name", ["id", "guid", "uuid", "article_id", "articleId"])
def test_an_id_may_have_any_usual_name(name: str, article_of: ArticleOf) -> None:
    assert article_of("a.json", json.dumps({name: "x7", "text": STORY})).key.endswith("a.json#x7")


def test_of_two_names_for_a_field_the_filled_one_is_used(article_of: ArticleOf) -> None:
    article = article_of(
        "a.json", json.dumps({"text": "", "title": None, "body": STORY, "headline": "H"})
    )
    assert (article.text, article.title) == (STORY, "H")


@pytest.mark.parametrize(
    ("value", "publisher"),
    [
        ("Pier Gazette", "Pier Gazette"),
        ({"id": None, "name": "Pier Gazette"}, "Pier Gazette"),
        ([{"name": "Pier Gazette"}, {"name": "Other"}], "Pier Gazette"),
        (["Pier Gazette"], "Pier Gazette"),
        (" Pier \n Gazette ", "Pier Gazette"),
        ("<span>Pier Gazette</span>", "Pier Gazette"),
        ([], None),
        ({}, None),
        (True, None),
        ("", None),
    ],
    ids=repr,
)
def test_a_name_is_taken_out_of_whatever_holds_it(
    value: object, publisher: str | None, article_of: ArticleOf
) -> None:
    assert article_of("a.json", json.dumps({"text": STORY, "source": value})).publisher == publisher


@pytest.mark.parametrize(
    ("value", "authors", "agency"),
    [
        ("By Ann Bay and Bo Reef", ("Ann Bay", "Bo Reef"), None),
        ("Ann Bay, Reuters", ("Ann Bay",), "Reuters"),
        (["Ann Bay", "Bo Reef", "Ann Bay"], ("Ann Bay", "Bo Reef"), None),
        ([{"name": "Ann Bay"}, {"name": ""}, None], ("Ann Bay",), None),
        ({"name": "Ann Bay"}, ("Ann Bay",), None),
        ("The Harbour Desk of 1913", ("The Harbour Desk of 1913",), None),
        ([], (), None),
        (None, (), None),
    ],
    ids=repr,
)
def test_authors_are_read_in_any_usual_shape(
    value: object, authors: tuple[str, ...], agency: str | None, article_of: ArticleOf
) -> None:
    article = article_of("a.json", json.dumps({"text": STORY, "author": value}))
    assert (article.authors, article.agency) == (authors, agency)


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("2023-07-16T09:10:00Z", "2023-07-16T09:10:00+00:00"),
        (1689498600, "2023-07-16T09:10:00+00:00"),
        (1689498600000, "2023-07-16T09:10:00+00:00"),
        (20230716, "2023-07-16"),
        ("16 July 2023", "2023-07-16"),
        ("03/04/2023", None),
        ("2999-01-01", None),
        ("0001-01-01T00:00:00", None),
        (0, None),
        (True, None),
        ({"day": "2023-07-16"}, None),
        ("", None),
        (None, None),
    ],
    ids=repr,
)
def test_a_date_is_read_or_the_article_is_undated(
    value: object, iso: str | None, article_of: ArticleOf
) -> None:
    article = article_of("a.json", json.dumps({"text": STORY, "date": value}))
    assert article.published == (Moment(iso, "metadata") if iso else None)


def test_a_date_in_the_address_is_used_when_no_other_is_stated(article_of: ArticleOf) -> None:
    url = "https://www.pier.example/2023/07/16/harbour"
    article = article_of("a.json", json.dumps({"text": STORY, "url": url}))
    assert article.published == Moment("2023-07-16", "url")
    assert article.publisher == "pier.example"


@pytest.mark.parametrize("url", ["/harbour", "ftp://pier.example/a", "pier.example", 7, "https://"])
def test_what_is_no_web_address_is_no_address(url: object, article_of: ArticleOf) -> None:
    article = article_of("a.json", json.dumps({"text": STORY, "url": url, "id": "x7"}))
    assert article.url is None
    assert article.key.endswith("a.json#x7")


def test_markup_in_a_text_becomes_paragraphs(article_of: ArticleOf) -> None:
    markup = f"<p>{STORY}</p><script>alert(1)</script><p>Ships &amp; boats<br>came.</p>"
    article = article_of("a.json", json.dumps({"title": "Harbour", "text": markup}))
    assert article.text == f"{STORY}\n\nShips & boats\n\ncame."


@pytest.mark.parametrize(
    "value",
    [[STORY, "Ships came."], [{"text": STORY}, {"content": "Ships came."}], {"text": [STORY, "Ships came."]}],
    ids=["strings", "objects", "object"],
)  # fmt: skip
def test_a_text_may_be_a_list_of_paragraphs(value: object, article_of: ArticleOf) -> None:
    article = article_of("a.json", json.dumps({"title": "Harbour", "body": value}))
    assert article.text == f"{STORY}\n\nShips came."


def test_an_article_without_a_title_is_headed_by_its_first_words(article_of: ArticleOf) -> None:
    long = f"{STORY} Nobody had expected it so soon."
    article = article_of("a.json", json.dumps({"text": long}))
    assert article.title.endswith("…") and long.startswith(article.title[:-1])
    assert article.text == long


def test_a_malformed_line_costs_only_itself(write: Write, read: Read) -> None:
    rows = [json.dumps(story(number)) for number in range(1, 11)]
    rows[6] = rows[6][:40]
    path = write("a.jsonl", "\n".join(rows))
    items = read(path)
    [failure] = [item for item in items if isinstance(item, Failure)]
    assert sum(isinstance(item, Article) for item in items) == 9
    assert failure.source == f"{path}:7"
    assert "not valid JSON" in failure.reason


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("[1, 2]", "not a JSON object"),
        ('"text"', "not a JSON object"),
        ("null", "not a JSON object"),
        ('{"title": "Harbour"}', "no article text"),
        ('{"title": "Harbour", "text": "   "}', "no article text"),
        ('{"title": "Harbour", "text": 5}', "no article text"),
        ('{"title": "Harbour", "text": "Advertisement"}', "no article text"),
        ("[" * 100_000, "not valid JSON: maximum recursion depth exceeded"),
        ('{"text": ' + "[" * 100_000, "not valid JSON: maximum recursion depth exceeded"),
        ("{'text': 'single quotes'}", "not valid JSON"),
        (f'{{"id": 8, "text": "a raw \x00 byte. {STORY}"}}', "not valid JSON"),
    ],
    ids=lambda value: value[:30].replace("\0", "NUL"),
)
def test_a_bad_record_is_one_failure_with_its_line(
    bad: str, reason: str, write: Write, read: Read
) -> None:
    path = write("a.jsonl", lines(story(1)) + bad + "\n" + lines(story(3)))
    first, failure, last = read(path)
    assert isinstance(first, Article) and isinstance(last, Article)
    assert isinstance(failure, Failure)
    assert failure.source == f"{path}:2"
    assert reason in failure.reason


def test_a_bad_record_of_a_json_list_is_named_by_its_number(write: Write, read: Read) -> None:
    path = write("a.json", json.dumps([story(1), 5, {"title": "No text"}, story(4)]))
    assert [item.source for item in read(path) if isinstance(item, Failure)] == [
        f"{path}:2", f"{path}:3",
    ]  # fmt: skip


def test_an_id_that_is_used_twice_for_different_texts_is_a_failure(
    write: Write, read: Read
) -> None:
    path = write("a.jsonl", lines(story(7), {**story(7), "text": f"{STORY} Nobody came."}))
    kept, failure = read(path)
    assert isinstance(kept, Article) and kept.text == story(7)["text"]
    assert isinstance(failure, Failure) and failure.source == f"{path}:2"
    assert "same id '7'" in failure.reason


def test_an_id_that_is_used_twice_for_the_same_text_is_none(write: Write, read: Read) -> None:
    one, other = read(write("a.jsonl", lines(story(7), story(7))))
    assert isinstance(one, Article) and isinstance(other, Article)
    assert one.key == other.key


def test_records_are_told_apart_by_publisher_and_title_where_they_have_no_id(
    write: Write, read: Read
) -> None:
    records = [
        {"title": title, "source": source, "text": f"{STORY} {title}, {source}."}
        for title in ("Harbour", "Lighthouse")
        for source in ("Pier Gazette", "Tide Post")
    ]
    items = read(write("a.jsonl", lines(*records)))
    assert len({item.key for item in items if isinstance(item, Article)}) == 4


def test_null_characters_and_lone_surrogates_are_cleaned(write: Write, read: Read) -> None:
    record = (
        '{"id": "x\\u0000\\ud800", "title": "Har\\u0000bour \\udfff", '
        f'"source": "Pier \\ud83d Gazette", "text": "\\u0000{STORY} \\ud800"}}\n'
    )
    [article] = read(write("a.jsonl", record))
    assert isinstance(article, Article)
    for value in (article.key, article.title, article.publisher or "", article.text):
        assert "\0" not in value
        assert value.encode()
    assert article.text.startswith(STORY)


def test_a_pair_of_surrogates_is_one_character(article_of: ArticleOf) -> None:
    article = article_of("a.jsonl", f'{{"title": "Ship \\ud83d\\udea2", "text": "{STORY}"}}')
    assert article.title == "Ship 🚢"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_any_usual_encoding_is_read(name: str, encoding: str, write: Write, read: Read) -> None:
    record = {"title": "Café", "text": f"{STORY} “At the café”, they said."}
    rows = [json.dumps({**record, "id": i}, ensure_ascii=False) for i in range(3)]
    content = "\n".join(rows) if name == "a.jsonl" else f"[{','.join(rows)}]"
    items = read(write(name, content.encode(encoding)))
    assert texts(items) == [f"{STORY} “At the café”, they said."] * 3


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_json_document_in_utf_16_needs_no_mark(encoding: str, article_of: ArticleOf) -> None:
    data = json.dumps({"title": "Café", "text": STORY}, ensure_ascii=False).encode(encoding)
    assert article_of("a.json", data).title == "Café"


@pytest.mark.parametrize("name", ["a.json.gz", "a.jsonl.gz", "a.ndjson.gz", "packed.jsonl"])
def test_a_gzipped_export_is_read(name: str, write: Write, read: Read) -> None:
    packed = gzip.compress(lines(story(1), story(2)).encode())
    assert len(texts(read(write(name, packed)))) == 2


def test_a_gzipped_json_list_is_read(write: Write, read: Read) -> None:
    packed = gzip.compress(json.dumps([story(1), story(2)]).encode())
    assert len(texts(read(write("a.json.gz", packed)))) == 2


def test_of_a_truncated_gzip_the_whole_lines_are_kept(write: Write, read: Read) -> None:
    packed = gzip.compress(lines(*map(story, range(500))).encode())
    *articles, failure = read(write("a.jsonl.gz", packed[: len(packed) // 2]))
    assert articles
    assert all(isinstance(item, Article) for item in articles)
    assert isinstance(failure, Failure) and "damaged" in failure.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty"),
        ("{", "not valid JSON"),
        ("text", "not valid JSON"),
        ('[{"text": "x"},\n\n]', "at line 3"),
        ("[" * 100_000, "not valid JSON: maximum recursion depth exceeded"),
        ("7", "not a JSON object"),
        ("{}", "no article text"),
        ('{"articles": 5}', "no article text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 40, "binary"),
        (b"\x1f\x8bthis is no gzip stream", "compressed data are damaged"),
        ("[]", "empty"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_an_unusable_json_file_is_one_failure_with_its_reason(
    content: str | bytes, reason: str, reason_of: Reason
) -> None:
    assert reason in reason_of("a.json", content)


@pytest.mark.parametrize("content", ["", "\n \n", b"\xff\xfe"])
def test_an_empty_file_of_lines_is_a_failure_when_it_is_named(
    content: str | bytes, reason_of: Reason
) -> None:
    assert "empty" in reason_of("a.jsonl", content)


def test_a_line_too_long_for_an_article_is_not_read(write: Write, read: Read) -> None:
    long = json.dumps({"id": 2, "text": "harbour " * 1_400_000})
    items = read(write("a.jsonl", lines(story(1)) + long + "\n" + lines(story(3))))
    assert [item.title for item in items if isinstance(item, Article)] == ["Harbour 1", "Harbour 3"]
    assert any(isinstance(item, Failure) for item in items)


QUESTIONS = lines({"question": "When did it reopen?", "answers": ["Sunday"]}, {"question": "Why?"})


def test_a_file_without_articles_is_passed_over_in_a_folder(write: Write, read: Read) -> None:
    path = write("questions.jsonl", QUESTIONS)
    write("a.jsonl", lines(story(1)))
    article, passed = read(path.parent)
    assert isinstance(article, Article)
    assert passed == PassedOver(str(path))


def test_a_file_without_articles_fails_when_it_is_named(write: Write, read: Read) -> None:
    items = read(write("questions.jsonl", QUESTIONS))
    assert items
    assert all(isinstance(item, Failure) for item in items)


def test_a_file_of_a_folder_with_one_article_is_not_passed_over(write: Write, read: Read) -> None:
    path = write("a.jsonl", QUESTIONS + lines(story(3)))
    items = read(path.parent)
    assert [type(item) for item in items] == [Failure, Failure, Article]


def test_broken_json_in_a_folder_is_a_failure(write: Write, read: Read) -> None:
    path = write("a.jsonl", "{broken\n")
    [failure] = read(path.parent)
    assert isinstance(failure, Failure)
