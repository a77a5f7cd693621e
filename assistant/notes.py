"""What an answer says beside its text: what was understood, left out, corrected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.question import Finding, Name
from assistant.results import Citation, Found, Passage
from ingest.archive import Archive
from ingest.filters import Filters


def scope_notes(found: Found) -> tuple[str, ...]:
    """The filters that the question named: those in force, and those that were left out."""
    notes = []
    if found.understood:
        said = "; ".join(map(_in_force, found.understood))
        notes.append(f"Searched as the question says: {said}.")
    notes += map(_relaxed, found.relaxed)
    missing = (name for each in found.understood for name in each.missing)
    notes += (f"The archive holds nothing by {name}." for name in missing)
    return tuple(notes)


def _in_force(finding: Finding) -> str:
    if finding.name == "time":
        since, until = finding.values
        ends = (("from", since), ("to", until))
        days = " ".join(f"{name} {day}" for name, day in ends if day)
        return f"published {days} ({_quoted(finding.words)})"
    return f"{_LEADS[finding.name]} {_quoted(finding.values)}"


def _relaxed(finding: Finding) -> str:
    if finding.missing and not any(finding.values):
        return f"The archive holds nothing by {', '.join(finding.missing)}."
    return (
        f"Nothing fits {_quoted(finding.words)} here: the {_CALLED[finding.name]} was not kept to."
    )


_LEADS: dict[Name, str] = {
    "publisher": "by", "without": "not by", "author": "written by", "kind": "kind",
    "phrase": "with the words",
}  # fmt: skip
_CALLED: dict[Name, str] = {
    "time": "time", "publisher": "publisher", "without": "publisher to leave out",
    "author": "author", "kind": "kind of article", "phrase": "wording",
}  # fmt: skip


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def left_out(archive: Archive, filters: Filters) -> tuple[str, ...]:
    """What a time range leaves out although it might belong to it."""
    undated = archive.catalog.undated() if filters.timed else 0
    changed = archive.catalog.changed_later(filters)
    notes = (
        (undated, "undated", "nobody can say when they were published"),
        (changed, "later changed", "nobody can say what they said then"),
    )
    return tuple(
        f"{count} {what} article{'s were' if count > 1 else ' was'} left out: {why}."
        for count, what, why in notes
        if count
    )


def corrected(passages: Sequence[Passage], citations: Iterable[Citation]) -> tuple[str, ...]:
    """The publishers' notes on the articles that are cited, each once."""
    articles = {passage.article_id: passage.article for passage in passages}
    numbers: dict[str, int] = {}
    for citation in citations:
        numbers.setdefault(citation.article_id, citation.number)
    return tuple(
        f"Note on [{number}]: {note}"
        for article_id, number in numbers.items()
        if article_id in articles and (note := articles[article_id].correction)
    )
