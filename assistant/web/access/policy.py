"""Whether the server may listen where it is told to, and whom `--auth` lets in."""

from __future__ import annotations

from pathlib import Path

from assistant.web.access.hosts import is_loopback
from assistant.web.access.users import Users
from ingest.errors import SettingError


def check_binding(host: str, auth: str | None, no_auth: bool) -> None:
    """Raises:
    SettingError: other machines could come in without a password, and nobody said that they may.
    """
    if auth and no_auth:
        raise SettingError("--auth and --no-auth exclude each other. Give one of them.")
    if not is_loopback(host) and not auth and not no_auth:
        raise SettingError(
            f"On {host} other machines can reach the chat. Give --auth user:password or --auth "
            "FILE (see dateline users), listen on 127.0.0.1, or let everybody in with --no-auth."
        )


def users_of(auth: str | None) -> Users | None:
    """The users that `--auth` names: "user:password", or the path of a users file.

    Raises:
        SettingError: it is neither, or the file cannot be used.
    """
    if not auth:
        return None
    path = Path(auth).expanduser()
    if _is_file(path):
        return Users.of_file(path)
    name, colon, password = auth.partition(":")
    if not colon:
        raise SettingError(
            f"--auth {auth[:60]}: there is no such file. Make one with dateline users add NAME "
            "FILE, or give user:password."
        )
    if not name or not password:
        raise SettingError("--auth is written user:password, and neither may be empty.")
    return Users.of_pair(name, password)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long for a path
        return False
