"""One range for all the times of a question; what is long past is background."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.times.periods import Period, find_periods, hull, near

WED = datetime(2023, 7, 19, 12, tzinfo=timezone.utc)
TOKYO = datetime(2023, 7, 20, 3, tzinfo=timezone(timedelta(hours=9)))


def period_of(text: str, now: datetime) -> Period | None:
    return hull(near(find_periods(text, now), now))


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("Between the report on 3 May 2022 and the one on 7 June 2022?", "2022-05-03", "2022-06-07"),
        ("Who fell on 7 June 2022, and who on 3 May 2022?", "2022-05-03", "2022-06-07"),
        ("Who left since March and who on 3 January?", "2023-01-03", None),
        ("Who left before 2022 and who in 2023?", None, "2023-12-31"),
        ("Who left yesterday, and in the past 6 hours?", "2023-07-18", "2023-07-19"),
        ("Who sang in 1974 and who in 1981?", "1974-01-01", "1981-12-31"),  # all of it is long ago
    ],
)  # fmt: skip
def test_one_range_covers_all_phrases(question: str, since: str | None, until: str | None) -> None:
    period = period_of(question, WED)
    assert period is not None
    assert (period.since, period.until) == (since, until)
    assert period.words == " … ".join(each.words for each in find_periods(question, WED))


@pytest.mark.parametrize(
    ("question", "since", "until", "words"),
    [
        ("Who was found last week, having vanished in 1974?", "2023-07-10", "2023-07-16", "last week"),
        ("Who left before 2020 and who in 2021?", "2021-01-01", "2021-12-31", "in 2021"),
        ("Who ruled before 2020 and who after 2021?", "2022-01-01", None, "after 2021"),
        ("Who fled since March, unlike in 2015?", "2023-03-01", None, "since March"),
        ("Who fell on 18 July 2021, and who on 17 July 2023?", "2023-07-17", "2023-07-17", "on 17 July 2023"),
        ("Who fell on 19 July 2021, and who on 17 July 2023?", "2021-07-19", "2023-07-17", "on 19 July 2021 … on 17 July 2023"),
    ],
)  # fmt: skip
def test_what_ended_more_than_two_years_ago_does_not_count_beside_what_did_not(
    question: str, since: str | None, until: str | None, words: str
) -> None:
    period = period_of(question, WED)
    assert period is not None
    assert (period.since, period.until, period.words) == (since, until, words)
    assert question[period.start : period.end].startswith(words.split(" … ")[0])


def test_ranges_open_at_both_ends_together_are_none() -> None:
    assert period_of("Who ruled before 2023 and who after 2022?", WED) is None
    assert period_of("Who ruled?", WED) is None
    assert hull([]) is None


def test_two_years_are_counted_in_the_zone_of_the_question() -> None:
    question = "Who fell on 19 July 2021, and who on 17 July 2023?"
    asked_in_utc, asked_in_tokyo = period_of(question, WED), period_of(question, TOKYO)
    assert asked_in_utc and asked_in_utc.since == "2021-07-19"
    assert asked_in_tokyo and asked_in_tokyo.since == "2023-07-17"


def test_the_range_spans_the_words_from_the_first_to_the_last() -> None:
    question = "Who left after 3 May and who came on 7 June?"
    period = period_of(question, WED)
    assert period and question[period.start : period.end] == "after 3 May and who came on 7 June"


_DAYS = st.dates(min_value=datetime(1990, 1, 1).date(), max_value=WED.date())


@st.composite
def some_periods(draw: st.DrawFn) -> list[Period]:
    found = []
    for at in range(draw(st.integers(1, 5))):
        first, last = sorted([draw(_DAYS), draw(_DAYS)])
        ends = [first.isoformat(), last.isoformat()]
        hidden = draw(st.sampled_from([None, 0, 1]))
        since, until = (None if i == hidden else end for i, end in enumerate(ends))
        found.append(Period(since, until, f"p{at}", at * 10, at * 10 + 2))
    return found


@given(some_periods())
def test_the_hull_holds_every_period(periods: list[Period]) -> None:
    whole = hull(periods)
    starts, ends = [each.since for each in periods], [each.until for each in periods]
    if None in starts and None in ends:
        first = max(filter(None, starts), default="9")
        assert (whole is None) == (first > min(filter(None, ends), default=""))
        return
    assert whole is not None
    assert whole.since == (None if None in starts else min(filter(None, starts)))
    assert whole.until == (None if None in ends else max(filter(None, ends)))


@given(some_periods())
def test_near_leaves_out_only_what_is_far_and_never_everything(periods: list[Period]) -> None:
    kept = near(periods, WED)
    limit = (WED - timedelta(days=730)).date().isoformat()
    recent = [each for each in periods if each.until is None or each.until >= limit]
    assert list(kept) == (recent or periods)
