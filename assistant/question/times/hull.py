"""One range for all the times that a question names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from assistant.question.times.finding import Period, find_periods

MANY = 2  # periods of which a hull is made
_FAR = timedelta(days=730)  # a time so long ago is background where a recent one is named, too


def period_of(text: str, now: datetime) -> Period | None:
    """One range that covers all of the text's periods, from the first since to the last until.

    An end that is open in one is open in all; the words are joined by " … ". What ended years ago
    does not count beside what did not: "Who was found this week, having vanished in 1974?"
    """
    return hull(near(find_periods(text, now), now), now)


def near(periods: Sequence[Period], now: datetime) -> Sequence[Period]:
    """Without the periods that ended long ago, where another did not."""
    limit = (now - _FAR).date()
    kept = [each for each in periods if each.until is None or _day(each.until) >= limit]
    return kept or periods


def hull(found: Sequence[Period], now: datetime) -> Period | None:
    """The range from the first since to the last until; None when both ends are open."""
    if len(found) < MANY:
        return found[0] if found else None
    since = [each.since for each in found]
    until = [each.until for each in found]
    first = None if None in since else min(filter(None, since), key=_instant(now, time.min))
    last = None if None in until else max(filter(None, until), key=_instant(now, time.max))
    words = " … ".join(each.words for each in found)
    return Period(first, last, words, found[0].start, found[-1].end) if first or last else None


def _day(bound: str) -> date:
    return date.fromisoformat(bound[:10])


def _instant(now: datetime, of_day: time) -> Callable[[str], datetime]:
    def instant(said: str) -> datetime:
        if "T" in said:
            return datetime.fromisoformat(said)
        return datetime.combine(date.fromisoformat(said), of_day, now.tzinfo)

    return instant
