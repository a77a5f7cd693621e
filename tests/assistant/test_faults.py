from __future__ import annotations

import pytest

from assistant.faults import explain
from ingest.redact import redact


class StatusError(Exception):
    def __init__(self, status: int, text: str = "", code: str | None = None) -> None:
        super().__init__(text)
        self.status_code = status
        self.code = code


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (StatusError(401, "bad key sk-abc123456"), "refused the key"),
        (StatusError(404), "does not know the model"),
        (StatusError(429), "busy"),
        (StatusError(429, code="insufficient_quota"), "quota is used up"),
        (StatusError(503), "HTTP 503"),
        (StatusError(400, "context length exceeded"), "context length exceeded"),
        (ConnectionRefusedError(), "cannot be reached"),
        (TimeoutError(), "took too long"),
        (KeyError("choices"), "cannot be read"),
    ],
)
def test_one_sentence_says_what_is_wrong_and_what_to_do(error: Exception, says: str) -> None:
    text = explain(error, "openai:m")
    assert says in text
    assert "--model quoting" in text
    assert "\n" not in text


@pytest.mark.parametrize(
    "text",
    [
        "key sk-abcdef123456 is wrong",
        "Bearer abc.def is wrong",
        "key mysecret is wrong",
        "sk-***abcd no",
    ],
)
def test_no_key_is_shown(text: str) -> None:
    shown = redact(text, ["mysecret"])
    assert not any(part in shown for part in ("abcdef", "abc.def", "mysecret", "***"))
