"""Whatever is done to an archive in whatever order, it is what a plain dict would be."""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ingest.archive.archive import Archive
from ingest.archive.embedding import Embedder
from ingest.archive.filters import Filters
from ingest.archive.identity import Outcome
from ingest.archive.word_index import BM25, terms
from ingest.article import Article
from ingest.sentences import split
from ingest.settings import Settings
from tests.conftest import REQUIRE_ALL

WORDS = "harbour pier ship tide reef mayor crew dock sail storm light gull rope mast".split()
PUBLISHERS = (None, "Pier Gazette", "Tide Post")


class ArchiveMachine(RuleBasedStateMachine):
    """`expected` is the dict: the present article under each key, and its id."""

    keys = Bundle("keys")

    def __init__(self, embedder: Embedder) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=Path.cwd()))
        self.settings = Settings(archive=self.folder, _env_file=None)
        self.embedder = embedder
        self.archive = Archive.open(self.settings, create=True, embedder=embedder)
        self.expected: dict[str, tuple[str, Article]] = {}
        self.versions: dict[str, list[Article]] = {}
        self.gone: list[Article] = []
        self.number = 0

    def teardown(self) -> None:
        self.archive.close()
        shutil.rmtree(self.folder)

    def article(self, key: str, length: int, **fields: str | None) -> Article:
        """An article that nobody has seen before: its text holds a word of its own."""
        self.number += 1
        chosen = random.Random(self.number).choices(WORDS, k=length)
        text = " ".join(
            [f"Unique{self.number}a"] + [w + "." * (i % 9 == 0) for i, w in enumerate(chosen)]
        )
        return Article(key, "source", f"Title {self.number}", text, language="en", **fields)

    def add(self, *articles: Article) -> list[Outcome]:
        return list(self.archive.add(articles))

    @rule(
        target=keys,
        lengths=st.lists(st.sampled_from([1, 40, 400]), min_size=1, max_size=4),
        publisher=st.sampled_from(PUBLISHERS),
    )
    def add_new(self, lengths: list[int], publisher: str | None) -> object:
        fresh = [self.article(f"key {self.number}", n, publisher=publisher) for n in lengths]
        outcomes = self.add(*fresh)
        assert [outcome.result for outcome in outcomes] == ["added"] * len(fresh)
        for outcome, article in zip(outcomes, fresh, strict=True):
            self.expected[article.key] = (outcome.id, article)
            self.versions[article.key] = []
        return multiple(*(article.key for article in fresh))

    @rule(key=keys, length=st.sampled_from([1, 40, 400]))
    def change(self, key: str, length: int) -> None:
        known, old = self.expected[key]
        new = self.article(key, length, publisher=old.publisher)
        assert self.add(new) == [Outcome("updated", known)]
        self.versions[key].append(old)
        self.expected[key] = (known, new)

    @rule(key=keys)
    def add_again(self, key: str) -> None:
        known, article = self.expected[key]
        embedded = len(self.embedder.texts)  # type: ignore[attr-defined]
        assert self.add(article, *self.versions[key]) == [Outcome("unchanged", known)] * (
            1 + len(self.versions[key])
        )
        assert len(self.embedder.texts) == embedded  # type: ignore[attr-defined]

    @rule(key=keys, anew=st.booleans())
    def add_a_copy(self, key: str, anew: bool) -> None:
        """Under its own headline, or under another that the text tells of."""
        known, article = self.expected[key]
        title = "Unique tale" if anew else article.title
        copy = Article("copy", "elsewhere", title, article.text, publisher=article.publisher)
        assert self.add(copy) == [Outcome("duplicate", known)]

    @rule(key=keys)
    def add_a_notice(self, key: str) -> None:
        """The same text under a headline of which it tells nothing is another article."""
        known, article = self.expected[key]
        other = Article("notice", "elsewhere", "Parliament resigns", article.text)
        [outcome] = self.add(other)
        assert outcome.result == "added" and outcome.id != known
        assert self.archive.remove([outcome.id]) == [outcome.id]

    @rule(key=consumes(keys))
    def remove(self, key: str) -> None:
        known, article = self.expected.pop(key)
        assert self.archive.remove([known, "no such id"]) == [known]
        self.gone.append(article)

    @precondition(lambda self: self.gone)
    @rule(target=keys)
    def add_removed(self) -> str:
        article = self.gone.pop()
        [outcome] = self.add(article)
        assert outcome.result == "added"
        self.expected[article.key] = (outcome.id, article)
        self.versions[article.key] = []
        return article.key

    @rule()
    def reopen(self) -> None:
        self.archive.close()
        self.archive = Archive.open(self.settings, embedder=self.embedder)

    @invariant()
    def the_catalog_holds_what_the_dict_holds(self) -> None:
        stored = list(self.archive.catalog.articles())
        assert {s.article.key: (s.id, s.article) for s in stored} == self.expected
        assert self.archive.catalog.pending_count() == 0
        for key, (known, _) in self.expected.items():
            assert [old for _, old in self.archive.catalog.versions(known)] == self.versions[key]

    @invariant()
    def chunks_are_those_of_the_texts(self) -> None:
        for known, article in self.expected.values():
            rows = self.archive.catalog.chunks_of([known])
            assert [(r.start, r.end) for r in rows] == split(article.text)

    @invariant()
    def both_indexes_find_just_what_is_there(self) -> None:
        rows = self.archive.catalog.chunks_of([known for known, _ in self.expected.values()])
        ids = {row.id for row in rows}
        assert self.archive.lexical.among(ids, Filters()) == ids
        assert self.archive.lexical.count() == self.archive.vectors.count() == len(rows)
        vectors = list(self.archive.catalog.vectors([row.id for row in rows]).values())
        assert self.archive.vectors.self_hits(vectors) == len(rows)
        first = {row.article_id: row.id for row in reversed(rows)}
        for known, article in self.expected.values():
            assert set(self.search(article)) == {first[known]}
        for article in [*self.gone, *(v for key in self.expected for v in self.versions[key])]:
            assert self.search(article) == {}

    def search(self, article: Article) -> dict[int, float]:
        """The chunks with the word that only this article's text holds."""
        return self.archive.lexical.search(terms(article.text.split()[0]), Filters(), 9, BM25)


@pytest.mark.slow
def test_an_archive_is_a_dict_of_articles(embedder: Embedder) -> None:
    run_state_machine_as_test(
        lambda: ArchiveMachine(type(embedder)()),
        settings=settings(
            max_examples=10 if REQUIRE_ALL else 4,
            stateful_step_count=20,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
