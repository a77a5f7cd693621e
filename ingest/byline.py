"""Bylines: who wrote a story, in lines such as "By our reporter Jane Doe and John Roe, AP"."""

from __future__ import annotations

import re

from ingest.datelines import AGENCIES
from ingest.dates import UPDATED, without_dates
from ingest.text import letters, one_line

LINE = 120  # characters of a credit line, at most
_LONGEST = 20_000  # characters of a stated author that are looked at
_BY = re.compile(
    r"^\W*(?:(?:written|posted|published|reported|submitted|added|post\s+author|view\s+all\s+posts"
    r"|geschrieben|veröffentlicht|verfasst|eingestellt|gepostet|gespeichert|beitrag|alles|zum\s+profil"
    r"|ein\s+\w+|publié|rédigé|scritto|escrito|text|words|story|article|artikel)\s+)?"
    r"(?:by|von|vom|par|por|di|da|door|av|af|autor(?:in)?|author|authors|auteur|autore|text|interview"
    r"|redaktion|redakteur(?:in)?|от|od)\b\s*:?\s+(?=\S)",
    re.IGNORECASE,
)
_CREDITED = re.compile(r"^.{0,30}?\b(?:by|von|par|por)\s+(?=\S)", re.IGNORECASE)
_PICTURE = re.compile(r"photo|foto|image|bild|illustration|graphic|grafik|video|cartoon", re.I)
_CUT = re.compile(
    r"\s*(?:[|•·–—]|\s-\s|\bon\b|\bam\b|\bat\b|\bin\b|\bfor\b|\bpublished\b|\bupdated\b|\bposted\b|@|\(|\s\d|"
    r"\bis\s+an?\b|\bvia\b|\bunder\b|\bunter\b|\bveröffentlicht\b|https?:)",
    re.IGNORECASE,
)
_DANGLING = re.compile(r"(?:\s+[a-zà-ÿ]{1,3})+$")  # "on" of "Jane Doe on 3 July 2021"
_SPLIT = re.compile(
    r"\s*(?:,|;|/|&|\n|\b(?:and|und|et|with|mit|avec|con|e|y|og|och|en|ja|oraz|и|et al"
    r"|im gespräch mit|in conversation with)\b)\s*",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"^(?:admin\w*|administrator|webmaster|redaktion|redaction|redazione|redacción|staff|editors?|"
    r"editorial|the editors?|author|authors|autor|by|von|guest|gast|anonymous|unknown|team|"
    r"news ?desk|newsroom|contributors?|user|root|facebook|twitter|email|share|posts?|profile|"
    r"view all posts|more|stand|datum|date|about|no author|ver todos|alle beiträge|website"
    r"|comments?|written|null|none|(?:ph\.?d|[mbjr]\.?[adn]|[mb]sc|mba|mph|esq)\.?)$"
    r"|\b(?:staff|correspondent|reporter|writer|desk|bureau|editor|editorial|team|"
    r"newsletter|subscribe|follow|comments?|posts|view|all|minutes?|read|agency|agentur|"
    r"www|com|org|editor-in-chief|photograph\w*)\b",
    re.IGNORECASE,
)
_PARTICLES = frozenset("de da di du dos van von der den ter al bin ibn el la le y".split())
_WORDS = 5  # of a name, at most
_LENGTH = 60
_ROLE = re.compile(
    r"^[\w-]*(?:reporter|correspond|korrespond|corrispond|editor|writer|columnist|kolumnist|journalist"
    r"|giornalist|periodista|redakt|redact|rédact|redatt|expert|autor|producer|photograph)\w*$",
    re.IGNORECASE,
)
_SUFFIXES = ("Jr", "Sr", "II", "III", "IV")
_TITLE = re.compile(
    r"^(?:(?:Dr|Prof|Mr|Mrs|Ms|Mx|Herr|Frau|Dipl)\.?\s+)+(?=\S+\s+\S)", re.IGNORECASE
)
_OUTLET = re.compile(r"\b(?:Wire|News|Press|Agency|Times|Post|Newspapers|Media|Service)$")


def is_person(name: str) -> bool:
    """Whether it looks like a person's name, not like an account's."""
    words = name.split()
    shaped = 1 < len(words) <= _WORDS and words[-1] not in _PARTICLES
    return shaped and all(
        word in _PARTICLES or (word[0].isupper() and re.fullmatch(r"[\w.’'`-]+", word))
        for word in words
    )


def names_of(line: str) -> list[str]:
    """The names in a line such as "By Jane Doe and John Roe | 5 May": ["Jane Doe", "John Roe"]."""
    line = without_dates(one_line(line[:_LONGEST])[:LINE])
    credit = _CREDITED.match(line)
    if credit and _PICTURE.search(credit[0]):
        return []
    line = _BY.sub("", line[credit.end() :] if credit else line)
    ends = [match for match in (_CUT.search(line, 2), UPDATED.search(line, 2)) if match]
    cut = min(ends, key=lambda match: match.start(), default=None)
    parts = _SPLIT.split(line[: cut.start()] if cut else line)
    seen: set[str] = set()
    names: list[str] = []
    for part in parts:
        if names and part.strip().removesuffix(".") in _SUFFIXES:
            names[-1] += f" {part.strip()}"
            continue
        name = _without_role(_TITLE.sub("", _BY.sub("", part).strip(" ,:*_|•·-–—\"'")))
        if not is_person(name) and is_person(bare := _DANGLING.sub("", name)):
            name = bare
        is_name = (
            0 < len(name.split()) <= _WORDS
            and 1 < len(name) <= _LENGTH
            and any(map(str.isalpha, name))
            and not _NO_NAME.search(name)
            and not any(character in name for character in "@{}[]<>=/…!?")
        )
        if is_name and letters(name) not in seen:
            seen.add(letters(name))
            names.append(name)
    return names


def _without_role(part: str) -> str:
    """The person of "our political reporter Jane Doe" and of "Jane Doe political reporter"."""
    words = part.split()
    role = max((i for i, word in enumerate(words) if _ROLE.match(word)), default=None)
    if role is None or (is_person(part) and role == len(words) - 1):
        return part
    name = " ".join(words[role + 1 :])
    if not name:
        small = (i for i, word in enumerate(words) if word[0].islower() and word not in _PARTICLES)
        name = " ".join(words[: next(small, role)])
    return name if is_person(name) else part


def parse_byline(line: str) -> tuple[tuple[str, ...], str | None]:
    """The persons and the agency of a byline: (("A B", "C D"), "AP") of "By A B and C D, AP".

    The leading "By" may be missing; what is no name is left out.
    """
    names = [name for part in re.split(r"\s*[|•]\s*", line) for name in names_of(part)]
    agencies = [name for name in names if name in AGENCIES or _OUTLET.search(name)]
    persons = (name for name in names if is_person(name) and name not in agencies)
    return tuple(dict.fromkeys(persons)), next(reversed(agencies), None)


def is_byline(line: str, *, dated: bool = False) -> bool:
    """Whether a line of a text is nothing but a byline: a name follows "By" at once, where a
    sentence has "By Thursday night, Port Haven …".

    Args:
        dated: a day stood in it, too, as hardly in "Da Vinci Code".
    """
    bare = line.strip(" *_()")
    opened = _BY.match(bare)
    if opened is None or len(bare) > LINE:
        return False
    if opened[0].strip().lower() in ("di", "da", "af", "av", "od") and not dated:
        return False
    first = next(iter(names_of(re.split(r"[,;|]", bare[opened.end() :])[0])), "")
    known = is_person(first) or first in AGENCIES or _OUTLET.search(first)
    return bool(known) and not re.search(r"day\b", first)
