from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.question import MOST, parts_of
from tests.work import QUICK, seconds_of_work


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("What did Reuters say about Libya and what did the BBC say about Greece?", ["What did Reuters say about Libya", "what did the BBC say about Greece?"]),
        ("Which minister resigned in Peru and which minister was named in Chile?", ["Which minister resigned in Peru", "which minister was named in Chile?"]),
        ("Who won the vote in Oslo, and who lost the vote in Bergen?", ["Who won the vote in Oslo", "who lost the vote in Bergen?"]),
        ("How many drowned off Malta and how many ships sank off Crete?", ["How many drowned off Malta and how many ships sank off Crete?"]),
        ("When did Malta close ports and why did Crete open its ports?", ["When did Malta close ports", "why did Crete open its ports?"]),
        ("Did Malta close ports and did Crete open ports?", ["Did Malta close ports", "did Crete open ports?"]),
        ("Who won the race in Oslo? Who lost the race in Bergen?", ["Who won the race in Oslo?", "Who lost the race in Bergen?"]),
        ("Rain fell for days. Who drowned in Oslo? Which dam broke in Bergen?", ["Rain fell for days. Who drowned in Oslo?", "Which dam broke in Bergen?"]),
        ("Does the 'Cove' article suggest that rents rise, while the 'Mill' article says rents fall?", ["Does the 'Cove' article suggest that rents rise", "the 'Mill' article says rents fall?"]),
        ("Did the Cove report that rents rose, whereas the Mill wrote that rents fell?", ["Did the Cove report that rents rose", "the Mill wrote that rents fell?"]),
    ],
)  # fmt: skip
def test_a_question_of_several_parts_is_split(text: str, parts: list[str]) -> None:
    assert list(parts_of(text)) == parts


@pytest.mark.parametrize(
    "text",
    [
        "What did Macron and Scholz agree on?",
        "Who wrote Romeo and Juliet?",
        "What is the difference between Romeo and Juliet?",
        "Who is trade and industry minister?",
        "Who bought and sold it?",
        "Who is the man who robbed the bank and who fled to Texas?",
        "Which firm, which makes trams, and which is in Oslo, failed?",
        "Who won in Chile and when?",
        "Who won in Chile and how many people voted?",
        "Who won the race in Oslo? How old is she?",
        "Who won the race in Oslo? How many people watched the race?",
        "Rents rose in Oslo. By how much?",
        "What did Mr. Moss say about St. Ives?",
        "Who scored in Arsenal versus Chelsea?",
        "What was decided in Roe versus Wade?",
        "Compare Oslo",
        "Compare the floods in Libya and Greece",
        "Who won the election in Chile, and when was Peru's?",
        "Compare Macron and Scholz",
        "Compare rents in Oslo and Bergen and Bonn",
        "What did Macron do, while Scholz was ill?",
        "What did Macron do while the report was written?",
        "How did the well-known and much-loved singer die?",
        "Who said that rents rise and that wages fall?",
        "Why did the dam break, and what next?",
        "Is it true?",
        "and what did the BBC say about Greece and Malta",
        "??",
        "? ? ?",
        "",
    ],
)
def test_a_question_of_one_part_stays_as_it_is(text: str) -> None:
    assert parts_of(text) == (text,)


def test_there_are_never_too_many_parts_and_none_is_lost() -> None:
    towns = "Oslo Bergen Bonn Kiel Rome Bari".split()
    parts = parts_of(" ".join(f"Which dam broke near {town}?" for town in towns))
    assert len(parts) == MOST
    assert all(town in " ".join(parts) for town in towns)


_BITS = st.sampled_from(
    [
        "Who won",
        "the race",
        "in Oslo",
        "?",
        "and",
        "who",
        "did",
        "compare",
        "versus",
        ", while",
        "report",
        "Bergen",
        "'s",
        "those",
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(_BITS, max_size=30).map(" ".join)))
def test_parts_are_never_empty(text: str) -> None:
    parts = parts_of(text)
    assert parts == (text,) or all(part.strip() for part in parts)
    assert 1 <= len(parts) <= MOST


@pytest.mark.parametrize(
    "bit",
    ["and who ", "Compare A and ", "A versus ", "in Libya ", "? W", "the ", "x, while report "],
)
def test_long_texts_are_quick(bit: str) -> None:
    assert seconds_of_work(lambda: parts_of((bit * 4_000)[:4_000])) < QUICK
