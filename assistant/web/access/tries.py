"""Wrong passwords: after a few of them each further try has to wait longer."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE = 5  # wrong tries of one name from one address
FREE_OF_ADDRESS = 50  # of all names together
LONGEST = 900.0  # seconds
_ALL = "\n"  # no name
_FIRST = 2.0  # seconds to wait, twice as long each time
_REMEMBERED = 4096  # names and addresses
_FORGOTTEN = 3600.0  # seconds after the last wrong try


@dataclass(frozen=True)
class _Count:
    wrong: int
    last: float


class Tries:
    """Counts wrong tries. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: OrderedDict[tuple[str, str], _Count] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, name: str, address: str) -> float:
        """Seconds that this name must wait at this address before its next try."""
        with self._lock:
            own = self._left((name[:64], address), FREE)
            return max(own, self._left((_ALL, address), FREE_OF_ADDRESS))

    def wrong(self, name: str, address: str) -> None:
        with self._lock:
            for key in ((name[:64], address), (_ALL, address)):
                known = self._counts.pop(key, None)
                fresh = known is None or self._clock() - known.last > _FORGOTTEN
                count = 1 if known is None or fresh else known.wrong + 1
                self._counts[key] = _Count(count, self._clock())
            while len(self._counts) > _REMEMBERED:
                self._counts.popitem(last=False)

    def right(self, name: str, address: str) -> None:
        with self._lock:
            self._counts.pop((name[:64], address), None)

    def _left(self, key: tuple[str, str], free: int) -> float:
        count = self._counts.get(key)
        if count is None or count.wrong < free:
            return 0.0
        delay = min(LONGEST, _FIRST * 2.0 ** min(count.wrong - free, 20))
        return max(0.0, count.last + delay - self._clock())
