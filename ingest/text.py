"""Text as it is stored: one spelling of line ends and spaces, nothing that breaks an index; and the
language that it is in.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from contextlib import suppress

from charset_normalizer import from_bytes

from ingest.errors import UnreadableError

_BOMS = (
    ((codecs.BOM_UTF8,), "utf-8-sig"),
    ((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE), "utf-32"),
    ((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), "utf-16"),
)
_DECLARED = re.compile(rb"""<(?:meta[^>]+charset=["']?|\?xml[^>]+encoding=["'])([\w-]+)""", re.I)
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\ufeff\u200b\u2060\ufffe\uffff]"
)
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_BINARY_SHARE = 0.02  # a text may hold a stray control character; a picture is full of them
_SURROGATE = re.compile("[\ud800-\udfff]")
_ODD_SPACE = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_SAMPLE = 8192
_WRAPPED = (50, 100)  # the widths at which programs break lines
_FAR = 0.7  # of the width is what a broken line has


def decode(data: bytes, *, binary: bool = False) -> str:
    """The text of a file, whatever its encoding.

    In order: byte order mark, UTF-8, what the page declares, UTF-16 by its zero bytes, and last a
    guess among the single-byte and East Asian encodings, cp1252 where the guess is unsure.

    Args:
        binary: give whatever comes out, even when it does not look like text.

    Raises:
        UnreadableError: it is not text.
    """
    text = _decode(data)
    sample = text[:_SAMPLE]
    if not binary and len(_BINARY.findall(sample)) > _BINARY_SHARE * len(sample):
        raise UnreadableError("it is a binary file, not text")
    return text


def sanitize(text: str) -> str:
    """The same words without control characters, lone surrogates, odd spaces and line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = _SURROGATE.sub("\ufffd", text)
    text = _ODD_SPACE.sub(" ", _CONTROL.sub("", text))
    while "  " in text:  # 20 times as fast as the regular expression, on any news text
        text = text.replace("  ", " ")
    return text.strip()


def many(count: int, thing: str) -> str:
    """ "1 article", "1,200 articles"."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def one_line(text: str) -> str:
    """`text` as a headline: sanitized, on one line."""
    return " ".join(sanitize(text).split())


def letters(text: str) -> str:
    """`text` for comparing names and titles: letters and figures only, without their case."""
    return re.sub(r"\W", "", text).casefold()


def unwrapped(text: str) -> str:
    """Paragraphs on one line each, where a program broke the lines at a fixed width."""
    lengths = sorted(len(line) for line in text.split("\n") if line.strip())
    width = lengths[int(len(lengths) * 0.8)] if lengths else 0
    least, most = _WRAPPED
    if not least <= width <= most:
        return text
    paragraphs = []
    for block in re.split(r"\n\s*\n", text):
        paragraph = ""
        for line in block.split("\n"):
            paragraph += line.strip() + (" " if len(line) >= _FAR * width else "\n")
        paragraphs.append(paragraph.strip())
    return "\n\n".join(paragraphs)


def _decode(data: bytes) -> str:
    for marks, encoding in _BOMS:
        if data.startswith(marks):
            return data.decode(encoding, "replace")
    with suppress(UnicodeDecodeError):
        if b"\x00" not in data[:_SAMPLE]:
            return data.decode("utf-8")  # whatever it declares: nothing else looks like UTF-8
    if declared := _DECLARED.search(data[:2048]):
        name = declared[1].decode("ascii").lower()
        # As browsers do: Latin-1 means cp1252, and a page that can be read is not UTF-16.
        encoding = "cp1252" if name in _LATIN else name
        if not name.startswith(("utf-16", "utf-32", "undefined")):
            with suppress(LookupError, UnicodeError):
                return data.decode(encoding)
    if b"\x00" in data[:_SAMPLE]:
        # UTF-16 without a mark has a zero byte in nearly every pair, always on the same side.
        sample = data[:_SAMPLE]
        low, high = sample[1::2].count(0), sample[::2].count(0)
        wide = "utf-16-le" if low > high else "utf-16-be"
        return data.decode(wide if max(low, high) >= len(sample) * 0.2 else "utf-8", "replace")
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    foreign = sum(byte > 127 for byte in data)  # noqa: PLR2004
    # A few bad bytes in much that is good UTF-8 do not make it something else.
    return text if broken * 10 < foreign or not broken else _guess(data)


def _guess(data: bytes) -> str:
    """cp1252 unless the bytes clearly are of another family: a guess on a short text is a coin."""
    best = from_bytes(data[: _SAMPLE * 4]).best()
    sample = data[:_SAMPLE]
    foreign = sum(byte > 127 for byte in sample) > _FOREIGN_SHARE * len(sample)  # noqa: PLR2004
    if best is not None and foreign and best.encoding not in _WESTERN:
        return data.decode(best.encoding, "replace")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


_LATIN = ("iso-8859-1", "latin-1", "latin1", "iso8859-1", "us-ascii", "ascii")
_FOREIGN_SHARE = 0.3  # Western text has a tenth of its letters above ASCII, others nearly all
_WESTERN = ("cp1252", "latin_1", "iso8859_15", "cp850", "cp437", "cp858", "mac_roman", "cp1250")

# A key has a digit or stars in it: "key-workers" are news.
_KEY = re.compile(
    r"\b(?:sk|pk|key|org|proj)-(?=[\w-]*\d)[\w-]{6,}|\bBearer\s+\S+|\b[\w*-]*\*{3,}[\w-]*"
)


def redact(text: str, secrets: Sequence[str] = ()) -> str:
    """`text` without `secrets` and without anything that looks like a key."""
    for secret in secrets:
        text = text.replace(secret, "…") if len(secret) > 3 else text  # noqa: PLR2004
    return _KEY.sub("…", text)


_LANGUAGES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr",
    "spanish": "es", "español": "es", "italian": "it", "italiano": "it", "portuguese": "pt",
    "português": "pt", "dutch": "nl", "nederlands": "nl", "russian": "ru", "русский": "ru",
    "chinese": "zh", "japanese": "ja", "arabic": "ar", "turkish": "tr", "polish": "pl",
}  # fmt: skip
_FEWEST_LETTERS = 150  # of a text whose words tell its language; in a shorter one they mislead
_BEGINNING = 800  # characters; 4,000 take 2 ms and tell no more


def language_tag(stated: str | None) -> str | None:
    """The tag (BCP 47) of a language as a source names it; None for what is none.

    >>> language_tag("en_GB")
    'en-GB'
    """
    name = (stated or "").strip()
    if name.lower() in _LANGUAGES:
        return _LANGUAGES[name.lower()]
    form = r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?\b"
    match = re.match(form, name, re.IGNORECASE)
    if not match or len(name) > len("zh-Hant-CN-x"):
        return None
    parts = (match[1].lower(), (match[2] or "").title(), (match[3] or "").upper())
    return "-".join(part for part in parts if part)


def language_told(text: str) -> str | None:
    """The language that a text's words tell, such as "en"; None for a short text."""
    sample = text[:_BEGINNING]
    if sum(map(str.isalpha, sample)) < _FEWEST_LETTERS:
        return None
    import py3langid  # it takes half a second, so it waits for the first text that needs it

    return str(py3langid.classify(sample)[0])
