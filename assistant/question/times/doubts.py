"""What looks like a time and is none here: names, attributes, comparisons, what is to come; and
what stands before a time phrase, its preposition and the part of it that is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.question.times.calendar import (
    DAY,
    Days,
    half_of,
    slice_of,
    third_of,
    week_of,
    weekend_of,
)
from assistant.question.times.phrases import CLOSED, COUNT, REACH, Mention, S, count_of
from ingest.vocabulary import MONTH, WEEKDAY

Kind = Literal[
    "none", "since", "before", "after", "until", "by", "from", "between", "in", "on", "over",
    "for", "of", "",
]  # fmt: skip

BOUNDS = {"since", "before", "after", "until", "by"}
STRONG = BOUNDS | {"from", "between"}
GOVERNORS: tuple[tuple[Kind, str], ...] = (
    ("none", r"as\s+of|than|compared\s+(?:to|with)|(?:up|down)\s+from|versus|vs\.?|unlike|next"
             r"|coming|about\s+how|every|each|any|per|another|no"),
    ("since", r"(?:ever\s+)?since|(?:starting|beginning)\s+(?:in|on|from)"),
    ("before", r"before|prior\s+to|earlier\s+than"),
    ("after", r"after|later\s+than"),
    ("until", r"no\s+later\s+than|(?:up\s+)?until|till|up\s+to|through|thru"),
    ("by", r"by"),
    ("from", r"from"),
    ("between", r"between"),
    ("in", r"in|during|throughout|within"),
    ("on", r"on|dated"),
    ("over", r"over"),
    ("for", r"for|at"),
    ("of", r"of"),
)  # fmt: skip
_GOVERNOR = re.compile(
    r"(?<![\w'-])(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in GOVERNORS)
    + r")\s+(?:and\s+including\s+)?(?:(?:about|around|roughly|exactly|only)\s+)?$",
    re.IGNORECASE,
)
NTH = {"first": 0, "opening": 0, "1st": 0, "second": 1, "latter": 1, "2nd": 1, "third": 2,
       "3rd": 2, "fourth": 3, "4th": 3, "last": -1, "final": -1, "closing": -1}  # fmt: skip
THIRDS = {"early": 0, "start": 0, "beginning": 0, "mid": 1, "middle": 1, "late": 2, "end": 2,
          "close": 2}  # fmt: skip
EDGES = {"start", "beginning", "end", "close"}
_PART = re.compile(
    r"(?<![\w'-])(?:the\s+)?(?:very\s+)?(?:"
    r"(?P<third>early|mid|late)(?:\s+(?:part\s+)?(?:in|on|of))?"
    r"|(?P<edge>start|beginning|middle|end|close)\s+of"
    rf"|(?P<nth>{'|'.join(NTH)})\s+(?:(?P<count>{COUNT})\s+)?"
    r"(?P<unit>day|week|month|quarter|half|year)(?P<many>s)?\s+(?:of|in)"
    r"|(?P<span>week|weekend|day|night|morning|afternoon|evening)\s+"
    r"(?P<how>of|to|ending|ended|beginning|starting|commencing)(?:\s+on)?"
    r"|(?P<whole>earlier|already|sometime)(?:\s+(?:in|on))?"
    r")(?:\s+|(?<=mid)-)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Lead:
    """`start`: where the governing words begin; `inner`: where those of the part do."""

    kind: Kind
    start: int
    inner: int
    part: re.Match[str] | None = None

    @property
    def edge(self) -> str:
        """ "end" in "until the end of", for those bounds that need one day; else ""."""
        word = (self.part["edge"] or "").lower() if self.part else ""
        return word if word in EDGES and self.kind in BOUNDS else ""


def lead_of(text: str, mention: Mention, after: int) -> Lead:
    """The words before a phrase that belong to it, none of them before `after`."""
    floor = max(after, mention.start - REACH)
    left = text[floor : mention.start]
    part = _PART.search(left)
    inner = floor + part.start() if part else mention.start
    governor = _GOVERNOR.search(text[floor:inner])
    if not governor:
        return Lead("", inner, inner, part)
    kind = next(kind for kind, _ in GOVERNORS if governor[kind])
    return Lead(kind, floor + governor.start(), inner, part)


def part_of(lead: Lead, days: Days) -> Days | None:
    """The days that the words of the part leave: "the first week of", "early"."""
    part = lead.part
    if not part or part["whole"]:
        return days
    if lead.edge:
        day = days.first if THIRDS[lead.edge] == 0 else days.last
        return Days(day, day)
    if word := part["third"] or part["edge"]:
        return third_of(days, THIRDS[word.lower()])
    return _span_at(part, days) if part["span"] else _nth(part, days)


def _span_at(part: re.Match[str], days: Days) -> Days | None:
    """ "the week of 10 July" is the calendar's; "ending", "beginning" count seven days."""
    span, how = part["span"].lower(), part["how"].lower()
    if days.first != days.last:
        return None
    if span not in ("week", "weekend"):
        return days
    if span == "weekend" or how == "of":
        return (weekend_of if span == "weekend" else week_of)(days.first)
    if how in ("to", "ending", "ended"):
        return Days(days.first - 6 * DAY, days.first)
    return Days(days.first, days.first + 6 * DAY)


