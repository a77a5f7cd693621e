"""Vectors kept in memory give the results that reading them each time would give."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.archive import catalog
from ingest.archive.catalog import ChunkTable
from ingest.archive.embedding import Vectors, unit


class Shelf(ChunkTable):
    """Vectors that are known; `reads` are the ids of each reading."""

    def __init__(self, folder: Path, count: int, dimension: int = 4) -> None:
        super().__init__(folder / "catalog.sqlite3")
        rows = np.random.default_rng(1).standard_normal((count, dimension), np.float32)
        self.stored: dict[int, Vectors] = dict(enumerate(unit(rows)))
        self.reads: list[list[int]] = []

    def vectors(self, chunk_ids: Sequence[int]) -> dict[int, Vectors]:
        self.reads.append(list(chunk_ids))
        return {i: self.stored[i] for i in chunk_ids if i in self.stored}

    def dots(self, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:
        return {i: float(self.stored[i] @ vector) for i in ids if i in self.stored}


def question(dimension: int = 4, seed: int = 9) -> Vectors:
    return unit(np.random.default_rng(seed).standard_normal((1, dimension), np.float32))[0]


def test_cosines_are_those_of_the_vectors_asked_for(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 6)
    asked = question()
    assert shelf.similarities(asked, [4, 1]) == pytest.approx(shelf.dots(asked, [4, 1]))


def test_what_was_read_once_is_not_read_again(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 6)
    asked = question()
    first = shelf.similarities(asked, [1, 2])
    assert shelf.similarities(asked, [2, 1]) == pytest.approx(first)
    assert shelf.similarities(question(seed=3), [2]) == pytest.approx(
        shelf.dots(question(seed=3), [2])
    )
    assert shelf.reads == [[1, 2]]
    assert shelf.similarities(asked, [1, 3]) == pytest.approx(shelf.dots(asked, [1, 3]))
    assert shelf.reads == [[1, 2], [3]]


def test_a_chunk_that_is_not_there_has_no_cosine(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 2)
    assert set(shelf.similarities(question(), [0, 77])) == {0}
    assert set(shelf.similarities(question(), [77])) == set()
    assert shelf.similarities(question(), []) == {}


def test_nothing_is_like_a_zero_vector(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 2)
    assert shelf.similarities(np.zeros(4, np.float32), [0, 1]) == {}
    assert shelf.reads == []


def test_a_chunk_without_a_vector_is_like_nothing(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 2)
    shelf.stored[1] = np.zeros(4, np.float32)
    for _ in range(2):
        assert shelf.similarities(question(), [0, 1])[1] == 0.0


def test_what_is_too_much_is_let_go_and_stays_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog, "KEPT", 5)
    shelf = Shelf(tmp_path, 12)
    asked = question()
    for ids in ([0, 1, 2], [3, 4], [5, 6], [0, 6], list(range(12)), [11, 0]):
        assert shelf.similarities(asked, ids) == pytest.approx(shelf.dots(asked, ids))
    assert [0, 1, 2] in shelf.reads and [5, 6] in shelf.reads
    assert shelf.reads[3] == [0]  # 6 was kept, what was there before was not


def test_asking_for_a_chunk_twice_is_asking_once(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 3)
    for _ in range(2):
        assert set(shelf.similarities(question(), [1, 1, 2, 2])) == {1, 2}


@settings(deadline=None, database=None)
@given(
    st.lists(st.lists(st.integers(0, 14), max_size=8), min_size=1, max_size=8),
    st.integers(0, 12),
)
def test_the_result_is_always_the_plain_dot_product(
    tmp_path_factory: pytest.TempPathFactory, searches: list[list[int]], room: int
) -> None:
    shelf = Shelf(tmp_path_factory.getbasetemp(), 12)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalog, "KEPT", room)
        for number, ids in enumerate(searches):
            asked = question(seed=number)
            found = shelf.similarities(asked, ids)
            assert found == pytest.approx(shelf.dots(asked, ids), abs=1e-6)


def test_eight_threads_get_what_one_gets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "KEPT", 60)
    shelf = Shelf(tmp_path, 200, dimension=16)
    faults: list[BaseException] = []
    start = threading.Barrier(8)

    def searching(seed: int) -> None:
        random = np.random.default_rng(seed)
        try:
            start.wait()
            for turn in range(200):
                ids = [int(i) for i in random.integers(0, 210, 20)]
                asked = question(16, seed * 1000 + turn)
                assert shelf.similarities(asked, ids) == pytest.approx(
                    shelf.dots(asked, ids), abs=1e-5
                )
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=searching, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
