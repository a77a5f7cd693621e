"""A question of several parts: each is to be searched on its own.

Splitting is conservative: a part must be understood without the others, so what leans on another
part ("and how many died?") stays with it.
"""

from __future__ import annotations

import re

from assistant.question.sources import PIECE, SAY
from assistant.words import STOP, content_terms
from ingest.vocabulary import one_of

MOST = 4
_FEW = 2  # content words; what has fewer is no part
_LONG = 400  # characters of a comparison; what is longer is not one
_AUX = one_of("did does do is was were are has have had will would can could should")
_ASKS = (
    rf"(?:(?:on|in|at|to|by|for|from)\s+)?(?:what|who|whom|whose|which|when|where|why|how|{_AUX})"
)
_OPENS = re.compile(rf"\W*(?:[^?,]{{1,80}},\s+)?{_ASKS}\b", re.IGNORECASE)
_OPENS_AUX = re.compile(rf"\W*{_AUX}\b", re.IGNORECASE)
_AND = r",?\s+(?:and|but|or)\s+(?:also\s+)?"
_TURNED = re.compile(
    rf"{_AND}(?=(?:(?:on|in|at|to|for)\s+)?(?:what|when|where|why|whom"
    rf"|(?:what|which|whose|how)(?:\s+[\w'’-]+){{1,3}}?)\s+{_AUX}\s|(?:which|how)\s+(?:did|does"
    rf"|do)\s)",
    re.IGNORECASE,
)
_WHO = re.compile(rf"{_AND}(?=who\s+\w)", re.IGNORECASE)
_WHETHER = re.compile(rf"{_AND}(?={_AUX}\s+(?:the\b|an?\b|['\"‘“]|(?-i:[A-Z])))", re.IGNORECASE)
# "the man who robbed the bank and who fled" is one man.
_RELATIVE = re.compile(r"\w,?\s+(?:who|whose|which|that)\b", re.IGNORECASE)
_MARK = re.compile(r"\?[\"'”’)]*\s+(?=[\"'“‘(]?\w)")
_WHILE = re.compile(r",\s+(?:while|whereas)\s+", re.IGNORECASE)
_SAID = re.compile(rf"\b(?:{PIECE}|{SAY})\b", re.IGNORECASE)
_LEANS = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|former|latter|same)\b", re.I
)
_NAME_WORD = re.compile(r"(?<=\w)\W+(?!I\b)[A-Z\d]")

_NAME = r"(?:the\s+)?(?:[A-Z][\w.'’-]*|\d[\d,.]*%?)(?:\s+(?:[A-Z][\w.'’-]*|\d+)){0,3}"
_PREPOSITION = r"(?:in|of|at|from|by|for|on|during|under|against|between|with|after|before|to)"
_ENDS_IN_NAME = re.compile(rf"(?P<head>.*\b{_PREPOSITION}\s+)(?P<name>{_NAME})")
_A_NAME = re.compile(
    rf"(?P<name>{_NAME})(?P<tail>\s+{_PREPOSITION}\b.*|\s+(?:about|over|since|regarding)\b.*)?"
)
_THOSE = re.compile(rf"(?:those|that|the\s+ones?)\s+(?P<rest>{_PREPOSITION}\s.*)")
_COMPARISONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:please\s+)?(?:compare(?:\s+and\s+contrast)?|contrast)\s+(?P<both>.+)",
        r".{0,80}?\b(?:differences?|similarit(?:y|ies)|contrasts?"
        r"|comparisons?)\s+between\s+(?P<both>.+)",
        r"how\s+(?:do|does|did)\s+(?P<one>.+?)\s+(?:compare|differ)\s+(?:with|to|from"
        r"|against)\s+(?P<other>.+)",
    )
)
_BETWEEN = (r"(?:versus|vs\.?|against|with)", "and", "to")
_MEASURED = (
    r"(?:rates?|growth|inflation|prices?|costs?|unemployment|GDP|emissions|deaths|turnout"
    r"|polic(?:y|ies)"
    r"|wages|spending|debt|exports|imports|rents?|births|taxes|response|rules|laws?)"
)
_VERSUS = re.compile(
    rf"(?P<head>.*\b{_MEASURED}\s+(?P<at>in|of|at|for)\s+)(?P<one>{_NAME})\s+(?:versus|vs\.?)\s+"
    rf"(?:(?P=at)\s+)?(?P<other>{_NAME})(?P<tail>\W*|\s+(?:in|after|since|during|between|this"
    rf"|last)\b.*|\s+[a-z]+)"
)
_POSSESSIVE = re.compile(r"['’]s?\s*\?*\Z")
_THING = re.compile(r"\bthe\s+(\w+)\s+(?:in|of|at|for)\s+(?-i:[A-Z])", re.IGNORECASE)


