"""What the model is given fits its context, and what it says has an end."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from assistant.question.question import understand
from assistant.results import Found, Passage
from assistant.write.draft import Draft
from assistant.write.model import ModelWriter, conversation, fewer, fitting, numbered, tokens
from assistant.write.service import load_writer
from assistant.write.stream import pieces, why_cut
from ingest.archive.filters import Filters
from ingest.article import Article
from ingest.errors import ModelError
from ingest.settings import Settings
from tests.model_faults import GOOD, OVERFLOWS
from tests.model_server import Script, fails, says, sends

SENTENCE = "Mayor Ilse Brandt reopened the harbour on Monday after it had been shut. "


@pytest.fixture
def passages(make_article: Callable[..., Article]) -> tuple[Passage, ...]:
    articles = [make_article(f"Harbour {number}", SENTENCE * 10) for number in range(8)]
    return tuple(
        Passage(f"a{number}", article, 0, len(article.text), 1.0)
        for number, article in enumerate(articles)
    )


def writer(script: Script, **settings: Any) -> ModelWriter:
    return load_writer(
        "scripted", Settings(OPENAI_BASE_URL=script.url, deadline=5, _env_file=None, **settings)
    )


def write(model: ModelWriter, passages: tuple[Passage, ...]) -> list[Draft]:
    return list(model.write(understand("Who reopened it?"), Found("Who?", Filters(), passages)))


def sent(script: Script) -> list[int]:
    """How many passages each request held."""
    return [
        len(re.findall("<passage number=", request["messages"][1]["content"]))
        for request in script.requests
    ]


def note_of(drafts: list[Draft]) -> str | None:
    return next((draft.note for draft in drafts if draft.note), None)


def test_all_passages_are_given_where_there_is_room(
    script: Script, passages: tuple[Passage, ...]
) -> None:
    script.replies = [GOOD]
    assert note_of(write(writer(script), passages)) is None
    assert sent(script) == [8]


def test_what_has_no_room_is_left_out_from_the_end(
    script: Script, passages: tuple[Passage, ...]
) -> None:
    script.replies = [GOOD]
    drafts = write(writer(script, context_tokens=2048), passages)
    (number,) = sent(script)
    assert 1 <= number < 8
    assert "Harbour 0" in json.dumps(script.requests[0])
    assert f"{number} of 8 passages" in str(note_of(drafts))
    assert tokens(json.dumps(script.requests[0]["messages"])) < 2048


def test_a_single_passage_ends_with_a_sentence(passages: tuple[Passage, ...]) -> None:
    (shown,) = fitting(passages, 150)
    assert shown.text.endswith("shut.")
    assert shown.text == passages[0].article.text[shown.start : shown.end]
    assert 0 < len(shown.text) < len(passages[0].text)
    assert tokens(numbered([shown])) <= 150


def test_something_is_shown_however_little_room_there_is(
    make_article: Callable[..., Article], passages: tuple[Passage, ...]
) -> None:
    assert fitting(passages, -1000)[0].text == SENTENCE.strip()
    long = make_article("Long", "word " * 5000)
    assert len(fitting([Passage("l", long, 0, 25_000, 1.0)], 0)[0].text) == 200
    assert fitting((), 100) == ()


@pytest.mark.parametrize(
    ("status", "text"), [*((400, text) for text in OVERFLOWS), (413, "big"), (500, OVERFLOWS[1])]
)
def test_after_an_overflow_half_of_the_passages_are_tried(
    script: Script, passages: tuple[Passage, ...], status: int, text: str
) -> None:
    script.replies = [fails(status, json.dumps({"error": {"message": text}})), GOOD]
    drafts = write(writer(script), passages)
    assert sent(script) == [8, 4]
    assert "4 of 8 passages" in str(note_of(drafts))
    assert not any(draft.cut for draft in drafts)


def test_a_second_overflow_is_said(script: Script, passages: tuple[Passage, ...]) -> None:
    script.replies = [fails(400, json.dumps({"error": {"message": OVERFLOWS[0]}}))]
    with pytest.raises(ModelError, match=r"too long for it .* DATELINE_CONTEXT_TOKENS"):
        write(writer(script), passages)
    assert sent(script) == [8, 4]


def test_half_of_one_passage_is_half_of_its_text(passages: tuple[Passage, ...]) -> None:
    (half,) = fewer(passages[:1])
    assert len(half.text) < 0.6 * len(passages[0].text)
    assert half.text.endswith("shut.")


def test_the_latest_turns_are_kept() -> None:
    history = [("user", f"question {number} " * 20) for number in range(6)]
    whole = conversation(history, 10_000)
    assert "question 0" in whole and "question 5" in whole
    some = conversation(history, 300)
    assert "question 5" in some and "question 0" not in some
    assert "question 5" in conversation(history, 0)


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("The harbour was reopened on Monday.", 7),
        ("政府周三批准了一项法律", 11),
        ("12,345.67", 9),
        ("", 0),
    ],
)
def test_tokens_are_counted_on_the_high_side(text: str, least: int) -> None:
    assert least <= tokens(text) <= 3 * least


class Chunk:
    def __init__(self, content: Any, **about: str) -> None:
        self.text = content
        self.response_metadata = about


def test_a_text_without_an_end_is_cut() -> None:
    read = list(pieces((Chunk("word ") for _ in range(100_000)), 20))
    assert "".join(piece.text for piece in read) == "word word word word "
    assert "20,000 characters" in str(why_cut(read[-1].end))
    assert len(next(pieces([Chunk("x" * 10_000_000)], 20)).text) == 20


@pytest.mark.parametrize("head", ["", 'data: {"choices": [{"delta": {"content": "Yes"}}]}\n\n'])
def test_a_reply_without_an_end_is_given_up(
    script: Script, passages: tuple[Passage, ...], head: str
) -> None:
    script.replies = [sends(head + ": " + "x" * 20_000_000)]
    if head:
        assert "far more than an answer" in str(write(writer(script), passages)[-1].cut)
    else:
        with pytest.raises(ModelError, match="far more than an answer"):
            write(writer(script), passages)


@pytest.mark.parametrize("packed", ["gzip", "deflate", "br"])
def test_a_packed_reply_is_not_unpacked(
    script: Script, passages: tuple[Passage, ...], packed: str
) -> None:
    script.replies = [fails(200, "x" * 100, [("Content-Encoding", packed)])]
    with pytest.raises(ModelError, match="packed"):
        write(writer(script), passages)
    assert script.headers[0]["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ({"finish_reason": "stop"}, None),
        ({"stop_reason": "end_turn"}, None),
        ({"done_reason": "stop"}, None),
        ({"finish_reason": "STOP"}, None),
        ({"finish_reason": "length"}, "length limit"),
        ({"stop_reason": "max_tokens"}, "length limit"),
        ({"finish_reason": "content_filter"}, "withheld"),
        ({"finish_reason": "SAFETY"}, "withheld"),
        ({"finish_reason": "error"}, "ended the answer early"),
        ({}, "ended the answer early"),
    ],
)
def test_the_reason_of_the_end_says_whether_it_is_whole(
    about: dict[str, str], says: str | None
) -> None:
    end = [piece.end for piece in pieces([Chunk("Text."), Chunk("", **about)])][-1]
    cut = why_cut(end)
    assert cut is None if says is None else says in str(cut)


def test_a_thinking_models_rewriting_is_used(script: Script) -> None:
    script.replies = [says("<think>\nWho is she?\n</think>\n\nWhen did Brandt reopen it?")]
    question = writer(script).standalone("And when?", [("user", "Who?"), ("assistant", "B.")])
    assert question.text == "When did Brandt reopen it?"
