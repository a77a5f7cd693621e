"""Words that many grammars share, in English: months, weekdays, numbers, years, capitals."""

from __future__ import annotations

MONTHS = tuple(
    "January February March April May June July August September October November December".split()
)
WEEKDAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
# Alternatives of a pattern, without a group around them.
MONTH = "|".join(MONTHS)
WEEKDAY = "|".join(WEEKDAYS)
SHORT_MONTH = "|".join(name[:3] for name in MONTHS)
WRITTEN_MONTH = rf"(?:{MONTH}|{SHORT_MONTH}|Sept)\b\.?"  # "Jan." as well
_DAYS = [name[:3].lower() for name in WEEKDAYS]
_MONTHS = SHORT_MONTH.lower().split("|")

ONES = """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen""".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBERS = {word: number for number, word in enumerate(ONES, 1)}
NUMBERS |= {word: ten * 10 for ten, word in enumerate(TENS, 2)}

YEAR = r"(?:1[5-9]|20)\d\d"
CAPITALISED = r"[A-ZÀ-Þ][\w’'-]+"  # a word of a name


def month_number(word: str) -> int:
    """1 for "Jan." and "January"."""
    return _MONTHS.index(word[:3].lower()) + 1


def weekday_number(word: str) -> int:
    """0 for "Mon" and "Monday"."""
    return _DAYS.index(word[:3].lower())
