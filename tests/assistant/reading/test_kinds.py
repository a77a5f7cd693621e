from __future__ import annotations

import pytest

from assistant.read.counting import has_kind, unit_terms


@pytest.mark.parametrize(
    ("text", "asks", "question", "there"),
    [
        ("About 40 villages were flooded.", "number", "How many villages?", True),
        (
            "The exercise is called Shield-2023.",
            "number",
            "How many took part in Shield-2023?",
            False,
        ),
        ("It cost $40 million.", "money", "How much did it cost?", True),
        ("Forty people came.", "money", "How much did it cost?", False),
        ("The repair takes at least four weeks.", "duration", "How long will it take?", True),
        ("It is about 160 metres across.", "measure", "How big is it?", True),
        ("It flew at 22,500 kilometres an hour.", "measure", "How big is it?", False),
        ("It flew at 22,500 kilometres an hour.", "measure", "How fast was it?", True),
        ("The ships left on Sunday.", "time", "When did they leave?", True),
        ("The ships left.", "time", "When did they leave?", False),
        ("Then Ilse Brandt spoke.", "person", "Who spoke?", True),
        (
            "The mayor Ilse Brandt spoke.",
            "person",
            "What did Ilse Brandt say, and who is she?",
            False,
        ),
        ("Only Norway came.", "person", "Who came?", False),
        ("They met in Geneva.", "place", "Where did they meet?", True),
        ("Anything at all.", "thing", "What is it?", True),
    ],
)
def test_whether_a_thing_of_the_kind_is_there(
    text: str, asks: str, question: str, there: bool
) -> None:
    assert has_kind(text, asks, question) is there  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("How many Russian sailors took part?", ("sailor",)),
        ("How many people were injured?", ("peopl",)),
        ("How many of them came?", ()),
        ("Who came?", ()),
        ("How many nurses marched in Melk?", ("nurs",)),
        ("How many hectares burned?", ("hectar",)),
        ("How many injured people were there?", ("peopl",)),
        ("How many were rescued from the ship?", ()),
    ],
)
def test_what_is_counted(question: str, unit: tuple[str, ...]) -> None:
    assert unit_terms(question) == unit
