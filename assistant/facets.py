"""What a question is searched for: as a whole, part by part, or at each outlet that it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from assistant.question import Question, Scope
from assistant.results import Passage
from assistant.search import Hits

Stories = Callable[[Sequence[str]], Mapping[str, str]]
FACETS = 4  # searches for one question at most
# Of the best score: what is below is shown after what is above, for all facets; the first of each
# facet has it easier, for an outlet that is named is to be heard.
NEARLY, HARDLY = 0.5, 0.25


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


def interleaved(found: Sequence[Hits], stories: Stories) -> tuple[Passage, ...]:
    """The first of each, then the second of each, none twice, and what hardly fits at the end.

    `stories`: of article ids, the groups of those that are wire copies; of a group one stays.
    """
    if len(found) == 1:
        return found[0].passages
    best = max((each.passages[0].score for each in found if each.passages), default=0.0)
    fitting: list[Passage] = []
    rest: list[Passage] = []
    for place, turn in enumerate(zip_longest(*(each.passages for each in found))):
        least = (NEARLY if place else HARDLY) * best
        for passage in filter(None, turn):
            (fitting if passage.score >= least else rest).append(passage)
    once: dict[tuple[str, int], Passage] = {}
    for passage in fitting + rest:
        once.setdefault((passage.article_id, passage.start), passage)
    return _one_copy(list(once.values()), stories)


def _one_copy(passages: Sequence[Passage], stories: Stories) -> tuple[Passage, ...]:
    """Without the copies of a report that another facet has shown; they are named there."""
    groups = stories(list({passage.article_id for passage in passages}))
    shown: dict[str, str] = {}
    also: dict[str, dict[str, None]] = defaultdict(dict)
    for passage in passages:
        group = groups.get(passage.article_id)
        if group and shown.setdefault(group, passage.article_id) != passage.article_id:
            also[shown[group]] |= dict.fromkeys(filter(None, [passage.publisher]))
    return tuple(
        replace(each, also_in=tuple(dict.fromkeys((*each.also_in, *also[each.article_id]))))
        for each in passages
        if shown.get(groups.get(each.article_id, ""), each.article_id) == each.article_id
    )


def _by_outlet(scope: Scope) -> list[Scope]:
    """The scope for each of the outlets that it names."""
    sources = scope.of("publisher")
    if sources is None:
        return []
    own = (replace(sources, values=names, groups=(names,)) for names in sources.groups)
    rest = scope.without(["publisher"])
    return [Scope((each, *rest.findings), scope.latest) for each in own]
