"""The card of an owner that serves others: only its user can read it, and no other is believed."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from ingest.archive.owner import ADDRESS, Card, Owner, posted, read_card
from ingest.errors import ArchiveError

CARD = Card(4711, "secret-token", "http://127.0.0.1:7860")


def put(folder: Path, mode: int = 0o600, **fields: object) -> Path:
    """A card that somebody wrote."""
    path = folder / ADDRESS
    path.write_text(json.dumps({**CARD.__dict__, **fields}))
    path.chmod(mode)
    return path


def test_a_card_is_read_as_it_was_posted_and_then_gone(tmp_path: Path) -> None:
    assert read_card(tmp_path) is None
    with posted(CARD, tmp_path):
        assert (tmp_path / ADDRESS).exists()
        assert read_card(tmp_path) == CARD
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_user_can_read_it_whatever_the_umask(umask: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        with posted(CARD, tmp_path):
            assert stat.S_IMODE((tmp_path / ADDRESS).stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_what_a_killed_owner_left_is_no_hindrance_and_no_trap(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / f"{ADDRESS}.new").symlink_to(victim)
    put(tmp_path, 0o666)
    with posted(CARD, tmp_path):
        assert read_card(tmp_path) == CARD
    assert victim.read_text() == "mine"


def test_the_token_is_not_shown(tmp_path: Path) -> None:
    assert CARD.token not in repr(CARD)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o620, 0o602, 0o610, 0o601, 0o777])
def test_a_card_that_others_can_use_is_not_trusted(mode: int, tmp_path: Path) -> None:
    path = put(tmp_path, mode)
    with pytest.raises(ArchiveError, match="others than you") as caught:
        read_card(tmp_path)
    assert str(path) in str(caught.value)
    assert CARD.token not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give")
def test_a_card_of_another_user_is_not_trusted(tmp_path: Path) -> None:
    os.chown(put(tmp_path), 12_345, -1)
    with pytest.raises(ArchiveError, match="another user"):
        read_card(tmp_path)


def test_a_card_leads_nowhere_else(tmp_path: Path) -> None:
    put(tmp_path, host="10.0.0.1")
    assert read_card(tmp_path) == CARD


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", '{"port": 4711}', "x" * 9_000, "\x00"]
)
def test_a_card_that_makes_no_sense_is_none(text: str, tmp_path: Path) -> None:
    put(tmp_path).write_text(text)
    assert read_card(tmp_path) is None


@pytest.mark.parametrize("fields", [{"port": "80"}, {"token": 5}, {"port": None}])
def test_a_card_with_odd_values_is_none(fields: dict[str, object], tmp_path: Path) -> None:
    put(tmp_path, **fields)
    assert read_card(tmp_path) is None


def test_a_card_is_not_followed_elsewhere_nor_waited_for(tmp_path: Path) -> None:
    elsewhere = put(tmp_path).rename(tmp_path / "elsewhere")
    (tmp_path / ADDRESS).symlink_to(elsewhere)
    assert read_card(tmp_path) is None
    (tmp_path / ADDRESS).unlink()
    os.mkfifo(tmp_path / ADDRESS, 0o600)
    with pytest.raises(ArchiveError, match="no plain file"):
        read_card(tmp_path)


def test_a_folder_that_cannot_be_written_is_one_plain_error(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be written"), posted(CARD, tmp_path / "none"):
        pass


def test_a_new_owner_throws_a_killed_owners_card_away(tmp_path: Path) -> None:
    put(tmp_path)
    owner = Owner(tmp_path)
    assert not (tmp_path / ADDRESS).exists()
    owner.release()
