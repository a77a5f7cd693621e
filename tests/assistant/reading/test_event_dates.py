from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.read.timeline import Dated, event_date
from ingest.article import Moment

TUESDAY = date(2023, 2, 7)
EVENT = Dated("2023-01-20", said=False)  # of the sentence before


def day_of(text: str, published: date | None = TUESDAY, before: Dated | None = None) -> str | None:
    found = event_date(text, published, before)
    return found.iso if found else None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("It fell on 5 February 2022.", "2022-02-05"),
        ("It fell on 5th February, 2022.", "2022-02-05"),
        ("It fell on the 5th of February 2022.", "2022-02-05"),
        ("It fell on February 5, 2022.", "2022-02-05"),
        ("It fell on February 5th 2022.", "2022-02-05"),
        ("It fell on Feb. 5, 2022.", "2022-02-05"),
        ("It fell on Sept. 5, 2022.", "2022-09-05"),
        ("It fell on 5 Feb 2022.", "2022-02-05"),
        ("It fell on 5 February last year.", "2022-02-05"),
        ("It fell on 5 February.", "2023-02-05"),
        ("It fell on February 5.", "2023-02-05"),
        ("It burned between 3 and 5 February.", "2023-02-03"),
        ("It fell on the night of 3-4 February.", "2023-02-03"),
        ("It burned on February 3-5.", "2023-02-03"),
        ("It fell in February 2021.", "2021-02"),
        ("It fell in January.", "2023-01"),
        ("It fell last December.", "2022-12"),
        ("It has stood since October.", "2022-10"),
        ("It fell in late January.", "2023-01"),
        ("It fell at the end of January.", "2023-01"),
        ("It fell in January last year.", "2022-01"),
        ("It fell in 2019.", "2019"),
        ("It fell in early 2019.", "2019"),
        ("It has stood since 1999.", "1999"),
        ("It fell on New Year's Eve.", "2022-12-31"),
        ("It fell on New Year’s Day.", "2023-01-01"),
        ("It fell yesterday.", "2023-02-06"),
        ("It fell overnight.", "2023-02-06"),
        ("It fell the day before yesterday.", "2023-02-05"),
        ("It fell today.", "2023-02-07"),
        ("It fell two days ago.", "2023-02-05"),
        ("It fell a week ago.", "2023-01-31"),
        ("It fell 3 weeks ago.", "2023-01-17"),
        ("It fell two months ago.", "2022-12"),
        ("It fell three years ago.", "2020"),
        ("It fell last month.", "2023-01"),
        ("It fell last year.", "2022"),
        ("It fell earlier this month.", "2023-02"),
        ("It fell earlier this year.", "2023"),
        ("It fell last week.", None),
        ("It fell.", None),
        ("", None),
    ],
)
def test_the_ways_to_say_when(text: str, iso: str | None) -> None:
    assert day_of(text) == iso


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_by_name_and_by_abbreviation(month: int) -> None:
    name = date(2020, month, 1).strftime("%B")
    for said in (name, name[:3], f"{name[:3]}."):
        assert day_of(f"It fell on {said} 5, 2020.") == f"2020-{month:02}-05"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("It fell on Monday.", "2023-02-06"),
        ("It fell on Sunday night.", "2023-02-05"),
        ("It fell on Wednesday.", "2023-02-01"),
        ("It fell on Tuesday.", "2023-02-07"),
        ("It fell last Tuesday.", "2023-01-31"),
        ("It fell last Sunday.", "2023-02-05"),
        ("It fell on Wednesday last week.", "2023-02-01"),
        ("It fell on Monday last week.", "2023-01-30"),
        ("It fell on Monday of last week.", "2023-01-30"),
        ("The Sunday Times wrote of the fall.", None),
        ("The Black Friday fall is known.", None),
        ("It falls on Sundays.", None),
        ("It falls every Sunday.", None),
    ],
)
def test_a_weekday_is_the_last_one_before_the_report(text: str, iso: str | None) -> None:
    assert day_of(text) == iso


