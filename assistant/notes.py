"""What an answer says beside its text: what was left out, what was corrected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.results import Citation, Passage
from ingest.archive import Archive
from ingest.filters import Filters


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
