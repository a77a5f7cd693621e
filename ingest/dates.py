"""Dates as news writes them, in fields and in running text, in the languages of the papers we have
seen. What cannot be read with certainty is no date.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache

from babel import Locale

from ingest.vocabulary import WEEKDAY

EARLIEST_YEAR = 1600  # the first newspapers
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_NEVER = "1970-01-01T00:00:00"  # what software writes where it knows no time
_LONGEST = 200  # characters of a field that are looked at
_WORDS = 4  # that a field has beside its date, at most: a weekday, "at", "Uhr"
_SMALLEST = 10_000_000  # an epoch below this is a year, a day or an id
_MILLISECONDS = 100_000_000_000  # an epoch above this is in milliseconds (year 5138 in seconds)

# The languages whose names of months the Unicode CLDR (https://cldr.unicode.org) gives, and what
# papers write besides.
_LANGUAGES = "en de de_AT fr es it pt nl sv da nb pl cs sk ru uk tr fi hu ro ca".split()
_BESIDES = {"mrz": 3, "feber": 2, "фев": 2, "сен": 9, "ноя": 11}
_YEAR = r"(?P<year>(?:1[6-9]|20)\d\d)(?!\d)"
_DAY = r"(?<![\d.:])(?P<day>\d{1,2})(?!\d)"
_NAME = r"(?P<name>[^\W\d_]{3,12})"
_ORDINAL = r"(?:st|nd|rd|th|er|[.º°])?"
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\d){_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?!\d)",
        rf"(?<!\d){_YEAR}\s*[年년]\s*(?P<month>\d{{1,2}})\s*[月월]\s*(?P<day>\d{{1,2}})\s*[日일]",
        rf"{_DAY}{_ORDINAL}\s*[-/,]?\s*(?:of\s+|de\s+|d['’])?"
        rf"{_NAME}\b\.?,?\s*[-/]?\s*(?:del?\s+)?{_YEAR}",
        # As RFC 822 has it: "16 Jul 23 09:10".
        rf"{_DAY}[ -]{_NAME}[ -](?P<short>\d\d)(?=\s+\d\d:\d\d)",
        rf"\b{_NAME}\b[.,]?\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}",
        # As C's ctime writes it, the year last of all: "Jul 16 09:10:00 GMT 2023".
        rf"\b{_NAME}\s+{_DAY}\s+(?P<clock>\d\d:\d\d:\d\d(?:\s+(?:[A-Z]{{3,4}}|[+-]\d{{4}}))?)\s+{_YEAR}",
        rf"(?<!\d){_YEAR}[.,]?\s+{_NAME}\b[.,]?\s+{_DAY}",
        # With dots the day comes first wherever they are used (https://cldr.unicode.org).
        rf"{_DAY}\.\s?(?P<month>\d{{1,2}})\.\s?{_YEAR}",
        rf"{_DAY}\.(?P<month>\d{{1,2}})\.(?P<short>\d\d)(?![\d.])",
        rf"{_DAY}(?P<slash>[/-])(?P<month>\d{{1,2}})[/-]{_YEAR}",
    )
)
_NOBODY_DAY_FIRST = ("en", "")  # English papers differ, and a page without a language is unknown
_ZONES = {"UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7}
_ZONES |= {"MDT": -6, "PST": -8, "PDT": -7, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2}
_ZONES |= {"EET": 2, "EEST": 3, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "MSK": 3}
_CLOCK = re.compile(
    rf"""(?<![\d.:])(?P<hour>\d{{1,2}})
    (?:(?P<mark>[:h.])(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?)?(?!\d)
    \s*(?P<half>[ap]\.?m\b\.?)?
    \s*(?P<zone>(?:(?:GMT|UTC|Z)\s?)?[+-]\d\d:?(?:\d\d)?(?!\d)|(?:GMT|UTC)[+-]\d(?!\d)
        |(?:{"|".join(_ZONES)})(?!\w))?
    (?P<word>\s*(?:uhr|hrs|h)\b)?""",
    re.IGNORECASE | re.VERBOSE,
)
_WEEKDAY = re.compile(
    rf"\b(?:{WEEKDAY}|montag|dienstag|mittwoch|donnerstag|freitag"
    r"|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b,?",
    re.IGNORECASE,
)
_YEARLESS = re.compile(
    rf"\b(?P<before>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+{_NAME}\b\.?"
    r"|\b(?P<first>[^\W\d_]{3,12})\b\.?\s+\d{1,2}\b"
)
UPDATED = re.compile(
    r"updat|modif|edited|last change|a(?:k|c)?tuali[sz]|zuletzt|geändert|bearbeitet|mis à jour"
    r"|aggiorn|bijgewerkt|gewijzigd|uppdater|ändrad|opdater|ændret|oppdater|endret|päivit|muokat|обновл"
    r"|измен|güncell|frissít",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Written:
    """A day that stands in a text, from `start` to `end`; a time may stand within it."""

    start: int
    end: int
    day: date
    clock: str = ""


def parse_moment(value: object, language: str = "") -> str | None:
    """The ISO day or time that a field states, or None when it does not state one for certain.

    Takes ISO 8601, RFC 2822, dates written out in any of our languages, epoch seconds or
    milliseconds, date and datetime. Years before newspapers and days in the future are none.

    Args:
        language: of the article, such as "de-DE": "03/04/2023" is certain only outside English.
    """
    iso = _parse(value, language)
    if iso is None or iso.startswith(_NEVER):
        return None
    return iso if _is_past(date.fromisoformat(iso[:10])) else None


def day_of_url(url: str) -> str | None:
    """The day in an address such as …/2023/07/16/…, or None."""
    match = re.search(r"/(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?:/|-|_|$)", url)
    return _iso_day(match) if match else None


def days_of_line(line: str, language: str = "") -> tuple[str | None, str | None, str]:
    """What a line such as "Published 3 Sept. 2023, 14.05 BST, updated 4 Sept. 2023" states:
    (ISO day or time of the publication, that of the last update, what else the line says)."""
    published = updated = None
    dates = list(_written(line, language))
    said: list[str] = []
    before = line[: dates[0].start] if dates else line
    for found, following in zip(dates, [*dates[1:], None], strict=False):
        clock, after = _take_clock(line[found.end : following.start if following else len(line)])
        if not clock and not said:
            clock, before = _take_clock(before)
        iso = f"{found.day.isoformat()}{clock or ''}"
        if _is_past(found.day):
            if UPDATED.search(before):
                updated = updated or iso
            else:
                published = published or iso
        said.append(before)
        before = after.lstrip(" ,.;|·")
    return published, updated, " ".join(" ".join([*said, before]).split())


def without_dates(text: str) -> str:
    """`text` without the dates in it, with or without a year, and without weekdays."""
    for found in reversed(list(_written(text, ""))):
        text = f"{text[: found.start]} {text[found.end :]}"
    text = _YEARLESS.sub(lambda m: " " if month_of(m["name"] or m["first"]) else m[0], text)
    return " ".join(_WEEKDAY.sub(" ", text).split())


def _parse(value: object, language: str) -> str | None:  # noqa: PLR0911  one for each way to state a date
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, (int, float, str)) or isinstance(value, bool):
        return None
    text = str(value).strip()[:_LONGEST]
    if match := _COMPACT_DAY.fullmatch(text):
        return _iso_day(match)
    if not isinstance(value, str) or re.fullmatch(r"[0-9]{10}(?:[0-9]{3})?", text):
        with suppress(ValueError, OverflowError, OSError):
            number = float(value)
            seconds = number / 1000 if abs(number) > _MILLISECONDS else number
            moment = datetime.fromtimestamp(seconds, timezone.utc)
            return moment.isoformat(timespec="seconds") if abs(seconds) >= _SMALLEST else None
        return None
    found = next(_written(text, language, short=True), None)
    if found is None or UPDATED.search(text):
        return None
    clock, rest = _take_clock(f"{text[: found.start]} {found.clock} {text[found.end :]}")
    words = re.findall(r"[^\W\d_]+", re.sub(r"\([^()]*\)", "", rest))
    # Another figure may be a second date, or a part of a time that cannot be.
    if clock is None or any(map(str.isdigit, rest)) or len(words) > _WORDS:
        return None
    return f"{found.day.isoformat()}{clock}"


def _written(text: str, language: str, *, short: bool = False) -> Iterator[_Written]:
    """The days that a text writes out, in its order.

    Args:
        short: months may be cut short in any way that leaves no doubt, as in fields.
    """
    found: list[_Written] = []
    for form in _FORMS if any(map(str.isdigit, text)) else ():
        for match in form.finditer(text):
            parts = match.groupdict()
            year = int(parts.get("year") or f"20{parts.get('short')}")
            month, day = int(parts.get("month") or 0), int(parts["day"])
            if parts.get("name"):
                month = month_of(parts["name"], short=short)
            if parts.get("slash") and month <= 12 and day <= 12 and month != day:  # noqa: PLR2004
                if re.split(r"[-_]", language.lower())[0] in _NOBODY_DAY_FIRST:
                    continue
            elif parts.get("slash") and month > 12:  # noqa: PLR2004  it can only be the day
                month, day = day, month
            if is_day := _day(year, month, day):
                clock = parts.get("clock") or ""
                found.append(_Written(match.start(), match.end(), is_day, clock))
    end = 0
    for each in sorted(found, key=lambda each: each.start):
        if each.start >= end:
            yield each
            end = each.end


def _take_clock(text: str) -> tuple[str | None, str]:
    """(the time that a text states, such as "T09:10:00+01:00", the text without it); "" where it
    states none, None where there is no such time."""
    for match in _CLOCK.finditer(text):
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        # A bare figure is no time, nor are two with a dot between; "+01:00" alone is none either.
        named = match["half"] or match["word"]
        if not (named or (match["minute"] and (match["mark"] != "." or match["zone"]))):
            continue
        rest = f"{text[: match.start()]} {text[match.end() :]}"
        half = (match["half"] or "")[:1].lower()
        if half and 1 <= hour <= 12:  # noqa: PLR2004  not "14:05 pm"
            hour = hour % 12 + (12 if half == "p" else 0)
        zone = None
        try:
            if offset := re.search(r"([+-])(\d{1,2}):?(\d\d)?$", match["zone"] or ""):
                ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
                zone = timezone(ahead if offset[1] == "+" else -ahead)
            elif match["zone"]:
                zone = timezone(timedelta(hours=_ZONES[match["zone"].upper()]))
            clock = time(hour, minute, int(match["second"] or 0), tzinfo=zone)
        except ValueError:  # also where nowhere is so far east or west
            return None, text
        return f"T{clock.isoformat(timespec='seconds')}", rest
    return "", text


def month_of(name: str, *, short: bool = False) -> int:
    """1 to 12; 0 for what is no month's name."""
    name, names = _folded(name), _month_names()
    if short and name not in names:
        months = {month for known, month in names.items() if known.startswith(name)}
        return months.pop() if len(months) == 1 else 0
    return names.get(name, 0)


@lru_cache(maxsize=1)
def _month_names() -> dict[str, int]:
    """Names of months in all languages, genitives and abbreviations too."""
    names = dict(_BESIDES)
    for forms in (form for tag in _LANGUAGES for form in Locale.parse(tag).months.values()):
        for month, name in (*forms["wide"].items(), *forms["abbreviated"].items()):
            names[_folded(re.split(r"[\s’]", name)[-1].rstrip("."))] = month
    return names


def _folded(name: str) -> str:
    """Without accents; ı, the lower case of I in Turkish, is an i, and ſ an s."""
    plain = unicodedata.normalize("NFKD", name.casefold()).replace("ı", "i")
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _day(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _iso_day(match: re.Match[str]) -> str | None:
    day = _day(*match.groups())
    return day.isoformat() if day else None


def _is_past(day: date) -> bool:
    """Whether it lies between the first newspapers and tomorrow, which is today further east."""
    latest = datetime.now(timezone.utc).date() + timedelta(days=1)
    return day.year >= EARLIEST_YEAR and day <= latest
