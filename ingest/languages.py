"""The language of an article: as its source names it, else as its words tell."""

from __future__ import annotations

import re

_TAG = re.compile(r"^([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?\b", re.IGNORECASE)
_NAMES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr",
    "spanish": "es", "español": "es", "italian": "it", "italiano": "it", "portuguese": "pt",
    "português": "pt", "dutch": "nl", "nederlands": "nl", "russian": "ru", "русский": "ru",
    "chinese": "zh", "japanese": "ja", "arabic": "ar", "turkish": "tr", "polish": "pl",
}  # fmt: skip
_LETTERS = 150  # of a text whose words tell its language; in a shorter one they mislead
_SAMPLE = 800  # characters; 4,000 take 2 ms and tell no more


def language_tag(stated: str | None) -> str | None:
    """The tag (BCP 47) of a language as a source names it; None for what is none.

    >>> language_tag("en_GB")
    'en-GB'
    """
    name = (stated or "").strip()
    if name.lower() in _NAMES:
        return _NAMES[name.lower()]
    match = _TAG.match(name)
    if not match or len(name) > len("zh-Hant-CN-x"):
        return None
    parts = (match[1].lower(), (match[2] or "").title(), (match[3] or "").upper())
    return "-".join(part for part in parts if part)


def language_told(text: str) -> str | None:
    """The language that a text's words tell, such as "en"; None for a short text."""
    sample = text[:_SAMPLE]
    if sum(map(str.isalpha, sample)) < _LETTERS:
        return None
    import py3langid  # it takes half a second, so it waits for the first text that needs it

    return str(py3langid.classify(sample)[0])
