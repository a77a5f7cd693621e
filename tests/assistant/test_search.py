from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from assistant.answer import Assistant
from assistant.retrieve.search import PER_ARTICLE, Carriers, Narrowed, search
from ingest.archive.archive import Archive
from ingest.archive.browse import Choice, browse
from ingest.archive.filters import Filters, make_filters
from ingest.article import Article, Moment

LONG = "\n\n".join(
    f"The orchard harvest of year {year} was counted by {year * 7} pickers. "
    + "Apples ripen slowly. " * 30
    for year in range(1, 9)
)


@pytest.fixture(scope="module")
def filled(read_only: Callable[..., Archive], make_article: Callable[..., Article]) -> Archive:
    articles = [
        make_article("Orchard harvest", LONG, publisher="Ledger", published="2023-01-05"),
        make_article(
            "Orchard fire", "The orchard burned.", publisher="Post", published="2023-02-05"
        ),
        make_article(
            "Orchard sold", "The orchard was sold.", agency="Wire", published="2023-03-05"
        ),
        make_article("Orchard poem", "An orchard in bloom."),
        make_article(
            "Ferry", "The ferry sank in the bay.", publisher="Post", published="2023-02-06"
        ),
    ]
    return read_only(articles)


def titles(archive: Archive, question: str, filters: Filters | None = None) -> list[str]:
    found = search(archive, question, Narrowed(filters or Filters()), 10)
    return [passage.title for passage in found]


def test_the_best_match_comes_first(filled: Archive) -> None:
    assert titles(filled, "Which ferry sank?")[0] == "Ferry"


def test_an_article_gives_no_more_than_three_passages(filled: Archive) -> None:
    assert max(row.chunks for row in browse(filled.catalog, Choice()).articles) > PER_ARTICLE
    counts = Counter(titles(filled, "orchard harvest apples pickers"))
    assert counts["Orchard harvest"] == PER_ARTICLE


def test_passages_are_the_articles_text_at_their_offsets(filled: Archive) -> None:
    for passage in search(filled, "orchard apples", Narrowed(Filters()), 10):
        assert passage.text == passage.article.text[passage.start : passage.end]
        assert passage.text


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"since": "2023-02-05"}, {"Orchard fire", "Orchard sold", "Ferry"}),
        ({"until": "2023-02-05"}, {"Orchard harvest", "Orchard fire"}),
        ({"as_of": "2023-02-05"}, {"Orchard harvest", "Orchard fire"}),
        ({"publishers": ("POST",)}, {"Orchard fire", "Ferry"}),
        ({"publishers": ("wire",)}, {"Orchard sold"}),
        ({"publishers": ("post", "wire"), "since": "2023-02-06"}, {"Orchard sold", "Ferry"}),
        ({"publishers": ("nobody",)}, set()),
        ({"since": "2030-01-01"}, set()),
    ],
)
def test_filters_admit_exactly_what_fits(
    filled: Archive, options: dict[str, str], expected: set[str]
) -> None:
    assert set(titles(filled, "orchard ferry", make_filters(**options))) == expected  # type: ignore[arg-type]


def test_as_of_prefers_what_was_new_then(
    archive: Archive, make_article: Callable[..., Article]
) -> None:
    text = "The council met about the bridge."
    days = ("2023-01-01", "2023-06-01")
    articles = [
        make_article(f"Council {day}", text, publisher=f"Paper {day}", published=day)
        for day in days
    ]
    list(archive.add(articles))
    found = search(archive, "council bridge", Narrowed(make_filters(as_of="2023-06-02")), 2)
    assert found[0].title == "Council 2023-06-01"


@pytest.mark.parametrize(
    "question",
    ["the of and", "什么时候", '"unbalanced AND (NOT', "a" * 3000, "!!!", "title:x OR *"],
)
def test_odd_questions_find_something_or_nothing_but_never_fail(
    filled: Archive, question: str
) -> None:
    search(filled, question, Narrowed(Filters()), 5)


def test_what_was_changed_after_the_as_of_moment_is_left_out_and_counted(
    archive: Archive, make_article: Callable[..., Article]
) -> None:
    changed = make_article(
        "Flood toll", "The flood killed 11 people.", published="2023-09-12",
        updated=Moment("2024-03-01", "metadata"),
    )  # fmt: skip
    list(archive.add([changed]))
    assert not titles(archive, "flood toll", make_filters(as_of="2023-09-20"))
    assert titles(archive, "flood toll", make_filters(as_of="2024-03-01")) == ["Flood toll"]
    assert titles(archive, "flood toll", make_filters(until="2023-09-20")) == ["Flood toll"]
    answer = Assistant(archive).ask("How many people did the flood kill?", as_of="2023-09-20")
    assert answer.refused
    assert any("1 later changed article was left out" in note for note in answer.notes)


