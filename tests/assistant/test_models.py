"""`dateline models`: what runs on this machine, and the model that is kept."""

from __future__ import annotations

import json
import stat

import pytest

from assistant.write.models import running
from ingest.settings import kept_settings, load_settings
from tests.model_server import fails, model_server, says
from tests.shell import dateline


def test_a_model_is_tried_and_kept_for_every_later_start() -> None:
    with model_server() as script:
        script.replies = [says("A newspaper ", "tells what happened.")]
        done = dateline("models", "use", "scripted", "--base-url", f"{script.url}/")
        assert done.returncode == 0, done.stderr
        assert "It says: A newspaper tells what happened." in done.stdout
        settings = load_settings()
        assert (settings.chat_model, settings.openai_base_url) == ("scripted", script.url)
        assert stat.S_IMODE(kept_settings().stat().st_mode) == 0o600
        shown = json.loads(dateline("models", "--json").stdout)
        assert shown["now"] == "scripted"


def test_the_environment_wins_over_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert dateline("models", "use", "quoting").returncode == 0
    assert load_settings().chat_model == "quoting"
    monkeypatch.setenv("DATELINE_CHAT_MODEL", "other")
    assert load_settings().chat_model == "other"


@pytest.mark.parametrize(
    ("reply", "name", "said"),
    [
        (says("Hello."), "nosuch", "has no model 'nosuch'. It has: scripted."),
        (fails(401), "scripted", "refused the key"),
        (says("  "), "scripted", "gave an empty answer"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_not_kept(
    reply: object, name: str, said: str
) -> None:
    with model_server() as script:
        script.replies = [reply]  # type: ignore[list-item]
        done = dateline("models", "use", name, "--base-url", script.url)
    assert done.returncode == 2
    assert said in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert not kept_settings().exists()


def test_a_model_that_drips_beyond_the_deadline_took_too_long() -> None:
    with model_server() as script:
        script.replies = [says(*["word "] * 30, pause=0.1)]
        use = ("models", "use", "scripted", "--base-url", script.url)
        done = dateline(*use, DATELINE_DEADLINE="1")
    assert done.returncode == 2 and "did not finish within 1 seconds" in done.stderr
    assert not kept_settings().exists()


def test_a_key_of_the_environment_is_not_written_down() -> None:
    done = dateline("models", "use", "quoting", OPENAI_API_KEY="sk-of-the-environment")
    assert done.returncode == 0
    assert kept_settings().read_text() == 'chat_model = "quoting"\n'


def test_the_service_stays_kept_while_quoting_is_chosen() -> None:
    with model_server() as script:
        script.replies = [says("Hello.")]
        dateline("models", "use", "scripted", "--base-url", script.url)
        dateline("models", "use", "quoting")
        assert load_settings().openai_base_url == script.url
        done = dateline("models", "use", "scripted", DATELINE_CHAT_MODEL="quoting")
    assert "says otherwise here, and wins" in done.stdout


def test_an_address_that_is_none_is_refused() -> None:
    done = dateline("models", "use", "any", "--base-url", "ftp://127.0.0.1")
    assert done.returncode == 2 and "no web address" in done.stderr


def test_only_services_that_list_models_are_found() -> None:
    with model_server() as script:
        script.models = ("small", "large")
        (found,) = running({"Ours": script.url, "Nobody": "http://127.0.0.1:9/v1"})
    assert (found.name, found.address, found.models) == ("Ours", script.url, ("small", "large"))


def test_a_damaged_file_is_named() -> None:
    path = kept_settings()
    path.parent.mkdir(parents=True)
    path.write_text("chat_model = ")
    done = dateline("models")
    assert done.returncode == 2 and str(path) in done.stderr
