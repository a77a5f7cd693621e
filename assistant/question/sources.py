"""Whose articles a question asks for: which publishers it names as its sources, which it wants left
out, and which authors: "by Yew Lun Tian", "Jane Doe's column".

"What did Reuters report on the strike?" has a source; "Why was Reuters sued?" has none. A name is a
source where a word of attribution stands beside it, or where it stands in a list with one that is;
an unmistakable name without one is merely named, which the search prefers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from assistant.question.outlets import Label, Mention, outlets_of
from assistant.words import STOP
from ingest.vocabulary import MONTH, WEEKDAY

# What an outlet prints.
PIECE = (
    r"(?:articles?|reports?|coverage|story|stories|pieces?|reviews?|interviews?|columns?"
    r"|editorials?|op-?eds?|dispatch(?:es)?|explainers?|live ?blogs?|newsletters?|write-?ups?"
    r"|investigations?|analys[ei]s|commentar(?:y|ies)|headlines?|obituar(?:y|ies)|profiles?"
    r"|accounts?|descriptions?|versions?|narratives?|posts?|guides?|essays?|features?)"
)
# What it does with it, and a person who says something as well.
SAY = (
    r"(?:sa(?:y|ys|id)|wr(?:ote|ites?|itten)|note[sd]?|(?:report|claim|mention|suggest|cover|discuss"
    r"|reveal|highlight|portray|depict|detail|predict|project|explain|print|profil|review|publish"
    r"|present|link|list|rank|call|consider|view|recommend|warn|critici[sz]|focus|provid|address"
    r"|identif|acknowledg|evaluat|emphasi[sz]|summari[sz]|characteri[sz]|describ|indicat|stat|argu"
    r"|alleg|estimat|conclud|quot|cit|assert|rumou?r|speculat|featur|outlin|analy[sz]|carr|accus"
    r"|recogni[sz]|refer|point|attribut|compar|contrast|agre|disagre|differ|believ|imply|term"
    r"|label|deem|examin)(?:s|es|e|ed|d|red|y|ies|ied)?)"
)
# What an outlet says of itself is news of it.
ITSELF = (
    r"(?:(?:that\s+)?(?:its?|itself|they|their)\b"
    r"|(?:[a-z]+\s+){1,3}(?:loss(?:es)?|profits?|earnings|revenues?|results|sales)\b)"
)
OUTLETS = (
    r"(?:sources?|(?:news\s?)?(?:outlets?|papers?|sites?)|publications?|publishers?|websites?"
    r"|media|agencies)"
)
LEAD = re.compile(
    r"(?i)(?:\b(?:both|either|the|an?|another|first|second|third|latest|separate"
    r"|newspapers?|news\s(?:agency|site|outlet)|agency|magazine"
    r"|broadcaster|outlets?|website)\s+){0,3}(?P<quote>[\"'‘“„«]?)(?:\bthe\s+|www\.)?\Z"
)
_HOST = r"(?:\.(?:com|org|net|co\.uk)\b)?(?:\s(?:magazine|newspaper)\b)?"
TAIL = re.compile(_HOST + r"(?P<owns>['’]s\b|(?<=s)['’](?=\s))?(?P<quote>(?!))?")
TAIL_QUOTED = re.compile(_HOST + r"(?P<quote>[\"'’”“»](?!s\b))?(?P<owns>['’]s\b)?")
LINK = re.compile(
    r"\s*(?:[,;/&+]\s*)?(?:\b(?:and|or|nor|as well as)\s+)?(?:(?:by|from|in)\s+)?", re.I
)

# Words of attribution that end where a name begins; `few` words may stand between them and it.
_ATTRIBUTES = (
    r"(?:(?P<span>\b(?:according\s+to|as\s+per|per|via|citing|quoting|source:|only(?:\s+(?:from|in"
    r"|by|use))?))|(?P<turned>(?<=,\s)(?:says|said|writes|wrote|reports|reported|notes|noted))"
    rf"|(?P<list>\b(?:by|from|in|across|per|to)\s+(?:\w+\s+){{0,3}}{OUTLETS},?"
    r"\s+(?:including|such\s+as|like))"
    rf"|(?P<told>(?:\bas\s+)?\b(?:{SAY}|{PIECE}|news|updates?)['\"’”]?"
    r"(?:\s+[^\s.?!;,]+){0,FEW}?\s+(?:by|in|on|from)))\s+\Z"
)
BEFORE, NEAR_BEFORE = (re.compile("(?i)" + _ATTRIBUTES.replace("FEW", few)) for few in ("1", "8"))
# And those that begin where it ends: what it printed, and what it says.
PRINTS = re.compile(
    rf"\s+(?:[a-z\d][\w-]*\s+){{0,3}}?{PIECE}\b(?!-\w|\s+(?:boards?|teams?|editors?|writers?|desks?"
    rf"|into\s+its)\b|\s+{ITSELF})"
)
SAYS = re.compile(
    rf"\s+(?:(?:also|ever|first|later|since|still|\w+ly)\s+)?{SAY}\b(?!\s+(?:by|up|to|goodbye)\b|\s+{ITSELF})"
)
PRINTED = re.compile(rf"\b(?:{SAY}|{PIECE}|{OUTLETS})\b", re.IGNORECASE)
LEFT_OUT = re.compile(
    rf"(?i)(?:\b(?:other\s+than|except(?:\s+for)?|exclud(?:e|ing)|(?:apart|aside)\s+from|besides"
    rf"|leav(?:e|ing)\s+out|ignor(?:e|ing)|without|(?:but\s+)?not)"
    rf"(?:\s+(?:{PIECE}\s+)?(?:in|from|by|via|per|according\s+to))?)\s+\Z"
)
DAY = f"(?:{WEEKDAY}|{MONTH})"
CAPITAL_NEXT = re.compile(rf"\s+(?!{DAY}\b|(?i:{PIECE})\b|AI\b)[A-Z][\w’'-]*")
CAPITAL_BEFORE = re.compile(
    rf"(?<![.?!:]\s)(?<!\A)\b(?!(?i:{'|'.join(STOP)}|per|via|according|since|source)\s)[A-Z][\w-]*\s+\Z"
)


@dataclass(frozen=True)
class Said:
    """What `text[start:end]` says: an author, a kind of article, quoted words."""

    value: str
    start: int
    end: int


def once(found: Iterable[Said]) -> tuple[Said, ...]:
    """From left to right, each value where it stands first."""
    first: dict[str, Said] = {}
    for each in sorted(found, key=lambda each: each.start):
        first.setdefault(each.value, each)
    return tuple(first.values())


_MOST = 48  # names that are looked at; what has more is a pasted text
_NEAR = 160  # characters before a name that can make it a source
Role = Literal["source", "without", "subject"]


@dataclass(frozen=True)
class Named:
    """Sources that a question names, each once, in its order.

    `publishers`: search only these, written as the archive writes them. `without`: leave these
    out. `absent`: well-known outlets of which the archive has nothing. `spans`: places in the text
    of what was said about sources, such as "according to the BBC"; never of the topic. `groups`:
    the publishers by outlet, since an archive may know one outlet by several names. `merely`: of
    publishers that are named without a word that makes them sources, where none is one.
    """

    publishers: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    merely: tuple[str, ...] = ()


def find_publishers(text: str, known: Sequence[str]) -> Named:
    """The sources that `text` names. `known`: the archive's names of publishers and agencies.

    >>> find_publishers("What did CNN say of the flood?", ["CNN | Breaking News", "Reuters"])
    ... # doctest: +NORMALIZE_WHITESPACE
    Named(publishers=('CNN | Breaking News',), without=(), absent=(), spans=((9, 12),),
          groups=(('CNN | Breaking News',),), merely=())
    """
    mentions = islice(outlets_of(tuple(known)).mentions(text), _MOST)
    places = [place for mention in mentions if (place := _placed(text, mention))]
    read = [(group, *_role(text, group)) for group in _lists(text, places)]
    if any(role == "source" for _, role, _ in read):
        # "How does it differ from Wired's?" is of a source where another name of the question is.
        for at, (group, role, start) in enumerate(read):
            if role == "subject" and any(place.owns or not place.plain for place in group):
                read[at] = group, "source", start
    spans = tuple((start, group[-1].end) for group, role, start in read if role != "subject")
    # "… but not by Wired, according to Wired and CNN": what is said of an outlet last counts.
    roles = {place.label: role for group, role, _ in read if role != "subject" for place in group}
    labels = [label for label, role in roles.items() if role == "source"]
    left_out = [label for label, role in roles.items() if role == "without"]
    named, unwanted = _names(labels), _names(left_out)
    wanted = tuple(name for name in named if name not in unwanted) or named
    without = tuple(name for name in unwanted if name not in wanted)
    absent = dict.fromkeys(label.outlet for label in labels if not label.names)
    outlets = (tuple(n for n in label.names if n in wanted) for label in labels)
    by_outlet = tuple(dict.fromkeys(names for names in outlets if names))
    mere: list[Label] = []
    for place in () if wanted or without or absent else places:
        name = re.sub(r"^the\s+", "", text[place.start : place.end], flags=re.IGNORECASE)
        # Who writes no capitals at all may mean "fox news", hardly "verge".
        if not place.plain and (not name.islower() or (text.islower() and " " in name)):
            mere.append(place.label)
    return Named(wanted, without, tuple(absent), spans, by_outlet, _names(mere))


def _names(labels: Iterable[Label]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for label in labels for name in label.names))


def _placed(text: str, mention: Mention) -> Mention | None:
    """The name with what belongs to it; None when it is a piece of a longer name."""
    start, end = mention.start, mention.end
    lead = _before(LEAD, text, start)
    opened = bool(lead and lead["quote"])
    tail = (TAIL_QUOTED if opened else TAIL).match(text, end)
    start = lead.start() if lead else start
    end, owns = (tail.end(), bool(tail["owns"])) if tail else (end, False)
    quoted = bool(opened and tail and tail["quote"])
    bare = start == mention.start and mention.label.guard != "any"
    piece = (not owns and CAPITAL_NEXT.match(text, end)) or (
        bare and _before(CAPITAL_BEFORE, text, start)
    )
    if piece and not quoted:
        return None
    return replace(mention, start=start, end=end, quoted=quoted, owns=owns)


def _lists(text: str, places: list[Mention]) -> list[list[Mention]]:
    """Names that stand in one list: "the BBC", "CNN, Reuters and the AP"."""
    runs: list[list[Mention]] = []
    for place in places:
        last = runs[-1][-1] if runs else None
        if last and last.end < place.start and LINK.fullmatch(text, last.end, place.start):
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _role(text: str, group: list[Mention]) -> tuple[Role, int]:
    start, last = group[0].start, group[-1]
    if out := _before(LEFT_OUT, text, start):
        apart = text[: out.start()].rstrip()[-1:] in ("", ",", "(", "?", ".", "!", ";")
        return ("without" if apart or PRINTED.search(text) else "subject"), out.start()
    plain = all(place.plain for place in group)
    opens = text[:start].rstrip()[-1:] in ("", ".", "?", "!", ":")
    if opens and re.match(r"\s*:\s", text[last.end :]):
        return "source", start
    said = PRINTS.match(text, last.end) or (not last.owns and SAYS.match(text, last.end))
    if said and not (plain and opens and not last.label.upper):
        return "source", start
    found = _before(BEFORE if plain else NEAR_BEFORE, text, start)
    if found and not last.owns:
        return "source", found.start(found.lastgroup or 0)
    return "subject", start


def _before(pattern: re.Pattern[str], text: str, end: int) -> re.Match[str] | None:
    """The match that ends exactly there; patterns end in \\Z."""
    return pattern.search(text, max(0, end - _NEAR), end)


# A capitalised word, with its inner marks: O'Neill, Jean-Luc; an initial: J.
_CAP = r"(?:[A-Z]\.|(?<![\w'’-])[^\W\d_a-z](?:\w|[-'’](?!s\b)\w){1,60})"
_SMALL = r"(?:(?:de|da|do|dos|di|du|del|der|den|van|von|bin|ibn|al|el|la|le|ten|ter|y)[ -]){0,2}"
_NAME = rf"(?-i:{_CAP}(?: {_SMALL}{_CAP}){{1,3}})"
_AND = r"(?:,\s+(?:and\s+)?|\s+(?:and|or|&)\s+)"
_NAMES = rf"(?P<names>{_NAME}(?:{_AND}{_NAME}){{0,3}})"
_PENNED = (
    rf"(?:{PIECE}|anything"
    r"|(?:co-?)?(?:written|authored|penned|reported|filed|published|contributed))"
)
# The names are authors by what governs them.
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_PENNED}\b[^.?!;]{{0,80}}?\bby\s+{_NAMES}",
        rf"\b{_NAMES}(?:['’]s|(?<=s)['’])\s+(?:\w+\s+){{0,2}}?(?:{PIECE}|reporting)\b(?!\s+cards?\b)",
        rf"\b(?:what\s+(?:did|does|has|have|had|do)|{PIECE}(?:\s+that|\s+which)?)\s+{_NAMES}"
        r"\s+(?:has\s+|have\s+)?(?:write|wrote|written|filed)\b(?!\s+to\b)",
        rf"\b(?:bylined?|author:|byline:)\s+(?:is\s+|of\s+|to\s+)?{_NAMES}",
    )
)
_ONE = re.compile(_NAME)


def find_authors(text: str, known: Callable[[str], bool] | None = None) -> tuple[Said, ...]:
    """The authors whose articles `text` asks for, from left to right, each once.

    `known` tells whether the archive has articles by somebody; other names are none of authors.

    >>> find_authors("Which articles by Jane Doe and J. R. Roe mention the dam?", bool)[1].value
    'J. R. Roe'
    """
    found: list[Said] = []
    if known is None:
        return ()
    for match in (match for pattern in _PATTERNS for match in pattern.finditer(text)):
        names = _ONE.finditer(text, *match.span("names"))
        found += (Said(name[0], *name.span()) for name in names if known(name[0]))
    return once(found)
