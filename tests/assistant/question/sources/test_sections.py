from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.scope import find_kinds


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("opinion on the new tax", ["opinion"]),
        ("Any opinions about the dam?", ["opinion"]),
        ("op-eds about rents", ["opinion"]),
        ("What does the oped say?", ["opinion"]),
        ("Which opinion pieces mention eels?", ["opinion"]),
        ("What do editorials say of the mayor?", ["opinion"]),
        ("What did the editorial board write?", ["opinion"]),
        ("What do columnists say about rents?", ["opinion"]),
        ("Which columnist wrote about rents?", ["opinion"]),
        ("What did commentators make of the vote?", ["opinion"]),
        ("commentary on the budget", ["opinion"]),
        ("Find commentary pieces on eels", ["opinion"]),
        ("a column about the tram", ["opinion"]),
        ("letters to the editor on trams", ["opinion"]),
        ("guest essays on trams", ["opinion"]),
        ("an opinion piece in the court's favour", ["opinion"]),
        ("news analysis of the vote", ["analysis"]),
        ("analysis of the vote by our correspondents", ["analysis"]),
        ("analysis pieces on the vote", ["analysis"]),
        ("live blog on the storm", ["live"]),
        ("the liveblog of the final", ["live"]),
        ("live updates on the storm", ["live"]),
        ("What did live coverage say of the storm?", ["live"]),
        ("live blogs and op-eds about the storm", ["live", "opinion"]),
    ],
)
def test_a_kind_of_article_is_found(text: str, kinds: list[str]) -> None:
    assert [named.value for named in find_kinds(text)] == kinds


@pytest.mark.parametrize(
    "text",
    [
        "What is public opinion on the dam?",
        "What did the court's opinion on abortion say?",
        "in the opinion of the judge",
        "Who is best, in his opinion?",
        "What do opinion polls show?",
        "Which opinion poll was wrong?",
        "What did the blood analysis show?",
        "data analysis by NASA",
        "analysis of the water by the university",
        "an analysis of moon rock",
        "Who plays live in London?",
        "Where do eels live?",
        "Who was seen live on stage?",
        "a second opinion on the scan",
        "the dissenting opinion on the ban",
        "Her opinion about the dam changed. Why?",
        "the mayor's opinion on trams",
        "the column of smoke",
        "the marble columns on the roof",
        "columns on the march",
        "Which columnist was fired?",
        "Which commentator died?",
        "What news is there today?",
        "Which report on eels is newest?",
        "",
    ],
)
def test_other_uses_of_the_words_give_nothing(text: str) -> None:
    assert find_kinds(text) == ()


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert all(0 <= named.start < named.end <= len(text) for named in find_kinds(text))
