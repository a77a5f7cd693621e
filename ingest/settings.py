"""All settings, read once at the edge: environment, .env, dateline.toml, what the user has kept.
And libraries that would report home are told not to.
"""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from ingest.errors import SettingError

Plans = Literal["auto", "always", "never"]


class Settings(BaseSettings):
    """Every setting with its default; docs/SETTINGS.md lists them for users."""

    model_config = SettingsConfigDict(
        env_prefix="DATELINE_",
        env_file=".env",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
    )

    archive: Path = Field(default_factory=lambda: Path(platformdirs.user_data_path("dateline")))
    chat_model: str | None = None
    embeddings: str = "static"
    chroma: str | None = None
    reranker: str | None = None  # "module:object"
    user_agent: str = Field(
        default_factory=lambda: f"Dateline/{version('dateline')} (news archive)"
    )
    fetch_delay: float = Field(default=1.0, ge=0, le=3600)  # seconds between two requests to a host
    deadline: float = Field(default=120.0, gt=0, le=3600)  # seconds for a whole answer
    context_tokens: int = Field(default=0, ge=0, le=10_000_000)  # 0: as far as it is known
    temperature: float | None = Field(default=None, ge=0, le=2)  # None: the service's own
    plan: Plans = "auto"  # whether a chat model plans the searches
    research_calls: int = Field(default=8, ge=2, le=100)  # of the model, for one research
    research_tokens: int = Field(default=100_000, ge=1000, le=10_000_000)
    research_seconds: float = Field(default=300.0, gt=0, le=3600)
    openai_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("OPENAI_API_KEY", "openai_api_key")
    )
    openai_base_url: str | None = Field(
        default=None, validation_alias=AliasChoices("OPENAI_BASE_URL", "openai_base_url")
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # Of two files that name a setting the later wins.
        files = TomlConfigSettingsSource(settings_cls, [kept_settings(), Path("dateline.toml")])
        return init_settings, env_settings, dotenv_settings, files


def kept_settings() -> Path:
    """The user's own file, in which `dateline models use` keeps the model that was chosen."""
    return Path(platformdirs.user_config_path("dateline")) / "model.toml"


def variable(field: str) -> str:
    return field.upper() if field.lower().startswith("openai_") else f"DATELINE_{field.upper()}"


def load_settings(archive: str | Path | None = None) -> Settings:
    """The settings in force; `archive` given on the command line or in a call wins.

    Raises:
        SettingError: a value cannot be used, or dateline.toml cannot be read.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = variable(".".join(str(part) for part in first["loc"]))
        raise SettingError(f"The setting {name} cannot be used: {first['msg']}.") from error
    except (ValueError, OSError) as error:
        raise SettingError(
            f"dateline.toml, .env or {kept_settings()} cannot be read: {error}."
        ) from error
    return settings.model_copy(update={"archive": Path(archive)}) if archive else settings


# No library of ours reports home; the user's own choices are left alone.
_SILENT = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "DO_NOT_TRACK": "1",
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime since 1.29, on Linux and macOS
}


def no_telemetry() -> None:
    """Switch telemetry off; call it before importing a library that has any."""
    chosen = any(name.startswith("LANGSMITH_") for name in os.environ)
    for name, value in _SILENT.items():
        if not (chosen and name.startswith("LANG")):
            os.environ.setdefault(name, value)
