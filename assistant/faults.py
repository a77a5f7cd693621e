"""What went wrong at a model's service, in one plain sentence without a secret in it."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.redact import redact

_QUOTING = "or use --model quoting, which needs no service"
_BY_STATUS = {
    400: "refused the request ({detail}). Check the model's name and its context length",
    401: "refused the key. Check OPENAI_API_KEY",
    403: "does not allow this key to use the model. Check the key's rights",
    404: "does not know the model or the address. Check DATELINE_CHAT_MODEL and OPENAI_BASE_URL",
    408: "took too long. Try again",
    413: "says that the question with its passages is too long for it. Use a larger model",
    429: "is busy or the limit of requests is reached. Wait a minute and ask again",
}


def explain(error: BaseException, model: str, secrets: Sequence[str] = ()) -> str:
    """One sentence about `error`: what is wrong, with which model, what to do."""
    status = getattr(error, "status_code", None)
    text = redact(f"The service of the model {model} {_said(error, status)}, {_QUOTING}.", secrets)
    return " ".join(text.split())


def _said(error: BaseException, status: int | None) -> str:
    detail = _detail(error)
    if "insufficient_quota" in detail or getattr(error, "code", None) == "insufficient_quota":
        return "says that the account's quota is used up. Add credit"
    if status in _BY_STATUS:
        return _BY_STATUS[status].format(detail=detail)
    if status is not None and status >= 500:  # noqa: PLR2004
        return f"failed (HTTP {status}). Try again in a moment"
    name = type(error).__name__
    if "Timeout" in name:
        return "took too long. Try again"
    if "Connection" in name or isinstance(error, OSError):
        return "cannot be reached. Check that it runs and that OPENAI_BASE_URL is right"
    return f"gave an answer that cannot be read ({name}). Check that it is OpenAI-compatible"


def _detail(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:160].rstrip(". ")
