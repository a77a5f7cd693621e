"""The tools for other assistants over HTTP: the same door, the same objects."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.answer import Assistant
from assistant.web.app import make_app
from assistant.web.door.users import Access, Book, Users, hash_of
from assistant.web.gate import Rates
from ingest.archive.archive import Archive
from tests.web.serving import in_loop, serving

HEADERS = {"Accept": "application/json, text/event-stream"}
QUESTION = "Which port did the Chinese flotilla leave?"
BASE = "http://127.0.0.1:7860"


def call(name: str, **arguments: Any) -> dict[str, Any]:
    params = {"name": name, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


@pytest.fixture(scope="module")
def address(sample_archive: Archive) -> Any:
    with serving(make_app(Assistant(sample_archive))) as url:
        yield url


def post(address: str, body: dict[str, Any], **headers: str) -> Any:
    import httpx2

    return httpx2.post(f"{address}/mcp", json=body, headers={**HEADERS, **headers}, timeout=120)


def test_a_real_client_lists_and_calls_the_tools(address: str) -> None:
    from mcp import Client

    seen: dict[str, Any] = {}

    async def talk() -> None:
        async with Client(f"{address}/mcp") as client:
            seen["tools"] = {tool.name for tool in (await client.list_tools()).tools}
            seen["answer"] = (
                await client.call_tool("ask", {"question": QUESTION})
            ).structured_content
            found = (
                await client.call_tool("search", {"question": QUESTION, "k": 2})
            ).structured_content
            seen["found"] = found
            key = found["passages"][0]["article_id"]
            seen["article"] = (
                await client.call_tool("show", {"article_id": key})
            ).structured_content

    in_loop(talk)
    assert seen["tools"] == {"ask", "search", "research", "show"}
    assert "Qingdao" in seen["answer"]["answer"] and seen["answer"]["citations"]
    assert len(seen["found"]["passages"]) == 2
    assert seen["article"]["article_id"] == seen["found"]["passages"][0]["article_id"]


def test_another_model_cannot_be_named(address: str) -> None:
    told = post(address, call("ask", question=QUESTION, model="openai:dear")).json()["result"]
    assert told["isError"] and "model" in told["content"][0]["text"]


def test_what_cannot_be_used_is_one_plain_sentence(address: str) -> None:
    told = post(address, call("ask", question=QUESTION, since="someday")).json()["result"]
    assert told["isError"] and "someday" in told["content"][0]["text"]
    assert "Traceback" not in str(told)


def test_a_foreign_host_or_origin_is_refused(address: str) -> None:
    assert post(address, call("ask", question="x"), Host="evil.test").status_code == 400
    assert post(address, call("ask", question="x"), Origin="http://evil.test").status_code == 403


def test_the_tools_are_behind_the_door(sample_archive: Archive) -> None:
    access = Access(users=Users.of_pair("jo", "long enough"))
    with TestClient(make_app(Assistant(sample_archive), access=access), base_url=BASE) as client:
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        assert client.post("/mcp", json=body, headers=HEADERS).status_code == 401
        listed = client.post("/mcp", json=body, headers=HEADERS, auth=("jo", "long enough"))
        assert listed.status_code == 200 and "search" in listed.text


def test_each_user_is_counted_for_themselves(sample_archive: Archive) -> None:
    book = Book({name: hash_of(name) for name in ("jo", "mo")})
    users = Users(lambda: book)
    app = make_app(Assistant(sample_archive), access=Access(users=users))
    app.state.site.gate._rates = Rates(1, 1)
    said: dict[str, list[bool]] = {}
    with serving(app) as url:
        for name in ("jo", "mo"):
            key = base64.b64encode(f"{name}:{name}".encode()).decode()
            told = [
                post(url, call("search", question="x"), Authorization=f"Basic {key}").json()
                for _ in range(2)
            ]
            said[name] = [each["result"].get("isError", False) for each in told]
    assert said == {"jo": [False, True], "mo": [False, True]}


def test_many_calls_at_once_are_answered_or_told_to_wait(address: str) -> None:
    from mcp import Client

    results: list[Any] = []

    async def one() -> None:
        async with Client(f"{address}/mcp") as client:
            results.append(await client.call_tool("ask", {"question": QUESTION}))

    async def talk() -> None:
        await asyncio.gather(*(one() for _ in range(30)))

    in_loop(talk)
    assert len(results) == 30
    for result in results:
        assert "Qingdao" in str(result) or "Ask again" in str(result)
