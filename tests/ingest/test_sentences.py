"""Sentences with exact offsets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.sentences import sentences

MANY = settings(deadline=None, database=None, max_examples=200)
PIECES = ["The pier opened", "Mr", "U.S", "No", ".", "!", "?", "…", " ", "\n", "\n\n", "”", "“",
          "(", ")", "3.5", "港", "。", "！", "」", "\u3000", "\ud800", "\x00", "\u200b", "a",
          "A", "e.g.", "\x1c"]  # fmt: skip
any_text = st.one_of(
    st.text(st.characters(exclude_categories=[])),
    st.lists(st.sampled_from(PIECES)).map("".join),
)


def said(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@given(any_text)
@MANY
def test_every_character_but_white_space_is_in_exactly_one_sentence(text: str) -> None:
    inside = [position for start, end in sentences(text) for position in range(start, end)]
    assert len(inside) == len(set(inside))
    assert {i for i, c in enumerate(text) if not c.isspace()} <= set(inside)


@given(any_text)
@MANY
def test_sentences_are_in_order_and_without_white_space_around(text: str) -> None:
    spans = sentences(text)
    assert spans == sorted(spans)
    for sentence in said(text):
        assert sentence
        assert sentence == sentence.strip()
        assert "\n" not in sentence


@pytest.mark.parametrize(
    "parts",
    [
        ["The pier opened.", "Ships came back."],
        ["Is it open?", "It is!", "So it is…", "Good."],
        ["He said: “It is open.”", "She agreed."],
        ["“It is open,” he said.", "“We waited.”"],
        ["It rained (for days.)", "Then it stopped."],
        ["It cost 3.5 million.", "40 ships came."],
        ["Mr. Reef and Dr. Bay met Gen. Tide.", "They talked."],
        ["Lt. Col. Ann Bay spoke to Gov. Bo Reef.", "Nobody else did."],
        ["The U.S. Coast Guard came.", "It left."],
        ["J. R. Reef owns it.", "A. Bay runs it."],
        ["It left the U.S.", "The crew stayed."],
        ["He works for Pier Corp. Ltd. of Port Haven.", "She does not."],
        ["He works for Pier Inc.", "The firm is old."],
        ["It opened on Jan. 5 and closed on Dec. 7.", "Nobody came."],
        ["It was No. 5 of ten.", "It sank."],
        ["Visit pier.example today.", "It is open."],
        ["Prices rose 2.5 percent…", "Then they fell."],
        ["Élan returned.", "Ökonomen waited."],
        ["Порт открыт.", "Корабли идут."],
    ],
    ids=lambda parts: parts[0],
)
def test_a_paragraph_is_taken_apart_into_its_sentences(parts: list[str]) -> None:
    assert said(" ".join(parts)) == parts


def test_chinese_and_japanese_sentences_need_no_space() -> None:
    assert said("港は開いた。船が戻った！「本当か？」彼は言った。") == [
        "港は開いた。", "船が戻った！", "「本当か？」", "彼は言った。",
    ]  # fmt: skip


@pytest.mark.parametrize("gap", ["\n", "\n\n", " \n\t\n "])
def test_a_line_break_always_ends_a_sentence(gap: str) -> None:
    assert said(f"The harbour of{gap}Port Haven") == ["The harbour of", "Port Haven"]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u3000\n"])
def test_white_space_holds_no_sentence(text: str) -> None:
    assert sentences(text) == []


@pytest.mark.parametrize("text", ["...", "?!", "”", "a", "U.S."])
def test_what_is_no_proper_sentence_is_one_all_the_same(text: str) -> None:
    assert said(text) == [text]
