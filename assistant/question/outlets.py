"""Where a text names an outlet, and which of the archive's publishers it means by that. With the
table of well-known outlets and agencies: add a name to teach it one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from assistant.words import unaccented

# Outlets, one after the other; the first name of each stands for it, the others are what else it is
# called. A name is known in any letter case; one with ^ needs its capitals, and one with ! is an
# everyday word or short for other things too: it needs its capitals and a clear sign that it is
# meant as a source.
TABLE = """
The New York Times, N.Y. Times, NY Times, NYT, nytimes; The Washington Post, WaPo, Wash Post;
The Wall Street Journal, WSJ; Financial Times, FT!;
Associated Press, The AP!; Reuters, Thomson Reuters; AFP^, Agence France-Presse;
DPA^, Deutsche Presse-Agentur; PA Media, Press Association, PA!; Xinhua, Xinhua News Agency;
TASS^, Itar-Tass; RIA Novosti; Interfax; Kyodo, Kyodo News; Jiji Press; Yonhap, Yonhap News Agency;
Press Trust of India, PTI^; Asian News International, ANI!; Anadolu, Anadolu Agency; ANSA^; EFE^;
UPI^, United Press International; Bloomberg^, Bloomberg News;
BBC, British Broadcasting Corporation; BBC News; BBC Sport; ITV News; Channel 4 News; Sky News;
Sky Sports; Al Jazeera, Aljazeera, AJE^; Al Arabiya; Deutsche Welle, DW!; France 24; Euronews;
RT!, Russia Today; CGTN; NHK; CBC^, CBC News; CTV News; ABC^; ABC News; CBS; CBS News; CBS Sports;
NBC; NBC News; NBC Sports; MSNBC; CNN, CNN International; CNBC; Fox^;
Fox News, Fox News Channel, FNC^; Fox Business; Fox Sports; ESPN; NPR, National Public Radio; PBS;
PBS NewsHour; C-SPAN; Newsmax;
The Guardian^; The Independent^; The Times!, Times of London; The Sunday Times^;
The Telegraph^, The Daily Telegraph; Daily Mail, MailOnline; The Sun!; The Mirror!, Daily Mirror^;
Daily Express^; Evening Standard^; Metro!; The Economist^; The Spectator^; New Statesman^;
The Observer!; The Scotsman^; The Irish Times; Irish Independent^;
USA Today; Los Angeles Times, L.A. Times, LA Times; Chicago Tribune; Boston Globe^;
San Francisco Chronicle; Seattle Times; Miami Herald; Houston Chronicle; New York Post, NY Post;
New York Daily News;
Politico; Axios; The Hill!; The Atlantic^; The New Yorker^; The Intercept^; ProPublica;
HuffPost, Huffington Post; BuzzFeed News, BuzzFeed; Vox^; Vice News, Vice!; Slate!; Salon!;
Daily Beast; Semafor; Insider!, Business Insider;
Newsweek; Time!, Time magazine; Fortune!, Fortune magazine; Forbes; Barron's^; MarketWatch;
Seeking Alpha^; Quartz!; Fast Company^; The Week!; People!, People magazine; Variety!;
The Hollywood Reporter; Billboard!; Rolling Stone^; Pitchfork^; Music Business Worldwide;
Entertainment Weekly; Vanity Fair^;
Nature!; Science!; Scientific American; New Scientist^; National Geographic; Live Science^;
Space.com;
The Verge; Wired!; TechCrunch; Engadget; CNET; ZDNet; Ars Technica; Mashable; Gizmodo; Polygon!;
IGN; Kotaku; PCWorld;
Today!; The Athletic^; Sports Illustrated; Sporting News^; TalkSport; Yardbarker; Cricbuzz;
The Globe and Mail; Toronto Star^; National Post^; The Age!; Sydney Morning Herald, SMH^;
The Australian!; The Conversation!; The New Zealand Herald, NZ Herald;
South China Morning Post, SCMP^; The Straits Times; Channel NewsAsia; Nikkei, Nikkei Asia;
Japan Times; Asahi Shimbun; Global Times^; China Daily; People's Daily;
The Hindu!; Times of India, TOI^; Hindustan Times; Indian Express^; Economic Times^;
Business Standard^; NDTV; Dawn!;
Haaretz; Jerusalem Post; Times of Israel; Globes!;
Der Spiegel, Spiegel^; Die Zeit^; Süddeutsche Zeitung; Frankfurter Allgemeine Zeitung, FAZ^;
Neue Zürcher Zeitung, NZZ; Le Monde; Le Figaro; Libération; El País; El Mundo; Corriere della Sera;
La Repubblica; Folha de S.Paulo, Folha;
Kyiv Independent; Kyiv Post; Moscow Times; The Astrophysical Journal
""".split(";")
# What an outlet's own desks and channels add to its name.
EDITIONS = frozenset(
    """news sport sports business tech technology health science entertainment arts culture
    lifestyle life style travel politics money opinion world europe asia africa america us uk
    international english online digital magazine radio tv television channel television weekend
    sunday climate environment education future money finance markets video india australia and
    breaking latest home com""".split()
)

Guard = Literal["any", "capitals", "word"]

_MARKS: dict[str, Guard] = {"^": "capitals", "!": "word"}
_WORD = re.compile(r"[^\W_]+")
# Inside a name: not a comma, nor the end of a sentence.
_GAP = re.compile(r" ?[-–—|:&+/]? ?|\.|['’]|(?<=\b[A-Z])\. ")
_RUBBISH = re.compile(r"\s+[|•·»–—-]+\s+|:{1,2}\s+|\s*\|\s*")
_HOST = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})/?", re.IGNORECASE)
_SUFFIXES = frozenset({"co", "com", "org", "net", "gov", "ac"})  # that countries put before theirs
_SMALL = frozenset("of the and de la le der della s".split())
_LONGEST = 12  # words of a name that are looked for
_FEW_LETTERS = 8  # a host of so few may be one everyday word
_MANY_WORDS = 4  # so many in a row are no accident


@dataclass(frozen=True)
class Label:
    """What a name means. `names`: the archive's, none when it has nothing of `outlet`."""

    outlet: str
    names: tuple[str, ...]
    guard: Guard
    the: bool = False  # is nothing without its article: "The Age"
    upper: bool = False  # letters that are read one by one: "AFP"


