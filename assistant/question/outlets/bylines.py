"""Authors whose articles a question asks for: "by Yew Lun Tian", "Jane Doe's column"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from assistant.question.outlets.outlets import well_known
from assistant.question.outlets.publishers import one_of
from assistant.question.quotations import Phrase, find_phrases
from ingest.vocabulary import MONTHS, WEEKDAYS

# A capitalised word, with its inner marks: O'Neill, Jean-Luc, McDonald; an initial: J.
_PART = r"[^\W\d_]{1,30}"
_CAP = (
    r"(?:(?<![\w'’-])(?:[OD]['’]|Mc|Mac)?[^\W\d_a-z]"
    rf"{_PART}(?:[-'’](?!s\b){_PART}){{0,2}}|[A-Z]\.)"
)
_SMALL = r"(?:(?:de|da|do|dos|di|du|del|der|den|van|von|bin|ibn|al|el|la|le|ten|ter|y)[ -]){0,2}"
_NAME = rf"(?-i:{_CAP}(?: {_SMALL}{_CAP}){{1,3}})"
_WORKS = (
    r"(?:articles?|reports?|stor(?:y|ies)|columns?|pieces?|reporting|analys[ei]s|reviews?|op-?eds?"
    r"|dispatch(?:es)?|commentar(?:y|ies)|coverage|bylines?|interviews?|features?|editorials?"
    r"|essays?)"
)
_WROTE = r"(?:co-?)?(?:written|authored|penned|bylined|reported|filed)"
_AND = r"(?:,\s+(?:and\s+)?|\s+(?:and|or|&)\s+)"
_NAMES = rf"(?P<names>{_NAME}(?:{_AND}{_NAME}){{0,3}})"
_WHOSE = one_of(r"latest recent new last first own exclusive original earlier news opinion \d{4}")
_KIND = re.IGNORECASE

# The names are authors by what governs them; `gap` is what lies between the work and "by".
_PATTERNS = tuple(
    re.compile(pattern, _KIND)
    for pattern in (
        rf"\b{_WORKS}(?P<gap>(?:\s+[^\s.?!;:]{{1,40}}){{0,10}}?)\s+by\s+{_NAMES}",
        rf"(?P<before>(?:\b[\w'’-]{{1,40}}\s+){{0,6}})\b(?P<wrote>{_WROTE})\s+by\s+{_NAMES}",
        rf"\b{_NAMES}(?P<owner>['’]s|(?<=s)['’])\s+(?:{_WHOSE}\s+){{0,2}}{_WORKS}\b"
        r"(?!\s+(?:cards?|boards?|editors?))",
        rf"\bwhat\s+(?:did|does|has|have|had|do)\s+{_NAMES}\s+(?:write|written)\b(?!\s+to\b)",
        rf"\b{_WORKS}\s+(?:that\s+|which\s+)?{_NAMES}\s+(?:has\s+|have\s+)?(?:wrote|written"
        rf"|filed)\b",
        rf"\b(?:bylined?|author:|byline:)\s+(?:is\s+|of\s+|to\s+)?{_NAMES}",
    )
)
_BY = re.compile(rf"(?P<gap>(?:\b[\w'’-]{{1,40}}\s+){{0,2}})\bby\s+{_NAMES}", _KIND)
_ONE = re.compile(_NAME)

_DOING = re.compile(
    r"\b(?:\w+(?:ed|en|ght)|won|led|sung|held|made|run|done|said|shot|hit|set|put|cut|sold|lost"
    r"|(?:attack|strike|raid|visit|speech|win|victory|takeover|purchase|resign\w*|decision|move"
    r"|goal"
    r"|offer|bid|plan|claim|remark|comment|lawsuit|murder|killing|statement"
    r"|performance|prediction|forecast|warning|testimony|call|request|proposal|order|address|book"
    r"|novel"
    r"|announcement|accusation|allegation|criticism|study|survey|research|interview|appearance|goal"
    r"|post|tweet|song|film|movie|play|album|poem|letter|painting|memoir|show)s?)\s*\Z",
    re.IGNORECASE,
)
_PENNED = re.compile(rf"\b(?:{_WROTE}|published|contributed)\s*\Z", re.IGNORECASE)
# What is written and is no article.
_BOOKS = re.compile(
    r"\b"
    + one_of(
        r"books? novels? memoirs? songs? screenplays? scripts? films? movies? plays? poems? poetry"
        r" letters? speech(?:es)? bills? laws? legislation code e-?mails? tweets? musicals? albums?"
        r" operas? symphon(?:y|ies) rulings? opinions? judgments? dissents? notes? manifestos?"
        r" amendments? lyrics lawsuits? complaints? suits? motions? petitions? charges appeals?"
        r" earnings profits? loss(?:es)? crimes? cases? short\s+stor(?:y|ies) series shows?"
        r" episodes? episode statements? taxes returns? bestsellers? autobiograph(?:y|ies)"
        r" biograph(?:y|ies) plays? papers? patents? deaths? cartoons?"
    )
    + r"\b",
    re.IGNORECASE,
)
_TITLES = frozenset(
    """President Prime Minister Senator King Queen Prince Princess Pope Judge Justice General Sir
    Lord Lady Governor Mayor Chancellor Secretary Captain Colonel Admiral Congressman
    Representative Congresswoman Chief Sheriff Ambassador Cardinal Bishop Archbishop Rep Sen
    Gov Gen Vice""".split()
)
_PLACES = frozenset(
    """New North South East West Northern Southern Eastern Western Central San Los Las Hong Saudi
    Great United Costa Saint Sri Tel Buenos Rio Cape Abu Kuala Puerto Sierra Ivory Burkina
    Last Next Early Late The Is Did Does Was What Who Which How
    When Where Why Are Do Has Have In On At By For Can And Or Any All""".split()
) | ({*WEEKDAYS, *MONTHS} - {"May"})
_BODIES = frozenset(
    """Forces Army Navy Police Council Government Union Party Bank House Nations Watch International
    Commission Group Institute University Agency Ministry Department Court Press Times Post News
    Journal Today Tribune Herald Gazette Committee Fund Organization Organisation Association
    Foundation Center Centre Service Services Office Street City State States Republic Kingdom Corp
    Inc Ltd Company Society Network Authority Board Federation League Parliament Congress Senate
    Club Team Airlines Airways Motors Studios Records Pictures Books Magazine Guardian Telegraph
    Rights Sachs Stanley Chase Administration Institution College School Hospital Academy Reserve
    Exchange Sport Sports Media Square Airport Stadium Games Cup Militants Rebels
    Troops Soldiers Hackers Scientists Researchers Voters Business Democrats Republicans""".split()
)
_MOST = 200  # names that are looked at


@dataclass(frozen=True)
class Byline:
    """An author named at `text[start:end]`."""

    name: str
    start: int
    end: int


def find_authors(text: str, known: Callable[[str], bool] | None = None) -> tuple[Byline, ...]:
    """The authors whose articles `text` asks for, from left to right, each once.

    `known` tells whether the archive has articles by somebody: with it a bare "by Jane Doe" counts
    too, where nothing says that she did something else.

    >>> find_authors("Which articles by Jane Doe and J. R. Roe mention the dam?")[1].name
    'J. R. Roe'
    """
    found = {byline.start: byline for byline in islice(_governed(text, known), _MOST)}
    first: dict[str, Byline] = {}
    for start in sorted(found):
        first.setdefault(found[start].name, found[start])
    return tuple(first.values())


def _governed(text: str, known: Callable[[str], bool] | None) -> Iterator[Byline]:
    quoted = find_phrases(text)
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if _of_an_article(match, quoted):
                yield from (name for name in _names(match) if _a_person(name.name))
    for match in _BY.finditer(text) if known else ():
        if not _DOING.search(match["gap"]) or _PENNED.search(match["gap"]):
            yield from (name for name in _names(match) if known and known(name.name))


def _of_an_article(match: re.Match[str], quoted: tuple[Phrase, ...]) -> bool:
    """Whether an article is what was written: not a book, nor anything done."""
    groups = match.groupdict()
    if groups.get("owner") and any(phrase.end == match.end("names") for phrase in quoted):
        return False  # the apostrophe closes a quote
    gap = groups.get("gap") or ""
    if groups.get("wrote"):
        return not _BOOKS.search(groups["before"])
    return not _DOING.search(gap) or bool(_PENNED.search(gap) and not _BOOKS.search(gap))


def _names(match: re.Match[str]) -> Iterator[Byline]:
    for name in _ONE.finditer(match.string, *match.span("names")):
        if all(not word[0].islower() for word in (name[0], name[0].rpartition(" ")[2])):
            yield Byline(name[0], *name.span())


def _a_person(name: str) -> bool:
    words = re.findall(r"[^\W\d_]+", name)
    titled = words[0] in _TITLES or words[0] in _PLACES
    return not titled and _BODIES.isdisjoint(words) and not well_known(name)
