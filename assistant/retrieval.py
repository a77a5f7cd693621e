"""From a question to what is found: understood, narrowed, searched part by part."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.facets import Facet, facets_of, interleaved
from assistant.narrowing import Narrowed, narrow, together
from assistant.question import NAMES, Known, Question, placed, settled
from assistant.question.as_of import without_as_of
from assistant.question.sources import outlets_of
from assistant.reranking import Reranker, reranked
from assistant.results import Found
from assistant.search import Query, fit, search
from assistant.words import STOP, content_terms
from ingest.archive import Archive
from ingest.errors import SettingError
from ingest.filters import Filters, moment_of, outlet_key

AS_OF = "as_of"  # a name to ignore, beside those of the filters of a scope
FITS = 0.75  # of the best fit anywhere that the reports of a named time must have
Clock = Callable[[], datetime]


def local_now() -> datetime:
    """The time of day here, with its zone."""
    return datetime.now().astimezone()


@dataclass(frozen=True)
class Finder:
    """Finds passages for questions. `reranker`: sorts what was found anew, where one is set."""

    archive: Archive
    clock: Clock = local_now
    reranker: Reranker | None = None

    def known_then(
        self, question: Question, given: Filters, ignore: Collection[str] = ()
    ) -> tuple[Question, Filters]:
        """The question and filters once an as-of moment that it names has become one of these."""
        if given.as_of or AS_OF in checked_names(ignore):
            return question, given
        question, day = without_as_of(question, self.clock)
        return question, replace(given, as_of=day) if day else given

    def place(self, question: Question, given: Filters, ignore: Collection[str] = ()) -> Question:
        """The question with what it says of where to search; "now" is the as-of moment.

        Raises:
            SettingError: `ignore` names no filter.
        """
        now = self.clock()
        if given.as_of:  # one to come means no limit
            now = min(moment_of(given.as_of), now)
        names = self.archive.names
        known = Known(names.outlets, names.has_author)
        return placed(question, now, known, checked_names(ignore))

    def find(self, question: Question, given: Filters, k: int) -> tuple[Question, Found]:
        """What is found for a question, and the question as what was found shows it to be meant."""
        found = self._find(question, given, k)
        articles = {each.article_id: each.article for each in found.passages}
        texts = (f"{article.title} {article.text}" for article in articles.values())
        meant = settled(question, texts)
        return meant, found if meant == question else self._find(meant, given, k)

    def _find(self, question: Question, given: Filters, k: int) -> Found:
        """The `k` best passages for a question that has its place."""
        started = time.monotonic()
        given = self._by_any_name(given)
        facets, carried = facets_of(question), frozenset(question.carried)
        narrowed = [self._narrowed(facet, given) for facet in facets]
        depth = max(k, self.reranker.depth) if self.reranker else k
        hits = [
            search(self.archive, Query(facet.text, each.filters, each.recency, carried), depth)
            for facet, each in zip(facets, narrowed, strict=True)
        ]
        passages = interleaved(hits, self.archive.catalog.stories)
        if self.reranker:
            passages = reranked(self.reranker, question.topic, passages)
        whole = together(narrowed, given, question.scope)
        return Found(
            question.text, whole.filters, passages[:k], time.monotonic() - started,
            whole.kept, whole.relaxed,
        )  # fmt: skip

    def _by_any_name(self, given: Filters) -> Filters:
        """With the archive's names for publishers that it knows by other names only."""
        known = self.archive.names.outlets
        keys = set(map(outlet_key, known))
        names = [
            (name,) if outlet_key(name) in keys else outlets_of(known).names_of(name) or (name,)
            for name in given.publishers
        ]
        return replace(given, publishers=tuple(each for group in names for each in group))

    def _narrowed(self, facet: Facet, given: Filters) -> Narrowed:
        """A day that a question names may be of the event and not of the reports: where what was
        published then hardly fits, and other reports do, its time is not kept to."""
        narrowed = narrow(self.archive, given, facet.scope)
        times = tuple(each for each in narrowed.kept if each.name == "time")
        if not times or all(term in STOP for term in content_terms(facet.text)):
            return narrowed
        timeless = replace(facet.scope.without(["time"]), latest=facet.scope.latest)
        wide = narrow(self.archive, given, timeless)
        queries = [Query(facet.text, each.filters, "none") for each in (narrowed, wide)]
        then, ever = (fit(self.archive, query) for query in queries)
        if then >= FITS * ever:
            return narrowed
        return replace(wide, relaxed=(*times, *wide.relaxed))


def checked_names(ignore: Collection[str]) -> frozenset[str]:
    """Names of filters; "all" stands for each of them.

    Raises:
        SettingError: there is no filter of that name.
    """
    names = {ignore} if isinstance(ignore, str) else set(ignore)
    known = (*NAMES, AS_OF)
    if unknown := sorted(names - {*known, "all"}):
        raise SettingError(
            f"There is no filter {unknown[0][:40]!r} to ignore. Known: {', '.join(known)}, all."
        )
    return frozenset(known if "all" in names else names)
