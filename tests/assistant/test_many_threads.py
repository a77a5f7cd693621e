"""Many search while articles come and go."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from assistant import Assistant
from ingest.archive.archive import Archive
from ingest.article import Article

Make = Callable[..., Article]
QUESTIONS = (
    "Which pier fell in the storm?",
    "What did the Tide Post report on the pier?",
    "What did the Tide Post and the Gull Bay News report on the pier?",
    "Who said “the pier of town 7”?",
    "What fell in May 2023?",
    "What is the latest on the storm?",
    "Compare the storm in Oslo with the storm in Bergen",
    "the of and",
)


def an_article(make_article: Make, number: int, version: int = 0) -> Article:
    text = "\n\n".join(
        f"Storm {number}.{version}: the pier of town {number} fell at hour {hour}, said crew {hour}. "
        + f"Boat {hour} was lost off Bergen and {hour} people of Oslo slept in the hall. " * 4
        for hour in range(1 + number % 4)
    )
    return make_article(
        f"Storm takes pier {number}", text, key=f"s{number}", authors=("Jane Doe",),
        publisher=("Tide Post", "Gull Bay News", "Mill Herald")[number % 3],
        published=f"2023-05-{1 + number % 28:02}",
    )  # fmt: skip


def test_sixteen_threads_search_while_articles_are_added_changed_and_removed(
    archive: Archive, make_article: Make
) -> None:
    ids = [o.id for o in archive.add(an_article(make_article, n) for n in range(12))]
    texts = {a.title: {a.text} for a in (an_article(make_article, n) for n in range(12))}
    assistant = Assistant(archive)
    faults: list[BaseException] = []
    shown = [0] * 16
    done, start = threading.Event(), threading.Barrier(17)

    def searching(number: int) -> None:
        try:
            start.wait()
            turn = number
            while not done.is_set():
                turn += 1
                for passage in assistant.search(QUESTIONS[turn % len(QUESTIONS)]).passages:
                    text = passage.article.text
                    assert passage.text and passage.text == text[passage.start : passage.end]
                    assert text in texts[passage.title]  # one whole version, and no mixture
                    shown[number] += 1
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=searching, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    start.wait()
    for turn in range(8):
        new = [an_article(make_article, n, turn) for n in (turn, 100 + turn, 200 + turn)]
        for article in new:
            texts.setdefault(article.title, set()).add(article.text)
        outcomes = list(archive.add(new))
        ids.append(outcomes[1].id)
        archive.remove([ids[turn], outcomes[2].id])
    done.set()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert all(shown)
    stored = {s.article.title for s in archive.catalog.articles()}
    found = {p.title for p in assistant.search("Which pier fell in the storm?", 99).passages}
    assert found == stored


@pytest.mark.parametrize("threads", [8])
def test_many_threads_get_what_one_gets(archive: Archive, make_article: Make, threads: int) -> None:
    list(archive.add(an_article(make_article, n) for n in range(30)))
    assistant = Assistant(archive)

    def places(question: str) -> list[tuple[str, int, int]]:
        return [(p.article_id, p.start, p.end) for p in assistant.search(question).passages]

    expected = {question: places(question) for question in QUESTIONS}
    found: list[tuple[str, list[tuple[str, int, int]]]] = []
    start = threading.Barrier(threads)

    def searching() -> None:
        start.wait()
        found.extend((question, places(question)) for question in QUESTIONS)

    running = [threading.Thread(target=searching) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(60)
    assert len(found) == threads * len(QUESTIONS)
    assert all(expected[question] == each for question, each in found)
