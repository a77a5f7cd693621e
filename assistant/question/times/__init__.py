"""Time said in words: the days that a question is about, or that it wants the latest."""

from assistant.question.times.finding import Period, find_periods, wants_latest
from assistant.question.times.hull import hull, near, period_of

__all__ = ["Period", "find_periods", "hull", "near", "period_of", "wants_latest"]
