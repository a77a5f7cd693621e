from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI, Request
from pydantic import BaseModel
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient

from assistant.web.api.refusals import answer_errors
from assistant.web.door.guards import BodyLimit
from tests.web.serving import serving

CALL, UPLOAD = 1000, 5000


class Item(BaseModel):
    text: str


def make_app() -> FastAPI:
    app = FastAPI()

    @app.post("/api/item")
    async def item(item: Item) -> int:
        return len(item.text)

    @app.post("/api/ingest/files")
    @app.post("/raw")
    async def raw(request: Request) -> int:
        return len(await request.body())

    @app.post("/ignores")
    async def ignores() -> str:
        return "done"

    @app.post("/early")
    async def early(request: Request) -> StreamingResponse:
        async def echo() -> Iterator[bytes]:  # type: ignore[misc]
            yield b"begun"
            async for part in request.stream():
                yield str(len(part)).encode()

        return StreamingResponse(echo())  # type: ignore[arg-type]

    answer_errors(app)
    app.add_middleware(BodyLimit, call=CALL, upload=UPLOAD)
    return app


@pytest.fixture
def client() -> TestClient:
    return TestClient(make_app())


def parts(size: int) -> Iterator[bytes]:
    for _ in range(0, size, 100):
        yield b"x" * 100


@pytest.mark.parametrize("size", [0, CALL])
def test_what_is_small_enough_passes(client: TestClient, size: int) -> None:
    assert client.post("/raw", content=b"x" * size).json() == size
    assert client.post("/raw", content=parts(size)).json() == size


@pytest.mark.parametrize("path", ["/raw", "/api/item", "/ignores", "/early", "/nowhere"])
def test_what_announces_too_much_is_refused(client: TestClient, path: str) -> None:
    response = client.post(path, content=b"x" * (CALL + 1))
    assert response.status_code == 413
    assert response.json()["error"]["type"] == "too_large"


@pytest.mark.parametrize("path", ["/raw", "/api/item"])
def test_what_announces_nothing_is_refused_once_it_is_too_much(
    client: TestClient, path: str
) -> None:
    response = client.post(path, content=parts(CALL + 100), headers={"Content-Type": "text/json"})
    assert response.status_code == 413
    assert response.json()["error"]["type"] == "too_large"


def test_files_may_be_larger(client: TestClient) -> None:
    assert client.post("/api/ingest/files", content=parts(UPLOAD)).json() == UPLOAD
    assert client.post("/api/ingest/files", content=parts(UPLOAD + 100)).status_code == 413
    assert client.post("/API/ingest/files", content=b"x" * UPLOAD).status_code == 413


@pytest.mark.parametrize("length", ["-5", "abc", "1e3", "99999999999999999999999"])
def test_an_odd_length_breaks_nothing(client: TestClient, length: str) -> None:
    response = client.post("/raw", content=parts(200), headers={"Content-Length": length})
    assert response.status_code in (200, 413)


def test_a_server_answers_before_a_large_body_has_come() -> None:
    with serving(make_app()) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
        connection.putrequest("POST", "/raw")
        connection.putheader("Content-Length", str(10**12))
        connection.endheaders(b"x" * 100)
        response = connection.getresponse()
        assert response.status == 413
        assert json.loads(response.read())["error"]["type"] == "too_large"
        connection.close()
