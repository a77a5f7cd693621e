"""A scripted assistant over a small catalog: what is evaluated without an archive or a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from assistant.evaluation import Case
from assistant.results import REFUSAL, Answer, Citation
from ingest.archive.copies import Carrier
from ingest.archive.filters import Filters
from ingest.archive.rows import Stored
from ingest.article import Article
from ingest.errors import ModelError

TEXT = "The harbour reopened on Friday. It had been shut for 12 days."
HOSTILE = "<script>alert(1)</script>"
BREAKOUT = '"><img src="https://evil.example/x.png" onerror=alert(1)>'


@dataclass(frozen=True)
class Told(Answer):
    """An answer with everything that answers may come to have."""

    conflict: Any = None
    timeline: Sequence[Any] = ()
    statements: Sequence[Any] = ()
    confidence: float | None = None


class FakeCatalog:
    """Articles by id; ids of one group are copies of each other."""

    def __init__(self, texts: Mapping[str, str], groups: Sequence[Sequence[str]] = ()) -> None:
        self.texts = texts
        self.groups = groups

    def articles(self, ids: Sequence[str] | None = None) -> Iterator[Stored]:
        for name in ids or ():
            if name in self.texts:
                yield Stored(name, 1, Article("k", "s", "Title", self.texts[name]))

    def copies(self, article_id: str) -> list[Carrier]:
        group = next((group for group in self.groups if article_id in group), ())
        return [Carrier(other, url=url(other)) for other in group if other != article_id]


class FakeAssistant:
    """Gives the answer scripted for each question and records what it was handed."""

    def __init__(self, script: Mapping[str, Answer | Exception], catalog: FakeCatalog) -> None:
        self.script = script
        self.archive = SimpleNamespace(catalog=catalog)
        self.handed: list[dict[str, Any]] = []
        self.after: Callable[[], None] = lambda: None

    def stream(self, question: str, **options: Any) -> Iterator[Answer]:
        self.handed.append({"question": question, **options})
        given = self.script.get(question, ModelError("The service is down."))
        if isinstance(given, Exception):
            raise given
        yield replace(given, text="", complete=False)
        self.after()
        yield given


CATALOG = FakeCatalog({"one": TEXT, "two": TEXT, "three": "Other."}, [("one", "two")])


def url(article_id: str) -> str:
    return f"https://{article_id}.example/news"


def citation(article_id: str = "one", quote: str = "", number: int = 1, **fields: Any) -> Citation:
    """Of the whole text, unless a quote is given, which then need not be there."""
    quote = quote or CATALOG.texts[article_id]
    defaults = {
        "title": "Harbour reopens", "publisher": "Northern Ledger", "byline": None,
        "published": "2023-07-16", "url": url(article_id), "start": 0, "end": len(quote),
        "link": None,
    }  # fmt: skip
    return Citation(number=number, article_id=article_id, quote=quote, **{**defaults, **fields})


def told(text: str, *citations: Citation, **fields: Any) -> Told:
    defaults: dict[str, Any] = {
        "question": "?", "standalone": "?", "filters": Filters(), "model": "fake",
    }  # fmt: skip
    return Told(text=text, citations=citations, **{**defaults, **fields})


def refusal(**fields: Any) -> Told:
    return told(REFUSAL, grade="refused", **fields)


def case(question: str = "When did it reopen?", **fields: Any) -> Case:
    return Case(line=fields.pop("line", 1), question=question, **fields)
