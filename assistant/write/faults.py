"""What went wrong at a model's service: whether to try again, and one plain sentence about it."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from ingest.errors import ModelError
from ingest.text import one_line, redact

_QUOTING = "or use --model quoting, which needs no service"
_BY_STATUS = {
    400: "refused the request{detail}. Check the model's name and its context length",
    401: "refused the key. Check OPENAI_API_KEY",
    403: "does not allow this key to use the model. Check the key's rights",
    404: "does not know the model or the address. Check DATELINE_CHAT_MODEL and OPENAI_BASE_URL",
    408: "took too long. Try again",
    429: "is busy or the limit of requests is reached. Wait a minute and ask again",
}
_TRANSIENT = {408, 409, 425, 429}
_LASTING = {501, 505}  # of the faults of a server, those that are the same the next time
_NETWORK = ("Connect", "Timeout", "TransportError")  # in the names of the clients' errors
_NAMES = 5  # models that are listed
_NAME = 60  # characters of a model's name
_DETAIL = 120  # characters of what the service itself says

# OpenAI, Azure, Anthropic, Mistral, Groq, vLLM, TGI, llama.cpp, llama-cpp-python, Ollama, LM Studio
_OVERFLOW = re.compile(
    r"(?i)context[ _-]?(?:length|size|window)|maximum (?:context|model) length|too long to fit"
    r"|(?:prompt|input) (?:is )?too (?:long|large)|too many (?:input |prompt )?tokens"
    r"|request too large|exceed_context|max_new_tokens|input token(?:s| count)? .{0,40}exceed"
    r"|must have less than \d+ tokens|reduce the length of|keep from the initial prompt"
)
_QUOTA = re.compile(r"insufficient[ _](?:quota|balance|credits?)|billing", re.IGNORECASE)
_NO_MODEL = re.compile(
    r"(?i)model_not_found|invalid model|model .{1,80}(?:not found|does not exist)|no such model"
)


class NotAModelError(Exception):
    """The reply is none of a model's: a web page, or more bytes than an answer has.

    Its text goes on after "The service of the model …".
    """


class ContextError(ModelError):
    """The question with its passages is too long for the model."""


def explain(
    error: BaseException,
    model: str,
    secrets: Sequence[str] = (),
    left: float | None = None,
    served: Sequence[str] = (),
) -> str:
    """One sentence about `error`: what is wrong, with which model, what to do.

    Args:
        left: seconds that a second try could have waited.
        served: the names of the models that the service has, where it does not know this one.
    """
    wanted = model.partition(":")[2] or model
    nearest = get_close_matches(wanted, served, 3, 0.5) or list(served[:_NAMES])
    detail, status, wait = _detail(error, secrets), status_of(error), retry_after(error)
    if isinstance(error, NotAModelError):
        said = f"{error}. Check OPENAI_BASE_URL and the proxy"
    elif is_quota(error):
        said = "says that the account's quota is used up. Add credit"
    elif is_overflow(error):
        said = (
            f"says that the question with its passages is too long for it{detail}. "
            "Set DATELINE_CONTEXT_TOKENS to its context length"
        )
    elif is_unknown_model(error) and nearest:
        names = ", ".join(_name(each, secrets) for each in nearest)
        said = f"does not know that model; it has {names}. Choose one with --model"
    elif wait and left is not None and wait >= left:
        said = (
            f"is busy and asks to wait {wait:,.0f} s, longer than DATELINE_DEADLINE leaves. "
            "Ask again then"
        )
    elif status in _BY_STATUS:
        said = _BY_STATUS[status].format(detail=detail)
    elif status is not None and status >= 500:  # noqa: PLR2004
        said = f"failed (HTTP {status}). Try again in a moment"
    elif status is not None:
        said = f"refused the request (HTTP {status}){detail}. Check the model's name"
    elif "Timeout" in type(error).__name__:
        said = "took too long. Try again"
    elif is_connection(error):
        said = "cannot be reached or broke off. Check that it runs and OPENAI_BASE_URL is right"
    elif hasattr(error, "body"):
        said = f"reported a fault{detail}. Try again in a moment"
    else:
        said = "gave an answer that cannot be read. Check that it is OpenAI-compatible"
    text = f"The service of the model {_name(model, secrets)} {said}, {_QUOTING}."
    return redact(one_line(text), secrets)


def is_overflow(error: BaseException) -> bool:
    """Whether the question with its passages is too long for the model."""
    status = status_of(error)
    if status in (401, 403, 404) or is_quota(error):
        return False
    named = type(error).__name__.endswith("ContextOverflowError")
    too_large = status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return named or too_large or bool(_OVERFLOW.search(message_of(error)))


def is_quota(error: BaseException) -> bool:
    """Whether the account has nothing left, which waiting does not mend."""
    return status_of(error) in (402, 429, None) and bool(_QUOTA.search(message_of(error)))


def is_unknown_model(error: BaseException) -> bool:
    """Whether the service has no model of that name."""
    status = status_of(error)
    named = status in (400, 422) and _NO_MODEL.search(message_of(error))
    return status == HTTPStatus.NOT_FOUND or bool(named)


def is_transient(error: BaseException) -> bool:
    """Whether the same request may well succeed a moment later."""
    if is_overflow(error) or is_quota(error) or _header(error, "x-should-retry") == "false":
        return False
    status = status_of(error)
    if status is None:
        return is_connection(error)
    return status in _TRANSIENT or (status >= 500 and status not in _LASTING)  # noqa: PLR2004


def is_connection(error: BaseException) -> bool:
    """Whether the service was not reached, or was lost."""
    names = [kind.__name__ for kind in type(error).__mro__]
    return isinstance(error, OSError) or any(word in n for n in names for word in _NETWORK)


def retry_after(error: BaseException | None) -> float:
    """The seconds that the service asks to wait before another try; 0 where it does not say."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = _header(error, name)
        seconds = 0.0
        try:
            seconds = float(value or 0) * scale
        except ValueError:  # the moment itself
            with suppress(TypeError, ValueError, OverflowError, OSError):
                seconds = parsedate_to_datetime(str(value)).timestamp() - time.time()
        if seconds > 0 and math.isfinite(seconds):
            return seconds
    return 0.0


