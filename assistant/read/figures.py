"""Figures in news text: how many of what, how much, what share; dates and times are none. And what a
question wants counted or measured, and which figure of a sentence says it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from assistant.question.question import Question
from assistant.words import CALENDAR, STOP, form_of, words_of
from ingest.vocabulary import CAPITALISED, NUMBERS, WRITTEN_MONTH, YEAR

Bound = Literal["", "about", "least", "most"]

_SMALL = {"zero": 0, **NUMBERS}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9,
           "trillion": 10**12, "m": 10**6, "bn": 10**9, "dozen": 12}  # fmt: skip
_ALIAS = {"percent": "%", "per cent": "%", "pct": "%", "percentage point": "point",
          "percentage points": "point", "dollar": "$", "dollars": "$", "euro": "€", "euros": "€",
          "pound": "£", "pounds": "£", "yen": "¥"}  # fmt: skip

_SCALE = r"(?:hundred|thousand|million|billion|trillion|dozen)"
_NUMBER = "|".join(_SMALL)
_WORDS = (
    rf"(?:three[-\s]quarters|(?:a\s)?quarter)\sof\sa\s{_SCALE}"
    rf"|(?:{_NUMBER})(?:[-\s](?:and[-\s])?(?:{_NUMBER}|{_SCALE}|a[-\s]half))*"
    rf"|(?:a|half\sa|a\shalf|several)[-\s]{_SCALE}(?:\sand\sa\shalf|\s{_SCALE})?"
    rf"|(?:ten|{_SCALE})s\sof\s{_SCALE}s"
)
_ORDINAL = r"(?!-(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b)"
_DIGITS = r"\d{1,3}(?:[,\u00a0\u2009\u202f ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_FIGURE = re.compile(
    rf"(?i)(?P<sign>US\$|A\$|C\$|[$€£¥])?\s?(?<![\w.:/])(?<![^\W\d_]-)"  # "F-16" is no figure
    rf"(?:(?P<digits>{_DIGITS})(?![:/.]\d|\w*\d)(?:\s?-?\s?(?P<scale>{_SCALE}|bn|(?<=\d)m)\b)?"
    rf"|\b(?P<words>{_WORDS})\b{_ORDINAL})"
    r"(?:\s?-?(?P<unit>%|per\s?cent\b|pct\b|percentage\spoints?\b)"
    r"|\s(?:US\s)?(?P<money>dollars?|euros?|pounds?|yen)\b)?"
)
_DATE_AFTER = re.compile(rf"(?:st|nd|rd|th)?\s+(?:of\s+)?{WRITTEN_MONTH}(?=\W|$)|(?:st|nd|rd|th)\b"
                         r"|\s?(?:[ap]\.?m\b|o[’']clock)|[:.]\d\d\s?[ap]\.?m")  # fmt: skip
_DATE_BEFORE = re.compile(rf"(?:{WRITTEN_MONTH}\s+|\bthe\s+(?=\d+(?:st|nd|rd|th)))$")
_AGE_BEFORE = re.compile(rf"{CAPITALISED},\s$")  # "Jo Hale, 26, said"
_COUNTED_AFTER = re.compile(r"\s(?:people|men|women|children|soldiers|workers|troops)\b")
_YEAR_BEFORE = re.compile(r"\b(?:in|since|of|by|until|before|after|from|the|and)\s$", re.IGNORECASE)
_BOUNDS: Mapping[Bound, str] = {
    "least": r"more\sthan|over|at\sleast|above|no\s(?:fewer|less)\sthan|upwards\sof",
    "most": r"(?:fewer|less)\sthan|under|up\sto|at\smost|almost|nearly|close\sto|below",
    "about": r"about|around|some|roughly|approximately|an?\sestimated",
}
_CLAUSE = re.compile(r"[,;:.!?()“”\"—–]|\s[$€£¥]?\d")
COUNTED = 5  # words after a figure that may say what is counted


@dataclass(frozen=True)
class Figure:
    """A figure as a text gives it: `text[start:end]`, with its sign and scale.

    `unit`: "%", "point", "$", "€", "£", "¥" or "" for a plain number; `bound`: whether it is said
    to be about, at least or at most so much; `what`: the words after it, up to the next comma or
    figure in digits.
    """

    value: float
    unit: str
    start: int
    end: int
    bound: Bound
    what: tuple[str, ...]

    def same(self, other: Figure) -> bool:
        """Whether both may be the same figure, told more or less exactly."""
        if self.unit != other.unit:
            return False
        rough = self.bound or other.bound
        most = max(abs(self.value), abs(other.value), 1e-9)
        return abs(self.value - other.value) <= most * (0.03 if rough else 1e-6)


def figures_of(text: str) -> list[Figure]:
    """The figures of a text, in order. Dates, times, years and ordinals are left out.

    >>> [(f.value, f.unit, f.what) for f in figures_of("Some 3.5 million people lost $2bn in May.")]
    [(3500000.0, '', ('people', 'lost')), (2000000000.0, '$', ('in', 'May'))]
    """
    found = []
    for match in _FIGURE.finditer(text):
        if _is_date(text, match):
            continue
        start, end = match.start(), match.end()
        start += len(match[0]) - len(match[0].lstrip())
        if match["digits"]:
            value = float(re.sub(r"[,\s]", "", match["digits"]))
            value *= _SCALES.get((match["scale"] or "").lower(), 1)
        else:
            value = _spelled(match["words"].lower())
        sign = (match["sign"] or "").strip().upper()
        unit = " ".join((match["unit"] or match["money"] or "").lower().split())
        unit = _ALIAS.get(unit, unit) or ("$" if sign.endswith("$") else sign)
        near = text[max(0, start - 20) : start]
        bounds = (b for b, w in _BOUNDS.items() if re.search(rf"(?i)\b(?:{w})\s(?:US)?$", near))
        clause = _CLAUSE.split(text[end : end + 80], maxsplit=1)[0]
        what = tuple(re.findall(r"[^\W\d_][\w’'-]*", clause)[:COUNTED])
        found.append(Figure(value, unit, start, end, next(bounds, ""), what))
    return found


def _spelled(words: str) -> float:
    """The value of a number in words: "three and a half thousand" is 3,500."""
    read = re.split(r"[-\s]+", words)
    if "of" in read:  # "tens of thousands", "a quarter of a million"
        share = {"ten": 10, "quarter": 0.75 if "three" in read else 0.25}
        many, scale = read[read.index("of") - 1].rstrip("s"), read[-1].rstrip("s")
        return float((share | _SCALES).get(many, 1) * _SCALES.get(scale, 1))
    total = part = 0.0
    for place, word in enumerate(read):
        if word in _SMALL:
            part += _SMALL[word]
        elif word == "half":
            part += 0.5 * _SCALES.get(read[place - 3], 1)  # "a million and a half"
        elif word == "several" or (word == "a" and read[place + 1] in _SCALES):
            part = part or 1
        elif word in ("hundred", "dozen"):
            part = (part or 1) * _SCALES[word]
        elif word in _SCALES:
            total, part = total + (part or 1) * _SCALES[word], 0.0
    return total + part


def _is_date(text: str, match: re.Match[str]) -> bool:
    digits = match["digits"]
    if not digits or match["sign"] or match["unit"] or match["scale"] or match["money"]:
        return False
    after, before = text[match.end() :], text[max(0, match.start() - 12) : match.end()]
    before = before[: len(before) - len(match[0].lstrip())]
    if _DATE_AFTER.match(after) or _DATE_BEFORE.search(before):
        return True
    if re.match(r"[,.;)]|\s[–—]", after) and _AGE_BEFORE.search(before):
        return True
    if _COUNTED_AFTER.match(after) and not _YEAR_BEFORE.search(before):
        return False
    return bool(re.fullmatch(YEAR, digits))


# Whether a figure is asked for, or another thing that stands in the place of one.
_ASKS_OTHER = re.compile(
    r"(?i)\b(?:when|where|why|who|whom|whose|how\s(?:long|quickly|soon))\b"
    r"|\b(?:what|which)\s(?:\w+\s)?(?:date|day|time|year|month|week|hour|city|country|place|town|port|cause)\b"
)
_OF_SUM = r"how\smuch\b|\b(?:what|which)\b.{0,30}\b(?:price|cost|value|sum|fee|fine|amount)s?\b"
_MAGNITUDE = r"magnitude\b|richter\b|how\s(?:strong|big|powerful)\b.*\b(?:quake|earthquake|tremor)"
_ASKS_FIGURE = re.compile(
    rf"(?i)\b(?:{_OF_SUM}|{_MAGNITUDE}|how\s(?:many|large|big|high|far)\b"
    r"|(?:tolls?|number|crowd|turnout)\b)"
)
_MASS = re.compile(
    r"(?i)\bhow\smuch\s(?!money|damage|aid|help|relief|funding|compensation|did|does|will|is|was)\w+"
)

# What befell those who are counted, or what is measured, by the unit of the figure that says it:
# news counts the dead and the injured, a turnout and a party's share in one sentence.
_EVENTS: Mapping[str, Mapping[str, str]] = {
    "": {
        "dead": r"dead|died|dies|die|deaths?|tolls?|kill(?:ed|s|ing)?|perish\w*|fatalit\w+|bodies"
                r"|lost\stheir\slives|loss\sof\slife|(?<=\d\s)lives|lives\s(?:were\s|have\sbeen\s)?lost",
        "hurt": r"injur\w+|wounded|hurt|hospitali[sz]ed|taken\sto\shospital",
        "missing": r"missing|unaccounted|not\s(?:yet\s)?been\s(?:found|traced|reached)|untraced"
                   r"|without\sa\strace",
        "homeless": r"homeless|displaced|lost\stheir\shomes?|fled",
        "evacuated": r"evacuat\w+",
        "arrested": r"arrest\w*|detain\w*|custody",
        "rescued": r"rescued|survivors?|pulled\salive|brought\sout\salive|escaped|unhurt|found\ssafe",
        "marched": r"demonstrat\w+|march\w*|protest\w*|took\spart|taken\spart|take\spart|crowds?"
                   r"|rall(?:y|ies|ied)|joined|attend\w*|turned\sout|participants|gathered"
                   r"|in\sthe\sstreets",
        "affected": r"affected",
    },
    "$": {
        "damage": r"damages?|harm|loss(?:es)?|destroy\w*|worth",
        "aid": r"asked\sfor|appeal\w*|aid|loans?|fund|pledg\w+|released|donat\w+|grants?",
        "rebuilding": r"rebuild\w*|reconstruct\w*|repair\w*|restor\w+|putting\s.{0,30}\sright",
    },
    "%": {
        "turnout": r"turnout|turned\sout|voted(?!\sfor)|cast",
        "won": r"won|party|parties|of\sthe\svotes?",
    },
    "magnitude": {
        "quake": r"magnitude(?!\saftershock)",
        "aftershock": r"magnitude\saftershock|aftershocks?(?:\sof\smagnitude)?",
    },
}  # fmt: skip
_EVENT = {
    unit: {name: re.compile(rf"(?i)\b(?:{words})\b") for name, words in events.items()}
    for unit, events in _EVENTS.items()
}
_MASSES = frozenset("ton tons tonnes kilograms kilos litres liters barrels gallons".split())
_MEASURES = frozenset("hectare hectares acre acres tonne tonnes ton tons".split())
_PEOPLE = frozenset(
    """people persons dead deaths victims bodies lives others passengers residents men women
    children heads soldiers students workers migrants refugees sailors troops civilians
    fatalities casualties injured missing survivors demonstrators protesters marchers participants
    arrests patients citizens inhabitants villagers policemen officers police fighters pilgrims
    tourists nurses doctors teachers farmers pupils miners firefighters fans""".split()
)
_FOLLOWS = frozenset(  # words after a figure that stands for those who are counted
    """in by were was are is had have has at on across and or to from so when after as
    during between since while with people there more a an the than who which that according took
    lost came went of""".split()
)
_PART = re.compile(
    r"(?i)^\s*(?:of\s+(?:the\s+(?:dead|injured|victims|missing|bodies)|them|those|whom)\b"
    r"|others?\b|more\b)"
)
_ABOARD = re.compile(r"\s(?:\w+\s){0,3}(?:on\sboard|aboard)\b", re.IGNORECASE)
_SORTS = frozenset(
    """civilians soldiers police officers rebels workers students children women men passengers
    migrants refugees sailors patients prisoners tourists""".split()
)
_PARTS = frozenset("children women girls boys babies police officers soldiers".split())
_PLACE_AFTER = re.compile(
    r"\b(?:in|on|at|across|of)\s+(?:the\s+)?(?:\w+ern\s+|\w+ing\s+)?([A-ZÀ-Þ][\w’-]+)"
)
_NEXT = re.compile(r"(?:\b(?:and|with|while|including|of\s(?:them|whom))|[,:])\s*$")
_CLAUSE_ENDS = re.compile(r";|,\s(?:and|while|but|whereas|with)\s|\s[–—]\s")
STRONGEST = 10  # magnitudes are below
CROWD = 100  # from here on a bare number may count what the sentence before tells of
ACROSS = 30  # characters that an "and" in between counts for


@dataclass(frozen=True)
class Wanted:
    """What is to be counted: `unit` of the figure ("%", "$", "magnitude" or "" for a count), and
    the `event` that befell those who are counted, or the stems of `things` that are."""

    unit: str
    event: str | None
    things: frozenset[str]
    names: frozenset[str]  # words of the question, in lower case
    places: frozenset[str]  # its proper names among them

    @classmethod
    def of(cls, question: Question) -> Wanted | None:
        """None where a question wants no figure that reports differ in: no toll or crowd, damage,
        magnitude, turnout, area or weight. Other figures are mostly of different things."""
        text = question.topic
        # "When was that?" after "How many died?" wants no figure again.
        asks = question.asked if _ASKS_OTHER.search(question.asked) else text
        figure, other = _ASKS_FIGURE.search(asks), _ASKS_OTHER.search(asks)
        if not figure or (other and other.start() < figure.start()):
            return None  # "Where was he when …?" asks for a place
        words = frozenset(words_of(text))
        unit, event, things = "", None, words & _MEASURES
        if "turnout" in words:
            unit, event = "%", "turnout"
        elif re.search(_MAGNITUDE, text, re.IGNORECASE):
            unit, event = "magnitude", "aftershock" if "aftershock" in words else "quake"
        elif _MASS.search(text):
            things = _MASSES
        elif re.search(_OF_SUM, text, re.IGNORECASE):
            unit, event = "$", _event_asked(text, "$")
        elif not things:
            # Of "how many Russian sailors took part", "russian sailors".
            asked = words_of(text.lower().partition("how many ")[2])
            counted = list(takewhile(lambda word: word not in STOP, asked))
            if counted and _PEOPLE.isdisjoint(counted) and not _event_asked(counted[0]):
                return None  # "How many months was she detained?"
            event = _event_asked(text)
        if not event and not things:
            return None
        names = re.findall(r"\b[A-ZÀ-Þ][\w’-]+", text)[1:]
        places = frozenset(name.lower() for name in names)
        return cls(unit, event, frozenset(map(form_of, things)), words, places)

    def fits(self, figure: Figure) -> bool:
        """Whether a figure is of the unit; money of any currency is."""
        if self.unit == "$":
            return figure.unit in ("$", "€", "£", "¥")
        if self.unit == "magnitude":
            return figure.unit == "" and 1 < figure.value < STRONGEST
        return figure.unit == self.unit


def counted(wanted: Wanted, sentence: str, before: str = "") -> list[Figure]:
    """The figures of a sentence that say what is wanted.

    `before`: the sentence before it, which may say what a bare "80,000" counts.
    """
    return [
        figure
        for figure in _placed(wanted, figures_of(sentence), sentence)
        if not _is_of_others(wanted, figure, sentence)
        and wanted.fits(figure)
        and _is_about(wanted, figure, sentence, before)
    ]


def _placed(wanted: Wanted, figures: Sequence[Figure], sentence: str) -> list[Figure]:
    """Without those that are said to be of a place that the question does not name; where some are,
    only those of a place that it names, if there are any."""
    away, here = [], []
    for figure in figures:
        # What is said of it after it, up to where the next one is told.
        clause = re.split(r"[;.!?]|,\s(?:and|while|but)\s", sentence[figure.end :])[0][:80]
        parts = [clause[: following.start] for following in figures_of(clause)]
        clause = next((part for part in parts if _NEXT.search(part)), clause)
        words = {word.lower() for word in re.findall(r"[\w-]+", clause)}
        places = {name.lower() for name in _PLACE_AFTER.findall(clause)} - CALENDAR
        here.append(bool(words & wanted.places))
        away.append(bool(places and wanted.places) and not here[-1])
    kept = here if any(away) and any(here) else [not far for far in away]
    return [figure for figure, keep in zip(figures, kept, strict=True) if keep]


def _is_of_others(wanted: Wanted, figure: Figure, sentence: str) -> bool:
    """Whether soldiers are counted where civilians are asked for, or police among marchers; or only
    a part, "nine of them"; or the whole, "eleven of the 48", "with 48 on board".
    """
    asked = wanted.names & _SORTS
    others = _SORTS - asked if asked else _PARTS - wanted.names
    if {word.lower() for word in figure.what[:2]} & others:
        return True
    if wanted.unit:
        return False
    before, after = sentence[: figure.start], sentence[figure.end :]
    if _PART.match(after) or (_ABOARD.match(after) and len(figures_of(sentence)) > 1):
        return True
    whole = re.search(r"\w+(?=\sof\s(?:the|its|their)\s$)", before)
    return bool(whole and figures_of(whole[0]))


def _is_about(wanted: Wanted, figure: Figure, sentence: str, before: str) -> bool:
    """Whether what is wanted follows a figure, "40 hectares", or what befell those who are counted
    is told in its clause, or just before."""
    words = [word.lower() for word in figure.what]
    if not wanted.event:
        return not wanted.things.isdisjoint(map(form_of, words[:4]))
    if wanted.unit == "":  # people: "820 villagers", "rose to 820", not "820 villages"
        people = not words or words[0] in _FOLLOWS or words[0].endswith("ed")
        people = people or any(word in _PEOPLE for word in words[:3])
        if sentence[figure.start : figure.end].lower() == "one":
            people = bool(words) and words[0] in ("person", "man", "woman", "child")
        if not people:
            return False
    bounds = [0, *(m.end() for m in _CLAUSE_ENDS.finditer(sentence)), len(sentence)]
    left = max(bound for bound in bounds if bound <= figure.start)
    right = min(bound for bound in bounds if bound >= figure.end)
    bare = not words if wanted.unit else figure.value >= CROWD
    event = _nearest(figure, sentence, left, right, wanted.unit)
    return (event or (_event_asked(before, wanted.unit) if bare else None)) == wanted.event


def _nearest(figure: Figure, text: str, start: int, end: int, unit: str) -> str | None:
    """The event whose word is nearest to a figure, rather after it than before."""
    found = []
    for name, pattern in _EVENT[unit].items():
        for match in pattern.finditer(text, start, end):
            after = match.start() - figure.end
            gap = after if after >= 0 else 1.3 * (figure.start - match.end())
            between = text[min(figure.end, match.end()) : max(figure.start, match.start())]
            gap += ACROSS * (" and " in between)
            if gap >= 0:
                found.append((gap, name))
    return min(found)[1] if found else None


def _event_asked(text: str, unit: str = "") -> str | None:
    found = [(m.start(), name) for name, p in _EVENT[unit].items() if (m := p.search(text))]
    return min(found)[1] if found else None