def _nth(part: re.Match[str], days: Days) -> Days | None:
    skipped, unit = NTH[part["nth"].lower()], part["unit"].lower()
    if unit == "half":
        return half_of(days, abs(skipped)) if skipped in (-1, 0, 1) else None
    if unit == "quarter" and days.months != 12:  # noqa: PLR2004
        return None
    return slice_of(days, skipped, count_of(part["count"] or (part["many"] and "few")), unit)


MASK = "•"
# The last four are letters that match an ASCII one when case is ignored.
_ALIKE = str.maketrans("‘’‐‑‒–—−\u0130\u0131\u017f\u212a", "''------" + MASK * 4)
_OTHERS_WORDS = re.compile(r"“[^“”]{1,400}”|\"[^\"]{1,400}\"")
_NAMES = re.compile(
    r"\b(?:(?:black|super|ash|cyber|good|bloody|giving|boxing|holy|palm|maundy|shrove|easter|spy)\s+"
    rf"(?:{WEEKDAY})"
    rf"|(?:{WEEKDAY})\s+(?:times|telegraph|mirror|express|mail|mass"
    r"|prayers|school)|(?:satur|mon|sun|thurs)day\s+night\s+(?:live|football)|last\s+week\s+tonight"
    r"|business\s+today|usa\s+today|friday\s+the\s+13th)\b",
    re.IGNORECASE,
)
# What is to come is not in the archive, and what comes round again is at no one time.
_NOT_PAST = re.compile(
    rf"\b(?:next|coming|upcoming|later(?:\s+in)?\s+this|later|the\s+following|the\s+previous|every"
    rf"|each|any|per|another){S}(?:{COUNT}{S})?(?:(?:{WEEKDAY}|{MONTH}"
    r"|day|week|weekend|month|quarter|year|decade|spring|summer|autumn|fall|winter)s?)\b"
    rf"|\b(?:more{S}than|over|at{S}least|less{S}than|up{S}to){S}{COUNT}{S}\w+{S}ago\b",
    re.IGNORECASE,
)
# The prepositions that make a date of a phrase; a name here shadows the family of the phrase.
GOVERN = {
    "date": STRONG | {"in", "on", "over"},
    "weekday": STRONG | {"on"},
    "month": STRONG | {"in", "over"},
    "year": STRONG | {"in"},
    "ordinal": STRONG | {"on"},
    "season": STRONG | {"in", "over"},
    "quarter": STRONG | {"in", "for"},
    "weekend": STRONG | {"in", "on", "over", "for"},
    "other": STRONG | {"in", "on", "over"},
}
SHARED_NAMES = {"may", "march", "mar", "april", "june", "august", "jan", "sun", "sat"}
_CAPITALISED_BEFORE = re.compile(r"(?:^|[^\w.])[A-Z][\w'-]*\s+$")
_DETERMINER = re.compile(
    r"\b(?:the|an?|each|every|any|that|another|first|second|third|one|next|black|super|ash|good"
    r"|cyber|bloody|giving|holy|palm|easter|shrove|fat|boxing|casual|freaky|blue|red)\s+$",
    re.IGNORECASE,
)
_SUPERLATIVE = re.compile(
    r"(?<!\bat )\b(?:first(?!\s+(?:minister|lady|secretary))|only|record|worst|best"
    r"|most(?!\s+recent)|least|fewest|longer|top|all-time"
    r"|(?!(?:latest|protest|arrest|interest|request|forest|contest"
    r"|harvest|honest|invest|suggest|digest|priest|manifest|budapest|bucharest|conquest|tempest"
    r"|midwest|northwest|southwest|bequest|modest|earnest|guest|chest|crest|quest|inquest)\b)"
    r"\w{3,}est)\b[^.?!;]*$",
    re.IGNORECASE,
)
_SENTENCE_START = re.compile(r"(?:^|[.?!:;\"(\n-])\s*$")
_POSSESSIVE = re.compile(r"(?:\b(?:his|her|its|their|our|my|your)|\w's|\ws')\s+$", re.IGNORECASE)
_THE = re.compile(r"\bthe\s+$", re.IGNORECASE)
_SHARE = re.compile(
    r"\bfrom\s+[$£€]?\d[\w.,%]*(?:\s+(?:percent|per\s+cent|million|billion|\w+s))?\s+(?:in\s+)?$",
    re.IGNORECASE,
)
_OFFSET = re.compile(
    r"\b(?:second|minute|hour|day|night|week|fortnight|month|year|decade|season|moment)s?\s+$",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"\b(?:born|founded|established|incorporated|invented|dat(?:es?|ed|ing)(?:\s+back)?)"
    r"\s+(?:to\s+)?$",
    re.IGNORECASE,
)
_COMING = re.compile(
    r"\b(?:will|won't|shall|(?:set|due|expected|scheduled|planned|going|hoping|likely)\s+to)\b"
    r"[^.?!;]*$",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"\s+(?:words|votes|people|metres|meters|miles|feet|km|kilometres|kilometers|pages|steps|points"
    r"|dollars|pounds|euros|copies|calories|rpm|mph|square|tons|tonnes)\b",
    re.IGNORECASE,
)


