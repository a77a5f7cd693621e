"""Where a question wants to be searched: times, publishers, authors, kinds, quoted words.

All the times that it names make one range.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args

from assistant.question.outlets.bylines import find_authors
from assistant.question.outlets.publishers import find_publishers
from assistant.question.outlets.sections import find_kinds
from assistant.question.quotations import Phrase, find_phrases
from assistant.question.times.periods import Period, find_periods, wants_latest
from ingest.archive.filters import Filters
from ingest.article import Kind

MANY = 2  # periods of which a hull is made
_FAR = timedelta(days=730)  # a time so long ago is background where a recent one is named, too


def period_of(text: str, now: datetime) -> Period | None:
    """One range that covers all of the text's periods, from the first since to the last until.

    An end that is open in one is open in all; the words are joined by " … ". What ended years ago
    does not count beside what did not: "Who was found this week, having vanished in 1974?"
    """
    return hull(near(find_periods(text, now), now), now)


def near(periods: Sequence[Period], now: datetime) -> Sequence[Period]:
    """Without the periods that ended long ago, where another did not."""
    limit = (now - _FAR).date()
    kept = [each for each in periods if each.until is None or _day(each.until) >= limit]
    return kept or periods


def hull(found: Sequence[Period], now: datetime) -> Period | None:
    """The range from the first since to the last until; None when both ends are open."""
    if len(found) < MANY:
        return found[0] if found else None
    since = [each.since for each in found]
    until = [each.until for each in found]
    first = None if None in since else min(filter(None, since), key=_instant(now, time.min))
    last = None if None in until else max(filter(None, until), key=_instant(now, time.max))
    words = " … ".join(each.words for each in found)
    return Period(first, last, words, found[0].start, found[-1].end) if first or last else None


def _day(bound: str) -> date:
    return date.fromisoformat(bound[:10])


def _instant(now: datetime, of_day: time) -> Callable[[str], datetime]:
    def instant(said: str) -> datetime:
        if "T" in said:
            return datetime.fromisoformat(said)
        return datetime.combine(date.fromisoformat(said), of_day, now.tzinfo)

    return instant


Name = Literal["publisher", "without", "time", "author", "kind", "phrase"]  # most certain first
NAMES: tuple[Name, ...] = get_args(Name)
WISHES: tuple[Name, ...] = (
    "time",
    "author",
    "phrase",
)  # read from words, these are preferred, not required
Span = tuple[int, int]

PHRASES = 3  # of a question that are asked for; more quotes only mark names
_WORD_ITSELF = re.compile(  # "What does “PSL” stand for?" asks for reports that may not say it
    r"\b(?:stands?\s+for|abbreviat\w+|acronym|nicknamed?|dubbed|known\s+as|mean[st]?\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Finding:
    """A filter that a question names. `values`: what is searched; `words`: as the question says it;
    `missing`: values of which the archive has nothing; `groups`: the values by outlet; `is_wish`:
    it is preferred and not required, as those of `WISHES` always are."""

    name: Name
    values: tuple[str, ...]
    words: tuple[str, ...]
    spans: tuple[Span, ...] = field(default=(), repr=False)
    missing: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    is_wish: bool = False

    def narrow(self, filters: Filters) -> Filters:
        """`filters` with this one added."""
        return _ADDED[self.name](filters, self.values)


@dataclass(frozen=True)
class Known:
    """What the archive knows by name."""

    outlets: tuple[str, ...] = ()
    is_author: Callable[[str], bool] | None = None


@dataclass(frozen=True)
class Scope:
    """All that a question says of where to search, the most certain first."""

    findings: tuple[Finding, ...] = ()
    latest: bool = False

    def without(self, names: Iterable[str]) -> Scope:
        """The scope with filters of these names left out; "time" stands for `latest`, too."""
        out = set(names)
        kept = tuple(each for each in self.findings if each.name not in out)
        return Scope(kept, self.latest and "time" not in out)

    def over(self, other: Scope) -> Scope:
        """This scope with what only the other says."""
        own = {each.name for each in self.findings}
        more = tuple(each for each in other.findings if each.name not in own)
        findings = sorted(self.findings + more, key=lambda each: NAMES.index(each.name))
        return Scope(tuple(findings), self.latest or other.latest)

    def of(self, name: Name) -> Finding | None:
        """The first filter of that name."""
        return next((each for each in self.findings if each.name == name), None)

    def values(self, name: Name) -> tuple[str, ...]:
        return tuple(value for each in self.findings if each.name == name for value in each.values)


def scope_of(text: str, now: datetime, known: Known) -> Scope:
    """The scope of a question, a pure function of its arguments. `now` has a zone."""
    named = find_publishers(text, known.outlets)
    sources = _finding("publisher", named.publishers, text, named.spans, named.absent)
    sources = replace(sources, groups=named.groups) if sources else None
    if named.merely:  # "The BBC on the strike?" or "Who owns the BBC?": its words stay in the topic
        sources = Finding("publisher", named.merely, named.merely, is_wish=True)
    without = _finding("without", named.without, text, named.spans)
    authors = [a for a in find_authors(text, known.is_author) if not _meets(a, named.spans)]
    kinds = find_kinds(text)
    spans = [*named.spans, *((a.start, a.end) for a in authors)]
    found = (
        sources, without, _time(text, now),
        _finding("author", [a.name for a in authors], text, [(a.start, a.end) for a in authors]),
        _finding("kind", [k.kind for k in kinds], text, [(k.start, k.end) for k in kinds]),
        *(Finding("phrase", (words,), (words,)) for words in _wording(text, spans)),
    )  # fmt: skip
    return Scope(tuple(each for each in found if each), wants_latest(text))


def stripped(text: str, scope: Scope) -> str:
    """The text without what became a filter; the text itself where nothing else is said.

    Quoted words stay: they are looked for and not only looked at.
    """
    spans = sorted(span for each in scope.findings for span in each.spans)
    left, end = "", 0
    for start, stop in spans:
        left += text[end : max(end, start)] + " "
        end = max(end, stop)
    left = " ".join((left + text[end:]).split())
    return left if re.search(r"\w", left) else text


def _time(text: str, now: datetime) -> Finding | None:
    try:
        periods = near(find_periods(text, now), now)
        whole = hull(periods, now)
    except (OverflowError, ValueError):  # "last year" at the beginning of time
        return None
    if whole is None:
        return None
    spans = tuple((each.start, each.end) for each in periods)
    words = tuple(each.words for each in periods)
    return Finding("time", (whole.since or "", whole.until or ""), words, spans)


def _finding(
    name: Name,
    values: Sequence[str],
    text: str,
    spans: Sequence[Span] = (),
    missing: Sequence[str] = (),
) -> Finding | None:
    if not values and not missing:
        return None
    said = tuple(text[start:end] for start, end in spans)
    unique = tuple(dict.fromkeys(values))
    return Finding(name, unique, said or unique, tuple(spans), tuple(missing))


def _wording(text: str, taken: Sequence[Span]) -> list[str]:
    """The quoted words that are asked for, each once."""
    if _WORD_ITSELF.search(text):
        return []
    found = (p for p in find_phrases(text) if not _meets(p, taken) and not _is_name(p, text))
    return list(dict.fromkeys(phrase.words for phrase in found))[:PHRASES]


def _is_name(phrase: Phrase, text: str) -> bool:
    """Whether a single word stands in single quotes, which mark names rather than wording."""
    return " " not in phrase.words and text[: phrase.start].endswith(("'", "‘"))


def _meets(it: object, spans: Iterable[Span]) -> bool:
    start, end = getattr(it, "start"), getattr(it, "end")  # noqa: B009  three kinds of findings
    return any(start < stop and first < end for first, stop in spans)


def _timed(filters: Filters, values: Sequence[str]) -> Filters:
    since, until = values
    return replace(filters, since=since or None, until=until or None)


def _kinds(filters: Filters, values: Sequence[str]) -> Filters:
    kinds: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind in values)
    return replace(filters, kinds=kinds)


_ADDED: dict[Name, Callable[[Filters, tuple[str, ...]], Filters]] = {
    "time": _timed,
    "publisher": lambda filters, values: replace(filters, publishers=values),
    "without": lambda filters, values: replace(filters, without=values),
    "author": lambda filters, values: replace(filters, authors=values),
    "kind": _kinds,
    "phrase": lambda filters, values: replace(filters, phrases=filters.phrases + values),
}
