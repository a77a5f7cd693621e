"""Passages run on to a length worth quoting from, and nothing is shown twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.retrieve.search import PER_ARTICLE, WORDS, Span, spread, stretch
from ingest.archive.catalog import ChunkRow
from ingest.article import Article
from ingest.sentences import sentences, split


def tale(count: int, words: int = 12) -> str:
    """So many sentences of so many words."""
    return " ".join(
        f"Sentence {n} tells {' '.join(f'w{i}' for i in range(words - 4))} end."
        for n in range(count)
    )


def rows_of(text: str, article: str = "a", first: int = 0) -> list[ChunkRow]:
    return [
        ChunkRow(first + n, article, start, end, None) for n, (start, end) in enumerate(split(text))
    ]


def an_article(text: str) -> Article:
    return Article(key="k", source="s", title="T", text=text)


def ends_of(text: str) -> set[int]:
    return {right for _, right in sentences(text)}


def count(text: str, span: Span) -> int:
    return len(text[slice(*span)].split())


def test_a_short_chunk_runs_on_to_the_words_that_a_passage_has() -> None:
    text = tale(60)
    start, end = stretch(text, 0, sentences(text)[2][1])
    assert start == 0
    assert WORDS - 12 < count(text, (start, end)) <= WORDS
    assert end in ends_of(text)


def test_a_passage_has_160_words_at_most() -> None:
    text = "One two. " * 200
    assert count(text, stretch(text, 0, len("One two."))) == 160


def test_of_a_long_sentence_that_is_not_read_to_its_end_nothing_is_shown() -> None:
    text = "Short one. " + " ".join(["Counterrevolutionaries"] * 120) + ". Another."
    assert stretch(text, 0, 10)[1] in ends_of(text)


def test_a_passage_never_runs_past_its_article() -> None:
    text = tale(5)
    assert stretch(text, 0, sentences(text)[1][1]) == (0, len(text))
    assert stretch(text, 0, len(text)) == (0, len(text))


def test_a_passage_never_runs_past_the_next_one() -> None:
    text = tale(60)
    spans = sentences(text)
    assert stretch(text, 0, spans[0][1], spans[4][0]) == (0, spans[3][1])
    assert stretch(text, 0, spans[0][1], spans[1][0]) == (0, spans[0][1])


def test_a_chunk_that_is_long_already_is_shown_as_it_is() -> None:
    text = tale(60)
    long = sentences(text)[20][1]
    assert count(text, (0, long)) > WORDS
    assert stretch(text, 0, long) == (0, long)


def test_a_sentence_is_not_cut_where_the_words_run_out() -> None:
    text = "Short one. " + " ".join(f"w{i}" for i in range(400)) + ". Another."
    assert stretch(text, 0, 10) == (0, 10)


def test_an_article_gives_three_passages_at_most() -> None:
    text = tale(300)
    rows = rows_of(text)
    chosen = spread(rows[::5], {"a": an_article(text)}, 99)
    assert len(rows[::5]) > PER_ARTICLE == len(chosen)


def test_so_many_passages_as_were_asked_for() -> None:
    texts = {name: an_article(tale(30)) for name in "abcd"}
    rows = [row for name in texts for row in rows_of(texts[name].text, name)]
    assert len(spread(rows, texts, 2)) == 2
    assert spread(rows, texts, 0) == []
    assert spread([], texts, 5) == []


def test_the_order_is_that_of_the_rows() -> None:
    texts = {name: an_article(tale(80)) for name in "ab"}
    a, b = (rows_of(texts[name].text, name) for name in "ab")
    chosen = [row for row, _ in spread([b[3], a[0], b[0]], texts, 9)]
    assert chosen == [b[3], a[0], b[0]]


def test_a_chunk_that_a_passage_before_it_holds_is_not_shown_again() -> None:
    text = tale(30, words=6)
    rows = [ChunkRow(n, "a", left, right, None) for n, (left, right) in enumerate(sentences(text))]
    [(row, span)] = spread(rows[:10], {"a": an_article(text)}, 9)
    assert row == rows[0] and span[1] >= rows[9].end


def test_a_chunk_that_is_shown_in_part_begins_where_that_part_ends() -> None:
    text = " ".join(f"Sentence {n} tells of harbours, ferries and islands." for n in range(60))
    rows = rows_of(text)
    (_, first), (_, second) = spread(rows[:2], {"a": an_article(text)}, 9)
    assert rows[1].start < first[1] < rows[1].end  # or the test is about nothing
    assert first[1] < second[0] <= first[1] + 1
    assert text[second[0]] == "S"


def test_a_passage_ends_where_one_that_was_chosen_before_it_begins() -> None:
    text = " ".join(f"Sentence {n} tells of harbours, ferries and islands." for n in range(60))
    rows = rows_of(text)
    (_, second), (_, first) = spread([rows[1], rows[0]], {"a": an_article(text)}, 9)
    assert stretch(text, rows[0].start, rows[0].end)[1] > second[0]  # it would run into it
    assert first == (rows[0].start, rows[0].end)
    assert apart([first, second])


def test_an_article_that_has_left_the_archive_is_passed_over() -> None:
    text = tale(30)
    rows = [*rows_of(text, "gone"), *rows_of(text, "a", 50)]
    assert {row.article_id for row, _ in spread(rows, {"a": an_article(text)}, 9)} == {"a"}


_WORDS = st.sampled_from(
    ["rain", "Dr. Moss", "fell", "“we", "will”", "„ja", "nein“", "U.S.", "3.5", "end.", "why?", "No!",
     "\n\n", "so…", "«oui", "non»", "他说。", "…", "(x)"]
)  # fmt: skip
_TEXTS = st.one_of(
    st.lists(_WORDS, min_size=1, max_size=60).map(" ".join),
    st.tuples(st.lists(_WORDS, min_size=5, max_size=60), st.integers(2, 40)).map(
        lambda made: " ".join(made[0] * made[1])
    ),
).map(str.strip).filter(bool)  # fmt: skip


def apart(spans: Iterable[Span]) -> bool:
    found = sorted(spans)
    return all(one[1] <= other[0] for one, other in pairwise(found))


@settings(deadline=None, database=None, max_examples=150)
@given(_TEXTS, st.randoms(use_true_random=False), st.integers(1, 12))
def test_spans_lie_in_the_text_and_never_overlap(text: str, random: object, k: int) -> None:
    rows = rows_of(text)
    random.shuffle(rows)  # type: ignore[attr-defined]
    chosen = spread(rows, {"a": an_article(text)}, k)
    spans = [span for _, span in chosen]
    assert apart(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    assert max(Counter(row.article_id for row, _ in chosen).values()) <= min(PER_ARTICLE, k)
    for row, (start, end) in chosen:
        assert row.start <= start < row.end <= end  # it holds what is left of its chunk


@settings(deadline=None, database=None, max_examples=100)
@given(_TEXTS)
def test_a_stretch_ends_with_a_sentence(text: str) -> None:
    for row in rows_of(text)[:4]:
        start, end = stretch(text, row.start, row.end)
        assert start == row.start
        assert end == row.end or end in {right + row.end for _, right in sentences(text[row.end :])}
        if count(text, (start, end)) > WORDS:
            assert end == row.end or end - row.end <= 400
