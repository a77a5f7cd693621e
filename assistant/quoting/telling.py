"""Conflicts and timelines in words, each piece with the quote that stands behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.reading.conflicts import Claim, Conflicting
from assistant.reading.timeline import Event
from assistant.results import MONTHS, REFUSAL, attribution, day_in_words, outlet
from assistant.writing import Draft, Quote
from ingest.article import Article

FEWEST_EVENTS = 2  # one alone is no course of events
_JOIN = {"superseded": ", later ", "disputed": " against "}
_LEAD = {"superseded": "The figure changed: ", "disputed": "Reports differ: "}


def differing(conflict: Conflicting) -> Iterator[Draft]:
    """The values with their outlets and times, then the words of each."""
    for position, claim in enumerate(conflict.claims):
        join = _JOIN[conflict.relation] if position else _LEAD[conflict.relation]
        article = claim.evidence.passage.article
        text = f"{join}{claim.value} ({_briefly(article)}) "
        yield Draft(text, _quote(claim), value=claim.value, relation=conflict.relation)
    for claim in _once(conflict.claims):
        said_by = attribution(claim.evidence.passage.article)
        text = f"\n\n{said_by}: “{claim.evidence.text}” "
        yield Draft(text, _quote(claim))


def told(events: Sequence[Event]) -> Iterator[Draft]:
    """One line for each event: its date, the words, and who published them when."""
    if len(events) < FEWEST_EVENTS:
        yield Draft(REFUSAL)
        return
    for position, event in enumerate(events):
        gap = "\n\n" if position else ""
        article = event.evidence.passage.article
        text = f"{gap}{date_in_words(event.date)}: “{event.evidence.text}” ({_briefly(article)}) "
        found = event.evidence
        yield Draft(text, Quote(found.passage, found.start, found.end), date=event.date)


def date_in_words(iso: str) -> str:
    """ "10 September 2023", "September 2023" or "2023"."""
    year, *rest = iso.split("-")
    month = MONTHS[int(rest[0]) - 1] if rest else ""
    day = str(int(rest[1])) if len(rest) > 1 else ""
    return " ".join(part for part in (day, month, year) if part)


def _briefly(article: Article) -> str:
    """Outlet and day of publication; of opinion, its author, too."""
    author = f"{article.byline or 'unsigned'} (opinion)" if article.kind == "opinion" else None
    parts = (author, outlet(article), day_in_words(article) or "undated")
    return ", ".join(part for part in parts if part)


def _quote(claim: Claim) -> Quote:
    """The sentence with its figure marked."""
    found, figure = claim.evidence, claim.figure
    marked = (found.start + figure.start, found.start + figure.end)
    return Quote(found.passage, found.start, found.end, marked)


def _once(claims: Sequence[Claim]) -> list[Claim]:
    """Two values may stand in one sentence."""
    return list({(c.evidence.passage.article_id, c.evidence.start): c for c in claims}.values())
