"""From a question to passages: now, what is ignored, days of events, outlets, copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from assistant import Assistant, Found
from assistant.question.scope import NAMES
from ingest.archive.archive import Archive
from ingest.archive.embedding import Vectors
from ingest.article import Article
from ingest.errors import SettingError
from ingest.settings import Settings
from tests.conftest import HashEmbedder

Make = Callable[..., Article]
WED = datetime(2023, 7, 19, 12, tzinfo=timezone.utc)
AUCKLAND = datetime(2023, 7, 20, 3, tzinfo=timezone(timedelta(hours=12)))  # 19 July in UTC


def at(moment: datetime, archive: Archive) -> Assistant:
    return Assistant(archive, clock=lambda: moment)


def titles(found: Found) -> list[str]:
    return [passage.title for passage in found.passages]


def names(found: Found) -> tuple[list[str], list[str]]:
    return [each.name for each in found.understood], [each.name for each in found.relaxed]


def put(archive: Archive, articles: Sequence[Article]) -> Archive:
    assert [outcome.result for outcome in archive.add(articles)] == ["added"] * len(articles)
    return archive


@pytest.fixture(scope="module")
def dams(read_only: Callable[..., Archive], make_article: Make) -> Archive:
    """A dam breaks on each of four days."""
    days = ("2023-07-17", "2023-07-18", "2023-07-19", "2022-07-18")
    return read_only(
        [
            make_article(f"Dam {day}", f"The dam broke near town {n}.", published=day, publisher="Tide Post", key=day)
            for n, day in enumerate(days)
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("now", "as_of", "day"),
    [
        (WED, None, "2023-07-18"),
        (AUCKLAND, None, "2023-07-19"),  # yesterday there
        (WED, "2023-07-18", "2023-07-17"),
        (WED, "2022-07-19", "2022-07-18"),
        (WED, "2022-07-19T09:00:00+00:00", "2022-07-18"),
    ],
)
def test_yesterday_is_counted_from_the_as_of_moment_and_else_from_the_clock(
    dams: Archive, now: datetime, as_of: str | None, day: str
) -> None:
    found = at(now, dams).search("What happened yesterday?", as_of=as_of)
    assert (found.filters.since, found.filters.until) == (day, day)
    assert titles(found) == [f"Dam {day}"]
    wished = at(now, dams).search("Which dam broke yesterday?", as_of=as_of)
    assert wished.understood[0].values == (day, day)
    assert titles(wished)[0] == f"Dam {day}"


def test_the_clock_is_asked_for_each_question(dams: Archive) -> None:
    moments = iter([WED, WED - timedelta(days=1)])
    assistant = Assistant(dams, clock=lambda: next(moments))
    assert titles(assistant.search("Which dam broke yesterday?"))[0] == "Dam 2023-07-18"
    assert titles(assistant.search("Which dam broke yesterday?"))[0] == "Dam 2023-07-17"


def test_what_is_ignored_is_not_read_from_the_question(dams: Archive) -> None:
    question = "What did the Tide Post report of the dam yesterday?"
    every = at(WED, dams).search(question)
    assert names(every) == (["publisher", "time"], [])
    untimed = at(WED, dams).search(question, ignore=["time"])
    assert names(untimed) == (["publisher"], [])
    assert len(untimed.passages) == 4
    assert names(at(WED, dams).search(question, ignore=("time", "publisher"))) == ([], [])
    assert names(at(WED, dams).search(question, ignore="time")) == (["publisher"], [])
    assert names(at(WED, dams).search(question, ignore={"all"})) == ([], [])


@pytest.mark.parametrize("ignore", [["times"], ["time", "when"], "every", ["", "time"], ["All"]])
def test_an_unknown_name_to_ignore_is_one_plain_error(dams: Archive, ignore: Sequence[str]) -> None:
    for ask in (Assistant(dams).search, Assistant(dams).ask):
        with pytest.raises(SettingError) as caught:
            ask("Which dam broke?", ignore=ignore)
        message = str(caught.value)
        assert all(name in message for name in (*NAMES, "all")) and "\n" not in message


def test_a_named_day_is_preferred_and_others_are_there(dams: Archive) -> None:
    found = at(WED, dams).search("Which dam broke on 17 July 2023?")
    assert names(found) == (["time"], [])
    assert titles(found)[0] == "Dam 2023-07-17" and len(found.passages) == 4
    assert (found.filters.since, found.filters.until) == (None, None)
    assert found.as_json()["filters"]["preferred"] == {"time": ["2023-07-17", "2023-07-17"]}  # type: ignore[index]


def test_an_outlet_that_is_merely_named_is_preferred_and_others_are_there(
    archive: Archive, make_article: Make
) -> None:
    outlets = ("Gull News", "Tide Post", "Eel Monthly")
    put(archive, [make_article(f"Dam by {name}", f"The dam broke on Monday, said {n} people.", publisher=name, key=name) for n, name in enumerate(outlets)])  # fmt: skip
    found = Assistant(archive).search("What does the Tide Post have on the dam?")
    assert names(found) == (["publisher"], [])
    assert titles(found)[0] == "Dam by Tide Post" and len(found.passages) == len(outlets)
    assert found.filters.publishers == ()
    assert found.as_json()["filters"]["preferred"] == {"publisher": ["Tide Post"]}  # type: ignore[index]
    strict = Assistant(archive).search("What did the Tide Post report of the dam?")
    assert titles(strict) == ["Dam by Tide Post"]
    ignored = Assistant(archive).search(
        "What does the Tide Post have on the dam?", ignore="publisher"
    )
    assert names(ignored) == ([], [])


def test_news_that_comes_after_a_named_time_is_nearer_than_what_came_before(
    archive: Archive, make_article: Make
) -> None:
    days = ("2020-01-03", "2020-02-07", "2020-06-05")
    put(archive, [make_article(f"Jobs {day}", "Employers created many jobs.", published=day, key=day) for day in days])  # fmt: skip
    question = "How many jobs were created in the second half of January 2020?"
    assert titles(at(WED, archive).search(question))[0] == "Jobs 2020-02-07"
    strict = at(WED, archive).search(question, since="2020-01-16", until="2020-01-31")
    assert strict.passages == ()


@pytest.fixture(scope="module")
def quake(read_only: Callable[..., Archive], make_article: Make) -> Archive:
    """A quake on 3 May that is reported on the 4th; on the 3rd there is other news."""
    return read_only(
        [
            make_article("Quake destroys the old town of Arvik", "A quake destroyed the old town of Arvik on 3 May. Forty people died in the ruins.", published="2023-05-04"),
            make_article("Bakers meet", "Bakers talked of rye and of flour prices.", published="2023-05-03"),
            make_article("Ferry timetable", "The ferry leaves at nine.", published="2023-05-03"),
        ]
    )  # fmt: skip


def test_a_named_day_of_the_event_finds_its_report_of_the_day_after(quake: Archive) -> None:
    question = "How many people died in the quake in Arvik on 3 May 2023?"
    found = at(WED, quake).search(question)
    assert names(found) == (["time"], [])
    assert titles(found)[0] == "Quake destroys the old town of Arvik"
    answer = at(WED, quake).ask(question)
    assert any("Preferred" in note and "on 3 May 2023" in note for note in answer.notes)
    assert "Forty" in answer.text


def test_a_time_of_which_there_is_nothing_is_relaxed_and_said(quake: Archive) -> None:
    answer = at(WED, quake).ask("How many people died in the quake in Arvik in June 2019?")
    assert any("in June 2019" in note and "not kept to" in note for note in answer.notes)


def test_a_named_day_is_kept_in_an_archive_of_one_topic(
    archive: Archive, make_article: Make
) -> None:
    articles = [
        make_article(f"River news {n}", f"The flood rose by {n} feet at the mill.", published=f"2023-07-{n:02}")
        for n in range(1, 31)
    ]  # fmt: skip
    put(archive, [*articles, make_article("Flood", "A flood is water.", published="2020-01-01")])
    found = at(WED, archive).search("How was the flood on 17 July 2023?")
    assert names(found) == (["time"], [])
    assert titles(found)[0] == "River news 17"


def test_a_day_that_the_user_sets_is_kept_to_even_when_nothing_fits(quake: Archive) -> None:
    found = at(WED, quake).search(
        "How many people died in the quake in Arvik?", since="2023-05-03", until="2023-05-03"
    )
    assert "Quake destroys the old town of Arvik" not in titles(found)


@pytest.fixture(scope="module")
def towns(read_only: Callable[..., Archive], make_article: Make) -> Archive:
    """Many reports of floods in Libya, few of fires in Greece."""
    floods = [
        make_article(f"Floods in Libya {n}", f"The floods in Libya took street {n} and its school.", publisher="Tide Post", key=f"f{n}")
        for n in range(12)
    ]  # fmt: skip
    fires = [
        make_article(
            "Fires in Greece", "The fires in Greece burned two villages.", publisher="Gull"
        ),
        make_article("Greece burns", "Fires reached the villages of Greece.", publisher="Gull"),
    ]
    other = [
        make_article(f"Market {n}", f"The price of eels is {n}.", key=f"m{n}") for n in range(9)
    ]
    return read_only([*floods, *fires, *other])


@pytest.mark.parametrize(
    "question",
    [
        "What did the floods take in Libya and what did the fires burn in Greece?",
        "What did the fires burn in Greece and what did the floods take in Libya?",
        "Compare the floods in Libya with the fires in Greece",
        "Which school was lost in the floods in Libya? Which villages burned in Greece?",
    ],
)
def test_each_part_of_a_question_is_heard_among_the_first(towns: Archive, question: str) -> None:
    first = titles(Assistant(towns).search(question))[:4]
    assert any("Libya" in title for title in first)
    assert any("Greece" in title for title in first)


def test_no_passage_comes_twice(towns: Archive) -> None:
    found = Assistant(towns).search("Compare the floods in Libya with the floods in Libya and eels")
    places = [(passage.article_id, passage.start) for passage in found.passages]
    assert len(places) == len(set(places))


PIER = "What did the Tide Post and Gull Bay News report of the pier vote?"


def put_votes(archive: Archive, make_article: Make, headline: str, text: str) -> Assistant:
    """A dozen reports of a vote in the Tide Post, and one in the Gull Bay News."""
    articles = [
        make_article(
            f"Pier vote {n}", f"The pier vote {n} was close.", publisher="Tide Post", key=f"t{n}"
        )
        for n in range(12)
    ]
    put(archive, [*articles, make_article(headline, text, publisher="Gull Bay News")])
    return Assistant(archive)


def test_two_named_outlets_are_both_heard(archive: Archive, make_article: Make) -> None:
    assistant = put_votes(archive, make_article, "Pier: a vote", "It passed after midnight.")
    publishers = [p.publisher for p in assistant.search(PIER).passages]
    assert set(publishers[:2]) == {"Tide Post", "Gull Bay News"}
    assert len(publishers) == 10


def test_a_named_outlet_whose_report_fits_less_well_is_heard(
    archive: Archive, make_article: Make
) -> None:
    text = "The council had a vote on the old pier, and it passed after midnight."
    assistant = put_votes(archive, make_article, "Council", text)
    assert "Gull Bay News" in {p.publisher for p in assistant.search(PIER).passages}


def test_one_outlet_under_two_names_is_searched_once(archive: Archive, make_article: Make) -> None:
    """As two searches the names would take turns, and the worse would come second."""
    articles = [
        make_article(f"Pier vote {n}", f"The pier vote {n} was close.", publisher="BBC News", key=f"n{n}")
        for n in range(3)
    ]  # fmt: skip
    articles.append(
        make_article("Football", "The match was played after the vote.", publisher="BBC Sport")
    )
    put(archive, articles)
    found = Assistant(archive).search("What did the BBC report of the pier vote?")
    assert [p.publisher for p in found.passages] == ["BBC News"] * 3 + ["BBC Sport"]
    assert set(found.filters.publishers) == {"BBC News", "BBC Sport"}


def test_what_scores_less_comes_later(towns: Archive) -> None:
    found = Assistant(towns).search("Which villages burned in Greece?")
    scores = [passage.score for passage in found.passages]
    assert scores == sorted(scores, reverse=True)


STORM = "\n\n".join(
    f"Paragraph {name} tells of roof {name}, of boat {name} lost at pier {name}, of {name} families "
    f"who slept in hall {name} and of crew {name} that cleared road {name} later in the day."
    for name in "one two three four five six seven eight nine ten eleven twelve".split()
)


@pytest.fixture(scope="module")
def storm(read_only: Callable[..., Archive], make_article: Make) -> Archive:
    """One report at four publishers under two headlines, and other news."""
    carriers = (
        ("Gull Bay News", "2023-04-04", "Boats lost at the pier"),
        ("Tide Post", "2023-04-03", "Boats lost at the pier in a storm"),
        ("Harbour Gazette", "2023-04-02", "Families sleep in the hall"),
        ("Mill Herald", "2023-04-01", "Families sleep in the hall in a storm"),
    )
    copies = [
        make_article(title, STORM, key=name, publisher=name, published=day)
        for name, day, title in carriers
    ]
    others = [make_article(f"Eels {n}", f"The storm took eels {n}.", key=f"e{n}") for n in range(9)]
    archive = read_only([*copies, *others])
    ids = [stored.id for stored in archive.catalog.articles()]
    assert len({row.story for row in archive.catalog.chunks_of(ids) if row.story}) == 1
    return archive


def copies_shown(found: Found) -> set[str | None]:
    return {passage.publisher for passage in found.passages[:10] if passage.publisher}


@pytest.mark.parametrize(
    "question",
    [
        "Which boats were lost at the pier?",
        "How many families slept in the hall after the storm?",
        "What happened in the storm?",
        "storm",
        "Which boats were lost at the pier and how many families did sleep in the hall?",
        "Compare the boats lost at the pier with the families in the hall",
    ],
)
def test_one_copy_of_a_report_is_shown(storm: Archive, question: str) -> None:
    assert len(copies_shown(Assistant(storm).search(question))) == 1


def test_both_publishers_of_a_report_are_heard_when_both_are_named(storm: Archive) -> None:
    question = "What did the Gull Bay News and the Mill Herald report of the storm?"
    found = Assistant(storm).search(question)
    assert set(found.filters.publishers) == {"Gull Bay News", "Mill Herald"}
    heard = {name for p in found.passages for name in (p.publisher, *p.also_in)}
    assert heard == {"Gull Bay News", "Mill Herald"}


def test_a_score_is_at_most_one(archive: Archive, make_article: Make) -> None:
    put(
        archive,
        [make_article("Harbour strike ends", "The harbour strike ends.", published="2023-07-19")],
    )
    [passage] = (
        at(WED, archive).search("What is the latest on the harbour strike? Has it ended?").passages
    )
    assert 0 <= passage.score <= 1


def test_the_latest_stays_wanted_where_a_time_is_named(
    archive: Archive, make_article: Make
) -> None:
    put(archive, [
        make_article("Quake in Arvik", "The quake in Arvik killed forty.", published="2023-03-01"),
        make_article("Arvik quake", "The quake in Arvik killed fifty.", published="2020-03-01"),
        make_article("Eggs", "Eggs were dear.", published="2023-05-03"),
    ])  # fmt: skip
    found = at(WED, archive).search("What is the latest on the quake in Arvik on 3 May 2023?")
    assert names(found) == (["time"], [])
    assert titles(found)[0] == "Quake in Arvik"


def test_words_of_an_ignored_outlet_no_longer_matter(sample_archive: Archive) -> None:
    question = "What did the Southgate Herald report in September 2023?"
    named = Assistant(sample_archive).ask(question)
    assert {each.publisher for each in named.citations} == {"Southgate Herald"}
    anywhere = Assistant(sample_archive).ask(question, ignore=["publisher"])
    assert not anywhere.refused
    assert {each.publisher for each in anywhere.citations} - {"Southgate Herald"}
    assert anywhere.question == anywhere.standalone == question


def test_words_of_an_ignored_time_stay_where_an_article_says_them(
    archive: Archive, make_article: Make
) -> None:
    list(archive.add([
        make_article("Leader", "Theresa May said on Monday that the harbour will open again."),
        make_article("Ferry", "The ferry company said on Tuesday that it will sail again."),
    ]))  # fmt: skip
    question = "What did May say in 2019?"
    meant = Assistant(archive).search(question, ignore=["time"])
    assert titles(meant)[0] == "Leader"


def test_an_author_is_preferred_within_days_that_the_user_sets(
    archive: Archive, make_article: Make
) -> None:
    told = {
        "Ann Roe": "The ferry sank when a squall tore the bow gate away off Brack Head.",
        "Will Poe": "Divers saw a hole in the hull of the ferry, and no sign of the captain.",
        "Jane Doe": "Nobody had checked the pumps of the ferry for two years, crews recall.",
    }
    put(archive, [
        make_article(f"Ferry {n}", text, authors=(name,), published="2023-07-10", key=name)
        for n, (name, text) in enumerate(told.items())
    ])  # fmt: skip
    question = "What did the article by Jane Doe say of the ferry?"
    for since in (None, "2023-07-01"):
        found = at(WED, archive).search(question, since=since)
        assert names(found) == (["author"], [])
        assert titles(found)[0] == "Ferry 2"


def test_a_time_in_words_does_not_matter_where_the_user_sets_one(dams: Archive) -> None:
    question = "Near which town did the dam break on 18 July 2022?"
    plain = at(WED, dams).ask("Near which town did the dam break?", since="2023-07-19")
    timed = at(WED, dams).ask(question, since="2023-07-19")
    assert timed.confidence == pytest.approx(plain.confidence, abs=0.05)


class Counting(HashEmbedder):
    """Remembers the questions that it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def question(self, text: str) -> Vectors:
        self.asked.append(text)
        return super().question(text)


@pytest.mark.parametrize("question", ["Who sank the ferry?", "Who sank the ferry in July 2023?"])
def test_a_question_is_embedded_once(tmp_path: Path, make_article: Make, question: str) -> None:
    counting = Counting()
    settings = Settings(archive=tmp_path / "archive", _env_file=None)
    with Archive.open(settings, create=True, embedder=counting) as archive:
        put(archive, [make_article("Ferry", "A storm sank the ferry.", published="2023-07-10")])
        assert "storm" in Assistant(archive).ask(question).text
    assert len(counting.asked) == 1
