from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.follow_ups import carry
from assistant.question.question import understand
from assistant.read.figures import Wanted, counted, figures_of


def said(question: str, sentence: str, before: str = "") -> list[str]:
    """The figures of a sentence that answer a question, as it writes them."""
    wanted = Wanted.of(understand(question))
    assert wanted is not None
    return [sentence[f.start : f.end] for f in counted(wanted, sentence, before)]


FERRY = "The ferry fire killed 12, injured 40 and left three missing."
BUS = "Twelve people died and 40 were injured when the bus fell, with three missing."


@pytest.mark.parametrize(
    ("question", "sentence", "figures"),
    [
        ("How many people died in the fire?", FERRY, ["12"]),
        ("How many people were injured in the fire?", FERRY, ["40"]),
        ("How many people are missing after the fire?", FERRY, ["three"]),
        ("How many people died in the fall?", BUS, ["Twelve"]),
        ("How many people were hurt in the fall?", BUS, ["40"]),
        ("How many people are missing after the fall?", BUS, ["three"]),
        ("How many people died?", "One woman died and three people were hurt there.", ["One"]),
        ("How many people were hurt?", "One woman died and three people were hurt there.", ["three"]),
        ("How many people were arrested?", "Police arrested 40 people, and 15 officers were hurt.", ["40"]),
        ("How many officers were hurt?", "Police arrested 40 people, and 15 officers were hurt.", ["15"]),
        ("How many people were affected?", "The storm affected 33 million and killed 40.", ["33 million"]),
        ("How many people took part in the march?", "Some 9,000 took part, and 40 were arrested.", ["9,000"]),
        ("What was the death toll?", "The death toll rose to 820 from 790.", ["820", "790"]),
    ],
)  # fmt: skip
def test_what_befell_those_who_are_counted(
    question: str, sentence: str, figures: list[str]
) -> None:
    assert said(question, sentence) == figures


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("Nine of them died, and 15 in all were killed.", ["15"]),
        ("Fifteen people died, including nine children.", ["Fifteen"]),
        ("Eleven of the 48 people on the bus died.", ["Eleven"]),
        ("A bus with 48 people on board fell, killing 11.", ["11"]),
        ("All 48 people on board died.", ["48"]),
    ],
)
def test_a_part_and_the_whole_are_no_toll(sentence: str, figures: list[str]) -> None:
    assert said("How many people died in the fall of the bus?", sentence) == figures


QUAKE = "The quake killed 45,000 people in Turkey and 6,000 in Syria."


@pytest.mark.parametrize(
    ("question", "sentence", "figures"),
    [
        ("How many people died in Turkey?", QUAKE, ["45,000"]),
        ("How many people died in Syria?", QUAKE, ["6,000"]),
        ("How many people died in Turkey?", "The quake killed 51,000, of them 45,000 in Turkey and 6,000 in Syria.", ["45,000"]),
        ("How many people died in Syria?", "It killed seven in all: four in Turkey and three in Syria.", ["three"]),
        ("How many people died in Syria?", "It killed 45,000 people in Turkey, while in Syria 6,000 died.", ["6,000"]),
        ("How many people died in the quake?", QUAKE, ["45,000", "6,000"]),
        ("How many people died in Orva?", "It killed 300 on Sunday.", ["300"]),
        ("How many people died in Orva?", "It killed 300 in northern Zell.", []),
    ],
)  # fmt: skip
def test_only_those_of_the_place_that_is_named(
    question: str, sentence: str, figures: list[str]
) -> None:
    assert said(question, sentence) == figures


@pytest.mark.parametrize(
    ("question", "sentence", "before", "figures"),
    [
        ("What was the magnitude of the quake?", "The quake of magnitude 6.3 struck at 4 a.m. and killed 12.", "", ["6.3"]),
        ("How strong was the earthquake?", "A 7.8-magnitude quake struck, 10 kilometres down.", "", ["7.8"]),
        ("How strong was the earthquake?", "A 6.4-magnitude quake was followed by a 5.2-magnitude aftershock.", "", ["6.4"]),
        ("How strong was the aftershock of the earthquake?", "A 5.2-magnitude aftershock followed.", "", ["5.2"]),
        ("What was the magnitude of the quake?", "The institute put it at 6.1.", "Its magnitude is in dispute.", ["6.1"]),
        ("What was the magnitude of the quake?", "It killed 12 people.", "", []),
    ],
)  # fmt: skip
def test_magnitudes(question: str, sentence: str, before: str, figures: list[str]) -> None:
    assert said(question, sentence, before) == figures


COSTS = "The flood did damage of $30 billion; donors pledged $10 billion, and rebuilding will cost $16 billion."


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("How much damage did the flood do in dollars?", ["$30 billion"]),
        ("How much money was the damage of the flood put at?", ["$30 billion"]),
        ("How much aid was pledged after the flood?", ["$10 billion"]),
        ("How much money did donors pledge?", ["$10 billion"]),
        ("How much will rebuilding cost?", ["$16 billion"]),
    ],
)
def test_damage_aid_and_rebuilding_are_told_apart(question: str, figures: list[str]) -> None:
    assert said(question, COSTS) == figures


