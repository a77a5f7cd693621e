"""An answer's sources: each article once, its quotes where they stand."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Assistant
from assistant.cite.citer import make_citation
from assistant.kept.told import sources_of
from assistant.results import Answer, Passage
from ingest.archive.archive import Archive
from ingest.archive.filters import Filters
from ingest.article import Article

TEXT = "The ferry sank. " + "Nobody knows why it did so. " * 40 + "Divers found the bell."


def answer_with(*spans: tuple[int, int], text: str = TEXT) -> Answer:
    passage = Passage("a", Article(key="a", source="t", title="T", text=text), 0, len(text), 1.0)
    citations = tuple(
        make_citation(n, replace(passage, start=start, end=end))
        for n, (start, end) in enumerate(spans, start=1)
    )
    return Answer("Q?", "Q?", "x", Filters(), citations, "m", passages=(passage,))


def test_quotes_far_from_each_other_are_two_stretches_and_near_ones_are_one() -> None:
    (source,) = sources_of(answer_with((0, 15), (len(TEXT) - 22, len(TEXT))))
    assert [len(stretch.quotes) for stretch in source.stretches] == [1, 1]
    assert source.stretches[0].opens and not source.stretches[0].closes
    (source,) = sources_of(answer_with((0, 15), (16, 43)))
    assert [[q.number for q in stretch.quotes] for stretch in source.stretches] == [[1, 2]]


def test_the_words_that_answer_are_known_within_their_quote() -> None:
    answer = answer_with((0, 15))
    cited = replace(answer.citations[0], marked=(4, 9))
    (source,) = sources_of(replace(answer, citations=(cited,)))
    (quote,) = source.stretches[0].quotes
    assert quote.marked and quote.text[slice(*quote.marked)] == "ferry"


@given(
    st.lists(st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 200)), min_size=1, max_size=5)
)
def test_the_pieces_are_the_articles_own_words(spans: list[tuple[int, int]]) -> None:
    bounds = [(start, min(len(TEXT), start + length)) for start, length in spans]
    (source,) = sources_of(answer_with(*bounds))
    numbers = [quote.number for stretch in source.stretches for quote in stretch.quotes]
    assert sorted(filter(None, numbers)) == list(range(1, len(spans) + 1))
    for stretch in source.stretches:
        assert "".join(piece.text for piece in stretch.pieces) in TEXT


def test_a_refusal_shows_what_is_near(sample_archive: Archive) -> None:
    answer = Assistant(sample_archive).ask("Who won the Nobel Prize in Literature in 2022?")
    assert answer.refused
    assert [source.article_id for source in sources_of(answer)] == [
        passage.article_id for passage in answer.near
    ]
    assert not any(stretch.quotes for s in sources_of(answer) for stretch in s.stretches)


def test_a_citation_of_no_passage_is_left_out() -> None:
    answer = replace(answer_with((0, 15)), passages=())
    assert sources_of(answer) == ()
