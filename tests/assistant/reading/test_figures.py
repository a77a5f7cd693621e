from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.read.figures import COUNTED, Figure, figures_of

YEARS = (1500, 2100)  # which a bare number stands for


def values(text: str) -> list[float]:
    return [figure.value for figure in figures_of(text)]


def only(text: str) -> Figure:
    (figure,) = figures_of(text)
    return figure


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Some 42 boats sank.", 42),
        ("The count is 1,200 boats.", 1200),
        ("The count is 1 200 boats.", 1200),
        ("The count is 1\u00a0200 boats.", 1200),
        ("The count is 1\u202f200 boats.", 1200),
        ("It holds 300,000,000 grains.", 300_000_000),
        ("A share of 2.5 is left.", 2.5),
        ("About 3.5 million fled.", 3_500_000),
        ("Some 33m people live there.", 33_000_000),
        ("A debt of 2 trillion is owed.", 2e12),
        ("About 4 hundred came.", 400),
        ("They lost 12 dozen eggs.", 144),
        ("A 10,000-strong crowd came.", 10_000),
        ("Then 1800 people fled.", 1800),
    ],
)
def test_digits_with_their_separators_and_scales(text: str, value: float) -> None:
    assert values(text) == [value]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("seven", 7),
        ("nineteen", 19),
        ("forty-two", 42),
        ("twenty one", 21),
        ("one hundred and twenty-five", 125),
        ("three hundred thousand", 300_000),
        ("two hundred and fifty thousand", 250_000),
        ("forty thousand five hundred", 40_500),
        ("three and a half thousand", 3500),
        ("one-and-a-half million", 1_500_000),
        ("a million and a half", 1_500_000),
        ("two million and a half", 2_500_000),
        ("two dozen", 24),
        ("half a dozen", 6),
        ("half a million", 500_000),
        ("a half-million", 500_000),
        ("a quarter of a million", 250_000),
        ("three quarters of a million", 750_000),
        ("thirty-three million", 33_000_000),
        ("a hundred", 100),
        ("a hundred thousand", 100_000),
        ("twelve hundred", 1200),
        ("several hundred", 100),
        ("tens of thousands", 10_000),
        ("hundreds of thousands", 100_000),
        ("dozens of millions", 12_000_000),
        ("hundreds of\nthousands", 100_000),
    ],
)
def test_numbers_in_words(words: str, value: float) -> None:
    figure = only(f"In all, {words} came.")
    assert figure.value == value
    assert f"In all, {words} came."[figure.start : figure.end] == words


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("It cost $40 million.", 40_000_000, "$"),
        ("It cost US$40 million.", 40_000_000, "$"),
        ("It cost A$40.", 40, "$"),
        ("It cost 40 million dollars.", 40_000_000, "$"),
        ("It cost 40 million US dollars.", 40_000_000, "$"),
        ("It cost €5m.", 5_000_000, "€"),
        ("It cost £1,250.50.", 1250.5, "£"),
        ("It cost $3.2bn.", 3_200_000_000, "$"),
        ("It cost ¥700.", 700, "¥"),
        ("It cost 700 yen.", 700, "¥"),
        ("It cost 2 euros.", 2, "€"),
        ("It cost one and a half million pounds.", 1_500_000, "£"),
        ("It rose 12%.", 12, "%"),
        ("It rose 2.5 per cent.", 2.5, "%"),
        ("It rose two percent.", 2, "%"),
        ("It rose 3 percentage points.", 3, "point"),
        ("It rose one percentage point.", 1, "point"),
        ("It rose by 12.", 12, ""),
    ],
)
def test_signs_and_shares(text: str, value: float, unit: str) -> None:
    figure = only(text)
    assert (figure.value, figure.unit) == (value, unit)


@pytest.mark.parametrize(
    ("lead", "bound"),
    [
        ("more than", "least"),
        ("over", "least"),
        ("at least", "least"),
        ("no fewer than", "least"),
        ("fewer than", "most"),
        ("up to", "most"),
        ("nearly", "most"),
        ("about", "about"),
        ("some", "about"),
        ("roughly", "about"),
        ("an estimated", "about"),
        ("exactly", ""),
    ],
)
@pytest.mark.parametrize("amount", ["40 boats", "forty boats", "$40 million", "US$40 million"])
def test_how_exactly_it_is_said(lead: str, bound: str, amount: str) -> None:
    assert only(f"They lost {lead} {amount} there.").bound == bound


