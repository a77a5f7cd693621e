from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.sources import find_authors
from tests.work import QUICK, seconds_of_work


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What did Mara Lindqvist write about eels?", "Mara Lindqvist"),
        ("Which articles by Mara Lindqvist mention the dam?", "Mara Lindqvist"),
        ("Articles by Mara Lindqvist", "Mara Lindqvist"),
        ("What is in Mara Lindqvist's report?", "Mara Lindqvist"),
        ("What is in Mara Lindqvist’s latest column on rents?", "Mara Lindqvist"),
        ("What does Tom Harris' review say?", "Tom Harris"),
        ("Find stories written by Tom Okoro and Mara Lindqvist.", "Tom Okoro, Mara Lindqvist"),
        ("Pieces by Tom Okoro, Mara Lindqvist and Jo Berg on tides", "Tom Okoro, Mara Lindqvist, Jo Berg"),
        ("Who is quoted in the story by Tan Wei Ming?", "Tan Wei Ming"),
        ("stories about the drills by Tan Wei Ming", "Tan Wei Ming"),
        ("What was reported by Tan Wei Ming?", "Tan Wei Ming"),
        ("In the report filed by Tan Wei Ming, who fled?", "Tan Wei Ming"),
        ("Was the article authored by J. R. Moss right?", "J. R. Moss"),
        ("the op-ed by Siobhán O'Neill", "Siobhán O'Neill"),
        ("the op-ed by Siobhan O’Neill", "Siobhan O’Neill"),
        ("an analysis by Jean-Luc Martin", "Jean-Luc Martin"),
        ("a dispatch by María de la Cruz", "María de la Cruz"),
        ("an essay by Ludo van der Berg", "Ludo van der Berg"),
        ("What has Omar bin Said written on oil?", "Omar bin Said"),
        ("What does the column penned by Ana Ruiz claim?", "Ana Ruiz"),
        ("Reports that Ana Ruiz wrote on floods", "Ana Ruiz"),
        ("What is bylined Ana Ruiz?", "Ana Ruiz"),
        ("Ana Ruiz's reporting on the mine: who owns it?", "Ana Ruiz"),
        ("Was it co-written by Ana Ruiz?", "Ana Ruiz"),
        ("the review of the opera by Ana Ruiz", "Ana Ruiz"),
        ("an interview by Åsa Öberg with the mayor", "Åsa Öberg"),
        ("the feature by Ian McDonald", "Ian McDonald"),
    ],
)  # fmt: skip
def test_who_wrote_an_article_is_found(text: str, names: str) -> None:
    found = find_authors(text, bool)
    assert ", ".join(byline.value for byline in found) == names
    assert all(text[byline.start : byline.end] == byline.value for byline in found)


@pytest.mark.parametrize(
    "text",
    [
        "Which articles by The Guardian mention the dam?",
        "What did the report by The Wall Street Journal say?",
        "Which law was signed by President Biden?",
        "Which race was won by Max Verstappen?",
        "Which film was directed by Greta Gerwig?",
        "Which town was attacked by Russian Forces?",
        "What must be paid by Monday?",
        "How far is it by New York?",
        "Who wrote a novel by Ana Ruiz?",
        "a film by Ana Ruiz",
        "the report on the attack by Russian Troops",
        "an article about the takeover by Elon Musk",
        "a report on the race won by Max Verstappen",
        "the World Bank's report on debt",
        "The New York Times's coverage of the vote",
        "Amnesty International's report",
        "the White House's report",
        "Los Angeles's story",
        "What did Ana Ruiz say about eels?",
        "What did Ana Ruiz write to the king?",
        "Who met Ana Ruiz?",
        "the report by Congress",
        "the 'Harbour Line' article on eels",
        "an article reporting a prediction by Paul Jones",
        "Which article was read by millions?",
        "Was Ana Ruiz's report card lost?",
        "the article by Senator Ana Ruiz's office",
        "",
    ],
)
def test_who_did_something_else_is_no_author(text: str) -> None:
    assert find_authors(text, lambda name: name == "Ana Ruiz") == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Anything on rents by Ana Ruiz?", ["Ana Ruiz"]),
        ("Anything on rents by Tom Okoro?", []),
        ("Which law was signed by Ana Ruiz?", []),
        ("Who was led by Ana Ruiz?", []),
        ("What was published by Ana Ruiz?", ["Ana Ruiz"]),
    ],
)
def test_the_archive_may_know_the_author(text: str, names: list[str]) -> None:
    found = find_authors(text, lambda name: name == "Ana Ruiz")
    assert [byline.value for byline in found] == names
    assert find_authors(text) == ()  # where nobody knows who wrote it


_BITS = st.sampled_from(["Ana", "Ruiz", "by", "article", "'s", "O'", "de", ",", "and", "J.", "-"])


@given(st.one_of(st.text(max_size=200), st.lists(_BITS, max_size=30).map(" ".join)))
def test_any_text_is_read(text: str) -> None:
    for byline in find_authors(text, lambda _: True):
        assert text[byline.start : byline.end] == byline.value != ""


@pytest.mark.parametrize(
    "bit",
    ["Jane-", "O'", "J. ", "Jane ", "Jane Doe, ", "article by Jane Doe ", "article ", "a", "by "],
)
def test_long_texts_are_quick(bit: str) -> None:
    assert seconds_of_work(lambda: find_authors((bit * 4_000)[:4_000], lambda _: True)) < QUICK
