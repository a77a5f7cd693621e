"""Whole evaluations of a scripted assistant: measures, failures, JSON and text."""

from __future__ import annotations

import json
import threading
from types import SimpleNamespace as Entry

import pytest

from assistant.evaluation import Case, Event, Floor, Sheet, Unscored, evaluate
from assistant.evaluation.eval_report import LISTED, evaluation_json, evaluation_text
from assistant.results import Answer
from ingest.errors import ModelError, SettingError
from tests.assistant.evaluation.fakes import (
    CATALOG,
    FakeAssistant,
    case,
    citation,
    refusal,
    told,
)

CASES = (
    case("a", line=1, answers=("Friday",), articles=("two",), kind="when"),
    case("b", line=2, answers=("12 days",), articles=("one", "three"), kind="how long"),
    case("c", line=3, unanswerable=True, kind="when"),
    case("d", line=4, unanswerable=True),
    case("e", line=5, answers=("x",), articles=("one",)),
    case("f", line=6, values=("1", "2"), relation="disputed"),
    case("g", line=7, events=(Event("2023", ("left",)), Event("2024", ("came",)))),
)
SCRIPT: dict[str, Answer | Exception] = {
    "a": told("It reopened on Friday.[1]", citation("one")),
    "b": told("A while.", citation("one"), citation("three", "Not so.", 2)),
    "c": refusal(),
    "d": told("Something."),
    "e": refusal(),
    "f": told("1 or 2", conflict=Entry(relation="disputed")),
    "g": told("x", timeline=[Entry(date="2023", text="They left", citation=1)]),
}


def sheet(*cases: Case, bad: tuple[Unscored, ...] = ()) -> Sheet:
    return Sheet("q.jsonl", cases, bad)


def values(**fields: object) -> dict[str, tuple[float | None, int]]:
    result = evaluate(sheet(*CASES), FakeAssistant(SCRIPT, CATALOG))
    return {name: (m.value, m.count) for name, m in result.measures.items()}


def test_each_measure_is_of_what_it_says() -> None:
    found = values()
    assert found["answer-contains"] == (pytest.approx(1 / 3), 3)
    assert found["citation-precision"] == (1.0, 3)
    assert found["citation-recall"] == (0.75, 4)
    assert found["exact-quotes"] == (pytest.approx(2 / 3), 3)
    assert found["support"] == (None, 0)
    assert found["refused-rightly"] == (0.5, 2)
    assert found["false-refusals"] == (0.2, 5)
    assert found["conflicts-right"] == (1.0, 1)
    assert found["values-found"] == (1.0, 2)
    assert found["timelines-right"] == (0.0, 1)
    assert found["events-found"] == (0.5, 2)
    assert found["words-per-answer"] == (pytest.approx((12 + 14) / 5), 5)
    assert found["latency-p50"][1] == found["first-text-p50"][1] == 7


def test_the_json_has_the_promised_shape() -> None:
    bad = (Unscored(9, "it is no JSON object."),)
    floors = [Floor("refused-rightly", 0.95), Floor("false-refusals", 0.5)]
    result = evaluate(sheet(*CASES, bad=bad), FakeAssistant(SCRIPT, CATALOG), floors=floors)
    shown = json.loads(json.dumps(evaluation_json(result)))
    assert list(shown) == [
        "file", "model", "questions", "measures", "by_kind", "wrong", "failed", "floors", "seconds",
    ]  # fmt: skip
    assert (shown["file"], shown["model"], shown["questions"]) == ("q.jsonl", "fake", 7)
    assert shown["measures"]["refused-rightly"] == {"value": 0.5, "count": 2}
    assert shown["measures"]["support"] == {"value": None, "count": 0}
    assert {kind: each["questions"] for kind, each in shown["by_kind"].items()} == {
        "other": 4, "when": 2, "how long": 1,
    }  # fmt: skip
    assert shown["by_kind"]["when"]["measures"]["answer-contains"] == {"value": 1.0, "count": 1}
    assert [(each["line"], each["why"]) for each in shown["wrong"]] == [
        (2, "inexact quote; wrong"), (4, "not refused"), (5, "refused"), (7, "missing event 2024"),
    ]  # fmt: skip
    assert shown["failed"] == [{"line": 9, "reason": "it is no JSON object."}]
    assert [(each["name"], each["met"]) for each in shown["floors"]] == [
        ("refused-rightly", False), ("false-refusals", True),
    ]  # fmt: skip
    assert not result.passed


