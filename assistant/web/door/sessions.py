"""Who is signed in: random ids in cookies, and a table of what they stand for.

Passwords and tokens are compared not too many at once; after a few wrong ones each further try has
to wait longer. Where nobody signs in, a cookie says which visitor a browser is.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

import anyio
import anyio.to_thread
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Message, Scope, Send

from assistant.web.door.caller import VISITOR, network
from assistant.web.door.users import LONGEST, Users
from assistant.web.gate import BusyError

SESSION, VISIT = "dateline", "dateline-visitor"
_LIFE = 365 * 86_400  # seconds


def cookie_name(scope: Scope, kind: str) -> str:
    """With the port in it: browsers send cookies to every port of a machine."""
    server = scope.get("server")
    return f"{kind}-{server[1]}" if server and server[1] else kind


def cookie_of(request: HTTPConnection, kind: str) -> str:
    """What the browser keeps; "" for nothing."""
    return request.cookies.get(cookie_name(request.scope, kind), "")


def keep_cookie(response: Response, scope: Scope, kind: str, value: str, life: int) -> None:
    """Have the browser keep it, out of reach of scripts and of other sites."""
    response.set_cookie(
        cookie_name(scope, kind), value, max_age=life, path=scope.get("root_path") or "/",
        secure=scope.get("scheme") in ("https", "wss"), httponly=True, samesite="lax",
    )  # fmt: skip


def visitor(scope: Scope, kept: str, send: Send) -> tuple[str, Send]:
    """The name of a visitor, and the `send` that hands a new one its cookie.

    The name is made from the cookie and does not tell it.
    """
    known = bool(re.fullmatch(r"[\w-]{32}", kept, re.ASCII))
    key = kept if known else secrets.token_urlsafe(24)
    name = VISITOR + hashlib.sha256(key.encode()).hexdigest()[:24]
    if known:
        return name, send
    cookie = Response()
    keep_cookie(cookie, scope, VISIT, key, _LIFE)

    async def handing(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("set-cookie", cookie.headers["set-cookie"])
        await send(message)

    return name, handing


FREE = 5  # wrong tries of one name from one address
FREE_OF_ADDRESS = 50  # of all names together
LONGEST_DELAY = 900.0  # seconds
_ALL = "\n"  # no name
_FIRST = 2.0  # seconds to wait, twice as long each time
_REMEMBERED = 4096  # names and addresses
_FORGOTTEN = 3600.0  # seconds after the last wrong try


class Tries:
    """Counts wrong tries."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()  # wrong, last

    def wait(self, name: str, address: str) -> float:
        """Seconds that this name must wait at this address before its next try."""
        now, longest = self._clock(), 0.0
        for each, free in ((name[:64], FREE), (_ALL, FREE_OF_ADDRESS)):
            count, last = self._counts.get((each, address), (0, 0.0))
            if count >= free:
                delay = min(LONGEST_DELAY, _FIRST * 2.0 ** min(count - free, 20))
                longest = max(longest, last + delay - now)
        return longest

    def wrong(self, name: str, address: str) -> None:
        now = self._clock()
        for key in ((name[:64], address), (_ALL, address)):
            count, last = self._counts.pop(key, (0, now))
            self._counts[key] = (1 if now - last > _FORGOTTEN else count + 1, now)
        while len(self._counts) > _REMEMBERED:
            self._counts.popitem(last=False)

    def right(self, name: str, address: str) -> None:
        self._counts.pop((name[:64], address), None)


LIFE = 30 * 86_400  # seconds since signing in
IDLE = 7 * 86_400  # seconds since the last use
_MOST_SESSIONS = 10_000


@dataclass(frozen=True)
class Session:
    """`stamp`: what the user's password was then; with another one the session is over."""

    user: str
    stamp: str
    began: float
    used: float


class Sessions:
    """The sessions of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def begin(self, user: str, stamp: str, key: str = "") -> str:
        """A new session; its id, by default a new one, is what the cookie holds."""
        now, key = self._clock(), key or secrets.token_urlsafe(32)
        self._sessions[key] = Session(user, stamp, now, now)
        while len(self._sessions) > _MOST_SESSIONS:
            self._sessions.popitem(last=False)
        return key

    def find(self, key: str) -> Session | None:
        """The session of that id, if it has not ended."""
        now, found = self._clock(), self._sessions.pop(key, None)
        if found is None or now - found.began > LIFE or now - found.used > IDLE:
            return None
        self._sessions[key] = replace(found, used=now)  # the longest unused comes first
        return found

    def end(self, key: str) -> None:
        self._sessions.pop(key, None)


AT_ONCE = 2  # passwords that are compared; each takes some 80 ms and 32 MB
WAITING = 32


class SignIn:
    """Tells who it is. For one event loop."""

    def __init__(self, users: Users) -> None:
        self._users = users
        self._tries = Tries()
        self._limit = anyio.CapacityLimiter(AT_ONCE)
        self._secret = secrets.token_bytes(32)
        self.sessions = Sessions()

    async def by_password(
        self, name: str, password: str, address: str, key: str = ""
    ) -> str | None:
        """The id of a new session, `key` or a random one; None where name or password is wrong.

        Raises:
            BusyError: there were too many wrong tries, or there are too many at once.
        """
        address = network(address)
        if self._limit.statistics().tasks_waiting >= WAITING:
            raise BusyError("Many people sign in at the moment. Try again in a few seconds.", 5)
        async with self._limit:
            if wait := math.ceil(self._tries.wait(name, address)):
                said = f"Too many wrong passwords. Try again in {wait} seconds."
                raise BusyError(said, wait)
            fits = len(password) <= LONGEST and await anyio.to_thread.run_sync(
                self._users.fits, name, password
            )
        (self._tries.right if fits else self._tries.wrong)(name, address)
        stamp = self._users.stamp(name) if fits else None
        return self.sessions.begin(name, stamp, key) if stamp else None

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
        try:
            pair = base64.b64decode(given.strip(), validate=True).decode("utf-8")
        except ValueError:
            return None
        name, colon, password = pair.partition(":")
        if scheme.lower() != "basic" or not colon:
            return None
        # It begins a session that the same header goes on with: comparing takes long.
        mark = hmac.new(self._secret, f"{name}\n{password}".encode(), hashlib.sha256).hexdigest()
        if user := self.by_session(mark):
            return user
        return name if await self.by_password(name, password, address, mark) else None
