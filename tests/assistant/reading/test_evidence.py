from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.question import understand
from assistant.read.evidence import Evidence, Judge, is_told, repeats
from assistant.read.reader import load_reader
from assistant.results import Passage
from ingest.archive.embedding import Embedder
from ingest.article import Article

Rank = Callable[..., list[Evidence]]
WHOLE = "The Tamber bridge opened on Monday. Mayor Ilse Brandt cut the ribbon. It cost $40 million and took six years to build."


@pytest.fixture
def rank(embedder: Embedder, make_article: Callable[..., Article]) -> Rank:
    """Ranks the sentences of texts, each an article and a passage."""

    def ranked(question: str, *texts: str, title: str = "News of the day") -> list[Evidence]:
        passages = [
            Passage(f"{i}", make_article(title, text), 0, len(text), 1.0)
            for i, text in enumerate(texts)
        ]
        return Judge(understand(question), lambda _: 1, 10, embedder).rank(passages)

    return ranked


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The bridge opened on Monday.", True),
        ("“The bridge is open,” she said.”", True),
        ("The bridge has been closed for longer than anyone remembers here", True),
        ("Tamber bridge opens at last", False),  # a headline
        ("Photo: Jo Hale", False),
        ("Read more.", False),
        ("Is the bridge open on Monday?", False),
        ("“Is the bridge open on Monday?”", False),
        ("", False),
    ],
)
def test_headings_captions_and_questions_tell_nothing(text: str, told: bool) -> None:
    assert is_told(text) is told


def test_the_sentence_that_says_most_comes_first(rank: Rank) -> None:
    assert rank("Who cut the ribbon?", WHOLE)[0].text == "Mayor Ilse Brandt cut the ribbon."


def test_the_reader_finds_what_says_less_of_the_question(
    embedder: Embedder, make_article: Callable[..., Article]
) -> None:
    passage = Passage("x", make_article("News of the day", WHOLE), 0, len(WHOLE), 1.0)
    question = understand("How much did the bridge cost?")
    judge = Judge(question, lambda _: 1, 10, embedder)
    assert judge.rank([passage], load_reader())[0].text.startswith("It cost $40 million")


def test_evidence_is_exact_words(rank: Rank) -> None:
    for evidence in rank("Who cut the ribbon?", WHOLE):
        assert evidence.text == WHOLE[evidence.start : evidence.end]
        assert evidence.text in WHOLE


def test_a_name_that_the_article_lacks_is_counted(rank: Rank) -> None:
    here, away = rank("Did the flood reach Orva?", "The flood came to Orva.", "The flood came to Zell.")  # fmt: skip
    assert (here.text, here.facts.unnamed) == ("The flood came to Orva.", 0)
    assert away.facts.unnamed == 1


def test_a_year_that_the_article_lacks_is_counted(rank: Rank) -> None:
    (evidence,) = rank("Did the flood of 2015 reach the town?", "The flood reached the town.")
    assert evidence.facts.unnamed == 1


def test_a_sentence_far_from_the_name_is_apart(rank: Rank) -> None:
    filler = "The market was full of people then. " * 3
    ranked = rank("Did the flood in Orva kill?", f"The flood came to Orva. {filler}It killed 40 people.")  # fmt: skip
    apart = {evidence.text: evidence.facts.apart for evidence in ranked}
    assert apart["The flood came to Orva."] == 0
    assert apart["It killed 40 people."] == 1


def test_a_sentence_of_two_passages_stands_once(
    embedder: Embedder, make_article: Callable[..., Article]
) -> None:
    article = make_article("News", WHOLE)
    passages = [Passage("x", article, 0, len(WHOLE), 1.0), Passage("x", article, 0, 80, 0.5)]
    ranked = Judge(understand("Who cut the ribbon?"), lambda _: 1, 10, embedder).rank(passages)
    starts = [evidence.start for evidence in ranked]
    assert len(starts) == len(set(starts)) == 3


def test_a_sentence_that_a_passage_cuts_is_left_out(
    embedder: Embedder, make_article: Callable[..., Article]
) -> None:
    passage = Passage("x", make_article("News", WHOLE), 10, len(WHOLE), 1.0)
    ranked = Judge(understand("Who cut the ribbon?"), lambda _: 1, 10, embedder).rank([passage])
    assert not any(evidence.text.startswith("The Tamber") for evidence in ranked)


def test_nothing_is_ranked_of_nothing(rank: Rank) -> None:
    assert rank("Who cut the ribbon?") == []
    assert rank("Who cut the ribbon?", "Photo: Jo Hale") == []


def test_copies_repeat_and_other_sentences_do_not(rank: Rank) -> None:
    one, other, third = rank(
        "Who cut the ribbon?",
        "Mayor Ilse Brandt cut the ribbon on Monday.",
        "Mayor Ilse Brandt cut the ribbon, on Monday.",
        "The harbour of Zell was closed after a storm.",
    )
    assert repeats(one, other) and repeats(other, one)
    assert not repeats(one, third)


@given(st.text(max_size=200))
def test_any_line_is_read(text: str) -> None:
    assert is_told(text) in (True, False)
