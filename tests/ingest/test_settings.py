"""Settings: environment, then .env, then dateline.toml; errors of one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from ingest.errors import SettingError
from ingest.settings import Settings, load_settings


def test_without_any_setting_there_are_defaults(tmp_path: Path) -> None:
    found = load_settings()
    assert found.archive == tmp_path / "data" / "dateline"
    assert (found.embeddings, found.deadline) == ("static", 120)
    assert (found.chat_model, found.chroma) == (None, None)
    assert (found.openai_api_key, found.openai_base_url) == (None, None)


@pytest.mark.parametrize(
    ("variable", "field", "value"),
    [
        ("DATELINE_ARCHIVE", "archive", Path("/somewhere/else")),
        ("DATELINE_CHAT_MODEL", "chat_model", "openai:tide"),
        ("DATELINE_EMBEDDINGS", "embeddings", "minilm"),
        ("DATELINE_CHROMA", "chroma", "http://127.0.0.1:8000"),
        ("DATELINE_DEADLINE", "deadline", 7.5),
        ("OPENAI_BASE_URL", "openai_base_url", "http://127.0.0.1:8080/v1"),
    ],
)
def test_the_environment_sets(
    variable: str, field: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(value))
    assert getattr(load_settings(), field) == value


def test_the_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    found = load_settings()
    assert found.openai_api_key is not None
    assert found.openai_api_key.get_secret_value() == "sk-secret"
    assert "secret" not in repr(found) + str(found)


def test_the_environment_wins_over_env_and_env_over_toml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dateline.toml").write_text(
        'embeddings = "toml"\nchat_model = "toml"\nchroma = "toml"\n'
    )
    (tmp_path / ".env").write_text("DATELINE_EMBEDDINGS=env\nDATELINE_CHAT_MODEL=env\n")
    monkeypatch.setenv("DATELINE_EMBEDDINGS", "variable")
    found = load_settings()
    assert (found.embeddings, found.chat_model, found.chroma) == ("variable", "env", "toml")


def test_the_archive_that_is_given_wins_over_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_ARCHIVE", "/somewhere/else")
    assert load_settings("here").archive == load_settings(Path("here")).archive == Path("here")
    assert load_settings("").archive == load_settings(None).archive == Path("/somewhere/else")


def test_an_empty_variable_sets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EMBEDDINGS", "CHROMA", "DEADLINE", "ARCHIVE"):
        monkeypatch.setenv(f"DATELINE_{name}", "")
    found = load_settings()
    assert (found.embeddings, found.chroma, found.deadline) == ("static", None, 120)
    assert found.archive.name == "dateline"


def test_settings_of_others_are_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_NONSENSE", "1")
    (tmp_path / ".env").write_text("OTHER=1\nDATELINE_MORE=2\n")
    (tmp_path / "dateline.toml").write_text("other = 1\n[tool]\nx = 1\n")
    assert load_settings().embeddings == "static"


@pytest.mark.parametrize("deadline", ["0", "-1", "soon", "nan", "3601"])
def test_a_deadline_that_cannot_be_used_is_refused_by_name(
    deadline: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_DEADLINE", deadline)
    with pytest.raises(SettingError) as caught:
        load_settings()
    message = str(caught.value)
    assert "deadline" in message.lower()
    assert "\n" not in message


@pytest.mark.parametrize("content", [b"= broken", b"embeddings = ", b"\xff\xfe\x00"])
def test_a_toml_file_that_cannot_be_read_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "dateline.toml").write_bytes(content)
    with pytest.raises(SettingError, match=r"dateline\.toml"):
        load_settings()


def test_settings_cannot_be_changed(settings: Settings) -> None:
    with pytest.raises(ValidationError):
        settings.embeddings = "other"
