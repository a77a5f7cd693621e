"""Who is signed in: random ids in cookies, and a table of what they stand for."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

LIFE = 30 * 86_400  # seconds since signing in
IDLE = 7 * 86_400  # seconds since the last use
_MOST = 10_000


@dataclass(frozen=True)
class Session:
    """`stamp`: what the user's password was then; with another one the session is over."""

    user: str
    stamp: str
    began: float
    used: float


class Sessions:
    """The sessions of this process. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, user: str, stamp: str) -> str:
        """A new session; its id is what the cookie holds."""
        now = self._clock()
        key = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions[key] = Session(user, stamp, now, now)
            while len(self._sessions) > _MOST:
                self._sessions.popitem(last=False)
        return key

    def find(self, key: str) -> Session | None:
        """The session of that id, if it has not ended."""
        now = self._clock()
        with self._lock:
            found = self._sessions.pop(key, None)
            if found is None or now - found.began > LIFE or now - found.used > IDLE:
                return None
            self._sessions[key] = replace(found, used=now)  # the longest unused comes first
        return found

    def end(self, key: str) -> None:
        with self._lock:
            self._sessions.pop(key, None)
