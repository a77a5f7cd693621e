"""Kinds of answer: is there a number, a time, a place or a person in a sentence?"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.question import Asks
from assistant.words import STOP
from ingest.lexical import terms

_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    "|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|hundreds"
    "|thousand|thousands|million|billion|trillion|dozen|dozens|half|third|quarter|once|twice|double"
)
NUMBER = re.compile(rf"\d[\d,.]*|\b(?:{_NUMBER_WORDS})\b", re.IGNORECASE)
_MONEY = re.compile(
    r"[$€£¥₹]\s?\d|\b\d[\d,.]*\s*(?:(?:million|billion|trillion|thousand)\s+)?(?:US\s+)?(?:dollars?|euros?|pounds?"
    r"|yen|yuan|rupees?|roubles?|rubles?|francs?|kuna|cents?|pence)\b|\b(?:USD|EUR|GBP)\b", re.IGNORECASE
)  # fmt: skip
_DURATION = re.compile(
    rf"(?:\d|\b(?:{_NUMBER_WORDS}|a|an|several|few))[\s-]+(?:more\s+than\s+)?(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies))\b",
    re.I,
)
_COUNT = rf"(?:\d|\b(?:{_NUMBER_WORDS}))[\s-]*(?:\w+[\s-]+)?"
_LENGTH = r"(?:met(?:er|re)s?|kilomet(?:er|re)s?|centimet(?:er|re)s?|km|miles?|feet|foot|ft|inch(?:es)?|yards?|storeys?|stories)"
_SIZE = rf"(?:{_LENGTH}|(?:square\s\w+)|acres?|hectares?|tons?|tonnes?|kilograms?|kg|pounds?|lit(?:er|re)s?|gallons?|barrels?)"
_MEASURES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (adjectives, re.compile(rf"{_COUNT}{units}", re.IGNORECASE))
    for adjectives, units in (
        ("fast", r"(?:mph|kph|km/h|knots?|\w+\s(?:an|per|a)\s(?:hour|second|day))\b"),
        ("old", r"(?:years?|months?|days?|weeks?|centur(?:y|ies))\b"),
        ("hot|cold|warm", r"(?:°|degrees?)"),
        ("strong", r"(?:magnitude|\w+)\b"),
        ("far|tall|high|deep|wide", rf"{_LENGTH}\b(?!\s(?:an|per)\b)"),
        ("long", rf"(?:{_LENGTH}\b(?!\s(?:an|per)\b)|(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b)"),
        ("large|big|heavy", rf"(?:{_SIZE}\b(?!\s(?:an|per)\b)|%|per\scent|percent|times)"),
    )
)  # fmt: skip
_TIME = re.compile(
    r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:January|February|March|April|May|June|July|August|September"
    r"|October|November|December|Jan\.|Feb\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)|\b(?:1[5-9]|20)\d\d\b|\b(?:yesterday|today|tomorrow"
    r"|tonight|midnight|noon|overnight|last|next|earlier|ago|morning|afternoon|evening|a\.m\.|p\.m\.|weeks?|months?|years?|days?)\b"
)  # fmt: skip
_NAME = re.compile(
    r"\b[A-ZÀ-Þ][\w’'.-]+(?:\s+(?:de|da|van|von|bin|al|of)\b)?(?:\s+[A-ZÀ-Þ][\w’'.-]+)*"
)
_WORD = re.compile(r"\w+")
_PERSON_TITLES = frozenset(
    "king queen prince princess pope president mr mrs ms dr sir lady gen judge".split()
)
_NO_PERSON = re.compile(
    r"^(?:The|A|An|In|On|At|For|But|And)\s|\b(?:Ministry|University|Stadium|Sea|Ocean|City|Cup|League|Agency|Organi[sz]ation"
    r"|Council|Committee|Court|Bank|House|Party|Union|States?|Kingdom|Republic|Islands?|Bay|River|Bridge|Street|Station|Telescope"
    r"|Research|Capital|Holdings|Partners|Ventures|Trading|Exchange|Airlines|Airways|Studios|Motors|Pictures|Institute|Museum|Hospital|School|Academy|Foundation|Federation|Association|Authority|Administration|Observatory|Laboratory|Centre|Commission|Department|Office|Service|Center|Centre|Company|Corp|Inc|Group|Force|Navy|Army|Guard|Parliament|Congress|Senate|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|October"
    r"|November|December|North|South|East|West|New|San|Los|Saint|St)\b"
)
_PLACE = re.compile(
    r"\b(?:in|at|from|near|to|off|on|of|into|outside|around|across|over|between|port|city|town|state)\s+(?:the\s+|\w+ern\s+)?(?:\w+\s+(?:of|port)\s+(?:of\s+)?)?[A-ZÀ-Þ]\w+"
)
_REASON = re.compile(r"\b(?:because|due to|owing|caused?|after|since|as|so that|in order|amid|following|blamed?|result|reason"
                     r"|to (?:protest|protect|prevent|avoid|help|mark|allow|make|ensure|show|test)|aimed|over)\b", re.I)  # fmt: skip
_KINDS: Mapping[Asks, re.Pattern[str]] = {
    "number": NUMBER, "money": _MONEY, "time": _TIME, "place": _PLACE, "reason": _REASON,
    "duration": _DURATION,
}  # fmt: skip
_UNIT = re.compile(r"\bhow many (?!(?:were|was|are|is|have|has|had) )((?:[\w’'-]+ ){0,3}?[\w’'-]+?)\b(?= (?:did|do|does|were|was|are|is|have|has|had|will|would|can|could|"
                   r"took|take|died|die|left|of|in|on|at|to|from|with|by|per|for|that|who|which|there|went|came|got|won|lost|visited|"
                   r"survived|attended|voted|joined|said|makes?|made|live|lived|use[ds]?|been|killed|injured|wounded|\w{3,}ed (?:in|on|at|by|to|from|with|during|after|for)|\w{3,}ed(?=\?|$))\b|\?|$)", re.I)  # fmt: skip


def has_kind(text: str, asks: Asks, question: str) -> bool:
    """Whether a thing of the kind asked for, which the question does not name itself, is there."""
    known = {word.casefold() for word in _WORD.findall(question)}
    if asks == "person":
        return any(_is_new_person(name[0], known) for name in _NAME.finditer(text))
    pattern = _measure(question) if asks == "measure" else _KINDS.get(asks)
    if pattern is None:
        return True
    return any(
        not {word.casefold() for word in _WORD.findall(found[0])} <= known
        for found in pattern.finditer(text)
    )


def _measure(question: str) -> re.Pattern[str]:
    """Numbers with the units that answer "how big", "how far" and so on."""
    asked = (p for words, p in _MEASURES if re.search(rf"\bhow (?:{words})\b", question, re.I))
    return next(asked, NUMBER)


def _is_new_person(name: str, known: set[str]) -> bool:
    """Whether capitalised words look like a person whom the question does not name."""
    words = [word.casefold() for word in _WORD.findall(name)]
    while words and words[0] in STOP:  # the first word of a sentence is capitalised, too
        words.pop(0)
    if not words:
        return False
    new = any(word not in known for word in words[-1:])
    titled = words[0] in _PERSON_TITLES
    return new and (len(words) > 1 or titled) and not _NO_PERSON.search(name)


def unit_terms(question: str) -> tuple[str, ...]:
    """What is counted: of "how many Russian sailors took part", the stem of "sailors"."""
    match = _UNIT.search(question)
    counted = [term for term in terms(match[1]) if term not in STOP] if match else []
    return tuple(counted[-1:])
