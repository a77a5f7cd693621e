"""Answers held against what is expected of them."""

from __future__ import annotations

from types import SimpleNamespace as Entry
from typing import Any

import pytest

from assistant.evaluation import MEASURES, Case, Event, Outcome
from assistant.evaluation.cases import Also
from assistant.evaluation.judging import judge
from assistant.results import Answer
from tests.assistant.evaluation.fakes import (
    CATALOG,
    TEXT,
    case,
    citation,
    refusal,
    told,
    url,
)


def outcome(expected: Case, answer: Answer) -> Outcome:
    return judge(expected, answer, CATALOG, 0.5, 0.1)


def test_a_right_answer_has_no_fault() -> None:
    result = outcome(case(answers=("Friday",), articles=("one",)), told(f"“{TEXT}”[1]", citation()))
    assert result.why == ""
    assert result.contains and result.exact == (True,)
    assert result.cited_gold == result.gold_cited == (True,)


@pytest.mark.parametrize("gold", ["one", "two", url("one"), url("two")])
@pytest.mark.parametrize("cited", ["one", "two"])
def test_a_copy_of_a_gold_article_is_gold(cited: str, gold: str) -> None:
    result = outcome(case(articles=(gold,)), told("x", citation(cited)))
    assert result.cited_gold == result.gold_cited == (True,)


def test_precision_is_of_citations_and_recall_of_gold_articles() -> None:
    answer = told("x", citation("one"), citation("three", number=2))
    result = outcome(case(articles=("one", "nowhere"), also=(Also(article="three"),)), answer)
    assert result.cited_gold == (True, True)
    assert result.gold_cited == (True, False)
    assert outcome(case(articles=("one",)), answer).cited_gold == (True, False)
    assert outcome(case(), answer).cited_gold == ()


@pytest.mark.parametrize(
    "wrong",
    [
        citation(quote="The harbour closed"),
        citation(quote="harbour", start=0, end=7),
        citation("three", quote="Othe.", start=0, end=5),
        citation(quote=TEXT + "!"),
    ],
)
def test_a_quote_that_is_not_the_stored_text_is_seen(wrong: Any) -> None:
    result = outcome(case(), told("x", wrong))
    assert result.exact == (False,)
    assert "inexact quote" in result.why


def test_a_quote_of_an_article_that_is_gone_is_inexact() -> None:
    gone = citation("gone", quote="Words")
    assert outcome(case(), told("x", gone)).exact == (False,)


@pytest.mark.parametrize(
    ("expected", "answer", "why"),
    [
        (case(unanswerable=True), refusal(), ""),
        (case(unanswerable=True), told("x"), "not refused"),
        (case(answers=("x",)), refusal(), "refused"),
        (case(), refusal(), "refused"),
        (case(answers=("archive",)), refusal(), "refused"),
        (case(answers=("y",)), told("x"), "wrong"),
        (case(answers=("y",)), told("x", complete=False), "incomplete; wrong"),
        (case(values=("820", "1,820")), told("1,820"), "missing value 820"),
        (case(values=("24",), also=(Also("two dozen"),)), told("two dozen"), ""),
        (case(values=("24", "30"), also=(Also("24"),)), told("24"), "missing value 30"),
        (case(articles=("one",)), told("x", citation("three")), "gold article not cited"),
        (case(articles=("one",), answers=("x",)), told("x", citation("three")), ""),
    ],
)
def test_what_went_wrong_is_said(expected: Case, answer: Answer, why: str) -> None:
    assert outcome(expected, answer).why == why


@pytest.mark.parametrize(
    ("relation", "conflict", "right"),
    [
        ("none", None, True),
        ("none", Entry(relation="disputed"), False),
        ("disputed", Entry(relation="disputed"), True),
        ("disputed", Entry(relation="superseded"), False),
        ("superseded", None, False),
        (None, Entry(relation="disputed"), None),
    ],
)
def test_relations_are_compared(relation: Any, conflict: Any, right: bool | None) -> None:
    result = outcome(case(relation=relation), told("x", conflict=conflict))
    assert result.relation is right
    assert ("wrong relation" in result.why) == (right is False)


def test_an_answer_without_the_later_attributes_is_judged() -> None:
    plain = told("x").__class__.__base__(
        question="?", standalone="?", text="x", filters=told("x").filters,
        citations=(), model="fake",
    )  # fmt: skip
    result = outcome(case(relation="none", events=(Event("2023"),)), plain)
    assert result.relation is True
    assert result.events == (False,)


TIMELINE = (
    Entry(date="2023-06-18", text="Contact was lost.", citation=1),
    Entry(date="2023-06", text="Banging noises", citation=7),
    Entry(date="2023-06-22", text="It ended.", citation=2),
)
CITED = (citation(), citation("three", number=2))


@pytest.mark.parametrize(
    ("events", "found", "why"),
    [
        ([("2023-06-18", ["lost", "x"])], [True], ""),
        ([("2023-06-18", ["harbour"])], [True], ""),
        ([("2023-06-18", [])], [True], ""),
        ([("2023-06-18", ["noises"])], [False], "missing event 2023-06-18"),
        ([("2023-06-20", ["noises"])], [False], "missing event 2023-06-20"),
        ([("2023-06", ["noises"])], [True], ""),
        ([("2023-06-22", ["other"]), ("2023-06-18", ["lost"])], [True, True], "out of order"),
        ([("2023-06-18", ["lost"]), ("2023-06-22", ["ended"])], [True, True], ""),
    ],
)
def test_events_are_found_by_date_and_word(
    events: list[tuple[str, list[str]]], found: list[bool], why: str
) -> None:
    expected = case(events=tuple(Event(date, tuple(says)) for date, says in events))
    result = outcome(expected, told("x", *CITED, timeline=TIMELINE))
    assert result.events == tuple(found)
    assert why in result.why and bool(why) == bool(result.why)


def test_statements_are_counted_by_their_standing() -> None:
    standings = ("supported", "not found", "uncited")
    answer = told("x", statements=[Entry(standing=each) for each in standings])
    assert list(MEASURES["support"].gives(outcome(case(), answer))) == [True, False, False]
