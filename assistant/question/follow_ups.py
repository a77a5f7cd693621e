"""Earlier turns of a conversation, however a caller writes them down. A question that leans on them
is read with them: they are said first, and count less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from assistant.question.question import Question, understand
from assistant.question.times.periods import find_periods
from assistant.words import ASKING, content_terms
from ingest.errors import SettingError
from ingest.vocabulary import MONTHS, WEEKDAYS

Turn = tuple[str, str]  # (role, text): ("user", …) or ("assistant", …)

MOST_BEFORE = 3  # earlier questions that one leans on
_POINTS = re.compile(
    r"(?i)\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|former|latter|same|this|that"
    r"|these|those|there|then|ones?)\b"
)
_OPENS = r"(?:and|but|so|what about|how about|also|then|only|just)\b"
_FEW = 2  # content words; a question with fewer leans on the one before
_SOURCE = re.compile(
    r"(?i)^\W*(?:(?:and|but|so|what\s+about|how\s+about)\s+)?(?:only|just|according\s+to"
    r"|as\s+reported\s+by|(?:reported|said|written)\s+by|per|(?:from|by)\s+(?=the\s+[A-Z]|[A-Z]))"
    r"\s*(?:by\s+)?(?P<who>.{2,60}?)[?.!\s]*$"
)


# A follow-up that names another thing only: "And in Turkey?", "What about the Volta City?"
_PLACE = ("in", "on", "at", "near", "under", "over")
_PREPOSITION = "in|on|at|near|under|over|for|from|of|to|by|with|against|about"
_ANEW = re.compile(
    r"(?i)^\W*(?P<opens>(?:(?:and|but|so|or|then|also|what\s+about|how\s+about)\b[\s,]*)*)"
    rf"(?:(?P<preposition>{_PREPOSITION})\s+)?(?P<thing>[^,?.!:]{{2,60}}?)[?.!\s]*$"
)
_NO_THING = re.compile(
    rf"(?i)\b(?:{ASKING}|why|{'|'.join(MONTHS)}|{'|'.join(WEEKDAYS)}|years?|months?|weeks?|days?|today|now"
    r"|yesterday|morning|afternoon|evening|night|noon|spring|summer|autumn|fall|winter|decade|century"
    r"|end|beginning|meantime|past|future|else|others?|more|instead|only|just)\b|\b\d{4}\b"
)
_THING_WORDS = 6
_RUN = r"(?-i:[A-ZÀ-Þ])[\w’'-]*(?:\s+(?-i:[A-ZÀ-Þ0-9])[\w’'-]*)*"  # a name
# "What about the Swift 3, when was it released?"
_ASKS_OF = re.compile(
    rf"(?i)^\W*(?:and\s+)?(?:what|how)\s+about\s+(?P<thing>[^,?]{{2,60}}),\s*(?P<rest>(?:{ASKING}|why)\b.+)$"
)
_IT = re.compile(r"\b(?:it|he|she|they|him|her|them|this|that)\b", re.IGNORECASE)
_ANY_DAY = datetime(2100, 1, 1, tzinfo=timezone.utc)  # only where a time stands is wanted


def carry(question: str, history: Sequence[Turn]) -> Question:
    """The question on its own feet by rule, for when there is no model to rewrite it.

    A follow-up that only names another thing takes the place of that in the question before: "How
    many died in Derna?", "And in Turkey?" Any other that leans on earlier ones is said after them.
    Carried are the words that only the earlier ones say, but for the thing that was named last.
    """
    said: list[str] = []
    thing = ""
    earlier = (text.strip() for role, text in history if role == "user")
    for text in (*filter(None, earlier), question):
        said, thing = _after(said, thing, text)
    *before, asked = said
    if not before:
        terms = content_terms(asked)
        own = content_terms(thing) or terms
        return understand(asked, asked, [term for term in terms if term not in own])
    before = [*before[:1], *before[1:][-(MOST_BEFORE - 1) :]]
    source = _SOURCE.match(asked)
    told = f"according to {source['who']}?" if source else asked
    leaned_on = " ".join(f"{text.rstrip('?.! ')}?" for text in before)
    own = [*content_terms(told), *content_terms(thing)]
    carried = [term for term in content_terms(leaned_on) if term not in own]
    return understand(asked, f"{leaned_on} {told}", carried)


def _after(said: list[str], thing: str, question: str) -> tuple[list[str], str]:
    """The questions that one leans on, and it: itself only, where it stands on its own feet; and
    the thing that was named last in the place of another."""
    if (asks := _ASKS_OF.match(question)) and _IT.search(asks["rest"]):
        return [_IT.sub(asks["thing"], asks["rest"], count=1)], ""
    leans = re.match(_OPENS, question, re.I) or _POINTS.search(question) or _SOURCE.match(question)
    if not said or not (leans or len(content_terms(question)) < _FEW):
        return [question], ""
    another = None if _SOURCE.match(question) else _with_another(said[-1], question)
    return ([*said, question], thing) if another is None else ([*said[:-1], another[0]], another[1])


def _with_another(before: str, question: str) -> tuple[str, str] | None:
    """(the question before with the thing that a follow-up names in the place of the like one, that
    thing); None where it does more than that. A time that was said with the other thing goes."""
    anew = _ANEW.match(question)
    thing = anew["thing"] if anew else ""
    words = thing.split()
    is_name = any(word[0].isupper() for word in words)
    if anew is None or not (anew["opens"] or is_name) or len(words) > _THING_WORDS:
        return None
    if _NO_THING.search(thing) or _POINTS.search(thing):
        return None
    if not is_name and words[0].lower() not in ("the", "a", "an"):
        return None  # "And in total?", "And women?"
    for period in reversed(list(find_periods(before, _ANY_DAY))):
        left = re.sub(rf"(?i)\b(?:{_PREPOSITION}|during|since)\s*$", "", before[: period.start])
        before = f"{left.rstrip()} {before[period.end :].lstrip()}"
    before = re.sub(r"\s+([?.!,])", r"\1", before)
    preposition = (anew["preposition"] or "").lower()
    like = "|".join(_PLACE) if preposition in _PLACE else preposition
    run = rf"(?:the\s+)?{_RUN}" if is_name else _RUN  # "the tunnel" is like "the Dunn pier", whole
    phrase = re.compile(
        rf"(?i)\b(?:{like})\s+(?:{run}|[^,?.!]+?(?=\s+(?:{_PREPOSITION}|during|after|before"
        r"|since|when|while|and|that|who)\b|[,?.!]|$))"
    )
    places = list(phrase.finditer(before)) if preposition else []
    put = f"{preposition} {thing}" if places else thing
    if not places and is_name:
        places = list(re.finditer(rf"(?<=\s)(?:the\s+)?{_RUN}", before, re.IGNORECASE))
        places = places if len(places) == 1 else []  # nobody knows which of them it is like
    if not places:
        return None
    left, right = before[: places[-1].start()], before[places[-1].end() :]
    # "the mayor of Lorne" takes the place of "the mayor of Kell", not of "Kell" alone.
    head = re.match(r"[^A-ZÀ-Þ]*", put)
    return f"{left.removesuffix(head[0] if head else '')}{put}{right}", thing


History = Iterable[Turn | Mapping[str, Any]]


def turns_of(history: History) -> tuple[Turn, ...]:
    """The turns that say anything, as pairs of role and text.

    Raises:
        SettingError: a turn is neither a pair, nor a {"role", "content"}, nor a LangChain message.
    """
    turns: list[Turn] = []
    for turn in history:
        role: object
        text: object
        if isinstance(turn, Mapping):
            role, text = turn.get("role"), turn.get("content")
        elif isinstance(turn, tuple | list) and len(turn) == 2:  # noqa: PLR2004
            role, text = turn
        else:
            role, text = getattr(turn, "type", None), getattr(turn, "content", None)
        if not isinstance(role, str) or not isinstance(text, str):
            raise SettingError('A turn of the history is written ("user", "text") or as a message.')
        text = text.encode("utf-8", "ignore").decode()
        if text.strip():
            turns.append(({"human": "user", "ai": "assistant"}.get(role, role), text))
    return tuple(turns)
