"""Words that many grammars share: the names of months and weekdays in English."""

from __future__ import annotations

MONTHS = tuple(
    "January February March April May June July August September October November December".split()
)
WEEKDAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
# Alternatives of a pattern, without a group around them.
MONTH = "|".join(MONTHS)
WEEKDAY = "|".join(WEEKDAYS)
SHORT_MONTH = "|".join(name[:3] for name in MONTHS)
