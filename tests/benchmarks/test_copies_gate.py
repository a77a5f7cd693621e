"""The floor under the grouping of wire copies, on real articles."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.copies import measure

# Read when this is imported: the settings of the machine are hidden from tests.
DATA = os.environ.get("DATELINE_DATA")
NAME = "articles_2019_2020.jsonl.gz"


@pytest.mark.slow
def test_planted_copies_are_found_and_no_real_pair_is_wrong() -> None:
    source = Path(DATA or "", "allsides", NAME)
    if not DATA or not source.is_file():
        pytest.skip(f"DATELINE_DATA names no folder with allsides/{NAME}")
    figures = measure(source)
    assert figures.planted == 200
    assert figures.ours.found >= 0.98
    assert figures.ours.unread == ()  # each real pair was read and is right
    assert len(figures.ours.pairs) >= 3
    assert figures.ours.found > max(peer.found for peer in figures.peers)