@dataclass(frozen=True)
class Mention:
    """A name at `text[start:end]`; `sources.py` adds its article, quotes and possessive."""

    start: int
    end: int
    label: Label
    small: bool = False  # without the capitals that it should have, in a text without any
    quoted: bool = False
    owns: bool = False

    @property
    def plain(self) -> bool:
        """Whether it may be an everyday word that only happens to have a capital."""
        return (self.small or self.label.guard == "word") and not self.quoted


class Outlets:
    """Every name that is looked for, by its letters."""

    def __init__(self, labels: Mapping[str, Label]) -> None:
        self._labels = labels

    def mentions(self, text: str) -> Iterator[Mention]:
        """The names in `text`, from left to right, the longest where several begin."""
        spans = [match.span() for match in _WORD.finditer(text)]
        folded = [unaccented(text[start:end]) for start, end in spans]
        at = 0
        while at < len(spans):
            count, key = 1, ""
            found: Mention | None = None
            begins = folded[at] not in ("the", "and")
            for last in range(at, min(at + _LONGEST, len(spans)) if begins else at):
                start, end = spans[last]
                if last > at and not _GAP.fullmatch(text, spans[last - 1][1], start):
                    break
                if folded[last] == "and":
                    continue
                key += folded[last]
                label = self._labels.get(key)
                if text[end : end + 4].lower() == ".com":
                    label = label or self._labels.get(key.removeprefix("the"))
                    label = label and replace(label, guard="any")
                if label and _written(text, spans[at : last + 1], label):
                    count, found = last - at + 1, Mention(spans[at][0], end, label)
            if found:
                yield replace(found, small=found.label.guard != "any" and text.islower())
            at += count

    def names_of(self, name: str) -> tuple[str, ...]:
        """The archive's names of an outlet: of "NYT" that of The New York Times; () for none."""
        label = self._labels.get(_key(name))
        return label.names if label else ()


