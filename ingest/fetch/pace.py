"""One request at a time to each host, and a pause between two."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

LONGEST_PAUSE = 60.0  # seconds; a robots.txt that asks for more would stop the whole run


@dataclass
class _Lane:
    delay: float
    free: float = 0.0  # when the next request may start
    lock: threading.Lock = field(default_factory=threading.Lock)


class Pace:
    """Turns at hosts. Safe for several threads."""

    def __init__(
        self,
        delay: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`delay`: seconds from the end of a request to the start of the next to that host."""
        self._delay = delay
        self._clock = clock
        self._sleep = sleep
        self._lanes: dict[str, _Lane] = {}
        self._lock = threading.Lock()

    def slow(self, host: str, seconds: float) -> None:
        """Keep at least `seconds` (at most 60) between two requests to `host` from now on."""
        lane = self._lane(host)
        longer = min(seconds, LONGEST_PAUSE) - lane.delay
        if longer > 0:
            lane.delay += longer
            lane.free += longer  # the pause that has begun counts, too

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Waits for this host's turn; the request is made within."""
        lane = self._lane(host)
        with lane.lock:
            wait = lane.free - self._clock()
            if wait > 0:
                self._sleep(wait)
            try:
                yield
            finally:
                lane.free = self._clock() + lane.delay

    def _lane(self, host: str) -> _Lane:
        with self._lock:
            return self._lanes.setdefault(host, _Lane(self._delay, self._clock()))
