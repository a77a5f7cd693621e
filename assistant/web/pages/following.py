"""Which answer a page follows: one that was stopped or left may still have states under way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Following:
    """Of one page. Each thing that is begun, stopped or opened on it gets the next number."""

    number: int = 0

    def begin(self) -> int:
        """The number of what begins now; what began before is followed no longer."""
        self.number += 1
        return self.number

    def is_left(self, number: int) -> bool:
        """Whether something has begun since."""
        return number != self.number
