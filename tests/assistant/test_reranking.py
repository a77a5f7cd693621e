"""A reranker of the user's: compressors and cross-encoders, good ones and bad ones."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from langchain_core.callbacks import Callbacks
from langchain_core.documents import BaseDocumentCompressor, Document

from assistant import Assistant
from assistant.results import Passage
from assistant.retrieve.ranking import Reranker, make_reranker, reranked
from ingest.archive.archive import Archive
from ingest.article import Article
from ingest.errors import DatelineError, SettingError
from ingest.settings import Settings


@pytest.fixture
def passages(make_article: Callable[..., Article]) -> list[Passage]:
    """Five passages, "p0" to "p4"."""
    articles = [make_article(f"T{n}", f"p{n} tells of piers.") for n in range(5)]
    return [
        Passage(f"a{n}", each, 0, len(each.text), 1 - n / 10) for n, each in enumerate(articles)
    ]


def order(found: Sequence[Passage]) -> str:
    return "".join(passage.text[1] for passage in found)


class Reverse(BaseDocumentCompressor):
    """Last first; `keep` of them."""

    keep: int = 99

    def compress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> Sequence[Document]:
        return list(reversed(documents))[: self.keep]


class Scores:
    """A cross-encoder that likes the passage with this word in it."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.asked: list[tuple[str, str]] = []

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        self.asked = list(pairs)
        return [float(self.word in text) for _, text in pairs]


class Ready:
    """Gives these back whatever it is asked."""

    def __init__(self, give: Callable[[Sequence[Document]], Any]) -> None:
        self.give = give

    def compress_documents(self, documents: Sequence[Document], query: str) -> Any:
        return self.give(documents)


def test_a_compressor_of_langchain_orders_anew(passages: list[Passage]) -> None:
    assert order(reranked(make_reranker(Reverse()), "pier?", passages)) == "43210"


def test_a_compressor_may_drop_what_does_not_fit(passages: list[Passage]) -> None:
    assert order(reranked(make_reranker(Reverse(keep=2)), "pier?", passages)) == "43"
    assert reranked(make_reranker(Ready(lambda _: [])), "pier?", passages) == ()


def test_a_cross_encoder_orders_by_its_scores_and_equals_stay(passages: list[Passage]) -> None:
    scores = Scores("p3")
    assert order(reranked(make_reranker(scores), "Which pier?", passages)) == "30124"
    assert {question for question, _ in scores.asked} == {"Which pier?"}
    assert scores.asked[0][1] == "T0\np0 tells of piers."


def test_passages_come_back_as_they_were(passages: list[Passage]) -> None:
    found = reranked(make_reranker(Reverse()), "pier?", passages)
    assert list(found) == list(reversed(passages))


@pytest.mark.parametrize("made", [Reverse, lambda: Reverse(keep=9), lambda: Reverse])
def test_a_function_or_class_that_makes_one_will_do(passages: list[Passage], made: object) -> None:
    assert order(reranked(make_reranker(made), "pier?", passages)) == "43210"


def _raise(_: object) -> Any:
    raise RuntimeError("out of memory")


@pytest.mark.parametrize(
    "give",
    [
        _raise,
        lambda _: [Document("a text of its own")],
        lambda documents: [Document(documents[0].page_content)],
        lambda _: [Document("x", metadata={"place": 77})],
        lambda _: [Document("x", metadata={"place": "first"})],
        lambda _: None,
    ],
    ids=["raises", "foreign", "without metadata", "place too high", "no place", "nothing"],
)
def test_one_that_fails_leaves_the_order_and_is_named_in_the_log(
    passages: list[Passage], give: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="dateline"):
        found = reranked(Reranker("my:reranker", Ready(give)), "pier?", passages)
    assert order(found) == "01234"
    [record] = caplog.records
    assert "my:reranker" in record.getMessage()


