"""What an answer says beside its text: what was understood, left out, corrected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from assistant.citing.safe import harmless
from assistant.question import Finding, Name
from assistant.results import Answer, Citation, Found, Passage, Statement, day_of, outlet
from ingest.archive import Archive
from ingest.article import Article, Moment, epoch_of
from ingest.filters import Filters, outlet_key


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
    return ", ".join(f"“{word}”" for word in dict.fromkeys(words))


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


def opening_notes(archive: Archive, found: Found) -> tuple[str, ...]:
    """What is known before anything is written: what is searched, as of when, without what."""
    as_of = found.filters.as_of
    until = (f"As of {_in_words(as_of)}: nothing published later was used.",) if as_of else ()
    return (
        *scope_notes(found),
        *_unknown(archive, found),
        *until,
        *left_out(archive, found.filters),
    )


def _unknown(archive: Archive, found: Found) -> tuple[str, ...]:
    """Publishers that were set by hand and that the archive has nothing of."""
    said = {name for each in found.understood for name in each.values}
    known = set(map(outlet_key, archive.names.outlets))
    names = (name for name in found.filters.publishers if name not in said)
    return tuple(
        f"The archive holds nothing by {harmless(name)}."
        for name in names
        if outlet_key(name) not in known
    )


def closing_notes(
    answer: Answer, citations: Sequence[Citation], statements: Sequence[Statement]
) -> tuple[str, ...]:
    """What is known of the sources once they are cited: how fresh, corrected, opinion, support."""
    if not citations:
        return ("No source is cited: nothing in this answer was checked.",)
    return (
        *freshest(citations),
        *corrected(answer.passages, citations),
        *opinions(answer.passages, citations),
        *unsupported(statements),
    )


def freshest(citations: Sequence[Citation]) -> tuple[str, ...]:
    """The newest of the dated sources, and how many have no date."""
    dated = [citation for citation in citations if citation.published]
    undated = len({c.article_id for c in citations}) - len({c.article_id for c in dated})
    without = f"{undated} source{'s have' if undated > 1 else ' has'} no date" if undated else ""
    if not dated:
        return (f"{without}: nobody can say how fresh this is.",)
    newest = max(dated, key=lambda citation: epoch_of(citation.published or ""))
    by = harmless(newest.publisher or newest.agency or "")
    said = f"The newest source is of {_in_words(newest.published or '')}{f' ({by})' if by else ''}"
    return (f"{said}; {without}." if without else f"{said}.",)


def opinions(passages: Sequence[Passage], citations: Iterable[Citation]) -> tuple[str, ...]:
    """Which of the cited articles are opinion, and whose."""
    return tuple(
        f"[{number}] is opinion, not news: the view of {harmless(author)}."
        for number, article in _cited(passages, citations)
        if article.kind == "opinion"
        and (author := article.byline or outlet(article) or "its author")
    )


def unsupported(statements: Sequence[Statement]) -> tuple[str, ...]:
    """How many sentences their sources do not hold, and how many have none."""
    counts = Counter(each.standing for each in statements)
    of = f"of {len(statements)} sentences"
    notes = []
    if counts["not found"]:
        notes.append(f"{counts['not found']} {of} not found in the source that is cited for it.")
    if counts["uncited"]:
        notes.append(f"{counts['uncited']} {of} without a source.")
    return tuple(notes)


def _in_words(iso: str) -> str:
    return day_of(Moment(iso, "metadata"))


def corrected(passages: Sequence[Passage], citations: Iterable[Citation]) -> tuple[str, ...]:
    """The publishers' notes on the articles that are cited, each once."""
    return tuple(
        f"Note on [{number}]: {harmless(article.correction)}"
        for number, article in _cited(passages, citations)
        if article.correction
    )


def _cited(
    passages: Sequence[Passage], citations: Iterable[Citation]
) -> Iterator[tuple[int, Article]]:
    """Each cited article once, with the first number that cites it."""
    articles = {passage.article_id: passage.article for passage in passages}
    seen: set[str] = set()
    for citation in citations:
        if citation.article_id in articles and citation.article_id not in seen:
            seen.add(citation.article_id)
            yield citation.number, articles[citation.article_id]
