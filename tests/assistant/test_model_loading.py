"""From names and settings to a model, and what is said of names that no service knows."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from assistant.question.question import understand
from assistant.results import Found, Passage
from assistant.write.service import default_model, load_writer, served_models
from ingest.archive.filters import Filters
from ingest.article import Article
from ingest.errors import ModelError, SettingError
from ingest.settings import Settings
from tests.model_faults import KEY, PAGE
from tests.model_server import Script, fails, model_server

UNKNOWN = json.dumps({"error": {"message": "The model `qwen` does not exist.", "code": 404}})


def settings(script: Script, **more: object) -> Settings:
    given = {"OPENAI_BASE_URL": script.url, "OPENAI_API_KEY": KEY, "deadline": 4, **more}
    return Settings(_env_file=None, **given)  # type: ignore[arg-type]


def sentence(script: Script, article: Article, name: str) -> str:
    found = Found("Who?", Filters(), (Passage("a", article, 0, len(article.text), 1.0),))
    with pytest.raises(ModelError) as caught:
        list(load_writer(name, settings(script)).write(understand("Who?"), found))
    return str(caught.value)


@pytest.mark.parametrize("status", [404, 400])
def test_an_unknown_model_is_answered_with_those_that_there_are(
    make_article: Callable[..., Article], status: int
) -> None:
    with model_server() as script:
        script.replies = [fails(status, UNKNOWN)]
        script.models = ("mistral-small", "qwen3-8b", "qwen3-14b", "llama-3")
        text = sentence(script, make_article(), "qwen3:8b")
    assert "does not know that model; it has qwen3-8b, qwen3-14b. Choose one with --model" in text


def test_few_names_are_listed_and_no_key(make_article: Callable[..., Article]) -> None:
    with model_server() as script:
        script.replies = [fails(404, UNKNOWN)]
        script.models = tuple(f"{KEY} a{number}\n" + "x" * 500 for number in range(300))
        text = sentence(script, make_article(), "zzz")
    assert KEY not in text and "\n" not in text
    assert len(text) < 600


def test_without_a_list_the_settings_are_named(make_article: Callable[..., Article]) -> None:
    with model_server() as script:
        script.replies = [fails(404, PAGE)]
        script.models = ()
        text = sentence(script, make_article(), "qwen")
    assert "Check DATELINE_CHAT_MODEL and OPENAI_BASE_URL" in text


def test_a_service_that_lists_nothing_useful_lists_nothing() -> None:
    with model_server() as script:
        assert served_models(settings(script)) == ("scripted",)
    assert served_models(settings(script)) == ()  # it is gone
    assert default_model(settings(script)) == "openai:gpt-5-mini"


@pytest.mark.parametrize("address", ["127.0.0.1:8080/v1", "ftp://x/v1", "file:///etc/passwd"])
def test_an_address_that_is_none_is_said(address: str) -> None:
    wrong = Settings(OPENAI_BASE_URL=address, _env_file=None)  # type: ignore[call-arg]
    with pytest.raises(SettingError, match=r"OPENAI_BASE_URL.* is no web address"):
        load_writer("m", wrong)


def test_a_name_that_is_none_is_said_in_one_line() -> None:
    with pytest.raises(SettingError) as caught:
        load_writer("nonsense:x\n" + "y" * 10_000, Settings(_env_file=None))
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500
    assert caught.value.__cause__ is None


def test_the_context_is_as_set_or_as_known_or_small() -> None:
    def room(name: str, **given: object) -> int:
        chosen = Settings(OPENAI_API_KEY=KEY, _env_file=None, **given)  # type: ignore[arg-type]
        return load_writer(name, chosen).context

    assert room("gpt-5-mini") > 100_000
    assert room("of-nobody") == 8192 - 1024
    assert room("gpt-5-mini", context_tokens=4096) == 4096 - 1024
    assert room("gpt-5-mini", context_tokens=2048) == 2048 - 512


@pytest.mark.parametrize("name", ["openai:gpt-5-mini", "openai:x\ny"])
def test_a_model_without_a_key_says_which_settings_it_wants(name: str) -> None:
    with pytest.raises(SettingError, match="Set OPENAI_API_KEY, or OPENAI_BASE_URL") as caught:
        load_writer(name, Settings(_env_file=None))  # type: ignore[call-arg]
    assert "\n" not in str(caught.value)