CROWD = "Crowds took part in a march against the port."


@pytest.mark.parametrize(
    ("question", "sentence", "before", "figures"),
    [
        ("How many people took part in the march?", "Police spoke of 80,000.", CROWD, ["80,000"]),
        ("How many people marched?", "Police spoke of 80,000.", CROWD, ["80,000"]),
        ("How many nurses marched in Melk?", "Police put the crowd at 5,000.", "", ["5,000"]),
        ("How many people took part in the march?", "Police spoke of 80,000.", "The port is new.", []),
        ("How many people took part in the march?", "Police spoke of 12.", CROWD, []),
        ("How many people took part in the march?", "The three days later were calm.", CROWD, []),
        ("How many people died?", "In three days two earthquakes killed 40 people.", "", ["40"]),
        ("How many people died?", "No one died.", "", []),
        ("How many people died?", "One man died.", "", ["One"]),
        ("How many people died?", "The toll in 820 villages is not known.", "", []),
    ],
)  # fmt: skip
def test_people_and_not_days_or_villages(
    question: str, sentence: str, before: str, figures: list[str]
) -> None:
    assert said(question, sentence, before) == figures


@pytest.mark.parametrize(
    ("question", "sentence", "figures"),
    [
        ("How many hectares burned?", "The fire burned 4,000 hectares and killed two people.", ["4,000"]),
        ("How much oil was spilled?", "Some 300 tonnes of oil spilled, and 12 birds died.", ["300"]),
        ("How many civilians died?", "The fighting killed 40 soldiers and 300 civilians.", ["300"]),
        ("What was the turnout?", "The Greens won 34 per cent on a turnout of 67 per cent.", ["67 per cent"]),
        ("What was the turnout?", "Turnout was 67 per cent, and the Greens won 34 per cent.", ["67 per cent"]),
        ("What was the turnout?", "The Greens won 34 per cent.", []),
    ],
)  # fmt: skip
def test_things_areas_weights_and_shares(question: str, sentence: str, figures: list[str]) -> None:
    assert said(question, sentence) == figures


@pytest.mark.parametrize(
    "question",
    [
        "Who won the election?",
        "Where did the flood strike?",
        "Why did the bridge fall?",
        "When did the bridge fall?",
        "What is the capital of Orva?",
        "How long did the strike last?",
        "What did the minister say about the dead?",
        "",
    ],
)
def test_other_questions_want_no_figure(question: str) -> None:
    assert Wanted.of(understand(question)) is None


@pytest.mark.parametrize(
    ("question", "disputable"),
    [
        ("How many people died in the flood?", True),
        ("How many people marched in Zell?", True),
        ("How strong was the earthquake?", True),
        ("How many hectares burned?", True),
        ("What was the turnout?", True),
        ("How much damage did the flood do in dollars?", True),
        ("How many goals were scored?", False),
        ("How many jobs will the mill cut?", False),
        ("How many months was she detained for?", False),
        ("How many died in the flood?", True),
        ("How many Russian sailors took part?", True),
        ("How many of them came?", False),
        ("How many injured people were there?", True),
        ("How many were rescued from the ship?", True),
    ],
)
def test_reports_differ_over_tolls_and_not_over_goals(question: str, disputable: bool) -> None:
    assert (Wanted.of(understand(question)) is not None) is disputable


QUESTIONS = st.sampled_from(
    [
        "How many people died in Orva?",
        "What was the turnout in Zell?",
        "How strong was the earthquake?",
        "How much damage did the flood do in dollars?",
        "How many hectares burned?",
    ]
)


@given(QUESTIONS, st.text() | st.sampled_from([FERRY, BUS, QUAKE, COSTS]), st.text())
def test_what_is_counted_is_always_a_figure_of_the_sentence(
    question: str, sentence: str, before: str
) -> None:
    wanted = Wanted.of(understand(question))
    assert wanted is not None
    found = counted(wanted, sentence, before)
    there = [(figure.start, figure.end) for figure in figures_of(sentence)]
    assert {(figure.start, figure.end) for figure in found} <= set(there)


@given(st.text())
def test_any_question_is_read(text: str) -> None:
    wanted = Wanted.of(understand(text))
    if wanted is not None:
        counted(wanted, text, text)


@pytest.mark.parametrize(
    ("asked", "counts"),
    [
        ("When was that?", False),
        ("why?", False),
        ("And how many houses?", True),
        ("And there?", True),
    ],
)
def test_a_follow_up_wants_a_figure_only_where_it_asks_for_one(asked: str, counts: bool) -> None:
    question = carry(asked, [("user", "How many people died in the flood in Derna?")])
    assert (Wanted.of(question) is not None) is counts
