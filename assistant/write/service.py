"""From a model's name and the settings to a writer, over an HTTP client that lets go when the time
is up and reads no more than it should.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import httpx2
from openai import DefaultHttpxClient
from pydantic import SecretStr

from assistant.write.deadline import limited, when_over
from assistant.write.faults import NotAModelError
from assistant.write.model import ANSWER_TOKENS, CONTEXT_TOKENS, ModelWriter
from assistant.write.stream import hide_in_logs
from ingest.errors import SettingError
from ingest.quiet import no_telemetry
from ingest.settings import Settings
from ingest.text import one_line, redact

MOST_BYTES = 10_000_000  # of a reply; 20,000 characters in as many events are some 6 million
_CONNECTED = ("connect_tcp.complete", "start_tls.complete")


def http_client(seconds: float) -> httpx2.Client:
    """A client as OpenAI's own, each of whose connections ends with the `limited` it is used in.

    Connections are not kept for later: one that the service has closed meanwhile would fail the
    next question, and only a new one can be let go while nothing has come over it yet.
    """
    return DefaultHttpxClient(
        timeout=seconds,
        limits=httpx2.Limits(max_keepalive_connections=0),
        headers={"Accept-Encoding": "identity"},
        event_hooks={"request": [_watch], "response": [_guard]},
    )


class _Capped(httpx2.SyncByteStream):
    """A reply's bytes, up to `MOST_BYTES`."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        left = MOST_BYTES
        for data in self._stream:
            left -= len(data)
            if left < 0:
                raise NotAModelError("sent far more than an answer")
            yield data

    def close(self) -> None:
        self._stream.close()


def _watch(request: httpx2.Request) -> None:
    request.extensions = {**request.extensions, "trace": _trace}


def _trace(event: str, info: dict[str, Any]) -> None:
    """Have every new connection shut down at the deadline, which wakes a read that stalls."""
    if event.endswith(_CONNECTED) and (stream := info.get("return_value")):
        link = stream.get_extra_info("socket")
        when_over(lambda: _shut(link))


def _shut(link: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(link, socket.SHUT_RDWR)  # of TLS too: no good-bye that may stall


def _guard(response: httpx2.Response) -> None:
    """Refuse what cannot be an answer before any of it is read.

    Raises:
        NotAModelError: it is a web page, or packed although that was not asked for.
    """
    if response.is_success and response.headers.get("Content-Type", "").startswith("text/html"):
        raise NotAModelError("sent a web page instead of an answer")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NotAModelError("sent a packed answer, which was not asked for")
    response.stream = _Capped(response.stream)


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
    _check(settings)
    _check_key(name, settings)
    full, model, fault = name, None, ""
    try:
        full = name if _has_provider(name) or not _is_openai(settings) else f"openai:{name}"
        model = _init(full, settings)
    except Exception as error:
        fault = (str(error).splitlines() or [type(error).__name__])[0]
    secrets = (*_secrets(settings), *_keys_in(model))
    if model is None:  # raised here, where no cause with a key in it comes along
        raise SettingError(
            f"The chat model {one_line(name)[:80]!r} cannot be used: "
            f"{redact(fault, secrets)[:200].rstrip('. ')}. "
            "Set DATELINE_CHAT_MODEL to a name such as openai:gpt-5-mini, or to quoting."
        )
    hide_in_logs(secrets)
    listed = _lister(settings) if full.startswith("openai:") else lambda _: ()
    room = _context(model, settings)
    return ModelWriter(full, model, settings.deadline, secrets, room, listed)


def _check_key(name: str, settings: Settings) -> None:
    if name.startswith("openai:") and not (settings.openai_api_key or settings.openai_base_url):
        raise SettingError(
            f"The chat model {one_line(name)[:80]!r} needs a key. Set OPENAI_API_KEY, or "
            "OPENAI_BASE_URL for a server of your own; quoting answers without a model."
        )


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

        with http_client(seconds) as client:
            yield client.get(f"{address}/models", headers=headers).json()

    try:
        listed = next(limited(ask, min(seconds, settings.deadline / 4)))["data"]
        return tuple(str(each["id"]) for each in listed)
    except Exception:  # whatever a stranger sends instead of a list is no list
        return ()


def _lister(settings: Settings) -> Callable[[float], tuple[str, ...]]:
    return lambda seconds: served_models(settings, min(seconds, LISTING_SECONDS))


def _init(name: str, settings: Settings) -> Any:
    from langchain.chat_models import init_chat_model

    if not name.startswith("openai:"):
        return init_chat_model(name)

    key = _key(settings) or (_NO_KEY if settings.openai_base_url else None)
    return init_chat_model(
        name,
        api_key=SecretStr(key) if key else None,
        base_url=settings.openai_base_url,
        timeout=settings.deadline,
        max_retries=0,  # `patience` tries again, within the deadline
        http_client=http_client(settings.deadline),
        http_socket_options=(),
        stream_usage=not settings.openai_base_url,
        use_responses_api=False,  # the one interface that every compatible server has
    )


def _check(settings: Settings) -> None:
    address, key = settings.openai_base_url, _key(settings)
    if address and not address.startswith(("http://", "https://")):
        raise SettingError(
            "OPENAI_BASE_URL is no web address. Write it whole, such as http://127.0.0.1:8080/v1."
        )
    if key and not (key.isascii() and key.isprintable() and " " not in key):
        raise SettingError("OPENAI_API_KEY holds characters that no key has. Copy it once more.")


def _has_provider(name: str) -> bool:
    """Whether "x:y" starts with a provider of LangChain's; "qwen2.5:7b" is a model with a tag."""
    from langchain.chat_models import base

    return (
        name.partition(":")[0] in getattr(base, "_BUILTIN_PROVIDERS", ("openai",)) and ":" in name
    )


def _is_openai(settings: Settings) -> bool:
    return bool(settings.openai_base_url or settings.openai_api_key)


def _key(settings: Settings) -> str | None:
    """The key without the line break that a file may have left at its end."""
    key = settings.openai_api_key
    return key.get_secret_value().strip() or None if key else None


def _secrets(settings: Settings) -> tuple[str, ...]:
    """The key, and the password in the address."""
    password = urlsplit(settings.openai_base_url or "").password
    return tuple(secret for secret in (_key(settings), password) if secret)


def _keys_in(model: object) -> tuple[str, ...]:
    """The keys that a model of LangChain's has from elsewhere, such as ANTHROPIC_API_KEY."""
    values = [each for each in vars(model).values() if isinstance(each, SecretStr)] if model else []
    return tuple(v for v in (each.get_secret_value() for each in values) if v not in ("", _NO_KEY))


def _context(model: object, settings: Settings) -> int:
    """How many tokens the model may be given: as set, as LangChain knows, or few."""
    profile = getattr(model, "profile", None) or {}
    known = settings.context_tokens or profile.get("max_input_tokens") or CONTEXT_TOKENS
    return int(known) - min(ANSWER_TOKENS, int(known) // 4)
