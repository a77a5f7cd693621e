"""The vector index."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest.archive.embedding import Vectors, unit
from ingest.archive.vectors import BATCH, VectorIndex
from ingest.errors import ArchiveError


def some(count: int, dimension: int = 8, seed: int = 1) -> Vectors:
    random = np.random.default_rng(seed)
    return unit(random.standard_normal((count, dimension)).astype(np.float32))


@pytest.fixture
def index(tmp_path: Path) -> Iterator[VectorIndex]:
    opened = VectorIndex(tmp_path / "vectors")
    yield opened
    opened.close()


def test_the_nearest_vectors_come_with_their_similarity(index: VectorIndex) -> None:
    vectors = np.array([[1, 0], [0.6, 0.8], [0, 1], [-1, 0]], np.float32)
    index.update([1, 2, 3, 4], vectors, [])
    found = index.search(vectors[0], 4)
    assert list(found) == [1, 2, 3, 4]
    assert list(found.values()) == pytest.approx([1, 0.6, 0, -1], abs=1e-5)
    assert list(index.search(vectors[0], 2)) == [1, 2]


def test_a_zero_vector_finds_nothing(index: VectorIndex) -> None:
    index.update([1], some(1), [])
    assert index.search(np.zeros(8, np.float32), 5) == {}


def test_an_empty_index_finds_nothing(index: VectorIndex) -> None:
    assert index.search(some(1)[0], 5) == {}
    assert (index.count(), index.self_hits(list(some(2)))) == (0, 0)


def test_every_vector_finds_itself(index: VectorIndex) -> None:
    vectors = some(50)
    index.update(list(range(1, 51)), vectors, [])
    assert index.self_hits(list(vectors)) == index.count() == 50
    for number, vector in enumerate(vectors, start=1):
        assert next(iter(index.search(vector, 1))) == number


def test_writing_an_id_again_replaces_its_vector(index: VectorIndex) -> None:
    index.update([1], some(1, seed=1), [])
    index.update([1], some(1, seed=2), [])
    assert index.count() == 1
    assert index.self_hits(list(some(1, seed=2))) == 1
    assert index.self_hits(list(some(1, seed=1))) == 0


def test_a_removed_vector_is_gone(index: VectorIndex) -> None:
    vectors = some(5)
    index.update([1, 2, 3, 4, 5], vectors, [])
    index.update([], np.zeros((0, 1), np.float32), [2, 4, 99])
    assert set(index.search(vectors[0], 9)) == {1, 3, 5}
    assert index.self_hits(list(vectors)) == 3


def test_more_vectors_than_a_batch_are_written_and_removed(index: VectorIndex) -> None:
    count = BATCH + 700  # more than Chroma takes at once
    vectors = some(count, 4)
    index.update(list(range(count)), vectors, [])
    assert index.count() == count
    index.update([], vectors[:0], list(range(count - 1)))
    assert set(index.search(vectors[-1], 5)) == {count - 1}


def test_clearing_drops_everything_and_takes_any_dimension_after(index: VectorIndex) -> None:
    index.update([1, 2], some(2), [])
    index.clear()
    assert index.count() == 0
    index.update([1], some(1, 3), [])
    assert index.self_hits(list(some(1, 3))) == 1


def test_what_was_written_is_there_when_the_index_is_opened_again(tmp_path: Path) -> None:
    vectors = some(3)
    for opening in range(3):
        index = VectorIndex(tmp_path / "vectors")
        assert index.count() == opening
        index.update([opening + 1], vectors[opening : opening + 1], [])
        assert index.self_hits(list(vectors)) == opening + 1
        index.close()


def test_two_folders_are_two_indexes(tmp_path: Path) -> None:
    one, other = VectorIndex(tmp_path / "one"), VectorIndex(tmp_path / "other")
    one.update([1], some(1), [])
    assert (one.count(), other.count()) == (1, 0)
    one.close()
    other.update([1, 2], some(2), [])
    assert other.count() == 2
    other.close()


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}", "127.0.0.1:{port}", "http://x:y"])
def test_a_server_that_does_not_answer_is_one_plain_error(address: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        place = address.format(port=unused.getsockname()[1])
        with pytest.raises(ArchiveError) as caught:
            VectorIndex(place)
    assert place in str(caught.value)
    assert "DATELINE_CHROMA" in str(caught.value)
