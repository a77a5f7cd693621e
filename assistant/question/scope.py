"""Where a question wants to be searched: times, publishers, authors, kinds, quoted words.

All the times that it names make one range.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, get_args

from assistant.question.outlets import outlets_of
from assistant.question.quotations import find_phrases
from assistant.question.sources import find_authors, find_publishers
from assistant.question.times.periods import find_periods, hull, near, wants_latest
from ingest.archive.filters import Filters
from ingest.article import Kind
from ingest.vocabulary import one_of

Name = Literal["publisher", "without", "time", "author", "kind", "phrase"]  # most certain first
NAMES: tuple[Name, ...] = get_args(Name)
# Read from words, these are preferred, not required.
WISHES: tuple[Name, ...] = ("time", "author", "phrase")
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
    authors = [
        a for a in find_authors(text, known.is_author) if not _meets(a.start, a.end, named.spans)
    ]
    kinds = find_kinds(text)
    by_authors = [(a.start, a.end) for a in authors]
    spans = [*named.spans, *by_authors]
    phrases = [p for p in find_phrases(text) if not _meets(p.start, p.end, spans)]
    # Single quotes around a single word mark a name rather than wording.
    single = ("'", "‘")
    said = (p.words for p in phrases if " " in p.words or not text[: p.start].endswith(single))
    wording = () if _WORD_ITSELF.search(text) else list(dict.fromkeys(said))[:PHRASES]
    found = (
        sources, without, _time(text, now),
        _finding("author", [a.name for a in authors], text, by_authors),
        _finding("kind", [k.kind for k in kinds], text, [(k.start, k.end) for k in kinds]),
        *(Finding("phrase", (words,), (words,)) for words in wording),
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


def _meets(start: int, end: int, spans: Iterable[Span]) -> bool:
    return any(start < stop and first < end for first, stop in spans)


_ADDED: dict[Name, Callable[[Filters, tuple[str, ...]], Filters]] = {
    "time": lambda f, values: replace(f, since=values[0] or None, until=values[1] or None),
    "publisher": lambda f, values: replace(f, publishers=values),
    "without": lambda f, values: replace(f, without=values),
    "author": lambda f, values: replace(f, authors=values),
    "kind": lambda f, values: replace(f, kinds=tuple(k for k in get_args(Kind) if k in values)),
    "phrase": lambda f, values: replace(f, phrases=f.phrases + values),
}

# Kinds of article that a question asks for: opinion, analysis, live reports.
_ON = r"(?:on|about|regarding|concerning)"
_SAY = one_of(
    r"says? said saying writes? wrote writing argue[ds]? thinks? thought claim(?:s|ed)?"
    r" believe[ds]? make made call(?:s|ed)?"
)
_PEN = (
    r"(?:opinion|op-?ed|guest)\s+"
    r"(?:pieces?|articles?|columns?|essays?|sections?|pages?|writers?|writing)"
)
_NO_STAFF = (
    r"(?!\s+(?:boards?\s+members?|staff|teams?|directors?|freedom|independence|offices?|meetings?"
    r"|assistants?|cartoons?))"
)
_PRESS = one_of(
    r"newspapers? papers? press journalists? reporters? correspondents? commentators? columnists?"
    r" editors? analysts?"
)
_IN_THE = r"(?:in|by)\s+(?:(?:the|our)\s+)?"
_PIECES = r"(?:pieces?|articles?|stor(?:y|ies)|sections?)"
KINDS: tuple[tuple[Kind, str], ...] = (
    ("opinion", rf"(?:{_PEN}|op-?eds?|comment\s+pieces?|letters?\s+to\s+the\s+editor)\b"),
    ("opinion", rf"editorials?\b(?:\s+boards?\b)?{_NO_STAFF}"),
    ("opinion", rf"opinions?\s+{_ON}\b"),
    ("opinion", rf"(?:columnists?|commentators?|leader\s+writers?)\s+(?:\w+\s+){{0,2}}{_SAY}\b"),
    ("opinion", r"(?:by|from|according\s+to)\s+(?:\w+\s+)?(?:columnists|commentators)\b"),
    ("opinion", r"columns?\s+(?:about|by)\b"),
    ("opinion", r"columns?\s+on\b(?!\s+(?:the\s+)?(?:march|move|left|right|roads?|page)\b)"),
    ("opinion", rf"commentar(?:y|ies)\s+(?:pieces?|{_ON}|by|from)\b"),
    ("analysis", r"news(?:paper)?\s+analys[ei]s\b"),
    ("analysis", rf"analys[ei]s\s+{_PIECES}\b"),
    (
        "analysis",
        r"(?:find|show|give|list|read|any)\s+(?:me\s+)?(?:an?\s+|any\s+)?analys[ei]s\s+of\b",
    ),
    ("analysis", rf"analys[ei]s\s+(?:of|on)\s[^.?!,;]{{1,80}}?\s{_IN_THE}{_PRESS}\b"),
    ("analysis", rf"analys[ei]s\s+(?:by|from)\s+(?:the\s+|our\s+)?{_PRESS}\b"),
    ("live", r"live[\s-]?(?:blogs?|blogging|ticker|updates?|coverage|reports?|reporting|text)\b"),
    ("live", r"as-it-happened\b"),
)
_PATTERNS = tuple((kind, re.compile(rf"\b{words}", re.IGNORECASE)) for kind, words in KINDS)
# Opinions that are the news and not the kind of article: a court's, a pollster's, a minister's.
_NEWS = re.compile(
    r"(?i)(?:\b"
    + one_of(
        r"public popular world international legal majority minority dissenting concurring second"
        r" medical expert advisory political personal private his her their our my your its whose"
        r" audience voters? match social running audio radio tv television play-by-play stone"
        r" marble spinal steering of"
    )
    + r"|\w['’]s?(?:\s+\w+)?|(?:\A|\W)in)\s+\Z"
)
_PILLAR = re.compile(
    r"\b(?:stone|marble|roman|spinal|steering|tank|armou?red|military|water|fire)\s+\Z", re.I
)
_BY_OUTLET = re.compile(
    r"(?i)\b(?P<kind>analys[ei]s)\b(?:\s+(?:of|on|about)\s[^.?!;]{1,80}?)?\s(?:by|from|in)\s+"
    r"(?:both\s+)?(?:the\s+)?['\"‘“]?(?:the\s+)?\Z"
)
_OF_OUTLET = re.compile(r"['\"’”]?(?:['’]s)?\s+(?:news\s+)?(?P<kind>analys[ei]s)\b", re.IGNORECASE)
_NEAR = 140  # characters


@dataclass(frozen=True)
class KindNamed:
    """A kind of article that `text[start:end]` asks for."""

    kind: Kind
    start: int
    end: int


def find_kinds(text: str) -> tuple[KindNamed, ...]:
    """The kinds of article that a question asks for, from left to right, each once.

    >>> find_kinds("Any op-eds about the budget?")
    (KindNamed(kind='opinion', start=4, end=10),)
    """
    found = []
    matches = [(kind, match) for kind, words in _PATTERNS for match in words.finditer(text)]
    for kind, match in matches:
        said = match[0].lower()
        news = None  # what makes an opinion somebody's in the news; a piece in a paper is not
        if said.startswith(("column ", "columns ")):
            news = _PILLAR
        elif said.startswith(("opinion", "commentar")) and not re.search(_PEN, said, re.I):
            news = _NEWS
        if not (news and news.search(text, max(0, match.start() - _NEAR), match.start())):
            found.append(KindNamed(kind, *match.span()))
    # That an analysis is of news shows only by who wrote it: "the BBC's analysis".
    for mention in outlets_of(()).mentions(text) if "nalys" in text.lower() else ():
        by = _BY_OUTLET.search(text, max(0, mention.start - _NEAR), mention.start)
        if named := by or _OF_OUTLET.match(text, mention.end):
            found.append(KindNamed("analysis", *named.span("kind")))
    first: dict[Kind, KindNamed] = {}
    for each in sorted(found, key=lambda each: (each.start, each.end)):
        first.setdefault(each.kind, each)
    return tuple(first.values())
