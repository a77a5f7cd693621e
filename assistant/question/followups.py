"""Questions that lean on the one before them, made to stand alone by rule."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.words import content_terms

Turn = tuple[str, str]  # (role, text): ("user", …) or ("assistant", …)

_POINTS = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|that|these|those|there|then"
    r"|one|ones|same|former|latter)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(r"(?:and|but|so|what about|how about|also|then|only)\b", re.IGNORECASE)
_FEW = 2  # content words; a question with fewer leans on the one before
_LEAD = re.compile(
    r"^\W*(?:(?:and|but|so|also|then|ok(?:ay)?|what\s+about|how\s+about)\b\W*)+", re.IGNORECASE
)
_ASKS = re.compile(
    r"^(?:(?:in|on|at|to|by|for|from)\s+)?(?:who|whom|whose|what|which|when|where|why|how|is|are|was"
    r"|were|did|does|do|has|have|had|can|could|will|would)\b",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"^(?:only|just|according\s+to|as\s+reported\s+by|(?:reported|said|written)\s+by|per"
    r"|(?:from|by)\s+(?=the\s+[A-Z]|[A-Z]))\s*(?P<who>.{2,60})$",
    re.IGNORECASE,
)
_WORD = r"[A-ZÀ-Þ][\w.’'-]*"
_NAME = rf"{_WORD}(?:\s+(?:of|the|and|de|al|bin)(?=\s+[A-ZÀ-Þ])|\s+{_WORD})*"
_PLACED = re.compile(
    rf"^(?P<how>in|on|at|from|for|of|to|near|around|during)\s+(?:the\s+)?(?P<name>{_NAME})$"
)
_NAMED = re.compile(rf"^(?:the\s+)?(?P<name>{_NAME})$")
_ANY_NAME = re.compile(rf"(?<!^)(?<=\s)(?:the\s+)?{_NAME}")
_SOURCES = re.compile(
    rf",?\s*\b(?:according\s+to|as\s+reported\s+by)\s+(?:the\s+)?{_NAME}", re.IGNORECASE
)
_LONGEST = 60  # characters of what may stand in the place of a name


def carry(question: str, history: Sequence[Turn]) -> tuple[str, tuple[str, ...]]:
    """(standalone question, carried terms) by rule, for when there is no model to rewrite it.

    What only names another place, person or source takes that one's place in the question before:
    "How many died in Derna?", "And in Turkey?" is "How many died in Turkey?". Any other question
    that leans on an earlier one gets that one's words beside its own, which are the carried terms.
    """
    topic = ""
    for role, text in history:
        if role == "user" and text.strip():
            topic = _alone(text.strip(), topic)
    if not topic or not _leans(question):
        return question, ()
    swapped = _swapped(question, topic)
    if swapped:
        return swapped, ()
    topic = topic.rstrip("?.! ")
    own = content_terms(question)
    carried = [term for term in content_terms(topic) if term not in own]
    return f"{question.rstrip('?.! ')} (after: {topic})?", tuple(carried)


def _alone(question: str, topic: str) -> str:
    """What is talked of once a question was asked: another topic, or the same one."""
    if not topic or not _leans(question):
        return question
    return _swapped(question, topic) or topic


def _swapped(question: str, topic: str) -> str | None:
    """The question before with what a short one names put in; None where it does not just name."""
    rest = _LEAD.sub("", question).strip().rstrip("?.! ")
    if len(rest) > _LONGEST or _ASKS.match(rest):
        return None
    body = topic.rstrip("?.! ")
    if source := _SOURCE.match(rest):
        who = source["who"].removeprefix("by ").strip()
        return f"{_SOURCES.sub('', body)}, according to {who}?"
    if placed := _PLACED.match(rest):
        return _with_place(body, placed["how"], rest)
    if named := _NAMED.match(rest):
        return _with_name(body, named["name"])
    return None


def _with_place(body: str, how: str, rest: str) -> str:
    """ "in Turkey" for "in Derna"; at the end where the question names no place like that."""
    found = list(re.finditer(rf"\b{how}\s+(?:the\s+)?{_NAME}", body))
    if not found:
        return f"{body} {rest}?"
    return f"{body[: found[-1].start()]}{rest}{body[found[-1].end() :]}?"


def _with_name(body: str, name: str) -> str | None:
    found = list(_ANY_NAME.finditer(body))
    if not found:
        return None
    return f"{body[: found[0].start()]}{name}{body[found[0].end() :]}?"


def _leans(question: str) -> bool:
    """Whether a question needs the one before it to be understood."""
    short = len(content_terms(question)) < _FEW
    rest = question.strip().rstrip("?.! ")
    return bool(_OPENS.match(question) or _POINTS.search(question) or short or _SOURCE.match(rest))
