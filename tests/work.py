"""How much work something is, whatever else the machine does meanwhile."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

QUICK = 0.25  # seconds for a question of 4,000 letters, which takes some .02


def seconds_of_work(do: Callable[[], object]) -> float:
    """The processor time of this thread, in seconds, without the garbage of the tests before."""
    gc.disable()
    try:
        began = time.thread_time()
        do()
        return time.thread_time() - began
    finally:
        gc.enable()
