"""Vectors kept in memory give the results that reading them each time would give."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.archive.catalog import VectorCache
from ingest.archive.embedding import Vectors, unit


class Shelf:
    """Where vectors are read from; `reads` are the ids of each reading."""

    def __init__(self, count: int, dimension: int = 4, seed: int = 1) -> None:
        rows = np.random.default_rng(seed).standard_normal((count, dimension), np.float32)
        self.vectors: dict[int, Vectors] = dict(enumerate(unit(rows)))
        self.reads: list[list[int]] = []

    def load(self, ids: Sequence[int]) -> tuple[list[int], Vectors]:
        self.reads.append(list(ids))
        known = sorted({i for i in ids if i in self.vectors})
        rows = [self.vectors[i] for i in known]
        return known, np.stack(rows) if rows else np.zeros((0, 1), np.float32)

    def dots(self, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:
        return {i: float(self.vectors[i] @ vector) for i in ids if i in self.vectors}


def question(dimension: int = 4, seed: int = 9) -> Vectors:
    return unit(np.random.default_rng(seed).standard_normal((1, dimension), np.float32))[0]


def test_cosines_are_those_of_the_vectors_asked_for() -> None:
    shelf = Shelf(6)
    cache = VectorCache(shelf.load)
    asked = question()
    assert cache.similarities(asked, [4, 1]) == pytest.approx(shelf.dots(asked, [4, 1]))


def test_what_was_read_once_is_not_read_again() -> None:
    shelf = Shelf(6)
    cache = VectorCache(shelf.load)
    asked = question()
    first = cache.similarities(asked, [1, 2])
    assert cache.similarities(asked, [2, 1]) == pytest.approx(first)
    assert cache.similarities(question(seed=3), [2]) == pytest.approx(
        shelf.dots(question(seed=3), [2])
    )
    assert shelf.reads == [[1, 2]]
    assert cache.similarities(asked, [1, 3]) == pytest.approx(shelf.dots(asked, [1, 3]))
    assert shelf.reads == [[1, 2], [3]]


def test_a_chunk_that_is_not_there_has_no_cosine() -> None:
    shelf = Shelf(2)
    cache = VectorCache(shelf.load)
    assert set(cache.similarities(question(), [0, 77])) == {0}
    assert set(cache.similarities(question(), [77])) == set()
    assert cache.similarities(question(), []) == {}


def test_nothing_is_like_a_zero_vector() -> None:
    shelf = Shelf(2)
    cache = VectorCache(shelf.load)
    assert cache.similarities(np.zeros(4, np.float32), [0, 1]) == {}
    assert shelf.reads == []


def test_a_chunk_without_a_vector_is_like_nothing() -> None:
    shelf = Shelf(2)
    shelf.vectors[1] = np.zeros(4, np.float32)
    cache = VectorCache(shelf.load)
    for _ in range(2):
        assert cache.similarities(question(), [0, 1])[1] == 0.0


def test_a_full_cache_is_emptied_and_stays_right() -> None:
    shelf = Shelf(12)
    cache = VectorCache(shelf.load, rows=5)
    asked = question()
    for ids in ([0, 1, 2], [3, 4], [5, 6], [0, 6], list(range(12)), [11, 0]):
        assert cache.similarities(asked, ids) == pytest.approx(shelf.dots(asked, ids))
    assert [0, 1, 2] in shelf.reads and [5, 6] in shelf.reads
    assert shelf.reads[3] == [0]  # 6 was kept, what was there before was not


def test_what_has_no_room_at_all_is_read_each_time() -> None:
    shelf = Shelf(3)
    cache = VectorCache(shelf.load, rows=0)
    for _ in range(2):
        assert cache.similarities(question(), [0, 1]) == pytest.approx(
            shelf.dots(question(), [0, 1])
        )
    assert shelf.reads == [[0, 1], [0, 1]]


def test_after_clearing_everything_is_read_anew() -> None:
    shelf, other = Shelf(3), Shelf(3, seed=2)
    cache = VectorCache(shelf.load)
    cache.similarities(question(), [0, 1])
    shelf.vectors = other.vectors
    cache.clear()
    assert cache.similarities(question(), [0, 1]) == pytest.approx(other.dots(question(), [0, 1]))


def test_vectors_of_another_length_take_the_place_of_the_old_ones() -> None:
    shelf, longer = Shelf(3), Shelf(3, dimension=7)
    cache = VectorCache(shelf.load)
    cache.similarities(question(), [0, 1])
    shelf.vectors = longer.vectors
    cache.clear()
    asked = question(7)
    for ids in ([1, 2], [0, 1, 2], [2]):
        assert cache.similarities(asked, ids) == pytest.approx(longer.dots(asked, ids))


def test_asking_for_a_chunk_twice_is_asking_once() -> None:
    shelf = Shelf(3)
    cache = VectorCache(shelf.load)
    for _ in range(2):
        assert set(cache.similarities(question(), [1, 1, 2, 2])) == {1, 2}


@settings(deadline=None, database=None)
@given(
    st.lists(st.lists(st.integers(0, 14), max_size=8), min_size=1, max_size=8),
    st.integers(0, 12),
    st.sets(st.integers(0, 7), max_size=3),
)
def test_the_result_is_always_the_plain_dot_product(
    searches: list[list[int]], rows: int, clear_before: set[int]
) -> None:
    shelf = Shelf(12)
    cache = VectorCache(shelf.load, rows)
    for number, ids in enumerate(searches):
        if number in clear_before:
            cache.clear()
        asked = question(seed=number)
        assert cache.similarities(asked, ids) == pytest.approx(shelf.dots(asked, ids), abs=1e-6)


def test_eight_threads_get_what_one_gets() -> None:
    shelf = Shelf(200, dimension=16)
    cache = VectorCache(shelf.load, rows=60)
    faults: list[BaseException] = []
    start = threading.Barrier(8)

    def searching(seed: int) -> None:
        random = np.random.default_rng(seed)
        try:
            start.wait()
            for turn in range(200):
                ids = [int(i) for i in random.integers(0, 210, 20)]
                asked = question(16, seed * 1000 + turn)
                assert cache.similarities(asked, ids) == pytest.approx(
                    shelf.dots(asked, ids), abs=1e-5
                )
                if turn % 50 == seed:
                    cache.clear()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=searching, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_what_was_being_read_while_it_was_cleared_is_not_kept() -> None:
    shelf, other = Shelf(3), Shelf(3, seed=2)

    def load(ids: Sequence[int]) -> tuple[list[int], Vectors]:
        found = shelf.load(ids)
        if len(shelf.reads) == 1:
            shelf.vectors = other.vectors  # replaced between the reading and the keeping
            cache.clear()
        return found

    cache = VectorCache(load)
    cache.similarities(question(), [0, 1])
    assert cache.similarities(question(), [0, 1]) == pytest.approx(other.dots(question(), [0, 1]))