@pytest.mark.parametrize("scores", [[], [1.0], ["a"] * 5, None, [None] * 5])
def test_a_cross_encoder_with_bad_scores_leaves_the_order(
    passages: list[Passage], scores: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Bad:
        def score(self, pairs: object) -> Any:
            return scores

    assert order(reranked(make_reranker(Bad()), "pier?", passages)) == "01234"
    assert len(caplog.records) == 1


def test_a_place_before_the_first_is_no_place(passages: list[Passage]) -> None:
    ready = Ready(lambda _: [Document("x", metadata={"place": -1})])
    assert order(reranked(make_reranker(ready), "pier?", passages)) == "01234"


def test_a_document_that_comes_back_twice_is_shown_once(passages: list[Passage]) -> None:
    ready = Ready(lambda documents: [documents[1], documents[1], documents[0]])
    assert order(reranked(make_reranker(ready), "pier?", passages)) == "10"


MODULE = """
from langchain_core.documents import BaseDocumentCompressor

class Last(BaseDocumentCompressor):
    def compress_documents(self, documents, query, callbacks=None):
        return list(reversed(documents))

last = Last()
number = 7

class Scores:
    def score(self, pairs):
        return list(range(len(pairs)))

def make():
    return Scores()

def broken():
    raise OSError("the weights are not there")

def wants(path):
    return Last()
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module of the user's."""
    (tmp_path / "my_reranker.py").write_text(MODULE)
    (tmp_path / "my_broken_module.py").write_text("raise RuntimeError('line one\\nline two')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "my_reranker", raising=False)
    return "my_reranker"


@pytest.mark.parametrize("name", ["last", "Last", "make", "Scores"])
def test_a_reranker_is_loaded_by_module_and_name(
    passages: list[Passage], module: str, name: str
) -> None:
    loaded = make_reranker(f"{module}:{name}")
    assert loaded.name == f"{module}:{name}"
    assert order(reranked(loaded, "pier?", passages)) == "43210"


@pytest.mark.parametrize(
    "name",
    ["my_reranker", "my_reranker:", "my_reranker:nothing", "no_such_module:x", ":x", ":", "a b:c",
     "my_broken_module:x", "..:x", "my_reranker:number", "\x00:x"],
)  # fmt: skip
def test_a_name_that_leads_to_none_is_one_plain_error(module: str, name: str) -> None:
    with pytest.raises(SettingError) as caught:
        make_reranker(name)
    assert repr(name) in str(caught.value)


@pytest.mark.parametrize("name", ["broken", "wants"])
def test_a_factory_that_fails_is_one_plain_error(module: str, name: str) -> None:
    with pytest.raises(DatelineError, match=f"{module}:{name}"):
        make_reranker(f"{module}:{name}")


@pytest.mark.parametrize("given", [7, object()])
def test_what_is_no_reranker_is_one_plain_error(archive: Archive, given: object) -> None:
    with pytest.raises(SettingError, match="neither"):
        Assistant(archive, reranker=given)


@pytest.fixture
def piers(archive: Archive, make_article: Callable[..., Article]) -> Archive:
    articles = [
        make_article(f"Pier {n}", f"The pier of town {n} fell, said p{n}.", publisher=f"P{n}")
        for n in range(9)
    ]
    list(archive.add(articles))
    return archive


def test_the_assistant_searches_deep_and_shows_what_the_reranker_puts_first(piers: Archive) -> None:
    plain = Assistant(piers).search("Which pier fell?", 9).passages
    scores = Scores(plain[7].text)
    found = Assistant(piers, reranker=scores).search("Which pier fell?", 2).passages
    assert [passage.article_id for passage in found] == [plain[7].article_id, plain[0].article_id]
    assert len(scores.asked) == 9


def test_the_settings_name_a_reranker_and_an_argument_wins(
    piers: Archive, module: str, settings: Settings
) -> None:
    plain = [p.title for p in Assistant(piers).search("Which pier fell?", 9).passages]
    piers.settings = settings.model_copy(update={"reranker": f"{module}:last"})
    last = [p.title for p in Assistant(piers).search("Which pier fell?", 9).passages]
    assert last == plain[::-1]
    given = Assistant(piers, reranker=Ready(lambda documents: documents[:1]))
    assert [p.title for p in given.search("Which pier fell?", 9).passages] == plain[:1]


def test_a_reranker_that_drops_everything_makes_a_refusal(piers: Archive) -> None:
    answer = Assistant(piers, reranker=Ready(lambda _: [])).ask("Which pier fell?")
    assert answer.refused and answer.complete


def test_a_search_that_finds_nothing_does_not_trouble_the_reranker(archive: Archive) -> None:
    assert Assistant(archive, reranker=Ready(_raise)).search("Which pier fell?").passages == ()
