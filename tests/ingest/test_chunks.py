"""Chunks: whole sentences, exact offsets, nothing left out or said twice."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.sentences import LIMIT, TARGET, sentences, split

MANY = settings(deadline=None, database=None, max_examples=200)
PIECES = ["The pier opened again.", "Mr. ", " ", "\n\n", "x" * 130, "港" * 70, "。", "\ud800",
          "\u3000", "! ", ". A", "word " * 50, "\x00", "\t", "U.S. "]  # fmt: skip
any_text = st.one_of(
    st.text(st.characters(exclude_categories=[])),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
)


def texts(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


@given(any_text)
@MANY
@example("x" * 5000)
@example("港" * 2500)
@example("\ud800" * 1500 + " " + "y" * 999)
@example("word " * 1000)
@example(" " * 3000 + "a")
@example("a" + " " * 3000 + "b" + "\xa0" * 3000 + "c")
def test_every_character_but_white_space_is_in_exactly_one_chunk(text: str) -> None:
    spans = split(text)
    inside = [position for span in spans for position in range(*span)]
    assert len(inside) == len(set(inside))
    assert {i for i, c in enumerate(text) if not c.isspace()} <= set(inside)
    for start, end in spans:
        assert text[start:end] == text[start:end].strip()
        assert 0 < end - start <= LIMIT


@given(any_text, st.integers(1, 60), st.integers(0, 60))
@MANY
def test_target_and_limit_hold_whatever_they_are(text: str, target: int, more: int) -> None:
    limit = target + more
    spans = split(text, target, limit)
    inside = {position for span in spans for position in range(*span)}
    assert {i for i, c in enumerate(text) if not c.isspace()} <= inside
    assert sum(end - start for start, end in spans) == len(inside)
    assert all(0 < end - start <= limit for start, end in spans)


@given(st.lists(st.integers(1, 36), max_size=30))
@MANY
def test_chunks_begin_and_end_where_sentences_do(words: list[int]) -> None:
    text = " ".join(" ".join(["Pier"] * count) + "." for count in words)
    starts, ends = ({span[i] for span in sentences(text)} for i in (0, 1))
    spans = split(text)
    assert all(start in starts and end in ends for start, end in spans)
    for (start, end), (following, _) in itertools.pairwise(spans):
        first = min(each for each in ends if each > following)
        assert end - start >= TARGET or first - start > LIMIT


def test_a_short_text_is_one_chunk() -> None:
    text = " The pier opened. Ships came back.\n"
    assert split(text) == [(1, len(text) - 1)]


@pytest.mark.parametrize("text", ["", "   ", "\n\n\n"])
def test_a_text_without_words_has_no_chunk(text: str) -> None:
    assert split(text) == []


def test_a_long_text_is_cut_at_sentence_ends_after_the_target() -> None:
    sentence = "The harbour of Port Haven opened again after ten long years of work. "
    chunks = texts(sentence * 50)
    assert len(chunks) > 3
    for chunk in chunks[:-1]:
        assert TARGET <= len(chunk) < TARGET + len(sentence)
        assert chunk.startswith("The harbour") and chunk.endswith("work.")


def test_a_sentence_that_would_pass_the_limit_starts_a_chunk() -> None:
    short, long = "A" + "b" * 500 + ".", "C" + "d" * 700 + "."
    assert texts(f"{short} {long}") == [short, long]


def test_a_sentence_above_the_limit_is_cut_at_a_space() -> None:
    assert [word for chunk in texts("harbour " * 400) for word in chunk.split()] == [
        "harbour"
    ] * 400


def test_a_text_without_spaces_is_cut_at_the_limit() -> None:
    assert [len(chunk) for chunk in texts("x" * 2500)] == [LIMIT, LIMIT, 500]
