"""Days written out in running text, in the languages of the papers we have seen."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone

from ingest.dates import EARLIEST_YEAR

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
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag"
    r"|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b,?",
    re.IGNORECASE,
)
_SLASHED = re.compile(rf"{_DAY}[/-](?P<month>\d{{1,2}})[/-]{_YEAR}")
_NOBODY_DAY_FIRST = ("en", "")  # English papers differ, and a page without a language is unknown


def written_day(text: str, language: str = "", now: datetime | None = None) -> str | None:
    """The first day that `text` writes out with its year, as an ISO day; None where there is none.

    Args:
        text: such as "Posted on 18 November 2019 at 9:30" or "18.11.2019".
        language: of the page, such as "de-DE": "03/04/2023" is certain only outside English.
        now: nothing later than tomorrow counts; default: the present.
    """
    found = [match for pattern in _WRITTEN if (match := pattern.search(text))]
    match = min(found, key=lambda match: match.start(), default=None) or _slashed(text, language)
    return _iso(match.groupdict(), now) if match else None


def without_dates(text: str) -> str:
    """`text` without the dates in it, with or without a year, and without weekdays."""
    for pattern in (*_WRITTEN, _YEARLESS, _WEEKDAY):
        text = pattern.sub(" ", text)
    return " ".join(text.split())


def _month(name: str) -> int:
    """The number of a month; 0, which is none, for a spelling that only looks like its name."""
    turkish = name.replace("I", "ı").replace("İ", "i")  # the lower case of I is ı in Turkish only
    name = unicodedata.normalize("NFKC", name)  # ſ is an s
    return _MONTH_OF.get(name.lower()) or _MONTH_OF.get(turkish.lower()) or 0


def _slashed(text: str, language: str) -> re.Match[str] | None:
    match = _SLASHED.search(text)
    if match is None:
        return None
    day_first = re.split(r"[-_]", language.lower())[0] not in _NOBODY_DAY_FIRST
    return match if day_first or int(match["day"]) > 12 or match["day"] == match["month"] else None  # noqa: PLR2004


def _iso(parts: dict[str, str | None], now: datetime | None) -> str | None:
    year = int(parts.get("year") or f"20{parts.get('short')}")
    name = parts.get("name")
    month = _month(name) if name else int(parts.get("month") or 0)
    try:
        day = date(year, month, int(parts.get("day") or 0))
    except ValueError:
        return None
    latest = (now or datetime.now(timezone.utc)).date() + timedelta(days=1)
    return day.isoformat() if day.year >= EARLIEST_YEAR and day <= latest else None
