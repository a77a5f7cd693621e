"""Which models there are: what runs on this machine, and the one that the user keeps.

What is kept stands in a file of the user's own, which the settings read last (`ingest.settings`).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import TomlConfigSettingsSource

from assistant.write.quoting import NAME
from assistant.write.service import load_writer, served_models
from ingest.errors import SettingError
from ingest.settings import Settings, kept_settings, load_settings
from ingest.text import one_line

# Where each listens when nothing else was set, by its documentation.
USUAL: Mapping[str, str] = {
    "Ollama": "http://127.0.0.1:11434/v1",
    "llama.cpp": "http://127.0.0.1:8080/v1",
    "LM Studio": "http://127.0.0.1:1234/v1",
    "vLLM": "http://127.0.0.1:8000/v1",
}
LOOK_SECONDS = 1.5  # for a service of this machine to list its models
TRY_SECONDS = 60.0
SAID = 300  # characters of what a model says to a trial
_TRIAL = "Say in one short sentence what a newspaper is."


@dataclass(frozen=True)
class Served:
    """A service and the names of its models."""

    name: str
    address: str
    models: tuple[str, ...]


@dataclass(frozen=True)
class Tried:
    """What a model said to a sentence, and how fast."""

    said: str
    seconds: float
    words_a_second: float


def running(usual: Mapping[str, str] = USUAL) -> tuple[Served, ...]:
    """The services that answer on this machine. Asks loopback addresses, all at once."""

    def look(name: str) -> Served:
        asked = Settings.model_construct(openai_base_url=usual[name], deadline=4 * LOOK_SECONDS)
        return Served(name, usual[name], served_models(asked, LOOK_SECONDS))

    with ThreadPoolExecutor(len(usual)) as threads:
        return tuple(each for each in threads.map(look, usual) if each.models)


def tried(settings: Settings) -> Tried:
    """Ask the model of the settings for a sentence.

    Raises:
        SettingError: it cannot be used.
        ModelError: its service failed, or said nothing.
    """
    settings = settings.model_copy(update={"deadline": min(settings.deadline, TRY_SECONDS)})
    writer = load_writer(str(settings.chat_model), settings)
    began = time.monotonic()
    said = writer.said(writer.model, _TRIAL, began + settings.deadline)
    took = time.monotonic() - began
    return Tried(one_line(said)[:SAID], took, len(said.split()) / max(took, 1e-3))


@dataclass(frozen=True)
class Adopted:
    """A model that is kept: the settings with it, what it said to a trial (quoting says nothing),
    and the file. `overruled`: the environment or another file says otherwise, and wins."""

    settings: Settings
    trial: Tried | None
    path: Path
    overruled: bool


def adopt(settings: Settings, model: str, address: str | None, key: str | None) -> Adopted:
    """Try a model and keep it for every later start; `address` and `key` are those of its service,
    where it is not the one that is set or that lists the model on this machine.

    Raises:
        SettingError: it cannot be used, or its service lists other models only.
        ModelError: its service failed, or said nothing.
    """
    if address is None and model != NAME:
        address = next((each.address for each in running() if model in each.models), None)
    choice = {"chat_model": model}
    if address is not None:
        choice |= {"openai_base_url": address.rstrip("/"), "openai_api_key": key or ""}
    elif key:
        choice |= {"openai_api_key": key}
    changed: dict[str, object] = {**choice}
    if "openai_api_key" in choice:
        changed["openai_api_key"] = SecretStr(key) if key else None
    settings = settings.model_copy(update=changed)
    listed = served_models(settings) if model != NAME and settings.openai_base_url else ()
    if listed and model.removeprefix("openai:") not in listed:
        raise SettingError(
            f"{settings.openai_base_url} has no model {one_line(model)[:80]!r}. "
            f"It has: {', '.join(listed[:8])}."
        )
    trial = tried(settings) if model != NAME else None
    path = keep(choice)
    now = load_settings(settings.archive)
    overruled = any(getattr(now, name) != getattr(settings, name) for name in choice)
    return Adopted(settings, trial, path, overruled)


def keep(choice: Mapping[str, str]) -> Path:
    """Write a choice where every later start reads it, over what was kept before; only the user can
    read the file. What only the environment holds, such as a key, does not get into it."""
    path = kept_settings()
    values = {**TomlConfigSettingsSource(Settings, path)(), **choice}
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        for name, value in values.items():
            if value:
                file.write(f"{name} = {json.dumps(value)}\n")  # a JSON string is one of TOML, too
    beside.replace(path)
    return path
