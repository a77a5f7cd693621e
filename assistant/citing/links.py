"""Links that open an article at the quoted words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from urllib.parse import quote as percent

from ingest.article import Article
from ingest.sentences import Span

# https://wicg.github.io/scroll-to-text-fragment/: `#:~:text=[prefix-,]start[,end][,-suffix]`, where
# the first place that fits is taken; words only match as a whole, by their base letters, and one
# part never runs over a block's end.
FEWEST = 3  # words of a part; a menu of the page may say fewer before the article does
MOST = 12  # words of a part
CONTEXTS = (4, 12, 40)  # words before and after a quotation whose own words stand twice

Words = Sequence[str]


def quote_link(article: Article, start: int, end: int) -> str | None:
    """The address of an article, made to open at `text[start:end]`; None without a web address.

    The fragment holds as few words of the quotation's beginning and end as lead there alone.
    """
    address = (article.url or "").split("#", 1)[0]
    if not address.lower().startswith(("http://", "https://")):
        return None
    before = len(article.title) + 1
    fragment = _fragment(f"{article.title}\n{article.text}", before + start, before + end)
    return f"{address}#:~:text={fragment}"


def _fragment(page: str, start: int, end: int) -> str:
    start, end = end - len(page[start:end].lstrip()), start + len(page[start:end].rstrip())
    base = _base(page)
    head, tail = _ends(page, base, start, end)
    for before, after in _contexts(page, start, end):
        if _opens_at(base, before, head, tail, after) == (start, end):
            return _written(before, head, tail, after)
    return _written((), head, tail, ())


def _ends(page: str, base: str, start: int, end: int) -> tuple[Words, Words]:
    """The first and the last words of a quotation; all of them and none of a short one."""
    lines = page[start:end].split("\n")
    first, last = lines[0].split(), lines[-1].split()
    if len(lines) == 1 and len(first) <= 2 * FEWEST:
        return first, ()
    head = _unique_head(base, start, first)
    tail = _unique_tail(base, start + 1, end, last)
    if len(lines) == 1 and len(head) + len(tail) >= len(first):
        return first, ()
    return head, tail


def _unique_head(base: str, start: int, words: Words) -> Words:
    """The fewest words from `start` on that stand nowhere before."""
    for count in range(min(FEWEST, len(words)), min(MOST, len(words)) + 1):
        found = _whole(_said(words[:count])).search(base)
        if found and found.start() == start:
            return words[:count]
    return words[: min(MOST, len(words))]


def _unique_tail(base: str, start: int, end: int, words: Words) -> Words:
    """The fewest words up to `end` that stand nowhere between `start` and there."""
    for count in range(min(FEWEST, len(words)), min(MOST, len(words)) + 1):
        tail = words[len(words) - count :]
        found = _whole(_said(tail)).search(base, start)
        if found and found.end() == end:
            return tail
    return words[max(0, len(words) - MOST) :]


def _contexts(page: str, start: int, end: int) -> Iterator[tuple[Words, Words]]:
    """None; then more and more words before, after and on both sides, each side of one line."""
    left = page[:start].rstrip().rpartition("\n")[2].split()
    right = page[end:].lstrip().partition("\n")[0].split()
    yield (), ()
    for count in CONTEXTS:
        before, after = left[-count:], right[:count]
        yield from ((before, ()), ((), after), (before, after))


def _opens_at(base: str, before: Words, head: Words, tail: Words, after: Words) -> Span | None:
    """Where a fragment of these words leads to."""
    lead = f"{_said(before)}\\s*" if before else ""
    close = f"\\s*{_said(after)}" if after else ""
    first = _whole(f"{lead}({_said(head)}){'' if tail else close}").search(base)
    if first is None or not tail:
        return first and first.span(1)
    last = _whole(f"({_said(tail)}){close}").search(base, first.end())
    return last and (first.start(1), last.end(1))


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)


def _said(words: Words) -> str:
    return r"\s+".join(map(re.escape, map(_base, words)))


def _base(text: str) -> str:
    """Letters without their accents, one for one."""
    return text if text.isascii() else "".join(unicodedata.normalize("NFD", c)[0] for c in text)


def _written(before: Words, head: Words, tail: Words, after: Words) -> str:
    lead = f"{_encoded(before)}-," if before else ""
    rest = f",{_encoded(tail)}" if tail else ""
    return f"{lead}{_encoded(head)}{rest}{f',-{_encoded(after)}' if after else ''}"


def _encoded(words: Words) -> str:
    return percent(" ".join(words), safe="").replace("-", "%2D")
