"""Time ranges, as-of moments and publishers; the same for one article and in the word index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.archive.archive import Archive
from ingest.archive.catalog import ChunkRow
from ingest.archive.filters import DAY, Filters, make_filters, moment_of, outlet_key
from ingest.archive.word_index import BM25, LexicalIndex
from ingest.article import Article, epoch_of
from ingest.errors import SettingError
from tests.archives import chunk

MANY = settings(deadline=None, database=None)
bounds = st.one_of(
    st.none(),
    st.dates(date(1600, 1, 1), date(2200, 1, 1)).map(str),
    st.datetimes(
        datetime(1600, 1, 2), datetime(2200, 1, 1), timezones=st.sampled_from([timezone.utc])
    ).map(lambda moment: moment.isoformat(timespec="seconds")),
)
publishers = st.lists(st.text(st.characters(categories=["L"]), min_size=1), max_size=3).map(tuple)


def admits(
    filters: Filters,
    published_at: int | None,
    outlets: frozenset[str],
    changed_at: int | None = None,
) -> bool:
    """What the index is to admit, in plain words."""
    wanted, left = ({*map(outlet_key, names)} for names in (filters.publishers, filters.without))
    if (wanted and not wanted & outlets) or left & outlets:
        return False
    known = filters.known_until
    if known is not None and changed_at is not None and changed_at >= known:
        return False
    if not filters.timed:
        return True
    if published_at is None or (filters.lower is not None and published_at < filters.lower):
        return False
    return filters.upper is None or published_at < filters.upper


@given(bounds, bounds, bounds, publishers)
@MANY
def test_filters_made_of_filters_are_the_same(
    since: str | None, until: str | None, as_of: str | None, names: tuple[str, ...]
) -> None:
    try:
        once = make_filters(since, until, as_of, names)
    except SettingError:
        return
    assert once == Filters(since, until, as_of, names)
    assert make_filters(once.since, once.until, once.as_of, once.publishers) == once


@given(bounds, bounds, bounds)
@example(None, None, "1969-12-31")  # ends at 0
@MANY
def test_a_range_is_refused_just_when_nothing_can_be_in_it(
    since: str | None, until: str | None, as_of: str | None
) -> None:
    raw = Filters(since, until, as_of)
    empty = raw.lower is not None and raw.upper is not None and raw.lower >= raw.upper
    if empty:
        with pytest.raises(SettingError, match="empty"):
            make_filters(since, until, as_of)
    else:
        filters = make_filters(since, until, as_of)
        some = filters.lower
        if some is None:
            some = 0 if filters.upper is None else filters.upper - 1
        assert admits(filters, some, frozenset())


@pytest.mark.parametrize(
    ("given_as", "bound"),
    [
        ("2023-07-16", "2023-07-16"),
        (" 2023-07-16 ", "2023-07-16"),
        (date(2023, 7, 16), "2023-07-16"),
        (datetime(2023, 7, 16, 9, 10), "2023-07-16T09:10:00"),
        ("2023-07-16T09:10", "2023-07-16T09:10:00+00:00"),
        ("2023-07-16T09:10:00Z", "2023-07-16T09:10:00+00:00"),
        ("2023-07-16T09:10:00+08:00", "2023-07-16T09:10:00+08:00"),
        ("", None),
        (None, None),
    ],
)
def test_a_bound_is_given_as_a_day_or_a_time(
    given_as: str | date | None, bound: str | None
) -> None:
    filters = make_filters(given_as, given_as, given_as)
    assert (filters.since, filters.until, filters.as_of) == (bound, bound, bound)


@pytest.mark.parametrize(
    "value",
    ["yesterday", "2023", "2023-07", "16 July 2023", "16/07/2023", "2023-02-30", "2023-13-01",
     "20230716", "2023-07-16T25:00", " ", "٢٠٢٣-٠٧-١٦", "x" * 500],
)  # fmt: skip
@pytest.mark.parametrize("name", ["since", "until", "as_of"])
def test_a_bound_that_cannot_be_read_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingError) as caught:
        make_filters(**{name: value})  # type: ignore[arg-type]
    message = str(caught.value)
    assert name.replace("_", "-") in message
    assert "2023-07-16" in message
    assert len(message) < 200


def test_an_empty_range_is_refused_with_both_its_ends() -> None:
    with pytest.raises(SettingError, match=r"2023-07-16.*2023-07-01"):
        make_filters("2023-07-16", "2023-07-01")


def test_a_range_of_one_day_is_that_day() -> None:
    filters = make_filters("2023-07-16", "2023-07-16")
    start = epoch_of("2023-07-16")
    assert not admits(filters, start - 1, frozenset())
    assert admits(filters, start, frozenset())
    assert admits(filters, start + DAY - 1, frozenset())
    assert not admits(filters, start + DAY, frozenset())


def test_a_time_includes_its_own_second() -> None:
    filters = make_filters(until="2023-07-16T09:10:00Z")
    assert admits(filters, epoch_of("2023-07-16T09:10:00Z"), frozenset())
    assert not admits(filters, epoch_of("2023-07-16T09:10:01Z"), frozenset())


def test_as_of_and_until_both_end_the_range() -> None:
    assert make_filters(until="2023-07-16", as_of="2023-07-10").upper == epoch_of("2023-07-11")
    assert make_filters(until="2023-07-10", as_of="2023-07-16").upper == epoch_of("2023-07-11")


def test_without_bounds_everything_is_admitted() -> None:
    filters = make_filters(publishers=("", " "))
    assert filters == Filters()
    assert admits(filters, None, frozenset()) and admits(filters, 0, frozenset({"x"}))
    assert not filters.timed


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("The Pier Gazette", "piergazette"),
        ("Pier Gazette", "piergazette"),
        ("pier gazette's", "piergazette"),
        ("PIER-GAZETTE", "piergazette"),
        ("piergazette.example", "piergazetteexample"),
        (" Pier  Gazette ", "piergazette"),
        ("Straße", "strasse"),
        ("港新聞", "港新聞"),
        ("The", "the"),
        ("!!!", "!!!"),
    ],
)
def test_an_outlet_is_the_same_however_it_is_written(name: str, key: str) -> None:
    assert outlet_key(name) == key


@given(st.text(min_size=1))
@MANY
def test_every_outlet_has_a_key(name: str) -> None:
    assert outlet_key(name)


ARTICLES = [
    ("Gazette early", "2023-07-01", "Pier Gazette", None),
    ("Gazette late", "2023-07-31T23:59:59+00:00", "The Pier Gazette", None),
    ("Gazette zone", "2023-08-01T01:00:00+02:00", "Pier Gazette", "Harbour Wire"),
    ("Post", "2023-07-16T12:00:00+00:00", "Tide Post", "Harbour Wire"),
    ("Post old", "1912-04-16", "Tide Post", None),
    ("Wire", "2023-07-16", None, "Harbour Wire"),
    ("Undated", None, "Pier Gazette", None),
    ("Nobody", None, None, None),
]
FILTERS = [
    Filters(),
    Filters(since="2023-07-16"),
    Filters(since="1900-01-01", until="1950-01-01"),
    Filters(until="2023-07-16"),
    Filters(until="2023-07-31"),
    Filters(as_of="2023-07-31T23:59:58+00:00"),
    Filters(as_of="2023-07-31T23:59:59+00:00"),
    Filters(since="2023-07-31", until="2023-07-31"),
    Filters(publishers=("pier gazette",)),
    Filters(publishers=("Harbour Wire",)),
    Filters(publishers=("Harbour Wire", "Tide Post"), since="2023-07-01"),
    Filters(publishers=("Nobody",)),
    Filters(publishers=("Pier Gazette",), until="2023-07-16"),
]


Shelf = tuple[LexicalIndex, list[tuple[ChunkRow, Article]]]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """An index of ARTICLES, each changed or not, and what was written to it."""
    entries = []
    for number, (title, day, publisher, agency) in enumerate(ARTICLES * 2):
        at = epoch_of(day) if day else None
        changed = at + 40 * DAY if at is not None and number >= len(ARTICLES) else at
        outlets = [name for name in (publisher, agency) if name]
        text = f"The harbour, {title}."
        entries.append(chunk(number, text, title, at, outlets, changed))
    index = LexicalIndex(tmp_path_factory.mktemp("filters") / "lexical")
    index.update(entries, [])
    yield index, entries
    index.close()


_NEAR = [day for _, day, _, _ in ARTICLES if day]
_NAMES = ["pier gazette", "The Pier Gazette", "Harbour Wire", "Tide Post", "Nobody"]
near_bounds = st.one_of(
    bounds,
    st.sampled_from(_NEAR),
    st.sampled_from(_NEAR).map(lambda day: day[:10]),
    st.dates(date(2023, 6, 25), date(2023, 9, 20)).map(str),
)
names = st.lists(st.sampled_from(_NAMES), max_size=2).map(tuple)
any_filters = st.builds(
    Filters,
    since=near_bounds,
    until=near_bounds,
    as_of=near_bounds,
    publishers=names,
    without=names,
)


@given(any_filters)
@settings(deadline=None, database=None, max_examples=300)
def test_word_index_and_filters_agree(shelf: Shelf, filters: Filters) -> None:
    _agree(*shelf, filters)


@pytest.mark.parametrize("filters", FILTERS, ids=repr)
def test_word_index_and_filters_agree_on(shelf: Shelf, filters: Filters) -> None:
    _agree(*shelf, filters)


def _agree(index: LexicalIndex, entries: list[tuple[ChunkRow, Article]], filters: Filters) -> None:
    wanted = {
        row.id
        for row, _ in entries
        if admits(filters, row.published_at, row.outlets, row.changed_at)
    }
    assert set(index.admitted(filters, 100) or []) == wanted
    assert set(index.search(["harbour"], filters, 100, BM25)) == wanted
    assert index.among(range(100), filters) == wanted
    assert set(index.latest(filters, 100)) == wanted
    assert index.admits_any(filters) == bool(wanted)


def test_archive_and_filters_agree(archive: Archive, make_article: Callable[..., Article]) -> None:
    for title, day, publisher, agency in ARTICLES:
        article = make_article(
            title, f"The harbour, {title}.", published=day, publisher=publisher, agency=agency
        )
        assert [outcome.result for outcome in archive.add([article])] == ["added"]
    rows = archive.catalog.chunks_of([stored.id for stored in archive.catalog.articles()])
    assert len(rows) == len(ARTICLES)
    for filters in FILTERS:
        admitted = {row.id for row in rows if admits(filters, row.published_at, row.outlets)}
        assert set(archive.lexical.admitted(filters, 100) or []) == admitted, filters
        assert set(archive.lexical.search(["harbour"], filters, 100, BM25)) == admitted, filters


@pytest.mark.parametrize(
    ("bound", "last"),
    [
        ("2023-07-16", "2023-07-16T23:59:59+00:00"),
        ("2023-07-16T09:10:00+00:00", "2023-07-16T09:10:00+00:00"),
        ("2023-07-16T09:10:00+08:00", "2023-07-16T01:10:00+00:00"),
        ("1912-04-16", "1912-04-16T23:59:59+00:00"),
        ("0999-12-31", "0999-12-31T23:59:59+00:00"),
    ],
)
def test_the_moment_of_a_bound_is_its_last_second(bound: str, last: str) -> None:
    assert moment_of(bound) == datetime.fromisoformat(last)
    assert moment_of(bound).tzinfo is not None


def test_the_last_day_of_all_has_a_moment() -> None:
    assert moment_of("9999-12-31") == datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)


def test_only_a_range_that_ends_before_it_begins_is_empty() -> None:
    assert Filters("2023-05-01", "2023-01-01").empty
    assert Filters("2023-05-01", as_of="2023-04-30").empty
    assert not Filters("2023-05-01", "2023-05-01").empty
    assert not Filters("2023-05-01").empty and not Filters(until="1000-01-01").empty
    assert not Filters(articles=frozenset()).empty  # it is the range that is meant


@pytest.mark.parametrize(
    ("published", "day"),
    [
        ("2023-08-01T01:00:00+02:00", "2023-08-01"),
        ("2023-08-01T00:00:00+14:00", "2023-08-01"),
        ("2023-07-31T20:30:00-05:00", "2023-07-31"),
        ("2023-07-31T23:59:59-12:00", "2023-07-31"),
        ("2023-07-31T12:00:00+09:00", "2023-07-31"),
        ("2023-07-31", "2023-07-31"),
    ],
)
def test_a_day_of_the_filter_is_the_day_that_the_article_is_dated(
    published: str, day: str, make_article: Callable[..., Article], archive: Archive
) -> None:
    list(archive.add([make_article(published=published)]))
    (row,) = archive.catalog.chunks_of([s.id for s in archive.catalog.articles()])
    for filters in (Filters(since=day, until=day), Filters(as_of=day)):
        assert admits(filters, row.published_at, row.outlets)
        assert archive.lexical.admitted(filters, 5) == [row.id]
    before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    assert archive.lexical.admitted(Filters(until=before), 5) == []
    assert archive.lexical.admitted(Filters(as_of=before), 5) == []


def test_an_as_of_time_of_day_is_kept_to_in_every_zone(
    make_article: Callable[..., Article],
) -> None:
    late = make_article(published="2023-07-31T20:30:00-05:00")  # 01:30 in UTC
    assert not Filters(as_of="2023-08-01T00:30:00+00:00").knows(late)
    assert Filters(as_of="2023-08-01T01:30:00+00:00").knows(late)
    assert Filters(as_of="2023-07-31").knows(late)
