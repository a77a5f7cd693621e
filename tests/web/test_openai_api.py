"""OpenAI's interface, asked by its own client and by LangChain's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from assistant.answer import Assistant
from assistant.results import REFUSAL, Answer
from assistant.web.api.openai import SOURCES, Teller, content_of, without_sources
from assistant.web.door.users import Access, Users
from assistant.web.gate import Gate, Rates
from ingest.archive.archive import Archive
from tests.conftest import few
from tests.web.scripted import (
    QUESTION,
    Scripted,
    app_of,
    client_of,
    events_of,
    model_error,
    site_of,
)
from tests.web.serving import serving

USER: Any = [{"role": "user", "content": QUESTION}]


@pytest.fixture(scope="module")
def url(sample_archive: Archive) -> Iterator[str]:
    with serving(app_of(site_of(sample_archive))) as served:
        yield served


@pytest.fixture
def client(url: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0)


def test_the_one_model_is_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["dateline"]
    assert client.models.retrieve("dateline").id == "dateline"
    with pytest.raises(openai.NotFoundError, match="no model 'gpt-5'"):
        client.models.retrieve("gpt-5")


def test_an_answer_with_its_sources(client: openai.OpenAI) -> None:
    told = client.chat.completions.create(model="dateline", messages=USER)
    [choice] = told.choices
    text, _, sources = (choice.message.content or "").partition(SOURCES)
    assert text.endswith("[1]") and choice.finish_reason == "stop"
    assert sources.startswith("[1] “A Chinese naval flotilla left")
    assert "” – Lydia Marchetto, Chinese flotilla sails" in sources
    assert ", The Meridian Post, 16 July 2023, https://meridianpost.example/" in sources
    extra = choice.message.model_extra or {}
    assert extra["citations"][0]["number"] == 1 and extra["refused"] is False
    assert extra["notes"] and all(note in sources for note in extra["notes"])
    assert told.usage and told.usage.total_tokens > 10


def test_a_stream_says_the_same(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model="dateline", messages=USER)
    stream = client.chat.completions.create(
        model="dateline", messages=USER, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == whole.choices[0].message.content
    last = next(c for c in reversed(chunks) if c.choices)
    assert last.choices[0].finish_reason == "stop"
    assert (last.choices[0].delta.model_extra or {})["citations"][0]["article_id"]
    assert chunks[-1].usage == whole.usage and not chunks[-1].choices
    assert len({chunk.id for chunk in chunks}) == 1


def test_langchain_asks_and_streams(url: str) -> None:
    model = ChatOpenAI(model="dateline", base_url=f"{url}/v1", api_key=SecretStr("none"))
    messages = [SystemMessage("Be brief."), HumanMessage(QUESTION)]
    told = model.invoke(messages)
    assert "Qingdao" in told.content and SOURCES in told.content
    assert "".join(str(piece.content) for piece in model.stream(messages)) == told.content
    follow_up = [*messages, AIMessage(told.content), HumanMessage("And how many helicopters?")]
    assert "four ship-borne helicopters" in model.invoke(follow_up).content


def test_instructions_and_sources_of_before_are_not_taken_for_questions(
    sample_archive: Archive,
) -> None:
    writer = Scripted()
    client = client_of(site_of(sample_archive, writer))
    messages = [
        {"role": "system", "content": "You are a pirate."},
        {"role": "user", "content": "Who left?"},
        {"role": "assistant", "content": f"Ships [1].{SOURCES}[1] “x” – y"},
        {"role": "tool", "content": "42", "tool_call_id": "1"},
        {"role": "user", "content": [{"type": "text", "text": "From"}, {"type": "text", "text": "where?"}]},
        {"role": "assistant", "content": None},
    ]  # fmt: skip
    response = client.post("/v1/chat/completions", json={"messages": messages, "temperature": 2,
                                                         "tools": [], "n": 3, "unknown": {}})  # fmt: skip
    assert response.status_code == 200 and len(response.json()["choices"]) == 1
    asked = [("From where?", (("user", "Who left?"), ("assistant", "Ships [1].")))]
    assert writer.heard == asked


def test_dates_and_publishers_can_be_given(client: openai.OpenAI) -> None:
    told = client.chat.completions.create(
        model="dateline", messages=USER, extra_body={"until": "2001-01-01"}
    )
    assert (told.choices[0].message.model_extra or {})["refused"] is True
    assert (told.choices[0].message.content or "").startswith(REFUSAL)


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([], "messages"),
        ([{"role": "system", "content": "x"}], "last one is the question"),
        ([{"role": "user", "content": ""}], "empty"),
        (
            [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}],
            "Only text",
        ),
        ([{"role": "user", "content": [{"type": "input_audio"}]}], "Only text"),
        ([{"role": "user", "content": [{}]}], "Only text"),
        ([{"content": "x"}], "role"),
        (["x"], "messages"),
        ([{"role": "user", "content": 7}], "content"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_cannot_be_used_is_said_in_openais_way(
    client: openai.OpenAI, messages: Any, said: str, stream: bool
) -> None:
    with pytest.raises(openai.BadRequestError, match=said) as error:
        client.chat.completions.create(model="dateline", messages=messages, stream=stream)
    assert error.value.type == "invalid_request_error"


def test_another_model_is_unknown(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="dateline"):
        client.chat.completions.create(model="gpt-5", messages=USER)


def test_a_model_service_that_failed_is_not_our_fault(sample_archive: Archive) -> None:
    site = site_of(sample_archive, Scripted((), fails=model_error()))
    with serving(app_of(site)) as url:
        client = openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0)
        with pytest.raises(openai.APIStatusError, match="cannot be reached") as error:
            client.chat.completions.create(model="dateline", messages=USER)
        assert error.value.status_code == 424
        with pytest.raises(openai.APIError, match="cannot be reached"):
            list(client.chat.completions.create(model="dateline", messages=USER, stream=True))


def test_tokens_and_limits_are_openais(sample_archive: Archive) -> None:
    users = Users.of_pair("jo", "correct horse")
    users.of_token = {"dl-1": "jo"}.get  # type: ignore[method-assign,assignment]
    site = site_of(sample_archive, Scripted(), Gate(rates=Rates(60, 1)))
    with serving(app_of(site, Access(users=users))) as url:
        with pytest.raises(openai.AuthenticationError, match="token"):
            openai.OpenAI(base_url=f"{url}/v1", api_key="wrong").models.list()
        client = openai.OpenAI(base_url=f"{url}/v1", api_key="dl-1", max_retries=0)
        client.chat.completions.create(model="dateline", messages=USER)
        with pytest.raises(openai.RateLimitError) as error:
            client.chat.completions.create(model="dateline", messages=USER)
        assert error.value.response.headers["retry-after"] == "1"
        patient = client.with_options(max_retries=5)
        assert patient.chat.completions.create(model="dateline", messages=USER).choices


def streamed(archive: Archive, pieces: list[str]) -> tuple[str, Answer]:
    client = client_of(site_of(archive, Scripted(pieces)))
    response = client.post("/v1/chat/completions", json={"messages": USER, "stream": True})
    chunks = [json.loads(data) for _, data in events_of(response.text) if data != "[DONE]"]
    text = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    return text, Assistant(archive, Scripted(pieces)).ask(QUESTION)


def test_a_sentence_without_a_source_is_named_at_the_end(sample_archive: Archive) -> None:
    pieces = ["They left ", "Qingdao [1]. ", "Elephants were ", "dancing in Paris all night. ",
              "The moon fell ", "on the town hall [2]. ", "That was all ", "there was to it."]  # fmt: skip
    text, answer = streamed(sample_archive, pieces)
    assert "(no source)" in answer.text and "(not found in the source)" in answer.text
    said, _, after = text.partition("\n\n")
    assert said.startswith("They left Qingdao [1]. Elephants were dancing in Paris all night. ")
    assert "No source: “Elephants were dancing in Paris all night.”" in after
    assert "Not found in the source: “The moon fell on the town hall [2].”" in after
    assert after.index("No source") < after.index("Sources:")


def test_a_source_that_is_found_at_the_end_follows_what_was_sent(sample_archive: Archive) -> None:
    text, answer = streamed(
        sample_archive,
        ["The flotilla ", "left Qingdao. ", "Elephants were ", "dancing in Paris all night."],
    )
    assert [each.found for each in answer.statements] == [True, False]
    said, _, after = text.partition("\n\n")
    assert said == "The flotilla left Qingdao. Elephants were dancing in Paris all night."
    assert after.startswith(
        "Checked afterwards:\n[1] “The flotilla left Qingdao.”\nNo source: “Elephants"
    )
    assert text.count("left Qingdao") == 2 and text.index("Sources:") > text.index("No source")
    assert without_sources(text) == said


@pytest.mark.parametrize("pieces", [[REFUSAL], [*REFUSAL.partition("not")], [REFUSAL, " But they left.", " Hm."],
                                    ["**", REFUSAL, "**"]])  # fmt: skip
def test_a_refusal_is_never_begun_as_an_answer(sample_archive: Archive, pieces: list[str]) -> None:
    text, answer = streamed(sample_archive, pieces)
    assert answer.refused and text == content_of(answer)


def test_what_the_end_takes_back_is_taken_back(sample_archive: Archive) -> None:
    text, answer = streamed(
        sample_archive, ["They left Qingdao [1]. ", "See www", ".evil.test now."]
    )
    assert "evil" not in text and text.startswith("They left Qingdao [1].")
    assert answer.text.partition(" (")[0] in text


@settings(max_examples=few(100))
@given(st.lists(st.sampled_from(["They ", "left", " Qingdao", " [1]", "[2", "]. ", "Elephants danced in the old town. ",
                                 "<thi", "nk>", "</think>", "https:/", "/evil.test/x ", REFUSAL, " (no source)", "\n", "**"]),
                min_size=1, max_size=12))  # fmt: skip
def test_a_stream_holds_the_whole_answer_or_says_that_it_is_replaced(pieces: list[str]) -> None:
    archive = _ARCHIVE[0]
    try:
        answers = list(Assistant(archive, Scripted(pieces)).stream(QUESTION))
    except Exception:
        return
    teller = Teller()
    told = "".join(map(teller.grown, answers)) + teller.ended(answers[-1])
    assert told == teller.sent and "evil.test" not in told
    whole, tail = content_of(answers[-1]), content_of(answers[-1])[len(answers[-1].text) :]
    assert told.endswith(tail)
    marks = told.count("No source: “") + told.count("Not found in the source: “")
    assert told == whole or whole in told or marks > 0
    if answers[-1].grade == "refused":
        assert whole in told


_ARCHIVE: list[Archive] = []


@pytest.fixture(autouse=True)
def _kept(sample_archive: Archive) -> None:
    _ARCHIVE[:] = [sample_archive]


def test_what_a_client_sends_back_is_the_text_only() -> None:
    assert without_sources(f"They left [1].{SOURCES}[1] “x” – y") == "They left [1]."
    assert without_sources("They left.\n\n· A note.\n· Another.") == "They left."
    assert without_sources("They left.") == "They left."


def test_the_documented_snippets_run(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = (Path(__file__).parents[2] / "docs" / "API.md").read_text("utf-8")
    snippets = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(snippets) == 2
    exec(snippets[0].replace("http://127.0.0.1:7860", url), {})
    printed = capsys.readouterr().out
    assert "Qingdao" in printed and "article_id" in printed