def status_of(error: BaseException | None) -> int | None:
    """The HTTP status, also where it stands in an event of the stream."""
    response = getattr(error, "response", None)
    for told, name in ((error, "status_code"), (response, "status_code"), (error, "code")):
        if re.fullmatch("[45][0-9]{2}", text := str(getattr(told, name, None))):
            return int(text)
    return None


def message_of(error: BaseException) -> str:
    """What the service itself said, with its names of the fault."""
    inner = _inner(error)
    names = (each for told in (inner, vars(error)) for each in (told.get("type"), told.get("code")))
    return " ".join(str(each) for each in (inner.get("message") or error, *names) if each)


def _inner(error: BaseException) -> Mapping[str, object]:
    """What stands in the reply's body, or in its "error"; what is a text there is the message."""
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, Mapping) else None
    return inner if isinstance(inner, Mapping) else {"message": inner}


def _detail(error: BaseException, secrets: Sequence[str]) -> str:
    """The service's own words in brackets, where they are words."""
    said = _inner(error).get("message")
    text = redact(one_line(str(said if isinstance(said, str) else error)), secrets).rstrip(".")
    if not text or any(mark in text for mark in ("<", "Traceback", "{", "Error code:")):
        return ""
    return f" ({text})" if len(text) <= _DETAIL else f" ({text[:_DETAIL].rstrip()} …)"


def _name(name: str, secrets: Sequence[str]) -> str:
    text = redact(one_line(name), secrets)
    return text if len(text) <= _NAME else f"{text[:_NAME]}…"


def _header(error: BaseException | None, name: str) -> str | None:
    headers = getattr(getattr(error, "response", None), "headers", None)
    value = headers.get(name) if isinstance(headers, Mapping) else None
    return str(value).strip().lower() if value is not None else None