def test_a_bound_of_one_figure_is_none_of_the_next() -> None:
    assert [f.bound for f in figures_of("More than 40 boats and 12 rafts sank.")] == ["least", ""]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Then 40 fishing boats sank, and men swam.", ("fishing", "boats", "sank")),
        ("Then 40 sank.", ("sank",)),
        ("The toll rose to 40.", ()),
        ("A 7.8-magnitude quake struck.", ("magnitude", "quake", "struck")),
        ("A man of 40; he left.", ()),
        ("She saw 40 men’s coats.", ("men’s", "coats")),
        (
            "Then 40 one two-tier old red blue green boats",
            ("one", "two-tier", "old", "red", "blue"),
        ),
    ],
)
def test_what_is_counted_ends_with_the_clause(text: str, what: tuple[str, ...]) -> None:
    assert figures_of(text)[0].what == what
    assert len(what) <= COUNTED


@pytest.mark.parametrize(
    "text",
    [
        "It fell on 5 March 2021.",
        "It fell on March 5, 2021.",
        "It fell on the 5th.",
        "It fell on the 5th of March.",
        "It fell on Sept. 11.",
        "It fell on 7 Feb.",
        "It was built in 1999.",
        "By 2030 it will stand.",
        "The 1990s were dry.",
        "It began at 10:30.",
        "It began at 5 p.m. sharp.",
        "It began at 5pm.",
        "It began at 10 o’clock.",
        "The 12th man left.",
        "In the twenty-first century it fell.",
        "The first and the second left.",
        "An A330 of the line landed.",
        "The F-16 and COVID-19 were named.",
        "No-one came.",
        "Someone and anyone came.",
        "Nobody came.",
        "",
    ],
)
def test_dates_times_ordinals_and_names_are_no_figures(text: str) -> None:
    assert figures_of(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Then 3 Marines and 12 Marchers came.", [3, 12]),  # no days of March
        ("After 5 Decades it fell.", [5]),
        ("They paid $2020.", [2020]),
        ("A share of 2000 per cent.", [2000]),
        ("It sold 1999 dollars of fish.", [1999]),
        ("In 2020 people fled.", []),
        ("Since 2020 people fled.", []),
        ("The pool is 50 m long.", [50]),  # no millions
        ("It rose from 195 to 323.", [195, 323]),
        ("They won 2-1.", [2, 1]),
    ],
)
def test_what_only_looks_like_a_date(text: str, found: list[float]) -> None:
    assert values(text) == found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("3,500 men", "three and a half thousand men", True),
        ("$2 billion", "2bn dollars", True),
        ("12 men", "13 men", False),
        ("1,000 men", "1,020 men", False),
        ("about 1,000 men", "1,020 men", True),
        ("1,000 men", "about 1,020 men", True),
        ("more than 1,000 men", "1,020 men", True),
        ("about 1,000 men", "1,080 men", False),
        ("12%", "12 men", False),
        ("12%", "12 percentage points", False),
        ("$12", "€12", False),
        ("0 men", "zero men", True),
    ],
)
def test_the_same_figure_told_otherwise(one: str, other: str, same: bool) -> None:
    mine, theirs = only(one), only(other)
    assert mine.same(theirs) is same
    assert theirs.same(mine) is same


TEXTS = st.text() | st.lists(
    st.sampled_from(
        "one two twenty ninety-nine hundred thousand million dozens tens several a half of and"
        " quarter 12 1,200 1.5 3.5m 7bn 2020 $ US$ € % per cent dollars about more than 5 March"
        " the st th - – , . : people 1 200 ſix mıllions İ ٣".split()
    )
).map(" ".join)


@given(TEXTS)
@example("mıllions of mıllions")
@example("9" * 400)
@example("a half and a half")
@example("half a")
def test_every_figure_stands_where_it_is_said_to(text: str) -> None:
    end = 0
    for figure in figures_of(text):
        assert end <= figure.start < figure.end <= len(text)
        assert not text[figure.start].isspace()
        end = figure.end


@given(TEXTS)
def test_its_own_words_give_the_same_figure_again(text: str) -> None:
    for figure in figures_of(text):
        if figure.unit == "" and YEARS[0] <= figure.value < YEARS[1]:
            continue  # by itself it is a year
        again = only(text[figure.start : figure.end])
        assert (again.value, again.unit) == (figure.value, figure.unit)


FIGURES = st.builds(
    Figure,
    value=st.floats(0, 1e15) | st.integers(0, 200).map(float),
    unit=st.sampled_from(["", "%", "$", "€"]),
    start=st.just(0),
    end=st.just(1),
    bound=st.sampled_from(["", "about", "least", "most"]),
    what=st.just(()),
)


@given(FIGURES, FIGURES)
def test_sameness_is_mutual_and_of_oneself(one: Figure, other: Figure) -> None:
    assert one.same(one)
    assert one.same(other) == other.same(one)
