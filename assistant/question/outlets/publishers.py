"""Which publishers a question names as its sources, and which it wants left out.

"What did Reuters report on the strike?" has a source; "Why was Reuters sued?" has none. A name is a
source by what stands around it, or by standing in a list with one that is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from assistant.question.outlets.outlets import Label, Mention, outlets_of
from ingest.vocabulary import MONTH, WEEKDAY


def one_of(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


# What an outlet prints. The first ones may also follow a name without a possessive.
PIECE = (
    r"(?:articles?|reports?|reporting(?!\s+(?:an?|that|no)\b)|coverage|story|stories|pieces?"
    r"|reviews?|interviews?|columns?"
    r"|editorials?|op-?eds?|dispatch(?:es)?|explainers?|live ?blogs?|newsletters?|write-?ups?"
    r"|investigations?|analys[ei]s|commentar(?:y|ies)|headlines?|obituar(?:y|ies)|profiles?)"
)
OWN = (
    rf"(?:{PIECE}|accounts?|versions?|descriptions?|portrayals?|depictions?|assessments?|features?"
    r"|claims?|views?|stances?|verdicts?|exclusives?|texts?|takes?|updates?|summar(?:y|ies)"
    r"|recaps?|previews?|essays?|narratives?"
    r"|guides?|lists?|rankings?|round-?ups?|posts?|blogs?|podcasts?|characteri[sz]ations?"
    r"|predictions?|mentions?)"
)
# What an outlet says of itself is news of it.
ITSELF = (
    r"(?:(?:that\s+)?(?:it|its|itself|they|their)\b"
    r"|(?:(?:an?|record|quarterly|annual|higher|lower|net|operating|falling|rising|big|steep|strong"
    r"|weak)\s+){1,3}(?:loss(?:es)?|profits?|earnings|revenues?|results|sales)\b)"
)
NOT_A_PIECE = (
    r"(?!-\w|\s+(?:boards?|teams?|editors?|writers?|desks?|units?|rooms?|cards?)\b|\s+"
    + ITSELF
    + ")"
)
KIND_OF_PIECE = one_of(
    r"latest recent earlier previous original first second third last other own new separate"
    r" subsequent later same exclusive detailed in-depth daily weekly live video website online"
    r" magazine news sports business tech technology opinion front-page \d{4}"
)
SAY = one_of(
    r"reports? reported says? said writes? wrote written claim(?:s|ed)? mention(?:s|ed)? notes?"
    r" noted describe[sd]? suggest(?:s|ed)? indicate[sd]? states? stated imply implie[sd]"
    r" attribute[sd]? cover(?:s|ed)? discuss(?:es|ed)? reveal(?:s|ed)? highlight(?:s|ed)?"
    r" portray(?:s|ed)? depict(?:s|ed)? detail(?:s|ed)? allege[sd]? argue[sd]? predict(?:s|ed)?"
    r" project(?:s|ed)? estimate[sd]? emphasi[sz]e[sd]? summari[sz]e[sd]? explain(?:s|ed)?"
    r" characteri[sz]e[sd]? conclude[sd]? quote[sd]? cite[sd]? assert(?:s|ed)?"
)
SAY_PLAINLY = one_of(
    r"reports? reported says? said writes? wrote mention(?:s|ed)? noted claim(?:s|ed)?"
    r" publish(?:ed)?(?=\s(?:on|about)\s)"
)
TOLD = one_of(
    r"reported covered published written described mentioned noted discussed detailed highlighted"
    r" claimed stated cited featured reviewed suggested indicated portrayed outlined said explained"
    r" revealed summari[sz]ed depicted recounted analy[sz]ed profiled carried printed appeared"
    r" quoted alleged emphasi[sz]ed criticized criticised scrutinized recognized"
    r" rumou?red listed ranked rated speculated believed hinted"
    r" called termed labelled labeled portrayed examined deemed evaluated"
)
WHEN = r"(?:\w+ly|first|jointly|yesterday|today|both|(?:on|in|this|last|earlier)\s+\w+(?:\s+\d+)?)"
OUTLETS = (
    r"(?:sources?|(?:news\s?)?(?:outlets?|papers?|sites?)|publications?|publishers?|websites?"
    r"|media|agencies)"
)
AUX = one_of(
    r"has have had also both each all previously recently first then later initially ever not"
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
STOP = re.compile(r"\s*(?:[?.!,;:)]|\Z)")
COLON = re.compile(r"\s*:\s")
COMMA = re.compile(r"\s*[,;]\s*")

# Before the name; what follows the name must not make it a part of something longer.
BEFORE = re.compile(
    rf"(?:(?P<span>\b(?:according\s+to|as\s+per|per|via|citing|quoting|source:))"
    rf"|(?P<told>(?:\bas\s+)?\b{TOLD}(?:\s+on)?(?:\s+{WHEN})?\s+(?:by|in|on|from))"
    r"|(?P<turned>(?<=,\s)(?:says|said|writes|wrote|reports|reported|notes|noted|claims|claimed))"
    rf"|\b(?:{OWN}['\"’”]?|another|ones?|anything|something|information|news|facts|quotes?"
    rf"|updates?|concerns?)"
    rf"\s+(?:published\s+|appearing\s+|run\s+)?(?P<at>by|from|in|at)"
    rf"|(?P<list>\b(?:by|from|in|across|per|to)\s+(?:\w+\s+){{0,3}}{OUTLETS},?"
    r"\s+(?:including|such as|like)))"
    r"\s+\Z",
    re.IGNORECASE,
)
# What may as well be news of the outlet, unless the question has another source.
BEFORE_TOO = re.compile(
    r"(?:\b(?:opposed\s+to|contrast\s+(?:to|with)|unlike|contrary\s+to|compared\s+(?:to|with))|"
    r"\b(?:accused|considered|presented|shown|described|seen|that|those)\s+(?P<too>by|in|on"
    r"|of))\s+\Z",
    re.IGNORECASE,
)
BEFORE_WEAKLY = re.compile(
    rf"(?:\b{OWN}\b(?:\s+[^\s.?!;,]+){{1,10}}?\s+(?P<by>by|from)"
    rf"|(?P<only>\bonly(?:\s+(?:from|in|by|use))?|\b(?:us(?:e|ing)|search"
    rf"|based\s+on)(?:\s+(?:only|just))?)"
    rf"|\b(?P<in>in))\s+\Z",
    re.IGNORECASE,
)
# "the lawsuit filed by", "the takeover by": done by the outlet, not written by it.
DOING = re.compile(
    r"(?:\b\w+(?:ed|en|ght|own|ade|old|ut)|\b(?:lawsuit|suit|takeover|acquisition|purchase|deal"
    r"|decision"
    r"|apology|strike|error|offer|bid|layoffs?|resign\w*|depart\w*|dismissal|firing|exit|owned"
    r"|run))"
    r"\s+(?:by|from)\s+\Z",
    re.IGNORECASE,
)
INSIDE = re.compile(
    r"\b(?:stakes?|shares?|invest\w*|interest|jobs?|cuts?|layoffs?|work\w*|employ\w*|roles?"
    r"|positions?"
    r"|stock|staff|crisis|scandal|strike|trust|confidence|faith|changes?|rows?|power|control"
    r"|plac\w+"
    r"|ads?|advert\w*|believe)\s+in\s+\Z",
    re.IGNORECASE,
)
CLOSED = re.compile(
    r"\s*(?:[?.!,;:)\]\"”…–—-]|\Z|(?:and|or|in|about|that|this|last|of|for|with|as|at|from|to|if"
    r"|when"
    r"|while|is|was|are|were|has|have|had|did|does|do|will|would|can|could|should|which|who|whose"
    r"|whom"
    r"|what|why|how|where|regarding|concerning|over|since|until|before|after|by|but|than|on|not"
    r"|between"
    r"|yesterday|today|earlier|recently|during|despite|because|respectively|alone|only|versus|"
    rf"{SAY}|agree|differ|change|confirm|maintain|\w+(?<!build)(?<!meet)(?<!rat)ing|\w+ed"
    rf"|\d[\w-]*|{PIECE})\b)",
    re.IGNORECASE,
)
ITS_PEOPLE = re.compile(
    r"['’\s]*\b(?:s\s+)?(?:\w+\s+)?(?:anchors?|hosts?|presenters?|journalists?|reporters?"
    r"|correspondents?|chief|ceo"
    r"|boss|editors?|executives?|staff|employees?|founders?|owners?|contributors?|columnists?|poll"
    r"|polls|surveys?|lawsuit|settlement|union|workers|viewers?|500|readers?|commentators?"
    r"|analysts?)\b",
    re.IGNORECASE,
)
AFTER = re.compile(
    rf"\s+(?:{KIND_OF_PIECE}\s+){{0,3}}{PIECE}\b{NOT_A_PIECE}(?!\s+into\s+its)", re.IGNORECASE
)
AFTER_OWN = re.compile(
    rf"\s+(?:[a-z][\w-]*\s+){{0,2}}?{OWN}\b{NOT_A_PIECE}(?!\s+into\s+its)", re.IGNORECASE
)
VERB = (
    rf"\s+(?:{AUX}\s+){{0,2}}SAYING\b"
    rf"(?!\s+(?:by\b|up\b|goodbye|{ITSELF}))"
)
_SAYING = (
    rf"(?:{SAY}|publish(?:ed)?\s+(?:on|about)|confirm(?:s|ed)?\s+that|(?:shar|rais|voic"
    rf"|express)(?:e|es|ed)\s+(?:concern|doubt|fear)s?"
    rf"|(?:fail|maintain|continu|declin|chang|differ)\w*\s+(?:\w+\s+){{0,3}}(?:{PIECE}|{SAY}))"
)
_SAYING_TOO = (
    r"(?:(?:identif|acknowledg|address|evaluat|express|view|link|compar|contrast|prais"
    r"|critici[sz]|rank"
    r"|recommend|provid|present|show|warn|speculat|recogni[sz]|affirm|stress|underscor|critiqu"
    r"|associat"
    r"|fram|offer|consider|support|connect|confirm|clarif|disput|contradict|agree|differ|disagree"
    r"|focus)(?:e|es|ed|s|y|ies"
    r"|ied)?|refer(?:s|red)?\s+to|point(?:s|ed)?\s+(?:to|out)|call(?:s|ed)?|give|gave|gives"
    r"|(?:did|does)(?=\W*\Z))"
)
SAYS_TOO = re.compile(VERB.replace("SAYING", _SAYING_TOO), re.IGNORECASE)
SAYS = re.compile(VERB.replace("SAYING", _SAYING), re.IGNORECASE)
SAYS_PLAINLY = re.compile(VERB.replace("SAYING", SAY_PLAINLY), re.IGNORECASE)
CALLED = re.compile(r"\s+(?:described|portrayed|depicted|characteri[sz]ed)\s+as\b", re.IGNORECASE)
PRINTED = re.compile(rf"\b(?:{SAY}|{PIECE}|published)\b", re.IGNORECASE)

LEFT_OUT = re.compile(
    rf"(?P<span>\b(?:other\s+than|except(?:\s+for)?|exclud(?:e|ing)|(?:apart|aside)\s+from|besides"
    rf"|leav(?:e|ing)\s+out|ignor(?:e|ing)|without|(?P<no>(?:but\s+)?not))"
    rf"(?:\s+(?:{PIECE}\s+)?(?:in|from|by|via|per|according\s+to))?)\s+\Z",
    re.IGNORECASE,
)
WHOLE_END = re.compile(rf"\s*(?:{PIECE}\s*)?(?:[?.!)\]]|,?\s*please\b|\Z)", re.IGNORECASE)
WHOLE_START = re.compile(r"(?:\A|[?.!(]\s*)\Z")
OUTLET_NOUN = re.compile(
    rf"\b(?:{OUTLETS}|{PIECE}|anyone|anything|who else|else|what|who)\s*,?\s*\Z", re.I
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
    return [
        ("source", start)
        if role == "subject" and (_source_too(text, group) or not all(p.plain for p in group))
        else (role, start)
        for group, (role, start) in zip(groups, roles, strict=True)
    ]


def _source_too(text: str, group: list[_Place]) -> bool:
    """Whether a name is likely a source given that another name of the question is one."""
    start, last = group[0].start, group[-1]
    if last.owns:  # "how does it differ from Wired's?"
        return bool(STOP.match(text, last.end))
    said = _before(BEFORE_TOO, text, start) and _ends_well(text, last, strictly=True)
    return bool(said or SAYS_TOO.match(text, last.end))


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
    out = _before(LEFT_OUT, text, start)
    if out:
        return ("without" if _leaves_out(text, out, last) else "subject"), out.start()
    strong = _strong_sign(text, group)
    weak = None if strong is not None else _weak_sign(text, group)
    if strong is None and (weak is None or all(place.plain for place in group)):
        return "subject", start
    return "source", strong if strong is not None else weak or start


def _strong_sign(text: str, group: list[_Place]) -> int | None:
    """Where the words begin that make even an everyday word a source, or None."""
    start, last = group[0].start, group[-1]
    if (AFTER_OWN if last.owns else AFTER).match(text, last.end):
        verb = last.plain and _opens(text, start) and SAYS_PLAINLY.match(text, last.end)
        return None if verb else _sign_start(_before(BEFORE, text, start), start)
    found = _before(BEFORE, text, start)
    if found and _ends_well(
        text, last, strictly=not found["at"] and (last.plain or not found["span"])
    ):
        return _sign_start(found, start)
    if COLON.match(text, last.end) and _opens(text, start):
        return start
    says = SAYS if last.label.upper else SAYS_PLAINLY
    sure = not last.owns and (last.label.upper or not _opens(text, start))
    return start if sure and says.match(text, last.end) else None


def _weak_sign(text: str, group: list[_Place]) -> int | None:
    """Where the words begin that make a name a source that can be nothing but an outlet."""
    start, last = group[0].start, group[-1]
    says = SAYS.match(text, last.end) and not CALLED.match(text, last.end)
    if (says and not last.owns) or (last.quoted and SAYS_TOO.match(text, last.end)):
        return start
    found = _before(BEFORE_WEAKLY, text, start)
    if not found or not _ends_well(text, last, strictly=True):
        return None
    kind = found.lastgroup or ""
    return None if _IS_NEWS[kind](text, start, last.end) else found.start(kind)


# What each weak sign is no sign of: something that the outlet did, or that happened inside it.
_IS_NEWS: dict[str, Callable[[str, int, int], bool]] = {
    "by": lambda text, start, _: bool(_before(DOING, text, start)),
    "in": lambda text, start, _: bool(_before(INSIDE, text, start) or not PRINTED.search(text)),
    "only": lambda text, _, end: not STOP.match(text, end),
}


def _leaves_out(text: str, out: re.Match[str], last: _Place) -> bool:
    """Whether "other than CNN" is said of the search, and not of the news."""
    printed = PRINTED.search(text)
    ends = WHOLE_END.match(text, last.end)
    listed = _before(OUTLET_NOUN, text, out.start())
    apart = text[: out.start()].rstrip()[-1:] in ("", ",", "(", "?", ".", "!", ";")
    if out["no"]:
        return bool((printed or apart) and (ends or (printed and listed)))
    says = SAYS.match(text, last.end)
    return bool(says or (printed and (listed or ends)) or (apart and (printed or ends)))


def _ends_well(text: str, last: _Place, strictly: bool) -> bool:
    """Whether the name is not part of something longer: "according to CNN's chief executive"."""
    if last.owns or ITS_PEOPLE.match(text, last.end):
        return False
    return not strictly or last.quoted or bool(CLOSED.match(text, last.end))


def _opens(text: str, start: int) -> bool:
    """Whether a sentence begins there, so that a capital says nothing."""
    return text[:start].rstrip()[-1:] in ("", ".", "?", "!", ":")


def _sign_start(found: re.Match[str] | None, start: int) -> int:
    return found.start(found.lastgroup) if found and found.lastgroup else start


def _before(pattern: re.Pattern[str], text: str, end: int) -> re.Match[str] | None:
    """The match that ends exactly there; patterns end in \\Z."""
    return pattern.search(text, max(0, end - _NEAR), end)