def believed(text: str, mention: Mention, lead: Lead) -> bool:
    """Whether the phrase stands for a time here, by the words around it."""
    if lead.kind == "none" or not _stands(text, mention, lead):
        return False
    return not any(check(text, mention, lead) for check in _DOUBTS)


def _stands(text: str, mention: Mention, lead: Lead) -> bool:
    row = mention.phrase
    govern = GOVERN.get(row.name) or GOVERN[row.family]
    governed = lead.kind in govern or lead.part is not None or bool(mention.said("which"))
    closed = _is_closed(text, mention)
    if (
        text[mention.end : mention.end + 2].lower() == "'s"
        and mention.said("month") not in SHARED_NAMES
    ):
        governed = governed or row.family == "weekday" or row.name == "month"
    if row.stands == "free":
        return True
    if row.stands == "alone":
        return governed or closed
    if row.stands == "part":
        return lead.part is not None
    if row.stands == "end":
        return False
    if row.name == "season" and row.stands == "closed":
        governed = lead.kind in govern or lead.part is not None
    if lead.kind == "of" and row.family == "year":
        governed = bool(_SUPERLATIVE.search(text[max(0, lead.start - REACH) : lead.start]))
    return governed and (row.stands == "governed" or closed)


def _is_closed(text: str, mention: Mention) -> bool:
    """Whether no noun of its own follows: "the January 6, 2021, attack" has one past the comma."""
    end = mention.end
    determined = mention.found[0][:4].lower() == "the " or _THE.search(text[: mention.start][-5:])
    return bool(CLOSED.match(text, end + (bool(determined) and text[end : end + 1] == ",")))


def _is_a_name(text: str, mention: Mention, lead: Lead) -> bool:
    """Theresa May 2017, Taco Tuesday, the modal verb."""
    word, before = mention.found.groupdict().get("month") or "", text[: lead.start][-30:]
    if mention.phrase.name == "short weekday" and mention.said("weekday") in mention.found[0]:
        return True
    if mention.said("which"):
        before = ""
    if mention.phrase.family == "weekday" and not lead.kind and not lead.part:
        return bool(_DETERMINER.search(before)) or _capitalised(text, before)
    if word.lower().rstrip(".") not in SHARED_NAMES:
        return False
    dated = bool(mention.said("year")) or lead.kind in STRONG | {"on"}
    if word.islower() and word in ("may", "march", "mar") and not dated:
        return lead.kind != "in" and not lead.part and mention.said("which") != "last"
    if word.lower() == "may" and mention.phrase.name == "month" and lead.kind != "in":
        return not lead.part and not CLOSED.match(text, mention.end)
    return not lead.kind and not lead.part and _capitalised(text, before)