STORM = "\n\n".join(
    f"Paragraph {name} of the storm report tells of roof {name}, of boat {name} lost at pier {name}, "
    f"of {name} families who slept in hall {name} and of crew {name} that cleared road {name} later."
    for name in "one two three four five six seven eight nine ten eleven twelve".split()
)


@pytest.fixture
def storm(archive: Archive, make_article: Callable[..., Article]) -> Archive:
    """One report at three publishers, framed a little differently, and another article."""
    carriers = (
        ("Gull Bay News", "2023-04-03", "Storm hits the coast", f"{STORM}\n\nRead more below."),
        ("Harbour Wire", "2023-04-02", "Storm hits coast", f"PORT HAVEN (Harbour Wire) - {STORM}"),
        ("Tide Post", "2023-04-01", "The storm on the coast", STORM),
    )
    articles = [
        make_article(title, text, key=name, publisher=name, published=day, agency="Harbour Wire")
        for name, day, title, text in carriers
    ]
    other = make_article("Storm relief", "Relief for the storm was voted.", publisher="Ledger")
    list(archive.add([*articles, other]))
    return archive


def test_one_copy_stands_for_all_and_names_the_others(storm: Archive) -> None:
    passages = search(storm, "storm boat lost at pier three", Narrowed(Filters()), 10)
    assert {p.publisher for p in passages} == {"Harbour Wire", "Ledger"}
    also = {p.publisher: p.also_in for p in passages}
    assert also == {"Harbour Wire": ("Tide Post", "Gull Bay News"), "Ledger": ()}
    assert max(Counter(p.article_id for p in passages).values()) <= PER_ARTICLE


def test_a_copy_that_fits_clearly_better_stands_for_the_others(storm: Archive) -> None:
    gull = next(s for s in storm.catalog.articles() if s.article.publisher == "Gull Bay News")
    rows = storm.catalog.chunks_of([s.id for s in storm.catalog.articles()])
    scores = {row.id: 0.9 if row.article_id == gull.id else 0.2 for row in rows}
    ranked = sorted(rows, key=lambda row: -scores[row.id])
    carriers = Carriers(storm, ranked, scores)
    assert {row.article_id for row in rows if row.story and carriers.stands(row)} == {gull.id}


@pytest.mark.parametrize(
    ("options", "shown", "also"),
    [
        ({"publishers": ("tide post",)}, "Tide Post", ()),
        ({"publishers": ("Gull Bay News",)}, "Gull Bay News", ()),
        ({"publishers": ("Harbour Wire",)}, "Harbour Wire", ("Tide Post", "Gull Bay News")),
        ({"publishers": ("tide post", "gull bay news")}, "Tide Post", ("Gull Bay News",)),
        ({"until": "2023-04-01"}, "Tide Post", ()),
        ({"as_of": "2023-04-02"}, "Harbour Wire", ("Tide Post",)),
    ],
)
def test_filters_choose_among_the_copies(
    storm: Archive, options: dict[str, str], shown: str, also: tuple[str, ...]
) -> None:
    filters = make_filters(**options)  # type: ignore[arg-type]
    passages = search(storm, "storm boat lost at pier three", Narrowed(filters), 10)
    assert {p.publisher for p in passages} == {shown}
    assert {p.also_in for p in passages} == {also}


def test_an_answer_quotes_one_copy_only(storm: Archive) -> None:
    answer = Assistant(storm).ask("How many families slept in hall seven during the storm?")
    assert len({citation.publisher for citation in answer.citations}) <= 1
    assert len({passage.article.agency for passage in answer.passages if passage.also_in}) == 1


def test_a_group_that_dissolves_during_a_search_prefers_nobody(storm: Archive) -> None:
    rows = storm.catalog.chunks_of([s.id for s in storm.catalog.articles()])
    storm.remove([s.id for s in storm.catalog.articles()])
    carriers = Carriers(storm, rows, dict.fromkeys((row.id for row in rows), 0.5))
    stories = [row for row in rows if row.story]
    assert len({row.article_id for row in stories if carriers.stands(row)}) == 1
    assert {carriers.also_in(row, Filters()) for row in stories} == {()}