def parts_of(text: str) -> tuple[str, ...]:
    """The parts of a question that are each to be searched; `(text,)` when it has one.

    >>> parts_of("Who won the election in Chile, and when was Peru's?")
    ('Who won the election in Chile', "when was Peru's election?")
    """
    parts = [text]
    for split in (_asked, _turned, _contrasted, _compared):
        parts = [piece for part in parts for piece in split(part)]
    if len(parts) > MOST:
        parts = [*parts[: MOST - 1], " ".join(parts[MOST - 1 :])]
    return tuple(parts)


def _asked(text: str) -> list[str]:
    """Two questions one after the other. What introduces a question stays with it."""
    return _cut(text, [(match.end(), match.end()) for match in _MARK.finditer(text)])


def _turned(text: str) -> list[str]:
    """Questions joined by "and": "What did A say and what did B say?"."""
    if not _OPENS.match(text):
        return [text]
    cuts = [match.span() for match in _TURNED.finditer(text)]
    cuts += [
        match.span()
        for match in _WHO.finditer(text)
        if not _RELATIVE.search(text, 0, match.start())
    ]
    if _OPENS_AUX.match(text):
        cuts += [match.span() for match in _WHETHER.finditer(text)]
    return _cut(text, sorted(set(cuts)))


def _contrasted(text: str) -> list[str]:
    """What one article says, "while the other article" says something else."""
    found = _WHILE.search(text) if _OPENS.match(text) else None
    if not found or not (_SAID.search(text, 0, found.start()) and _SAID.search(text, found.end())):
        return [text]
    return _cut(text, [found.span()])


def _compared(text: str) -> list[str]:
    """The two sides of a comparison, each with the words they share."""
    plain = text.strip().rstrip("?.! ")
    if len(plain) > _LONG:
        return [text]
    for pattern in _COMPARISONS:
        match = pattern.fullmatch(plain)
        if match:
            pair = _pair(match)
            return _all_or(text, _sides(*pair)) if pair else [text]
    versus = _VERSUS.fullmatch(plain)
    if versus:
        sides = (versus["head"] + versus[side] + versus["tail"] for side in ("one", "other"))
        return _all_or(text, list(sides))
    return [text]


def _pair(match: re.Match[str]) -> tuple[str, str] | None:
    """What is compared with what; None when that is not plain: "A and B and C"."""
    if "both" not in match.groupdict():
        return match["one"], match["other"]
    for word in _BETWEEN:
        sides = re.split(rf"\s+{word}\s+", match["both"])
        if len(sides) > 1:
            return (sides[0], sides[1]) if len(sides) == len(("one", "other")) else None
    return None


def _sides(one: str, other: str) -> list[str]:
    """Both with the words that only one of them has: "floods in A", "B" -> "floods in B"."""
    those = _THOSE.fullmatch(other)
    if those:
        thing = re.split(rf"\s+{_PREPOSITION}\s", one)[0]
        return [one, f"{thing} {those['rest']}"]
    name = _A_NAME.fullmatch(other)
    ending = _ENDS_IN_NAME.fullmatch(one)
    if not name or not (ending or _A_NAME.fullmatch(one)):
        return [one, other]
    tail = name["tail"] or ""
    return [one + tail, (ending["head"] if ending else "") + other]


def _all_or(text: str, sides: list[str]) -> list[str]:
    return sides if all(_words(side) >= _FEW for side in sides) else [text]


def _cut(text: str, cuts: list[tuple[int, int]]) -> list[str]:
    """The text in pieces; a piece that does not stand alone stays with the one before it."""
    pieces: list[tuple[int, int]] = []
    start = 0
    for end, after in [*cuts, (len(text), len(text))]:
        if pieces and not _stands_alone(text[start:end], text[slice(*pieces[-1])]):
            pieces[-1] = pieces[-1][0], end
        else:
            pieces.append((start, end))
        start = after
    if len(pieces) == 1 or _words(text[slice(*pieces[0])]) < _FEW:
        return [text]
    found = [text[start:end].strip() for start, end in pieces]
    return [found[0], *(_completed(piece, found[0]) for piece in found[1:])]


def _stands_alone(piece: str, before: str) -> bool:
    """Whether a piece needs nothing of the one before: it names what it is about."""
    name = _NAME_WORD.search(piece)
    leans = _LEANS.search(piece)
    if leans and (not name or leans.start() < name.start()):
        return False
    if not name and _NAME_WORD.search(before):
        return False
    return _words(_completed(piece, before)) >= _FEW


def _completed(piece: str, before: str) -> str:
    """ "when was Peru's?" gets its noun from "the election in Chile"."""
    thing = _THING.search(before)
    if not thing or not _POSSESSIVE.search(piece):
        return piece
    end = "?" if piece.rstrip().endswith("?") else ""
    return f"{piece.rstrip().rstrip('?').rstrip()} {thing[1]}{end}"


def _words(text: str) -> int:
    return len([term for term in content_terms(text) if term not in STOP])