@pytest.mark.parametrize(
    ("published", "iso"),
    [
        ("2023-02-07T00:30:00+09:00", "2023-02-06"),  # still Monday in UTC
        ("2023-02-06T23:30:00-08:00", "2023-02-06"),  # Tuesday in UTC
        ("2023-02-07T00:30:00-08:00", "2023-02-06"),
    ],
)
def test_a_weekday_counts_from_the_day_in_the_zone_of_the_report(published: str, iso: str) -> None:
    assert day_of("It fell on Monday.", Moment(published, "metadata").day) == iso


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Two days later it fell.", "2023-01-22"),
        ("It fell a week later.", "2023-01-27"),
        ("It fell three days after that.", "2023-01-23"),
        ("It had left three days earlier.", "2023-01-17"),
        ("It had left two weeks before.", "2023-01-06"),
        ("It fell a month later.", "2023-02"),
        ("The same day it fell.", "2023-01-20"),
        ("The same day, 25 January, it fell.", "2023-01-25"),
        ("The next day it fell.", "2023-01-21"),
        ("The following day it fell.", "2023-01-21"),
        ("It had left the day before.", "2023-01-19"),
        ("It had left the previous day.", "2023-01-19"),
        ("It fell two days ago.", "2023-02-05"),  # from the report all the same
        ("It had left two days before that.", "2023-01-18"),
        ("It had left two days before the storm.", None),  # whenever that was
    ],
)
def test_days_later_count_from_what_was_told_before(text: str, iso: str | None) -> None:
    assert day_of(text, before=EVENT) == iso


@pytest.mark.parametrize("before", [None, Dated("2023-01", False), Dated("2023", False)])
def test_nothing_is_later_than_no_day(before: Dated | None) -> None:
    assert day_of("Two days later it fell.", before=before) is None


@pytest.mark.parametrize(
    ("text", "published", "iso"),
    [
        ("It fell on 30 December.", date(2023, 1, 2), "2022-12-30"),
        ("It fell on Dec. 30.", date(2023, 1, 2), "2022-12-30"),
        ("It fell in December.", date(2023, 1, 2), "2022-12"),
        ("It fell last month.", date(2023, 1, 2), "2022-12"),
        ("It fell on Saturday.", date(2023, 1, 2), "2022-12-31"),
        ("It fell yesterday.", date(2023, 1, 1), "2022-12-31"),
        ("It fell on 3 January.", date(2023, 1, 3), "2023-01-03"),
        ("It fell in August.", date(2023, 2, 7), "2022-08"),
        ("They applied in May.", date(2023, 4, 4), "2022-05"),
        ("It fell on 5 August.", date(2023, 2, 7), "2022-08-05"),
    ],
)
def test_over_the_new_year(text: str, published: date, iso: str) -> None:
    assert day_of(text, published) == iso


@pytest.mark.parametrize(
    "text",
    [
        "The vote will be held on Sunday.",
        "The vote is due on 9 February.",
        "The vote is scheduled for 6 February.",
        "The vote is planned for Monday.",
        "He is expected on Friday.",
        "They would meet on Friday.",
        "It opens next Sunday.",
        "All must be gone by Friday.",
        "It is shut until Friday.",
        "It takes effect on 1 March.",
        "It ends on Friday.",
        "They meet again on 1 March.",
        "They meet again in March.",
        "They meet on 12 February.",
        "They meet in February 2024.",
        "They expect guests again in May.",
        "She intends to see the port on 9 March.",
    ],
)
def test_what_is_to_come_is_no_event(text: str) -> None:
    assert day_of(text) is None


@pytest.mark.parametrize(
    ("text", "iso", "said"),
    [
        ("The crew lost contact on Sunday, the coast guard said on Tuesday.", "2023-02-05", False),
        ("The coast guard said on Monday that the crew lost contact on Sunday.", "2023-02-05", False),
        ("“It fell on Sunday,” she told reporters on Monday.", "2023-02-05", False),
        ("It had fallen by then, the mayor said on Monday.", "2023-02-06", True),
        ("According to police on Monday, it fell.", "2023-02-06", True),
        ("The firm announced on 3 February that it was bankrupt.", "2023-02-03", True),
        ("“It may fall,” the mayor said on Sunday; it fell on Monday.", "2023-02-06", False),
        ("The mayor said the tower fell.", None, None),
    ],
)  # fmt: skip
def test_the_day_of_the_event_and_not_of_who_said_so(
    text: str, iso: str | None, said: bool | None
) -> None:
    found = event_date(text, TUESDAY)
    assert (found.iso if found else None, found.said if found else None) == (iso, said)


