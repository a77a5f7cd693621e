"""The key is not shown: not in the text, in no message, trace or log record."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable

import pytest

from assistant.question.question import understand
from assistant.results import Found
from assistant.write.service import load_writer
from ingest.archive.filters import Filters
from ingest.article import Article
from ingest.errors import ModelError, SettingError
from ingest.settings import Settings
from tests.model_faults import KEY
from tests.model_server import Reply, fails, model_server, says, start


def ask(reply: Reply, make_article: Callable[..., Article], key: str = KEY) -> tuple[str, str]:
    """The text or the error's whole trace, and all that was logged meanwhile."""
    from assistant.results import Passage

    article = make_article()
    passage = Passage("a", article, 0, len(article.text), 1.0)
    with model_server() as script:
        script.replies = [reply]
        settings = Settings(
            OPENAI_BASE_URL=script.url, OPENAI_API_KEY=key, deadline=5, _env_file=None
        )  # type: ignore[call-arg]
        writer = load_writer("scripted", settings)
        assert key not in repr(writer)
        found = Found("Who?", Filters(), (passage,))
        try:
            return "".join(draft.text for draft in writer.write(understand("Who?"), found)), ""
        except ModelError as error:
            return "".join(traceback.format_exception(error)), str(error)


def test_a_key_in_a_rewritten_question_is_not_shown() -> None:
    with model_server() as script:
        script.replies = [says("Who is ", KEY[:7], KEY[7:], "?")]
        settings = Settings(
            OPENAI_BASE_URL=script.url, OPENAI_API_KEY=KEY, plan="never", _env_file=None
        )  # type: ignore[call-arg]
        asked = load_writer("scripted", settings).standalone("Who?", [("user", "Hm?")])
    assert asked.text == "Who is …?"


def test_what_the_libraries_log_shows_no_key(
    make_article: Callable[..., Article], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def echoes(handler: object) -> None:
        handler.send_response(401, f"No {KEY}")  # type: ignore[attr-defined]
        handler.send_header("WWW-Authenticate", f"Bearer {KEY}")  # type: ignore[attr-defined]
        handler.end_headers()  # type: ignore[attr-defined]

    trace, message = ask(echoes, make_article)
    assert "refused the key" in message
    assert "401" in caplog.text  # something was logged
    assert KEY not in caplog.text + trace


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 418, 422, 429, 500])
def test_an_errors_own_words_show_no_key(make_article: Callable[..., Article], status: int) -> None:
    key = "q7w8e9r0t1y2u3i4o5p6"  # nothing about it but the settings says that it is one
    filler = "x" * 106  # so that the key stands where the message is cut
    body = json.dumps({"error": {"message": f"{filler} key {key} {key}"}})
    trace, message = ask(fails(status, body, [("x-should-retry", "false")]), make_article, key)
    assert message
    assert key[:6] not in trace


def test_a_fault_within_the_stream_shows_no_key(make_article: Callable[..., Article]) -> None:
    event = json.dumps({"error": {"message": f"bad {KEY}", "code": 400}})

    def reply(handler: object) -> None:
        start(handler, 200, "text/event-stream")  # type: ignore[arg-type]
        handler.wfile.write(f"data: {event}\n\n".encode())  # type: ignore[attr-defined]

    trace, message = ask(reply, make_article)
    assert "refused the request (bad …)" in message
    assert KEY not in trace


def test_a_key_goes_to_no_other_host_by_a_redirect(make_article: Callable[..., Article]) -> None:
    with model_server() as other:
        other.replies = [says("The mayor [1].")]
        elsewhere = other.url.replace("127.0.0.1", "localhost") + "/chat/completions"
        text, _ = ask(fails(307, "", [("Location", elsewhere)]), make_article)
    assert text == "The mayor [1]."
    assert not any("Authorization" in headers for headers in other.headers)


@pytest.mark.parametrize("key", ["sk-ä0123456789abc", "sk-abc 0123456789", "sk-\x00abc0123456789"])
def test_a_key_that_is_none_is_said_without_it(key: str) -> None:
    settings = Settings(OPENAI_API_KEY=key, _env_file=None)  # type: ignore[call-arg]
    with pytest.raises(SettingError, match="OPENAI_API_KEY holds characters") as caught:
        load_writer("gpt-5-mini", settings)
    assert key not in str(caught.value)


def test_a_line_break_after_the_key_does_no_harm() -> None:
    settings = Settings(OPENAI_API_KEY=f"{KEY}\n", _env_file=None)  # type: ignore[call-arg]
    assert load_writer("gpt-5-mini", settings).secrets[0] == KEY