def _capitalised(text: str, before: str) -> bool:
    return bool(_CAPITALISED_BEFORE.search(before)) and not headlined(text)


@lru_cache(maxsize=8)
def headlined(text: str) -> bool:
    """Whether most words of the text begin with a capital, so that capitals say nothing."""
    words = re.findall(r"[^\W\d_]{4,}", text)
    return bool(words) and sum(word[0].isupper() for word in words) > 0.7 * len(words)


def starts_sentence(text: str, at: int) -> bool:
    return bool(_SENTENCE_START.search(text[max(0, at - 3) : at]))


def _is_a_title(text: str, mention: Mention, lead: Lead) -> bool:
    """Last Week Tonight, This Morning: a capital in the middle of a sentence."""
    word = mention.found[0]
    relative = mention.phrase.stands == "free" or mention.said("which")
    if not relative or not word[0].isupper() or lead.start < mention.start:
        return False
    return not starts_sentence(text, mention.start) and not headlined(text)


def _compares(text: str, mention: Mention, lead: Lead) -> bool:
    """ "the worst drought since 1976" happened now."""
    before = text[max(0, lead.start - 2 * REACH) : lead.start]
    long = mention.phrase.name == "rolling" and mention.said("unit") in (
        "year",
        "decade",
        "century",
    )
    compares = (lead.kind == "since" or long) and bool(_SUPERLATIVE.search(before))
    return compares or bool(mention.phrase.family == "other" and _SHARE.search(before))


def _is_an_offset(text: str, mention: Mention, lead: Lead) -> bool:
    """ "two days after 16 July" is another day, "his twenties" and "his last year" his own."""
    before = text[: lead.start][-30:]
    if mention.phrase.name == "decade":
        said = text[lead.inner : mention.end].lower()
        return bool(_POSSESSIVE.search(before) or (mention.said("word") and said[:4] != "the "))
    if lead.kind in ("before", "after", "since", "from"):
        return bool(_OFFSET.search(before))
    rolls = mention.phrase.name == "rolling" or mention.said("which") in ("last", "past")
    rolls = rolls and mention.phrase.family == "other"
    return rolls and bool(_POSSESSIVE.search(before))


def _is_a_number(text: str, mention: Mention, lead: Lead) -> bool:
    """ "after 2000 metres"."""
    if mention.phrase.name != "year" or lead.part:
        return False
    after = text[mention.end : mention.end + REACH]
    loose = lead.kind not in ("in", "since") and not CLOSED.match(text, mention.end)
    return bool(_MEASURE.match(after)) or (loose and after.lstrip()[:1].islower())


def _is_an_attribute(text: str, mention: Mention, lead: Lead) -> bool:
    """Of a person or a thing, not of the news: "born in 1969"."""
    row, before = mention.phrase, text[: lead.start][-40:]
    if lead.kind == "of" and row.family == "date" and mention.floats:
        return not lead.part
    made = (
        row.name in ("year", "decade")
        and lead.kind in ("in", "from", "")
        and bool(_BORN.search(before))
    )
    return made or bool(re.search(r"\bborn\s+$", before, re.IGNORECASE))


def _is_to_come(text: str, mention: Mention, lead: Lead) -> bool:
    """ "Who will speak on Sunday?": the day may be the next one as well."""
    row = mention.phrase
    recurs = row.family == "weekday" or mention.said("unit") == "weekend" or "season" in row.name
    recurs = recurs and mention.said("which") != "last" and not mention.said("year")
    return recurs and bool(_COMING.search(text[max(0, lead.start - 2 * REACH) : lead.start]))


_DOUBTS = (
    _is_a_name,
    _is_a_title,
    _compares,
    _is_an_offset,
    _is_a_number,
    _is_an_attribute,
    _is_to_come,
)


def blank(found: re.Match[str]) -> str:
    return MASK * len(found[0])


def masked(text: str) -> str:
    """The text with nothing in it that is somebody else's word, a name, or to come."""
    plain = text.translate(_ALIKE)
    if not _OTHERS_WORDS.fullmatch(plain.strip(" ?.!")):
        plain = _OTHERS_WORDS.sub(blank, plain)
    return _NOT_PAST.sub(blank, _NAMES.sub(blank, plain))
