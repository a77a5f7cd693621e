from __future__ import annotations

import pytest

from assistant.read.conflicts import Claim, Conflicting
from assistant.read.evidence import Evidence
from assistant.read.figures import figures_of
from assistant.read.timeline import Event
from assistant.read.weights import Facts
from assistant.results import REFUSAL, Passage, Relation, date_in_words
from assistant.write.quoting import differing, told
from ingest.article import Article, Kind, Moment

FACTS = Facts(0.5, 0.5, 1.0, 0.5, 0)


def evidence(
    text: str, outlet: str | None = "Harbour Post", day: str | None = "2022-06-05",
    kind: Kind = "news", authors: tuple[str, ...] = (),
) -> Evidence:  # fmt: skip
    published = Moment(day, "metadata") if day else None
    article = Article(
        key=text, source="t", title="Flood", text=text, publisher=outlet, published=published,
        kind=kind, authors=authors,
    )  # fmt: skip
    return Evidence(Passage(text, article, 0, len(text), 1.0), 0, len(text), FACTS, 1.0)


def claims(one: Evidence) -> list[Claim]:
    return [Claim(one, figure) for figure in figures_of(one.text)]


TWELVE = evidence("A flood killed 12 people.")
THIRTY = evidence("The flood killed 30 people.", "Northern Ledger", "2022-06-08")


@pytest.mark.parametrize(
    ("relation", "start", "join"),
    [("superseded", "The figure changed: ", ", later "), ("disputed", "Reports differ: ", " against ")],
)  # fmt: skip
def test_values_then_the_words_of_each(relation: Relation, start: str, join: str) -> None:
    drafts = list(differing(Conflicting(relation, (*claims(TWELVE), *claims(THIRTY)))))
    assert [draft.text for draft in drafts] == [
        f"{start}12 (Harbour Post, 5 June 2022) ",
        f"{join}30 (Northern Ledger, 8 June 2022) ",
        "\n\nHarbour Post, 5 June 2022: “A flood killed 12 people.” ",
        "\n\nNorthern Ledger, 8 June 2022: “The flood killed 30 people.” ",
    ]
    assert [draft.value for draft in drafts] == ["12", "30", None, None]
    assert {draft.relation for draft in drafts[:2]} == {relation}


def test_every_piece_stands_on_a_quote() -> None:
    for draft in differing(Conflicting("disputed", (*claims(TWELVE), *claims(THIRTY)))):
        assert draft.quote is not None
        text = draft.quote.text
        assert (draft.value or text) in text
        assert draft.value or f"“{text}”" in draft.text


def test_a_sentence_with_both_values_is_quoted_once() -> None:
    both = evidence("The toll rose to 30 from 12.")
    texts = [draft.text for draft in differing(Conflicting("superseded", tuple(claims(both))))]
    assert len([text for text in texts if "“" in text]) == 1


def test_an_event_is_told_with_its_date_and_its_report() -> None:
    drafts = list(told([Event(TWELVE, "2022-06-04"), Event(THIRTY, "2022-06")]))
    assert [draft.text for draft in drafts] == [
        "4 June 2022: “A flood killed 12 people.” (Harbour Post, 5 June 2022) ",
        "\n\nJune 2022: “The flood killed 30 people.” (Northern Ledger, 8 June 2022) ",
    ]
    assert [draft.date for draft in drafts] == ["2022-06-04", "2022-06"]


@pytest.mark.parametrize("events", [[], [Event(TWELVE, "2022-06-04")]])
def test_one_event_is_no_timeline(events: list[Event]) -> None:
    assert [draft.text for draft in told(events)] == [REFUSAL]


@pytest.mark.parametrize(
    ("report", "brief"),
    [
        (evidence("It fell.", day=None), "(Harbour Post, undated)"),
        (evidence("It fell.", outlet=None), "(5 June 2022)"),
        (evidence("It fell.", outlet=None, day=None), "(undated)"),
        (evidence("It fell.", kind="opinion", authors=("Jo Hale",)), "(Jo Hale (opinion), Harbour Post, 5 June 2022)"),
        (evidence("It fell.", kind="opinion"), "(unsigned (opinion), Harbour Post, 5 June 2022)"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_left_out_and_opinion_is_somebodys(
    report: Evidence, brief: str
) -> None:
    first, _ = told([Event(report, "2022-06-04"), Event(THIRTY, "2022-06-05")])
    assert brief in first.text


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2023-09-10", "10 September 2023"),
        ("2023-09-01", "1 September 2023"),
        ("2023-12", "December 2023"),
        ("2023", "2023"),
    ],
)
def test_a_date_says_no_more_than_is_known(iso: str, words: str) -> None:
    assert date_in_words(iso) == words
