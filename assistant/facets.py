"""What a question is searched for: as a whole, part by part, or at each outlet that it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from assistant.question import Question, Scope
from assistant.results import Passage
from assistant.search import Hits

FACETS = 4  # searches for one question at most
NEARLY = 0.5  # of the best score: what is below is shown after what is above, for all facets


@dataclass(frozen=True)
class Facet:
    """One search: its words and its scope."""

    text: str
    scope: Scope


def facets_of(question: Question) -> list[Facet]:
    """The searches for a question, one or more."""
    whole = Facet(words_of(question), question.scope)
    if question.parts and not question.about:
        shared = question.scope.without(["phrase"])
        facets = [Facet(part.topic, part.scope.over(shared)) for part in question.parts]
    else:
        facets = [replace(whole, scope=scope) for scope in _by_outlet(question.scope)]
    return facets[:FACETS] if len(facets) > 1 else [whole]


def words_of(question: Question) -> str:
    """What is searched for: "Who wrote the report on X?" is a search for X."""
    return " ".join(question.terms) if question.about and question.terms else question.topic


def interleaved(found: Sequence[Hits]) -> tuple[Passage, ...]:
    """The first of each, then the second of each, none twice, and what hardly fits at the end."""
    least = NEARLY * max((each.passages[0].score for each in found if each.passages), default=0.0)
    turns = zip_longest(*(each.passages for each in found))
    taken: dict[tuple[str, int], Passage] = {}
    for passage in (passage for turn in turns for passage in turn if passage):
        taken.setdefault((passage.article_id, passage.start), passage)
    if len(found) == 1:
        return tuple(taken.values())
    return tuple(sorted(taken.values(), key=lambda passage: passage.score < least))


def _by_outlet(scope: Scope) -> list[Scope]:
    """The scope for each of the outlets that it names."""
    sources = scope.of("publisher")
    if sources is None:
        return []
    own = (replace(sources, values=names, groups=(names,)) for names in sources.groups)
    rest = scope.without(["publisher"])
    return [Scope((each, *rest.findings), scope.latest) for each in own]
