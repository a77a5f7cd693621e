"""From a question to what is found: understood, narrowed, searched part by part."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest

from assistant.narrowing import Narrowed, narrow
from assistant.question import NAMES, Known, Question, placed
from assistant.question.sources import outlets_of
from assistant.reranking import Reranker, reranked
from assistant.results import Found, Passage
from assistant.search import Hits, Query, fit, search
from assistant.words import STOP
from ingest.archive import Archive
from ingest.errors import SettingError
from ingest.filters import Filters, moment_of, outlet_key

FACETS = 4  # searches for one question at most
NEARLY = 0.5  # of the best score: what is below is shown after what is above, for all parts
FITS = 0.8  # of the best fit anywhere that the reports of a named time must have
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

    def place(self, question: Question, given: Filters, ignore: Collection[str] = ()) -> Question:
        """The question with what it says of where to search; "now" is the as-of moment.

        Raises:
            SettingError: `ignore` names no filter.
        """
        now = moment_of(given.as_of) if given.as_of else self.clock()
        names = self.archive.names
        known = Known(names.outlets, names.has_author)
        return placed(question, now, known, checked_names(ignore))

    def find(self, question: Question, given: Filters, k: int) -> Found:
        """The `k` best passages for a question that has its place."""
        started = time.monotonic()
        narrowed = self._narrowed(question, self._by_any_name(given))
        depth = max(k, self.reranker.depth) if self.reranker else k
        hits = [search(self.archive, query, depth) for query in _facets(question, narrowed)]
        passages = _interleaved(hits)
        if self.reranker:
            passages = reranked(self.reranker, question.topic, passages)
        return Found(
            question.text, narrowed.filters, passages[:k], time.monotonic() - started,
            narrowed.kept, narrowed.relaxed,
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

    def _narrowed(self, question: Question, given: Filters) -> Narrowed:
        """A day that a question names may be of the event and not of the reports: where what was
        published then hardly fits, and other reports do, its time is not kept to."""
        narrowed = narrow(self.archive, given, question.scope)
        times = tuple(each for each in narrowed.kept if each.name == "time")
        if not times or all(term in STOP for term in question.terms):
            return narrowed
        wide = narrow(self.archive, given, question.scope.without(["time"]))
        words = _words(question)
        fits = [fit(self.archive, Query(words, each.filters, "none")) for each in (narrowed, wide)]
        if fits[0] >= FITS * fits[1]:
            return narrowed
        return replace(wide, relaxed=(*times, *wide.relaxed))


def checked_names(ignore: Collection[str]) -> frozenset[str]:
    """Names of filters; "all" stands for each of them.

    Raises:
        SettingError: there is no filter of that name.
    """
    names = {ignore} if isinstance(ignore, str) else set(ignore)
    if unknown := sorted(names - {*NAMES, "all"}):
        raise SettingError(
            f"There is no filter {unknown[0]!r} to ignore. Known: {', '.join(NAMES)}, all."
        )
    return frozenset(NAMES if "all" in names else names)


def _facets(question: Question, narrowed: Narrowed) -> list[Query]:
    """A search for each part of the question, or else for each outlet that is to be heard."""
    whole = Query(_words(question), narrowed.filters, narrowed.recency)
    sources = next((each for each in narrowed.kept if each.name == "publisher"), None)
    if question.parts and not question.about:
        named = sources.values if sources else ()
        facets = [replace(whole, text=part.text, filters=_of(whole.filters, part.publishers, named))
                  for part in question.parts]  # fmt: skip
    else:
        groups = sources.groups if sources else ()
        facets = [replace(whole, filters=replace(whole.filters, publishers=g)) for g in groups]
    return facets[:FACETS] if len(facets) > 1 else [whole]


def _of(filters: Filters, publishers: Sequence[str], named: Sequence[str]) -> Filters:
    """For those publishers alone, where they are among the filter's."""
    own = tuple(name for name in publishers if name in named)
    return replace(filters, publishers=own) if own else filters


def _words(question: Question) -> str:
    """ "Who wrote the report on X?" is a search for X."""
    return " ".join(question.terms) if question.about and question.terms else question.topic


def _interleaved(found: Sequence[Hits]) -> tuple[Passage, ...]:
    """The first of each, then the second of each, none twice, and what hardly fits at the end."""
    least = NEARLY * max((each.passages[0].score for each in found if each.passages), default=0.0)
    turns = zip_longest(*(each.passages for each in found))
    taken: dict[tuple[str, int], Passage] = {}
    for passage in (passage for turn in turns for passage in turn if passage):
        taken.setdefault((passage.article_id, passage.start), passage)
    if len(found) == 1:
        return tuple(taken.values())
    return tuple(sorted(taken.values(), key=lambda passage: passage.score < least))
