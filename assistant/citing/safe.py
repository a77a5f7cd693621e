"""What a model says, made harmless: no address, no image, no markup, whatever talked it into."""

from __future__ import annotations

import html
import re
import unicodedata

_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL | re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:)?//\S*"  # with a scheme, or with that of the page
    r"|(?:https?|ftp):\S*"  # browsers need no slashes
    r"|\b(?:javascript|data|file|vbscript|blob|mailto|tel):\S+"
    r"|www\.\S*"
    r"|\b(?:[\w-]{1,63}\.){1,8}(?:[^\W\d_]{2,24}|xn--[\w-]+)(?::\d+)?/\S*"  # evil.example/x
    r"|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?/\S*"
    r"|(?<![\w.+-])[\w.+-]+@(?:[\w-]+\.)+\w+",
    re.IGNORECASE,
)
_LINK = re.compile(r"\](?=[(:])")  # [text](…) and [name]: …
_ROUNDS = 3  # of character references within character references
_JOINERS = "\u200c\u200d"  # letters of Persian and Hindi, and emoji, are joined by them


def harmless(text: str) -> str:
    """Plain text. Addresses vanish, since a model has none to give: links come from the archive.

    What is removed may join what stood around it, so it is done until nothing changes.
    """
    text = _THOUGHT.sub("", text)
    while True:
        rest = _once(text)
        if rest == text:
            return text
        text = rest


def _once(text: str) -> str:
    for _ in range(_ROUNDS):
        text = html.unescape(text)
    text = _without_addresses(_visible(text))
    text = text.replace("<", "‹").replace(">", "›").replace("![", "[").replace("`", "'")
    return _LINK.sub("] ", text)


def _visible(text: str) -> str:
    """Without control characters and those that are not seen or turn the direction of reading."""
    kept: list[str] = []
    for c in text:
        joins = c in _JOINERS and kept and not kept[-1].isascii()
        if joins or c in "\n\t" or unicodedata.category(c) not in ("Cf", "Cc"):
            kept.append(c)
    return "".join(kept)


def _without_addresses(text: str) -> str:
    """Also without those in letters that browsers take for plain ones, such as full-width."""
    pieces: list[str] = []
    position = 0
    for match in _ADDRESS.finditer(text if text.isascii() else "".join(map(_plain, text))):
        pieces.append(text[position : match.start()])
        position = match.end()
    return "".join([*pieces, text[position:]])


def _plain(character: str) -> str:
    """One character for one, so that places stay the same."""
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character
