"""The two halves of a data set: what is chosen by looking at it is chosen on one, both are told."""

from __future__ import annotations

import hashlib

HALVES = ("chosen on", "told")
SALT = "half "  # of the pages, and of the questions about several reports


def half_of(text: str, salt: str = "") -> int:
    """0 or 1 of an item's name, the same on every machine.

    Args:
        salt: another division, for data that are themselves one half of some others.
    """
    return hashlib.sha256(f"{salt}{text}".encode()).digest()[-1] % 2
