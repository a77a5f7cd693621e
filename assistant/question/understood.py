"""A question understood: a pure function of its words, the time, and the names that are known."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from assistant.question.asks import ABOUT, ABOUT_WORDS, ASKS, About, Asks, kind_of
from assistant.question.parts import parts_of
from assistant.question.scope import Known, Scope, scope_of, stripped
from assistant.question.shapes import leads_up, unframed, wants_timeline
from assistant.words import content_terms
from ingest.errors import SettingError
from ingest.sentences import sentences

_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|how|is|are|was|were|did|does|do|has|have|had|can|could"
    r"|will|would)\b",
    re.IGNORECASE,
)
_ASKS_ANEW = re.compile(r"\b[Ww]hen\b|(?<=[\w,]\s)[A-ZÀ-Þ][\w’'-]+")  # a time, or another name
MAX_CHARACTERS = 4000  # about 700 words; what is longer is an article, not a question


@dataclass(frozen=True)
class Part:
    """A part of a question that is searched by itself: its topic and what it says of where."""

    topic: str
    scope: Scope = field(default_factory=Scope)


@dataclass(frozen=True)
class Question:
    """A question on its own feet. `carried`: terms of earlier questions that it leans on.

    `topic` is the text without what it says of where to search, which is `scope`.
    """

    asked: str
    text: str
    asks: Asks
    about: About | None
    terms: tuple[str, ...]
    carried: tuple[str, ...] = ()
    seconds: float = 0.0  # that a model took to rewrite it
    topic: str = ""
    scope: Scope = field(default_factory=Scope)
    parts: tuple[Part, ...] = ()  # none where the question has one only
    timeline: bool = False  # what happened is wanted, in its order
    period: tuple[str, str] = ("", "")  # first and last ISO day of a timeline's events, or ""
    ignored: tuple[str, ...] = ()  # words that name filters which are not to be read from it

    @property
    def to_read(self) -> str:
        """What passages are read for: a follow-up that asks by itself, with the words that it leans
        on after it, else the topic."""
        if not (self.carried and _ASKS.search(self.asked) and content_terms(self.asked)):
            return self.topic
        words = re.findall(r"[\w’'-]+", self.topic)
        leans_on = (w for w in words if set(self.carried).issuperset(content_terms(w)))
        return f"{self.asked} ({' '.join(dict.fromkeys(leans_on))})"


def understand(asked: str, standalone: str | None = None, carried: Sequence[str] = ()) -> Question:
    """The question, classified."""
    text = standalone or asked
    about = kind_of(asked, ABOUT)
    asks = kind_of(_asking(asked), ASKS) or "thing"
    return Question(asked, text, asks, about, _terms(text, about), tuple(carried), topic=text)


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
    question = replace(question, ignored=_ignored(said, whole))
    if wants_timeline(question.asked if question.carried else question.text):
        return _timeline(question, whole)
    topic = stripped(question.text, whole)
    # "And in June?" after a question about July is about June; "When?" is about no time.
    scope = scope_of(question.asked, now, known).without(ignore) if question.carried else whole
    asks_anew = question.carried and _ASKS_ANEW.search(question.asked)
    scope = scope.over(whole.without(["time"]) if asks_anew else whole)
    texts = [] if question.carried else parts_of(question.text)
    parts = [_part(text, now, known, ignore) for text in texts] if len(texts) > 1 else []
    terms = _terms(topic, question.about)
    return replace(question, topic=topic, scope=scope, terms=terms, parts=tuple(parts))


def settled(question: Question, texts: Iterable[str]) -> Question:
    """The question as the articles found for it show it to be meant.

    Words of a filter that was not to be read from it stay where an article says them ("May" was a
    person); elsewhere they named an outlet or a time that no longer matters, and are left out.
    """
    if not question.ignored:
        return question
    told = [frozenset(content_terms(text)) for text in texts]
    gone = [w for w in question.ignored if not any(t.issuperset(content_terms(w)) for t in told)]
    topic = _without(question.topic, gone)
    parts = tuple(replace(part, topic=_without(part.topic, gone)) for part in question.parts)
    return replace(question, topic=topic, parts=parts, terms=_terms(topic, question.about))


def _ignored(said: Scope, kept: Scope) -> tuple[str, ...]:
    """What names the filters that are not kept; quoted words are looked for all the same."""
    gone = (each for each in said.findings if each not in kept.findings and each.name != "phrase")
    return tuple(words for each in gone for words in each.words)


def _without(text: str, gone: Iterable[str]) -> str:
    """The text less these words; itself where nothing else is said."""
    left = text
    for words in sorted(gone, key=len, reverse=True):
        left = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", " ", left)
    return " ".join(left.split()) if re.search(r"\w", left) else text


def _timeline(question: Question, whole: Scope) -> Question:
    """A time in it is one of events: a report of Monday tells what happened on Sunday."""
    time = whole.of("time")
    limited = time is not None and not leads_up(question.text)
    period = (time.values[0][:10], time.values[1][:10]) if time and limited else ("", "")
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


def _asking(text: str) -> str:
    """The last sentence that ends in a question mark, or all of it: "A law was passed when he was
    ill. Which law?" asks for no time."""
    told = [text[start:end] for start, end in sentences(text)]
    return next((each for each in reversed(told) if each.endswith("?")), text)


def _part(text: str, now: datetime, known: Known, ignore: Collection[str]) -> Part:
    scope = scope_of(text, now, known).without(ignore)
    return Part(stripped(text, scope), scope)


def _terms(text: str, about: About | None) -> tuple[str, ...]:
    """The stems that carry meaning, without those that only say that an article is meant."""
    found = content_terms(text)
    drop = {term for word in ABOUT_WORDS for term in content_terms(word)} if about else set()
    return tuple(term for term in found if term not in drop)
