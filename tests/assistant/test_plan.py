"""How a model plans a search, and that no plan of it can do harm."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import pytest

from assistant import Assistant
from assistant.results import REFUSAL, UNSURE
from assistant.write.model import Pace
from assistant.write.service import load_writer
from ingest.archive.archive import Archive
from ingest.article import Article, Moment
from tests.assistant.test_model_faults import SLACK, settings_for
from tests.model_faults import KEY, Fault, faults
from tests.model_server import Reply, Script, fails, model_server, replies, says

HISTORY = (("user", "Who reopened the harbour of Arvik?"), ("assistant", "Mayor Brandt [1]."))
ARTICLES = (
    ("Harbour of Arvik reopens", "Mayor Ilse Brandt reopened the harbour of Arvik on Monday.",
     "2023-07-17", "Tide Post"),
    ("Ferry boss quits", "Jens Holm stepped down as head of the Arvik ferries in March.",
     "2024-03-02", "Gull"),
)  # fmt: skip


@pytest.fixture
def archive(reports: Callable[..., Archive]) -> Archive:
    return reports(*ARTICLES)


def planned(**changed: object) -> str:
    whole = {
        "question": "When did Jens Holm leave the Arvik ferries?",
        "queries": ["Jens Holm stepped down Arvik ferries"],
        "since": None, "until": None, "outlets": [], "kind": "fact",
    }  # fmt: skip
    return json.dumps({**whole, **changed})


def serve(script: Script, plan: Reply, *answers: str) -> None:
    """What is streamed are answers, one after the other; what is not is the plan."""
    left = list(answers)

    def reply(handler: BaseHTTPRequestHandler) -> None:
        if script.requests[-1].get("stream"):
            says(left.pop(0) if len(left) > 1 else left[0])(handler)
        else:
            plan(handler)

    script.replies = [reply]


def assistant_for(archive: Archive, script: Script, plan: str = "auto") -> Assistant:
    given = settings_for(script.url, 20.0).model_copy(update={"plan": plan})
    return Assistant(archive, load_writer("scripted", given))


def plans(script: Script) -> int:
    return sum(not request.get("stream") for request in script.requests)


def test_a_follow_up_is_planned_in_one_call(archive: Archive, script: Script) -> None:
    serve(script, replies(planned()), "Jens Holm stepped down in March [1].")
    answer = assistant_for(archive, script).ask("And when did Holm go?", history=HISTORY)
    assert answer.standalone == "When did Jens Holm leave the Arvik ferries?"
    assert "“Jens Holm stepped down Arvik ferries”" in answer.notes[0]
    assert answer.citations[0].publisher == "Gull"
    assert len(script.requests) == 2


def test_a_plain_question_costs_no_second_call(archive: Archive, script: Script) -> None:
    serve(script, replies(planned()), "Mayor Ilse Brandt reopened the harbour of Arvik [1].")
    assistant_for(archive, script).ask("Who reopened the harbour of Arvik?")
    assert plans(script) == 0 and len(script.requests) == 1


def test_a_word_of_thanks_costs_no_call_at_all(archive: Archive, script: Script) -> None:
    answer = assistant_for(archive, script, "always").ask("Thanks a lot!", history=HISTORY)
    assert (answer.text.startswith("Ask what"), answer.passages, script.requests) == (True, (), [])


def test_always_plans_and_never_does_not(archive: Archive, script: Script) -> None:
    serve(script, replies(planned()), "Mayor Ilse Brandt reopened the harbour of Arvik [1].")
    assistant_for(archive, script, "always").ask("Who reopened the harbour of Arvik?")
    assert plans(script) == 1
    serve(script, replies(planned()), "Who reopened it?", REFUSAL)
    assistant_for(archive, script, "never").ask("And who was it?", history=HISTORY)
    assert plans(script) == 1


def test_after_a_refusal_it_searches_with_other_words(archive: Archive, script: Script) -> None:
    """The question stays what it was, also where the plan takes it for another; what the model says
    after all is near, since nothing surely answers."""
    more = [("Fair opens", f"The fair of Arvik opens its gate number {n}.") for n in range(12)]
    list(archive.add([Article(f"k{n}", "s", f"{t} {n}", x) for n, (t, x) in enumerate(more)]))
    plan = planned(question="Tell me all about Arvik.", kind="summary")
    serve(script, replies(plan), REFUSAL, "Jens Holm stepped down in March [1].")
    answer = assistant_for(archive, script).ask("Which fair of Arvik opens its gate to the chief?")
    assert answer.grade == "near" and "Jens Holm" in answer.text
    assert UNSURE in answer.notes and answer.statements[0].standing == "supported"
    assert answer.standalone == "Which fair of Arvik opens its gate to the chief?"
    assert "You sum up" not in json.dumps(script.requests[-1]["messages"])
    assert sum(bool(request.get("stream")) for request in script.requests) == 2


def test_what_a_question_says_of_its_moment_holds_after_a_refusal(
    archive: Archive, script: Script
) -> None:
    before = Moment("2023-05-01", "metadata")
    list(archive.add(
        Article(f"k{n}", "s", f"Fair opens {n}", f"The fair opens its gate {n}.", published=before)
        for n in range(12)
    ))  # fmt: skip
    serve(script, replies(planned()), REFUSAL, "Jens Holm stepped down in March [1].")
    asked = "As of 1 July 2023, which fair opens its gate to the chief?"
    answer = assistant_for(archive, script).ask(asked)
    assert answer.filters.as_of and plans(script) == 1
    assert all((each.published or "") < "2023-07-01" for each in answer.citations)


def test_a_period_and_outlets_are_wishes_that_are_shown(archive: Archive, script: Script) -> None:
    plan = planned(since="2024-01-01", until="2024-12-31", outlets=["gull", "The Nowhere Times"])
    serve(script, replies(plan), "Jens Holm stepped down in March [1].")
    answer = assistant_for(archive, script).ask("And when did Holm go?", history=HISTORY)
    filters = answer.as_json()["filters"]
    assert filters["since"] is None and filters["publishers"] == []
    assert filters["preferred"]["time"] == ["2024-01-01", "2024-12-31"]
    assert filters["preferred"]["publisher"] == ["Gull"]


BAD = {
    "broken": '{"question": "When',
    "another form": '{"answer": 42}',
    "no object": "null",
    "empty": planned(question="", queries=[], kind="fact"),
    "no such day": planned(since="2023-02-31", until="the end"),
    "backwards": planned(since="2024-05-01", until="2023-05-01"),
    "too long": planned(question="x" * 100_000, queries=["y" * 100_000] * 50),
    "hostile": planned(queries=["<img src=x>", "\u0000", " "], outlets=["![x](//evil.example)"] * 90),
    "another language": planned(question="Wann ging Holm?", queries=["Holm Rücktritt Arvik"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_plan_that_is_none_leaves_the_words(archive: Archive, script: Script, name: str) -> None:
    serve(script, replies(BAD[name]), "When did Holm go?", "Jens Holm stepped down in March [1].")
    answer = assistant_for(archive, script).ask("And when did Holm go?", history=HISTORY)
    assert answer.complete and answer.text
    assert len(answer.standalone) < 600 and "<img" not in json.dumps(answer.as_json()["notes"])


def test_a_key_in_a_plan_is_not_shown(archive: Archive, script: Script) -> None:
    plan = planned(question=f"When did {KEY} leave?", queries=[f"Holm {KEY}"], outlets=[KEY])
    serve(script, replies(plan), "Jens Holm stepped down in March [1].")
    answer = assistant_for(archive, script).ask("And when did Holm go?", history=HISTORY)
    assert KEY not in json.dumps(answer.as_json())
    assert any("Holm" in note for note in answer.notes)


@pytest.mark.parametrize("status", [400, 401, 404, 422, 500])
def test_a_service_that_cannot_plan_is_not_told_of(
    archive: Archive, script: Script, status: int
) -> None:
    serve(script, fails(status), "When did Jens Holm go?", "Jens Holm stepped down in March [1].")
    answer = assistant_for(archive, script).ask("And when did Holm go?", history=HISTORY)
    assert answer.standalone == "When did Jens Holm go?"
    assert answer.grade == "answered"


def test_each_fault_of_the_service_while_planning_leaves_the_words(archive: Archive) -> None:
    def once(fault: Fault) -> None:
        with model_server() as script:
            broken = fault.replies(2)
            if not broken:  # nobody listens, then nobody writes either
                return
            serve(
                script, broken[0], "When did Jens Holm go?", "Jens Holm stepped down in March [1]."
            )
            given = settings_for(script.url, 8.0)
            began = time.monotonic()
            answer = Assistant(archive, load_writer("scripted", given)).ask(
                "And when did Holm go?", history=HISTORY
            )
            assert answer.complete and answer.standalone == "When did Jens Holm go?", fault.name
            assert KEY not in json.dumps(answer.as_json()), fault.name
            assert time.monotonic() - began < 8.0 + SLACK, fault.name

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(once, faults()))


def test_a_service_that_stalls_while_planning_takes_its_part_of_the_deadline(
    archive: Archive, script: Script
) -> None:
    def stalls(_: BaseHTTPRequestHandler) -> None:
        time.sleep(20)

    serve(script, stalls, "When did Holm go?", "Jens Holm stepped down in March [1].")
    writer = load_writer("scripted", settings_for(script.url, 5.0))
    question = writer.standalone("And when did Holm go?", HISTORY)
    assert question.text == "When did Holm go?" and question.seconds >= 0.2 * 5.0
    assert writer.plan("And when did Holm go?", HISTORY, 5.0) is None, "no time is left for it"


def test_a_model_that_reads_slowly_gets_fewer_passages_and_that_is_said(
    archive: Archive, script: Script
) -> None:
    list(archive.add([Article(f"k{n}", "s", f"Arvik, day {n}", f"Day {n} at the harbour of Arvik. " * 9) for n in range(9)]))  # fmt: skip
    script.replies = [says("Mayor Ilse Brandt reopened the harbour of Arvik [1].")]
    writer = load_writer("scripted", settings_for(script.url, 20.0))
    answers = [
        Assistant(archive, replace(writer, pace=Pace(speed))).ask("Who reopened Arvik's harbour?")
        for speed in (10.0, 10_000.0)
    ]
    few, all_of_them = (json.dumps(request["messages"]).count("<passage number") for request in script.requests)  # fmt: skip
    assert (few, all_of_them) == (4, 8)
    slow, fast = answers
    assert "The model was given 4 of 8 passages: it reads slowly." in slow.notes
    assert not any("passages" in note for note in fast.notes)


def test_a_summary_of_more_than_a_prompt_holds_is_made_of_notes(
    archive: Archive, script: Script
) -> None:
    texts = [f"Day {n}: the strike at Arvik went on. " + "Dockers stood at the gate. " * 25 for n in range(20)]  # fmt: skip
    list(archive.add([Article(f"k{n}", "s", f"Strike at Arvik, day {n}", x) for n, x in enumerate(texts)]))  # fmt: skip
    serve(script, fails(500), "Day 3: the strike went on [4].", "The strike at Arvik went on [2].")
    given = settings_for(script.url, 20.0).model_copy(update={"context_tokens": 3000})
    answer = Assistant(archive, load_writer("scripted", given)).ask("Summarise the strike at Arvik")
    prompts = [json.dumps(request["messages"]) for request in script.requests]
    assert len(prompts) > 2 and all("take notes" in each for each in prompts[:-1])
    assert "went on [4]" in prompts[-1] and "<passage number" not in prompts[-1].split("user")[-1]
    assert answer.citations


def test_without_a_model_a_summary_is_how_the_reports_begin(archive: Archive) -> None:
    answer = Assistant(archive).ask("Summarise the harbour of Arvik", model="quoting")
    assert answer.grade == "near" and answer.text.startswith("Without a model there is no summary.")
    assert next(c.quote for c in answer.citations).startswith("Mayor Ilse Brandt reopened")


@pytest.mark.parametrize("model", ["quoting", None])
def test_an_outlet_that_was_named_and_has_nothing_is_said_to_have_nothing(
    archive: Archive, script: Script, model: str | None
) -> None:
    serve(script, fails(500), "The Tide Post says that Ilse Brandt reopened the harbour [1].")
    asked = "Compare what the Tide Post and the Gull say on the harbour of Arvik"
    answer = assistant_for(archive, script).ask(asked, model=model)
    assert "Nothing on it by Gull is cited." in answer.notes
    assert not any("Nothing on it by Tide Post" in note for note in answer.notes)
