"""Saved web pages."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import pytest

from ingest.article import Article, Moment

Read = Callable[[str, "str | bytes"], Article]
Reason = Callable[[str, "str | bytes"], str]
BODY = [
    "The harbour of Port Haven reopened on Sunday after ten years of repairs, officials said.",
    "Ships from three countries came to the pier, and the mayor gave a speech to their crews.",
    "“We have waited for this day,” said the keeper of the lighthouse, who is seventy years old.",
    "The repairs cost forty million crowns, twice as much as the council had planned at first.",
]
NEWS = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Harbour reopens after ten years",
    "datePublished": "2023-07-16T09:10:00+08:00",
    "dateModified": "2023-07-17T10:00:00+08:00",
    "author": [{"@type": "Person", "name": "Ann Bay"}, {"@type": "Person", "name": "Bo Reef"}],
    "publisher": {"@type": "Organization", "name": "Pier Gazette"},
    "articleSection": "World",
    "inLanguage": "en",
}


def page(head: str = "", article: str = "", title: str = "Harbour reopens | Pier Gazette") -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in BODY)
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head>"
        f"<body><nav><a href='/'>Home</a> <a href='/world'>World</a></nav><article>"
        f"<h1>Harbour reopens</h1>{article}{paragraphs}</article>"
        "<footer>© 2023 Pier Gazette</footer></body></html>"
    )


def script(*documents: object) -> str:
    return "".join(
        f'<script type="application/ld+json">{json.dumps(document)}</script>'
        for document in documents
    )


@pytest.mark.parametrize(
    "documents",
    [
        [NEWS],
        [[NEWS]],
        [{"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "No"}, NEWS]}],
        [{"@type": "BreadcrumbList"}, NEWS],
        [[{"@type": "Organization", "name": "No"}, NEWS]],
        [{**NEWS, "@type": ["Article", "NewsArticle"]}],
        [{**NEWS, "@type": "ReportageNewsArticle"}],
        [{**NEWS, "publisher": "Pier Gazette", "author": ["Ann Bay", {"name": "Bo Reef"}]}],
        [{**NEWS, "publisher": [{"name": "Pier Gazette"}], "articleSection": ["World", "Sea"]}],
    ],
    ids=["object", "list", "graph", "second script", "second of list", "two types", "subtype",
         "plain strings", "lists"],
)  # fmt: skip
def test_json_ld_fills_the_fields(documents: list[object], article_of: Read) -> None:
    article = article_of("a.html", page(script(*documents)))
    assert article.title == "Harbour reopens"  # as the page shows it
    assert article.publisher == "Pier Gazette"
    assert article.authors == ("Ann Bay", "Bo Reef")
    assert article.published == Moment("2023-07-16T09:10:00+08:00", "metadata")
    assert article.updated == Moment("2023-07-17T10:00:00+08:00", "metadata")
    assert (article.section, article.language) == ("World", "en")


def test_the_text_is_the_story_without_the_page_around_it(article_of: Read) -> None:
    article = article_of("a.html", page(script({**NEWS, "headline": "Harbour reopens"})))
    assert article.text == "\n\n".join(BODY)


META = """
<meta property="og:title" content="Harbour reopens after ten years">
<meta property="og:site_name" content="Pier Gazette">
<meta property="og:url" content="https://piergazette.example/harbour?utm_source=x">
<meta property="article:published_time" content="2023-07-16T09:10:00+08:00">
<meta property="article:modified_time" content="2023-07-17">
<meta property="article:section" content="World">
<meta name="author" content="Ann Bay">
"""


def test_meta_tags_fill_the_fields_where_there_is_no_json_ld(article_of: Read) -> None:
    article = article_of("a.html", page(META))
    assert article.title == "Harbour reopens"
    assert (article.publisher, article.authors) == ("Pier Gazette", ("Ann Bay",))
    assert article.published == Moment("2023-07-16T09:10:00+08:00", "metadata")
    assert article.updated == Moment("2023-07-17", "metadata")
    assert article.section == "World"
    assert article.key == "https://piergazette.example/harbour"


@pytest.mark.parametrize(
    "name",
    ["datePublished", "pubdate", "publish-date", "parsely-pub-date", "sailthru.date",
     "DC.date.issued", "dcterms.created", "date"],
)  # fmt: skip
def test_a_date_may_stand_under_any_usual_meta_name(name: str, article_of: Read) -> None:
    article = article_of("a.html", page(f'<meta name="{name}" content="2023-07-16">'))
    assert article.published == Moment("2023-07-16", "metadata")


def test_json_ld_wins_over_meta_tags_and_leaves_them_the_rest(article_of: Read) -> None:
    bare = {"@type": "NewsArticle", "headline": "From JSON", "datePublished": "2022-01-02"}
    article = article_of("a.html", page(script(bare) + META))
    assert article.title == "Harbour reopens"  # what the page shows wins over both
    assert article.published == Moment("2022-01-02", "metadata")
    assert (article.publisher, article.authors) == ("Pier Gazette", ("Ann Bay",))


def test_an_author_that_is_an_address_is_no_name(article_of: Read) -> None:
    tag = '<meta property="article:author" content="https://social.example/annbay">'
    assert article_of("a.html", page(tag)).authors == ()


def test_an_organisation_as_author_is_no_byline(article_of: Read) -> None:
    desk = {**NEWS, "author": {"@type": "Organization", "name": "Pier Gazette"}}
    assert article_of("a.html", page(script(desk))).authors == ()


def test_a_time_within_the_story_is_no_publication_date(article_of: Read) -> None:
    time = '<p>On <time datetime="1969-07-20">20 July 1969</time> they landed.</p>'
    assert article_of("a.html", page(article=time)).published is None


def test_a_time_element_dates_a_page_that_says_nothing_else(article_of: Read) -> None:
    time = '<p>By Ann Bay <time pubdate datetime="2023-07-16T09:10:00+08:00">on Sunday</time></p>'
    article = article_of("a.html", page(article=time))
    assert article.published == Moment("2023-07-16T09:10:00+08:00", "metadata")


def test_a_page_without_any_date_is_undated(article_of: Read) -> None:
    article = article_of("a.html", page())
    assert (article.published, article.updated) == (None, None)


@pytest.mark.parametrize(
    "elsewhere",
    [
        '<aside><time datetime="2020-01-01">Old</time></aside>',
        "<!-- 2020-01-01 -->",
    ],
)
def test_the_date_of_something_else_on_the_page_is_not_taken(
    elsewhere: str, article_of: Read
) -> None:
    assert article_of("a.html", page(article=elsewhere)).published is None


def test_a_time_outside_the_article_is_not_taken(article_of: Read) -> None:
    markup = page().replace("<footer>", '<footer><time datetime="2020-01-01">2020</time>')
    assert article_of("a.html", markup).published is None


@pytest.mark.parametrize("day", ["2999-01-01", "0001-01-01T00:00:00Z", "03/04/2023", "yesterday"])
def test_a_doubtful_date_leaves_the_page_undated(day: str, article_of: Read) -> None:
    assert article_of("a.html", page(script({**NEWS, "datePublished": day}))).published is None


def test_the_markup_names_what_the_metadata_do_not(article_of: Read) -> None:
    head = '<link rel="canonical" href="https://www.piergazette.example/2023/07/16/harbour">'
    article = article_of("a.html", page(head, '<a rel="author" href="/annbay">Ann Bay</a>'))
    assert article.title == "Harbour reopens"
    assert article.authors == ("Ann Bay",)
    assert article.url == "https://www.piergazette.example/2023/07/16/harbour"
    assert article.publisher == "piergazette.example"
    assert article.published == Moment("2023-07-16", "url")


def test_the_name_of_the_site_is_no_part_of_a_title(article_of: Read) -> None:
    markup = page().replace("<h1>Harbour reopens</h1>", "")
    assert article_of("a.html", markup).title == "Harbour reopens"


@pytest.mark.parametrize(
    ("changed", "kind"),
    [({}, "news"), ({"@type": "OpinionNewsArticle"}, "opinion"),
     ({"@type": "AnalysisNewsArticle"}, "analysis"), ({"articleSection": "Opinion"}, "opinion")],
)  # fmt: skip
def test_opinion_pages_are_told_from_news(
    changed: dict[str, object], kind: str, article_of: Read
) -> None:
    assert article_of("a.html", page(script({**NEWS, **changed}))).kind == kind


@pytest.mark.parametrize(
    "broken",
    ['<script type="application/ld+json">{"@type": "NewsArticle", </script>',
     f'<script type="application/ld+json">{"[" * 100_000}</script>',
     '<script type="application/ld+json"></script>',
     script(None, 5, "text", [None], {"@type": None}, {"@graph": {"@type": "WebPage"}}),
     script({"@type": "NewsArticle", "headline": {"a": 1}, "author": 5, "publisher": []})],
    ids=["cut off", "nested", "empty", "odd types", "odd values"],
)  # fmt: skip
def test_bad_json_ld_is_passed_over(broken: str, article_of: Read) -> None:
    article = article_of("a.html", page(broken + META))
    assert article.publisher == "Pier Gazette"
    assert article.text.endswith("\n\n".join(BODY))


def test_raw_line_breaks_in_json_ld_are_forgiven(article_of: Read) -> None:
    text = json.dumps(NEWS).replace("Harbour reopens", "Harbour\nreopens")
    article = article_of("a.html", page(f'<script type="application/ld+json">{text}</script>'))
    assert article.authors == ("Ann Bay", "Bo Reef")


@pytest.mark.parametrize(
    ("name", "encoding", "declared"),
    [("a.html", "utf-8", "utf-8"), ("a.htm", "utf-8-sig", "utf-8"),
     ("a.xhtml", "utf-8", "utf-8"), ("a.html", "utf-16", "utf-16"),
     ("a.html", "utf-16-le", "utf-16"), ("a.html", "cp1252", "windows-1252"),
     ("a.html", "cp1252", "")],
)  # fmt: skip
def test_any_usual_encoding_is_read(
    name: str, encoding: str, declared: str, article_of: Read
) -> None:
    markup = page().replace("utf-8", declared).replace("keeper", "café keeper")
    article = article_of(name, markup.encode(encoding))
    assert "“We have waited for this day,” said the café keeper" in article.text


def test_a_gzipped_page_is_read(article_of: Read) -> None:
    assert article_of("a.html.gz", gzip.compress(page().encode())).text == "\n\n".join(BODY)


def test_an_xml_declaration_is_no_obstacle(article_of: Read) -> None:
    markup = '<?xml version="1.0" encoding="UTF-8"?>' + page()
    assert article_of("a.xhtml", markup).text == "\n\n".join(BODY)


def test_null_bytes_and_lone_surrogates_do_not_reach_the_article(article_of: Read) -> None:
    odd = {**NEWS, "headline": "Harbour\0 reopens \ud800", "publisher": "Pier\0 Gazette\udfff"}
    markup = page(script(odd)).replace("ten years of repairs", "ten\0 years of repairs")
    article = article_of("a.html", markup)
    for value in (article.title, article.publisher or "", article.text):
        assert "\0" not in value
        assert value.encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"just a line of words, and no page", "not an HTML page"),
        (b"<html><head><title>Nothing</title></head><body></body></html>", "no article"),
        (b"<html><body><p>Advertisement</p></body></html>", "no article"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 40, "binary"),
        (b"<html><body><p>" + b"harbour " * 1_400_000, "larger than"),
        (gzip.compress(page().encode())[:-9], "compressed data are damaged"),
    ],
    ids=["empty", "no page", "no text", "rubbish only", "png", "large", "truncated"],
)
def test_an_unusable_page_is_one_failure_with_its_reason(
    content: bytes, reason: str, reason_of: Reason
) -> None:
    assert reason in reason_of("a.html", content)
