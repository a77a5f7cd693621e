"""Embedders: unit vectors, plain errors, no network."""

from __future__ import annotations

import json
import logging
import math
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from langchain_core.embeddings import Embeddings

from ingest.archive.embedding import (
    QUESTION_CHARACTERS,
    LangChainEmbedder,
    StaticEmbedder,
    Vectors,
    load_embedder,
    unit,
)
from ingest.errors import EmbedderError


@pytest.fixture(scope="module")
def static() -> StaticEmbedder:
    return StaticEmbedder()


@given(hnp.arrays(np.float32, st.tuples(st.integers(1, 4), st.integers(1, 4))))
@settings(deadline=None, database=None)
@pytest.mark.filterwarnings("ignore:overflow")
def test_rows_become_unit_length_or_zero(rows: Vectors) -> None:
    scaled = unit(rows)
    assert scaled.shape == rows.shape and scaled.dtype == np.float32
    assert np.isfinite(scaled).all()
    for row, before in zip(scaled, rows, strict=True):
        length = float(np.linalg.norm(row.astype(np.float64)))
        if not np.isfinite(before).all() or not before.any():
            assert length == 0
        elif 1e-6 < np.abs(before).max() < 1e15:
            assert math.isclose(length, 1, rel_tol=1e-3)


def test_the_direction_of_a_row_is_kept() -> None:
    assert np.allclose(unit(np.array([[3.0, 4.0]])), [[0.6, 0.8]])


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_row_that_is_not_finite_becomes_zero(bad: float) -> None:
    scaled = unit(np.array([[bad, 1.0], [0.0, 2.0]]))
    assert scaled.tolist() == [[0, 0], [0, 1]]


def test_static_vectors_are_unit_length(static: StaticEmbedder) -> None:
    vectors = static.passages(["The harbour reopened.", "Ships came back to the pier."])
    assert vectors.shape == (2, 256) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_static_vectors_of_like_texts_are_nearer_than_of_unlike_ones(
    static: StaticEmbedder,
) -> None:
    question = static.question("When did the harbour open again?")
    near, far = static.passages(["The port reopened on Sunday.", "He fried two eggs in butter."])
    assert question @ near > question @ far + 0.1


def test_a_text_has_the_same_vector_whatever_stands_beside_it(static: StaticEmbedder) -> None:
    alone = static.passages(["The harbour reopened."])[0]
    beside = static.passages(["Ships.", "The harbour reopened.", "word " * 400])[1]
    assert np.allclose(alone, beside, atol=1e-5)
    assert np.allclose(alone, static.question("The harbour reopened."), atol=1e-5)


@pytest.mark.parametrize("text", ["", " ", "\ufffd", "港の灯台", "\u0000", "🚢"])
def test_any_text_has_a_finite_static_vector(text: str, static: StaticEmbedder) -> None:
    vector = static.question(text)
    assert np.isfinite(vector).all()
    assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-3) or not vector.any()


def test_a_question_is_embedded_up_to_its_limit(static: StaticEmbedder) -> None:
    start = ("harbour " * QUESTION_CHARACTERS)[:QUESTION_CHARACTERS]
    assert np.array_equal(static.question(start + " eggs" * 99), static.question(start))


def test_loading_the_static_embedder_leaves_logging_alone() -> None:
    before = (logging.root.level, list(logging.root.handlers))
    assert load_embedder("static").name == "static"
    assert (logging.root.level, list(logging.root.handlers)) == before


@pytest.mark.parametrize("name", ["nonsense", "nonsense:model", "", "Static"])
def test_an_unknown_embedder_is_refused_with_the_ones_there_are(name: str) -> None:
    with pytest.raises(EmbedderError) as caught:
        load_embedder(name)
    message = str(caught.value)
    assert repr(name) in message and "static" in message and "minilm" in message
    assert "\n" not in message


class Lengths(Embeddings):
    """A text's vector says how long it is; some texts break it."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        if "break" in text:
            raise ConnectionError("the service is down\nand more\nlines")
        return [float(len(text)), 0.0, 0.0]


def test_embeddings_of_langchain_give_unit_vectors() -> None:
    embedder = LangChainEmbedder("lengths", Lengths())
    assert embedder.passages(["pier", ""]).tolist() == [[1, 0, 0], [0, 0, 0]]
    assert embedder.question("pier").tolist() == [1, 0, 0]


def test_a_failing_service_is_one_plain_error() -> None:
    embedder = LangChainEmbedder("lengths", Lengths())
    for call in (lambda: embedder.passages(["break"]), lambda: embedder.question("break")):
        with pytest.raises(EmbedderError) as caught:
            call()
        message = str(caught.value)
        assert "'lengths'" in message and "the service is down" in message
        assert "\n" not in message


def test_vectors_of_different_lengths_are_an_error() -> None:
    class Ragged(Lengths):
        def embed_query(self, text: str) -> list[float]:
            return [1.0] * len(text)

    with pytest.raises(EmbedderError, match="failed"):
        LangChainEmbedder("ragged", Ragged()).passages(["a", "bb"])


class Service(BaseHTTPRequestHandler):
    """An OpenAI-compatible embeddings service; notes what it was asked."""

    asked: list[dict[str, object]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append({"path": self.path, "key": self.headers["Authorization"], **body})
        texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
        data = [
            {"object": "embedding", "index": i, "embedding": [3.0, 4.0]} for i in range(len(texts))
        ]
        answer = json.dumps({"object": "list", "model": "m", "data": data,
                             "usage": {"prompt_tokens": 1, "total_tokens": 1}}).encode()  # fmt: skip
        self.send_response(404 if "missing" in body["model"] else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[tuple[str, list[dict[str, object]]]]:
    asked: list[dict[str, object]] = []
    server = HTTPServer(("127.0.0.1", 0), type("Noting", (Service,), {"asked": asked}))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1", asked
    server.shutdown()
    server.server_close()


def test_a_compatible_service_needs_an_address_and_no_key(
    service: tuple[str, list[dict[str, object]]],
) -> None:
    address, asked = service
    embedder = load_embedder("openai:tide-embedding", base_url=address)
    assert embedder.name == "openai:tide-embedding"
    assert np.allclose(embedder.passages(["The pier.", "A ship."]), [[0.6, 0.8]] * 2)
    assert np.allclose(embedder.question("A ship?"), [0.6, 0.8])
    assert [call["path"] for call in asked] == ["/v1/embeddings"] * 2
    assert asked[0]["input"] == ["The pier.", "A ship."]


def test_the_key_is_sent_to_the_service(service: tuple[str, list[dict[str, object]]]) -> None:
    address, asked = service
    load_embedder("openai:tide-embedding", "secret", address).question("A ship?")
    assert asked[0]["key"] == "Bearer secret"


def test_a_service_that_refuses_is_an_error_without_the_key(
    service: tuple[str, list[dict[str, object]]],
) -> None:
    embedder = load_embedder("openai:missing", "secret", service[0])
    with pytest.raises(EmbedderError) as caught:
        embedder.question("A ship?")
    assert "openai:missing" in str(caught.value)
    assert "secret" not in str(caught.value)
