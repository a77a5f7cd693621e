from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.scope import find_phrases
from tests.work import QUICK, seconds_of_work


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('Who said "never again"?', ["never again"]),
        ("Who said “never again”?", ["never again"]),
        ("Wer sagte „nie wieder“?", ["nie wieder"]),
        ("Qui a dit «plus jamais»?", ["plus jamais"]),
        ("Qui a dit « plus jamais »?", ["plus jamais"]),
        ("Who said 'never again'?", ["never again"]),
        ("Who said ‘never again’?", ["never again"]),
        ("Who said ‘it’s not over’ in May?", ["it’s not over"]),
        ("Who said 'it's not over' in May?", ["it's not over"]),
        ('"One" and "two"', ["One", "two"]),
        ("'One' and \"two\" and “three”", ["One", "two", "three"]),
        ("Is “the ‘old’ town” burning?", ["the ‘old’ town"]),
        ("Is 'the \"old\" town' burning?", ['the "old" town']),
        ("'\"Renewal\"' tour", ["Renewal"]),
        ("the play “Eels,” which opened", ["Eels"]),
        ("the play 'Eels.' Who wrote it?", ["Eels"]),
        ("Who asked “why?”", ["why?"]),
        ("('quoted')", ["quoted"]),
        ('Who is "Q"?', ["Q"]),
        ('What is "24/7"?', ["24/7"]),
        ("'The Verge' article on the dogs' home", ["The Verge"]),
        ("Reuters' report on 'eels'", ["eels"]),
        ("the '90s band 'Eels'", ["Eels"]),
        ('the 5" pipe and the "big" one', ["big"]),
        ("the dogs' home and the cats' home", []),
        ("the players' union", []),
        ("don't, won't and can't", []),
        ("rock 'n' roll", []),
        ("get 'em in the '80s, boys' club", []),
        ("James' and Jess' house", []),
        ('a 6" pipe and an 8" pipe', []),
        ('He said "never again', []),
        ("He said “never again", []),
        ("never again”, he said", []),
        ("He said 'never again", []),
        ('"..."', []),
        ('""', []),
        ("'' and “ ”", []),
        ('" spaced "', []),
        ("", []),
    ],
)  # fmt: skip
def test_quoted_words_are_found(text: str, words: list[str]) -> None:
    assert [phrase.value for phrase in find_phrases(text)] == words


_BITS = st.sampled_from(
    ["a", " ", "'", '"', "“", "”", "‘", "’", "«", "»", "„", "s", "\n", "9", "."]
)


@given(st.one_of(st.text(max_size=200), st.lists(_BITS, max_size=60).map("".join)))
def test_phrases_lie_in_the_text_and_apart(text: str) -> None:
    end = 0
    for phrase in find_phrases(text):
        assert end <= phrase.start < phrase.end <= len(text)
        assert text[phrase.start : phrase.end] == phrase.value
        end = phrase.end


@pytest.mark.parametrize("bit", ["'a ", "'", '"a ', "“a", "‘a’b", "a", "«", "x' ", "'a' "])
def test_long_texts_are_quick(bit: str) -> None:
    assert seconds_of_work(lambda: find_phrases((bit * 4_000)[:4_000])) < QUICK
