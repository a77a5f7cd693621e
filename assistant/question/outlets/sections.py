"""Kinds of article that a question asks for: opinion, analysis, live reports."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.question.outlets.outlets import outlets_of
from assistant.question.outlets.publishers import one_of
from ingest.article import Kind

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
    r"(?:\b"
    + one_of(
        r"public popular world international legal majority minority dissenting concurring second"
        r" medical expert advisory political personal private his her their our my your its whose"
        r" audience voters? match social running audio radio tv television play-by-play stone"
        r" marble spinal steering of"
    )
    + r"|\w['’]s?(?:\s+\w+)?)\s+\Z",
    re.IGNORECASE,
)
_PILLAR = re.compile(
    r"\b(?:stone|marble|roman|spinal|steering|tank|armou?red|military|water|fire)\s+\Z", re.I
)
_OURS = re.compile(r"(?:\A|\W)in\s+\Z", re.IGNORECASE)
_BY_OUTLET = re.compile(
    r"\b(?P<kind>analys[ei]s)\b(?:\s+(?:of|on|about)\s[^.?!;]{1,80}?)?\s(?:by|from|in)\s+"
    r"(?:both\s+)?(?:the\s+)?['\"‘“]?(?:the\s+)?\Z",
    re.IGNORECASE,
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
    found = [
        KindNamed(kind, *match.span())
        for kind, pattern in _PATTERNS
        for match in pattern.finditer(text)
        if kind != "opinion" or not _is_news(text, match)
    ]
    # That an analysis is of news shows only by who wrote it: "the BBC's analysis".
    for mention in outlets_of(()).mentions(text) if "nalys" in text.lower() else ():
        by = _BY_OUTLET.search(text, max(0, mention.start - _NEAR), mention.start)
        if named := by or _OF_OUTLET.match(text, mention.end):
            found.append(KindNamed("analysis", *named.span("kind")))
    first: dict[Kind, KindNamed] = {}
    for each in sorted(found, key=lambda each: (each.start, each.end)):
        first.setdefault(each.kind, each)
    return tuple(first.values())


def _is_news(text: str, match: re.Match[str]) -> bool:
    """Whether an opinion is somebody's in the news. A piece in a paper is not."""
    if match[0].lower().startswith(("column ", "columns ")):
        return bool(_PILLAR.search(text, max(0, match.start() - _NEAR), match.start()))
    if not match[0].lower().startswith(("opinion", "commentar")) or re.search(_PEN, match[0], re.I):
        return False
    near = max(0, match.start() - _NEAR)
    return any(pattern.search(text, near, match.start()) for pattern in (_NEWS, _OURS))
