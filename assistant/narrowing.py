"""The filters in force: the user's, and those of the question that leave something to search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from assistant.question import Finding, Scope
from assistant.ranking import Recency
from ingest.archive import Archive
from ingest.filters import DAY, Filters

Held = Mapping[str, frozenset[str]]  # ids of the articles that hold a wording


@dataclass(frozen=True)
class Narrowed:
    """`kept`: what of the question is in force; `relaxed`: what would have left nothing."""

    filters: Filters
    kept: tuple[Finding, ...] = ()
    relaxed: tuple[Finding, ...] = ()
    recency: Recency = "mild"


def narrow(archive: Archive, given: Filters, scope: Scope) -> Narrowed:
    """`given` with as much of the scope as leaves something; what is least certain goes first.

    A filter that the user set takes the place of the same one in the question.
    """
    wanted = [each for each in scope.findings if not _is_set(each, given)]
    usable = [each for each in wanted if any(each.values)]
    filters, kept = _most(archive, given, usable)
    relaxed = tuple(each for each in wanted if each not in kept)
    return Narrowed(filters, kept, relaxed, _recency(filters, scope))


def together(facets: Sequence[Narrowed], given: Filters, scope: Scope) -> Narrowed:
    """What several searches for one question kept to, said once: a filter of the question's counts
    as kept where one of them kept it."""
    if len(facets) == 1:
        return facets[0]
    held = {(each.name, value) for facet in facets for each in facet.kept for value in each.words}
    kept: list[Finding] = []
    relaxed: list[Finding] = []
    for each in (each for each in scope.findings if not _is_set(each, given)):
        is_kept = any((each.name, word) in held for word in each.words)
        (kept if is_kept else relaxed).append(each)
    filters = given
    for each in kept:
        filters = each.narrow(filters)
    return Narrowed(filters, tuple(kept), tuple(relaxed), facets[0].recency)


def _most(
    archive: Archive, given: Filters, findings: Sequence[Finding]
) -> tuple[Filters, tuple[Finding, ...]]:
    wordings = [value for each in findings if each.name == "phrase" for value in each.values]
    held = {wording: archive.holding([wording]) for wording in wordings}
    for count in range(len(findings), 0, -1):
        for kept in combinations(findings, count):  # those with the first ones come first
            filters = _joined(given, kept, held)
            if archive.lexical.admits_any(filters):
                return filters, kept
    return given, ()


def _joined(given: Filters, findings: Sequence[Finding], held: Held) -> Filters:
    filters = given
    for finding in findings:
        filters = finding.narrow(filters)
    if filters.phrases:
        articles = frozenset.intersection(*(held[wording] for wording in filters.phrases))
        filters = replace(filters, articles=articles)
    return filters


def _is_set(finding: Finding, given: Filters) -> bool:
    if finding.name == "time":
        return given.since is not None or given.until is not None
    return finding.name == "publisher" and bool(given.publishers)


def _recency(filters: Filters, scope: Scope) -> Recency:
    """A fixed range of the past is as good at its beginning as at its end."""
    if scope.latest:
        return "strong"
    ends, now = filters.upper, filters.known_until
    if filters.until and ends is not None and (now is None or ends < now - DAY):
        return "none"
    return "mild"
