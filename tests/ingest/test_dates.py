"""Dates as news writes them; what is not certain is no date."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest.dates import EARLIEST_YEAR, day_of_url, days_of_line, parse_moment

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
MANY = settings(deadline=None, database=None, max_examples=200)
days = st.dates(date(EARLIEST_YEAR, 1, 1), date(2024, 6, 1))


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2023-07-16", "2023-07-16"),
        (" 2023-07-16 ", "2023-07-16"),
        ("20230716", "2023-07-16"),
        ("2023/07/16", "2023-07-16"),
        ("2023.07.16", "2023-07-16"),
        ("2023-07-16T09:10:00+08:00", "2023-07-16T09:10:00+08:00"),
        ("2023-07-16T09:10:00Z", "2023-07-16T09:10:00+00:00"),
        ("2023-07-16T09:10:00.123456Z", "2023-07-16T09:10:00+00:00"),
        ("2023-07-16 09:10:00", "2023-07-16T09:10:00"),
        ("2023-07-16T09:10", "2023-07-16T09:10:00"),
        ("Sun, 16 Jul 2023 09:10:00 GMT", "2023-07-16T09:10:00+00:00"),
        ("Sun, 16 Jul 2023 09:10:00 +0800", "2023-07-16T09:10:00+08:00"),
        ("16 July 2023", "2023-07-16"),
        ("July 16, 2023", "2023-07-16"),
        ("Jul. 16, 2023", "2023-07-16"),
        ("Sunday, July 16, 2023", "2023-07-16"),
        ("16-Jul-2023", "2023-07-16"),
        ("July 16, 2023, 9:10 a.m. EDT", "2023-07-16T09:10:00-04:00"),
        ("16 July 2023 at 21:10 BST", "2023-07-16T21:10:00+01:00"),
        ("9:10 GMT, 16 July 2023", "2023-07-16T09:10:00+00:00"),
        ("16/07/2023", "2023-07-16"),
        ("07/16/2023", "2023-07-16"),
        ("16.07.2023", "2023-07-16"),
        ("3.4.2023", "2023-04-03"),  # with dots the day is first wherever they are used
        ("2023/7/16 15:07:41", "2023-07-16T15:07:41"),
        ("Sun Jul 16 09:10:00 GMT 2023", "2023-07-16T09:10:00+00:00"),
        ("Sun Jul 16 09:10:00 +0200 2023", "2023-07-16T09:10:00+02:00"),
        ("Sun 16 Jul 2023 14.05 BST", "2023-07-16T14:05:00+01:00"),
        ("Sun, Jul 16 2023 08:18:00 PM", "2023-07-16T20:18:00"),
        ("16 July 2023, 12:05 am", "2023-07-16T00:05:00"),
        ("So, 16 Jul 2023 09:10:00 +0200", "2023-07-16T09:10:00+02:00"),
        ("dom, 16 lug 2023 09:10:00 +0200", "2023-07-16T09:10:00+02:00"),
        ("dim., 16 juil. 2023 09:10", "2023-07-16T09:10:00"),
        ("su, 16 hein 2023 09:10:00 +0300", "2023-07-16T09:10:00+03:00"),
        ("16. Juli 2023 um 9.10 Uhr", "2023-07-16T09:10:00"),
        ("16 de julio de 2023, 9:10", "2023-07-16T09:10:00"),
        ("le 16 juillet 2023 à 9h10", "2023-07-16T09:10:00"),
        (
            "Sun Jul 16 2023 09:10:00 GMT+0200 (Central European Summer Time)",
            "2023-07-16T09:10:00+02:00",
        ),
        ("7/7/2023", "2023-07-07"),
        ("29 February 2024", "2024-02-29"),
        ("1689498600", "2023-07-16T09:10:00+00:00"),
        ("1689498600000", "2023-07-16T09:10:00+00:00"),
        ("4 July 1776", "1776-07-04"),
        (20230716, "2023-07-16"),
        (1689498600, "2023-07-16T09:10:00+00:00"),
        (1689498600.75, "2023-07-16T09:10:00+00:00"),
        (1689498600123, "2023-07-16T09:10:00+00:00"),
        (date(2023, 7, 16), "2023-07-16"),
        (datetime(2023, 7, 16, 9, 10), "2023-07-16T09:10:00"),
        (datetime(2023, 7, 16, 9, 10, tzinfo=timezone.utc), "2023-07-16T09:10:00+00:00"),
    ],
)
def test_a_stated_date_is_read(written: object, iso: str) -> None:
    assert parse_moment(written) == iso


@pytest.mark.parametrize(
    "written",
    [
        "03/04/2023", "03-04-2023", "3/4/2023 10:00",  # which is the month?
        "July 2023", "2023-07", "2023", "16 July", "July 16", "July 16 09:10", "09:10",
        "Sunday", "today", "yesterday", "two days ago", "last July",
        "16 July '23", "16 Jul 23", "16/07/23",  # no century
        "2023-02-29", "February 30, 2023", "2023-13-01", "2023-00-10", "99/99/2023",
        "20231345", "2023-07-16T25:00", "16 July 2023 and 17 July 2023", "Updated 16 July 2023",
        "16 jui 2023 09:10",  # June or July
        "", " ", "no date", "—", "16", "-1", "1" * 50, "16 July 2023 " * 10, "a storm of 16 July 2023 cost the isles a pier",
        None, True, False, [], {}, b"2023-07-16", 0, 7, 2023, -5, 999_999, 1e300,
        float("nan"), float("inf"), float("-inf"),
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_certain_date_is_none(written: object) -> None:
    assert parse_moment(written) is None


@pytest.mark.parametrize(
    "written",
    ["0001-01-01", "0001-01-01T00:00:00Z", "1599-12-31", "1066-10-14", date.min, datetime.min],
    ids=repr,
)
def test_a_year_before_newspapers_is_none(written: object) -> None:
    assert parse_moment(written) is None


def test_the_first_year_of_newspapers_is_read() -> None:
    assert parse_moment("1600-01-01") == "1600-01-01"


@pytest.mark.parametrize(
    "written",
    ["2099-06-03", "3 June 2099", "2099-06-03T00:00:00Z", "9999-12-31", datetime.max, date.max,
     4_102_444_800, "4102444800000"],
    ids=repr,
)  # fmt: skip
def test_a_day_in_the_future_is_none(written: object) -> None:
    assert parse_moment(written) is None


def test_tomorrow_is_read_since_it_is_today_further_east() -> None:
    today = datetime.now(timezone.utc).date()
    for day in (today, today + timedelta(days=1)):
        assert parse_moment(day.isoformat()) == day.isoformat()
    assert parse_moment((today + timedelta(days=30)).isoformat()) is None


FORMS = ("%d %B %Y", "%B %d, %Y", "%A %d %B %Y", "%d %b %Y", "%Y-%m-%d", "%Y%m%d", "%Y/%m/%d")


@given(days, st.sampled_from(FORMS))
@MANY
def test_a_day_written_out_is_that_day(day: date, form: str) -> None:
    assert parse_moment(_written(day, form)) == day.isoformat()


@given(days, st.sampled_from(["%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y"]))
@MANY
def test_a_day_in_figures_is_that_day_or_none(day: date, form: str) -> None:
    certain = day.day > 12 or day.day == day.month
    assert parse_moment(_written(day, form)) == (day.isoformat() if certain else None)


@given(st.datetimes(datetime(EARLIEST_YEAR, 1, 2), datetime(2024, 5, 31)), st.integers(-14, 14))
@MANY
def test_a_time_in_iso_8601_is_that_time(moment: datetime, hours: int) -> None:
    assume(moment.date() != date(1970, 1, 1))  # what software writes where it knows no time
    zoned = moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))
    assert parse_moment(zoned.isoformat()) == zoned.isoformat()


ORDERS = (["day", "month", "year"], ["month", "day", "year"], ["year", "month", "day"])


@given(days, st.integers(0, 3), st.sampled_from(ORDERS), st.booleans())
@MANY
def test_a_date_with_a_part_missing_is_none(
    day: date, cut: int, order: list[str], comma: bool
) -> None:
    parts = {"day": str(day.day), "month": MONTHS[day.month - 1], "year": f"{day.year}"}
    words = [parts[name] for name in order]
    read = parse_moment((", " if comma else " ").join(words[:cut] + words[cut + 1 :]))
    assert read == (day.isoformat() if cut == 3 else None)


_WORDS = """2023 1999 0 7 16 31 12 July Feb 9:10 a.m. GMT UTC T Z of at - / . , st th
Updated now""".split()


@given(st.lists(st.sampled_from(_WORDS), max_size=7))
@settings(MANY, max_examples=400)
def test_any_words_of_dates_give_no_day_that_they_do_not_state(words: list[str]) -> None:
    assume(sum(word.isdigit() or word in ("July", "Feb") for word in words) <= 3)
    read = parse_moment(text := " ".join(words))
    if read is not None:
        day = date.fromisoformat(read[:10])
        assert str(day.year) in words
        assert str(day.day) in words or f"{day.day:02d}" in words, text
        assert str(day.month) in words or MONTHS[day.month - 1][:3] in text


_ANY = st.text(st.characters(exclude_categories=["No"]), max_size=40)


@given(_ANY, st.sampled_from(["2023-07-16", "16 July 2023", "20230716"]), _ANY)
@MANY
def test_any_text_gives_a_moment_or_none(before: str, date_text: str, after: str) -> None:
    for text in (before, after, before + date_text, date_text + after, before + date_text + after):
        _is_moment_or_none(parse_moment(text))


@given(
    st.one_of(
        st.none(), st.booleans(), st.floats(), st.integers(-(10**20), 10**20), st.binary(),
        st.dates(), st.datetimes(), st.lists(st.integers(), max_size=3),
    )
)  # fmt: skip
@MANY
def test_any_value_gives_a_moment_or_none(value: object) -> None:
    _is_moment_or_none(parse_moment(value))


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://pier.example/2023/07/16/harbour", "2023-07-16"),
        ("https://pier.example/world/2023-07-16/harbour", "2023-07-16"),
        ("https://pier.example/2023-07-16-harbour", "2023-07-16"),
        ("https://pier.example/2023/7/6/harbour", "2023-07-06"),
        ("https://pier.example/2023/07/16", "2023-07-16"),
        ("https://pier.example/2023/13/16/harbour", None),
        ("https://pier.example/2023/07/harbour", None),
        ("https://pier.example/harbour-20230716", None),
        ("https://pier.example/12023/07/16/harbour", None),
        ("", None),
    ],
)
def test_an_address_may_hold_a_day(url: str, day: str | None) -> None:
    assert day_of_url(url) == day


def _is_moment_or_none(read: str | None) -> None:
    if read is not None:
        moment = datetime.fromisoformat(read)
        assert EARLIEST_YEAR <= moment.year <= datetime.now(timezone.utc).year + 1


def _written(day: date, form: str) -> str:
    """As strftime, but with a year of four figures on every platform."""
    pairs = {"%Y": f"{day.year:04d}", "%m": f"{day.month:02d}", "%d": f"{day.day:02d}",
             "%B": MONTHS[day.month - 1], "%b": MONTHS[day.month - 1][:3],
             "%A": day.strftime("%A")}  # fmt: skip
    for mark, value in pairs.items():
        form = form.replace(mark, value)
    return form


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Published 3 Sept. 2023, updated 4 Sept. 2023", ("2023-09-03", "2023-09-04", "Published updated")),
        ("3 September 2023 at 14:05 by Ann Bay", ("2023-09-03T14:05:00", None, "at by Ann Bay")),
        ("14:05 BST, 3 September 2023 | Ann Bay", ("2023-09-03T14:05:00+01:00", None, ", Ann Bay")),
        ("Updated 3 September 2023", (None, "2023-09-03", "Updated")),
        ("Updated 3 Sept. 2023, 9 a.m.; first published 1 Sept. 2023", ("2023-09-01", "2023-09-03T09:00:00", "Updated first published")),
        ("By Ann Bay", (None, None, "By Ann Bay")),
        ("3 September 2099", (None, None, "")),
        ("", (None, None, "")),
    ],
)  # fmt: skip
def test_a_line_states_publication_update_and_the_rest(
    line: str, said: tuple[str | None, str | None, str]
) -> None:
    assert days_of_line(line) == said


@given(
    st.lists(st.sampled_from([*_WORDS, "3 July 2021", "updated", "9.10", "|", "By Ann Bay"])).map(
        " ".join
    )
)
@MANY
def test_any_line_states_days_or_none(line: str) -> None:
    published, updated, rest = days_of_line(line)
    _is_moment_or_none(published)
    _is_moment_or_none(updated)
    assert len(rest) <= len(line) + 9
