"""What a question asks: for which kind of answer, about the world or about an article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from assistant.words import content_terms
from ingest.errors import SettingError

Asks = Literal[
    "person", "place", "time", "number", "money", "duration", "measure", "reason", "thing"
]  # fmt: skip
About = Literal["author", "editor", "outlet", "published", "dateline", "title"]
Kind = TypeVar("Kind", bound=str)
Turn = tuple[str, str]  # (role, text): ("user", …) or ("assistant", …)

MAX_CHARACTERS = 4000  # about 700 words; what is longer is an article, not a question

_ASKS: tuple[tuple[Asks, str], ...] = (
    ("money", r"\bhow much\b.*\b(?:pay|paid|cost|spend|spent|worth|money|price|raise|raised|earn|sell"
              r"|sold|fetch|lose|lost|owe)|\b(?:what|which)\b.{0,30}\b(?:price|cost|value|sum|fee|fine|amount)"
              r"|\bwhat (?:did|does|will|would|do)\b.*\bcost\b"),
    ("measure", r"\bhow long (?:is|was|are|were) (?:the|a|this|that|its|their)\b"),
    ("duration", r"\bhow (?:long|soon|quickly)\b|\bhow many (?:seconds|minutes|hours|days|weeks|months|years|decades)\b"),
    ("measure", r"\bhow (?:far|large|big|tall|fast|high|deep|wide|strong|heavy|hot|cold|old)\b"),
    ("number", r"\bhow (?:many|much|long|often)\b"
               r"|\bwhat (?:percentage|percent|share|proportion|number|score|magnitude|age|size|speed"
               r"|distance|temperature|was the (?:\w+ )?(?:score|toll|number|magnitude|size|age|result|count))"
               r"|\bby how\b"),
    ("time", r"\bwhen\b|\b(?:what|which|on what|in what|in which) (?:\w+ )?(?:date|day|time|year|month|week|century|hour)\b"),
    ("person", r"\b(?:who|whom|whose)\b|\b(?:what|which)(?: \w+){0,2} (?:person|man|woman|minister|president|leader|actor|actress"
               r"|singer|player|author|general|official|king|queen|prince|princess|politician|senator|judge)\b"),
    ("place", r"\bwhere\b|\b(?:what|which|in what|in which|from which|to which|at which) (?:\w+ )?(?:port|city|country|place"
              r"|town|state|region|island|sea|ocean|harbou?r|stadium|airport|location|village|province|continent|capital|river|lake)\b"),
    ("reason", r"\bwhy\b|\bwhat (?:caused|led to|was the (?:reason|cause)|is the (?:reason|cause))\b"),
)  # fmt: skip

_STORY = r"(?:report|article|story|piece|text|news|copy|dispatch|item|column|review|post)"
_ABOUT: tuple[tuple[About, str], ...] = (
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
_ABOUT_WORDS = frozenset(
    """report article story piece text news copy dispatch item column write written wrote author
    byline reporter journalist writer edit editor edited publish published publication publisher
    agency outlet newspaper paper date day headline title dateline filed file name named source
    correspondent columnist carried carry reported cover covered covering issue issued wire service
    website site media organisation organization printed appear appeared called distributed
    regarding describing""".split()
)
_POINTS = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|that|these|those|there|then"
    r"|one|ones|same|former|latter)\b",
    re.IGNORECASE,
)
_FEW = 2  # content words; a question with fewer leans on the one before


@dataclass(frozen=True)
class Question:
    """A question on its own feet. `carried`: terms of earlier questions that it leans on."""

    asked: str
    text: str
    asks: Asks
    about: About | None
    terms: tuple[str, ...]
    carried: tuple[str, ...] = ()
    seconds: float = 0.0  # that a model took to rewrite it


def understand(asked: str, standalone: str | None = None, carried: Sequence[str] = ()) -> Question:
    """The question, classified. A pure function of its arguments."""
    text = standalone or asked
    about = kind_of(asked, _ABOUT)
    terms = content_terms(text)
    if about:
        drop = {term for word in _ABOUT_WORDS for term in content_terms(word)}
        terms = [term for term in terms if term not in drop]
    return Question(
        asked, text, kind_of(asked, _ASKS) or "thing", about, tuple(terms), tuple(carried)
    )


def checked(text: str) -> str:
    """The question without surrounding and broken characters.

    Raises:
        SettingError: it is empty or too long.
    """
    question = " ".join(text.replace("\x00", " ").encode("utf-8", "ignore").decode().split())
    if not question:
        raise SettingError("The question is empty. Ask something, such as: Who won the election?")
    if len(question) > MAX_CHARACTERS:
        raise SettingError(
            f"The question has {len(question):,} characters; {MAX_CHARACTERS:,} are the most. "
            "Ask it in fewer words."
        )
    return question


def carry(question: str, history: Sequence[Turn]) -> tuple[str, tuple[str, ...]]:
    """(standalone question, carried terms) by rule, for when there is no model to rewrite it.

    A question that leans on an earlier one gets that one's words.
    """
    earlier = [text.strip() for role, text in history if role == "user" and text.strip()]
    own = content_terms(question)
    if not earlier or not _leans(question):
        return question, ()
    alone = (text for text in reversed(earlier) if not _leans(text))
    topic = next(alone, earlier[0]).rstrip("?.! ")
    carried = [term for term in content_terms(topic) if term not in own]
    return f"{question.rstrip('?.! ')} (after: {topic})?", tuple(carried)


def _leans(question: str) -> bool:
    """Whether a question needs the one before it to be understood."""
    opens = re.match(r"(?:and|but|so|what about|how about|also|then|only)\b", question, re.I)
    return bool(opens or _POINTS.search(question) or len(content_terms(question)) < _FEW)


def kind_of(question: str, kinds: Sequence[tuple[Kind, str]]) -> Kind | None:
    """The kind whose words come first in the question: "Where was he when …" asks for a place."""
    found = [
        (match.start(), order, kind)
        for order, (kind, pattern) in enumerate(kinds)
        if (match := re.search(pattern, question, re.IGNORECASE))
    ]
    return min(found)[2] if found else None
