"""Whatever is sent, the answer is a plain one and never a fault of the server."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from assistant.kept.feedback import FeedbackBook
from ingest.archive.archive import Archive
from tests.conftest import few
from tests.web.scripted import Scripted, client_of, site_of

FIELDS = ["question", "history", "since", "until", "as_of", "publishers", "ignore", "model", "k", "addresses",
          "limit", "answer", "rating", "reason", "messages", "stream", "stream_options", "role", "content",
          "type", "text", "user"]  # fmt: skip
WORDS = st.sampled_from(["user", "assistant", "system", "good", "bad", "dateline", "quoting", "text", "2023-07-16",
                         "all", "time", "x", "", "\x00", "\ud800", "https://127.0.0.1/\udfff", "Which port?"])  # fmt: skip
LEAVES = st.one_of(
    WORDS, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4)
    ),
    max_leaves=8,
)
POSTS = ["/api/ask", "/api/ask/stream", "/api/search", "/api/ingest", "/api/feedback", "/api/ingest/files",
         "/v1/chat/completions"]  # fmt: skip


class Forgetful(FeedbackBook):
    """Of thousands of verdicts none is kept: the disk would be what is tested."""

    def keep(self, *_: object, **__: object) -> None:
        pass


@pytest.fixture(scope="module")
def client(sample_archive: Archive) -> Iterator[TestClient]:
    site = site_of(sample_archive, Scripted())
    site.feedback = Forgetful(sample_archive.catalog)
    with client_of(site) as opened:
        yield opened


anything = settings(
    max_examples=few(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@anything
@given(
    path=st.sampled_from(POSTS), known=st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6)
)
def test_no_body_is_a_fault_of_the_server(client: TestClient, path: str, known: object) -> None:
    response = client.post(
        path, content=json.dumps(known), headers={"Content-Type": "application/json"}
    )
    assert response.status_code < 500, response.text
    assert "Traceback" not in response.text and '"type": "unexpected"' not in response.text
    if response.status_code >= 400:
        assert response.json()["error"]["message"]


@anything
@given(path=st.sampled_from(POSTS), body=st.binary(max_size=60))
def test_no_bytes_are_either(client: TestClient, path: str, body: bytes) -> None:
    for kind in ("application/json", "multipart/form-data; boundary=x", "multipart/form-data", "x"):
        response = client.post(path, content=body, headers={"Content-Type": kind})
        assert 400 <= response.status_code < 500


@anything
@given(
    path=st.sampled_from(["/api/articles", "/api/feedback", "/api/articles/x", "/v1/models/x"]),
    query=st.dictionaries(st.sampled_from(["text", "publisher", "month", "kind", "limit", "offset", "versions",
                                           "rating", "since"]), st.text(max_size=12)),
)  # fmt: skip
def test_no_query_is_either(client: TestClient, path: str, query: dict[str, str]) -> None:
    clean = {name: value.encode("utf-8", "ignore").decode() for name, value in query.items()}
    response = client.get(path, params=clean)
    assert response.status_code < 500, response.text


def test_half_a_letter_is_no_fault_of_the_server(archive: Archive) -> None:
    client = client_of(site_of(archive, Scripted()))
    for path in POSTS:
        body = '{"question": "\\ud800?", "answer": "\\ud800", "rating": "good", "addresses": ["https://\\ud800/"],' \
               '"messages": [{"role": "user", "content": "\\ud800"}], "publishers": ["\\ud800"]}'  # fmt: skip
        response = client.post(path, content=body, headers={"Content-Type": "application/json"})
        assert response.status_code < 500, path
