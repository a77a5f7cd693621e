"""From a model's name and the settings to a writer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from assistant.write.deadline import limited
from assistant.write.model import ANSWER_TOKENS, CONTEXT_TOKENS, ModelWriter
from assistant.write.stream import hide_in_logs
from ingest.errors import SettingError
from ingest.settings import Settings, no_telemetry
from ingest.text import one_line, redact

OPENAI_DEFAULT = "gpt-5-mini"
LISTING_SECONDS = 5.0  # for the list of a service's models
_NO_KEY = "none"  # what a server that wants no key is sent


def load_writer(name: str, settings: Settings) -> ModelWriter:
    """A writer for a name such as "openai:gpt-5-mini", or "gpt-5-mini" for an OpenAI service.

    Raises:
        SettingError: LangChain knows no such model, or its package, its key or the service's
            address cannot be used.
    """
    no_telemetry()
    _check(name, settings)
    full, model, fault = name, None, ""
    try:
        full, model = _init(name, settings)
    except Exception as error:
        fault = (str(error).splitlines() or [type(error).__name__])[0]
        if fault.startswith("Unable to infer"):
            fault = "no service is set that could have it (dateline models shows what runs here)"
    # The key, the password in the address, and the keys that a model of LangChain's has from
    # elsewhere, such as ANTHROPIC_API_KEY.
    own = (_key(settings), urlsplit(settings.openai_base_url or "").password)
    values = vars(model).values() if model else ()
    keys = (each.get_secret_value() for each in values if isinstance(each, SecretStr))
    secrets = (*filter(None, own), *(key for key in keys if key not in ("", _NO_KEY)))
    if model is None:  # raised here, where no cause with a key in it comes along
        raise SettingError(
            f"The chat model {one_line(name)[:80]!r} cannot be used: "
            f"{redact(fault, secrets)[:200].rstrip('. ')}. "
            "Set DATELINE_CHAT_MODEL to a name such as openai:gpt-5-mini, or to quoting."
        )
    hide_in_logs(secrets)

    def listed(seconds: float) -> tuple[str, ...]:
        compatible = full.startswith("openai:")
        return served_models(settings, min(seconds, LISTING_SECONDS)) if compatible else ()

    profile = getattr(model, "profile", None) or {}
    known = int(settings.context_tokens or profile.get("max_input_tokens") or CONTEXT_TOKENS)
    room = known - min(ANSWER_TOKENS, known // 4)
    return ModelWriter(full, model, settings.deadline, secrets, room, listed, settings.plan)


def _check(name: str, settings: Settings) -> None:
    address, key = settings.openai_base_url, _key(settings)
    if address and not address.startswith(("http://", "https://")):
        raise SettingError(
            "OPENAI_BASE_URL, the address of the model's service, is no web address. Write it "
            "whole, such as http://127.0.0.1:8080/v1."
        )
    if key and not (key.isascii() and key.isprintable() and " " not in key):
        raise SettingError("OPENAI_API_KEY holds characters that no key has. Copy it once more.")
    if name.startswith("openai:") and not (settings.openai_api_key or address):
        raise SettingError(
            f"The chat model {one_line(name)[:80]!r} needs a key. Set OPENAI_API_KEY, or "
            "OPENAI_BASE_URL for a server of your own; quoting answers without a model."
        )


def _init(name: str, settings: Settings) -> tuple[str, Any]:
    """The name with its provider, and the model of LangChain's."""
    from langchain.chat_models import base, init_chat_model

    from assistant.write.http_client import http_client  # it brings openai: .7 s

    # "x:y" starts with a provider of LangChain's; "qwen2.5:7b" is a model with a tag.
    provider, colon, _ = name.partition(":")
    known = colon and provider in getattr(base, "_BUILTIN_PROVIDERS", ("openai",))
    if not known and (settings.openai_base_url or settings.openai_api_key):
        name = f"openai:{name}"
    if not name.startswith("openai:"):
        return name, init_chat_model(name)
    key = _key(settings) or (_NO_KEY if settings.openai_base_url else None)
    model = init_chat_model(
        name,
        api_key=SecretStr(key) if key else None,
        base_url=settings.openai_base_url,
        temperature=settings.temperature,
        timeout=settings.deadline,
        max_retries=0,  # `patient` tries again, within the deadline
        http_client=http_client(settings.deadline),
        http_socket_options=(),
        stream_usage=not settings.openai_base_url,
        use_responses_api=False,  # the one interface that every compatible server has
    )
    return name, model


def default_model(settings: Settings) -> str | None:
    """The model of the settings; None for the quoting default.

    With only a base URL the server is asked which model it serves.
    """
    if settings.chat_model:
        return settings.chat_model
    if settings.openai_base_url:
        served = served_models(settings)
        return f"openai:{served[0] if served else OPENAI_DEFAULT}"
    return f"openai:{OPENAI_DEFAULT}" if settings.openai_api_key else None


def served_models(settings: Settings, seconds: float = LISTING_SECONDS) -> tuple[str, ...]:
    """The names that an OpenAI-compatible service lists; none where it does not say."""
    address = (settings.openai_base_url or "https://api.openai.com/v1").rstrip("/")
    headers = {"Authorization": f"Bearer {_key(settings) or _NO_KEY}"}

    def ask() -> Iterator[Any]:
        from assistant.write.http_client import http_client

        with http_client(seconds) as client:
            yield client.get(f"{address}/models", headers=headers).json()

    try:
        listed = next(limited(ask, min(seconds, settings.deadline / 4)))["data"]
        return tuple(str(each["id"]) for each in listed)
    except Exception:  # whatever a stranger sends instead of a list is no list
        return ()


def _key(settings: Settings) -> str | None:
    """The key without the line break that a file may have left at its end."""
    key = settings.openai_api_key
    return key.get_secret_value().strip() or None if key else None
