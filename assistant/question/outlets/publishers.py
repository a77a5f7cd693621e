"""Which publishers a question names as its sources, and which it wants left out.

"What did Reuters report on the strike?" has a source; "Why was Reuters sued?" has none. A name is a
source where a word of attribution stands beside it, or where it stands in a list with one that is;
an unmistakable name without one is merely named, which the search prefers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from assistant.question.outlets.outlets import Label, Mention, outlets_of
from ingest.vocabulary import MONTH, WEEKDAY


def one_of(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


# What an outlet prints.
PIECE = (
    r"(?:articles?|reports?|coverage|story|stories|pieces?|reviews?|interviews?|columns?"
    r"|editorials?|op-?eds?|dispatch(?:es)?|explainers?|live ?blogs?|newsletters?|write-?ups?"
    r"|investigations?|analys[ei]s|commentar(?:y|ies)|headlines?|obituar(?:y|ies)|profiles?"
    r"|accounts?|descriptions?|versions?|posts?|guides?)"
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
    r"(?:(?:that\s+)?(?:it|its|itself|they|their)\b"
    r"|(?:(?:an?|record|quarterly|annual|higher|lower|net|operating|falling|rising|big|steep|strong"
    r"|weak)\s+){1,3}(?:loss(?:es)?|profits?|earnings|revenues?|results|sales)\b)"
)
OUTLETS = (
    r"(?:sources?|(?:news\s?)?(?:outlets?|papers?|sites?)|publications?|publishers?|websites?"
    r"|media|agencies)"
)
LEAD = re.compile(
    r"(?:\b(?:both|either|the|an?|another|first|second|third|latest|separate"
    r"|newspapers?|news\s(?:agency|site|outlet)|agency|magazine"
    r"|broadcaster|outlets?|website)\s+){0,3}(?P<quote>[\"'‘“„«]?)(?:\bthe\s+|www\.)?\Z",
    re.IGNORECASE,
)
_HOST = r"(?:\.(?:com|org|net|co\.uk)\b)?(?:\s(?:magazine|newspaper)\b)?"
TAIL = re.compile(_HOST + r"(?P<owns>['’]s\b|(?<=s)['’](?=\s))?(?P<quote>(?!))?")
TAIL_QUOTED = re.compile(_HOST + r"(?P<quote>[\"'’”“»](?!s\b))?(?P<owns>['’]s\b)?")
LINK = re.compile(
    r"\s*(?:[,;/&+]\s*)?(?:\b(?:and|or|nor|as well as)\s+)?(?:(?:by|from|in)\s+)?", re.I
)
COLON = re.compile(r"\s*:\s")
COMMA = re.compile(r"\s*[,;]\s*")

# Words of attribution that end where a name begins; `few` words may stand between them and it.
_ATTRIBUTES = (
    r"(?:(?P<span>\b(?:according\s+to|as\s+per|per|via|citing|quoting|source:|only(?:\s+(?:from|in"
    r"|by|use))?))|(?P<turned>(?<=,\s)(?:says|said|writes|wrote|reports|reported|notes|noted))"
    rf"|(?P<list>\b(?:by|from|in|across|per|to)\s+(?:\w+\s+){{0,3}}{OUTLETS},?"
    r"\s+(?:including|such\s+as|like))"
    rf"|(?P<told>(?:\bas\s+)?\b(?:{SAY}|{PIECE}|news|updates?)['\"’”]?"
    r"(?:\s+[^\s.?!;,]+){0,FEW}?\s+(?:by|in|on|from|at)))\s+\Z"
)
BEFORE, NEAR_BEFORE = (
    re.compile(_ATTRIBUTES.replace("FEW", few), re.IGNORECASE) for few in ("1", "8")
)
# And those that begin where it ends: what it printed, and what it says.
PRINTS = re.compile(
    rf"\s+(?:[a-z\d][\w-]*\s+){{0,3}}?{PIECE}\b(?!-\w|\s+(?:boards?|teams?|editors?|writers?|desks?"
    rf"|into\s+its)\b|\s+{ITSELF})"
)
SAYS = re.compile(
    rf"\s+(?:(?!not\b|never\b)[a-z]+\s+)?{SAY}\b(?!\s+(?:by|up|to|goodbye)\b|\s+{ITSELF})"
)
# "the lawsuit filed by", "jobs in": done by the outlet or inside it, not written there.
DONE = re.compile(
    r"\b(?:lawsuit|suit|takeover|purchase|deal|layoffs?|firing|stakes?|shares?|invest\w*|jobs?|cuts?"
    r"|trust|confidence|changes?|named|strike|owned|sued|run)\b[^.?!;,]*\Z",
    re.IGNORECASE,
)
ITS_PEOPLE = re.compile(
    r"['’\s]*\b(?:s\s+)?(?:\w+\s+)?(?:anchors?|hosts?|presenters?|journalists?|reporters?"
    r"|correspondents?|chief|ceo|boss|editors?|executives?|staff|employees?|founders?|owners?"
    r"|contributors?|columnists?|polls?|surveys?|lawsuit|settlement|union|workers|viewers?|500"
    r"|readers?|commentators?|analysts?|strike)\b",
    re.IGNORECASE,
)
PRINTED = re.compile(rf"\b(?:{SAY}|{PIECE}|{OUTLETS})\b", re.IGNORECASE)
LEFT_OUT = re.compile(
    rf"(?:\b(?:other\s+than|except(?:\s+for)?|exclud(?:e|ing)|(?:apart|aside)\s+from|besides"
    rf"|leav(?:e|ing)\s+out|ignor(?:e|ing)|without|(?:but\s+)?not)"
    rf"(?:\s+(?:{PIECE}\s+)?(?:in|from|by|via|per|according\s+to))?)\s+\Z",
    re.IGNORECASE,
)
DAY = f"(?:{WEEKDAY}|{MONTH})"
CAPITAL_NEXT = re.compile(rf"\s+(?!{DAY}\b|(?i:{PIECE})\b|AI\b)[A-Z][\w’'-]*")
CAPITAL_BEFORE = re.compile(r"(?<![.?!:]\s)(?<!\A)\b[A-Z][\w-]*\s+\Z")
FUNCTION = re.compile(
    r"\b(?:The|A|An|In|Did|Does|Do|Has|Have|Had|Is|Was|Were|Are|What|Who|Which|When|Where|Why|How"
    r"|Per|Via"
    r"|According|To|By|From|After|Before|Between|Since|And|Or|Both|If|Of|Source|Use|Only)\s+\Z"
)

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


@dataclass(frozen=True)
class _Place:
    """A name with what belongs to it at `text[start:end]`: article, quotes, possessive."""

    start: int
    end: int
    label: Label
    quoted: bool
    owns: bool
    small: bool

    @property
    def plain(self) -> bool:
        """Whether it may be an everyday word that only happens to have a capital."""
        return (self.small or self.label.guard == "word") and not self.quoted


def find_publishers(text: str, known: Sequence[str]) -> Named:
    """The sources that `text` names. `known`: the archive's names of publishers and agencies.

    >>> find_publishers("What did CNN say of the flood?", ["CNN | Breaking News", "Reuters"])
    ... # doctest: +NORMALIZE_WHITESPACE
    Named(publishers=('CNN | Breaking News',), without=(), absent=(), spans=((9, 12),),
          groups=(('CNN | Breaking News',),))
    """
    mentions = islice(outlets_of(tuple(known)).mentions(text), _MOST)
    places = [place for mention in mentions if (place := _placed(text, mention))]
    groups = list(_groups(text, places))
    roles = _roles(text, groups)
    spans = [
        (start, group[-1].end)
        for group, (role, start) in zip(groups, roles, strict=True)
        if role != "subject"
    ]
    named = _named(groups, [role for role, _ in roles], tuple(spans))
    if named.publishers or named.absent or named.without:
        return named
    mere = []
    for place in (place for group in groups for place in group):
        name = re.sub(r"^the\s+", "", text[place.start : place.end], flags=re.IGNORECASE)
        # Who writes no capitals at all may mean "fox news", hardly "verge".
        told = not name.islower() or (text.islower() and " " in name)
        mere += list(place.label.names) if told and not place.plain else []
    return replace(named, merely=tuple(dict.fromkeys(mere)))


def _named(
    groups: list[list[_Place]], roles: list[Role], spans: tuple[tuple[int, int], ...]
) -> Named:
    """Left out wins over searched, unless nothing would be left to search."""
    labels: dict[Role, list[Label]] = {"source": [], "without": [], "subject": []}
    for group, role in zip(groups, roles, strict=True):
        labels[role].extend(place.label for place in group)
    named = dict.fromkeys(name for label in labels["source"] for name in label.names)
    unwanted = dict.fromkeys(name for label in labels["without"] for name in label.names)
    wanted = tuple(name for name in named if name not in unwanted) or tuple(named)
    absent = dict.fromkeys(label.outlet for label in labels["source"] if not label.names)
    kept = tuple(name for name in unwanted if name not in wanted)
    outlets = (tuple(n for n in label.names if n in wanted) for label in labels["source"])
    by_outlet = tuple(dict.fromkeys(names for names in outlets if names))
    return Named(wanted, kept, tuple(absent), spans, by_outlet)


def _roles(text: str, groups: list[list[_Place]]) -> list[tuple[Role, int]]:
    """What each list of names is to the question, and where its words begin."""
    roles = [_role(text, group) for group in groups]
    if all(role != "source" for role, _ in roles):
        return roles
    # "How does it differ from Wired's?" is of a source where another name of the question is one.
    return [
        ("source", start)
        if role == "subject" and not all(p.plain and not p.owns for p in group)
        else (role, start)
        for group, (role, start) in zip(groups, roles, strict=True)
    ]


def _placed(text: str, mention: Mention) -> _Place | None:
    """The name with what belongs to it; None when it is a piece of a longer name."""
    start, end = mention.start, mention.end
    lead = _before(LEAD, text, start)
    opened = bool(lead and lead["quote"])
    tail = (TAIL_QUOTED if opened else TAIL).match(text, end)
    start = lead.start() if lead else start
    end, owns = (tail.end(), bool(tail["owns"])) if tail else (end, False)
    quoted = bool(opened and tail and tail["quote"])
    if not quoted and _piece_of_a_name(text, start, mention, end, owns):
        return None
    return _Place(start, end, mention.label, quoted, owns, mention.small)


def _piece_of_a_name(text: str, start: int, mention: Mention, end: int, owns: bool) -> bool:
    if not owns and CAPITAL_NEXT.match(text, end):
        return True
    bare = start == mention.start and mention.label.guard != "any"
    return bool(
        bare and _before(CAPITAL_BEFORE, text, start) and not _before(FUNCTION, text, start)
    )


def _groups(text: str, places: list[_Place]) -> Iterator[list[_Place]]:
    """Names that stand in one list: "the BBC", "CNN, Reuters and the AP"."""
    run: list[_Place] = []
    for place in places:
        if run and not _linked(text, run[-1], place):
            yield from _lists(text, run)
            run = []
        run.append(place)
    yield from _lists(text, run)


def _linked(text: str, one: _Place, other: _Place) -> bool:
    return one.end < other.start and bool(LINK.fullmatch(text, one.end, other.start))


def _lists(text: str, run: list[_Place]) -> Iterator[list[_Place]]:
    """A comma alone makes no list: "According to the BBC, CNN dismissed him"."""
    joined = [
        index
        for index in range(1, len(run))
        if not COMMA.fullmatch(text, run[index - 1].end, run[index].start)
    ]
    size = joined[-1] + 1 if joined else 0
    if size:
        yield run[:size]
    yield from ([place] for place in run[size:])


def _role(text: str, group: list[_Place]) -> tuple[Role, int]:
    start, last = group[0].start, group[-1]
    if out := _before(LEFT_OUT, text, start):
        apart = text[: out.start()].rstrip()[-1:] in ("", ",", "(", "?", ".", "!", ";")
        return ("without" if apart or PRINTED.search(text) else "subject"), out.start()
    plain = all(place.plain for place in group)
    if ITS_PEOPLE.match(text, last.end):
        return "subject", start
    opens = text[:start].rstrip()[-1:] in ("", ".", "?", "!", ":")
    if COLON.match(text, last.end) and opens:
        return "source", start
    said = PRINTS.match(text, last.end) or (not last.owns and SAYS.match(text, last.end))
    if said and not (plain and opens and not last.label.upper):
        return "source", start
    found = _before(BEFORE if plain else NEAR_BEFORE, text, start)
    if found and not last.owns and not (found["told"] and _before(DONE, text, start)):
        return "source", found.start(found.lastgroup or 0)
    return "subject", start


def _before(pattern: re.Pattern[str], text: str, end: int) -> re.Match[str] | None:
    """The match that ends exactly there; patterns end in \\Z."""
    return pattern.search(text, max(0, end - _NEAR), end)
