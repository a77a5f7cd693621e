"""Dates as news writes them, in fields and in running text, in the languages of the papers we have
seen. What cannot be read with certainty is no date.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from datetime import date, datetime, timedelta, timezone

from dateutil import parser

from ingest.vocabulary import SHORT_MONTH, WEEKDAY

EARLIEST_YEAR = 1600  # the first newspapers
_ISO_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_COMPACT_DAY = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_SLASHED = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]|$)")
_MONTH_NAME = re.compile(rf"\b(?:{SHORT_MONTH})[a-z]*\b", re.I)
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


def _parse(value: object) -> str | None:  # noqa: PLR0911  one return for each way to state a date
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and (match := _COMPACT_DAY.match(str(value))):
        return _day(*match.groups())
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_epoch(float(value)) if abs(value) < _LARGEST else None
    if not isinstance(value, str):
        return None
    text = _OFFSET.sub("", _ZONE_NAME.sub("", value.strip()[:_LONGEST]))
    if match := _ISO_DAY.match(text) or _COMPACT_DAY.match(text):
        return _day(*match.groups())
    if text.isascii() and text.isdigit():
        return _from_epoch(float(text)) if len(text) in (10, 13) else None
    # The order of day and month is plain: a month's name, ISO, or a number above 12.
    plain = bool(_MONTH_NAME.search(text) or _ISO_TIME.match(text))
    if match := _SLASHED.match(text):
        plain = plain or int(match[1]) > 12 or int(match[2]) > 12 or match[1] == match[2]  # noqa: PLR2004
    return _from_written(text) if plain and len(text) <= 60 else None  # noqa: PLR2004


def _from_epoch(value: float) -> str | None:
    seconds = value / 1000 if abs(value) > _MILLISECONDS else value
    if abs(seconds) < 10_000_000:  # noqa: PLR2004  a small number is a year, a day or an id, no epoch
        return None
    try:
        return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return None


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
    # The parser also counts weekdays on: year and day must stand in the text.
    year = f"{one.year:04d}"
    rest = text.replace(year, " ", 1)
    if one != two or year not in text or not re.search(rf"(?<!\d)0?{one.day}(?!\d)", rest):
        return None
    return one.isoformat(timespec="seconds") if _HAS_TIME.search(text) else one.date().isoformat()


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


# Month names as they stand in datelines and bylines, genitives and abbreviations too, from the
# Unicode CLDR (https://cldr.unicode.org): en de fr es it pt nl sv da/nb pl cs ru uk tr fi hu ro ca.
_MONTHS = (
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari januára stycznia "
    "sty ledna января янв січня ocak tammikuuta január ianuarie gener",
    "february feb februar febr feber février févr febrero febbraio fevereiro fev februari lutego "
    "lut února февраля фев лютого şubat helmikuuta február februarie febrer",
    "march mar märz mrz mars marzo março maart mrt marts marca března марта мар березня mart "
    "maaliskuuta március martie març",
    "april apr avril abril abr aprile april kwietnia kwi dubna апреля апр квітня nisan huhtikuuta "
    "április aprilie",
    "may mai mayo maggio mag maio mei maj maja května мая травня mayıs toukokuuta május maig",
    "june jun juni juin junio giugno giu junho czerwca cze června июня июн червня haziran "
    "kesäkuuta június iunie juny",
    "july jul juli juillet juil julio luglio lug julho lipca lip července июля июл липня temmuz "
    "heinäkuuta július iulie juliol",
    "august aug août agosto ago augustus augusti sierpnia sie srpna августа авг серпня ağustos "
    "elokuuta augusztus agost",
    "september sep sept septembre septiembre settembre set setembro wrzesnia września wrz září "
    "сентября сен вересня eylül syyskuuta szeptember septembrie setembre",
    "october oct oktober okt octobre octubre ottobre ott outubro out października paź října "
    "октября окт жовтня ekim lokakuuta október octombrie",
    "november nov novembre noviembre novembro listopada lis listopadu ноября ноя листопада kasım "
    "marraskuuta noiembrie",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro desember des grudnia "
    "gru prosince декабря дек грудня aralık joulukuuta decembrie desembre",
)
_MONTH_OF = {name: i for i, names in enumerate(_MONTHS, start=1) for name in names.split()}
_NAME = "|".join(sorted(map(re.escape, _MONTH_OF), key=len, reverse=True))
_YEAR = r"(?P<year>(?:1[6-9]|20)\d\d)(?!\d)"
_DAY = r"(?<![\d.:])(?P<day>\d{1,2})"
_WRITTEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\d){_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?![\d])",
        rf"(?<!\d){_YEAR}\s*[年년]\s*(?P<month>\d{{1,2}})\s*[月월]\s*(?P<day>\d{{1,2}})\s*[日일]",
        rf"{_DAY}(?:st|nd|rd|th|er|[.º°])?\s*[-/,]?\s*(?:of\s+|de\s+|d['’])?"
        rf"(?P<name>{_NAME})\b\.?,?\s*[-/]?\s*(?:de[l]?\s+)?{_YEAR}",
        rf"\b(?P<name>{_NAME})\b\.?\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}",
        rf"(?<!\d){_YEAR}\.\s+(?P<name>{_NAME})\s+{_DAY}",
        rf"{_DAY}\.\s?(?P<month>\d{{1,2}})\.\s?{_YEAR}",
        rf"{_DAY}\.(?P<month>\d{{1,2}})\.(?P<short>\d\d)(?![\d.])",
    )
)
_YEARLESS = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?\.?\s+(?:{_NAME})\b\.?|\b(?:{_NAME})\b\.?\s+\d{{1,2}}\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    rf"\b(?:{WEEKDAY}|montag|dienstag|mittwoch|donnerstag|freitag"
    r"|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b,?",
    re.IGNORECASE,
)
_SLASHED_IN_PROSE = re.compile(rf"{_DAY}[/-](?P<month>\d{{1,2}})[/-]{_YEAR}")
_NOBODY_DAY_FIRST = ("en", "")  # English papers differ, and a page without a language is unknown


def written_day(text: str, language: str = "", now: datetime | None = None) -> str | None:
    """The first day that `text` writes out with its year, as an ISO day; None where there is none.

    Args:
        text: such as "Posted on 18 November 2019 at 9:30" or "18.11.2019".
        language: of the page, such as "de-DE": "03/04/2023" is certain only outside English.
        now: nothing later than tomorrow counts; default: the present.
    """
    found = [match for pattern in _WRITTEN if (match := pattern.search(text))]
    match = min(found, key=lambda match: match.start(), default=None)
    if match is None and (slashed := _SLASHED_IN_PROSE.search(text)):
        day_first = re.split(r"[-_]", language.lower())[0] not in _NOBODY_DAY_FIRST
        plain = int(slashed["day"]) > 12 or slashed["day"] == slashed["month"]  # noqa: PLR2004
        match = slashed if day_first or plain else None
    if match is None:
        return None
    parts = match.groupdict()
    year = int(parts.get("year") or f"20{parts.get('short')}")
    month = int(parts.get("month") or 0)
    if name := parts.get("name"):
        turkish = name.replace("I", "ı").replace("İ", "i")  # the lower case of I is ı in Turkish
        plain_name = unicodedata.normalize("NFKC", name)  # ſ is an s
        # 0, which is none, for a spelling that only looks like a month's name.
        month = _MONTH_OF.get(plain_name.lower()) or _MONTH_OF.get(turkish.lower()) or 0
    try:
        day = date(year, month, int(parts.get("day") or 0))
    except ValueError:
        return None
    latest = (now or datetime.now(timezone.utc)).date() + timedelta(days=1)
    return day.isoformat() if day.year >= EARLIEST_YEAR and day <= latest else None


def without_dates(text: str) -> str:
    """`text` without the dates in it, with or without a year, and without weekdays."""
    for pattern in (*_WRITTEN, _YEARLESS, _WEEKDAY):
        text = pattern.sub(" ", text)
    return " ".join(text.split())
