"""Where a question wants to be searched: times, publishers, authors, kinds, quoted words.

All the times that it names make one range.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, get_args

from assistant.question.sources import Said, find_authors, find_publishers, once
from assistant.question.times.periods import find_periods, hull, near, wants_latest
from ingest.archive.filters import Filters
from ingest.article import Kind

Name = Literal["publisher", "without", "time", "author", "kind", "phrase"]  # most certain first
NAMES: tuple[Name, ...] = get_args(Name)
# Read from words, these are preferred, not required.
WISHES: tuple[Name, ...] = ("time", "author", "kind", "phrase")
Span = tuple[int, int]

PHRASES = 3  # of a question that are asked for; more quotes only mark names


@dataclass(frozen=True)
class Finding:
    """A filter that a question names. `values`: what is searched; `words`: as the question says it;
    `missing`: values of which the archive has nothing; `groups`: the values by outlet; `is_wish`:
    it is preferred and not required."""

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
    said = tuple(text[start:end] for start, end in named.spans)
    authors = _apart(find_authors(text, known.is_author), named.spans)
    phrases = _apart(find_phrases(text), [*named.spans, *((a.start, a.end) for a in authors)])
    wording = list(dict.fromkeys(phrase.value for phrase in phrases))[:PHRASES]
    found = (
        Finding("publisher", named.publishers, said, named.spans, named.absent, named.groups),
        # "The BBC on the strike?" or "Who owns the BBC?": its words stay in the topic.
        Finding("publisher", named.merely, named.merely, is_wish=True),
        Finding("without", named.without, said, named.spans), _time(text, now),
        _finding("author", authors, text), _finding("kind", find_kinds(text), text),
        *(Finding("phrase", (words,), (words,)) for words in wording),
    )  # fmt: skip
    there = (each for each in found if each and (each.values or each.missing))
    return Scope(tuple(there), wants_latest(text))


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
        whole = hull(periods)
    except (OverflowError, ValueError):  # "last year" at the beginning of time
        return None
    if whole is None:
        return None
    spans = tuple((each.start, each.end) for each in periods)
    words = tuple(each.words for each in periods)
    return Finding("time", (whole.since or "", whole.until or ""), words, spans)


def _finding(name: Name, said: Sequence[Said], text: str) -> Finding:
    spans = tuple((each.start, each.end) for each in said)
    words = tuple(text[start:end] for start, end in spans)
    return Finding(name, tuple(each.value for each in said), words, spans)


def _apart(found: Iterable[Said], spans: Sequence[Span]) -> list[Said]:
    """Those that meet none of the spans."""
    return [
        each for each in found
        if not any(each.start < stop and first < each.end for first, stop in spans)
    ]  # fmt: skip


_ADDED: dict[Name, Callable[[Filters, tuple[str, ...]], Filters]] = {
    "time": lambda f, values: replace(f, since=values[0] or None, until=values[1] or None),
    "publisher": lambda f, values: replace(f, publishers=values),
    "without": lambda f, values: replace(f, without=values),
    "author": lambda f, values: replace(f, authors=values),
    "kind": lambda f, values: replace(f, kinds=tuple(k for k in get_args(Kind) if k in values)),
    "phrase": lambda f, values: replace(f, phrases=f.phrases + values),
}

# Kinds of article that a question asks for. A court's opinion is none; but a kind is a wish, and
# what is taken for one costs little.
_SAY = r"(?:says?|said|writes?|wrote|written|argue[ds]?|think|call(?:s|ed)?|make|made)"
KINDS: tuple[tuple[Kind, str], ...] = (
    ("opinion", r"(?:opinion|op-?ed|guest)\s+(?:pieces?|articles?|columns?|essays?|pages?)"),
    ("opinion", r"(?:op-?eds?|editorials?|commentar(?:y|ies)|letters?\s+to\s+the\s+editor)"),
    ("opinion", r"(?:^\W*|(?:any|some|find|me|read)\s+)opinions?\s+(?:on|about)"),
    ("opinion", rf"(?:columnists?|commentators?)\s+(?:\w+\s+){{0,2}}{_SAY}"),
    ("opinion", r"columns?\s+(?:about|by)"),
    ("analysis", r"news\s+analys[ei]s|analys[ei]s\s+(?:pieces?|articles?)"),
    ("analysis", r"analys[ei]s(?=\s+(?:of|on|by|from)\s.*\b(?:newspaper|press|journalist|reporter"
                 r"|correspondent)s?\b)"),
    ("live", r"live[\s-]?(?:blogs?|blogging|ticker|updates?|coverage|reports?|reporting|text)"),
)  # fmt: skip
_KINDS = tuple((kind, re.compile(rf"(?i)(?:\b|^)(?:{words})\b")) for kind, words in KINDS)


def find_kinds(text: str) -> tuple[Said, ...]:
    """The kinds of article that a question asks for, from left to right, each once.

    >>> find_kinds("Any op-eds about the budget?")
    (Said(value='opinion', start=4, end=10),)
    """
    return once(
        Said(kind, *match.span()) for kind, words in _KINDS for match in words.finditer(text)
    )


# Words that a question puts in quotes are to be found as they stand. A straight quote opens before
# a word and closes after one: 5" and dogs' are neither, nor are '90s, rock 'n' roll and 'em.
_QUOTED = re.compile(
    r"“([^“”]{1,300})”|„([^„“”]{1,300})[“”]|«([^«»]{1,300})»|‹([^‹›]{1,300})›|「([^「」]{1,300})」"
    r'|(?<!\w)"(?=[^\s"])([^"\n]{1,300})(?<!\s)"(?!\w)'
    r"|(?<!\w)['‘](?=[^\s'‘’])(?!\d0s\b|(?:n|em|tis|twas|til|cause|bout|round|cos|im|er)\b)"
    r"((?:[^'‘’\n]|(?<=\w)['’](?=\w)){1,300})(?<!\s)['’](?!\w)",
    re.IGNORECASE,
)
_MARKS = " \t'\"‘’“”„«»‹›「」"
_STOPS = ",.;:"  # that printers put before the mark


def find_phrases(text: str) -> tuple[Said, ...]:
    """What stands in quotes, from left to right; of quotes in quotes the outer ones.

    >>> find_phrases("Who said “never again” at the dogs' home?")
    (Said(value='never again', start=10, end=21),)
    """
    phrases: list[Said] = []
    for match in _QUOTED.finditer(text):
        left, right = match.span(match.lastindex or 0)
        words = text[left:right].lstrip(_MARKS)
        start = right - len(words)
        words = words.rstrip(_MARKS + _STOPS)
        if any(map(str.isalnum, words)):
            phrases.append(Said(words, start, start + len(words)))
    return tuple(phrases)
