from __future__ import annotations

import pytest

from assistant.write.faults import explain, is_overflow, is_transient, is_unknown_model
from ingest.text import redact


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
        "This model's maximum context length is 4096 tokens.",
        "Your input exceeds the context window of this model.",
        "request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it",
        "the request exceeds the available context size. try increasing the context size",
        "Context size has been exceeded.",
        "Requested tokens (2285) exceed context window of 2048",
        "The decoder prompt (length 9000) is longer than the maximum model length of 8192.",
        "the input length exceeds the context length",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "prompt too long; exceeded max context length by 12 tokens",
        "Trying to keep the first 9000 tokens when context the overflows. However, the model is "
        "loaded with context length of only 4096 tokens",
        "The number of tokens to keep from the initial prompt is greater than the context length",
        "`inputs` tokens + `max_new_tokens` must be <= 4096",
        "Input validation error: `inputs` must have less than 1024 tokens. Given: 3000",
        "The input token count (9000) exceeds the maximum number of tokens allowed (8192).",
        "Input tokens exceed the configured limit of 272000 tokens.",
        "Input is too long for requested model.",
    ],
)
def test_an_overflow_is_known_by_its_words_whoever_says_it(text: str) -> None:
    for status in (400, 500):
        assert is_overflow(StatusError(status, text))
        assert not is_transient(StatusError(status, text))
    assert "too long for it" in explain(StatusError(400, text), "openai:m")


@pytest.mark.parametrize(
    "error",
    [
        StatusError(401, "prompt is too long"),
        StatusError(
            429, "You exceeded your current quota, check your billing", "insufficient_quota"
        ),
        StatusError(500, "CUDA out of memory"),
        StatusError(400, "Unsupported value: temperature"),
        ConnectionResetError("connection reset"),
        StatusError(429, "Rate limit reached: tokens per minute"),
    ],
)
def test_nothing_else_is_an_overflow(error: Exception) -> None:
    assert not is_overflow(error)


def test_an_unknown_model_is_known_by_its_words() -> None:
    assert is_unknown_model(StatusError(404))
    assert is_unknown_model(StatusError(400, "Invalid model: qwen"))
    assert not is_unknown_model(StatusError(400, "Unsupported value: temperature"))
    assert not is_unknown_model(StatusError(503, "no such model"))


def test_a_services_own_words_are_shown_only_if_they_are_words() -> None:
    assert "(bad value)" in explain(StatusError(400, "bad  value."), "m")
    for text in ("<html>x</html>", "Traceback (most recent", "Error code: 400 - {'a': 1}", ""):
        assert "refused the request. Check" in explain(StatusError(400, text), "m")
    assert len(explain(StatusError(400, "long " * 1000), "m" * 1000)) < 400


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
