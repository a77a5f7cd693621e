"""Who gets in: hosts, origins, users, sessions, and the headers of every response."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.web.access.caller import Caller, caller_of, is_stranger, user_of
from assistant.web.access.hosts import is_loopback
from assistant.web.access.policy import check_binding, users_of
from assistant.web.access.users import Users

__all__ = [
    "Access",
    "Caller",
    "Users",
    "caller_of",
    "check_binding",
    "is_loopback",
    "is_stranger",
    "user_of",
    "users_of",
]


@dataclass(frozen=True)
class Access:
    """Where the server listens and who may use it.

    Without `users` everybody may: on loopback that is one person, elsewhere each browser is a
    visitor of its own.
    """

    host: str = "127.0.0.1"
    users: Users | None = None
    names: tuple[str, ...] = ()  # other host names that it is reached by
