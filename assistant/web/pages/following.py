"""Which answer a page follows: one that was stopped or left may still have states under way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_PATIENCE = 5.0  # seconds for the last state of an answer to be shown
_STEP = 0.02


@dataclass
class Following:
    """Of one page. Each thing that is begun, stopped or opened on it gets the next number."""

    number: int = 0
    running: set[int] = field(default_factory=set)  # answers whose states are being shown

    @contextmanager
    def followed(self) -> Iterator[int]:
        """An answer's states are shown until the block ends; the answer's number."""
        number = self.begin()
        self.running.add(number)
        try:
            yield number
        finally:
            self.running.discard(number)

    def leave(self) -> None:
        """Follow nothing, once what was under way has shown its last state, which would else be
        shown over what comes now. Blocks, so it is for a thread."""
        number = self.begin()
        ends = time.monotonic() + _PATIENCE
        while any(each < number for each in tuple(self.running)) and time.monotonic() < ends:
            time.sleep(_STEP)

    def begin(self) -> int:
        """The number of what begins now; what began before is followed no longer."""
        self.number += 1
        return self.number

    def is_left(self, number: int) -> bool:
        """Whether something has begun since."""
        return number != self.number
