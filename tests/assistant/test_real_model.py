"""The chain against a real llama.cpp server: it proves the plumbing, not the answers."""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Assistant
from ingest.archive.archive import Archive
from ingest.settings import Settings
from tests.conftest import need

pytestmark = pytest.mark.slow
VENV = Path(os.environ.get("VENV") or sys.prefix)


@pytest.fixture(scope="module")
def server_url() -> Iterator[str]:
    models = sorted((VENV / "model").glob("**/*.gguf"))
    need(importlib.util.find_spec("xllamacpp"), "the package xllamacpp is not installed")
    need(models, f"no model file below {VENV / 'model'}; make test puts it there")
    import xllamacpp

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(models[0])
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.n_ctx = 8192
    parameters.n_parallel = 1
    parameters.n_predict = 40  # a small model may repeat itself for ever
    parameters.cpuparams.n_threads = 2
    parameters.cpuparams.poll = parameters.cpuparams_batch.poll = 0  # other tests run beside it
    parameters.n_gpu_layers = 0
    parameters.offline = True
    server: Any = xllamacpp.Server(parameters)
    yield f"http://127.0.0.1:{port}/v1"
    del server


@pytest.fixture
def assistant(sample_archive: Archive, server_url: str) -> Iterator[Assistant]:
    before = sample_archive.settings
    sample_archive.settings = Settings(
        archive=before.archive, OPENAI_BASE_URL=server_url, deadline=200, context_tokens=1000, plan="never",
        _env_file=None,
    )  # fmt: skip
    yield Assistant(sample_archive)
    sample_archive.settings = before


def test_a_real_server_streams_an_answer(assistant: Assistant) -> None:
    answers = list(
        assistant.stream("Which port did the Chinese flotilla leave?", since="2023-07-01")
    )
    final = answers[-1]
    assert len(answers) > 3
    assert final.text.strip()
    assert all(answer.model.startswith("openai:") for answer in answers[:-1])
    assert final.model in (answers[0].model, "quoting")  # small models say what no passage says
    known = {citation.number for citation in final.citations}
    for citation in final.citations:
        stored = next(iter(assistant.archive.catalog.articles([citation.article_id])))
        assert citation.quote == stored.article.text[citation.start : citation.end]
    if "[" in final.text:
        assert known


def test_a_real_server_rewrites_a_follow_up(assistant: Assistant) -> None:
    history = [
        ("user", "Which port did the Chinese flotilla leave?"),
        ("assistant", "It left Qingdao [1]."),
    ]
    answer = assistant.ask("How many ships were there?", history=history)
    assert answer.question == "How many ships were there?"
    assert answer.standalone.strip()
