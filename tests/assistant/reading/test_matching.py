from __future__ import annotations

import pytest

from assistant.words import LIKE_MOST, matching, stem_of, words_of
from ingest.archive.embedding import Embedder, Vectors


def matched(embedder: Embedder, asked: str, *texts: str) -> Vectors:
    terms = {stem_of(word): word for word in words_of(asked)}
    return matching(terms, [words_of(text) for text in texts], embedder)


def test_a_word_counts_wholly_and_another_not(embedder: Embedder) -> None:
    said = matched(embedder, "bridge", "The bridge fell.", "Bridges fall.", "Nothing fell.")
    assert said[0, 0] == said[0, 1] == 1.0
    assert said[0, 2] <= LIKE_MOST


@pytest.mark.parametrize(
    ("asked", "text", "share"),
    [("won", "They win.", 1.0), ("sunk", "It sank.", 1.0), ("child", "Children left.", 1.0), ("40", "Only 40 left.", 1.0)],
)  # fmt: skip
def test_other_forms_count_wholly(embedder: Embedder, asked: str, text: str, share: float) -> None:
    assert matched(embedder, asked, text)[0, 0] == pytest.approx(share)


def test_figures_are_never_alike(embedder: Embedder) -> None:
    assert matched(embedder, "40", "Some 41 left.")[0, 0] == 0.0


def test_texts_without_words_say_nothing(embedder: Embedder) -> None:
    assert matched(embedder, "bridge", "", "bridge", "…").tolist() == [[0.0, 1.0, 0.0]]
    assert matched(embedder, "bridge").shape == (1, 0)
    assert matched(embedder, "", "bridge").shape == (0, 1)


def test_what_is_no_word_has_no_stem() -> None:
    assert (stem_of(""), stem_of("…")) == ("", "")
