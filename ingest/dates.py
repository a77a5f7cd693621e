"""Dates as news writes them. What cannot be read with certainty is no date."""

from __future__ import annotations

import re
import warnings
from datetime import date, datetime, timedelta, timezone

from dateutil import parser

EARLIEST_YEAR = 1600  # the first newspapers
_ISO_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_COMPACT_DAY = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_SLASHED = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]|$)")
_MONTH_NAME = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b", re.I)
_ISO_TIME = re.compile(r"^\d{4}-\d{2}-\d{2}[T ]|^\d{4}[./]\d{1,2}[./]\d{1,2}\b")
_URL_DAY = re.compile(r"/(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?:/|-|_|$)")
_HAS_TIME = re.compile(r"\d{1,2}:\d{2}|\d\s*[ap]\.?m\b", re.IGNORECASE)
_ZONES = {"UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "PST": -8}
_ZONES |= {"PDT": -7, "BST": 1, "CET": 1, "CEST": 2, "JST": 9, "MSK": 3}
_NEVER = "1970-01-01T00:00:00"  # what software writes where it knows no time
_OFFSET = re.compile(r"\b(?:GMT|UTC|Z)\s?(?=[+-]\d)")  # dateutil reads "GMT+2" as POSIX does
_ZONE_NAME = re.compile(r"\s*\([^()]*\)\s*$")  # "… GMT+0200 (Central European Summer Time)"
_LONGEST = 200  # characters that are looked at
_LARGEST = 10**15  # an epoch above this is none
_MILLISECONDS = 100_000_000_000  # an epoch above this is in milliseconds (year 5138 in seconds)


def parse_moment(value: object, now: datetime | None = None) -> str | None:
    """The ISO day or time that `value` states, or None when it does not state one for certain.

    Takes ISO 8601, RFC 2822, written-out dates, epoch seconds or milliseconds, date and datetime.
    "03/04/2023" is read by nobody for certain, so it is None; so are years before newspapers and
    days in the future.
    """
    iso = _parse(value)
    if iso is None or iso.startswith(_NEVER):
        return None
    latest = (now or datetime.now(timezone.utc)).date() + timedelta(days=1)
    day = date.fromisoformat(iso[:10])
    return iso if day.year >= EARLIEST_YEAR and day <= latest else None


def day_of_url(url: str) -> str | None:
    """The day in an address such as …/2023/07/16/…, or None."""
    match = _URL_DAY.search(url)
    return _day(*match.groups()) if match else None


def _parse(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and (match := _COMPACT_DAY.match(str(value))):
        return _day(*match.groups())
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_epoch(float(value)) if abs(value) < _LARGEST else None
    return _from_text(value.strip()) if isinstance(value, str) else None


def _from_epoch(value: float) -> str | None:
    seconds = value / 1000 if abs(value) > _MILLISECONDS else value
    if abs(seconds) < 10_000_000:  # noqa: PLR2004  a small number is a year, a day or an id, no epoch
        return None
    try:
        return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return None


def _from_text(text: str) -> str | None:
    text = _OFFSET.sub("", _ZONE_NAME.sub("", text[:_LONGEST]))
    for pattern in (_ISO_DAY, _COMPACT_DAY):
        if match := pattern.match(text):
            return _day(*match.groups())
    if text.isascii() and text.isdigit():
        return _from_epoch(float(text)) if len(text) in (10, 13) else None
    if len(text) > 60 or not _certain(text):  # noqa: PLR2004
        return None
    return _from_written(text)


def _certain(text: str) -> bool:
    """Whether the order of day and month is plain: a month's name, ISO, or a number above 12."""
    if _MONTH_NAME.search(text) or _ISO_TIME.match(text):
        return True
    match = _SLASHED.match(text)
    return bool(match and (int(match[1]) > 12 or int(match[2]) > 12 or match[1] == match[2]))  # noqa: PLR2004


def _from_written(text: str) -> str | None:
    """Parse twice with different defaults: what differs was not in the text."""
    defaults = (datetime(2000, 1, 1), datetime(2002, 3, 17))
    zones = {name: hours * 3600 for name, hours in _ZONES.items()}
    dayfirst = bool(_SLASHED.match(text))
    try:
        with warnings.catch_warnings():  # a zone that is not known for certain is no zone
            warnings.simplefilter("ignore", parser.UnknownTimezoneWarning)
            one, two = (
                parser.parse(text, default=default, tzinfos=zones, dayfirst=dayfirst)
                for default in defaults
            )
        one.isoformat()  # a zone of 99 hours is noticed here
    except (ValueError, OverflowError, TypeError, AttributeError):
        return None
    if one != two or not _states(text, one):
        return None
    return one.isoformat(timespec="seconds") if _HAS_TIME.search(text) else one.date().isoformat()


def _states(text: str, moment: datetime) -> bool:
    """Whether year and day stand in the text: the parser also counts weekdays on."""
    year = f"{moment.year:04d}"
    rest = text.replace(year, " ", 1)
    return year in text and re.search(rf"(?<!\d)0?{moment.day}(?!\d)", rest) is not None


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
