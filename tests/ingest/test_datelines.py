"""The dateline that opens a wire story: where, when and by which agency it was filed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.article import Article, Moment
from ingest.clean import clean
from ingest.datelines import AGENCIES, find_dateline, is_label, parse_dateline

Make = Callable[..., Article]
STORY = "The ferry sailed again on Monday, three weeks after a crane fell across its berth."


@pytest.mark.parametrize(
    ("opening", "place", "day", "agency"),
    [
        ("SALTHOLM, Norland, July 3 (Reuters) - ", "SALTHOLM, Norland", "July 3", "Reuters"),
        (
            "SALTHOLM, Norland, July 3, 2021 (Reuters) - ",
            "SALTHOLM, Norland",
            "July 3, 2021",
            "Reuters",
        ),
        ("SALTHOLM, 3 July 2021 (AFP) — ", "SALTHOLM", "3 July 2021", "AFP"),
        ("SALTHOLM, July 3 (TASS). ", None, None, None),
        ("SALTHOLM, July 3. /TASS/. ", None, None, None),
        ("SALTHOLM (AP) — ", "SALTHOLM", None, "AP"),
        pytest.param(
            "Saltholm (dpa) - ",
            "Saltholm",
            None,
            "dpa",
        ),
        ("Saltholm, Norland (AFP) – ", "Saltholm, Norland", None, "AFP"),
        ("SALTHOLM — ", "SALTHOLM", None, None),
        ("SALTHOLM/PORT ELLERY, July 3 (Reuters) - ", "SALTHOLM/PORT ELLERY", "July 3", "Reuters"),
        ("SALTHOLM, Sept. 3 -- ", "SALTHOLM", "Sept. 3", None),
        ("SALTHOLM, July 3 Reuters - ", "SALTHOLM", "July 3", "Reuters"),
        ("PORT-ÉLAN, 3 juillet (AFP) - ", "PORT-ÉLAN", "3 juillet", "AFP"),
        (
            "ON BOARD THE FERRY PRINCESS IRIS (AP) — ",
            "ON BOARD THE FERRY PRINCESS IRIS",
            None,
            "AP",
        ),
        (
            "SALTHOLM / PORT ELLERY / NORTH SKERRY BAY, July 3 (Reuters) - ",
            "SALTHOLM / PORT ELLERY / NORTH SKERRY BAY",
            "July 3",
            "Reuters",
        ),
        ("(Reuters) - ", None, None, "Reuters"),
        ("(AP) ", None, None, "AP"),
    ],
)
def test_a_dateline_is_taken_apart(
    opening: str, place: str | None, day: str | None, agency: str | None
) -> None:
    found = parse_dateline(opening + STORY)
    if place is agency is None:
        assert found is None
    else:
        assert found is not None
        assert (found.place, found.day, found.agency) == (place, day, agency)
        assert found.end == len(opening)


@pytest.mark.parametrize("agency", AGENCIES)
def test_every_agency_in_brackets_is_one(agency: str) -> None:
    found = parse_dateline(f"({agency}) {STORY}")
    assert found is not None and found.agency == agency


@pytest.mark.parametrize(
    "line",
    [
        "", "-", "()", STORY, "GDP - the broadest measure of what is made - fell in the spring.",
        "NATO — which has forty ships there — said that it would not leave the harbour.",
        "UPDATE 1 - The ferry will sail again on Sunday, officials in the harbour said.",
        "SALTHOLM — closed.", "Saltholm - a small island - has run out of flour and of lamp oil, it said.",
        "Ida Holm (see photo) went ashore on Monday, and nobody has seen her since then.",
        "In July 3 ferries - all of them old - were sold to a yard in the south of the country.",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_dateline_is_none(line: str) -> None:
    assert parse_dateline(line) is None


@pytest.mark.parametrize(
    ("above", "at"),
    [([], 0), ([""], 1), (["Isles"], 1), (["WORLD NEWS", "", "Isles"], 3),
     ([STORY], None), (["It rained."], None), (["Isles"] * 8, None)],
)  # fmt: skip
def test_a_dateline_stands_in_the_first_lines_below_labels_only(
    above: list[str], at: int | None
) -> None:
    found = find_dateline([*above, f"SALTHOLM (AP) — {STORY}"])
    assert (found[0] if found else None) == at


@pytest.mark.parametrize(("line", "label"), [("Isles", True), ("x" * 40, True), ("x" * 41, False)])
def test_a_label_is_short(line: str, label: bool) -> None:
    assert is_label(line) == label


def test_cleaning_moves_the_dateline_into_its_fields(make_article: Make) -> None:
    article = clean(make_article(text=f"Isles\n\nSALTHOLM, July 3, 2021 (Reuters) - {STORY}"))
    assert (article.dateline, article.agency, article.text) == ("SALTHOLM", "Reuters", STORY)
    assert article.published == Moment("2021-07-03", "text")


def test_a_longer_line_above_the_dateline_stays(make_article: Make) -> None:
    above = "The isles had waited for weeks, and had run out of flour"
    article = clean(make_article(text=f"{above}\n\nSALTHOLM (AP) — {STORY}"))
    assert article.text == f"{above}\n\n{STORY}"


@pytest.mark.parametrize(
    "text",
    [
        f"Ships\n\nSheep\n\nSALTHOLM — {STORY}",
        f"Nobody was hurt\n\nSALTHOLM (AP) — {STORY}",
    ],
)
def test_short_lines_above_a_dateline_go_as_labels(text: str, make_article: Make) -> None:
    assert clean(make_article(text=text)).text == STORY


_PARTS = st.sampled_from(
    ["SALTHOLM", "Saltholm", ", ", "Norland", "July 3", "3 July 2021", " (Reuters)", " - ", " — ", "--",
     STORY, "(AP) ", " ", "/", "NATO", ".", "(", ")", "A", "É"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(_PARTS, max_size=10).map("".join)))
@settings(deadline=None, database=None, max_examples=300)
def test_a_dateline_of_any_line_ends_within_it(line: str) -> None:
    found = parse_dateline(line)
    if found is not None:
        assert 0 < found.end < len(line)
        assert found.place or found.agency
        for part in (found.place, found.day, found.agency):
            assert part is None or part in line[: found.end]
