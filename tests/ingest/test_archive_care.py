"""An archive is whole, one thread at a time, and gone for good when it is closed."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.archive import indexes
from ingest.archive.archive import Archive
from ingest.archive.embedding import Embedder
from ingest.article import Article
from ingest.errors import ArchiveError
from ingest.settings import Settings


def test_a_closed_archive_neither_answers_nor_writes(
    settings: Settings, embedder: Embedder, make_article: Callable[..., Article]
) -> None:
    closed = Archive.open(settings, create=True, embedder=embedder)
    closed.close()
    with Archive.open(settings, embedder=embedder) as owner:
        with pytest.raises(ArchiveError, match="closed"):
            list(closed.add([make_article()]))
        closed.close()
        assert (settings.archive / "owner.json").exists()
        assert owner.catalog.counts() == (0, 0)


@pytest.mark.parametrize("lost", [indexes.LEXICAL, indexes.VECTORS])
def test_an_index_that_is_gone_is_made_anew_on_opening(
    settings: Settings, embedder: Embedder, make_article: Callable[..., Article], lost: str
) -> None:
    with Archive.open(settings, create=True, embedder=embedder) as archive:
        list(archive.add([make_article("One", "First text."), make_article("Two", "Second text.")]))
    shutil.rmtree(settings.archive / lost)
    with Archive.open(settings, embedder=embedder) as archive:
        assert archive.lexical.count() == archive.vectors.count() == 2


def test_two_threads_may_add_the_same_articles(
    archive: Archive, make_article: Callable[..., Article]
) -> None:
    def add(version: int) -> None:
        texts = (f"Text {number} as version {version} has it." for number in range(60))
        articles = [
            make_article(f"Title {number}", text, url=f"https://a.example/{number}",
                         key=f"https://a.example/{number}")
            for number, text in enumerate(texts)
        ]  # fmt: skip
        list(archive.add(articles))

    threads = [threading.Thread(target=add, args=(version,)) for version in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert archive.catalog.counts() == (60, 60)
    assert archive.lexical.count() == archive.vectors.count() == 60


def test_threads_that_end_leave_no_open_files(archive: Archive) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(50):
        thread = threading.Thread(target=archive.catalog.counts)
        thread.start()
        thread.join()
    assert len(list(Path("/proc/self/fd").iterdir())) < before + 20


def test_a_file_that_gets_its_first_text_back_is_updated(
    archive: Archive, make_article: Callable[..., Article]
) -> None:
    def add(text: str) -> str:
        return next(iter(archive.add([make_article(text=text, key="/news/a.txt")]))).result

    assert [add("First."), add("Second."), add("First."), add("First.")] == [
        "added", "updated", "updated", "unchanged",
    ]  # fmt: skip
