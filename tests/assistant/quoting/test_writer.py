from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.answer import Assistant
from assistant.read.weights import ANSWERED
from assistant.results import Passage
from assistant.write.quoting import about_article
from ingest.archive.archive import Archive
from ingest.article import Article, Moment
from ingest.settings import Settings

STORIES = (
    ("Bridge opens", "The Tamber bridge opened on Monday. Mayor Ilse Brandt cut the ribbon. It cost $40 million and took six years to build.", "Ledger", "2022-05-02"),
    ("Flood in Orva", "A flood killed 12 people in Orva on Sunday, the council said. Rescue teams came by boat.", "Post", "2022-06-06"),
    ("Flood toll rises", "The flood in Orva killed 15 people, the ministry said on Tuesday.", "Ledger", "2022-06-07"),
)  # fmt: skip


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("quoting") / "archive"
    archive = Archive.open(Settings(archive=folder, _env_file=None), create=True)
    list(archive.add(_articles(dated=False)))
    return Assistant(archive)


def _articles(dated: bool) -> list[Article]:
    return [
        Article(
            key=title, source="t", title=title, text=text, publisher=publisher,
            published=Moment(day, "metadata") if dated else None,
        )
        for title, text, publisher, day in STORIES
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("Who cut the ribbon at the Tamber bridge?", "Mayor Ilse Brandt cut the ribbon."),
        ("How much did the Tamber bridge cost?", "It cost $40 million"),
        ("When did the Tamber bridge open?", "opened on Monday"),
    ],
)
def test_the_sentence_that_answers_is_quoted(
    assistant: Assistant, question: str, quoted: str
) -> None:
    assert quoted in assistant.ask(question).text


def test_different_figures_of_two_publishers_are_both_given(assistant: Assistant) -> None:
    answer = assistant.ask("How many people did the flood in Orva kill?")
    assert answer.conflict is not None and answer.conflict.relation == "disputed"
    assert "Post: “" in answer.text and "12 people" in answer.text
    assert "Ledger: “" in answer.text and "15 people" in answer.text


def test_of_dated_reports_the_later_figure_holds(archive: Archive) -> None:
    list(archive.add(_articles(dated=True)))
    answer = Assistant(archive).ask("How many people did the flood in Orva kill?")
    assert answer.text.startswith("The figure changed: 12 (Post, 6 June 2022)")
    assert answer.conflict is not None
    assert answer.conflict.current == "15"
    assert "Post, 6 June 2022: “" in answer.text and "Ledger, 7 June 2022: “" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "How much did the flood in Orva cost?",
        "How many fire engines came to Orva?",
        "Who designed the airport of Zell?",
        "What does Finland say about the Tamber bridge?",
        "What did Sweden say about the Tamber bridge?",
        "What did Mayor Osk say about the Tamber bridge?",
    ],
)
def test_what_no_sentence_says_is_refused(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).refused


@pytest.mark.parametrize(
    "question",
    [
        "What does the council say about the flood in Orva?",
        "What did the ministry of Orva say about the flood?",
        "What did Ilse Brandt do at the Tamber bridge?",
    ],
)
def test_a_speaker_whom_the_report_knows_is_quoted(assistant: Assistant, question: str) -> None:
    assert not assistant.ask(question).refused


def test_every_answer_says_how_sure_it_is(assistant: Assistant) -> None:
    sure = assistant.ask("Who cut the ribbon at the Tamber bridge?").confidence
    unsure = assistant.ask("Who designed the airport of Zell?").confidence
    assert sure is not None and unsure is not None
    assert 0.0 <= unsure < ANSWERED <= sure <= 1.0


@pytest.mark.parametrize(
    "heading", ["Photo: the Tamber tunnel", "Who opened the Tamber tunnel?", "Tamber tunnel opens"]
)
def test_headings_captions_and_questions_are_never_quoted(
    archive: Archive, make_article: Callable[..., Article], heading: str
) -> None:
    text = f"{heading}\n\nThe Tamber tunnel was opened by Ilse Brandt on Monday.\n\n{heading}"
    list(archive.add([make_article("Tamber", text, publisher="Post", published="2022-05-03")]))
    for question in ("Who opened the Tamber tunnel?", "What did the Post report on 3 May 2022?"):
        answer = Assistant(archive).ask(question)
        assert not answer.refused
        assert all(heading not in citation.quote for citation in answer.citations)


def test_opinion_is_attributed_to_its_author(
    archive: Archive, make_article: Callable[..., Article]
) -> None:
    text = "The Tamber tunnel should never have been opened to lorries, for it is too narrow."
    column = make_article("Shut the Tamber tunnel", text, publisher="Post", published="2022-05-03",
                          kind="opinion", authors=("Jo Hale",))  # fmt: skip
    list(archive.add([column]))
    answer = Assistant(archive).ask(
        "Why should the Tamber tunnel never have been opened to lorries?"
    )
    assert answer.text.startswith("Jo Hale (opinion), Post, 3 May 2022")
    assert f"“{text}”" in answer.text


def test_no_undated_article_gets_a_date(assistant: Assistant) -> None:
    answer = assistant.ask("How much did the Tamber bridge cost?")
    assert answer.citations[0].published is None
    assert "202" not in answer.text


def test_one_wire_report_is_not_quoted_twice(
    archive: Archive, make_article: Callable[..., Article]
) -> None:
    text = "The tower of Melk fell on Friday after a storm, the council said."
    copies = [
        make_article("Tower falls", text, publisher=name, key=name) for name in ("A Post", "B Post")
    ]
    list(archive.add(copies))
    assert len(Assistant(archive).ask("When did the tower of Melk fall?").citations) == 1


def test_fields_that_are_missing_give_no_answer(make_article: Callable[..., Article]) -> None:
    bare = make_article()
    passage = Passage("x", bare, 0, len(bare.text), 1.0)
    for about in ("author", "editor", "outlet", "dateline"):
        assert about_article(about, passage) is None  # type: ignore[arg-type]


def test_a_report_without_a_byline_is_attributed_to_its_outlet(
    make_article: Callable[..., Article],
) -> None:
    article = make_article(publisher="The Post")
    assert "The Post" in (about_article("author", Passage("x", article, 0, 5, 1.0)) or "")


def test_the_latest_goes_by_the_day_more_than_by_the_words(archive: Archive) -> None:
    told = {
        "2024-02-05": "Lake Ossa stood at 12 metres on Monday, the ranger said, its highest level in a decade.",
        "2024-05-13": "Lake Ossa stood at 11 metres on Monday, the ranger said.",
        "2024-08-19": "Lake Ossa stood at 9 metres on Monday, the ranger said after a dry summer.",
    }  # fmt: skip
    reports = [
        Article(key=day, source="t", title="Lake measured", text=text, publisher="Post",
                published=Moment(day, "metadata"))
        for day, text in told.items()
    ]  # fmt: skip
    list(archive.add(reports))
    answer = Assistant(archive).ask("What is the current level of Lake Ossa?", as_of="2024-08-25")
    assert "9 metres" in answer.citations[0].quote