@lru_cache(maxsize=8)
def outlets_of(known: tuple[str, ...]) -> Outlets:
    """The names to look for when the archive has these publishers and agencies."""
    table, exact, loose, family = _table(), _Groups(list), _Groups(list), _Groups(list)
    own: dict[str, Label] = {}
    for name in filter(str.strip, known):
        for key, label in _spellings(name):
            own.setdefault(key, label)
            exact[_id(key)].append(name)
        # Without what a site's title adds: of "Reuters | Breaking News", "Reuters".
        pieces = [piece.strip() for piece in _RUBBISH.split(name) if piece.strip()] or [name]
        famous = (piece for piece in pieces if _key(piece) in table or _heads(piece))
        brand = next(famous, pieces[0])
        own.setdefault(_key(brand), _label(brand))
        loose[_id(_key(brand))].append(name)
        for head in _heads(table.get(_key(brand), _label(brand)).outlet):
            family[head].append(name)
    labels = {}
    for key, label in {**own, **table}.items():
        one = _id(key)
        names = exact.get(one) or loose.get(one, []) + family.get(one, [])
        for head in [] if names else _heads(label.outlet):
            names = exact.get(head) or loose.get(head, [])
        labels[key] = replace(label, names=tuple(dict.fromkeys(names)))
    return Outlets(labels)


_Groups = defaultdict[str, list[str]]


@lru_cache(maxsize=1)
def _table() -> dict[str, Label]:
    """The label of every name in the table, by its letters."""
    labels: dict[str, Label] = {}
    for outlet in TABLE:
        aliases = [alias.strip() for alias in outlet.split(",")]
        first = aliases[0].rstrip("^!")
        for alias in aliases:
            name = alias.rstrip("^!")
            guard = _MARKS.get(alias[-1], "any")
            the = guard == "word" and name.startswith("The ")
            upper = guard != "any" and name.removeprefix("The ").isupper()
            labels[_key(name)] = Label(first, (), guard, the and not upper, upper)
    return labels


def _id(key: str) -> str:
    """One key for all that the table says is the same."""
    label = _table().get(key)
    return _key(label.outlet) if label else key


def _label(name: str) -> Label:
    """How a name that is not in the table may be recognised, told by its look."""
    words = _WORD.findall(name.removeprefix("The "))
    odd = any(re.search(r"[a-z][A-Z]|\d", word) for word in words)
    if odd or len(words) >= _MANY_WORDS:
        return Label(name, (), "any")
    return Label(name, (), "capitals" if len(words) > 1 else "word", name.startswith("The "))


def _spellings(name: str) -> Iterator[tuple[str, Label]]:
    """The letters of a name as the archive has it; of a web host also those of its middle."""
    host = _HOST.fullmatch(name.strip())
    yield _key(name), Label(name, (), "any") if host else _label(name)
    if not host:
        return
    # Of "www.bbc.co.uk", "bbc".
    *labels, _ = host[1].casefold().split(".")
    if len(labels) > 1 and labels[-1] in _SUFFIXES:
        labels.pop()
    middle = _key(labels[-1])
    guard: Guard = "capitals" if len(middle) > _FEW_LETTERS else "word"
    yield _key("".join(host[1].split("."))), Label(name, (), "any")
    for core in sorted({middle, middle.removeprefix("the")} - {""}):
        yield core, _table().get(core, Label(name, (), guard))


def _heads(name: str) -> list[str]:
    """Ids of the well-known outlets that this one is an edition of: "BBC Sport" -> ["bbc"]."""
    words = [unaccented(word) for word in _WORD.findall(name)]
    cuts = (cut for cut in range(1, len(words)) if EDITIONS.issuperset(words[cut:]))
    keys = (_key(" ".join(words[:cut])) for cut in cuts)
    return [_id(key) for key in keys if key in _table()]


def _key(name: str) -> str:
    """The letters of a name: the same for "The El País" and "el pais"."""
    words = [unaccented(word) for word in _WORD.findall(name)]
    words = words[1:] if words[:1] == ["the"] and len(words) > 1 else words
    return "".join(word for word in words if word != "and")


def _written(text: str, spans: list[tuple[int, int]], label: Label) -> bool:
    """Whether the letters have the case that the name needs, and its article if it needs one."""
    if label.guard == "any":
        return True
    words = [text[start:end] for start, end in spans]
    if label.guard == "capitals" and len(words) > 1 and text.islower():
        return True
    if label.the and not re.search(r"\bthe\s+['\"‘“]?\Z", text[: spans[0][0]][-8:], re.I):
        return False
    if label.upper:
        return all(word.isupper() for word in words)
    big = all(not word[0].islower() or word in _SMALL for word in words)
    return big and not words[0][0].islower()
