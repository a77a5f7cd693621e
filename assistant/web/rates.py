"""How often each caller may ask: a bucket of tokens for everyone, which fills by and by."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_REMEMBERED = 4096  # callers


@dataclass(frozen=True)
class Rate:
    """So many in a minute, and so many at once after a pause."""

    a_minute: float = 30.0
    burst: int = 10

    def __str__(self) -> str:
        return f"At most {self.a_minute:g} questions a minute are answered for one person."


class Rates:
    """The buckets. Those who have not asked for longest are forgotten."""

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self.rate = rate
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, when

    def take(self, key: str) -> float:
        """0, or the seconds until the next token of this caller."""
        now, each = self._clock(), self.rate.a_minute / 60
        tokens, then = self._buckets.pop(key, (float(self.rate.burst), now))
        tokens = min(float(self.rate.burst), tokens + (now - then) * each)
        allowed = tokens >= 1
        self._buckets[key] = (tokens - 1 if allowed else tokens, now)
        while len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else float(math.ceil((1 - tokens) / each))
