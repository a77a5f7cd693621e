"""A question understood: a pure function of its words, the time, and the names that are known.

It says whether the question asks about the world or about an article, or for nothing but to be
greeted; and as of which moment.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from assistant.question.scope import Known, Scope, scope_of, stripped
from assistant.question.times.periods import find_periods
from assistant.words import ASKING, STOP, content_terms
from ingest.errors import SettingError

About = Literal["author", "editor", "outlet", "published", "dateline", "title"]

_STORY = r"(?:report|article|story|piece|text|news|copy|dispatch|item|column|review|post)"
ABOUT: tuple[tuple[About, str], ...] = (
    ("editor", rf"\bwho (?:edited|copy-?edited|was the editor)\b|\beditor of (?:the|this) {_STORY}\b"),
    ("outlet", rf"\b(?:which|what) (?:news ?)?(?:agency|agencies|outlet|outlets|newspaper|paper|publisher|publication|"
               rf"wire|wire service|news service|media|website)s? (?:\w+ )?"
               rf"(?:(?:reported|published|carried|wrote|ran|distributed|covered)\b|(?:supplied|provided|issued|is|was)\b.*\b{_STORY}\b)"
               rf"|\b(?:what|which|who) (?:is|was|are) the (?:(?:source|publisher|outlet) of (?:the|this) {_STORY}|news agency)\b"
               rf"|\bwhere (?:was|is) (?:the|this) {_STORY}\b.*\bpublished\b|\bwho published\b|\bwhose {_STORY}\b"),
    ("author", rf"\bwho (?:wrote|authored|penned|filed)\b(?: about\b| on\b| this\b| it\b|.*\b{_STORY}\b)|\bwho (?:reported|covered)\b(?! (?:that|to)\b)"
               rf"|\bby whom (?:was|is) .*\b(?:written|reported)\b|\b(?:author|byline|writer|reporter|journalist)s? (?:of|on|for|behind) "
               rf"(?:the|this|that) .*\b{_STORY}\b|\b(?:which|what) (?:reporter|journalist|correspondent|columnist|writer|author)s? (?:wrote|filed|covered)\b"
               rf"|\bwho (?:is|was|are|were) the (?:author|reporter|writer|journalist|columnist|correspondent)s?(?: of (?:the|this) {_STORY})?\W*$|\bbyline\b"
               rf"|\bwho (?:is|was) (?:the|this) {_STORY}\b.*\bby\b"),
    ("published", rf"\b(?:when|on (?:what|which) (?:date|day)|what (?:date|day|time))\b.*\b{_STORY}\b.*\b(?:published|written|posted|dated"
                  rf"|filed|printed|released|issued|come out|appear|appeared|out)\b|\b(?:publication|publishing|published) date\b"
                  rf"|\bdate of (?:the|this) {_STORY}\b|\bhow old is (?:the|this) {_STORY}\b|\bwhen (?:was|were) (?:it|this|that) published\b"),
    ("dateline", rf"\b(?:where|from where|from which (?:city|place|town))\b.*\b{_STORY}\b.*\b(?:filed|written|datelined|reported|from)\b|\bdateline\b"),
    ("title", rf"\b(?:headline|title)\b.*\b{_STORY}\b|\bwhat (?:is|was) the (?:headline|title)\W*$|\bwhat is (?:the|this) {_STORY} (?:called|titled)\b"),
)  # fmt: skip
# Every word that asks for something of an article, but for those of what it may be about.
ABOUT_WORDS = {word for _, pattern in ABOUT for word in re.findall(r"(?<!\\)[a-z]{3,}", pattern)}
ABOUT_WORDS -= {"city", "place", "town"}


_WANTS = re.compile(
    r"(?i)\btime-?lines?\b|\bchronolog\w+|\b(?:course|sequence|order)\sof\sevents\b|\bstep\sby\sstep\b"
    r"|\bwhat\shappened\swhen\b|\bby\sdates?\b|\bdates,?\splease\b|\bwith\sdates\b"
    r"|\bhow\s(?:did|have|has|had)\b.*\b(?:unfold|develop|evolve|come\sabout|play\sout|progress)\w*\b"
    r"|\bhow\sdid\s(?:things|the\s(?:first\s|last\s|next\s)?(?:days|weeks|hours|months))\b"
    r"|\bwhat\s(?:(?:has|have|had)\s)?happened\b.*\b(?:between|since|afterwards|and\sthen)\b"
    r"|\b(?:what|events?\s(?:that\s)?)\s?(?:led|leading)\sup\sto\b"
)
# What many reports say is wanted: a summary, a comparison, a list.
_OVERVIEW = re.compile(
    r"(?i)\bsumm(?:ar|ing\sup|ed\sup)\w*|\b(?:an?|the)\soverview\b|\bwhat(?:['’]s|\sis|\swas)\sgoing\son\b"
    r"|^\W*(?:compare|list)\b|\b(?:give|make)\s(?:me\s)?a\s(?:list|comparison)\b"
    r"|\b(?:say|report|tell)\sdifferently\b|\b(?:reports|accounts|outlets)\b.*\bdiffer\b"
)
# What only says that a course of events is wanted, and would be searched for otherwise.
_FRAME = re.compile(
    r"(?i)\b(?:please|give\sme|show\sme|short|brief|full|time-?lines?|chronolog\w+|history|(?:course|sequence"
    r"|order)\sof\sevents|step\sby\sstep|what\shappened\swhen|by\sdates?|dates|with\sdates|unfold\w*"
    r"|develop\w*|evolve\w*|come\sabout|play\sout|progress\w*|how\s(?:did|have|has|had)\s(?:things)?"
    r"|(?:the\s)?(?:first|last|next)\s(?:days|weeks|hours|months)|what\s(?:(?:has|have|had)\s)?happened"
    r"|and\swhat\sfollowed|that\sfollowed|afterwards|(?:what|events?)\s(?:that\s)?(?:led|leading)\sup\sto"
    r"|between|go)\b|\bsince\b.*"
)

_COURTESY = re.compile(
    r"(?i)\W*(?:(?:hi|hello|hey|good\s(?:morning|afternoon|evening|day)|thanks?(?:\s(?:you|a\slot))?|cheers"
    r"|great|ok(?:ay)?|bye|goodbye|there|so\smuch|very\smuch|how\sare\syou)\b\W*)+"
)


def unframed(text: str) -> str:
    """What a timeline is wanted of; the text itself where nothing else is said.

    >>> unframed("Give me a chronology of the floods in Pakistan, please")
    'a of the floods in Pakistan,'
    """
    left = " ".join(_FRAME.sub(" ", text).split())
    return left if re.search(r"[^\W\d_]{3,}", left) else text


_ASKS = re.compile(rf"\b(?:{ASKING})\b", re.IGNORECASE)
_ASKS_ANEW = re.compile(r"\b[Ww]hen\b|(?<=[\w,]\s)[A-ZÀ-Þ][\w’'-]+")  # a time, or another name
MAX_CHARACTERS = 4000  # about 700 words; what is longer is an article, not a question


@dataclass(frozen=True)
class Question:
    """A question on its own feet. `carried`: terms of earlier questions that it leans on.

    `topic` is the text without what it says of where to search, which is `scope`.
    """

    asked: str
    text: str
    about: About | None
    terms: tuple[str, ...]
    carried: tuple[str, ...] = ()
    seconds: float = 0.0  # that a model took to rewrite it
    topic: str = ""
    scope: Scope = field(default_factory=Scope)
    timeline: bool = False  # what happened is wanted, in its order
    wide: bool = False  # what many reports say is wanted: a summary, a comparison, a list
    queries: tuple[str, ...] = ()  # that a model plans, to be searched for besides
    wishes: Scope = field(default_factory=Scope)  # where to search that it plans
    period: tuple[str, str] = ("", "")  # first and last ISO day of a timeline's events, or ""
    respelled: tuple[tuple[str, str], ...] = ()  # words, and the archive's spelling put for them
    ignored: tuple[str, ...] = ()  # terms of filters that are not to be read; they may matter

    @property
    def follows(self) -> bool:
        """Whether it is said after earlier questions, and not put in the place of one."""
        return bool(self.carried) and self.asked != self.text

    @property
    def to_read(self) -> str:
        """What passages are read for: a follow-up that asks by itself, with the words that it leans
        on after it, else the topic."""
        if not (self.follows and _ASKS.search(self.asked) and content_terms(self.asked)):
            return self.topic
        words = re.findall(r"[\w’'-]+", self.topic)
        known = {*STOP, *content_terms(self.asked)}
        leans_on = (word for word in words if not known.issuperset(content_terms(word)))
        return f"{self.asked} ({' '.join(dict.fromkeys(leans_on))})"

    def reworded(self, asked: str, text: str, carried: Sequence[str]) -> Question:
        """The same question in other words; what a model has planned for it stays."""
        new = understand(asked, text, carried)
        return replace(
            self, asked=asked, text=text, topic=text,
            about=new.about, terms=new.terms, carried=new.carried,
        )  # fmt: skip


def is_courtesy(question: Question) -> bool:
    """Whether somebody only greets or thanks, or asks without a word of what ("Who?")."""
    scope, wanted = question.scope, question.about or question.wide or question.timeline
    said = re.findall(r"\w+", question.text.casefold())  # of `terms` overlong words are missing
    empty = not (wanted or scope.findings or scope.latest) and STOP.issuperset(said)
    return empty or greets(question.asked)


def greets(text: str) -> bool:
    """Whether these words greet or thank and do no more."""
    return bool(_COURTESY.fullmatch(text))


def understand(asked: str, standalone: str | None = None, carried: Sequence[str] = ()) -> Question:
    """The question, classified; `about` is the first thing of an article that it asks for."""
    text = standalone or asked
    found = [
        (match.start(), order, about)
        for order, (about, pattern) in enumerate(ABOUT)
        if (match := re.search(pattern, asked, re.IGNORECASE))
    ]
    about = min(found)[2] if found else None
    return Question(asked, text, about, _terms(text, about), tuple(carried), topic=text)


def placed(
    question: Question, now: datetime, known: Known, ignore: Collection[str] = ()
) -> Question:
    """The question with its scope.

    Args:
        now: when it is asked, with a zone.
        ignore: names of filters (`scope.NAMES`) that are not to be read from it.
    """
    said = scope_of(question.text, now, known)
    whole = said.without(ignore)
    # Quoted words are looked for all the same; other words may be a person's name ("May"), or an
    # outlet that no longer matters or is merely named, which its own articles seldom do: they
    # count less.
    merely = [each for each in whole.findings if each.name == "publisher" and each.is_wish]
    gone = [each for each in said.findings if each not in whole.findings and each.name != "phrase"]
    gone += merely
    ignored = tuple(term for each in gone for words in each.words for term in content_terms(words))
    question = replace(question, ignored=ignored)
    if question.timeline or _WANTS.search(question.asked if question.carried else question.text):
        return _timeline(question, whole)
    topic = stripped(question.text, whole)
    # "And in June?" after a question about July is about June; "When?" is about no time.
    scope = scope_of(question.asked, now, known).without(ignore) if question.carried else whole
    asks_anew = question.carried and _ASKS_ANEW.search(question.asked)
    scope = scope.over(whole.without(["time"]) if asks_anew else whole)
    scope = scope.over(question.wishes.without(ignore))
    terms = tuple(term for term in _terms(topic, question.about) if term not in ignored)
    wide = question.wide or bool(_OVERVIEW.search(question.text))
    if wide:
        topic = " ".join(_OVERVIEW.sub(" ", topic).split()) or topic
        terms = _terms(topic, question.about)
    return replace(question, topic=topic, scope=scope, terms=terms, wide=wide)


def _timeline(question: Question, whole: Scope) -> Question:
    """A time in it is one of events: a report of Monday tells what happened on Sunday."""
    time = whole.of("time")
    # What led up to it came before, so that a time in the question is no limit.
    limited = time and not re.search(r"\b(?:led|leading)\sup\sto\b", question.text, re.IGNORECASE)
    period = (time.values[0], time.values[1]) if time and limited else ("", "")
    topic = unframed(stripped(question.text, whole))
    return replace(
        question, topic=topic, scope=whole.without(["time"]), terms=_terms(topic, None),
        about=None, timeline=True, period=period,
    )  # fmt: skip


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


def _terms(text: str, about: About | None) -> tuple[str, ...]:
    """The stems that carry meaning, without those that only say that an article is meant."""
    found = content_terms(text)
    drop = {term for word in ABOUT_WORDS for term in content_terms(word)} if about else set()
    return tuple(term for term in found if term not in drop)


_AS_OF = re.compile(r",?\s*\bas\s+(?:of|at)\s+", re.IGNORECASE)
_NEAR = 8  # characters between "as of" and its day: "as of the end of 2023"


def without_as_of(question: Question, now: datetime) -> tuple[Question, str | None]:
    """The question without such a moment, and its last day (ISO 8601); None where there is none."""
    text, day = _cut(question.text, now)
    if day is None:
        return question, None
    asked, _ = _cut(question.asked, now)
    return question.reworded(asked, text, question.carried), day


def _cut(text: str, now: datetime) -> tuple[str, str | None]:
    for found in _AS_OF.finditer(text):
        rest = "on " + text[found.end() :]  # what a day is read after
        period = next(iter(find_periods(rest, now)), None)
        if period and period.until and period.start <= _NEAR:
            left = text[: found.start()].strip()
            right = rest[period.end :].strip(" ,")
            whole = f"{left} {right}".strip() if left else right[:1].upper() + right[1:]
            return re.sub(r"\s+([?.!,])", r"\1", whole) or text, period.until
    return text, None
