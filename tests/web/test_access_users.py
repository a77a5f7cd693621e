from __future__ import annotations

import contextlib
import hashlib
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from assistant.cli import who as command
from assistant.web.door.sessions import FREE, LONGEST_DELAY, Tries
from assistant.web.door.users import Users, checked_name, hash_of, is_password, parse, users_of
from ingest.errors import SettingError
from tests.conftest import SCRYPT


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(command, arguments, input=stdin)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "users"
    assert run("add", "jo", str(path), "--password-stdin", stdin="correct horse\n").exit_code == 0
    return path


def test_a_password_is_hashed_at_its_full_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashlib, "scrypt", SCRYPT)
    kept = hash_of("correct horse", bytes(16))
    assert (
        kept
        == "scrypt$32768$8$1$AAAAAAAAAAAAAAAAAAAAAA==$Y8MYoqnX4lWGWuAOv64MBPfBINQKVV0WkGusAfOtPo4="
    )
    assert is_password("correct horse", kept) and not is_password("correct horses", kept)


def test_a_file_is_made_that_only_its_owner_reads(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "correct horse" not in file.read_text()
    users = Users.of_file(file)
    assert users.fits("jo", "correct horse")
    assert not users.fits("jo", "correct horse ")
    assert not users.fits("ann", "correct horse")
    assert [each.name for each in file.parent.iterdir()] == ["users"]


def test_a_password_is_asked_for_twice(tmp_path: Path) -> None:
    path = tmp_path / "users"
    done = run("add", "jo", str(path), stdin="correct horse\ncorrect horse\n")
    assert done.output.endswith("jo may come in.\n")
    assert Users.of_file(path).fits("jo", "correct horse")


def test_a_token_is_shown_once_and_kept_as_a_hash(file: Path) -> None:
    token = run("token", "jo", str(file)).output.strip()
    other = run("token", "bot", str(file)).output.strip()
    users = Users.of_file(file)
    assert (users.of_token(token), users.of_token(other)) == ("jo", "bot")
    assert users.of_token(token[:-1]) is None and users.of_token("") is None
    assert token not in file.read_text()
    assert run("list", str(file)).output == "bot: 1 token\njo: a password, 1 token\n"


def test_a_new_password_leaves_tokens_and_comments_alone(file: Path) -> None:
    file.write_text(f"# the desk\n{file.read_text()}")
    token = run("token", "jo", str(file)).output.strip()
    done = run("add", "jo", str(file), "--password-stdin", stdin="battery staple\n")
    assert "new password" in done.output
    users = Users.of_file(file)
    assert users.fits("jo", "battery staple") and not users.fits("jo", "correct horse")
    assert users.of_token(token) == "jo"
    assert file.read_text().startswith("# the desk\n")


def test_who_is_removed_is_out_at_once(file: Path) -> None:
    token = run("token", "jo", str(file)).output.strip()
    users = Users.of_file(file)
    assert users.of_token(token) == "jo"
    assert run("remove", "jo", str(file)).exit_code == 0
    assert users.of_token(token) is None and not users.fits("jo", "correct horse")
    assert users.stamp("jo") is None
    assert isinstance(run("remove", "jo", str(file)).exception, SettingError)


def test_the_file_is_read_again_when_it_changes(file: Path) -> None:
    users = Users.of_file(file)
    assert not users.fits("ann", "battery staple")
    run("add", "ann", str(file), "--password-stdin", stdin="battery staple\n")
    assert users.fits("ann", "battery staple")


def test_a_file_that_can_no_longer_be_used_lets_nobody_in(file: Path) -> None:
    users = Users.of_file(file)
    file.chmod(0o644)
    assert not users.fits("jo", "correct horse")
    file.chmod(0o600)
    assert users.fits("jo", "correct horse")
    file.unlink()
    assert not users.fits("jo", "correct horse")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o610])
def test_a_file_that_others_can_read_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(SettingError, match="chmod 600"):
        users_of(str(file))


def test_auth_is_a_pair_or_a_file(file: Path, tmp_path: Path) -> None:
    assert users_of(None) is None
    pair = users_of("reader:pass:word")
    assert pair and pair.fits("reader", "pass:word")
    from_file = users_of(str(file))
    assert from_file and from_file.fits("jo", "correct horse")
    for odd, said in (("nowhere", "no such file"), ("user:", "empty"), (":x", "empty")):
        with pytest.raises(SettingError, match=said):
            users_of(odd)
    empty = tmp_path / "empty"
    empty.touch(0o600)
    with pytest.raises(SettingError, match="Nobody is in"):
        users_of(str(empty))


@pytest.mark.parametrize(
    "line",
    ["jo", "jo:", "jo:plain", "jo:scrypt$1$8$1$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAA",
     "jo:scrypt$3$8$1$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAA",
     "jo:scrypt$33554432$8$1$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAA",  # 32 GB to compare
     "jo:scrypt$2$8$1$AAAA$AAAA", "jo:token:sha256$12", "local:token:sha256$" + 64 * "0",
     "../x:token:sha256$" + 64 * "0"],
)  # fmt: skip
def test_a_line_that_is_no_user_is_named(line: str) -> None:
    with pytest.raises(SettingError, match="Line 2 of users"):
        parse(["# people", line], Path("users"))


def test_a_name_cannot_stand_twice_and_passwords_are_not_short(file: Path) -> None:
    with pytest.raises(SettingError, match="two passwords"):
        parse(file.read_text().splitlines() * 2, file)
    done = run("add", "ann", str(file), "--password-stdin", stdin="short\n")
    assert isinstance(done.exception, SettingError)
    done = run("add", "ann:x", str(file), "--password-stdin", stdin="long enough\n")
    assert isinstance(done.exception, SettingError)


@given(st.text(max_size=30))
def test_a_file_of_anything_is_a_plain_error(text: str) -> None:
    try:
        parse(text.splitlines(), Path("users"))
    except SettingError as error:
        assert "Line" in str(error)


@given(st.text(max_size=80))
def test_a_name_is_safe_or_refused(name: str) -> None:
    with contextlib.suppress(SettingError):
        assert "/" not in checked_name(name) and ":" not in name and name.isascii()


def test_the_same_letters_are_the_same_password_however_they_are_typed() -> None:
    kept = hash_of("caf\u00e9 noir")
    assert is_password("cafe\u0301 noir", kept)
    assert not is_password("cafe noir", kept)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_wrong_tries_wait_longer_and_longer() -> None:
    clock = Clock()
    tries, waits = Tries(clock), []
    for _ in range(20):
        waits.append(tries.wait("jo", "10.0.0.1"))
        tries.wrong("jo", "10.0.0.1")
    assert waits[:FREE] == [0.0] * FREE
    assert waits[FREE : FREE + 3] == [2.0, 4.0, 8.0] and max(waits) == LONGEST_DELAY
    assert tries.wait("jo", "10.0.0.2") == 0.0 and tries.wait("ann", "10.0.0.1") == 0.0
    clock.now += LONGEST_DELAY
    assert tries.wait("jo", "10.0.0.1") == 0.0
    tries.right("jo", "10.0.0.1")
    tries.wrong("jo", "10.0.0.1")
    assert tries.wait("jo", "10.0.0.1") == 0.0


def test_many_names_from_one_address_wait_too_and_memory_is_bounded() -> None:
    tries = Tries(Clock())
    for number in range(60):
        tries.wrong(f"user{number}", "10.0.0.1")
    assert tries.wait("another", "10.0.0.1") > 0
    for number in range(20_000):
        tries.wrong("jo", f"10.1.{number // 256}.{number % 256}")
    assert len(tries._counts) <= 4096
