"""For which kind of answer a question asks, and whether about the world or about an article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, TypeVar

Asks = Literal[
    "person", "place", "time", "number", "money", "duration", "measure", "reason", "thing"
]  # fmt: skip
About = Literal["author", "editor", "outlet", "published", "dateline", "title"]
Kind = TypeVar("Kind", bound=str)

ASKS: tuple[tuple[Asks, str], ...] = (
    ("money", r"\bhow much\b.*\b(?:pay|paid|cost|spend|spent|worth|money|price|raise|raised|earn|sell"
              r"|sold|fetch|lose|lost|owe)\b|\b(?:what|which)\b.{0,30}\b(?:price|cost|value|sum|fee|fine|amount)s?\b"
              r"|\bwhat (?:did|does|will|would|do)\b.*\bcost\b"),
    ("measure", r"\bhow long (?:is|was|are|were) (?:the|a|this|that|its|their)\b"),
    ("duration", r"\bhow (?:long|quickly)\b|\bhow many (?:seconds|minutes|hours|days|weeks|months|years|decades)\b"),
    ("measure", r"\bhow (?:far|large|big|tall|fast|high|deep|wide|strong|heavy|hot|cold|old)\b"),
    ("number", r"\bhow (?:many|much|long|often)\b"
               r"|\bwhat (?:percentage|percent|share|proportion|number|score|magnitude|age|size|speed"
               r"|distance|temperature|was the (?:\w+ )?(?:score|toll|number|magnitude|size|age|result|count))"
               r"|\bby how\b"),
    ("time", r"\bwhen\b|\bhow soon\b|\b(?:what|which|on what|in what|in which) (?!(?:this|that|last|next|every|each|the|a) )(?:\w+ )?(?:date|day|time|year|month|week|century|hour)\b"),
    ("person", r"\b(?:who|whom|whose)\b|\b(?:what|which)(?: \w+){0,2} (?:person|man|woman|minister|president|leader|actor|actress"
               r"|singer|player|author|general|official|king|queen|prince|princess|politician|senator|judge)\b"),
    ("place", r"\bwhere\b|\b(?:what|which|in what|in which|from which|to which|at which) (?:\w+ )?(?:port|city|country|place"
              r"|town|state|region|island|sea|ocean|harbou?r|stadium|airport|location|village|province|continent|capital|river|lake)\b"),
    ("reason", r"\bwhy\b|\bwhat (?:caused|led to|was the (?:reason|cause)|is the (?:reason|cause))\b"),
)  # fmt: skip

_STORY = r"(?:report|article|story|piece|text|news|copy|dispatch|item|column|review|post)"
ABOUT: tuple[tuple[About, str], ...] = (
    ("editor", rf"\bwho (?:edited|copy-?edited|was the editor)\b|\beditor of (?:the|this) {_STORY}\b"),
    ("outlet", rf"\b(?:which|what) (?:news ?)?(?:agency|agencies|outlet|outlets|newspaper|paper|publisher|publication|"
               rf"wire|wire service|news service|media|site|website|organi[sz]ation)s? (?:\w+ )?"
               rf"(?:reported|published|carried|wrote|ran|issued|distributed|covered|is|was|did|broke|supplied|provided)\b"
               rf"|\b(?:what|which|who) (?:is|was|are) the (?:source|publisher|agency|news agency|outlet)\b"
               rf"|\bwhere (?:was|is) (?:the|this) {_STORY}\b.*\bpublished\b|\bwho published\b|\bwhose {_STORY}\b"),
    ("author", rf"\bwho (?:wrote|authored|penned|filed)\b(?: about\b| on\b| this\b| it\b|.*\b{_STORY}\b)|\bwho (?:reported|covered)\b(?! (?:that|to)\b)"
               rf"|\bby whom (?:was|is) .*\b(?:written|reported)\b|\b(?:author|byline|writer|reporter|journalist)s? (?:of|on|for|behind) "
               rf"(?:the|this|that) .*\b{_STORY}\b|\b(?:which|what) (?:reporter|journalist|correspondent|columnist|writer|author)s?\b"
               rf"|\bwho (?:is|was|are|were) the (?:author|reporter|writer|journalist|columnist|correspondent)s?\b|\bbyline\b"
               rf"|\bwho (?:is|was) (?:the|this) {_STORY}\b.*\bby\b"),
    ("published", rf"\b(?:when|on (?:what|which) (?:date|day)|what (?:date|day|time))\b.*\b{_STORY}\b.*\b(?:published|written|posted|dated"
                  rf"|filed|printed|released|issued|come out|appear|appeared|out)\b|\b(?:publication|publishing|published) date\b"
                  rf"|\bdate of (?:the|this) {_STORY}\b|\bhow old is (?:the|this) {_STORY}\b|\bwhen (?:was|were) (?:it|this|that) published\b"),
    ("dateline", rf"\b(?:where|from where|from which (?:city|place|town))\b.*\b{_STORY}\b.*\b(?:filed|written|datelined|reported|from)\b|\bdateline\b"),
    ("title", rf"\b(?:headline|title)\b.*\b{_STORY}\b|\bwhat (?:is|was) the (?:headline|title)\W*$|\bwhat is (?:the|this) {_STORY} (?:called|titled)\b"),
)  # fmt: skip
ABOUT_WORDS = frozenset(
    """report article story piece text news copy dispatch item column write written wrote author
    byline reporter journalist writer edit editor edited publish published publication publisher
    agency outlet newspaper paper date day headline title dateline filed file name named source
    correspondent columnist carried carry reported cover covered covering issue issued wire service
    website site media organisation organization printed appear appeared called distributed
    regarding describing""".split()
)


def kind_of(question: str, kinds: Sequence[tuple[Kind, str]]) -> Kind | None:
    """The kind whose words come first in the question: "Where was he when …" asks for a place."""
    found = [
        (match.start(), order, kind)
        for order, (kind, pattern) in enumerate(kinds)
        if (match := re.search(pattern, question, re.IGNORECASE))
    ]
    return min(found)[2] if found else None
