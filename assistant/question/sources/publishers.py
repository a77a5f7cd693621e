"""Which publishers a question names as its sources, and which it wants left out.

"What did Reuters report on the strike?" has a source; "Why was Reuters sued?" has none. A name is
a source by what stands around it, or by standing in a list with one that is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from assistant.question.sources import wordings as w
from assistant.question.sources.outlets import Label, Mention, outlets_of

_MOST = 48  # names that are looked at; what has more is a pasted text
_NEAR = 160  # characters before a name that can make it a source
Role = Literal["source", "without", "subject"]


@dataclass(frozen=True)
class Named:
    """Sources that a question names, each once, in its order.

    `publishers`: search only these, written as the archive writes them. `without`: leave these
    out. `absent`: well-known outlets of which the archive has nothing. `spans`: places in the text
    of what was said about sources, such as "according to the BBC"; never of the topic. `groups`:
    the publishers by outlet, since an archive may know one outlet by several names.
    """

    publishers: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()


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
    return _named(groups, [role for role, _ in roles], tuple(spans))


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
        ("source", start) if role == "subject" and _source_too(text, group) else (role, start)
        for group, (role, start) in zip(groups, roles, strict=True)
    ]


def _source_too(text: str, group: list[_Place]) -> bool:
    """Whether a name is likely a source given that another name of the question is one."""
    start, last = group[0].start, group[-1]
    if last.owns:  # "how does it differ from Wired's?"
        return bool(w.STOP.match(text, last.end))
    said = _before(w.BEFORE_TOO, text, start) and _ends_well(text, last, strictly=True)
    return bool(said or w.SAYS_TOO.match(text, last.end))


def _placed(text: str, mention: Mention) -> _Place | None:
    """The name with what belongs to it; None when it is a piece of a longer name."""
    start, end = mention.start, mention.end
    lead = _before(w.LEAD, text, start)
    opened = bool(lead and lead["quote"])
    tail = (w.TAIL_QUOTED if opened else w.TAIL).match(text, end)
    start = lead.start() if lead else start
    end, owns = (tail.end(), bool(tail["owns"])) if tail else (end, False)
    quoted = bool(opened and tail and tail["quote"])
    if not quoted and _piece_of_a_name(text, start, mention, end, owns):
        return None
    return _Place(start, end, mention.label, quoted, owns, mention.small)


def _piece_of_a_name(text: str, start: int, mention: Mention, end: int, owns: bool) -> bool:
    if not owns and w.CAPITAL_NEXT.match(text, end):
        return True
    bare = start == mention.start and mention.label.guard != "any"
    return bool(
        bare and _before(w.CAPITAL_BEFORE, text, start) and not _before(w.FUNCTION, text, start)
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
    return one.end < other.start and bool(w.LINK.fullmatch(text, one.end, other.start))


def _lists(text: str, run: list[_Place]) -> Iterator[list[_Place]]:
    """A comma alone makes no list: "According to the BBC, CNN dismissed him"."""
    joined = [
        index
        for index in range(1, len(run))
        if not w.COMMA.fullmatch(text, run[index - 1].end, run[index].start)
    ]
    size = joined[-1] + 1 if joined else 0
    if size:
        yield run[:size]
    yield from ([place] for place in run[size:])


def _role(text: str, group: list[_Place]) -> tuple[Role, int]:
    start, last = group[0].start, group[-1]
    out = _before(w.LEFT_OUT, text, start)
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
    if (w.AFTER_OWN if last.owns else w.AFTER).match(text, last.end):
        verb = last.plain and _opens(text, start) and w.SAYS_PLAINLY.match(text, last.end)
        return None if verb else _sign_start(_before(w.BEFORE, text, start), start)
    found = _before(w.BEFORE, text, start)
    if found and _ends_well(
        text, last, strictly=not found["at"] and (last.plain or not found["span"])
    ):
        return _sign_start(found, start)
    if w.COLON.match(text, last.end) and _opens(text, start):
        return start
    says = w.SAYS if last.label.upper else w.SAYS_PLAINLY
    sure = not last.owns and (last.label.upper or not _opens(text, start))
    return start if sure and says.match(text, last.end) else None


def _weak_sign(text: str, group: list[_Place]) -> int | None:
    """Where the words begin that make a name a source that can be nothing but an outlet."""
    start, last = group[0].start, group[-1]
    says = w.SAYS.match(text, last.end) and not w.CALLED.match(text, last.end)
    if (says and not last.owns) or (last.quoted and w.SAYS_TOO.match(text, last.end)):
        return start
    found = _before(w.BEFORE_WEAKLY, text, start)
    if not found or not _ends_well(text, last, strictly=True):
        return None
    kind = found.lastgroup or ""
    return None if _IS_NEWS[kind](text, start, last.end) else found.start(kind)


# What each weak sign is no sign of: something that the outlet did, or that happened inside it.
_IS_NEWS: dict[str, Callable[[str, int, int], bool]] = {
    "by": lambda text, start, _: bool(_before(w.DOING, text, start)),
    "in": lambda text, start, _: bool(_before(w.INSIDE, text, start) or not w.PRINTED.search(text)),
    "only": lambda text, _, end: not w.STOP.match(text, end),
}


def _leaves_out(text: str, out: re.Match[str], last: _Place) -> bool:
    """Whether "other than CNN" is said of the search, and not of the news."""
    printed = w.PRINTED.search(text)
    ends = w.WHOLE_END.match(text, last.end)
    listed = _before(w.OUTLET_NOUN, text, out.start())
    apart = text[: out.start()].rstrip()[-1:] in ("", ",", "(", "?", ".", "!", ";")
    if out["no"]:
        return bool((printed or apart) and (ends or (printed and listed)))
    says = w.SAYS.match(text, last.end)
    return bool(says or (printed and (listed or ends)) or (apart and (printed or ends)))


def _ends_well(text: str, last: _Place, strictly: bool) -> bool:
    """Whether the name is not part of something longer: "according to CNN's chief executive"."""
    if last.owns or w.ITS_PEOPLE.match(text, last.end):
        return False
    return not strictly or last.quoted or bool(w.CLOSED.match(text, last.end))


def _opens(text: str, start: int) -> bool:
    """Whether a sentence begins there, so that a capital says nothing."""
    return text[:start].rstrip()[-1:] in ("", ".", "?", "!", ":")


def _sign_start(found: re.Match[str] | None, start: int) -> int:
    return found.start(found.lastgroup) if found and found.lastgroup else start


def _before(pattern: re.Pattern[str], text: str, end: int) -> re.Match[str] | None:
    """The match that ends exactly there; patterns end in \\Z."""
    return pattern.search(text, max(0, end - _NEAR), end)
