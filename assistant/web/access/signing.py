"""Comparing passwords and tokens: not too many at once, and not too often."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import math
import secrets
import time
from collections import OrderedDict

import anyio
import anyio.to_thread

from assistant.web.access.caller import network
from assistant.web.access.hashes import LONGEST
from assistant.web.access.sessions import Sessions
from assistant.web.access.tries import Tries
from assistant.web.access.users import Users
from assistant.web.busy import BusyError

AT_ONCE = 2  # passwords that are compared; each takes some 80 ms and 32 MB
WAITING = 32
_RECALLED = 300.0  # seconds that a password of HTTP Basic need not be compared again
_MOST = 256


class SignIn:
    """Tells who it is. For one event loop."""

    def __init__(self, users: Users, tries: Tries | None = None) -> None:
        self._users = users
        self._tries = tries or Tries()
        self._limit = anyio.CapacityLimiter(AT_ONCE)
        self._secret = secrets.token_bytes(32)
        self._recalled: OrderedDict[bytes, tuple[str, str, float]] = OrderedDict()
        self.sessions = Sessions()

    async def by_password(self, name: str, password: str, address: str) -> str | None:
        """The id of a new session; None where name or password is wrong.

        Raises:
            BusyError: there were too many wrong tries, or there are too many at once.
        """
        if not await self._fits(name, password, network(address)):
            return None
        stamp = self._users.stamp(name)
        return self.sessions.begin(name, stamp) if stamp else None

    def by_session(self, key: str) -> str | None:
        """Whose session it is; None where it has ended, or the password was changed."""
        session = self.sessions.find(key) if key else None
        valid = session is not None and session.stamp == self._users.stamp(session.user)
        return session.user if session and valid else None

    async def by_header(self, header: str, address: str) -> str | None:
        """Who an `Authorization` header names: a token's owner, or who knows the password.

        Raises:
            BusyError: as for `by_password`.
        """
        scheme, _, given = header.strip().partition(" ")
        if scheme.lower() == "bearer":
            return self._users.of_token(given.strip())
        pair = _basic(given.strip()) if scheme.lower() == "basic" else None
        return await self._by_basic(*pair, address) if pair else None

    async def _by_basic(self, name: str, password: str, address: str) -> str | None:
        given = f"{name}\n{password}".encode("utf-8", "surrogatepass")
        mark = hmac.new(self._secret, given, hashlib.sha256).digest()
        known = self._recalled.get(mark)
        stamp = self._users.stamp(name) or ""
        if known and known[:2] == (name, stamp) and time.monotonic() < known[2]:
            return name
        if not await self._fits(name, password, network(address)):
            return None
        self._recalled[mark] = (name, stamp, time.monotonic() + _RECALLED)
        while len(self._recalled) > _MOST:
            self._recalled.popitem(last=False)
        return name

    async def _fits(self, name: str, password: str, address: str) -> bool:
        self._check_wait(name, address)
        if self._limit.statistics().tasks_waiting >= WAITING:
            raise BusyError("Many people sign in at the moment. Try again in a few seconds.", 5)
        async with self._limit:
            self._check_wait(name, address)
            fits = len(password) <= LONGEST and await anyio.to_thread.run_sync(
                self._users.fits, name, password
            )
        (self._tries.right if fits else self._tries.wrong)(name, address)
        return fits

    def _check_wait(self, name: str, address: str) -> None:
        wait = math.ceil(self._tries.wait(name, address))
        if wait:
            raise BusyError(f"Too many wrong passwords. Try again in {wait} seconds.", wait)


def _basic(encoded: str) -> tuple[str, str] | None:
    try:
        text = base64.b64decode(encoded, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    name, colon, password = text.partition(":")
    return (name, password) if colon else None
