"""Dateline's tools over the Model Context Protocol."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp_types import CallToolResult, ListToolsResult

from assistant.commands import Reply, Service
from assistant.mcp import each_time, make_mcp_server
from assistant.web.desk import desk
from ingest.archive.archive import Archive
from ingest.errors import ArchiveError, SettingError
from ingest.settings import load_settings
from tests import shell

PORT = "Which port did the Chinese flotilla leave?"
ROOT = Path(__file__).resolve().parents[2]
Call = Callable[..., CallToolResult]


class Noting:
    """Does no command; notes it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.gives: Reply | Exception = Reply({"found": 1}, "One.", (), True)

    def __call__(self, name: str, options: Mapping[str, Any]) -> Reply:
        self.asked.append((name, options))
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives


@pytest.fixture
def run() -> Noting:
    return Noting()


def calling(server: Any, name: str, **arguments: Any) -> CallToolResult:
    async def call() -> CallToolResult:
        async with Client(server) as client:
            return await client.call_tool(name, arguments)

    return anyio.run(call)


def listed(server: Any) -> ListToolsResult:
    async def tools() -> ListToolsResult:
        async with Client(server) as client:
            return await client.list_tools()

    return anyio.run(tools)


def text_of(result: CallToolResult) -> str:
    [content] = result.content
    assert content.type == "text"
    return content.text


def test_the_tools_and_their_arguments_are_described(run: Noting) -> None:
    tools = {tool.name: tool for tool in listed(make_mcp_server(run)).tools}
    assert set(tools) == {"search", "ask", "research", "show"}
    for tool in tools.values():
        assert tool.description and tool.output_schema
        assert tool.annotations and tool.annotations.read_only_hint
        for argument in tool.input_schema["properties"].values():
            assert argument["description"]
    assert tools["ask"].input_schema["required"] == ["question"]
    assert set(tools["ask"].input_schema["properties"]) == {
        "question", "since", "until", "as_of", "publishers", "ignore", "model",
    }  # fmt: skip


def test_a_tool_is_a_command_with_its_json(run: Noting) -> None:
    server = make_mcp_server(run)
    result = calling(server, "search", question="flotilla", k=3, publishers=["Post"])
    assert not result.is_error
    assert result.structured_content == json.loads(text_of(result)) == {"found": 1}
    assert run.asked == [("search", {
        "question": "flotilla", "k": 3, "since": None, "until": None, "as_of": None,
        "publishers": ["Post"], "ignore": [],
    })]  # fmt: skip
    calling(server, "show", article_id="abc")
    assert run.asked[-1] == ("show", {"article_id": "abc", "versions": False})
    calling(server, "ask", question="x", model="quoting")
    assert run.asked[-1][1]["model"] == "quoting"


def test_an_answer_that_broke_off_is_an_answer(run: Noting) -> None:
    run.gives = Reply({"notes": ["It broke off."]}, "", (), False)
    assert not calling(make_mcp_server(run), "ask", question="x").is_error


def test_an_error_is_the_plain_sentence(run: Noting) -> None:
    run.gives = SettingError("The day\n'soon' cannot be read.")
    result = calling(make_mcp_server(run), "search", question="x", since="soon")
    assert result.is_error and text_of(result) == "The day 'soon' cannot be read."


def test_a_fault_tells_nothing_of_our_own(run: Noting) -> None:
    run.gives = ValueError("/home/zoë/secret")
    result = calling(make_mcp_server(run), "search", question="x")
    assert result.is_error and "secret" not in text_of(result)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("search", {}), ("search", {"question": "x", "k": 0}), ("search", {"question": "x", "k": 1e9}),
     ("show", {"article_id": 5}), ("ask", {"question": "x", "publishers": 5}), ("remove", {})],
)  # fmt: skip
def test_what_makes_no_sense_is_a_tool_error(
    name: str, arguments: dict[str, Any], run: Noting
) -> None:
    try:
        assert calling(make_mcp_server(run), name, **arguments).is_error
    except Exception as error:  # a tool that is not there is an error of the protocol
        assert name == "remove" and "remove" in str(error)
    assert run.asked == []


def test_an_open_archive_is_asked_directly(sample_archive: Archive) -> None:
    server = make_mcp_server(Service(sample_archive).do)
    answer = calling(server, "ask", question=PORT).structured_content
    assert answer is not None and "Qingdao" in answer["answer"]
    shown = calling(server, "show", article_id=answer["citations"][0]["article_id"])
    assert shown.structured_content is not None
    citation = answer["citations"][0]
    text = shown.structured_content["text"]
    assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_the_archive_is_free_between_two_calls(folder: Path) -> None:
    run = each_time(load_settings(folder))
    for _ in range(2):
        assert "Qingdao" in run("ask", {"question": PORT}).as_text()
        Archive.open(load_settings(folder)).close()


def test_calls_at_once_wait_for_each_other(folder: Path) -> None:
    run = each_time(load_settings(folder))
    with ThreadPoolExecutor() as pool:
        done = [pool.submit(run, "search", {"question": "flotilla"}) for _ in range(6)]
    assert all(found.result().complete for found in done)


def test_an_archive_of_a_chat_is_asked_there(folder: Path) -> None:
    run = each_time(load_settings(folder))
    here = run("ask", {"question": PORT})
    with (
        Archive.open(load_settings(folder)) as archive,
        desk(Service(archive), "http://127.0.0.1:7860"),
    ):
        there = run("ask", {"question": PORT})
    assert there.as_text() == here.as_text()
    assert {**there.as_json(), "seconds": 0} == {**here.as_json(), "seconds": 0}
    with Archive.open(load_settings(folder)), pytest.raises(ArchiveError, match="in use"):
        run("ask", {"question": PORT})


@pytest.mark.slow
def test_nothing_but_the_protocol_is_written(folder: Path) -> None:
    def message(number: int, method: str, **params: Any) -> str:
        return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})

    hello = {"protocolVersion": "2025-06-18", "capabilities": {},
             "clientInfo": {"name": "test", "version": "1"}}  # fmt: skip
    lines = [
        message(1, "initialize", **hello),
        json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        message(2, "tools/list"),
        message(3, "tools/call", name="search", arguments={"question": ""}),
        message(4, "tools/call", name="ask", arguments={"question": PORT}),
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "mcp", "--archive", str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as server:  # fmt: skip
        assert server.stdin and server.stdout
        server.stdin.write("\n".join(lines) + "\n")
        server.stdin.flush()
        answers = [json.loads(server.stdout.readline()) for _ in range(4)]
        rest, err = server.communicate(timeout=60)
    assert sorted(answer["id"] for answer in answers) == [1, 2, 3, 4]
    assert "Qingdao" in str(answers)
    assert (rest, err, server.returncode) == ("", "", 0)


def test_without_an_archive_it_does_not_start(tmp_path: Path) -> None:
    done = shell.dateline("mcp", "--archive", str(tmp_path / "none"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "dateline ingest" in done.stderr and len(done.stderr.splitlines()) == 1
