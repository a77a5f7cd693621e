"""When two texts are one report, and which carrier stands for it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.archive.copies import (
    BANDS,
    LEAST,
    SHARED,
    Carrier,
    are_copies,
    band_keys,
    head,
    rules,
    shingles_of,
    words_of,
)

_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu".split()
_VOCABULARY = [a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES[:6]]
AGENCY_LINE = "PORT HAVEN, March 3 (Harbour Wire) - "


def prose(seed: object, words: int = 400, paragraphs: int = 10) -> str:
    """Text that nobody else has: random words in sentences and paragraphs."""
    chance = random.Random(repr(seed))
    size = words // paragraphs
    return "\n\n".join(
        " ".join(
            word + ("." if i % 12 == 11 else "")
            for i, word in enumerate(chance.choices(_VOCABULARY, k=size))
        )
        for _ in range(paragraphs)
    )


def meet(one: str, other: str) -> bool:
    """Whether two texts share enough bands to be compared at all."""
    return len(set(band_keys(one)) & set(band_keys(other))) >= SHARED


def weather(day: str, high: int, low: int) -> str:
    places = ("Port Haven", "Reef Point", "Gull Bay", "Mast Hill", "Tide End", "Pier Cross")
    return f"Here is the outlook for {day} from the coast office. " + " ".join(
        f"In {place} expect a high of {high + i} and a low of {low - i} with winds from the west "
        f"at {high + low + i} knots and a chance of rain of {3 * high + i} percent by the evening."
        for i, place in enumerate(places)
    )


def horoscope(seed: int) -> str:
    signs = ("Ram", "Bull", "Twins", "Crab", "Lion", "Maid", "Scales", "Archer")
    return "Your stars for today, read by our own stargazer. " + "\n\n".join(
        f"{sign}: Today the moon stands well for you. {prose((seed, sign), 14, 1)}."
        for sign in signs
    )


def prices(seed: int) -> str:
    chance = random.Random(seed)
    rows = [
        f"{name} natl average {chance.choice((251, 252, 253))} loan level {200 + i} release price "
        f"{300 + i} call price {400 + i} per measure as posted by the harbour board for the county"
        for i, name in enumerate(
            ("Wheat", "Barley", "Oats", "Rye", "Maize", "Hops", "Peas", "Flax")
        )
    ]
    return "\n".join(rows)


def test_frames_of_another_house_do_not_hide_a_copy() -> None:
    text = prose("report")
    framed = f"{AGENCY_LINE}{text}\n\n(Reporting by Mara Quill; editing by Bo Reef)"
    other = f"By Ann Bay, Staff Writer\n\nGULL BAY — {text.upper()}\n\nRead more on our site."
    assert are_copies(framed, other)
    assert meet(framed, other)


def test_house_style_does_not_hide_a_copy() -> None:
    words = prose("style").split()
    edited = " ".join("styled" if i % 60 == 0 else word for i, word in enumerate(words))
    assert are_copies(" ".join(words), edited)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (weather("Monday", 21, 9), weather("Tuesday", 35, 20)),
        (horoscope(1), horoscope(2)),
        (prices(1), prices(2)),
    ],
    ids=["weather", "horoscope", "prices"],
)
def test_issues_of_one_template_are_no_copies(one: str, other: str) -> None:
    assert are_copies(one, one)
    assert not are_copies(one, other)


def test_a_table_that_swaps_few_figures_is_no_copy() -> None:
    table = prose("table", 300) + " ".join(f"grade{i} at {100 + i}" for i in range(20))
    later = table.replace("at 105", "at 905").replace("at 107", "at 907").replace("at 111", "at 9")
    assert not are_copies(table, later)
    assert are_copies(table, table.replace("at 105", "at 905"))  # a corrected figure


def test_reports_of_one_event_that_share_a_quotation_are_no_copies() -> None:
    quotation = prose("speech", 150, 2)
    one, other = (f"{prose(name, 200)}\n\n{quotation}" for name in ("first", "second"))
    assert not are_copies(one, other)


def test_what_every_page_says_below_makes_no_copy() -> None:
    terms = prose("subscribe, cookies, comments", 600)
    one, other = (f"{prose(name, 90, 3)}\n\n{terms}" for name in ("first", "second"))
    mine, theirs = (set(shingles_of(words_of(text))) for text in (one, other))
    assert len(mine & theirs) > 0.8 * len(mine)
    assert not are_copies(one, other)


def test_a_text_within_a_much_longer_one_is_no_copy() -> None:
    text = prose("short", 200)
    assert not are_copies(text, f"{text}\n\n{prose('long', 400)}")


def test_short_texts_are_no_copies_and_have_no_keys() -> None:
    brief = prose("brief", LEAST, 1)
    assert not are_copies(brief, brief)
    assert band_keys(brief) == []
    repeated = "The harbour reopened on Sunday. " * 50
    assert not are_copies(repeated, repeated)


@pytest.mark.parametrize("text", ["", "   ", "\n", "a", "。。。", "港" * 500, "\x00" * 9])
def test_odd_texts_are_no_copies(text: str) -> None:
    assert band_keys(text) == []
    assert not are_copies(text, text)
    assert not are_copies(text, prose("other"))


def test_keys_fit_into_the_catalog_and_are_the_same_in_every_process() -> None:
    keys = band_keys(prose("keys"))
    assert len(set(keys)) == BANDS
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert keys == band_keys(prose("keys").upper().replace("\n", " "))
    assert rules() == rules()


@given(st.integers(), st.integers(0, 9), st.sampled_from([0.0, 0.02, 0.1, 0.5]))
@settings(max_examples=40, deadline=None)
def test_the_order_of_two_texts_does_not_matter(seed: int, cut: int, edited: float) -> None:
    one = prose(seed)
    chance = random.Random(seed)
    paragraphs = one.split("\n\n")
    del paragraphs[cut]
    words = [w if chance.random() >= edited else "other" for w in " ".join(paragraphs).split()]
    other = " ".join(words)
    assert are_copies(one, other) == are_copies(other, one)


@given(st.integers(), st.integers(LEAST + 20, 900))
@settings(max_examples=40, deadline=None)
def test_identical_texts_are_always_copies(seed: int, words: int) -> None:
    text = prose(seed, words, 4)
    assert are_copies(text, text)
    assert meet(text, text)


@given(st.integers(), st.integers(0, 9), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_cut_paragraph_keeps_the_copy(seed: int, cut: int, framed: bool) -> None:
    paragraphs = prose(seed).split("\n\n")
    text = "\n\n".join(paragraphs)
    del paragraphs[cut]
    copy = (AGENCY_LINE if framed else "") + "\n\n".join(paragraphs)
    assert are_copies(text, copy)
    assert meet(text, copy)


@given(st.integers(), st.integers())
@settings(max_examples=60, deadline=None)
def test_unrelated_texts_are_never_copies(one: int, other: int) -> None:
    first, second = prose(("a", one)), prose(("b", other))
    assert not are_copies(first, second)
    assert not meet(first, second)


@pytest.mark.parametrize(
    ("carriers", "expected"),
    [
        (["Tide Post", "Reuters"], "Reuters"),
        (["Tide Post", "the associated press"], "the associated press"),
        (["Reuters", "AP"], "Reuters"),
        (["Pier Gazette", "Tide Post"], "Pier Gazette"),
        ([None, "Tide Post"], None),
    ],
)
def test_the_head_is_an_agencys_original_else_the_earliest(
    carriers: list[str | None], expected: str | None
) -> None:
    assert head([Carrier("a", publisher) for publisher in carriers]).publisher == expected


def test_a_publisher_that_is_its_own_agency_is_the_original() -> None:
    original = Carrier("b", "Harbour Wire", agency="The Harbour Wire")
    carrier = Carrier("a", "Tide Post", agency="Harbour Wire")
    assert head([carrier, original]) is original
    with pytest.raises(ValueError):
        head([])
