"""One process owns an archive; the system frees it when that process dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.archive.owner import Owner, is_owned
from ingest.errors import ArchiveError, ArchiveInUseError

Spawn = Callable[..., "subprocess.Popen[str]"]
HOLD = """
import sys, time
from pathlib import Path
from ingest.archive.owner import Owner
sys.argv = ["/usr/bin/dateline", "ingest", "secret-name.txt"]
owner = Owner(Path(PLACE))
print("held", flush=True)
time.sleep(600)
"""


def hold(folder: Path) -> str:
    return HOLD.replace("PLACE", repr(str(folder)))


def test_a_released_archive_can_be_owned_again(tmp_path: Path) -> None:
    for _ in range(3):
        owner = Owner(tmp_path)
        assert not owner.unclean
        owner.release()


def test_a_second_owner_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    owner = Owner(tmp_path)
    with pytest.raises(ArchiveInUseError) as caught:
        Owner(tmp_path)
    message = str(caught.value)
    assert str(tmp_path) in message
    assert f"process {os.getpid()}" in message
    owner.release()


def test_whether_somebody_owns_an_archive_can_be_asked(tmp_path: Path) -> None:
    assert not is_owned(tmp_path)
    owner = Owner(tmp_path)
    assert is_owned(tmp_path) and is_owned(tmp_path)
    owner.release()
    assert not is_owned(tmp_path)
    assert not is_owned(tmp_path / "nowhere" / "at all")
    Owner(tmp_path).release()


def test_a_refusal_takes_nothing_from_the_first_owner(tmp_path: Path) -> None:
    owner = Owner(tmp_path)
    for _ in range(2):
        with pytest.raises(ArchiveInUseError, match=f"process {os.getpid()}"):
            Owner(tmp_path)
    owner.release()
    again = Owner(tmp_path)
    assert not again.unclean
    again.release()


def test_two_archives_have_two_owners(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    owners = [Owner(folder) for folder in folders]
    for owner in owners:
        owner.release()


def test_another_process_is_named_by_its_program_and_first_word(
    tmp_path: Path, spawn: Spawn
) -> None:
    process = spawn(hold(tmp_path))
    with pytest.raises(ArchiveInUseError) as caught:
        Owner(tmp_path)
    assert f"“dateline ingest” (process {process.pid})" in str(caught.value)
    assert "secret-name" not in str(caught.value)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_dies_frees_the_archive_and_leaves_it_unclean(
    how: signal.Signals, tmp_path: Path, spawn: Spawn
) -> None:
    process = spawn(hold(tmp_path))
    process.send_signal(how)
    process.wait()
    owner = Owner(tmp_path)
    assert owner.unclean
    owner.release()
    clean = Owner(tmp_path)
    assert not clean.unclean
    clean.release()


@pytest.mark.parametrize("card", ["", "{", "[]", "null", "{}", '{"pid": 5}'])
def test_a_card_that_cannot_be_read_is_another_process(card: str, tmp_path: Path) -> None:
    owner = Owner(tmp_path)
    (tmp_path / "owner.json").write_text(card)
    with pytest.raises(ArchiveInUseError, match="in use by another process"):
        Owner(tmp_path)
    owner.release()


def test_the_card_says_who_owns_the_archive(tmp_path: Path) -> None:
    owner = Owner(tmp_path)
    assert json.loads((tmp_path / "owner.json").read_text())["pid"] == os.getpid()
    owner.release()
    assert not (tmp_path / "owner.json").exists()


def test_a_folder_that_cannot_be_locked_is_one_plain_error(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()
    with pytest.raises(ArchiveError) as caught:
        Owner(tmp_path)
    assert "cannot be locked" in str(caught.value)
    assert "--archive" in str(caught.value)