@pytest.mark.parametrize(
    ("text", "published", "iso"),
    [
        ("It fell on 29 February 2024.", date(2024, 3, 1), "2024-02-29"),
        ("It fell on 29 February.", date(2024, 3, 1), "2024-02-29"),
        ("It fell yesterday.", date(2024, 3, 1), "2024-02-29"),
        ("It fell on 29 February.", date(2023, 3, 1), None),
        ("It fell on 30 February 2024.", date(2024, 3, 1), None),
        ("It fell on 31 April 2022.", TUESDAY, None),
        ("It fell on 0 April 2022.", TUESDAY, None),
        ("It fell yesterday.", date.min, None),
        ("It fell two days ago.", date.min, None),
        ("It fell 10 years ago.", date.min, None),
        ("It fell last year.", date.min, None),
        ("It fell last month.", date.min, None),
        ("It fell in March 0000.", TUESDAY, None),
        ("It fell on Sunday.", date.max, "9999-12-26"),
        ("It fell on 5 January.", date.max, "9999-01-05"),
        ("It fell on auguſt 5, 2022.", TUESDAY, "2022-08-05"),
        ("It fell sİx days ago.", TUESDAY, None),
        ("It fell on 5 May last year.", None, None),
        ("It fell on Sunday.", None, None),
        ("It fell on 5 May 2021.", None, "2021-05-05"),
    ],
)
def test_days_that_are_not_there(text: str, published: date | None, iso: str | None) -> None:
    assert day_of(text, published) == iso


def test_an_update_may_tell_of_later_days() -> None:
    text = "It fell on 9 February."
    assert event_date(text, TUESDAY) is None
    assert event_date(text, TUESDAY, known=date(2023, 2, 10)) == Dated("2023-02-09", said=False)


def test_the_first_day_of_a_month_and_a_year() -> None:
    assert [Dated(iso, False).first for iso in ("2023", "2023-09", "2023-09-10")] == [
        date(2023, 1, 1), date(2023, 9, 1), date(2023, 9, 10),
    ]  # fmt: skip


WORDS = st.lists(
    st.sampled_from(
        "on in last since 5 31 5th of February Feb. Sept. May 2023 0000 9999 Sunday Monday two 12"
        " days day weeks years ago later earlier before after that the same next yesterday today"
        " week month year this said will , 3-5 to and New Year's Eve late auguſt aprİl sİx"
        " ſunday".split()
    )
).map(" ".join)
DAYS = st.dates() | st.sampled_from([date.min, date.max, date(2024, 2, 29), date(2023, 1, 1)])
BEFORE = st.none() | st.builds(
    Dated, DAYS.map(date.isoformat) | st.sampled_from(["2023", "2023-01"]), st.booleans()
)


@given(st.text() | WORDS, st.none() | DAYS, BEFORE, st.none() | DAYS)
@example("last year", date.min, None, None)
@example("two years later", date.max, Dated("9999-12-31", False), None)
def test_no_text_gives_a_day_after_what_the_report_knows(
    text: str, published: date | None, before: Dated | None, known: date | None
) -> None:
    found = event_date(text, published, before, known)
    if found:
        assert len(found.iso) in (4, 7, 10)
        assert found.first.isoformat().startswith(found.iso)
        last = known or published
        assert last is None or found.first <= last


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.integers(0, 6))
def test_a_weekday_lies_in_the_week_up_to_the_report(published: date, weekday: int) -> None:
    name = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()[weekday]
    found = event_date(f"It fell on {name}.", published)
    assert found is not None
    assert found.first.weekday() == weekday
    assert 0 <= (published - found.first).days < 7