def test_a_failing_model_costs_only_its_question() -> None:
    script = {**SCRIPT, "b": ModelError("The service is down.")}
    result = evaluate(sheet(*CASES), FakeAssistant(script, CATALOG))
    assert result.failed == (Unscored(2, "The service is down."),)
    assert len(result.outcomes) == len(CASES) - 1
    assert not result.passed


def test_a_model_that_cannot_be_used_ends_it() -> None:
    script = {"a": SettingError("The model 'x' cannot be used.")}
    with pytest.raises(SettingError, match="cannot be used"):
        evaluate(sheet(CASES[0]), FakeAssistant(script, CATALOG), model="x")


def test_when_every_question_fails_a_floor_is_not_met() -> None:
    floors = [Floor("answer-contains", 0.0)]
    result = evaluate(sheet(CASES[0]), FakeAssistant({}, CATALOG), floors=floors, model="x:y")
    assert result.model == "x:y"
    assert [floor.met for floor in result.floors] == [False]
    assert "no outcome" not in evaluation_text(result)


def test_only_bad_lines_are_listed_and_nothing_is_asked() -> None:
    bad = (Unscored(1, "it is no JSON object."),)
    result = evaluate(sheet(bad=bad), FakeAssistant({}, CATALOG), floors=[Floor("support", 1)])
    assert result.failed == bad and not result.passed
    assert "0 questions" in evaluation_text(result)


def test_everything_is_handed_to_the_question() -> None:
    asked = FakeAssistant(SCRIPT, CATALOG)
    expected = case("a", as_of="2023-01-01", publishers=("BBC",), history=(("user", "Hm?"),))
    evaluate(sheet(expected), asked, model="m")
    assert asked.handed == [
        {"question": "a", "history": (("user", "Hm?"),), "since": None, "until": None,
         "as_of": "2023-01-01", "publishers": ("BBC",), "model": "m"},
    ]  # fmt: skip


def test_a_limit_asks_the_first_ones_and_progress_counts_them() -> None:
    seen: list[tuple[int, int]] = []
    asked = FakeAssistant(SCRIPT, CATALOG)
    result = evaluate(
        sheet(*CASES), asked, limit=2, progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(1, 2), (2, 2)]
    assert len(result.outcomes) == 2 and not result.stopped


def test_a_stop_keeps_what_is_known() -> None:
    stop = threading.Event()
    asked = FakeAssistant(SCRIPT, CATALOG)
    asked.after = stop.set
    result = evaluate(sheet(*CASES), asked, stop=stop)
    assert len(result.outcomes) == 1 and result.stopped
    assert evaluation_json(result)["stopped"] is True
    assert evaluation_text(result).startswith("Stopped before all were asked.")


def test_the_first_text_is_noted_before_the_answer_is_whole() -> None:
    result = evaluate(sheet(*CASES), FakeAssistant(SCRIPT, CATALOG))
    for outcome in result.outcomes:
        assert outcome.first_text is not None and outcome.first_text <= outcome.seconds


def test_the_text_lists_the_first_wrong_answers_only() -> None:
    cases = [case("d", line=n, unanswerable=True) for n in range(1, 31)]
    result = evaluate(sheet(*cases), FakeAssistant(SCRIPT, CATALOG))
    text = evaluation_text(result)
    assert text.count("not refused") == LISTED
    assert "… and 10 more" in text
    assert len(evaluation_json(result)["wrong"]) == 30  # type: ignore[arg-type]


def test_the_text_shows_measures_floors_and_kinds_and_no_control_characters() -> None:
    script = {**SCRIPT, "d": told("red \x1b[31m text\nof two lines")}
    floors = [Floor("refused-rightly", 0.95), Floor("false-refusals", 0.5)]
    odd = case("e", answers=("x",), kind="\x1b[2J" + "k" * 99)
    result = evaluate(sheet(*CASES, odd), FakeAssistant(script, CATALOG), floors=floors)
    text = evaluation_text(result)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "refused-rightly 0.500 2 0.950 missed" in lines
    assert "false-refusals 0.333 6 0.500" in lines
    assert "line 4, not refused: d" in lines
    assert "expected: a refusal" in lines
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) < 140
